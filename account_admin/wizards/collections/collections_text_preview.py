from odoo import api, fields, models


class CollectionsTextPreview(models.TransientModel):
    """What a policy's texts say to a real account, before anything is sent."""

    _name = "collections.text.preview"
    _description = "Preview of a Policy's Texts"
    _inherit = ["account.admin.wizard.mixin"]

    policy_id = fields.Many2one(
        comodel_name="collections.policy", required=True, ondelete="cascade"
    )
    step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        compute="_compute_step_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('policy_id', '=', policy_id)]",
        help="The step whose text is shown.",
    )
    case_id = fields.Many2one(
        comodel_name="collections.case",
        string="Account",
        compute="_compute_case_id",
        store=True,
        precompute=True,
        readonly=False,
        domain=[("state", "!=", "closed")],
        help="An open case whose account and items are put into the text.",
    )
    channel = fields.Selection(
        selection=[("email", "Email"), ("letter", "Letter"), ("call", "Call")],
        compute="_compute_channel",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The email, the letter or the call script of the step.",
    )
    recipient = fields.Char(compute="_compute_text", help="Whom it would go to.")
    subject = fields.Char(
        compute="_compute_text", help="As the recipient would read it."
    )
    body_html = fields.Html(
        compute="_compute_text", sanitize=False, help="As the recipient would read it."
    )

    @api.depends("policy_id")
    def _compute_step_id(self):
        for preview in self:
            steps = preview.policy_id.step_ids
            preview.step_id = steps.filtered(lambda step: step._get_texts())[:1]

    @api.depends("policy_id")
    def _compute_case_id(self):
        cases = self.env["collections.case"]
        for preview in self:
            is_open = [
                ("state", "!=", "closed"),
                ("company_id", "in", self.env.companies.ids),
            ]
            own = [*is_open, ("policy_id", "=", preview.policy_id.id)]
            preview.case_id = cases.search(own, limit=1) or cases.search(
                is_open, limit=1
            )

    @api.depends("step_id")
    def _compute_channel(self):
        for preview in self:
            texts = preview.step_id and preview.step_id._get_texts()
            preview.channel = texts[0] if texts else "email"

    @api.depends("step_id", "case_id", "channel")
    def _compute_text(self):
        for preview in self:
            notice = preview._make_notice()
            preview.recipient = notice and notice.recipient
            preview.subject = notice and notice.subject
            preview.body_html = notice and notice.text_html

    def _make_notice(self):
        """The notice that would be sent, which is never saved; none without a case."""
        self.ensure_one()
        if not (self.case_id and self.step_id):
            return self.env["collections.notice"]
        self.case_id.check_access("read")
        self.step_id.check_access("read")
        # sudo: a notice is the product's to make; reading case and step was checked
        notices = self.env["collections.notice"].sudo()
        return notices.new(
            {
                "case_id": self.case_id.id,
                "step_id": self.step_id.id,
                "channel": self.channel,
                "state": "queued",
                "company_id": self.case_id.company_id.id,
            }
        )
