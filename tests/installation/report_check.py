"""Whether what was read of a report file is what a careful person makes of it."""

from decimal import Decimal

#: Numbers of a row that are compared as such.
NUMBERS = ("units", "gross", "returns", "allowances", "other")
NUMBERS += ("reported_net", "reported_rate", "reported_royalty")


def check(expected, found):
    """What is wrong with the reading of a file.

    :param dict expected: of one file, as ``expected.json`` describes it
    :param dict found: ``rows``, ``problems`` (code, row, column, value, sentence and
        blocking) and ``totals``, currency -> {field: number}
    :return: list of sentences; empty when it is right
    """
    blocking = [one for one in found["problems"] if one["blocking"]]
    outcome = "blocked" if blocking else "read"
    if outcome not in (expected["outcome"], expected["also_right"]):
        return [f"it is {outcome}: {[_tell(one) for one in blocking]}"]
    if blocking:
        return _check_names(expected["must_name"], blocking)
    return _check_rows(expected["rows"], found["rows"]) + _check_totals(
        expected["totals"], found["totals"]
    )


def check_told(expected, found):
    """Words that should stand in some problem that is told, and do not."""
    told = " ".join(_tell(one) for one in found["problems"]).lower()
    missing = expected.get("should_tell") or ()
    if any(one["blocking"] for one in found["problems"]):
        return []
    return [words for words in missing if not any(w.lower() in told for w in words)]


def _tell(problem):
    names = ("code", "row", "column", "value", "sentence")
    return " ".join(str(problem[name]) for name in names)


def _check_names(wanted, blocking):
    """Of each kind that is wanted something stands in the problems that block."""
    told, wrong = " ".join(map(_tell, blocking)).lower(), []
    rows = wanted.get("rows") or ()
    if rows and not any(
        one["row"] in rows or any(str(row) in one["value"] for row in rows)
        for one in blocking
    ):
        wrong.append(f"none of the rows {rows} is named: {told}")
    for sheet in wanted.get("sheets") or ():
        if sheet.lower() not in told:
            wrong.append(f"the sheet {sheet} is not named: {told}")
    words = wanted.get("words") or ()
    if words and not any(word.lower() in told for word in words):
        wrong.append(f"none of {words} stands in: {told}")
    return wrong


def _check_rows(expected, found):
    if len(expected) != len(found):
        return [f"{len(found)} rows instead of {len(expected)}"]
    wrong = []
    for wanted, row in zip(expected, found, strict=True):
        for name, value in wanted.items():
            if name in ("period", "sheet"):
                continue
            own = row["number" if name == "row" else name]
            is_same = (
                _is_same(value, own) if name in NUMBERS else str(own) == str(value)
            )
            if not is_same:
                wrong.append(f"row {wanted['row']}: {name} is {own}, not {value}")
    return wrong


def _check_totals(expected, found):
    return [
        f"total of {name} in {currency} is not {value}"
        for currency, amounts in expected.items()
        for name, value in amounts.items()
        if not _is_same(value, found.get(currency, {}).get(name))
    ]


def _is_same(value, own):
    return own is not None and Decimal(value) == Decimal(str(own))
