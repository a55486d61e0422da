from datetime import timedelta

from odoo import fields, models

from ....engine import royalty

#: Days ahead in which periods and their dates are shown.
HORIZON = 180


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    statement_ids = fields.One2many(
        comodel_name="licensing.statement", inverse_name="contract_id"
    )
    statement_count = fields.Integer(
        string="Statements",
        compute="_compute_statement_count",
        help="Royalty statements, expected ones and revisions included.",
    )

    def _compute_statement_count(self):
        self._count("statement_count", "licensing.statement")

    def action_view_statements(self):
        """The royalty statements of the contract."""
        return self._view(
            "licensing.statement", self.env._("Statements of %s", self.name)
        )

    def _get_coming_periods(self, horizon):
        """Periods whose statement may be due from today on.

        :param int horizon: days ahead in which they end
        :return: list of ``royalty.Period``
        """
        self.ensure_one()
        today = self.company_id._collections_today()
        month = int(self.year_start_month)
        days = [self.report_days]
        for change in self._get_changes("report_days"):
            days += [change._get_before(), change._get_new()]
        oldest = today - timedelta(days=max(days))
        first = max(
            self.date_start, royalty.period_of(oldest, self.period, month).first
        )
        last = min(self._get_sell_off_last(), today + timedelta(days=horizon))
        found = royalty.periods(first, last, self.period, month)
        return [
            period
            for period in found
            if self._ends(period) and self._get_due_day(period) >= today
        ]

    def _ends(self, period):
        """Whether a period is whole, not cut by a horizon."""
        whole = royalty.period_of(
            period.first, self.period, int(self.year_start_month)
        ).last
        return period.last == min(whole, self._get_sell_off_last())
