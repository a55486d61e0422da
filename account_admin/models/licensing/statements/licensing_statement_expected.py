"""Statements that licensees owe: made when their period is over, reminded when late."""

from datetime import timedelta

from odoo import api, models

from ....engine import royalty
from ...base.isolation import apply_isolated
from ..terms.licensing_contract import LIVE

#: The activity about a late statement.
LATE = "mail.mail_activity_data_todo"


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    @api.model
    def _cron_expect(self):
        """Make the statements that are expected of every company's licensees."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for position, company in enumerate(companies, start=1):
            self._expect(company)
            self._remind(company)
            remaining = len(companies) - position
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    @api.model
    def _expect(self, company):
        """Make the statement of each period that is over and has none.

        A contract whose periods cannot be told is its responsible's matter.
        """
        contracts = self.env["licensing.contract"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", (*LIVE, "expired", "terminated")),
            ]
        )
        apply_isolated(
            self.env,
            contracts,
            lambda part: self._expect_of(part, company._collections_today()),
            lambda contract, error: contract._ask_about_failure(contract, error),
        )

    @api.model
    def _expect_of(self, contracts, today):
        known = {}
        for row in self.search_fetch(
            [("contract_id", "in", contracts.ids)],
            ["contract_id", "date_start", "date_end"],
        ):
            known.setdefault(row.contract_id.id, []).append(row)
        self.create(
            [
                contract._prepare_expected(period)
                for contract in contracts
                for period in contract._get_periods(today)
                if not any(
                    row.date_start <= period.last and row.date_end >= period.first
                    for row in known.get(contract.id, ())
                )
            ]
        )

    @api.model
    def _remind(self, company):
        """An activity for each statement that is late, once."""
        kind = self.env.ref(LATE)
        own = [("activity_type_id", "=", kind.id), ("automated", "=", True)]
        late = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "expected"),
                ("date_due", "<", company._collections_today()),
                ("activity_ids", "not any", own),
            ]
        )
        for _user, statements in late.grouped("user_id").items():
            desk = statements[0]._get_desk_user() or self.env.user
            statements.activity_schedule(
                LATE,
                user_id=desk.id,
                summary=self.env._("Royalty statement is late: ask the licensee"),
            )


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    def _get_periods(self, day):
        """Reporting periods that were over before a day, sell-off included.

        :return: list of ``royalty.Period``
        """
        last = min(self._get_sell_off_last(), day - timedelta(days=1))
        found = royalty.periods(
            self.date_start,
            self._get_sell_off_last(),
            self.period,
            int(self.year_start_month),
        )
        return [period for period in found if period.last <= last]

    def _get_due_day(self, period):
        """The day on which a period's report is due, as agreed on its last day.

        :param period: ``royalty.Period``
        """
        days = self._get_value_on("report_days", period.last)
        return period.last + timedelta(days=days)

    def _prepare_expected(self, period):
        return {
            "contract_id": self.id,
            "date_start": period.first,
            "date_end": period.last,
            "date_due": self._get_due_day(period),
        }
