"""Duties that come back: daily to yearly, on working days of their company."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...engine.calendar import NoWorkingDay
from ...engine.days import add_days
from ...engine.office.deadline import (
    AFTER_QUARTER,
    IN_QUARTER,
    Rule,
    find_fault,
    get_due_days,
)
from ..base.actions import open_window
from ..base.bounds import bounded

#: Days ahead that the next day is looked for: a yearly one comes within.
AHEAD = 400
WEEKDAYS = [
    *(("0", "Monday"), ("1", "Tuesday"), ("2", "Wednesday"), ("3", "Thursday")),
    *(("4", "Friday"), ("5", "Saturday"), ("6", "Sunday")),
]
MONTHS = [
    *(("1", "January"), ("2", "February"), ("3", "March"), ("4", "April")),
    *(("5", "May"), ("6", "June"), ("7", "July"), ("8", "August")),
    *(("9", "September"), ("10", "October"), ("11", "November"), ("12", "December")),
]


@bounded
class AccountAdminTaskTemplate(models.Model):
    _name = "account.admin.task.template"
    _description = "Duty"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, help="What its tasks are called.")
    sequence = fields.Integer(default=10, help="The order in which duties are listed.")
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(
        string="On",
        help="Tasks are made every night. Off, none are made; those there are stay.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="account_admin_task_template_partner_rel",
        string="Accounts",
        domain=[("parent_id", "=", False)],
        help="A task for each of them; one for all when empty.",
    )
    rhythm = fields.Selection(
        selection=[
            ("daily", "Every Working Day"),
            ("weekly", "Every Week"),
            ("monthly", "Every Month"),
            ("quarterly", "Every Quarter"),
            ("yearly", "Every Year"),
        ],
        default="monthly",
        required=True,
        help="How often it is due.",
    )
    monday = fields.Boolean(help="Due on Mondays.")
    tuesday = fields.Boolean(help="Due on Tuesdays.")
    wednesday = fields.Boolean(help="Due on Wednesdays.")
    thursday = fields.Boolean(help="Due on Thursdays.")
    friday = fields.Boolean(help="Due on Fridays.")
    saturday = fields.Boolean(help="Due on Saturdays.")
    sunday = fields.Boolean(help="Due on Sundays.")
    kind = fields.Selection(
        selection=[
            ("business_day", "Working Day"),
            ("weekday", "Weekday"),
            ("date", "Day of the Month"),
        ],
        string="Counted in",
        default="business_day",
        required=True,
        help="What the number counts: working days of a month, its Fridays, or dates.",
    )
    number = fields.Integer(
        default=1,
        help="3 is the third, -1 the last one. Of dates 31 is a month's last day.",
    )
    weekday = fields.Selection(
        selection=WEEKDAYS, default="4", help="As in the last Friday of a month."
    )
    quarter_month = fields.Selection(
        selection=[
            ("after", "The Month after Its End"),
            ("last", "Its Last Month"),
        ],
        string="Month of the Quarter",
        default="after",
        help="Where the day is counted: after the end of a quarter, or before it.",
    )
    month = fields.Selection(
        selection=MONTHS, default="1", help="The month of a yearly duty."
    )
    roll = fields.Selection(
        selection=[
            ("following", "The Next Working Day"),
            ("preceding", "The Working Day Before"),
            ("modified", "The Next, in the Same Month"),
        ],
        string="If Closed",
        default="following",
        required=True,
        help="Where a day goes on which the company does not work.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="No task is due before this day; more than a year back none is made.",
    )
    date_end = fields.Date(string="Until", help="No task is due after it.")
    lead_days = fields.Integer(
        string="Days Ahead",
        default=7,
        help="How many days before it is due a task is put on the list.",
    )
    owner = fields.Selection(
        selection=[
            ("person", "A Person"),
            ("account", "The Account's Administrator"),
            ("manager", "An Administrator"),
        ],
        default="person",
        required=True,
        help="Who its tasks are for. An administrator gets what nobody else would.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        default=lambda self: self.env.user,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who does it. Whoever stands in for them does it meanwhile.",
    )
    is_evidence_needed = fields.Boolean(
        string="Evidence Needed",
        help="A task is done only with a file attached, or a link to what shows it.",
    )
    note = fields.Text(help="How it is done; each task has it.")
    task_ids = fields.One2many(
        comodel_name="account.admin.task", inverse_name="template_id"
    )
    made_until = fields.Date(
        readonly=True,
        copy=False,
        help="Days until this one have their tasks.",
    )
    problem = fields.Char(
        readonly=True,
        copy=False,
        help="What keeps it from working as it says, and what to do.",
    )
    next_on = fields.Char(
        string="Next Days",
        compute="_compute_next_on",
        help="The days on which it is due next, by the company's working hours.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A duty cannot end before it begins: correct “From” or “Until”.",
    )
    _lead_within_a_year = models.Constraint(
        "CHECK(lead_days BETWEEN 0 AND 366)",
        "Tasks come 0 to 366 days ahead: correct “Days Ahead”.",
    )

    @api.depends(
        *("company_id", "rhythm", "kind", "number", "weekday", "quarter_month"),
        *("month", "roll", "date_start", "date_end", "monday", "tuesday"),
        *("wednesday", "thursday", "friday", "saturday", "sunday"),
    )
    def _compute_next_on(self):
        for template in self:
            company = template.company_id or self.env.company
            today = company._collections_today()
            first = max(today, template.date_start or today)
            last = add_days(first, AHEAD)
            rule = template._get_rule()
            found = []
            if not find_fault(rule):
                try:
                    calendar = template._get_calendar(company, first)
                    found = get_due_days(rule, calendar, first, last)
                except NoWorkingDay:
                    template.next_on = template._say_no_working_day(company)
                    continue
            end = template.date_end
            found = [day for day in found if not end or day <= end][:3]
            days = ", ".join(format_date(self.env, day) for day in found)
            template.next_on = days or self.env._("Never")

    @api.constrains(
        *("rhythm", "kind", "number", "owner", "user_id", "monday", "tuesday"),
        *("wednesday", "thursday", "friday", "saturday", "sunday"),
    )
    def _check_rule(self):
        texts = {
            "no_weekday": self.env._("%s is due every week: choose the weekdays."),
            "no_number": self.env._(
                "%s is due on day 0: 1 is the first and -1 the last one."
            ),
            "no_such_day": self.env._(
                "%s is due on a day that no month has: enter a date from 1 to 31, a"
                " working day up to 23, or a weekday up to 5."
            ),
        }
        for template in self:
            fault = find_fault(template._get_rule())
            if fault:
                raise ValidationError(texts[fault] % template.name)
            if template.owner == "person" and not template.user_id:
                raise ValidationError(
                    self.env._("Say who does %s: choose a person.", template.name)
                )

    def write(self, vals):
        if vals.get("is_on"):
            # what was due while it was off is not made up for
            for template in self.filtered(lambda template: not template.is_on):
                today = template.company_id._collections_today()
                template._write_kept({"made_until": add_days(today, -1)})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_without_tasks(self):
        for template in self.filtered("task_ids"):
            raise UserError(
                self.env._(
                    "%s has tasks, which are kept: turn it off or archive it.",
                    template.name,
                )
            )

    # ------------------------------------------------------------------
    # RULE
    # ------------------------------------------------------------------

    def _get_rule(self):
        """When it is due, as the engine knows it."""
        self.ensure_one()
        months = AFTER_QUARTER if self.quarter_month == "after" else IN_QUARTER
        if self.rhythm == "yearly":
            months = (int(self.month),)
        names = [name.lower() for _number, name in WEEKDAYS]
        return Rule(
            self.rhythm,
            frozenset(number for number, name in enumerate(names) if self[name]),
            self.kind,
            self.number,
            int(self.weekday or 0),
            months,
            self.roll,
        )

    @api.model
    def _get_calendar(self, company, first):
        """Working days from some weeks before a day on: what rolls comes from there."""
        return company._collections_working_days(add_days(first, -62))

    @api.model
    def _say_no_working_day(self, company):
        return self.env._(
            "The working hours of %s have no working day: nothing is ever due. Enter"
            " hours in its working schedule.",
            company.name,
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_make_tasks(self):
        """Make the tasks that are due by now, instead of with the next night."""
        self.check_access("write")
        # sudo: tasks are for whoever they are for; writing the duty was checked
        for company, templates in self.sudo().grouped("company_id").items():
            templates._make_tasks(company, company._collections_today())
        return True

    def action_view_tasks(self):
        """The tasks of the duty."""
        self.ensure_one()
        return open_window(
            self.env,
            "task_action",
            self.name,
            domain=[("template_id", "=", self.id)],
            context={},
        )
