from odoo import api, fields, models
from odoo.tools import SQL

from ...base.groups import LICENSING
from ...collections.account_move import Shown


class AccountMove(models.Model):
    _inherit = "account.move"

    licensing_statement_ids = fields.One2many(
        comodel_name="licensing.statement",
        inverse_name="move_id",
        string="Royalty Statements",
        groups=LICENSING,
    )
    licensing_statement_count = fields.Integer(
        string="Statements Billed",
        compute="_compute_collections",
        groups=LICENSING,
        help="Royalty statements that it bills.",
    )

    @api.depends("licensing_statement_ids")
    def _compute_collections(self):
        return super()._compute_collections()

    def _get_shown(self, company):
        return {
            **super()._get_shown(company),
            "statement": Shown(
                "licensing.statement",
                {"licensing.statement": "move_id"},
                SQL(
                    """SELECT 'statement', move_id, id FROM licensing_statement
                        WHERE move_id = ANY(%s)""",
                    self.ids,
                ),
                "licensing_statement_count",
            ),
        }

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
