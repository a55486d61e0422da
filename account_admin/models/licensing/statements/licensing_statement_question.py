"""Asking the licensee about a statement."""

from odoo import fields, models
from odoo.exceptions import UserError

#: Findings that a new question names in full.
NAMED = 20


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    question_ids = fields.One2many(
        comodel_name="licensing.question",
        inverse_name="statement_id",
        help="What the licensee was asked about this statement, and what it answered.",
    )

    def action_query(self):
        """Write to the licensee about what was found."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Query the Licensee"),
            "res_model": "licensing.question",
            "view_mode": "form",
            "target": "new",
            "context": {"default_statement_id": self.id},
        }

    def action_answered(self):
        """Note the answer to the open question."""
        self.ensure_one()
        return {**self.action_query(), "res_id": self._get_unanswered()[:1].id}

    def _get_unanswered(self):
        """Questions that were sent and wait for an answer, the newest first."""
        return self.question_ids.filtered(
            lambda found: found.asked_on and not found.answered_on
        )

    def action_view_move(self):
        """The invoice, credit note or entry that bills it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def _prepare_question(self, lang=None):
        """What was found about the lines, as questions in the licensee's language."""
        self = self.with_context(lang=lang or self.partner_id.lang or self.env.lang)
        asked = self.finding_ids._get_questions()
        if not asked:
            return ""
        first = self.env._("About your report we would like to know:")
        lines = [first, *asked[:NAMED]]
        if len(asked) > NAMED:
            lines.append(self.env._("and %s more rows.", len(asked) - NAMED))
        return "\n".join(lines)

    def _query(self):
        """Wait for the licensee's answer."""
        for statement in self:
            if statement.state not in ("submitted", "in_review", "queried"):
                raise UserError(
                    self.env._(
                        "%s is not in review: there is nothing to ask about.",
                        statement.display_name,
                    )
                )
        self.state = "queried"

    def _go_back_to_review(self):
        """Once every question that was sent is answered."""
        for statement in self.filtered(lambda found: found.state == "queried"):
            if not statement._get_unanswered():
                statement.state = "in_review"
