from odoo import fields, models

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
