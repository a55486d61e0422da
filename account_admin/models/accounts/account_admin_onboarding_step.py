from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.bounds import bounded
from .account_admin_onboarding_template import KINDS


@bounded
class AccountAdminOnboardingStep(models.Model):
    _name = "account.admin.onboarding.step"
    _description = "Step of an Onboarding"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "onboarding_id, sequence, id"
    _moved_by = ("onboarding_id",)

    onboarding_id = fields.Many2one(
        comodel_name="account.admin.onboarding",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="onboarding_id.partner_id")
    company_id = fields.Many2one(related="onboarding_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, help="What there is to do.")
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default="task",
        help="A document is handed in by one and accepted by another.",
    )
    document_type_id = fields.Many2one(
        comodel_name="account.admin.document.type",
        ondelete="restrict",
        help="Which paper it takes.",
    )
    document_id = fields.Many2one(
        comodel_name="account.admin.document",
        string="Document",
        compute="_compute_document_id",
        help="The account's latest paper of the type.",
    )
    document_state = fields.Selection(
        selection=lambda self: self._get_document_states(),
        string="Status of the Document",
        compute="_compute_document_id",
        help="A document counts once it is accepted.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        required=True,
        index=True,
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="Who does it.",
    )
    date = fields.Date(string="Due", required=True, help="The day by which it is done.")
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done"), ("waived", "Waived")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        help="Waived: it is not needed for this account, with a reason.",
    )
    reason = fields.Char(help="Why it is waived.")
    done_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Closed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who did or waived it.",
    )
    done_on = fields.Date(
        string="Closed On", readonly=True, copy=False, help="The day it was closed."
    )

    @api.model
    def _get_document_states(self):
        field = self.env["account.admin.document"]._fields["state"]
        return field._description_selection(self.env)

    @api.depends(
        "document_type_id",
        "onboarding_id.partner_id",
        "kind",
        "onboarding_id.partner_id.account_admin_document_ids.state",
    )
    def _compute_document_id(self):
        papers = self.filtered(lambda step: step.kind == "paper")
        found = self.env["account.admin.document"].search(
            [
                ("partner_id", "in", papers.partner_id.ids),
                ("type_id", "in", papers.document_type_id.ids),
                ("state", "!=", "rejected"),
            ],
            order="id",
        )
        # the accepted one before one that waits, else the latest
        by_key = {}
        for document in found.sorted(lambda one: one.state == "accepted"):
            by_key[document.partner_id.id, document.type_id.id] = document
        for step in self:
            key = (step.partner_id._origin.id, step.document_type_id._origin.id)
            document = step.kind == "paper" and by_key.get(key)
            step.document_id = document
            step.document_state = document and document.state

    def write(self, vals):
        if not self.env.su:
            self.onboarding_id._check_running()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        if not self.env.su:
            steps.onboarding_id._check_running()
        return steps

    @api.ondelete(at_uninstall=False)
    def _unlink_running_only(self):
        self.onboarding_id._check_running()
        for step in self.filtered("document_type_id"):
            raise UserError(
                self.env._("“%s” is waived with a reason, not deleted.", step.name)
            )

    def action_done(self):
        """It is done; a document has to be accepted first."""
        self.check_access("write")
        for step in self:
            step._check_open()
            if step.kind == "paper" and step.document_state != "accepted":
                raise UserError(
                    self.env._(
                        "“%(step)s” needs an accepted document of %(account)s:"
                        " %(type)s.",
                        step=step.name,
                        account=step.partner_id.display_name,
                        type=step.document_type_id.name,
                    )
                )
        return self._close("done")

    def action_waive(self):
        """It is not needed for this account, and why."""
        self.check_access("write")
        for step in self:
            step._check_open()
            if not (step.reason or "").strip():
                raise UserError(self.env._("Say why before you waive “%s”.", step.name))
        return self._close("waived")

    def action_reopen(self):
        """It is to be done after all."""
        self.check_access("write")
        nobody = {"done_by_id": False, "done_on": False}
        return self._write_kept({"state": "open", **nobody})

    def action_open_document(self):
        """The document, or a new one of the type for the account."""
        self.ensure_one()
        self.check_access("read")
        document = self.document_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.admin.document",
            "res_id": document.id,
            "views": [(False, "form")],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_type_id": self.document_type_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    def _check_open(self):
        if self.state != "open":
            raise UserError(
                self.env._("“%s” is closed already: reopen it first.", self.name)
            )

    def _close(self, state):
        for company, steps in self.grouped("company_id").items():
            steps._write_kept(
                {
                    "state": state,
                    "done_by_id": self.env.uid,
                    "done_on": company._collections_today(),
                }
            )
        return True

    def _tell_owners(self):
        """An activity for each owner: what to do by when."""
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id("account.admin.onboarding")
        self.onboarding_id.mapped("display_name")
        # sudo: the activity is another person's
        activities = self.env["mail.activity"].sudo()
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": model,
                    "res_id": step.onboarding_id.id,
                    "summary": step.name,
                    "date_deadline": step.date,
                    "user_id": step.user_id.id,
                }
                for step in self
            ]
        )
