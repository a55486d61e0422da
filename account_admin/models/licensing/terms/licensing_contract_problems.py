"""What has to be mended before a contract is approved."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ....engine import royalty
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

    problems = fields.Html(
        string="To Resolve",
        compute="_compute_problems",
        sanitize=False,
        help="What stops the approval, checked as you write.",
    )

    @api.depends("state")
    def _compute_problems(self):
        for contract in self:
            problems = []
            # ids of rows matter: a form that is being edited shows what is saved
            if contract._origin and contract.state in ("draft", "review"):
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
