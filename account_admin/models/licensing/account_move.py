from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_explain_royalty(self):
        """How the royalty that the invoice bills came about."""
        self.ensure_one()
        return self.licensing_statement_ids[:1].action_explain()

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
