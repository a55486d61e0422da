from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    licensing_statement_ids = fields.One2many(
        comodel_name="licensing.statement",
        inverse_name="move_id",
        string="Royalty Statements",
        groups="account_admin.group_licensing_user,account_admin.group_account_admin_auditor",
    )
    licensing_statement_count = fields.Integer(
        compute="_compute_licensing_statement_count",
        groups="account_admin.group_licensing_user,account_admin.group_account_admin_auditor",
    )

    @api.depends("licensing_statement_ids")
    def _compute_licensing_statement_count(self):
        for move in self:
            move.licensing_statement_count = len(move.licensing_statement_ids)

    def action_view_licensing_statements(self):
        """Open the statement that the invoice bills."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Royalty Statements"),
            "res_model": "licensing.statement",
        }
        statements = self.licensing_statement_ids
        if len(statements) == 1:
            return {**action, "view_mode": "form", "res_id": statements.id}
        return {
            **action,
            "view_mode": "list,form",
            "domain": [("id", "in", statements.ids)],
        }
