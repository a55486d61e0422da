from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...base.groups import LICENSING
from ...collections.account_move import Shown
from ...ledger import payment_states


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

    # ------------------------------------------------------------------
    # WHAT THE LICENSEE SEES
    # ------------------------------------------------------------------

    def _is_overdue_for_licensee(self):
        """Whether it should have been paid before today."""
        return (
            self.state == "posted"
            and payment_states.is_owed(self)
            and self.invoice_date_due < self.company_id._collections_today()
        )

    def _get_licensee_step(self):
        """What the licensee has to do about an approved report's invoice."""
        if self.move_type not in ("out_invoice", "out_refund"):
            return self.env._("Your report is approved: there is nothing to pay.")
        if self.state == "cancel":
            return self.env._(
                "Your report is approved: what was billed for it was cancelled, there"
                " is nothing to pay for now."
            )
        if self.move_type == "out_refund":
            return self.env._("Your report is approved, with a credit note for you.")
        if self.state != "posted":
            return self.env._("Your report is approved: its invoice follows.")
        if payment_states.is_paid(self):
            return self.env._("Your report is approved and paid.")
        # by a credit note or an entry: its own reversal, or credit from elsewhere
        if payment_states.is_credited(self):
            return self.env._(
                "Your report is approved: its invoice was settled by a credit, there"
                " is nothing to pay."
            )
        due = format_date(self.env, self.invoice_date_due)
        if self._is_overdue_for_licensee():
            return self.env._(
                "Your report is approved: its invoice was due on %s, please pay it"
                " now.",
                due,
            )
        return self.env._(
            "Your report is approved: please pay its invoice, which is due on %s.", due
        )
