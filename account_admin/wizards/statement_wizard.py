from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..models.bulk import insert_rows
from ..models.statement import CHANNELS, KINDS
from ..report import statement_xlsx

#: Statements printed while somebody waits: a quarter of a second each.
PRINTED = 100


class AccountAdminStatementWizard(models.TransientModel):
    """Statements of chosen accounts: to look at, to print, to send."""

    _name = "account.admin.statement.wizard"
    _description = "Make Statements"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._collections_today(),
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default=lambda self: self.env.company.collections_statement_kind,
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
        partners = self.env["res.partner"].browse(self.env.context.get("active_ids"))
        return partners.commercial_partner_id

    @api.model
    def _default_national_account_ids(self):
        if self.env.context.get("active_model") != "national.account":
            return False
        return self.env.context.get("active_ids")

    @api.depends("date")
    def _compute_date_from(self):
        for wizard in self:
            wizard.date_from = wizard.date and wizard.date + relativedelta(day=1)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_print(self):
        """The statements as one PDF.

        :raise UserError: for so many that the browser would not wait
        """
        count = len(self.partner_ids | self.national_account_ids.partner_id)
        if count > PRINTED:
            raise UserError(
                self.env._(
                    "%(count)s statements take minutes: choose at most %(most)s, or"
                    " send them by letter, which makes one PDF in the background.",
                    count=count,
                    most=PRINTED,
                )
            )
        return self._make().action_print()

    def action_view(self):
        """The statements, to look at and to send one by one."""
        statements = self._make()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_admin.statement_action"
        )
        return {**action, "domain": [("id", "in", statements.ids)], "context": {}}

    def action_xlsx(self):
        """The statements as one workbook."""
        self.ensure_one()
        self._check_chosen()
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/statements/{self.id}",
            "target": "download",
        }

    def action_send(self):
        """Send in the background; the run shows how far it is."""
        self.ensure_one()
        if not self.env.user.has_group("account_admin.group_account_admin_user"):
            raise AccessError(
                self.env._("Auditors look at statements, they send none.")
            )
        self._check_company()
        chosen = self.partner_ids or self.national_account_ids
        if not chosen and not self.env.user.has_group(
            "account_admin.group_account_admin_all"
        ):
            raise UserError(self.env._("Choose the accounts to send statements to."))
        # sudo: runs are not for writing by hand; _make checks the accounts
        run = (
            self.env["account.admin.statement.run"]
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
        return run.with_env(self.env)._get_records_action()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _make(self, run=None):
        """Make a statement for each chosen account.

        :param run: the run that is to deliver them, if any
        :return: the statements
        """
        self._check_chosen()
        Statement = self.env["account.admin.statement"]
        heads = self.national_account_ids.partner_id
        partners = heads | self.partner_ids
        users = (
            self.env["res.partner"]
            .sudo()
            ._collections_get_responsible(self.company_id, partners.ids)
        )
        nationals = {
            account.partner_id: account for account in self.national_account_ids
        }
        totals = self._get_totals(partners)
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
                    "national_account_id": nationals[partner].id
                    if partner in nationals
                    else None,
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
        statements = self.env["account.admin.statement"].sudo()
        addressed = {}
        for channel in dict.fromkeys(channels.values()):
            same = [partner for partner, used in channels.items() if used == channel]
            addressed |= statements._get_address_vals(
                self.env["res.partner"].sudo().concat(*same), channel
            )
        return addressed

    def _get_totals(self, partners):
        """Open and overdue of each account, its members included, as booked."""
        statements = self.env["account.admin.statement"].sudo()
        members = statements._get_covered(
            self.company_id, self.date, self.national_account_ids
        )
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

    def _check_chosen(self):
        """:raise UserError: for accounts that are not chosen or not the user's"""
        self.ensure_one()
        if not self.partner_ids and not self.national_account_ids:
            raise UserError(self.env._("Choose the accounts to make statements of."))
        self._check_company()
        partners = self.partner_ids | self.national_account_ids.partner_id
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
