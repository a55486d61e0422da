"""A new account: steps, signed papers beside the set-up, a second person's approval."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...engine import onboarding as engine
from ...engine.calendar import NoWorkingDay, add_working_days
from ...engine.people import rank
from ..base.bounds import bounded

#: While it is one of these the account has no credit.
WITHOUT_CREDIT = ("running", "review", "refused")
#: What stays as it is once somebody reviews it.
PREPARED = {
    *("partner_id", "company_id", "template_id", "credit_asked", "currency_id"),
    *("date_start", "step_ids", "line_ids"),
}


@bounded
class AccountAdminOnboarding(models.Model):
    _name = "account.admin.onboarding"
    _description = "Onboarding"
    _inherit = ["mail.thread", "mail.activity.mixin", "account.admin.readonly.mixin"]
    _order = "state, date_start desc, id desc"
    _rec_name = "partner_id"
    _moved_by = ("partner_id",)
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('parent_id', '=', False)]",
        help="The company that becomes an account.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
        help="Which of our companies it becomes an account of.",
    )
    template_id = fields.Many2one(
        comodel_name="account.admin.onboarding.template",
        required=True,
        default=lambda self: self._default_template(),
        ondelete="restrict",
        check_company=True,
        help="Whose steps there are to do.",
    )
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("review", "To Review"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        default="running",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
        help="Until it is approved the account has no credit.",
    )
    date_start = fields.Date(
        string="Started On",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The steps' days are counted from here.",
    )
    credit_asked = fields.Monetary(
        tracking=True,
        help="The credit limit that the account gets with the approval; 0 is none.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Prepared By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        copy=False,
        ondelete="restrict",
        help="Who started it.",
    )
    preparer_ids = fields.Many2many(
        comodel_name="res.users",
        relation="account_admin_onboarding_preparer_rel",
        string="Ever Prepared By",
        readonly=True,
        copy=False,
        help="Everybody who entered what is on the papers or asked for the review: none"
        " of them approves or refuses.",
    )
    reviewer_id = fields.Many2one(
        comodel_name="res.users",
        string="Reviewed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who approved or refused it.",
    )
    reviewed_on = fields.Date(readonly=True, copy=False, help="The day of the review.")
    reason = fields.Char(
        tracking=True,
        copy=False,
        help="Why it is refused, or what is to be done before it is approved.",
    )
    step_ids = fields.One2many(
        comodel_name="account.admin.onboarding.step",
        inverse_name="onboarding_id",
        string="Steps",
        help="What there is to do, by whom and until when.",
    )
    line_ids = fields.One2many(
        comodel_name="account.admin.onboarding.line",
        inverse_name="onboarding_id",
        string="Papers and Set-up",
        help="What the signed papers say, beside what is set up.",
    )
    progress = fields.Float(
        compute="_compute_progress",
        aggregator=None,
        help="Steps that are done or waived, in percent.",
    )
    date_due = fields.Date(
        string="Next Due",
        compute="_compute_progress",
        search="_search_date_due",
        help="The day of the next step that is open.",
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_progress",
        search="_search_is_late",
        help="The day of an open step is over.",
    )
    in_the_way = fields.Text(
        compute="_compute_in_the_way",
        help="What has to be done before it can be approved.",
    )

    _once = models.UniqueIndex(
        "(partner_id, company_id) WHERE state IN ('running', 'review')",
        "An onboarding of this account is running already.",
    )
    _credit_in_order = models.Constraint(
        "CHECK(credit_asked >= 0)", "The credit that is asked for cannot be below zero."
    )

    @api.model
    def _default_template(self):
        return self.env["account.admin.onboarding.template"].search(
            [("company_id", "in", [False, self.env.company.id])], limit=1
        )

    @api.depends("step_ids.state", "step_ids.date", "state")
    def _compute_progress(self):
        for one in self:
            steps = one.step_ids
            waiting = steps.filtered(lambda step: step.state == "open")
            done = len(steps) - len(waiting)
            one.progress = 100 * done / len(steps) if steps else 100
            is_on = one.state in ("running", "review")
            one.date_due = min(waiting.mapped("date")) if waiting and is_on else False
            today = (one.company_id or self.env.company)._collections_today()
            one.is_late = bool(one.date_due and one.date_due < today)

    @api.model
    def _search_date_due(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        open_steps = Domain("state", "=", "open") & Domain("date", operator, value)
        return Domain("state", "in", ("running", "review")) & Domain(
            "step_ids", "any", open_steps
        )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_due", "<", company._collections_today())
            for company in self.env.companies
        )
        return late if True in value else ~late

    @api.depends("step_ids.state", "line_ids.result")
    def _compute_in_the_way(self):
        for one in self:
            one.in_the_way = "\n".join(one._find_in_the_way()) or False

    def _find_in_the_way(self):
        """What has to be done before an approval, as sentences."""
        self.ensure_one()
        sentences = [
            self.env._("“%s” is open.", step.name)
            for step in self.step_ids
            if step.state not in engine.CLOSED
        ]
        for line in self.line_ids:
            if line.result == engine.MISSING:
                sentences.append(
                    self.env._(
                        "%(field)s is “%(paper)s” on the papers and not set up.",
                        field=line._get_label(),
                        paper=line.paper,
                    )
                )
            elif line.result == engine.DIFFERS:
                sentences.append(
                    self.env._(
                        "%(field)s is “%(paper)s” on the papers and “%(setup)s” in the"
                        " set-up.",
                        field=line._get_label(),
                        paper=line.paper,
                        setup=line.setup,
                    )
                )
        return sentences

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        for one in found:
            one._check_template()
        found._add_steps()
        found._note_preparer()
        found._account_admin_credit_stops()
        return found

    def write(self, vals):
        if PREPARED & set(vals) and not self.env.su:
            self._check_running()
        return super().write(vals)

    def _check_running(self):
        """Refuse to change what somebody reviews or has reviewed.

        :raise UserError: naming the onboarding
        """
        for one in self.filtered(lambda one: one.state != "running"):
            raise UserError(
                self.env._(
                    "The onboarding of %s is not running: send it back before you"
                    " change it.",
                    one.partner_id.display_name,
                )
            )

    def _check_template(self):
        if not self.template_id.step_ids:
            raise ValidationError(
                self.env._(
                    "The template “%s” has no steps: add what there is to do.",
                    self.template_id.name,
                )
            )

    def _note_preparer(self):
        """Whoever works on it neither approves nor refuses it."""
        if self.env.su:
            return
        for one in self:
            if self.env.user not in one.preparer_ids:
                one._write_kept({"preparer_ids": [Command.link(self.env.uid)]})

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _add_steps(self):
        """The steps of the templates, and a word to each owner."""
        steps = self.env["account.admin.onboarding.step"]._create_kept(
            [
                {
                    "onboarding_id": one.id,
                    "name": step.name,
                    "kind": step.kind,
                    "document_type_id": step.document_type_id.id,
                    "user_id": one._get_owner(step).id,
                    "date": one._get_date(step.days),
                    "sequence": number,
                }
                for one in self
                for number, step in enumerate(one.template_id.step_ids)
            ]
        )
        lines = self.env["account.admin.onboarding.line"]
        names = [name for name, _label in lines._get_fields()]
        lines._create_kept(
            [
                {"onboarding_id": one.id, "field_name": name}
                for one in self
                for name in one._get_compared(names)
            ]
        )
        steps._tell_owners()
        self._tell_who_left()

    def _tell_who_left(self):
        """Say on each whose steps fell to its preparer, for their person left."""
        for one in self:
            # sudo: that somebody left is asked of everybody
            named = one.template_id.sudo().step_ids.user_id
            left = named.filtered(lambda user: not user.active)
            if left:
                one.message_post(
                    body=self.env._(
                        "%(names)s left: %(user)s does what the template gives them.",
                        names=", ".join(left.mapped("name")),
                        user=one.user_id.name,
                    )
                )

    def _get_compared(self, names):
        """Names of the fields that are compared, in order."""
        wanted = {
            name.strip() for name in (self.template_id.field_names or "").split(",")
        }
        return [name for name in names if name in wanted] or names

    def _get_owner(self, step):
        """Who does a step of the template; whoever prepares it where nobody can."""
        users = {
            "preparer": self.user_id,
            "administrator": self.partner_id.collections_responsible_id,
            "person": step.user_id,
        }
        # sudo: that somebody left is asked of everybody
        owner = users[step.owner].sudo()
        return owner.sudo(False) if owner.active else self.user_id

    def _get_date(self, days):
        """The working day by which something is to be done.

        :raise UserError: the company has none
        """
        calendar = self.company_id._collections_working_days(self.date_start)
        try:
            return add_working_days(calendar, self.date_start, days)
        except NoWorkingDay as error:
            raise UserError(
                self.env._(
                    "The working hours of %s have no working day: correct them, or the"
                    " steps have no days.",
                    self.company_id.name,
                )
            ) from error

    def _read_setup(self):
        """What is set up for the accounts now: dict id -> dict field -> text."""
        role = self.env.ref("account_admin.contact_role_payable")
        result = {}
        for company, found in self.grouped("company_id").items():
            day = company._collections_today()
            # sudo: what is set up is compared, whoever may read bank accounts
            accounts = found.partner_id.sudo().with_company(company)
            holding = self.env["account.admin.contact.assignment"]._read_holding(
                accounts, day
            )
            for one in found:
                account = one.partner_id.sudo().with_company(company)
                payable = rank(holding.get(account.id, ()), [role.id], day)
                profile = account.account_admin_profile_ids[:1]
                result[one.id] = {
                    "name": account.name,
                    "vat": account.vat,
                    "iban": account.bank_ids[:1].acc_number,
                    "terms": account.property_payment_term_id.name,
                    "limit": one.credit_asked and f"{one.credit_asked:,.2f}",
                    "currency": one.currency_id.name,
                    "street": account.street,
                    "zip": account.zip,
                    "city": account.city,
                    "payable": account.browse(payable[:1]).name,
                    "order_number": profile.order_number,
                }
        return result

    # ------------------------------------------------------------------
    # REVIEW
    # ------------------------------------------------------------------

    def action_ask_review(self):
        """It is prepared: another person is to look at it."""
        self.check_access("write")
        for one in self:
            one._check_state("running")
            one._check_nothing_in_the_way()
        self._note_preparer()
        return self._write_kept({"state": "review"})

    def action_approve(self):
        """It is in order: the account gets its credit."""
        self.check_access("write")
        for one in self:
            one._check_state("review")
            one._check_other_person()
            one._check_nothing_in_the_way()
        self._end("approved")
        self._account_admin_credit_begins()
        return True

    def action_refuse(self):
        """It becomes no account with credit, and why."""
        self.check_access("write")
        for one in self:
            one._check_state("running", "review")
            one._check_other_person()
            if not (one.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why before you refuse the onboarding of %s.",
                        one.partner_id.display_name,
                    )
                )
        return self._end("refused")

    def action_back(self):
        """There is something left to do."""
        self.check_access("write")
        for one in self:
            one._check_state("review", "refused")
        return self._write_kept(
            {"state": "running", "reviewer_id": False, "reviewed_on": False}
        )

    def _end(self, state):
        for company, found in self.grouped("company_id").items():
            found._write_kept(
                {
                    "state": state,
                    "reviewer_id": self.env.uid,
                    "reviewed_on": company._collections_today(),
                }
            )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _check_state(self, *states):
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The onboarding of %(account)s is not “%(wanted)s” but"
                    " “%(state)s”.",
                    account=self.partner_id.display_name,
                    wanted=labels[states[0]],
                    state=labels[self.state],
                )
            )

    def _check_other_person(self):
        # sudo: everybody who ever prepared it counts, whoever may read users
        if self.env.user in self.sudo().preparer_ids | self.sudo().user_id:
            raise UserError(
                self.env._(
                    "You prepared the onboarding of %s: another person reviews it.",
                    self.partner_id.display_name,
                )
            )

    def _check_nothing_in_the_way(self):
        sentences = self._find_in_the_way()
        if sentences:
            raise UserError(
                self.env._(
                    "The onboarding of %s is not complete:",
                    self.partner_id.display_name,
                )
                + "\n"
                + "\n".join(sentences)
            )

    # ------------------------------------------------------------------
    # CREDIT: kept by the room of limits
    # ------------------------------------------------------------------

    def _account_admin_credit_stops(self):
        """From now on the account has no credit."""

    def _account_admin_credit_begins(self):
        """From now on the account has the credit that was asked for."""
