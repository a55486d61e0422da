from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collections_policy_id = fields.Many2one(
        related="company_id.collections_policy_id", readonly=False
    )
    collections_bucket_limits = fields.Char(
        related="company_id.collections_bucket_limits", readonly=False
    )
    collections_statement_monthly = fields.Boolean(
        related="company_id.collections_statement_monthly", readonly=False
    )
    collections_statement_day = fields.Integer(
        related="company_id.collections_statement_day", readonly=False
    )
    collections_statement_kind = fields.Selection(
        related="company_id.collections_statement_kind", readonly=False
    )
    collections_statement_channel = fields.Selection(
        related="company_id.collections_statement_channel", readonly=False
    )
    collections_kpi_months = fields.Integer(
        related="company_id.collections_kpi_months", readonly=False
    )
    collections_chain = fields.Boolean(
        related="company_id.collections_chain", readonly=False
    )
    collections_promise_tolerance = fields.Integer(
        related="company_id.collections_promise_tolerance", readonly=False
    )
