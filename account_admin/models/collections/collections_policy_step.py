from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.escalation import Step
from ..base.bounds import bounded

CHANNELS = ("email", "letter", "call", "portal")
#: Field with the text of each channel that has one.
TEXTS = {
    "email": "template_id",
    "letter": "letter_template_id",
    "call": "call_template_id",
}
#: What of a step decides on what an approved notice says, costs and does.
APPROVED = {
    *("template_id", "letter_template_id", "pay_days", "fee_amount", "handoff"),
    *("hold", "role_id", "days", "end_of_month"),
}


@bounded
class CollectionsPolicyStep(models.Model):
    _name = "collections.policy.step"
    _description = "Step of a Collections Policy"
    _inherit = ["account.admin.company.mixin"]
    _order = "policy_id, days, id"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        translate=True,
        help="What the step is called on cases, notices and files of letters.",
    )
    policy_id = fields.Many2one(
        comodel_name="collections.policy",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    days = fields.Integer(
        string="Days Past Due",
        required=True,
        help="Counted from the due date of the oldest item that may be chased. "
        "Negative is before the due date; due today is not overdue yet.",
    )
    end_of_month = fields.Boolean(
        string="To Month End", help="Count on to the end of the month the days fall in."
    )
    channel_email = fields.Boolean(
        string="Email",
        default=True,
        help="Sends an email in the recipient's language; it counts once a mail"
        " server took it.",
    )
    channel_letter = fields.Boolean(
        string="Letter", help="Prepares a letter that counts once it is printed."
    )
    channel_call = fields.Boolean(
        string="Call", help="Plans a call for the responsible person."
    )
    channel_portal = fields.Boolean(
        string="Portal", help="Shows the reminder on the customer's portal."
    )
    template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Email Template",
        domain=[("model", "=", "collections.case")],
        ondelete="restrict",
        help="What the email says. The pencil makes a copy that is this step's own.",
    )
    letter_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Letter Text",
        domain=[("model", "=", "collections.case")],
        ondelete="restrict",
        help="What the letter says; the text of the email when empty.",
    )
    call_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Call Script",
        domain=[("model", "=", "collections.case")],
        ondelete="restrict",
        help="What to say, shown with the account in My Day; the standard script when"
        " empty.",
    )
    enclose_invoices = fields.Boolean(
        help="Letters bring a copy of each invoice they ask for, after the letter.",
    )
    pay_days = fields.Integer(
        string="Days to Pay",
        default=7,
        help="A notice asks to pay within so many days after it is sent.",
    )
    role_id = fields.Many2one(
        comodel_name="account.admin.contact.role",
        string="Write To",
        ondelete="restrict",
        help="Whom to write to; see contact roles for who follows when it is vacant.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        domain=[("share", "=", False)],
        help="Makes the call and gets the alerts; the case's own person when empty.",
    )
    approval = fields.Boolean(
        string="Needs Approval", help="A notice waits until somebody approves it."
    )
    is_exempt = fields.Boolean(
        string="Asked for by Law",
        help="The law asks for it, or the customer: the company's limit of contacts"
        " does not hold it back and does not count it.",
    )
    hold = fields.Boolean(
        string="Put on Hold", help="Marks the account as on hold until the case closes."
    )
    fee_amount = fields.Monetary(
        string="Fee",
        help="Invoiced once when the step is sent, with the policy's fee product.",
    )
    handoff = fields.Selection(
        selection=[
            ("manager", "To a manager"),
            ("agency", "To a collection agency"),
            ("legal", "To legal"),
        ],
        string="Hand-off",
        help="Marks the case as handed over once the step is sent.",
    )

    _days_uniq = models.UniqueIndex(
        "(policy_id, days)", "Two steps of a policy cannot have the same days past due."
    )
    _fee_positive = models.Constraint(
        "CHECK(fee_amount >= 0)", "A fee cannot be negative."
    )

    _pay_days_in_range = models.Constraint(
        "CHECK(pay_days BETWEEN 0 AND 365)", "A notice leaves 0 to 365 days to pay."
    )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.policy_id._touch_cases()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if APPROVED.intersection(vals):
            self._ask_again()
        self.policy_id._touch_cases()
        return result

    def _ask_again(self):
        """Approved notices of these steps wait again: they would not be the same."""
        # sudo: whoever changes a step changes what is approved of all accounts
        notices = self.env["collections.notice"].sudo()
        notices.search(
            [
                ("step_id", "in", self.ids),
                ("state", "=", "queued"),
                ("is_approved", "=", True),
            ]
        )._wait_again(self.env._("Its step or text was changed: approve it again."))

    @api.constrains("channel_email", "template_id", *(f"channel_{c}" for c in CHANNELS))
    def _check_channels(self):
        for step in self:
            if not step._get_channels():
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s” of policy “%(policy)s” needs a channel.",
                        step=step.name,
                        policy=step.policy_id.name,
                    )
                )
            if step.channel_email and not step.template_id:
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s” of policy “%(policy)s” sends an email:"
                        " choose its template.",
                        step=step.name,
                        policy=step.policy_id.name,
                    )
                )

    @api.constrains("fee_amount", "policy_id")
    def _check_fee_product(self):
        for step in self:
            if step.fee_amount and not step.policy_id.fee_product_id:
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s” charges a fee: choose the fee product on"
                        " policy “%(policy)s”.",
                        step=step.name,
                        policy=step.policy_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last(self):
        for policy in self.policy_id:
            if policy.active and not policy.step_ids - self:
                raise ValidationError(
                    self.env._(
                        "Policy “%s” needs at least one step: archive the policy"
                        " instead.",
                        policy.name,
                    )
                )

    def action_own_text(self):
        """A copy of the step's text, which the step uses from now on, to be written."""
        self.ensure_one()
        self.check_access("write")
        texts = self._get_texts()
        if not texts:
            raise UserError(
                self.env._(
                    "Step “%s” has neither an email, a letter nor a call.", self.name
                )
            )
        name = TEXTS[texts[0]]
        standard = self[name] or self._get_standard_text(name)
        copy = standard.copy({"name": f"{self.policy_id.name}: {self.name}"})
        self[name] = copy
        return copy._get_records_action()

    @api.model
    def _get_standard_text(self, name):
        """The text that a step without one starts from."""
        standard = {
            "template_id": "mail_template_reminder",
            "letter_template_id": "mail_template_letter_reminder",
            "call_template_id": "mail_template_call",
        }
        return self.env.ref(f"account_admin.{standard[name]}")

    @api.depends("name", "days")
    def _compute_display_name(self):
        for step in self:
            step.display_name = f"{step.name} ({step.days:+d})" if step.name else ""

    def _get_channels(self):
        """Names of the step's channels, as on ``collections.notice.channel``."""
        self.ensure_one()
        return [name for name in CHANNELS if self[f"channel_{name}"]]

    def _get_texts(self):
        """Channels of the step that say something."""
        return [name for name in self._get_channels() if name in TEXTS]

    def _to_engine(self):
        """The steps as the engine's dataclasses."""
        return tuple(
            Step(
                step.id,
                step.days,
                step.end_of_month,
                step.is_exempt,
                # a step that also writes does so; who is asked to call is told to wait
                step.channel_call and not (step.channel_email or step.channel_letter),
            )
            for step in self.sorted(lambda step: (step.days, step.id))
        )
