from odoo import api, fields, models

from ..base.bounds import bounded
from ..base.groups import SETTINGS
from .collections_statement import CHANNELS, KINDS

DEFAULTS = {
    "kpi_months": 3,
    "statement_channel": "email",
    "statement_day": 1,
    "statement_kind": "open_item",
}


@bounded
class ResCompany(models.Model):
    _inherit = "res.company"

    collections_kpi_months = fields.Integer(
        string="Months of DSO",
        default=DEFAULTS["kpi_months"],
        help="DSO compares what is open with the credit sales of so many months, the "
        "one it is computed for included. Three are usual; twelve even out seasons.",
        groups=SETTINGS,
    )
    collections_scorecard_mail = fields.Boolean(
        string="Weekly Mail to Managers",
        default=True,
        help="On Mondays each manager gets what their people did last week and in the"
        " month so far, against the targets.",
        groups=SETTINGS,
    )
    collections_statement_monthly = fields.Boolean(
        string="Monthly Statements",
        help="Sends each account with a balance or a movement its statement, as of the"
        " end of the month.",
        groups=SETTINGS,
    )
    collections_statement_since = fields.Date(
        compute="_compute_collections_statement_since",
        store=True,
        help="When monthly statements were turned on: none of months before leave.",
        groups=SETTINGS,
    )
    collections_statement_day = fields.Integer(
        string="Day of Statements",
        default=DEFAULTS["statement_day"],
        help="Day of the month on which last month's statements leave.",
        groups=SETTINGS,
    )
    collections_statement_kind = fields.Selection(
        selection=KINDS,
        string="Form of Statements",
        default=DEFAULTS["statement_kind"],
        help="Open items: what is unpaid. Balance forward: the balance before the month"
        " and everything that moved it.",
        groups=SETTINGS,
    )
    collections_statement_channel = fields.Selection(
        selection=CHANNELS,
        string="Statements by",
        default=DEFAULTS["statement_channel"],
        help="For accounts that have no way of their own.",
        groups=SETTINGS,
    )
    collections_keep_statements = fields.Integer(
        string="Statements Kept",
        help="Months; 0 keeps them for ever.",
        groups=SETTINGS,
    )
    collections_keep_packs = fields.Integer(
        string="Audit Packs Kept",
        help="Months; 0 keeps them for ever.",
        groups=SETTINGS,
    )

    _collections_kpi_months_in_range = models.Constraint(
        "CHECK(collections_kpi_months BETWEEN 1 AND 12)",
        "The months of DSO are between 1 and 12.",
    )
    _collections_statement_day_in_month = models.Constraint(
        "CHECK(collections_statement_day BETWEEN 1 AND 28)",
        "Statements leave on a day from 1 to 28, which every month has.",
    )

    @api.model
    def _collections_defaults(self):
        return {**super()._collections_defaults(), **DEFAULTS}

    @api.depends("collections_statement_monthly")
    def _compute_collections_statement_since(self):
        for company in self:
            company.collections_statement_since = (
                company.collections_statement_since or company._collections_today()
                if company.collections_statement_monthly
                else False
            )
