from odoo import fields, models

from ...models.base.actions import open_window


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
    collections_letter_window = fields.Selection(
        related="company_id.collections_letter_window", readonly=False
    )
    collections_scorecard_mail = fields.Boolean(
        related="company_id.collections_scorecard_mail", readonly=False
    )
    collections_chain = fields.Boolean(
        related="company_id.collections_chain", readonly=False
    )
    collections_keep_notices = fields.Integer(
        related="company_id.collections_keep_notices", readonly=False
    )
    collections_keep_statements = fields.Integer(
        related="company_id.collections_keep_statements", readonly=False
    )
    collections_keep_imports = fields.Integer(
        related="company_id.collections_keep_imports", readonly=False
    )
    collections_keep_packs = fields.Integer(
        related="company_id.collections_keep_packs", readonly=False
    )
    collections_keep_bounces = fields.Integer(
        related="company_id.collections_keep_bounces", readonly=False
    )
    collections_promise_tolerance = fields.Integer(
        related="company_id.collections_promise_tolerance", readonly=False
    )

    collections_hold_overdue = fields.Boolean(
        related="company_id.collections_hold_overdue", readonly=False
    )
    collections_hold_days = fields.Integer(
        related="company_id.collections_hold_days", readonly=False
    )
    collections_hold_amount = fields.Monetary(
        related="company_id.collections_hold_amount",
        currency_field="currency_id",
        readonly=False,
    )

    collections_contact_limit = fields.Integer(
        related="company_id.collections_contact_limit", readonly=False
    )
    collections_call_tries = fields.Integer(
        related="company_id.collections_call_tries", readonly=False
    )
    collections_talk_days = fields.Integer(
        related="company_id.collections_talk_days", readonly=False
    )
    collections_call_limit_of = fields.Selection(
        related="company_id.collections_call_limit_of", readonly=False
    )
    collections_desk_capacity = fields.Integer(
        related="company_id.collections_desk_capacity", readonly=False
    )

    account_admin_control_members = fields.Boolean(
        related="company_id.account_admin_control_members", readonly=False
    )

    def action_view_due(self):
        """What is older than the retention periods that were saved."""
        self.ensure_one()
        return open_window(
            self.env,
            "evidence_action",
            self.env._("What Would Be Deleted"),
            domain=list(self.company_id._get_retention_domain()),
        )
