"""Terms of a contract that amendments change: what they were on a day."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

from ....engine import royalty
from .licensing_term_change import UNITS
from .numbers import to_decimal


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    term_change_ids = fields.One2many(
        comodel_name="licensing.term.change",
        inverse_name="contract_id",
        string="Changed Terms",
        help="Terms of the contract that amendments changed, or are about to.",
    )

    def _get_changes(self, *terms, known_at=None):
        """Applied changes of terms, the earliest day first.

        :param datetime known_at: ``None`` for now
        """
        return self.term_change_ids.filtered(
            lambda change: change.term in terms
            and change.amendment_id._is_applied(known_at)
        ).sorted(lambda change: (change.date, change.amendment_id.applied_on))

    def _get_value_on(self, term, day):
        """What a term of the contract was, or is, on a day.

        :param str term: one of ``term_change.UNITS``
        :return: as the contract's field has it
        """
        changes = self._get_changes(term)
        past = changes.filtered(lambda change: change.date <= day)
        if past == changes:
            return self[term]
        return past[-1]._get_new() if past else changes[0]._get_before()

    def _get_value_known(self, term, known_at):
        """What a term was at a moment, changes that were applied later left out.

        :param datetime known_at: ``None`` for now
        """
        changes = self._get_changes(term)
        known = self._get_changes(term, known_at=known_at)
        if known == changes:
            return self[term]
        return known[-1]._get_new() if known else changes[0]._get_before()

    def _get_interest_rates(self):
        """Rates of late interest, each from its day on.

        :return: list of ``royalty.InterestRate``, the first from the start
        """
        days = sorted(set(self._get_changes("interest", "interest_cap").mapped("date")))
        today = self.company_id._collections_today()
        start = days[0] - timedelta(days=1) if days else today

        def rate_on(day, first):
            percent, cap = (
                to_decimal(self._get_value_on(term, day))
                for term in ("interest", "interest_cap")
            )
            return royalty.InterestRate(percent, cap or None, first)

        return [rate_on(start, None), *(rate_on(day, day) for day in days)]

    def _find_term_problems(self, changes):
        """What is wrong with terms that an amendment is about to change.

        :param changes: ``licensing.term.change`` of one amendment
        :return: list of sentences that name the term and say what to do
        """
        labels = dict(changes._select_terms())
        problems = [
            self.env._(
                "%(term)s: %(new)s is no value for it. Days and years are whole"
                " numbers, nothing is below 0, withholding tax is below 100 %%.",
                term=labels[change.term],
                new=change.number,
            )
            for change in changes
            if not change._is_possible()
        ]
        return problems + self._find_bad_combinations(changes, labels)

    def _find_bad_combinations(self, changes, labels):
        """Sentences about terms that do not go together from the new day on.

        The days of later changes count, too: those were signed with other terms.
        """
        if not changes:
            return []
        first = changes[0].date
        later = self._get_changes(*UNITS).filtered(lambda row: row.date > first)
        problems = {}
        for day in sorted({first, *later.mapped("date")}):
            replaced = set(
                later.filtered(lambda row, d=day: row.date <= d).mapped("term")
            )
            new = {
                row.term: row._get_new() for row in changes if row.term not in replaced
            }
            values = {term: self._get_value_on(term, day) for term in UNITS} | new
            for problem in self._find_clashes(values, new, labels):
                problems.setdefault(problem, day)
        return [
            problem
            if day == first
            else self.env._(
                "From %(day)s on: %(problem)s",
                day=format_date(self.env, day),
                problem=problem,
            )
            for problem, day in problems.items()
        ]

    def _find_clashes(self, values, new, labels):
        """Sentences about new terms that do not go together with the others.

        :param dict values: term -> what holds on a day
        :param new: the terms that are new
        """
        return [
            *self._find_needs(values, new, labels),
            *self._find_notice_problems(values, new, labels),
        ]

    def _find_needs(self, values, new, labels):
        """Sentences about terms that mean nothing without another, or without a value.

        Parameters as of :meth:`_find_clashes`.
        """
        problems = []
        if {"gross_up", "withholding"} & set(new) and values["gross_up"]:
            if not values["withholding"]:
                problems.append(
                    self.env._(
                        "%(one)s needs %(other)s: without tax nothing is grossed up.",
                        one=labels["gross_up"],
                        other=labels["withholding"],
                    )
                )
        if {"interest", "interest_cap"} & set(new) and values["interest_cap"]:
            if not values["interest"]:
                problems.append(
                    self.env._(
                        "%(one)s needs %(other)s: there is nothing to cap.",
                        one=labels["interest_cap"],
                        other=labels["interest"],
                    )
                )
        if "renewal_measure" in new and not values["renewal_measure"]:
            problems.append(
                self.env._("%s: choose what is counted.", labels["renewal_measure"])
            )
        return problems

    def _find_notice_problems(self, values, new, labels):
        """A sentence about notice that closes before it opens, if it does.

        Parameters as of :meth:`_find_clashes`.
        """
        opens, closes = "notice_from_days", "notice_until_days"
        if not {opens, closes} & set(new) or not 0 < values[opens] < values[closes]:
            return []
        return [
            self.env._(
                "Notice would close before it opens: %(one)s must be at least"
                " %(other)s.",
                one=labels[opens],
                other=labels[closes],
            )
        ]
