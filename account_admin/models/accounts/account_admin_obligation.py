"""What an account or we have to do by a day: what it is, and when it is due."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...engine import obligation as engine
from ...engine.days import add_days
from ..base.bounds import bounded
from ..base.groups import COLLECTIONS

#: It is still to be done, and its day may move.
OPEN = ("waiting", "due", "rejected")
#: It came to an end: the next one may come.
OVER = ("accepted", "waived", "missed")
#: What an obligation takes over from its type.
TAKEN = (
    *("delay", "unit", "is_before", "roll", "cure_days", "remind"),
    *("document_type_id", "retention_months", "side"),
)
#: How a field is, whose value is the type's until somebody changes it.
COPIED = {"store": True, "readonly": False, "precompute": True, "default": None}
#: What was agreed: it stays once something was handed in.
AGREED = {
    *(*TAKEN, "type_id", "partner_id", "national_account_id", "company_id"),
    *("date_start", "event_date", "term_start", "term_end"),
    *("fiscal_month", "usdot_number", "coverage_ids"),
}
#: Working days are asked for from so many days before the first one that counts.
BEFORE = 62


@bounded
class AccountAdminObligation(models.Model):
    _name = "account.admin.obligation"
    _description = "Obligation"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "account.admin.readonly.mixin",
        "account.admin.acting.mixin",
        "account.admin.due.rule.mixin",
    ]
    _order = "date, id"
    _moved_by = ("user_id", "partner_id", "national_account_id")

    type_id = fields.Many2one(
        comodel_name="account.admin.obligation.type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="What is owed; its rule is taken over and may be changed here.",
    )
    name = fields.Char(
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="What there is to do, in a few words.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The company that it is about; empty for a national account's.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="It is about the group; the papers are those of its head office.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        domain=[("share", "=", False)],
        help="Sees to it; a deputy meanwhile.",
    )
    base = fields.Selection(related="type_id.base", store=True)
    rhythm = fields.Selection(related="type_id.rhythm")
    is_again = fields.Boolean(related="type_id.is_again")
    side = fields.Selection(compute="_compute_from_type", **COPIED)
    delay = fields.Integer(compute="_compute_from_type", **COPIED)
    unit = fields.Selection(compute="_compute_from_type", **COPIED)
    is_before = fields.Boolean(compute="_compute_from_type", **COPIED)
    roll = fields.Selection(compute="_compute_from_type", **COPIED)
    cure_days = fields.Integer(compute="_compute_from_type", **COPIED)
    remind = fields.Char(compute="_compute_from_type", **COPIED)
    document_type_id = fields.Many2one(compute="_compute_from_type", **COPIED)
    retention_months = fields.Integer(compute="_compute_from_type", **COPIED)
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="Nothing that it is counted from counts before this day.",
    )
    date_until = fields.Date(
        string="Until", help="It does not come back for anything after this day."
    )
    event_date = fields.Date(
        string="Day of the Event",
        tracking=True,
        help="The first date, or the day on which it happened; empty while it has not.",
    )
    term_start = fields.Date(
        compute="_compute_term",
        store=True,
        readonly=False,
        help="The first day of what was agreed.",
    )
    term_end = fields.Date(
        compute="_compute_term",
        store=True,
        readonly=False,
        tracking=True,
        help="The last day of what was agreed; when it is extended the due day moves.",
    )
    fiscal_month = fields.Selection(
        selection=[
            *(("1", "January"), ("2", "February"), ("3", "March"), ("4", "April")),
            *(("5", "May"), ("6", "June"), ("7", "July"), ("8", "August")),
            *(("9", "September"), ("10", "October"), ("11", "November")),
            ("12", "December"),
        ],
        string="Fiscal Year Ends in",
        default=lambda self: self.env.company.sudo().fiscalyear_last_month,
        help="The month with whose last day the fiscal year ends.",
    )
    usdot_number = fields.Char(
        string="USDOT Number",
        help="Digits only: the last one says the month, the one before it the year.",
    )
    base_date = fields.Date(
        string="Day It Is Counted From",
        compute="_compute_base_date",
        store=True,
        help="The day that the due one is counted from; empty while it is not known.",
    )
    date = fields.Date(
        string="Due",
        compute="_compute_dates",
        store=True,
        index=True,
        tracking=True,
        help="By the end of this day; empty while the event has not happened.",
    )
    open_on = fields.Date(
        compute="_compute_dates",
        store=True,
        help="From the first reminder on it is due, until then it waits.",
    )
    remind_on = fields.Date(
        string="Next Reminder",
        compute="_compute_dates",
        store=True,
        help="When the owner is reminded next.",
    )
    deadline = fields.Date(
        string="Last Day",
        compute="_compute_dates",
        store=True,
        help="The due day, later where there is time to cure; after it, it is missed.",
    )
    cure_until = fields.Date(
        readonly=True, copy=False, help="Until when it may be put right."
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("due", "Due"),
            ("submitted", "To Review"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("waived", "Waived"),
            ("missed", "Missed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
        help="Waiting until its first reminder, then due. What was handed in is"
        " reviewed by another person. Missed: its last day is over.",
    )
    changed_on = fields.Date(
        string="Since", readonly=True, copy=False, help="Since when it stands so."
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed In By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Never reviews it.",
    )
    submitted_on = fields.Date(
        string="Handed In On", readonly=True, copy=False, help="The day it came."
    )
    reviewed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who accepted, rejected or waived it.",
    )
    reason = fields.Char(
        copy=False,
        tracking=True,
        help="What is wrong, or why it is waived: say it before you do so.",
    )
    missed_on = fields.Date(
        readonly=True, copy=False, help="When its last day was found to be over."
    )
    reminded_on = fields.Date(
        readonly=True, copy=False, help="When the owner was reminded last."
    )
    told_late_on = fields.Date(
        readonly=True, copy=False, help="When a manager was told that it was missed."
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Its last day is over and nothing was handed in.",
    )
    document_ids = fields.Many2many(
        comodel_name="account.admin.document",
        string="Evidence",
        copy=False,
        groups=COLLECTIONS,
        help="The papers that show it; they are handed in and reviewed with it.",
    )
    evidence_link = fields.Char(
        string="Link to Evidence",
        copy=False,
        help="Where what shows it is kept, from https:// on.",
    )
    coverage_ids = fields.One2many(
        comodel_name="account.admin.obligation.coverage",
        inverse_name="obligation_id",
        help="What an insurance has to cover, and what the certificate shows.",
    )
    problem = fields.Text(
        compute="_compute_problem",
        compute_sudo=True,
        help="Days that nothing covers, and what is covered too little.",
    )
    kept_until = fields.Date(
        compute="_compute_kept_until",
        compute_sudo=True,
        help="Its papers have to be there until this day; empty while they are in"
        " effect.",
    )
    previous_id = fields.Many2one(
        comodel_name="account.admin.obligation",
        string="Time Before",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The time before, that this one follows.",
    )
    next_ids = fields.One2many(
        comodel_name="account.admin.obligation", inverse_name="previous_id"
    )
    note = fields.Text(help="What is asked for, and how it is shown.")

    _one_account = models.Constraint(
        "CHECK(num_nonnulls(partner_id, national_account_id) = 1)",
        "An obligation is about an account or a national account: choose one of them.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_until >= date_start)",
        "An obligation cannot end before it begins: correct “From” or “Until”.",
    )
    _term_in_order = models.Constraint(
        "CHECK(term_end >= term_start)",
        "The term cannot end before it starts: correct one of the two.",
    )
    _waived_with_reason = models.Constraint(
        "CHECK(state NOT IN ('waived', 'rejected') OR reason IS NOT NULL)",
        "Say why the obligation is rejected or waived.",
    )
    _link_is_one = models.Constraint(
        "CHECK(evidence_link IS NULL OR evidence_link ~ '^https?://')",
        "A link to evidence begins with https:// or http://: copy it from the browser.",
    )
    _one_next = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "The next time of this obligation is there already.",
    )
    _night_idx = models.Index(
        "(company_id, deadline) WHERE state IN ('waiting', 'due', 'rejected')"
    )

    # ------------------------------------------------------------------
    # WHAT THE TYPE AND THE ACCOUNT SAY
    # ------------------------------------------------------------------

    @api.depends("type_id")
    def _compute_from_type(self):
        for obligation in self:
            kind = obligation.type_id
            obligation.name = kind.name
            for name in TAKEN:
                obligation[name] = kind[name]

    @api.depends("partner_id", "national_account_id", "company_id")
    def _compute_user_id(self):
        for company, mine in self.grouped("company_id").items():
            accounts = mine.partner_id.commercial_partner_id.ids
            # sudo: who looks after an account is the same for whoever asks
            users = self.env["res.partner"].sudo()
            found = users._collections_get_responsible(
                company or self.env.company, accounts
            )
            for one in mine:
                account = one.partner_id.commercial_partner_id.id
                user = one._get_wanted_owner().id or found.get(account)
                one.user_id = user or one.user_id or self.env.user

    def _get_wanted_owner(self):
        """Who sees to it whoever looks after the account, empty for nobody."""
        return self.national_account_id.user_id

    @api.depends()
    def _compute_term(self):
        """Nothing but what was typed: an area with contracts knows their terms."""

    @api.depends("name", "date", "partner_id", "national_account_id")
    def _compute_display_name(self):
        for one in self:
            # sudo: who may see the obligation may see whose it is
            account = one.sudo().national_account_id or one.sudo().partner_id
            day = one.date and format_date(self.env, one.date)
            said = (one.name, account.name, day)
            one.display_name = ", ".join(filter(None, said))

    # ------------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------------

    def _get_rule(self):
        """When it is due, as the engine knows it."""
        self.ensure_one()
        return engine.Rule(
            self.base,
            self.delay,
            self.unit or engine.DAY,
            self.is_before,
            self.roll or None,
            int(self.rhythm or 0),
        )

    def _get_facts(self, paper_end):
        """What is known of the events, as the engine takes it."""
        self.ensure_one()
        number = (self.usdot_number or "").strip()
        return engine.Facts(
            self.event_date or None,
            self.term_start or None,
            self.term_end or None,
            int(self.fiscal_month or 12),
            paper_end,
            None if engine.find_number_fault(number) else number,
        )

    @api.depends(
        *("type_id", "base", "event_date", "term_start", "term_end", "rhythm"),
        *("fiscal_month", "usdot_number", "date_start", "date_until"),
        *("partner_id", "national_account_id", "document_type_id", "company_id"),
    )
    def _compute_base_date(self):
        self._set_base_dates(self._find_paper_ends())

    def _set_base_dates(self, ends):
        """What is over keeps its day.

        :param dict ends: of :meth:`_find_paper_ends`
        """
        for one in self:
            if one.state not in OPEN or not one.date_start:
                continue
            rule, facts = one._get_rule(), one._get_facts(ends.get(one._origin or one))
            base = engine.find_base(rule, facts, one.date_start)
            is_over = base and one.date_until and base > one.date_until
            one.base_date = False if is_over else base

    def _get_paper_account(self):
        """Commercial partner whose papers count."""
        # sudo: who may see the obligation may see whose papers it is about
        one = self.sudo()
        return (one.partner_id or one.national_account_id.partner_id)[
            :1
        ].commercial_partner_id

    def _find_paper_ends(self):
        """Last day of the latest paper of each obligation that is counted from one.

        :return: dict obligation -> date, ``date.max`` for good
        """
        counted = self.filtered(lambda one: one.base == engine.PAPER)
        if not counted:
            return {}
        accounts = {one: one._get_paper_account().id for one in counted}
        self.env["account.admin.document"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, document.type_id,
                          COALESCE(document.company_id, company.id),
                          MAX(COALESCE(date_end, '9999-12-31'))
                     FROM account_admin_document document
                     JOIN res_partner partner ON partner.id = document.partner_id
                     JOIN res_company company
                          ON company.id = COALESCE(document.company_id, company.id)
                    WHERE document.state = 'accepted'
                      AND partner.commercial_partner_id = ANY(%s)
                      AND document.type_id = ANY(%s) AND company.id = ANY(%s)
                    GROUP BY 1, 2, 3""",
                list(set(filter(None, accounts.values()))),
                counted.document_type_id.ids,
                counted.company_id.ids,
            )
        )
        ends = {row[:3]: row[3] for row in rows}
        return {
            one._origin or one: ends.get(
                (account, one.document_type_id.id, one.company_id.id)
            )
            for one, account in accounts.items()
        }

    @api.depends(
        *("base_date", "delay", "unit", "is_before", "roll", "company_id", "remind"),
        *("cure_until", "reminded_on"),
    )
    def _compute_dates(self):
        for company, mine in self.grouped("company_id").items():
            moving = mine.filtered(lambda one: one.state in OPEN)
            bases = [one.base_date for one in moving if one.base_date]
            if not bases:
                moving._set_days(None, None)
                continue
            first = add_days(min(bases), -BEFORE)
            if any(one.is_before for one in moving):
                first = add_days(first, -3660)
            calendar = (company or self.env.company)._collections_working_days(first)
            for one in moving:
                one._set_days(one.base_date or None, calendar)

    def _set_days(self, base, calendar):
        """What follows from the day that it is counted from, the same for each.

        :param calendar: working days; nothing is due in one that has none
        """
        for one in self:
            try:
                due = engine.get_due(one._get_rule(), base, calendar)
                days = engine.read_days(one.remind)
                reminders = engine.get_reminders(due, days, calendar) if due else []
            except ValueError:
                # no working day, or reminders that are refused when it is saved
                due, reminders = None, []
            one.date = due
            one.open_on = reminders[0] if reminders else due
            one.deadline = engine.get_deadline(due, one.cure_until or None)
            one.remind_on = engine.find_reminder(reminders, one.reminded_on or None)

    @api.depends("deadline", "state", "company_id")
    def _compute_is_late(self):
        for one in self:
            today = (one.company_id or self.env.company)._collections_today()
            over = one.state in OPEN and one.deadline and one.deadline < today
            one.is_late = bool(over or one.state == "missed")

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "missed") | Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("deadline", "<", company._collections_today())
            & Domain("state", "in", OPEN)
            for company in self.env.companies
        )
        return late if True in value else ~late

    # ------------------------------------------------------------------
    # WHAT IS WRONG
    # ------------------------------------------------------------------

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for one in self:
            account = one.partner_id.commercial_partner_id
            if one.partner_id != account:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(account)s: choose the company.",
                        contact=one.partner_id.display_name,
                        account=account.display_name,
                    )
                )

    @api.constrains("base", "event_date", "usdot_number")
    def _check_told(self):
        faults = {
            engine.NO_NUMBER: self.env._("%s needs a USDOT number."),
            engine.LETTERS: self.env._(
                "The USDOT number of %s has digits only: leave out letters and signs."
            ),
            engine.TOO_SHORT: self.env._("The USDOT number of %s has 2 to 8 digits."),
        }
        for one in self:
            if one.base == engine.DATE and not one.event_date:
                raise ValidationError(
                    self.env._("%s is due on a date: enter the first one.", one.name)
                )
            number = (one.usdot_number or "").strip()
            if one.base == engine.USDOT or number:
                if fault := engine.find_number_fault(number):
                    raise ValidationError(faults[fault] % one.name)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        obligations = super().create(vals_list)
        obligations._copy_coverage()
        obligations._open_by_day()
        return obligations

    def _copy_coverage(self):
        """Lines of what an insurance has to cover, where the type says so."""
        kinds = (("occurrence", "occurrence_amount"), ("aggregate", "aggregate_amount"))
        # sudo: the type says so, whoever enters the obligation
        self.env["account.admin.obligation.coverage"].sudo().create(
            [
                {
                    "obligation_id": one.id,
                    "kind": kind,
                    "required": one.type_id[name],
                    "currency_id": one.type_id.currency_id.id,
                }
                for one in self
                if not one.coverage_ids
                for kind, name in kinds
                if one.type_id[name]
            ]
        )

    def write(self, vals):
        if not self.env.su:
            if AGREED & set(vals):
                self._check_agreed()
            if {"document_ids", "evidence_link"} & set(vals):
                self._check_evidence_open()
        return super().write(vals)

    def _check_agreed(self):
        """Refuse to change what was handed in or is over.

        :raise UserError: naming the obligation
        """
        for one in self.filtered(lambda one: one.state not in OPEN):
            raise UserError(
                self.env._(
                    "%(obligation)s is “%(state)s”: what was agreed stays as it is.",
                    obligation=one.display_name,
                    state=one._show_state(),
                )
            )

    def _check_evidence_open(self):
        for one in self.filtered(lambda one: one.state not in (*OPEN, "missed")):
            raise UserError(
                self.env._(
                    "%(obligation)s is “%(state)s”: its evidence stays as it is.",
                    obligation=one.display_name,
                    state=one._show_state(),
                )
            )

    def _show_state(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    @api.ondelete(at_uninstall=False)
    def _unlink_new_only(self):
        for one in self:
            if one.state not in ("waiting", "due") or one.previous_id:
                raise UserError(
                    self.env._(
                        "%s has a history, which is kept: waive it, or enter a day"
                        " in “Until”.",
                        one.display_name,
                    )
                )
