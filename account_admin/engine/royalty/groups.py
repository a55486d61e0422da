"""Lines gathered: a group has the same rows of the contract and rate of exchange."""

from decimal import Decimal

from .classify import Classifier
from .money import Exchange
from .result import Cell
from .terms import GROSS, KINDS, UNIT

ZERO, ONE = Decimal(0), Decimal(1)


class LineGroup:
    """Lines that share a choice and a quote; amounts are in contract currency.

    :ivar lines: list of (place in the statement, ``Line``)
    :ivar cell: ``None`` without a rate or a quote: nothing is computed then
    :ivar ratios: allowed share of each of ``KINDS``, set once caps are known
    """

    def __init__(self, index, choice, currency, quote):
        self.index, self.choice = index, choice
        self.currency, self.quote = currency, quote
        self.lines, self.cell, self.ratios = [], None, (ONE,) * len(KINDS)
        if choice.rate and quote:
            pool = choice.pool.id if choice.pool else 0
            self.cell = Cell(choice.rate.id, pool, choice.sell_off, choice.fees)

    def add_up(self):
        """Set ``gross``, ``units`` and ``claimed``, the deductions of each kind."""
        fx = self.quote.rate
        self.gross = sum((line.gross for _place, line in self.lines), ZERO) * fx
        self.units = sum((line.units for _place, line in self.lines), ZERO)
        self.claimed = tuple(
            sum((getattr(line, kind) for _place, line in self.lines), ZERO) * fx
            for kind in KINDS
        )

    def nets(self):
        """Net of each line (R1), after caps."""
        fx, (returns, allowances, other) = self.quote.rate, self.ratios
        if returns == allowances == other == 1:
            return [
                fx * (line.gross - line.returns - line.allowances - line.other)
                for _place, line in self.lines
            ]
        return [
            fx * (line.gross - returns * line.returns)
            - fx * (allowances * line.allowances + other * line.other)
            for _place, line in self.lines
        ]

    def measures(self, nets):
        """What the rate is applied to, of each line.

        :param nets: as from :meth:`nets`
        """
        basis, fx = self.choice.rate.basis, self.quote.rate
        if basis == UNIT:
            return [line.units for _place, line in self.lines]
        if basis == GROSS:
            return [fx * line.gross for _place, line in self.lines]
        return nets


def gather(terms, statement):
    """Lines into groups.

    :return: list of :class:`LineGroup`; those with a cell are added up
    """
    choose = Classifier(terms).choose
    get_quote = Exchange(terms, statement).get
    groups = {}
    for place, line in enumerate(statement.lines):
        choice, quote = choose(line), get_quote(line)
        # the classifier and the exchange keep both alive: their ids are safe keys
        key = (id(choice), id(quote), line.currency)
        group = groups.get(key)
        if group is None:
            group = LineGroup(len(groups), choice, line.currency, quote)
            groups[key] = group
        group.lines.append((place, line))
    for group in groups.values():
        if group.cell:
            group.add_up()
    return list(groups.values())
