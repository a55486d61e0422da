from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ....engine import royalty
from ..terms.licensing_amendment import TERMS
from .licensing_statement import STATEMENT_FINAL_STATES
from .licensing_statement_compute import TEXTS

#: Days ahead in which periods and their dates are shown.
HORIZON = 180
BATCH = 100


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
    notice_state = fields.Selection(
        selection=[
            ("ahead", "Ahead"),
            ("open", "Open"),
            ("closed", "Closed"),
        ],
        string="Notice",
        compute="_compute_notice_state",
        help="Whether notice of renewal may be given today.",
    )
    notice_days_left = fields.Integer(
        string="Days Left",
        compute="_compute_notice_state",
        help="Until the last day of notice.",
    )
    notice_told = fields.Date(
        readonly=True,
        copy=False,
        help="First day of the last notice window that the responsible was told of.",
    )
    renewal_reached = fields.Monetary(
        string="Reached",
        compute="_compute_renewal",
        help="Royalties or net sales of approved statements so far, of periods that"
        " began since the test counts.",
    )
    renewal_progress = fields.Float(
        string="Progress",
        compute="_compute_renewal",
        help="Percent of the renewal test that is reached.",
    )
    renewal_test = fields.Selection(
        selection=[("met", "Met"), ("not_yet", "Not Yet"), ("none", "No Test")],
        string="Test",
        compute="_compute_renewal",
        search="_search_renewal_test",
        help="Whether the licensee has reached so far what a right to renew takes.",
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

    # ------------------------------------------------------------------
    # RENEWAL
    # ------------------------------------------------------------------

    @api.depends("notice_from", "notice_until", "company_id")
    def _compute_notice_state(self):
        days = {c: c._collections_today() for c in self.company_id}
        for contract in self:
            today, until = days.get(contract.company_id), contract.notice_until
            contract.notice_days_left = (until - today).days if today and until else 0
            if not (today and until):
                contract.notice_state = False
            elif until < today:
                contract.notice_state = "closed"
            else:
                opened = contract.notice_from <= today
                contract.notice_state = "open" if opened else "ahead"

    @api.depends("renewal_minimum", "renewal_measure", "renewal_since", "date_start")
    def _compute_renewal(self):
        reached = self._read_renewal()
        for contract in self:
            amount, least = (
                reached.get(contract._origin.id, 0),
                contract.renewal_minimum,
            )
            contract.renewal_reached = amount
            contract.renewal_progress = 100 * amount / least if least else 0
            if not least:
                contract.renewal_test = "none"
            else:
                currency = contract.currency_id
                met = currency.compare_amounts(amount, least) >= 0
                contract.renewal_test = "met" if met else "not_yet"

    def _search_renewal_test(self, operator, value):
        if operator != "in":
            return NotImplemented
        tested = self.search([("renewal_minimum", ">", 0)])
        found = tested.filtered(lambda contract: contract.renewal_test in value)
        domain = Domain("id", "in", found.ids)
        if "none" in value:
            # "= 0" leaves out what was never set
            unset = Domain("renewal_minimum", "=", False)
            domain |= unset | Domain("renewal_minimum", "<=", 0)
        return domain

    def _read_renewal(self):
        """What counts for the renewal test, of statements that are final.

        Royalties are those of the latest computation: a restatement counts.

        :return: dict contract id -> amount in the contract's currency
        """
        contracts = self._origin
        if not contracts:
            return {}
        Statement = self.env["licensing.statement"]
        Statement.flush_model(["contract_id", "state", "date_start", "net"])
        self.env["licensing.statement.snapshot"].flush_model(
            ["statement_id", "royalty"]
        )
        self.flush_model(["renewal_measure", "renewal_since", "date_start"])
        rows = self.env.execute_query(contracts._get_renewal_query())
        return {contract: float(amount or 0) for contract, amount in rows}

    def _get_renewal_query(self):
        """Contract id and what counts for its renewal test, a row each."""
        return SQL(
            """
    SELECT contract.id,
           SUM(CASE contract.renewal_measure WHEN 'net' THEN statement.net
               ELSE latest.royalty END)
      FROM licensing_contract contract
      JOIN licensing_statement statement
        ON statement.contract_id = contract.id
       AND statement.state IN %(final)s
       AND statement.date_start
           >= COALESCE(contract.renewal_since, contract.date_start)
 LEFT JOIN LATERAL (%(latest)s) latest ON TRUE
     WHERE contract.id IN %(ids)s
     GROUP BY contract.id
    """,
            latest=self.env["licensing.statement.snapshot"]._latest_sql(),
            final=STATEMENT_FINAL_STATES,
            ids=self._ids,
        )

    # ------------------------------------------------------------------
    # NOTICE
    # ------------------------------------------------------------------

    @api.model
    def _cron_notices(self):
        """Tell the responsible, once a window, that notice may be given."""
        domain = self._get_domain_of_today(self._get_notice_domain)
        due = self.search(domain, order="id").filtered(
            lambda c: not c.notice_told or c.notice_told < c.notice_from
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for ids in split_every(BATCH, due.ids):
            self.browse(ids)._tell_of_notice()
            if not cron._commit_progress(processed=len(ids)):
                break

    @api.model
    def _get_notice_domain(self, day):
        return (
            Domain("state", "in", ("approved", "active"))
            & Domain("termination_date", "=", False)
            & Domain("notice_from", "<=", day)
            & Domain("notice_until", ">=", day)
        )

    def _tell_of_notice(self):
        """Plan an activity for the responsible of each contract."""
        kind = self.env.ref("account_admin.mail_activity_type_notice")
        model = self.env["ir.model"]._get_id(self._name)
        acting = self._get_acting()
        self.env["mail.activity"].create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": contract.id,
                    "summary": contract._get_notice_summary(),
                    "date_deadline": contract.notice_until,
                    "user_id": acting[contract].id,
                }
                for contract in self
            ]
        )
        for opened, contracts in self.grouped("notice_from").items():
            contracts.notice_told = opened

    def _get_notice_summary(self):
        self.ensure_one()
        if self.renewal_test == "none":
            return self.env._("Notice of renewal is open")
        values = {
            "reached": self.currency_id.format(self.renewal_reached),
            "minimum": self.currency_id.format(self.renewal_minimum),
        }
        if self.renewal_test == "met":
            return self.env._(
                "Notice of renewal is open; the test is met: %(reached)s of"
                " %(minimum)s",
                **values,
            )
        return self.env._(
            "Notice of renewal is open; the test is not met: %(reached)s of"
            " %(minimum)s",
            **values,
        )

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

    def _is_narrowed_by(self, kind):
        """Whether a row of the contract is for some territories, or channels, only.

        :param str kind: of :data:`TEXTS`
        """
        narrowed = Domain.OR(Domain(name, "!=", False) for name in TEXTS[kind][2])
        mine = Domain("contract_id", "=", self.id) & Domain("is_proposed", "=", False)
        return any(
            self.env[name].search_count(mine & narrowed, limit=1) for name in TERMS
        )
