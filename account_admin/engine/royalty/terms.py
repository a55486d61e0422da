"""The terms of a licensing contract, as effective-dated rows.

Percentages are numbers like ``Decimal(8)`` for 8 %, money is in the contract's
currency. An amendment ends a row and adds another; rows carry the id of the one that
brought them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..money import ZERO
from .scope import Scope

EVERYTHING = Scope()

#: Over what tiers, caps and minimums count: a statement, its contract year, all years.
PERIOD, YEAR, TERM = "period", "year", "term"
WINDOWS = (PERIOD, YEAR, TERM)
NET, GROSS, UNIT, ROYALTY = "net", "gross", "unit", "royalty"
MARGINAL, RETROACTIVE = "marginal", "retroactive"
CARRY_FORWARD, FLOOR_ZERO, CREDIT_NOTE = "carry_forward", "floor_zero", "credit_note"
SALE_DATE, PERIOD_END, AVERAGE, FIXED = "sale_date", "period_end", "average", "fixed"
#: What a line deducts from gross.
KINDS = ("returns", "allowances", "other")


def _check_choice(what, value, choices):
    if value not in choices:
        raise ValueError(
            f"{what} is {value!r}: choose one of {', '.join(map(str, choices))}."
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """What a licensee may sell.

    :param licensee: two grants of one licensee never conflict
    :param sell_off_last: last day of its sell-off period, after ``scope.last``
    """

    id: int
    scope: Scope
    licensee: int = 0
    exclusive: bool = False
    sell_off_last: date | None = None
    amendment: int | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """From ``start`` (included) up to the next tier's start, at ``rate``."""

    start: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """One royalty rate.

    :param tiers: rates in percent, in money a unit when ``basis`` is ``unit``; starts
        are in the basis. A flat rate is one tier from 0: see :func:`flat`
    :param basis: what the rate is applied to and the tiers count: ``net``, ``gross``
        or ``unit``
    :param mode: ``marginal``, or ``retroactive``: the rate reached is for all of it
    :param window: over what the tiers and the minimum count
    :param minimum: money a unit that the royalty is at least (T10), or ``None``
    :param minimum_by: ``rate`` compares the sums of the window, ``line`` each line
    :param continues: the rate whose sales its tiers count first: of a row that an
        amendment ended within the window
    :raise ValueError: with a sentence that says what to mend
    """

    id: int
    tiers: tuple[Tier, ...]
    scope: Scope = EVERYTHING
    basis: str = NET
    mode: str = MARGINAL
    window: str = YEAR
    minimum: Decimal | None = None
    minimum_by: str = "rate"
    continues: int | None = None
    amendment: int | None = None

    def __post_init__(self):
        starts = [tier.start for tier in self.tiers]
        if not starts or starts[0] != 0:
            raise ValueError(f"Rate {self.id}: its first tier must start at 0.")
        if any(a >= b for a, b in zip(starts, starts[1:], strict=False)):
            raise ValueError(f"Rate {self.id}: the starts of its tiers must increase.")
        name = f"Rate {self.id}: its"
        _check_choice(f"{name} basis", self.basis, (NET, GROSS, UNIT))
        _check_choice(f"{name} mode", self.mode, (MARGINAL, RETROACTIVE))
        _check_choice(f"{name} window", self.window, WINDOWS)
        _check_choice(f"{name} minimum", self.minimum_by, ("rate", "line"))


def flat(rate):
    """The tiers of a flat rate.

    :param Decimal rate: percent, or money a unit
    """
    return (Tier(ZERO, rate),)


@dataclass(frozen=True, slots=True)
class Deduction:
    """Deductions that the contract allows (R1), capped or not (R2).

    :param kinds: of :data:`KINDS`
    :param cap: percent of the gross of the sales it covers, ``None`` without a cap
    :param window: over what gross and deductions are added up for the cap; a row that
        an amendment adds begins anew
    """

    id: int
    kinds: tuple[str, ...] = KINDS
    cap: Decimal | None = None
    window: str = PERIOD
    scope: Scope = EVERYTHING
    amendment: int | None = None

    def __post_init__(self):
        for kind in self.kinds:
            _check_choice(f"Deduction {self.id}: a kind", kind, KINDS)
        _check_choice(f"Deduction {self.id}: its window", self.window, WINDOWS)


