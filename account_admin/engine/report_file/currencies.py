"""What signs, codes and words say of a currency."""

import re

from .header_text import normalise

#: ISO codes that reports are written in; three that are English words are left out.
CODES = frozenset(
    "AED AFN AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD"
    " BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ERN ETB"
    " EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR"
    " ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD"
    " MDL MGA MKD MMK MNT MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN"
    " PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD"
    " SSP STN SVC SYP SZL THB TJS TMT TND TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND"
    " VUV WST XAF XCD XOF XPF YER ZAR ZMW".split()
)
_DOLLARS = (
    "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP UYU BBD BMD BND BSD BZD FJD GYD JMD"
    " KYD LRD NAD SBD SRD TTD XCD"
)
#: Sign -> the currencies that are written with it; after a stroke the usual one.
_SIGNS = {
    "$": _DOLLARS,
    "us$": "USD",
    "usd$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "cad$": "CAD",
    "au$": "AUD",
    "a$": "AUD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "nt$": "TWD",
    "mx$": "MXN",
    "r$": "BRL",
    "€": "EUR",
    "£": "GBP EGP FKP GIP LBP SDG SHP SSP SYP|GBP",
    "¥": "JPY CNY",
    "₹": "INR",
    "rs": "INR PKR LKR NPR MUR SCR",
    "₽": "RUB",
    "₩": "KRW KPW|KRW",
    "₺": "TRY",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "₱": "PHP",
    "₦": "NGN",
    "kr": "SEK NOK DKK ISK",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "rm": "MYR",
    "fr": "CHF XAF XOF XPF|CHF",
}
_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "us dollar": "USD",
    "us dollars": "USD",
    "canadian dollar": "CAD",
    "canadian dollars": "CAD",
    "australian dollar": "AUD",
    "australian dollars": "AUD",
    "pound": "GBP",
    "pounds": "GBP",
    "pound sterling": "GBP",
    "pounds sterling": "GBP",
    "sterling": "GBP",
    "british pound": "GBP",
    "british pounds": "GBP",
    "yen": "JPY",
    "swiss franc": "CHF",
    "swiss francs": "CHF",
    "schweizer franken": "CHF",
}
#: A sign or a code, for patterns; a code is in capitals.
SIGN = (
    r"(?:[A-Z]{0,3}\$|[€£¥₹₽₩₺₪฿₫₱₦]|zł|Kč|(?<![A-Za-z])(?:kr|Rs|Fr|Ft|RM)(?![A-Za-z])"
    r"\.?)"
)
_CODE = rf"(?<![A-Za-z])(?:{'|'.join(sorted(CODES))})(?![A-Za-z])"
_FOUND = re.compile(rf"{SIGN}|{_CODE}")
_AT_END = re.compile(
    rf"[\s,/:–-]*[(\[]?\s*(?:(?:in|en)\s+)?(?:{SIGN}|{_CODE})\s*[)\]]?\s*$"
)
_AT_START = re.compile(rf"^\s*[(\[]?(?:{SIGN}|{_CODE})[)\]]?\s+")


def get_codes(text):
    """The currencies that a sign, code or word can mean: codes, empty for unknown.

    :return: (codes, the usual one of them or empty)
    """
    text = text.strip()
    if text.upper() in CODES:
        return frozenset((text.upper(),)), text.upper()
    known = _SIGNS.get(text.lower().rstrip("."))
    if known is None and text.lower().endswith("$") and text[:-1].upper() in CODES:
        known = text[:-1].upper()
    if known is None:
        known = _WORDS.get(normalise(text), "")
    codes, _stroke, usual = known.partition("|")
    codes = codes.split()
    return frozenset(codes), usual or (codes[0] if len(codes) == 1 else "")


def find_sign(text):
    """The first sign or code in a text, empty for none."""
    found = _FOUND.search(text)
    return found[0] if found else ""


def strip_sign(text):
    """A header without the currency that stands before or behind it."""
    return _AT_START.sub("", _AT_END.sub("", text)) or text
