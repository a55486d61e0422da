"""What is noted of an account: news, visits, and what it said of us."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.bounds import bounded

#: What the account said of us: it reaches the manager, who answers it.
SAID = ("feedback", "concern", "opportunity")


@bounded
class AccountAdminEntry(models.Model):
    _name = "account.admin.entry"
    _description = "Note of an Account"
    _inherit = ["mail.thread", "mail.activity.mixin", "account.admin.readonly.mixin"]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _moved_by = ("partner_id",)
    _mail_post_access = "read"

    kind = fields.Selection(
        selection=[
            ("news", "News"),
            ("visit", "Visit"),
            ("presentation", "Presentation"),
            ("feedback", "Feedback"),
            ("concern", "Concern"),
            ("opportunity", "Opportunity"),
        ],
        required=True,
        default="visit",
        index=True,
        help="Feedback, concerns and opportunities reach managers, who answer them.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="cascade",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="Whom it is about.",
    )
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env.company._collections_today(),
        help="The day it happened, was said or was published.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="Who of us was there or heard it.",
    )
    subject = fields.Char(required=True, tracking=True, help="In a few words.")
    note = fields.Text(help="What was said or seen.")
    source = fields.Char(help="Where it is from: a paper, a page, a person.")
    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="account_admin_entry_contact_rel",
        string="With",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Who of the account was there; a visit counts as a talk with them.",
    )
    outcome = fields.Text(
        tracking=True, help="What came of it, and what was agreed on."
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("answered", "Answered")],
        compute="_compute_state",
        store=True,
        index=True,
        help="What the account said of us is open until a manager answered it.",
    )
    answer = fields.Text(
        tracking=True, help="What a manager decided or had the account told."
    )
    answered_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The manager who answered it.",
    )
    answered_on = fields.Date(readonly=True, copy=False, help="When it was answered.")

    @api.depends("kind", "answered_on")
    def _compute_state(self):
        for entry in self:
            answered = "answered" if entry.answered_on else "open"
            entry.state = answered if entry.kind in SAID else False

    def write(self, vals):
        if "answer" in vals and not self.env.su:
            self._check_manager()
        return super().write(vals)

    def _check_manager(self):
        """Refuse that somebody answers what they are to pass on.

        :raise UserError: naming the entry
        """
        if not self.env.user.has_group("account_admin.group_account_admin_all"):
            raise UserError(
                self.env._(
                    "“%s” is answered by whoever looks after all accounts.",
                    self[:1].subject,
                )
            )

    def action_answer(self):
        """It is answered, with what is written as the answer."""
        self.check_access("write")
        self._check_manager()
        for entry in self:
            if entry.kind not in SAID:
                raise UserError(
                    self.env._("“%s” is nothing that is answered.", entry.subject)
                )
            if not (entry.answer or "").strip():
                raise UserError(
                    self.env._("Write the answer to “%s” first.", entry.subject)
                )
        return self._write_kept(
            {
                "answered_by_id": self.env.uid,
                "answered_on": self.env.company._collections_today(),
            }
        )

    def action_reopen(self):
        """It is to be answered again."""
        self.check_access("write")
        self._check_manager()
        return self._write_kept({"answered_by_id": False, "answered_on": False})