@dataclass(frozen=True, slots=True)
class Fee:
    """A charge outside every pool, such as a common marketing fund (R9).

    :param percent: of the ``basis``: ``net``, ``gross`` or ``royalty``
    """

    id: int
    percent: Decimal
    basis: str = NET
    scope: Scope = EVERYTHING
    amendment: int | None = None

    def __post_init__(self):
        _check_choice(f"Fee {self.id}: its basis", self.basis, (NET, GROSS, ROYALTY))


@dataclass(frozen=True, slots=True)
class Quota:
    """Sales that the licensee promised to reach; it is measured, never billed.

    :param measure: what ``target`` counts: ``net``, ``gross`` or ``unit``
    """

    id: int
    target: Decimal
    measure: str = NET
    scope: Scope = EVERYTHING

    def __post_init__(self):
        _check_choice(f"Quota {self.id}: its measure", self.measure, (NET, GROSS, UNIT))


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of a commitment.

    :param kind: ``advance`` is billed in full; ``guarantee`` is billed as far as less
        than all instalments up to it was billed into the pool (T13, T15)
    """

    id: int
    day: date
    amount: Decimal
    kind: str = "advance"

    def __post_init__(self):
        _check_choice(
            f"Instalment {self.id}: its kind", self.kind, ("advance", "guarantee")
        )


@dataclass(frozen=True, slots=True)
class Commitment:
    """One pool: its scope says what is cross-collateralised (R8).

    :param guarantee: minimum guarantee of the whole pool, 0 for an advance only
    :param scope: its dates are the pool's
    :param agreed_last: the last day that the guarantee was agreed for, where an
        amendment ended the pool before; ``None``: the last day of ``scope``
    :param recoup_until: last day on which what was paid ahead is recouped (R6);
        ``None`` without end
    :param sell_off_counts: whether sell-off royalties go into the pool (R12)
    :param prorates: whether the guarantee shrinks when the pool ends early (T26)
    :param recoup_from: earlier commitments whose unrecouped rest this pool's royalties
        recoup first, as long as they may
    """

    id: int
    guarantee: Decimal = ZERO
    scope: Scope = EVERYTHING
    instalments: tuple[Instalment, ...] = ()
    recoup_until: date | None = None
    sell_off_counts: bool = False
    prorates: bool = False
    recoup_from: tuple[int, ...] = ()
    agreed_last: date | None = None
    amendment: int | None = None


#: A contract that says nothing about deductions allows them all.
ALL_DEDUCTIONS = (Deduction(0),)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a statement is computed by.

    :param currency: id; ``decimals`` are its decimal places
    :param deductions: an empty tuple allows none
    :param fx_rule: ``sale_date``, ``period_end``, ``average`` or ``fixed`` (R10)
    :param fixed_rates: (currency, contract currency a unit of it) for ``fixed``
    :param royalty_tolerance: by how much a reported royalty may differ from the
        computed one
    :raise ValueError: with a sentence that says what to mend
    """

    contract: int
    currency: int
    rates: tuple[Rate, ...]
    grants: tuple[Grant, ...] = ()
    deductions: tuple[Deduction, ...] = ALL_DEDUCTIONS
    commitments: tuple[Commitment, ...] = ()
    fees: tuple[Fee, ...] = ()
    quotas: tuple[Quota, ...] = ()
    fx_rule: str = SALE_DATE
    fixed_rates: tuple[tuple[int, Decimal], ...] = ()
    negative_policy: str = CARRY_FORWARD
    decimals: int = 2
    royalty_tolerance: Decimal = Decimal("0.01")

    def __post_init__(self):
        name = f"Contract {self.contract}: its"
        choices = (SALE_DATE, PERIOD_END, AVERAGE, FIXED)
        _check_choice(f"{name} FX rule", self.fx_rule, choices)
        choices = (CARRY_FORWARD, FLOOR_ZERO, CREDIT_NOTE)
        _check_choice(f"{name} negative policy", self.negative_policy, choices)
        rates = {rate.id: rate for rate in self.rates}
        for rate in self.rates:
            seen = {rate.id}
            while (rate_id := rate.continues) is not None:
                if rate_id in seen or rate_id not in rates:
                    raise ValueError(
                        f"Rate {rate.id} continues rate {rate_id}, which "
                        "is not in the contract or comes back to it: choose another."
                    )
                seen.add(rate_id)
                rate = rates[rate_id]

    @property
    def unit(self):
        """The smallest amount of the contract's currency."""
        return Decimal(1).scaleb(-self.decimals)
