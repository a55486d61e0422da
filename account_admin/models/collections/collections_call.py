"""Calls that were made or came in: what was said, and what follows."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.calendar import NoWorkingDay
from ...engine.desk.call import (
    OUTCOMES,
    get_cadence_day,
    get_next_try,
    get_tries_left,
    is_met,
)
from ..base.actions import open_window
from ..base.bounds import bounded

#: What a call was: not changed, corrected by another call.
FACTS = {
    *("partner_id", "company_id", "contact_id", "user_id", "direction", "outcome"),
    *("date", "phone"),
}


@bounded
class CollectionsCall(models.Model):
    _name = "collections.call"
    _description = "Call"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True
    _moved_by = ("partner_id",)

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The customer that was spoken with, or was to be.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    case_id = fields.Many2one(
        comodel_name="collections.case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The case that was open then.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Spoken With",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Whom the call was for; in a call that came in, who called.",
    )
    phone = fields.Char(
        string="Number",
        help="The number that was dialled or called from. Any way of writing it finds"
        " its contact.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        index=True,
        ondelete="restrict",
        help="Who of us made or took the call.",
    )
    direction = fields.Selection(
        selection=[("out", "We Called"), ("in", "They Called")],
        required=True,
        default="out",
        help="Calls that came in are not counted as dials.",
    )
    outcome = fields.Selection(
        selection=[
            ("no_answer", "No Answer"),
            ("busy", "Busy"),
            ("voicemail", "Voicemail"),
            ("wrong_number", "Wrong Number"),
            ("gatekeeper", "Not Put Through"),
            ("promise", "Promised to Pay"),
            ("dispute", "Disputes Something"),
            ("refused", "Will Not Pay"),
            ("call_back", "Wants a Call Back"),
            ("informed", "Spoken With"),
        ],
        required=True,
        help="From “Promised to Pay” on, whoever answers for the account was spoken"
        " with: that is a contact. A wrong number is not dialled again.",
    )
    date = fields.Datetime(
        string="When",
        required=True,
        default=fields.Datetime.now,
        index=True,
        help="When it was made; it cannot be in the future.",
    )
    day = fields.Date(
        compute="_compute_day", store=True, index=True, help="The company's day."
    )
    duration = fields.Integer(
        string="Minutes", help="How long it took, in whole minutes."
    )
    note = fields.Text(help="What was said; for colleagues only.")
    call_back_at = fields.Datetime(help="When the contact wants to be called again.")
    next_on = fields.Date(
        string="Next Call On",
        readonly=True,
        help="The next working day after a call that reached nobody who answers for"
        " the account; else the day by the policy's cadence of calls.",
    )
    is_connect = fields.Boolean(
        string="Connected",
        compute="_compute_counts",
        store=True,
        help="Somebody answered.",
    )
    is_right_party = fields.Boolean(
        string="Right Party",
        compute="_compute_counts",
        store=True,
        help="Somebody who answers for the account was spoken with.",
    )
    reached = fields.Selection(
        selection=[
            ("nobody", "Nobody"),
            ("somebody", "Somebody"),
            ("right_party", "Right Party"),
        ],
        compute="_compute_counts",
        store=True,
        help="Who answered: the right party is who answers for the account.",
    )
    national_account_id = fields.Many2one(
        related="case_id.national_account_id", help="The group of the account."
    )

    _account_idx = models.Index("(partner_id, company_id, day)")
    _duration_positive = models.Constraint(
        "CHECK(duration >= 0)", "The minutes of a call cannot be negative."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("date", "company_id")
    def _compute_day(self):
        for call in self:
            company = call.company_id or self.env.company
            call.day = call.date and company._collections_day_of(call.date)

    @api.depends("outcome")
    def _compute_counts(self):
        for call in self:
            outcome = OUTCOMES.get(call.outcome)
            call.is_connect = bool(outcome and outcome.connected)
            call.is_right_party = bool(outcome and outcome.right_party)
            call.reached = "somebody" if call.is_connect else "nobody"
            if call.is_right_party:
                call.reached = "right_party"

    @api.depends("partner_id", "day")
    def _compute_display_name(self):
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for call in self:
            name = call.partner_id.display_name or ""
            outcome = labels.get(call.outcome)
            call.display_name = f"{name}: {outcome}" if outcome else name

    @api.onchange("phone")
    def _onchange_phone(self):
        """A number finds its contact; one of several accounts asks which."""
        if not self.phone or self.contact_id.phone == self.phone:
            return None
        found = self.env["res.partner"]._account_admin_find_by_phone(self.phone)
        accounts = found.commercial_partner_id
        if len(accounts) == 1:
            self.partner_id = accounts
            self.contact_id = found[0]
            return None
        if not accounts:
            return None
        return {
            "warning": {
                "title": self.env._("Which account?"),
                "message": self.env._(
                    "This number belongs to %s: choose the account.",
                    ", ".join(accounts.mapped("display_name")),
                ),
            }
        }

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        if self.contact_id:
            self.partner_id = self.contact_id.commercial_partner_id
            self.phone = self.phone or self.contact_id.phone

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.constrains("contact_id", "partner_id")
    def _check_contact(self):
        for call in self.filtered("contact_id"):
            counsel = call.partner_id._account_admin_get_counsels()
            if (
                call.contact_id.commercial_partner_id != call.partner_id
                and call.contact_id not in counsel.values()
            ):
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(account)s: choose one of its"
                        " contacts.",
                        contact=call.contact_id.display_name,
                        account=call.partner_id.display_name,
                    )
                )

    @api.constrains("outcome", "call_back_at", "date")
    def _check_call_back(self):
        for call in self.filtered(lambda call: call.outcome == "call_back"):
            if not call.call_back_at or call.call_back_at <= call.date:
                raise ValidationError(
                    self.env._(
                        "%s wants a call back: say when, after this call.",
                        call.partner_id.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        now = fields.Datetime.now()
        for call in self.filtered(lambda call: call.date > now):
            raise ValidationError(
                self.env._(
                    "The call with %s would be in the future: log it when it was made.",
                    call.partner_id.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls._follow()
        return calls

    def write(self, vals):
        if FACTS & set(vals) and not self.env.su:
            raise UserError(
                self.env._(
                    "What the call with %s was is kept: log another one to correct it.",
                    self[:1].partner_id.display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Calls are kept: log another one to correct it."))

    @api.model
    def _get_form(self, partner, company):
        """Window of a new call, with the contact to call now where there is one.

        :param partner: the commercial partner
        """
        self.check_access("create")
        case = self.env["collections.case"]._get_open_of(company, partner)
        case = case.get(partner.id, self.env["collections.case"])
        contact = partner._collections_get_contacts(
            case.next_step_id.role_id, channel="call"
        )[partner.id]
        return open_window(
            self.env,
            "collections_call_action",
            self.env._("Call with %s", partner.display_name),
            views=[(False, "form")],
            view_mode="form",
            target="new",
            context={
                "default_partner_id": partner.id,
                "default_company_id": company.id,
                "default_contact_id": contact.id,
                "default_phone": contact.phone,
            },
        )

    @api.model
    def _log_made(self, cases, note):
        """Somebody said that the planned calls of cases were made.

        :param str note: what they said of it
        """
        if not cases:
            return
        planned = self.env["collections.notice"]._get_planned(cases)
        contacts = {
            notice.case_id: self._get_callable(notice)[:1] for notice in planned
        }
        self.create(
            [
                {
                    "partner_id": case.partner_id.id,
                    "company_id": case.company_id.id,
                    "contact_id": contact.id,
                    "phone": contact.phone,
                    "outcome": "informed",
                    "note": note,
                }
                for case, contact in contacts.items()
            ]
        )

    # ------------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------------

    def _follow(self):
        """After calls were logged: their case, the next try, the step they meet."""
        for company, calls in self.grouped("company_id").items():
            # sudo: whoever may log a call of an account moves its case and its step
            calls = calls.sudo().with_company(company)
            cases = self.env["collections.case"].sudo()
            found = cases._get_open_of(company, calls.partner_id)
            for call in calls:
                call.case_id = found.get(call.partner_id.id, cases)
            days = calls._get_next_days(company)
            for call in calls:
                call.next_on = days.get(call)
            calls._keep_number()
            calls._log()
            calls._meet_steps(company)

    def _get_next_days(self, company):
        """Day of the next call after each of these.

        The next working day where nobody who answers was reached; else by the cadence
        of the case's policy, unless they say themselves when to call back.

        :return: dict call -> date
        """
        days = {}
        for call in self:
            cadence = call.case_id.policy_id.call_days
            if call.is_right_party and (not cadence or call.call_back_at):
                continue
            calendar = company._collections_working_days(call.day)
            try:
                days[call] = (
                    get_cadence_day(calendar, call.day, cadence)
                    if call.is_right_party
                    else get_next_try(calendar, call.day)
                )
            except NoWorkingDay:
                raise UserError(
                    self.env._(
                        "The working hours of %s have no working day: there is no day"
                        " for the next try.",
                        company.name,
                    )
                ) from None
        return days

    def _keep_number(self):
        """A wrong number is barred; a new one is kept with a contact without any."""
        bars = self.env["account.admin.contact.bar"]
        wrong = self.filtered(
            lambda call: call.outcome == "wrong_number" and call.phone
        )
        bars._bar_numbers(
            {call.phone: call.contact_id or call.partner_id for call in wrong},
            self.env._("Wrong number"),
        )
        for call in self - wrong:
            contact = call.contact_id
            if call.phone and call.is_connect and contact and not contact.phone:
                contact.phone = call.phone

    def _log(self):
        """Calls are events of their cases; who answers for an account was reached."""
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        calls = self.filtered("case_id")
        cases = calls.case_id
        cases._log_events(
            [
                {
                    **call.case_id._event_vals("called", day=call.day),
                    "note": ": ".join(
                        filter(None, [labels[call.outcome], call.contact_id.name])
                    ),
                }
                for call in calls
            ]
        )
        reached = calls.filtered("is_right_party")
        for day, same in reached.grouped("day").items():
            same.case_id.filtered(
                lambda case, day=day: not case.last_contact or case.last_contact < day
            ).write({"last_contact": day})
        reached.case_id.filtered(lambda case: case.state == "new").write(
            {"state": "chasing"}
        )

    # ------------------------------------------------------------------
    # STEPS THAT ARE CALLS
    # ------------------------------------------------------------------

    def _meet_steps(self, company):
        """Settle the planned calls that these met; plan the next try of the others."""
        waiting = self.env["collections.notice"]._get_planned(self.case_id)
        if not waiting:
            return
        calls = self.search(
            [
                ("case_id", "in", waiting.case_id.ids),
                ("day", ">=", min(waiting.mapped("planned_on"))),
            ],
            order="date, id",
        ).grouped("case_id")
        met = waiting.filtered(
            lambda notice: calls[notice.case_id]._is_enough_for(notice)
        )
        for notice in met:
            notice.contact_id = calls[notice.case_id][-1].contact_id
        met._settle_calls(company)
        for notice in waiting - met:
            calls[notice.case_id]._plan_next(notice)

    def _is_enough_for(self, notice):
        """Whether calls of a case, the latest last, meet its planned call.

        Somebody who answers for the account was spoken with, or every contact who can
        be called was tried as often as the rule says.
        """
        calls = self.filtered(lambda call: call.day >= notice.planned_on)
        asked = calls.filtered(lambda call: call.direction == "out").contact_id
        waiting = self._get_callable(notice) - asked
        last = calls[-1:].contact_id
        outcomes = [call.outcome for call in calls if call.contact_id == last]
        if calls.filtered("is_right_party"):
            return True
        return is_met(outcomes, len(waiting))

    @api.model
    def _get_callable(self, notice):
        """Contacts whom a planned call may be for, in the order they are asked."""
        contacts = notice.partner_id._collections_rank_contacts(notice.step_id.role_id)
        return contacts[notice.partner_id.id].filtered(
            lambda contact: contact._collections_can_get("call")
        )

    def _plan_next(self, notice):
        """Ask for the next try on its day; who was reached too often gives way."""
        last = self[-1]
        contacts = self._get_callable(notice)
        tried = {
            contact: [
                call.outcome
                for call in self
                if call.contact_id == contact and call.day >= notice.planned_on
            ]
            for contact in contacts
        }
        contact = next((c for c in contacts if get_tries_left(tried[c])), contacts[:1])
        summary = notice.step_id.name
        if contact:
            summary = self.env._(
                "%(step)s: try %(number)s, %(contact)s %(phone)s",
                step=summary,
                number=len(tried[contact]) + 1,
                contact=contact.display_name,
                phone=contact.phone or "",
            )
        day = last.next_on
        if last.call_back_at:
            day = notice.company_id._collections_day_of(last.call_back_at)
        notice._get_call_activities().write({"summary": summary, "date_deadline": day})
