from odoo import api, fields, models

from ...models.base.context import get_context_ids


class CollectionsApproval(models.TransientModel):
    """Several notices that wait for approval: who gets what, before they are let go."""

    _name = "collections.approval"
    _description = "Approval of Notices"
    _inherit = ["account.admin.wizard.mixin"]

    notice_ids = fields.Many2many(
        comodel_name="collections.notice",
        string="Notices",
        default=lambda self: self._default_notice_ids(),
    )
    notice_count = fields.Integer(
        compute="_compute_figures", help="Notices that would leave."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_figures"
    )
    amount = fields.Monetary(
        string="Asked in All",
        compute="_compute_figures",
        help="A step that goes out on two channels counts once.",
    )
    text_html = fields.Html(
        compute="_compute_text_html",
        sanitize=False,
        help="Each notice as its recipient will read it.",
    )

    @api.model
    def _default_notice_ids(self):
        ids = get_context_ids(self.env, "active_ids")
        notices = self.env["collections.notice"].browse(ids)
        notices.check_access("read")
        return notices.filtered(lambda notice: notice.state == "to_approve")

    @api.depends("notice_ids")
    def _compute_figures(self):
        for approval in self:
            notices = approval.notice_ids
            currencies = notices.currency_id
            approval.notice_count = len(notices)
            approval.currency_id = currencies if len(currencies) == 1 else False
            approval.amount = (
                sum(notices.mapped("amount_once")) if len(currencies) == 1 else 0
            )

    @api.depends("notice_ids")
    def _compute_text_html(self):
        for approval in self:
            approval.text_html = self.env["ir.qweb"]._render(
                "account_admin.approval_texts", {"notices": approval.notice_ids}
            )

    def action_approve(self):
        """Let all of them be sent."""
        self.ensure_one()
        self.notice_ids.action_approve()
        return {"type": "ir.actions.act_window_close"}
