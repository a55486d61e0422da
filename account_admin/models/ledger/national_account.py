from odoo import api, fields, models

from ..base.groups import COLLECTIONS


class NationalAccount(models.Model):
    _inherit = "national.account"

    figure_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_figures", groups=COLLECTIONS
    )
    sales = fields.Monetary(
        string="Sales, 12 Months",
        currency_field="figure_currency_id",
        compute="_compute_figures",
        groups=COLLECTIONS,
        help="Invoices less credit notes of the last twelve months, before taxes, of"
        " each company where it was on the day of its invoice.",
    )
    amount_open = fields.Monetary(
        string="Open",
        currency_field="figure_currency_id",
        compute="_compute_figures",
        groups=COLLECTIONS,
        help="Open items today of all that is in it, each once, as in the ledger.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        currency_field="figure_currency_id",
        compute="_compute_figures",
        groups=COLLECTIONS,
        help="Of what is open, what is past its due date.",
    )
    overdue_hint = fields.Char(
        string="Who Is Overdue",
        compute="_compute_overdue_hint",
        groups=COLLECTIONS,
        help="How many accounts are overdue, and for how long at most.",
    )

    @api.depends("member_ids", "part_ids")
    @api.depends_context("company", "lang")
    def _compute_overdue_hint(self):
        company = self.env.company
        today, since = company._collections_today(), {}
        items = self.env["account.admin.open.item"]
        below = self._origin._get_members(company, today)
        every = {one for ids in below.values() for one in ids}
        if (
            every
            and self.env["account.move.line"].has_access("read")
            and items._find_receivable_accounts(company)
        ):
            since = items._get_oldest_due(company, today, list(every))
        for national in self:
            mine = below.get(national._origin.id, ())
            late = [since[account] for account in mine if account in since]
            national.overdue_hint = late and self.env._(
                "%(count)s accounts, oldest %(days)s days",
                count=len(late),
                days=(today - min(late)).days,
            )
