"""A contract as its licensee sees it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ....engine import royalty
from ....engine.money import ZERO
from ..money.licensing_commitment_billing import get_guarantee, get_span
from .licensing_contract import HORIZON


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    @api.model
    def _get_licensee_states(self):
        return {
            "approved": (self.env._("Agreed"), "info"),
            "active": (self.env._("In force"), "success"),
            "sell_off": (self.env._("Sell-off"), "warning"),
            "expired": (self.env._("Ended"), "light"),
            "terminated": (self.env._("Ended early"), "light"),
        }

    def _get_current(self, rows):
        """Those of its grants or rates that count today or later."""
        today = self.company_id._collections_today()
        return rows._known(None).filtered(
            lambda row: not row.date_end or row.date_end >= today
        )

    def _get_licensee_pools(self):
        """Its guarantees and advances, and how far they are.

        :return: list of dict of the ``pool``, its days ``first`` and ``last``, amounts
            in its currency to be shown: ``guarantee``, ``earned``, ``billed``,
            ``credit`` (still to recoup) and ``left`` (still to bill by its end), and
            ``share``: whole percent of the guarantee that was earned
        """
        self.ensure_one()
        balances = self.env["licensing.ledger"]._get_balances(self)
        spans = {pool: get_span(pool) for pool in self.commitment_ids._known(None)}
        return [
            _show_pool(pool, span, balances.get(pool.id, royalty.Balance()))
            for pool, span in spans.items()
            if span.first <= span.last
        ]

    def _get_licensee_products(self):
        """The licensee's products that the contract is about."""
        self.ensure_one()
        grants = self.grant_ids._known(None)
        domain = Domain("partner_id", "=", self.partner_id.id)
        domain &= Domain("company_id", "=", self.company_id.id)
        for name in ("property", "category"):
            if all(grant[f"{name}_ids"] for grant in grants):
                named = grants[f"{name}_ids"].ids
                domain &= Domain(f"{name}_id", "=", False) | Domain(
                    f"{name}_id", "child_of", named
                )
        return self.env["licensing.product"].search(domain)

    def _get_licensee_dates(self):
        """What comes next.

        :return: list of (day, text), late reports and then the next first
        """
        self.ensure_one()
        today = self.company_id._collections_today()
        found = [*self._get_report_dates(), *self._get_coming_dates()]
        found += [
            (line.date, self.env._("Instalment of “%s”", line.commitment_id.name))
            for line in self.commitment_ids._known(None).line_ids
            if line.state == "scheduled"
        ]
        coming = sorted((day, text) for day, text in found if day and day >= today)
        return self._get_late_reports(today) + coming

    def _get_late_reports(self, today):
        """Reports that were due before today and are still missing."""
        late = self.statement_ids.filtered(
            lambda found: (
                found.state == "expected" and found.date_due and found.date_due < today
            )
        )
        return [
            (
                found.date_due,
                self.env._(
                    "Late: report for %(start)s to %(end)s",
                    start=format_date(self.env, found.date_start),
                    end=format_date(self.env, found.date_end),
                ),
            )
            for found in late.sorted("date_due")
        ]

    def _get_report_dates(self):
        """Days on which reports are due, those of the next months included."""
        known = {statement.date_start for statement in self.statement_ids}
        waiting = [
            (found.date_start, found.date_end, found.date_due)
            for found in self.statement_ids
            if found.state == "expected"
        ]
        waiting += [
            (period.first, period.last, self._get_due_day(period))
            for period in self._get_coming_periods(HORIZON)
            if period.first not in known
        ]
        return [
            (
                due,
                self.env._(
                    "Report for %(start)s to %(end)s",
                    start=format_date(self.env, first),
                    end=format_date(self.env, last),
                ),
            )
            for first, last, due in waiting
        ]

    def _get_coming_dates(self):
        """Days of the term: notice, end, sell-off."""
        last = self._get_duration()[1]
        if not self.termination_date:
            yield self.notice_from, self.env._("Notice of renewal may be given")
            yield self.notice_until, self.env._("Last day for notice of renewal")
        yield last, self.env._("The licence ends")
        if self.sell_off_days:
            yield self._get_sell_off_last(), self.env._("Last day of the sell-off")


def _show_pool(pool, span, balance):
    """One pool, as from ``licensing.contract._get_licensee_pools``."""
    guarantee = get_guarantee(pool, span, pool.currency_id.decimal_places)
    amounts = {
        "guarantee": guarantee,
        "earned": balance.earned,
        "billed": balance.billed,
        "credit": balance.credit,
        "left": max(guarantee - balance.billed, ZERO),
    }
    return {
        "pool": pool,
        "first": span.first,
        "last": span.last,
        **{name: float(amount) for name, amount in amounts.items()},
        "share": int(100 * balance.earned / guarantee) if guarantee else 0,
    }
