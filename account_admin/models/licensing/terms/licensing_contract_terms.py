"""The terms of a contract as the engine reads them."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ....engine import royalty
from ....engine.money import to_decimal
from .contract_states import OPEN
from .licensing_amendment import TERMS
from .licensing_term_change import UNITS
from .licensing_term_mixin import SALE_TYPES

#: How many overlaps and ties are told one by one, and how many names of each.
SHOWN, NAMES = 20, 4
MODELS = {
    "properties": "licensing.property",
    "categories": "licensing.category",
    "territories": "res.country",
    "channels": "licensing.channel",
    "products": "licensing.product",
}


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    term_change_ids = fields.One2many(
        comodel_name="licensing.term.change",
        inverse_name="contract_id",
        string="Changed Terms",
        help="Terms of the contract that amendments changed, or are about to.",
    )
    problems = fields.Html(
        string="To Resolve",
        compute="_compute_problems",
        sanitize=False,
        help="What stops the approval, checked as you write.",
    )

    @api.model
    def _read_trees(self):
        """What lies below each property, category and channel.

        :return: dict model name -> dict id -> frozenset of ids
        """
        names = ("licensing.property", "licensing.category", "licensing.channel")
        return {name: self.env[name]._get_below() for name in names}

    def _get_duration(self, known_at=None):
        """First and last day of the contract, as known at a moment.

        :param datetime known_at: ``None`` for now
        :return: (first day, last day)
        """
        self.ensure_one()
        last = self.date_end
        later = self.amendment_ids.filtered(
            lambda change: change.date_end
            and change._is_applied()
            and not change._is_applied(known_at)
        )
        if later:
            last = later.sorted("applied_on")[0].date_end_before
        terminated = self._get_termination(known_at)
        return self.date_start, min(last, terminated) if terminated else last

    def _get_termination(self, known_at):
        """The last day that a termination gave it, as known at a moment."""
        changes = self.amendment_ids.filtered(
            lambda change: change.termination_date and change._is_applied()
        )
        known = changes.filtered(lambda change: change._is_applied(known_at))
        if known == changes:
            return self.termination_date
        return known.sorted("applied_on")[-1:].termination_date

    def _get_sell_off_last(self, known_at=None):
        """The last day on which stock may be sold."""
        days = self._get_value_known("sell_off_days", known_at)
        return self._get_duration(known_at)[1] + timedelta(days=days)

    def _get_terms(self, known_at=None):
        """Everything that statements of the contract are computed by.

        :param datetime known_at: leave out what amendments changed later; ``None`` for
            the terms of now
        :rtype: royalty.Terms
        """
        self.ensure_one()
        trees = self._read_trees()
        rows = {
            name: self.env[name]
            .with_context(active_test=False)
            .search([("contract_id", "=", self.id)], order="id")
            ._known(known_at)
            ._to_engine(trees, known_at)
            for name in TERMS
        }
        deductions = rows["licensing.deduction"]
        if not deductions and not self.no_deductions:
            deductions = royalty.ALL_DEDUCTIONS
        return royalty.Terms(
            contract=self.id,
            currency=self.currency_id.id,
            grants=rows["licensing.grant"],
            rates=rows["licensing.rate"],
            deductions=deductions,
            commitments=rows["licensing.commitment"],
            fees=rows["licensing.fee"],
            quotas=rows["licensing.quota"],
            fx_rule=self.fx_rule,
            fixed_rates=tuple(
                (row.currency_id.id, to_decimal(row.rate)) for row in self.fx_rate_ids
            ),
            negative_policy=self.negative_policy,
            decimals=self.currency_id.decimal_places,
            royalty_tolerance=to_decimal(self.royalty_tolerance),
        )

    # ------------------------------------------------------------------
    # CHANGED TERMS
    # ------------------------------------------------------------------

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

    # ------------------------------------------------------------------
    # PROBLEMS
    # ------------------------------------------------------------------

    @api.depends("state")
    def _compute_problems(self):
        for contract in self:
            problems = []
            # ids of rows matter: a form that is being edited shows what is saved
            if contract._origin and contract.state in OPEN:
                problems = contract._origin._find_problems()
            contract.problems = bool(problems) and Markup(
                '<ul class="mb-0">%s</ul>'
            ) % Markup().join(Markup("<li>%s</li>") % problem for problem in problems)

    def _find_problems(self):
        """What stops the approval.

        :return: list of sentences that name the rows and say what to do
        """
        self.ensure_one()
        problems = self._find_gaps()
        grants = self.grant_ids._known(None)
        days = {grant: grant._get_granted_days() for grant in grants}
        never = grants.filtered(lambda grant: days[grant][0] > days[grant][1])
        problems += [
            self.env._(
                "“%s” has no day within the contract's term: correct its dates.",
                grant.display_name,
            )
            for grant in never
        ]
        try:
            return problems + self._find_overlaps(grants - never) + self._find_ties()
        except ValueError as error:
            # the engine says which row and how to mend it
            return [*problems, str(error)]

    def _find_gaps(self):
        """What is missing."""
        problems = []
        if not self.grant_ids._known(None):
            problems.append(self.env._("Nothing is granted: add a grant."))
        if not self.rate_ids._known(None):
            problems.append(self.env._("No royalty rate applies: add one."))
        if self.fx_rule == "fixed" and not self.fx_rate_ids:
            problems.append(
                self.env._("Rates of exchange are fixed, but there is none: add them.")
            )
        problems += [
            self.env._(
                "%s shrinks when the contract ends early, so it needs its first and"
                " last day.",
                pool.display_name,
            )
            for pool in self.commitment_ids._known(None)
            if pool.prorates and not (pool.date_start and pool.date_end)
        ]
        return problems

    # ------------------------------------------------------------------
    # OVERLAPS WITH EXCLUSIVE GRANTS
    # ------------------------------------------------------------------

    def _find_overlaps(self, grants):
        """Sentences about grants that promise what is promised to another."""
        conflicts = [
            conflict
            for conflict in grants._find_conflicts(grants)
            if not conflict[0].override_reason
        ]
        say = self._get_sayer([overlap for _mine, _other, overlap in conflicts])
        sentences = []
        for mine, other, overlap in conflicts[:SHOWN]:
            # sudo: a conflict names the other contract, whoever may see that
            other = other.sudo()
            names = {
                "grant": mine.display_name,
                "other": other.display_name,
                "contract": other.contract_id.display_name,
                "licensee": other.contract_id.partner_id.display_name,
                "shared": say(overlap),
            }
            sentences.append(
                self.env._(
                    "“%(grant)s” overlaps the exclusive “%(other)s” of %(contract)s"
                    " (%(licensee)s): %(shared)s. Narrow it or say why it is allowed.",
                    **names,
                )
                if other.exclusive
                else self.env._(
                    "“%(grant)s” is exclusive, but “%(other)s” of %(contract)s"
                    " (%(licensee)s) grants the same: %(shared)s. Narrow it or say why"
                    " it is allowed.",
                    **names,
                )
            )
        return self._shorten(sentences, len(conflicts))

    # ------------------------------------------------------------------
    # TIES
    # ------------------------------------------------------------------

    def _find_ties(self):
        """Sentences about rows that apply equally to the same sales."""
        trees = self._read_trees()
        days = {"first": self.date_start, "last": self._get_sell_off_last()}
        rates, deductions, pools = (
            rows._known(None)._to_engine(trees, None)
            for rows in (self.rate_ids, self.deduction_ids, self.commitment_ids)
        )
        by_pair = {}
        for kind in royalty.KINDS:
            allowed = [row for row in deductions if kind in row.kinds]
            for tie in royalty.find_ties(allowed, **days):
                by_pair.setdefault((tie.row, tie.other), tie)
        ties = [("licensing.rate", tie) for tie in royalty.find_ties(rates, **days)]
        ties += [("licensing.deduction", by_pair[pair]) for pair in sorted(by_pair)]
        pools = royalty.find_ties(pools, **days)
        ties += [("licensing.commitment", tie) for tie in pools]
        say = self._get_sayer([tie for _model, tie in ties])
        return self._shorten(
            [self._say_tie(model, tie, say(tie)) for model, tie in ties[:SHOWN]],
            len(ties),
        )

    def _say_tie(self, model, tie, shared):
        rows = {
            "licensing.rate": self.rate_ids,
            "licensing.deduction": self.deduction_ids,
            "licensing.commitment": self.commitment_ids,
        }[model]
        names = {row.id: row.display_name for row in rows}
        names = {"a": names[tie.row], "b": names[tie.other], "shared": shared}
        texts = {
            "licensing.rate": self.env._(
                "Rates “%(a)s” and “%(b)s” apply equally to %(shared)s: narrow one of"
                " them.",
                **names,
            ),
            "licensing.deduction": self.env._(
                "Deductions “%(a)s” and “%(b)s” apply equally to %(shared)s: narrow one"
                " of them.",
                **names,
            ),
            "licensing.commitment": self.env._(
                "Pools “%(a)s” and “%(b)s” apply equally to %(shared)s: narrow one of"
                " them.",
                **names,
            ),
        }
        return texts[model]

    # ------------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------------

    def _shorten(self, sentences, count):
        if count > len(sentences):
            more = count - len(sentences)
            sentences.append(self.env._("… and %s more of that kind.", more))
        return sentences

    def _get_sayer(self, found):
        """A function that says what two rows share; it reads all names at once.

        :param found: list of ``royalty.Overlap`` or ``royalty.Tie``
        """
        every = {}
        for pair in found:
            for field, ids in pair.shared:
                every.setdefault(field, set()).update(ids)

        def get_names(field, ids):
            if field == "sale_types":
                return [label for word, label in SALE_TYPES if word in ids]
            # sudo: names of what a contract names, and of nothing else
            records = self.env[MODELS[field]].sudo().browse(sorted(ids))
            records = records.with_prefetch(every[field])
            if "parent_id" in records._fields:
                records = records.filtered(lambda node: node.parent_id.id not in ids)
            return records.mapped("display_name")

        def say(pair):
            parts = [
                self._say_some(get_names(*part)) for part in pair.shared if part[1]
            ]
            what = "; ".join(parts) or self.env._("every sale")
            days = self._say_days(pair.first, pair.last)
            return f"{what}, {days}" if days else what

        return say

    def _say_some(self, names):
        some = ", ".join(names[:NAMES])
        if len(names) <= NAMES:
            return some
        return self.env._(
            "%(some)s and %(more)s more", some=some, more=len(names) - NAMES
        )

    def _say_days(self, first, last):
        first = first and format_date(self.env, first)
        last = last and format_date(self.env, last)
        if first and last:
            return self.env._("%(first)s – %(last)s", first=first, last=last)
        if first:
            return self.env._("from %s", first)
        return last and self.env._("until %s", last) or ""
