import uuid
from datetime import date

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..base.actions import open_window
from ..base.envelope import get_addresses

RULES = [
    ("nothing_due", "Nothing is overdue"),
    ("below_minimum", "Less than the policy's minimum"),
    ("step_reached", "A step is reached"),
    ("observed", "A step is reached; sending is off"),
    ("not_reached", "The next step is not reached yet"),
    ("gap", "Too soon after the last contact"),
    ("limit", "As many contacts as are allowed in a week"),
    ("pending", "A notice waits to be sent"),
    ("attention", "Waits for a person"),
    ("all_steps_done", "Every step was sent: a person decides"),
    ("settled", "Nothing overdue is left"),
    ("not_chaseable", "What is left may not be chased"),
    ("problem", "Cannot be judged"),
    ("out_of_turn", "It is the turn of another step"),
]


class CollectionsCase(models.Model):
    _name = "collections.case"
    _description = "Collections Case"
    _inherit = [
        "account.admin.readonly.mixin",
        "account.admin.acting.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]

    _order = "asked_amount desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["partner_id"]
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The customer that is chased; a head office for its members where the"
        " policy says so.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        index="btree_not_null",
        help="The group that the account is a member of.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one(
        comodel_name="collections.policy",
        readonly=True,
        ondelete="restrict",
        help="Whose steps apply.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        index="btree_not_null",
        tracking=True,
        domain=[("share", "=", False)],
        help="Does the calls and gets the activities of this case.",
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("chasing", "Chased"),
            ("attention", "Needs Attention"),
            ("handed_over", "Handed Over"),
            ("closed", "Closed"),
        ],
        default="new",
        required=True,
        readonly=True,
        group_expand=True,
        help="New: nothing was sent yet. Chased: reminders go out. Needs attention:"
        " it waits for a person. Handed over: a manager, agency or lawyer has"
        " it.",
    )
    opened_on = fields.Date(
        readonly=True,
        help="The first day on which something was overdue and might be chased.",
    )
    closed_on = fields.Date(
        readonly=True,
        copy=False,
        help="The day on which nothing was left to chase, or somebody closed it.",
    )
    close_reason = fields.Selection(
        selection=[
            ("settled", "Nothing overdue is left"),
            ("not_chaseable", "What is left may not be chased"),
            ("merged", "Merged into another account"),
            ("manual", "Closed by hand"),
        ],
        readonly=True,
        copy=False,
        help="Why it is over.",
    )
    step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        string="Last Step",
        readonly=True,
        ondelete="set null",
        help="The last step that left or was done.",
    )
    last_contact = fields.Date(
        readonly=True,
        help="The last day on which the account heard from us, by any channel; a call"
        " counts when who answers for the account was spoken with.",
    )
    rule = fields.Selection(
        selection=RULES,
        string="Status",
        readonly=True,
        help="What the last night, or the last change, decided.",
    )
    next_step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        readonly=True,
        ondelete="set null",
        help="The step that comes next if nothing changes.",
    )
    next_date = fields.Date(
        string="Next Step On",
        readonly=True,
        help="The night on which the next step is due if nothing changes.",
    )
    attention = fields.Char(
        string="Needs Attention",
        readonly=True,
        help="What a person has to do before it goes on.",
    )
    attention_email = fields.Char(readonly=True)
    hold_reason = fields.Char(
        string="Why It Is on Hold",
        compute="_compute_credit",
        help="The reasons of the holds of the account and of its national account.",
    )
    over_limit = fields.Boolean(
        compute="_compute_credit", help="The account owes more than it may."
    )
    on_hold = fields.Boolean(
        readonly=True,
        help="A step says that the account is on hold; it ends with the case.",
    )
    handed_to = fields.Selection(
        selection=[
            ("manager", "Manager"),
            ("agency", "Collection agency"),
            ("legal", "Legal"),
        ],
        readonly=True,
        help="Who goes on with it.",
    )
    handed_item_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Handed Over For",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    lead_item_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Leading Item",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The oldest overdue item that may be chased. It decides which step"
        " comes next.",
    )
    lead_due = fields.Date(
        string="Leading Due Date", readonly=True, help="When the leading item was due."
    )
    days_overdue = fields.Integer(
        string="Days Past Due",
        compute="_compute_days_overdue",
        help="Days since the due date of the leading item.",
    )
    asked_amount = fields.Monetary(
        string="To Chase", readonly=True, help="Overdue and chaseable."
    )
    overdue_amount = fields.Monetary(
        string="Overdue Before Credits",
        readonly=True,
        help="Past due before credits, disputes, promises and payments on their way are"
        " taken off.",
    )
    open_amount = fields.Monetary(
        string="Open",
        readonly=True,
        help="Everything the account owes, due or not, in the company's currency.",
    )
    told_item_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="collections_case_told_rel",
        column1="case_id",
        column2="item_id",
        readonly=True,
        help="Overdue items that the responsible person was told to decide about.",
    )
    notice_ids = fields.One2many(
        comodel_name="collections.notice",
        inverse_name="case_id",
        readonly=True,
        help="What was sent, or waits to be.",
    )
    event_ids = fields.One2many(
        comodel_name="collections.event",
        inverse_name="case_id",
        readonly=True,
        help="What happened, with the figures it was decided on; it is only added to.",
    )
    dispute_count = fields.Integer(
        compute="_compute_dispute_count",
        help="Open disputes of the account and those it is chased for.",
    )
    call_count = fields.Integer(
        compute="_compute_call_count",
        help="Calls with the account and those it is chased for.",
    )
    promise_count = fields.Integer(
        compute="_compute_promise_count",
        help="Open promises of the account and those it is chased for.",
    )
    access_token = fields.Char(default=lambda self: str(uuid.uuid4()))
    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state <> 'closed'",
        "An account has one open case in a company.",
    )

    @api.depends("partner_id")
    def _compute_display_name(self):
        for case in self:
            name = case.partner_id.display_name or ""
            case.display_name = f"{name} (C{case.id:05d})" if case.id else name

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/collections/{case.id}"
        return result

    @api.depends("lead_due", "company_id", "state")
    def _compute_days_overdue(self):
        today = {company: company._collections_today() for company in self.company_id}
        for case in self:
            is_open = case.lead_due and case.state != "closed"
            case.days_overdue = (
                (today[case.company_id] - case.lead_due).days if is_open else 0
            )

    @api.depends_context("uid", "lang")
    def _compute_credit(self):
        for company, cases in self.grouped("company_id").items():
            for case in cases.with_company(company):
                partner = case.partner_id
                case.hold_reason = partner.sudo().collections_hold_reason
                case.over_limit = partner.sudo().collections_over_limit

    def _compute_dispute_count(self):
        self._count_open("dispute_count", "collections.dispute")

    def _compute_promise_count(self):
        self._count_open("promise_count", "collections.promise")

    def _compute_call_count(self):
        self._count_of_chased("call_count", "collections.call", Domain.TRUE)

    def _count_open(self, name, model):
        """Count what is open of the accounts that are chased in each case."""
        self._count_of_chased(name, model, Domain("state", "=", "open"))

    def _count_of_chased(self, name, model, domain):
        chased = self._get_chased()
        groups = self.env[model]._read_group(
            Domain("partner_id", "in", self.partner_id.union(*chased.values()).ids)
            & Domain("company_id", "in", self.company_id.ids)
            & domain,
            ["company_id", "partner_id"],
            ["__count"],
        )
        counts = {(company, partner): count for company, partner, count in groups}
        for case in self:
            case[name] = sum(
                counts.get((case.company_id, partner), 0) for partner in chased[case]
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_retry(self):
        """A person mended what failed: take up the step again tonight."""
        self.check_access("write")
        # sudo: whoever tries again says that the address is right
        bounces = self.env["account.admin.bounce"].sudo()
        bounces._forget(
            {
                email
                for case in self.filtered("attention_email")
                for email in get_addresses(case.attention_email)
            }
        )
        self._clear_attention(self.env._("Tried again by %s", self.env.user.name))
        return True

    def action_close(self):
        """Close by hand; it reopens if the same item is still chaseable tonight."""
        self.check_access("write")
        self._close({case.id: ("manual", None) for case in self})
        return True

    def action_take(self):
        """Make me responsible."""
        return self.write({"user_id": self.env.uid})

    def action_view_items(self):
        """What the account and those it is chased for owe, item by item."""
        self.ensure_one()
        return self._get_chased()[self]._collections_view_items(
            self.company_id, self.partner_id.display_name
        )

    def action_view_disputes(self):
        """Disputes of the accounts that are chased in the case, the open ones first."""
        self.ensure_one()
        return open_window(
            self.env,
            "collections_dispute_action",
            self.env._("Disputes of %s", self.partner_id.display_name),
            domain=self._get_domain_of_chased(),
            context={"search_default_open": 1},
        )

    def action_promise_in_parts(self):
        """The form of a promise in instalments."""
        self.ensure_one()
        return self.env["collections.promise"]._get_split_action(
            self.partner_id, self.company_id
        )

    def action_view_promises(self):
        """Their promises, the open ones first, or a new one where there is none."""
        self.ensure_one()
        return self.env["collections.promise"]._get_action(
            self.partner_id.display_name,
            self._get_domain_of_chased(),
            {
                "search_default_open": 1,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        )

    def action_view_calls(self):
        """Calls with the accounts that are chased in the case, the latest first."""
        self.ensure_one()
        return open_window(
            self.env,
            "collections_call_action",
            self.env._("Calls with %s", self.partner_id.display_name),
            domain=self._get_domain_of_chased(),
            context={"default_partner_id": self.partner_id.id},
        )

    def action_open_desk(self):
        """My Day with this account at hand."""
        self.ensure_one()
        return self.env["collections.desk"]._get_action(
            self.partner_id, self.company_id
        )

    def action_log_call(self):
        """The form of a new call, with whom to call now."""
        self.ensure_one()
        return self.env["collections.call"]._get_form(self.partner_id, self.company_id)

    def _get_domain_of_chased(self):
        return [
            ("partner_id", "in", self._get_chased()[self].ids),
            ("company_id", "=", self.company_id.id),
        ]

    def action_view_partner(self):
        """The account's own form."""
        return self.partner_id._get_records_action()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _clear_attention(self, note):
        flagged = self.filtered("attention")
        for state, cases in flagged.grouped(
            lambda case: "closed" if case.closed_on else case._get_state_of_work()
        ).items():
            cases._write_kept(
                {"attention": False, "attention_email": False, "state": state}
            )
        flagged._log_events(
            [{**case._event_vals("retry"), "note": note} for case in flagged]
        )
        # sudo: the alerts belong to whoever is responsible, the check was on the case
        flagged.sudo().activity_unlink(
            ["account_admin.mail_activity_type_attention"], only_automated=False
        )

    def _get_state_of_work(self):
        """State of an open case that waits for nobody."""
        self.ensure_one()
        if self.handed_to:
            return "handed_over"
        return "chasing" if self.last_contact else "new"

    def _raise_attention(self, reasons):
        """Flag cases for a person and plan an alert for the responsible.

        :param dict reasons: case id -> (sentence, email that was tried or "")
        """
        activity_type = self.env.ref("account_admin.mail_activity_type_attention")
        model = self.env["ir.model"]._get_id(self._name)
        activities = []
        acting = self._get_responsible()
        # one write a case: each has its own sentence, and failures are few
        for case in self:
            reason, email = reasons[case.id]
            asked = {"attention": reason, "attention_email": email}
            if case.state == "closed":
                # nobody is asked until it goes on; a doubt is not forgotten till then
                if case._get_doubtful():
                    case.write(asked)
                continue
            case.write({"state": "attention", **asked})
            activities.append(
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": model,
                    "res_id": case.id,
                    "summary": reason,
                    "date_deadline": case.company_id._collections_today(),
                    "user_id": acting[case].id,
                }
            )
        self.env["mail.activity"].create(activities)

    def _get_wanted(self):
        """Who should act on the case, in order."""
        self.ensure_one()
        return self.user_id | self.policy_id.user_id

    def _get_responsible(self):
        """Who acts on each case: its person or the policy's, if they are there.

        :return: dict case -> ``res.users``
        """
        found = {}
        for company, cases in self.grouped("company_id").items():
            wanted = {case: case._get_wanted() for case in cases}
            accounts = {case: case.partner_id for case in cases}
            users = self.env["res.users"]
            found |= users._account_admin_choose(company, wanted, accounts=accounts)
        return found

    def _get_doubtful(self):
        """Notices of these cases that may have left: a person has to say."""
        # sudo: whether a mail is in doubt is the same for everybody
        return self.sudo().notice_ids.filtered(
            lambda notice: notice.state == "failed" and notice.failure == "unknown"
        )

    def _close(self, reasons, run=None):
        """Close cases and cancel what they still wanted to send.

        :param dict reasons: case id -> (close reason, engine decision or None)
        """
        cases = self.browse(reasons).filtered(lambda case: case.state != "closed")
        events = []
        for company, group in cases.grouped("company_id").items():
            today = run.date if run else company._collections_today()
            for reason, same in group.grouped(lambda case: reasons[case.id][0]).items():
                same._write_kept(
                    {
                        "state": "closed",
                        "closed_on": today,
                        "close_reason": reason,
                        "next_step_id": False,
                        "next_date": False,
                        "rule": False,
                        "on_hold": False,
                        "asked_amount": 0,
                        "told_item_ids": [Command.clear()],
                    }
                )
            # a doubt belongs to the debt: it is asked again when that comes back
            (group - group._get_doubtful().case_id)._write_kept(
                {"attention": False, "attention_email": False}
            )
            labels = dict(self._fields["close_reason"]._description_selection(self.env))
            events += [
                {
                    **case._event_vals("closed", run),
                    "note": labels[reasons[case.id][0]],
                    "rule": reasons[case.id][0],
                }
                for case in group
            ]
        # sudo: closing a case stops its notices, whoever may close it
        cases.sudo().notice_ids.filtered(
            lambda notice: notice.state in ("to_approve", "queued")
        )._cancel(self.env._("The case was closed."))
        cases._log_events(events)
        # sudo: alerts and calls are the responsible's, closing is the run's or checked
        cases.sudo().activity_unlink(
            [
                "account_admin.mail_activity_type_attention",
                "account_admin.mail_activity_type_call",
                "account_admin.mail_activity_type_decide",
            ],
            only_automated=False,
        )

    def _event_vals(self, kind, run=None, day=None):
        self.ensure_one()
        day = day or (run.date if run else self.company_id._collections_today())
        return {
            "case_id": self.id,
            "run_id": run.id if run else False,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "date": day,
            "kind": kind,
            "step_id": self.step_id.id,
            "step_name": self.step_id.name,
            "item_id": self.lead_item_id.id,
            "item_name": self.lead_item_id.move_id.name,
            "days": self.days_overdue,
            "amount": self.asked_amount,
        }

    @api.model
    def _log_events(self, vals_list):
        """Append to the history; the date is the company's day where none is given."""
        companies = self.env["res.company"].browse(
            {vals["company_id"] for vals in vals_list}
        )
        today = {company.id: company._collections_today() for company in companies}
        # sudo: nobody may write history, the product does
        return (
            self.env["collections.event"]
            .sudo()
            .create([{"date": today[vals["company_id"]], **vals} for vals in vals_list])
        )

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["partner_id"]

    def unlink(self):
        # before mail.thread deletes the messages that the history refers to
        self.check_access("unlink")
        self._unlink_except_history()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if self.event_ids:
            raise UserError(
                self.env._("Cases are closed, not deleted: their history is kept.")
            )

    # ------------------------------------------------------------------
    # ACCOUNT
    # ------------------------------------------------------------------

    def _get_chased(self):
        """The commercial partners whose items are chased in each case.

        :return: dict case -> ``res.partner``
        """
        # sudo: who is chased for whom is the same for every user
        policies = self.env["collections.policy"].sudo()
        chased = {case: case.partner_id for case in self}
        for company, cases in self.filtered("company_id").grouped("company_id").items():
            day = company._collections_today()
            heads = policies._get_heads(company, day, near=set(cases.partner_id.ids))
            by_head = cases.grouped(lambda case: case.partner_id.id)
            for member, head in heads.items():
                for case in by_head[head]:
                    chased[case] |= self.env["res.partner"].browse(member)
        return chased

    @api.model
    def _get_open_of(self, company, partners):
        """Open case of each account; a chased head office's is its members' too.

        :param partners: commercial partners
        :return: dict commercial partner id -> case, those the user may read
        """
        accounts = self._get_chased_accounts(company, partners)
        # with what the forms of partners and payments show of a case
        cases = self.search_fetch(
            self._get_open_domain(company, accounts.values()),
            ["partner_id", "step_id", "next_step_id", "next_date", "on_hold"],
        )
        by_account = {case.partner_id.id: case for case in cases}
        return {
            partner: by_account[account]
            for partner, account in accounts.items()
            if account in by_account
        }

    @api.model
    def _get_open_domain(self, company, accounts):
        return [
            ("partner_id", "in", list(accounts)),
            ("company_id", "=", company.id),
            ("state", "!=", "closed"),
        ]

    @api.model
    def _get_chased_accounts(self, company, partners, above=None):
        """Account in whose case each account is chased: itself or its head office.

        :param partners: commercial partners
        :param dict above: the nearest head office of each that is in a national
            account, where they are known already: ids of commercial partners
        :return: dict commercial partner id -> id of a commercial partner
        """
        heads = {}
        if above is None or above:
            # sudo: who is chased for whom is the same for every user
            policies = self.env["collections.policy"].sudo()
            day = company._collections_today()
            heads = policies._get_heads(company, day, partners.ids, above=above)
        return {partner: heads.get(partner, partner) for partner in partners.ids}

    # ------------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------------

    def _unite_twins(self):
        """Of open cases of one account the one that was chased last stays."""
        last = self.sorted(lambda case: (case.last_contact or date.min, -case.id))[-1]
        self.env["collections.upkeep"]._unite(self, last)
