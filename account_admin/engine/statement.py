"""Statements of account: what stands on them and that it adds up."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .money import ZERO


@dataclass(frozen=True)
class Item:
    """An open item of a day, amounts in its currency."""

    partner: int
    currency: int
    date: date
    due: date
    days: int
    bucket: int
    number: str
    reference: str
    kind: str
    original: Decimal
    open: Decimal
    disputed: Decimal = ZERO
    promised: Decimal = ZERO


@dataclass(frozen=True)
class Movement:
    """What was booked on an account: invoices count up, payments and credits down.

    :param other: account on the other side of a match, if it is in the same books
    """

    partner: int
    currency: int
    date: date
    due: date
    number: str
    reference: str
    kind: str
    other: int | None
    amount: Decimal


@dataclass
class Section:
    """The part of a statement in one currency.

    ``lines`` are pairs of an :class:`Item` or :class:`Movement` and the balance after
    it; ``buckets`` are the open amounts by age, which sum to ``closing``.
    """

    currency: int
    opening: Decimal | None
    closing: Decimal = ZERO
    overdue: Decimal = ZERO
    disputed: Decimal = ZERO
    promised: Decimal = ZERO
    lines: list = field(default_factory=list)
    buckets: list = field(default_factory=list)

    def _add(self, line, amount):
        self.closing += amount
        self.lines.append((line, self.closing))


def open_item_sections(items, bucket_count):
    """What is open, a section a currency.

    :param items: :class:`Item` in the order they are shown
    :param int bucket_count: buckets of the aging strip
    :return: list of :class:`Section`, by currency
    """
    sections = {}
    for item in items:
        section = sections.setdefault(item.currency, Section(item.currency, None))
        section._add(item, item.open)
    _age(sections, items, bucket_count)
    return [sections[currency] for currency in sorted(sections)]


def balance_forward_sections(openings, movements, items, bucket_count):
    """The balance carried forward and what has moved it since, a section a currency.

    :param dict openings: currency -> balance before the first day
    :param movements: :class:`Movement` in the order they are shown
    :param items: :class:`Item` open at the end, for the aging strip
    :return: list of :class:`Section`, by currency; those without balance, movement and
        open item are left out
    """
    sections = {
        currency: Section(currency, amount, amount)
        for currency, amount in openings.items()
        if amount
    }
    for movement in movements:
        section = sections.setdefault(
            movement.currency, Section(movement.currency, ZERO)
        )
        section._add(movement, movement.amount)
    for item in items:
        sections.setdefault(item.currency, Section(item.currency, ZERO))
    _age(sections, items, bucket_count)
    return [sections[currency] for currency in sorted(sections)]


def _age(sections, items, bucket_count):
    for section in sections.values():
        section.buckets = [ZERO] * bucket_count
    for item in items:
        section = sections[item.currency]
        section.buckets[item.bucket] += item.open
        section.disputed += item.disputed
        section.promised += item.promised
        if item.days > 0:
            section.overdue += item.open
