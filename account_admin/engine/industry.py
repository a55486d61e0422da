"""Industry codes and the risk that goes with them.

SIC: Standard Industrial Classification of 1987, four digits. NAICS: North American
Industry Classification System, two to six digits, renumbered every five years; the
changes of 2022 are of the concordance that the U.S. Census Bureau published with it.
"""

import re

#: Sectors of NAICS that have several numbers.
_SECTORS = {
    **dict.fromkeys(("31", "32", "33"), "31-33"),
    **dict.fromkeys(("44", "45"), "44-45"),
    **dict.fromkeys(("48", "49"), "48-49"),
}
#: Codes of 2017 that have another number since 2022, where one became one.
_SINCE_2022 = {
    "441310": "441330",
    "441320": "441340",
    "442110": "449110",
    "442210": "449121",
    "442291": "449122",
    "442299": "449129",
    "443141": "449210",
    "443142": "449210",
    "446110": "456110",
    "446120": "456120",
    "446130": "456130",
    "446191": "456191",
    "446199": "456199",
    "448110": "458110",
    "448120": "458110",
    "448130": "458110",
    "448140": "458110",
    "448150": "458110",
    "448190": "458110",
    "448210": "458210",
    "448310": "458310",
    "448320": "458320",
    "451110": "459110",
    "451120": "459120",
    "451130": "459130",
    "451140": "459140",
    "451211": "459210",
    "451212": "459210",
    "452210": "455110",
    "452311": "455211",
    "452319": "455219",
    "453110": "459310",
    "453210": "459410",
    "453220": "459420",
    "453310": "459510",
    "453910": "459910",
    "453920": "459920",
    "453930": "459930",
    "453991": "459991",
}


def is_sic(code):
    """Whether a text is a SIC code: four digits, a leading zero among them."""
    return bool(re.fullmatch(r"[0-9]{4}", code or ""))


def is_naics(code):
    """Whether a text is a NAICS code: two to six digits."""
    return bool(re.fullmatch(r"[0-9]{2,6}", code or ""))


def get_sector(code):
    """Sector of a NAICS code: two digits, or the range of those that are one."""
    return _SECTORS.get(code[:2], code[:2])


def get_current_naics(code, edition):
    """A NAICS code as it is numbered since 2022.

    :param int edition: year of the edition that the code is of
    """
    return code if edition >= 2022 else _SINCE_2022.get(code, code)


def get_risk_class(code, classes):
    """Risk class of a code by its longest known beginning.

    :param dict classes: beginning of a code -> class
    :return: ``None`` where no beginning of it is known
    """
    beginnings = (code[:length] for length in range(len(code), 0, -1))
    return next((classes[one] for one in beginnings if one in classes), None)
