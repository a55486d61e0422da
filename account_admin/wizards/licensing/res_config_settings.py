from odoo import fields, models

INCOME = [("account_type", "in", ("income", "income_other"))]
LIABILITY = ("liability_current", "liability_non_current")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    licensing_four_eyes = fields.Boolean(
        related="company_id.licensing_four_eyes", readonly=False
    )
    licensing_journal_id = fields.Many2one(
        related="company_id.licensing_journal_id", readonly=False, check_company=True
    )
    licensing_royalty_account_id = fields.Many2one(
        related="company_id.licensing_royalty_account_id",
        readonly=False,
        check_company=True,
        domain=INCOME,
    )
    licensing_deferred_account_id = fields.Many2one(
        related="company_id.licensing_deferred_account_id",
        readonly=False,
        check_company=True,
        domain=[("account_type", "in", LIABILITY)],
    )
    licensing_fund_account_id = fields.Many2one(
        related="company_id.licensing_fund_account_id",
        readonly=False,
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other", *LIABILITY))],
    )
    licensing_interest_account_id = fields.Many2one(
        related="company_id.licensing_interest_account_id",
        readonly=False,
        check_company=True,
        domain=INCOME,
    )
    licensing_withholding_account_id = fields.Many2one(
        related="company_id.licensing_withholding_account_id",
        readonly=False,
        check_company=True,
        domain=[("account_type", "in", ("asset_current", "asset_prepayments"))],
    )
