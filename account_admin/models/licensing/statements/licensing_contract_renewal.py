"""Renewals: when notice may be given, and whether the renewal test is met so far."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .licensing_statement import STATEMENT_FINAL_STATES

BATCH = 100


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

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
