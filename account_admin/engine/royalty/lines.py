"""What a licensee reports: lines, bundles, control totals, findings."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..money import ZERO


@dataclass(frozen=True, slots=True)
class Line:
    """One reported row; amounts are in its ``currency``, returns and others positive.

    :param day: the sale date, which decides on rates and rates of exchange
    :param product: the licensor's product, ``None`` when the SKU was not matched
    :param property: id like ``category``, ``territory`` and ``channel``
    :param row: the row of the file that people know it by; its id when 0
    :param part: of a bundle, see :func:`split_bundle`
    :param reported_rate: percent, or money a unit; ``None`` when it was not reported
    """

    id: int
    day: date
    currency: int
    gross: Decimal = ZERO
    returns: Decimal = ZERO
    allowances: Decimal = ZERO
    other: Decimal = ZERO
    units: Decimal = ZERO
    product: int | None = None
    property: int | None = None
    category: int | None = None
    territory: int | None = None
    channel: int | None = None
    sale_type: str = "domestic"
    sku: str = ""
    row: int = 0
    part: int = 0
    reported_net: Decimal | None = None
    reported_rate: Decimal | None = None
    reported_royalty: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a bundle.

    :param share: percent of the bundle's amounts
    :param quantity: of it in one bundle
    """

    product: int
    share: Decimal
    property: int | None = None
    category: int | None = None
    quantity: int = 1


def split_bundle(line, components):
    """A line for each part of a bundle, so that each finds its own rate (T25).

    What was reported about net, rate and royalty of the whole stays with no part.

    :return: tuple of :class:`Line` with the same id, parts from 1
    :raise ValueError: when the shares are not 100 percent
    """
    if sum(component.share for component in components) != 100:
        raise ValueError(
            f"Row {line.row or line.id}: the shares of its bundle are not 100 % "
            "together: correct them on the product."
        )
    return tuple(
        replace(
            line,
            part=part,
            product=component.product,
            property=component.property or line.property,
            category=component.category or line.category,
            units=line.units * component.quantity,
            reported_net=None,
            reported_rate=None,
            reported_royalty=None,
            **{
                name: getattr(line, name) * component.share / 100
                for name in ("gross", "returns", "allowances", "other")
            },
        )
        for part, component in enumerate(components, start=1)
    )


@dataclass(frozen=True, slots=True)
class Quote:
    """Contract currency a unit of ``currency`` on a day."""

    currency: int
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What is computed.

    :param first: first day of its period, ``last`` the last one
    :param year: any number that statements of one contract year share
    :param quotes: rates of exchange; the latest on or before a day is that day's
    :param averages: (currency, rate) of the period, for the rule ``average``
    """

    id: int
    first: date
    last: date
    year: int
    lines: tuple[Line, ...] = ()
    quotes: tuple[Quote, ...] = ()
    averages: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Control totals of one currency, to compare with the licensee's own."""

    currency: int
    lines: int
    units: Decimal
    gross: Decimal
    returns: Decimal
    allowances: Decimal
    other: Decimal
    reported_net: Decimal
    reported_royalty: Decimal


def control_totals(lines):
    """What was reported, added up.

    :param lines: iterable of :class:`Line`
    :return: tuple of :class:`Totals`, by currency
    """
    names = ("units", "gross", "returns", "allowances", "other")
    names = (*names, "reported_net", "reported_royalty")
    by_currency = {}
    for line in lines:
        by_currency.setdefault(line.currency, []).append(line)
    return tuple(
        Totals(
            currency,
            len(found),
            *(sum((getattr(line, n) or ZERO for line in found), ZERO) for n in names),
        )
        for currency, found in sorted(by_currency.items())
    )


UNMATCHED, NOT_GRANTED, UNAPPROVED = "unmatched", "not_granted", "unapproved"
OUT_OF_TERRITORY, OUT_OF_CHANNEL = "out_of_territory", "out_of_channel"
OUT_OF_TERM, OUT_OF_PERIOD = "out_of_term", "out_of_period"
NO_RATE, RATE_TIE, POOL_TIE, DEDUCTION_TIE = (
    "no_rate",
    "rate_tie",
    "pool_tie",
    "deduction_tie",
)
SIGN = "sign"
NO_FX, NET_DIFFERS, RATE_DIFFERS, ROYALTY_DIFFERS = (
    "no_fx",
    "net_differs",
    "rate_differs",
    "royalty_differs",
)
#: These stop approval; the others ask a person to look.
BLOCKING = frozenset(
    (UNMATCHED, NOT_GRANTED, UNAPPROVED, OUT_OF_TERRITORY, OUT_OF_CHANNEL, OUT_OF_TERM)
    + (NO_RATE, RATE_TIE, POOL_TIE, DEDUCTION_TIE, NO_FX)
)
_SENTENCES = {
    UNMATCHED: "no product is known by “{sku}”: match it to a product.",
    NOT_GRANTED: "the contract grants no such sale: correct the line or amend it.",
    UNAPPROVED: "its product was not approved on {day}: approve or refuse it.",
    OUT_OF_TERRITORY: "its territory is not granted: correct the line or amend it.",
    OUT_OF_CHANNEL: "its channel is not granted: correct the line or amend it.",
    OUT_OF_TERM: "no grant is in force on {day}: correct the line or amend it.",
    OUT_OF_PERIOD: "its sale on {day} lies outside the statement's period: check it.",
    NO_RATE: "no royalty rate applies to it: add one to the contract.",
    RATE_TIE: "rates {rows} apply equally: narrow one of them.",
    POOL_TIE: "commitments {rows} apply equally: narrow one of them.",
    DEDUCTION_TIE: "deductions {rows} apply equally: narrow one of them.",
    NO_FX: "no rate of exchange is known for its currency on {day}: add one.",
    SIGN: "a deduction is below 0, which adds to net: turn its sign or explain it.",
    NET_DIFFERS: "net was reported as {reported}, it is {computed}: ask the licensee.",
    RATE_DIFFERS: "the rate was reported as {reported}, it is {computed}: ask why.",
    ROYALTY_DIFFERS: "royalty was reported as {reported}, it is {computed}: ask why.",
}
#: Every code that a :class:`Finding` may have.
CODES = tuple(_SENTENCES)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a line that a person has to see.

    :param code: of this module's words
    :param rows: ids of the contract's rows it is about: those of a tie, the nearest
        grant of a sale that is not granted
    """

    code: str
    line: int
    row: int
    part: int = 0
    rows: tuple[int, ...] = ()
    day: date | None = None
    sku: str = ""
    reported: Decimal | None = None
    computed: Decimal | None = None

    @property
    def blocking(self):
        """Whether the statement cannot be approved with it."""
        return self.code in BLOCKING

    @property
    def sentence(self):
        """What is wrong with which row, and what to do (English)."""
        said = _SENTENCES[self.code].format(
            sku=self.sku,
            day=self.day,
            rows=" and ".join(map(str, self.rows)),
            reported=self.reported,
            computed=self.computed,
        )
        return f"Row {self.row}: {said}"


def find(code, line, **values):
    """A :class:`Finding` about a line."""
    row = line.row or line.id
    return Finding(code, line.id, row, line.part, day=line.day, sku=line.sku, **values)
