from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..base.actions import open_window
from ..base.bulk import insert_rows
from .collections_statement import CHANNELS, KINDS
from .collections_statement_delivery import BATCH


class CollectionsStatementRun(models.Model):
    """Statements of one day to many accounts: prepared, delivered, logged."""

    _name = "collections.statement.run"
    _description = "Statement Run"
    _inherit = ["account.admin.batch.run.mixin"]
    _evidence_period = "collections_keep_statements"
    _evidence_files_kept = True
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="As of",
        required=True,
        readonly=True,
        help="The day whose balance is shown.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        readonly=True,
        help="First day of the movements of a balance forward.",
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        readonly=True,
        help="Open items: what is unpaid. Balance forward: the balance before, and"
        " everything that moved it.",
    )
    monthly = fields.Boolean(readonly=True, help="Made by the scheduled action.")
    channel = fields.Selection(
        selection=CHANNELS,
        readonly=True,
        help="Empty: each account's own preference.",
    )
    statement_ids = fields.One2many(
        comodel_name="collections.statement", inverse_name="run_id"
    )
    total_count = fields.Integer(
        string="Accounts",
        compute="_compute_counts",
        help="Accounts that get a statement.",
    )
    sent_count = fields.Integer(
        string="Sent",
        compute="_compute_counts",
        help="Statements that left or were printed.",
    )
    failed_count = fields.Integer(
        string="Failed",
        compute="_compute_counts",
        help="Statements that could not be sent; each says why.",
    )
    skipped_count = fields.Integer(
        string="Not Sent", compute="_compute_counts", help="Accounts that want none."
    )
    progress = fields.Float(compute="_compute_counts", help="Percent done.")

    _one_a_month = models.UniqueIndex(
        "(company_id, date) WHERE monthly AND state <> 'cancelled'",
        "The monthly statements of a day are made once.",
    )

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "Statements of %s", format_date(self.env, run.date)
            )

    @api.depends("statement_ids.state")
    def _compute_counts(self):
        groups = self.env["collections.statement"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in groups}
        states = dict(self.env["collections.statement"]._fields["state"].selection)
        for run in self:
            by = {state: counts.get((run.id, state), 0) for state in states}
            run.total_count = sum(by.values())
            run.sent_count = by["sent"] + by["printed"]
            run.failed_count = by["failed"]
            run.skipped_count = by["skipped"]
            left = by["queued"] if run.total_count else run.state != "done"
            run.progress = 100 - 100 * left / (run.total_count or 1)

    @api.model
    def _get_concerned(self, partners):
        return self.env["collections.statement"]._get_concerned(partners).run_id

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view_statements(self):
        """What went to whom."""
        return open_window(
            self.env,
            "statement_action",
            ", ".join(self.mapped("display_name")),
            domain=[("run_id", "in", self.ids)],
            context={},
        )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_statements(self):
        """Start the monthly statements that are due and deliver what is queued.

        Runs as the superuser, each company with its own today. Every batch is committed
        with what was handed over, so a later call goes on where one was cut.
        """
        self._start_monthly()
        if self._go_on_with_all():
            self.env["collections.statement"]._transmit_all()

    @api.model
    def _start_monthly(self):
        """Create the run of last month's end for each company that wants one."""
        companies = self.env["res.company"].search(
            [("collections_statement_monthly", "=", True)]
        )
        for company in companies:
            today = company._collections_today()
            day = today.replace(day=1) - timedelta(days=1)
            is_early = today.day < company._collections_setting("statement_day")
            # turned on this month: the first statements are those of its end
            if is_early or day < company.collections_statement_since:
                continue
            done = self.search_count(
                [
                    ("company_id", "=", company.id),
                    ("date", "=", day),
                    ("monthly", "=", True),
                ],
                limit=1,
            )
            if not done:
                self.create(
                    {
                        "company_id": company.id,
                        "date": day,
                        "date_from": day + relativedelta(day=1),
                        "kind": company._collections_setting("statement_kind"),
                        "monthly": True,
                    }
                )

    # ------------------------------------------------------------------
    # DELIVER
    # ------------------------------------------------------------------

    @api.model
    def _get_cron(self):
        return self.env.ref("account_admin.ir_cron_statements")

    def _is_prepared(self):
        return bool(self.statement_ids)

    def _cancel_waiting(self):
        self.statement_ids.filtered(lambda s: s.state == "queued").write(
            {
                "state": "skipped",
                "reason": self.env._("Cancelled by %s", self.env.user.name),
            }
        )

    def _find_waiting(self):
        statements = self.env["collections.statement"]
        queued = [("run_id", "=", self.id), ("state", "=", "queued")]
        batch = statements.search(queued, order="id", limit=BATCH)
        return batch, statements.search_count(queued)

    def _deliver_batch(self, batch):
        batch.with_company(self.company_id)._deliver_isolated()

    def _find_letters(self):
        letters = self.statement_ids.filtered(
            lambda statement: statement.state == "printed" and statement.attachment_id
        )
        return letters.sorted(
            lambda statement: (statement.contact_id.name or "", statement.id)
        ).attachment_id

    # ------------------------------------------------------------------
    # PREPARE
    # ------------------------------------------------------------------

    def _prepare(self):
        """Make a statement for each account with a balance or a movement."""
        self.ensure_one()
        accounts = self._get_accounts()
        partners = self.env["res.partner"].browse(accounts)
        users = self.env["res.partner"]._collections_get_responsible(
            self.company_id, partners.ids
        )
        channels = {
            partner: self._get_channel(partner)
            for partner in partners.with_company(self.company_id)
        }
        addressed = self._get_addresses(channels)
        insert_rows(
            self.env["collections.statement"],
            [
                {
                    "run_id": self.id,
                    "company_id": self.company_id.id,
                    "partner_id": partner.id,
                    "national_account_id": accounts[partner.id][2],
                    "user_id": users[partner.id] or None,
                    "date": self.date,
                    "date_from": self.date_from,
                    "kind": self.kind,
                    "channel": channels[partner],
                    "amount": accounts[partner.id][0],
                    "overdue": accounts[partner.id][1],
                    **addressed[partner],
                }
                for partner in partners
            ],
        )
        self.invalidate_recordset(["statement_ids"])
        self.state = "running"

    def _get_accounts(self):
        """Accounts with a balance or a movement, members at their head office.

        :return: dict partner id -> (open, overdue, national account id or None)
        """
        found = self._get_balances()
        return self._merge_nationals(found, self._get_statements_at_head())

    def _get_channel(self, partner):
        """How an account gets it: who wants none gets none, whatever the run's way."""
        wanted = partner._collections_get_statement_channel()
        return wanted if wanted == "none" else self.channel or wanted

    def _get_balances(self):
        """Open and overdue of each account that had something: dict id -> pair."""
        items = self.env["account.admin.open.item"]
        items._flush_reads()
        query = SQL(
            """WITH %(item)s,
            moved AS (
                SELECT partner.commercial_partner_id AS partner_id
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%(receivables)s)
                   AND line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND line.date BETWEEN %(start)s AND %(day)s
                   AND line.amount_currency <> 0
                UNION
                SELECT partner.commercial_partner_id
                  FROM (%(matches)s) match
                  JOIN account_move_line line ON line.id = match.line_id
                  JOIN account_move_line other ON other.id = match.other_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  LEFT JOIN res_partner payer ON payer.id = other.partner_id
                 WHERE match.day BETWEEN %(start)s AND %(day)s
                   AND line.account_id = ANY(%(receivables)s)
                   AND line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND other.parent_state = 'posted'
                   AND (payer.commercial_partner_id
                            IS DISTINCT FROM partner.commercial_partner_id
                        OR other.company_id <> line.company_id))
            SELECT COALESCE(item.partner_id, moved.partner_id),
                   COALESCE(SUM(residual_company), 0),
                   COALESCE(SUM(residual_company) FILTER (WHERE due < %(day)s), 0)
              -- zero in its own currency (a revaluation) is nothing to a customer
              FROM (SELECT * FROM item WHERE residual <> 0) item
              FULL JOIN moved ON moved.partner_id = item.partner_id
             WHERE COALESCE(item.partner_id, moved.partner_id) IS NOT NULL
             GROUP BY 1""",
            item=items._item_cte(self.company_id, self.date),
            receivables=items._find_receivable_accounts(self.company_id).ids,
            company=self.company_id.id,
            start=self.date_from,
            day=self.date,
            matches=items._match_sides_sql(),
        )
        return {
            partner: (opened, overdue)
            for partner, opened, overdue in self.env.execute_query(query)
        }

    def _get_statements_at_head(self):
        """National accounts that get one statement: dict partner id -> account."""
        members = self.env["national.account"]._get_of_members(
            self.company_id, self.date
        )
        return {
            partner: account
            for partner, account in members.items()
            if account.statement_to_head and account.partner_id
        }

    def _merge_nationals(self, found, nationals):
        """Members' balances at their head office.

        :return: dict partner id -> (open, overdue, national account id or None)
        """
        accounts = {}
        for partner, (opened, overdue) in found.items():
            national = nationals.get(partner)
            key = national.partner_id.id if national else partner
            before = accounts.get(key, (0, 0, None))
            accounts[key] = (
                before[0] + opened,
                before[1] + overdue,
                national.id if national else None,
            )
        return accounts

    def _get_addresses(self, channels):
        """Whom each goes to, or why it does not: dict partner -> columns."""
        statements = self.env["collections.statement"]
        addressed = {}
        for channel in {channel: None for channel in channels.values()}:
            partners = self.env["res.partner"].browse(
                partner.id for partner, used in channels.items() if used == channel
            )
            addressed |= statements._get_address_vals(partners, channel)
        return addressed
