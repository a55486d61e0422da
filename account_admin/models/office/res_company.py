from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..base.groups import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    collections_marketing_account_ids = fields.Many2many(
        comodel_name="account.account",
        relation="res_company_marketing_account_rel",
        string="Marketing Accounts",
        check_company=True,
        copy=False,
        groups=SETTINGS,
        help="Vendor bills booked here spend the marketing budget of a plan.",
    )
    collections_media_account_ids = fields.Many2many(
        comodel_name="account.account",
        relation="res_company_media_account_rel",
        string="Media Accounts",
        check_company=True,
        copy=False,
        groups=SETTINGS,
        help="Vendor bills booked here spend the media budget of a plan.",
    )

    @api.constrains(
        "collections_marketing_account_ids", "collections_media_account_ids"
    )
    def _check_collections_budget_accounts(self):
        for company in self:
            both = (
                company.collections_marketing_account_ids
                & company.collections_media_account_ids
            )
            if both:
                raise ValidationError(
                    self.env._(
                        "%(account)s is an account of marketing and of media: a bill"
                        " would spend both budgets. Take it out of one of the two.",
                        account=both[0].display_name,
                    )
                )
