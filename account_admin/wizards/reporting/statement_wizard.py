from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ...models.base.actions import open_window
from ...models.base.bounds import bounded
from ...models.base.bulk import insert_rows
from ...models.base.context import get_context_ids
from ...models.reporting.collections_statement import CHANNELS, KINDS
from ...reports.reporting import statement_xlsx

#: Statements printed while somebody waits: a quarter of a second each.
PRINTED = 100


@bounded
class CollectionsStatementWizard(models.TransientModel):
    """Statements of chosen accounts: to look at, to print, to send."""

    _name = "collections.statement.wizard"
    _description = "Make Statements"
    _inherit = ["account.admin.wizard.mixin"]

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The day whose balance is shown.",
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default=lambda self: self.env.company._collections_setting("statement_kind"),
        help="Open items: what is unpaid. Balance forward: the balance before, and"
        " everything that moved it.",
    )
    date_from = fields.Date(
        string="From",
        compute="_compute_date_from",
        store=True,
        readonly=False,
        help="First day of the movements of a balance forward.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        context={"active_test": False},
        string="Accounts",
        domain=[("parent_id", "=", False)],
        default=lambda self: self._default_partner_ids(),
        help="Leave empty to send to all accounts with a balance or a movement.",
    )
    national_account_ids = fields.Many2many(
        comodel_name="national.account",
        context={"active_test": False},
        string="National Accounts",
        default=lambda self: self._default_national_account_ids(),
        help="One statement each, with the head office and all members.",
    )
    channel = fields.Selection(
        selection=[channel for channel in CHANNELS if channel[0] != "none"],
        string="Send by",
        help="Empty: as each account wants it.",
    )

    step = fields.Selection(
        selection=[("choose", "Choose"), ("review", "Review")], default="choose"
    )
    summary = fields.Text(
        compute="_compute_review", help="How many would leave, and how."
    )
    stopped = fields.Text(
        string="Will Not Leave",
        compute="_compute_review",
        help="Accounts that want none or cannot be reached, and why.",
    )
    ready_count = fields.Integer(compute="_compute_review")
    preview_id = fields.Many2one(
        comodel_name="res.partner",
        string="Preview Of",
        domain="[('id', 'in', preview_ids)]",
        help="An account whose statement is shown as it will leave.",
    )
    preview_ids = fields.Many2many(
        comodel_name="res.partner", compute="_compute_review"
    )
    preview_html = fields.Html(
        compute="_compute_preview_html",
        sanitize=False,
        help="The statement as it would leave.",
    )

    @api.constrains("kind", "date", "date_from")
    def _check_dates(self):
        for wizard in self.filtered(lambda w: w.kind == "balance_forward"):
            if not wizard.date_from or wizard.date_from > wizard.date:
                raise ValidationError(
                    self.env._("A balance forward starts on a day before it ends.")
                )

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return False
        ids = get_context_ids(self.env, "active_ids")
        partners = self.env["res.partner"].browse(ids)
        partners.check_access("read")
        return partners.commercial_partner_id

    @api.model
    def _default_national_account_ids(self):
        if self.env.context.get("active_model") != "national.account":
            return False
        return get_context_ids(self.env, "active_ids")

    @api.depends("date")
    def _compute_date_from(self):
        for wizard in self:
            wizard.date_from = wizard.date and wizard.date + relativedelta(day=1)

    # ------------------------------------------------------------------
    # REVIEW
    # ------------------------------------------------------------------

    @api.depends("step", "date", "channel", "partner_ids", "national_account_ids")
    def _compute_review(self):
        self.summary, self.stopped, self.ready_count = False, False, 0
        self.preview_ids = False
        for wizard in self.filtered(lambda wizard: wizard.step == "review"):
            wizard._review()

    def _review(self):
        accounts = self._get_accounts()
        channels = {partner: self._get_channel(partner) for partner in accounts}
        addressed = self._get_addresses(channels)
        ready = [p for p in accounts if addressed[p]["state"] == "queued"]
        labels = dict(self._fields["channel"]._description_selection(self.env))
        counts = Counter(labels[channels[partner]] for partner in ready)
        self.ready_count = len(ready)
        self.preview_ids = self.env["res.partner"].concat(*ready)
        self.summary = self.env._(
            "%(count)s statements will leave: %(channels)s.",
            count=len(ready),
            channels=", ".join(f"{label} {n}" for label, n in counts.items()) or "0",
        )
        self.stopped = "\n".join(
            sorted(
                addressed[partner]["reason"]
                if addressed[partner]["state"] == "failed"
                else f"{partner.display_name}: {addressed[partner]['reason']}"
                for partner in accounts
                if addressed[partner]["state"] != "queued"
            )
        )

    @api.depends("preview_id", "step", "kind", "date", "date_from")
    def _compute_preview_html(self):
        self.preview_html = False
        for wizard in self.filtered(lambda wizard: wizard.step == "review"):
            partner = wizard.preview_id or wizard.preview_ids[:1]
            if partner:
                wizard.preview_html = wizard._render_preview(partner)

    def _render_preview(self, partner):
        """A statement as it will leave; nothing is kept of it."""
        accounts = self._get_accounts()
        self._check_accounts(accounts)
        channel = self._get_channel(partner)
        address = self._get_addresses({partner: channel})[partner]
        # sudo: statements are not for writing by hand; the accounts were checked
        statement = (
            self.env["collections.statement"]
            .sudo()
            .new(
                {
                    "company_id": self.company_id.id,
                    "partner_id": partner.id,
                    "national_account_id": accounts[partner].id,
                    "contact_id": address["contact_id"],
                    "user_id": self.env.uid,
                    "date": self.date,
                    "date_from": self.date_from,
                    "kind": self.kind,
                    "channel": channel,
                }
            )
        )
        data = statement._present()[statement]
        return self.env["ir.qweb"]._render(
            "account_admin.statement_preview",
            {
                "o": statement.with_context(lang=data["lang"]),
                "data": data,
                "to": address["email"] or statement.contact_id.display_name,
            },
            lang=data["lang"],
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_print(self):
        """The statements as one PDF.

        :raise UserError: for so many that the browser would not wait
        """
        count = len(self._get_accounts())
        if count > PRINTED:
            raise UserError(
                self.env._(
                    "%(count)s statements take minutes: choose at most %(most)s, or"
                    " send them by letter, which makes one PDF in the background.",
                    count=count,
                    most=PRINTED,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/pdf/statements/{self.id}",
            "target": "download",
        }

    def action_view(self):
        """The statements, to look at and to send one by one."""
        if not self.env.user.has_group("account_admin.group_account_admin_user"):
            # what is made to be sent is listed with what was
            raise AccessError(
                self.env._("Auditors take the PDF: nothing of it is kept.")
            )
        statements = self._make()
        return open_window(
            self.env,
            "statement_action",
            self.env._("Statements of %s", format_date(self.env, self.date)),
            domain=[("id", "in", statements.ids)],
            context={},
        )

    def action_xlsx(self):
        """The statements as one workbook."""
        self.ensure_one()
        self._check_accounts(self._get_accounts())
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/statements/{self.id}",
            "target": "download",
        }

    def action_review(self):
        """Show what would leave, to whom and what not, before anything is sent."""
        self._check_may_send()
        self._check_accounts(self._get_accounts())
        self.write({"step": "review", "preview_id": False})
        return self._reopen()

    def action_choose(self):
        """Go back and choose other accounts."""
        self.step = "choose"
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make Statements"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_may_send(self):
        self.ensure_one()
        if not self.env.user.has_group("account_admin.group_account_admin_user"):
            raise AccessError(
                self.env._("Auditors look at statements, they send none.")
            )
        self._check_company()

    def action_send(self):
        """Send in the background; the run shows how far it is."""
        self._check_may_send()
        # who sees every account has all of them prepared in the background
        is_all = not self.partner_ids and not self.national_account_ids
        chosen = not is_all or not self._sees_every_account()
        if chosen:
            self._check_accounts(self._get_accounts())
        # sudo: runs are not for writing by hand; _make checks the accounts
        run = (
            self.env["collections.statement.run"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "date": self.date,
                    "date_from": self.date_from,
                    "kind": self.kind,
                    "channel": self.channel,
                    "state": "running" if chosen else "new",
                }
            )
        )
        if chosen:
            self._make(run)
        self.env.ref("account_admin.ir_cron_statements").sudo()._trigger()
        if self.env.context.get("account_admin_stay"):
            # sent from a screen that somebody goes on working in
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "On its way: %s.",
                        ", ".join(self.partner_ids.mapped("display_name")),
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return run.with_env(self.env)._get_records_action()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    # what Send takes for all is what every other button takes for all
    def _get_accounts(self):
        """Whose statements are made: the chosen accounts, else all that have something.

        All are those with a balance or a movement that the user looks after.

        :return: dict commercial partner -> ``national.account`` of a statement for all
            its members, or an empty one
        """
        self.ensure_one()
        nationals = self.env["national.account"]
        if self.partner_ids or self.national_account_ids:
            accounts = dict.fromkeys(self.partner_ids, nationals)
            accounts |= {a.partner_id: a for a in self.national_account_ids}
            return accounts
        self._check_company()
        # sudo: balances count every item; whose accounts are the user's is asked below
        run = self.env["collections.statement.run"].sudo()
        found = run.new(
            {
                "company_id": self.company_id.id,
                "date": self.date,
                "date_from": self.date_from,
            }
        )._get_accounts()
        partners = self.env["res.partner"].browse(found)
        if not self._sees_every_account():
            partners = partners._collections_filter_own(self.company_id)
        return {p: nationals.browse(found[p.id][2] or []) for p in partners}

    def _sees_every_account(self):
        return any(
            self.env.user.has_group(f"account_admin.group_account_admin_{name}")
            for name in ("all", "auditor")
        )

    def _make(self, run=None):
        """Make a statement for each account.

        :param run: the run that is to deliver them, if any
        :return: the statements
        """
        nationals = self._get_accounts()
        self._check_accounts(nationals)
        Statement = self.env["collections.statement"]
        partners = self.env["res.partner"].concat(*nationals)
        users = (
            self.env["res.partner"]
            .sudo()
            ._collections_get_responsible(self.company_id, partners.ids)
        )
        totals = self._get_totals(nationals)
        channels = {partner: self._get_channel(partner) for partner in partners}
        addressed = self._get_addresses(channels)
        # sudo: statements are not for writing by hand; the accounts were checked
        statements = insert_rows(
            Statement.sudo(),
            [
                {
                    "run_id": run.id if run else None,
                    "company_id": self.company_id.id,
                    "partner_id": partner.id,
                    "national_account_id": nationals[partner].id or None,
                    "user_id": users[partner.id] or None,
                    "date": self.date,
                    "date_from": self.date_from or None,
                    "kind": self.kind,
                    "channel": channels[partner],
                    **totals[partner],
                    **addressed[partner],
                    # what no run sends waits for a person, whatever its address
                    **({} if run else {"state": "draft"}),
                }
                for partner in partners
            ],
        )
        if run:
            run.invalidate_recordset(["statement_ids"])
        return statements.with_env(self.env)

    def _get_channel(self, partner):
        partner = partner.with_company(self.company_id)
        return self.channel or partner._collections_get_statement_channel()

    def _get_addresses(self, channels):
        """Whom each goes to: dict partner -> values.

        :param dict channels: partner -> channel
        """
        statements = self.env["collections.statement"].sudo()
        addressed = {}
        for channel in dict.fromkeys(channels.values()):
            same = [partner for partner, used in channels.items() if used == channel]
            addressed |= statements._get_address_vals(
                self.env["res.partner"].sudo().concat(*same), channel
            )
        return addressed

    def _get_totals(self, accounts):
        """Open and overdue of each account, its members included, as booked."""
        partners = self.env["res.partner"].concat(*accounts)
        statements = self.env["collections.statement"].sudo()
        nationals = self.env["national.account"].union(*accounts.values())
        members = statements._get_covered(self.company_id, self.date, nationals)
        covered = {account.partner_id: ids for account, ids in members.items()}
        ids = [*partners.ids, *(one for found in covered.values() for one in found)]
        totals = statements._read_totals(self.company_id, self.date, ids)

        def total(partner, number):
            mine = covered.get(partner, partner.ids)
            return float(sum(totals[key][number] for key in mine if key in totals))

        return {
            partner: {"amount": total(partner, 0), "overdue": total(partner, 1)}
            for partner in partners
        }

    def _check_accounts(self, accounts):
        """:raise UserError: where there are none, or one is not the user's"""
        self.ensure_one()
        if not accounts:
            raise UserError(
                self.env._("No account of yours has a balance or a movement.")
            )
        self._check_company()
        partners = self.env["res.partner"].concat(*accounts)
        for partner in partners - partners.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(contact)s is a contact of %(account)s: choose the account.",
                    contact=partner.display_name,
                    account=partner.commercial_partner_id.display_name,
                )
            )
        partners._collections_check_own(self.company_id)

    def _check_company(self):
        """:raise AccessError: for a company that is not the user's"""
        self.company_id.check_access("read")
        if not self.env.su and self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._("You do not work for %s.", self.company_id.sudo().name)
            )

    def _get_pdf(self):
        """The statements' pages.

        :return: (name, bytes)
        """
        statements = self._make()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content = report._render_qweb_pdf(
            "account_admin.action_report_statement", statements.ids
        )[0]
        name = self.env._("Statements %s", self.date)
        # sudo: pages are for oneself, nothing of it is kept
        statements.sudo().unlink()
        return f"{name}.pdf", content

    def _get_xlsx(self):
        """The statements' workbook.

        :return: (name, bytes)
        """
        statements = self._make()
        name = self.env._("Statements %s", self.date)
        content = statement_xlsx.build(statements)
        # sudo: a workbook is for oneself, nothing of it is kept
        statements.sudo().unlink()
        return f"{name}.xlsx", content
