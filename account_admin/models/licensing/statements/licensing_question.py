from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

#: Letters of an answer from the licensee's page.
MAX_ANSWER = 10_000


class LicensingQuestion(models.Model):
    """A question to a licensee about a statement, and the answer."""

    _name = "licensing.question"
    _description = "Question about a Statement"
    _inherit = ["account.admin.readonly.mixin"]
    _moved_by = ("statement_id",)
    _order = "id desc"
    _rec_name = "statement_id"
    _check_company_auto = True

    statement_id = fields.Many2one(
        comodel_name="licensing.statement",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Ask",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        ondelete="restrict",
        help="Who gets the question by email.",
    )
    question = fields.Text(
        required=True,
        help="What the licensee is asked; it reads this by email and on its page.",
    )
    asked_on = fields.Datetime(readonly=True, help="When the question left by email.")
    answer = fields.Text(
        help="What the licensee answered, on its page or to the email."
    )
    answered_on = fields.Datetime(
        readonly=True, help="When the answer came or was entered."
    )

    @api.depends("statement_id")
    def _compute_partner_id(self):
        for query in self:
            query.partner_id = query.partner_id or query.statement_id.partner_id

    @api.model
    def default_get(self, fields):
        """A new question names what was found about the statement."""
        values = super().default_get(fields)
        statement = self.env["licensing.statement"].browse(values.get("statement_id"))
        if "question" in fields and statement.finding_count:
            partner = self.env["res.partner"].browse(values.get("partner_id"))
            values.setdefault("question", statement._prepare_question(partner.lang))
        return values

    def action_ask(self):
        """Send the question and wait for the answer."""
        self.check_access("write")
        for query in self.filtered(lambda found: not found.asked_on):
            statement = query.statement_id
            if not query.partner_id.email:
                raise UserError(
                    self.env._(
                        "%s has no email address: add one, or choose a contact.",
                        query.partner_id.display_name,
                    )
                )
            statement._query()
            said = query.with_context(lang=query.partner_id.lang or self.env.lang)
            statement.message_post(
                body=plaintext2html(query.question) + query._get_link(),
                subject=said.env._(
                    "Question about %s", statement.with_env(said.env).name
                ),
                partner_ids=query.partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            query._write_kept({"asked_on": fields.Datetime.now()})
        return True

    def _get_link(self):
        """A link to the page where it is answered, for who has a login."""
        url = self.statement_id._get_licensee_url()
        said = self.with_context(lang=self.partner_id.lang)
        return url and Markup('<p><a href="%s">%s</a></p>') % (
            url,
            said.env._("Answer online"),
        )

    def action_answer(self):
        """The answer is there: the statement goes back to review."""
        self.check_access("write")
        for query in self:
            if not query.answer:
                raise UserError(self.env._("Enter what the licensee answered."))
            query._write_kept({"answered_on": fields.Datetime.now()})
            query.statement_id._go_back_to_review()
            query.statement_id.message_post(body=plaintext2html(query.answer))
        return True

    def _take_answer(self, question_id, answer):
        """Answer one of these, which wait for the licensee, from its page.

        :raise UserError: there is no answer, or it waits no more
        """
        question = self.filtered(lambda row: row.id == question_id)
        if not question:
            raise UserError(
                self.env._("This question was answered, or is settled by now.")
            )
        if len(answer) > MAX_ANSWER:
            raise UserError(
                self.env._("Your answer is too long: write %s letters.", MAX_ANSWER)
            )
        if not answer.strip():
            raise UserError(self.env._("Write your answer first."))
        question.answer = answer.strip()
        question.action_answer()
        question.statement_id._tell_desk("answer")
