from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.days import add_days
from ...engine.office.rollout import get_weeks
from ..base.actions import open_window
from ..base.blank_float import BlankFloat

#: Weeks over which it is counted what comes and what is done.
WEEKS = 4


class AccountAdminBacklog(models.Model):
    """Tasks that wait for somebody, and in how many weeks they are cleared."""

    _name = "account.admin.backlog"
    _description = "Backlog"
    _auto = False
    _order = "waiting desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        readonly=True,
        help="Whose tasks they are; those without an owner when empty.",
    )
    waiting = fields.Integer(readonly=True, help="Tasks that are open today.")
    late = fields.Integer(readonly=True, help="Those of them whose day is over.")
    came = fields.Integer(
        readonly=True, help="Tasks that were put on the list in the last four weeks."
    )
    done = fields.Integer(
        readonly=True, help="Tasks that were done or skipped in the last four weeks."
    )
    weeks = BlankFloat(
        string="Weeks to Clear",
        compute="_compute_weeks",
        digits=(16, 0),
        aggregator=None,
        help="At the pace of the last four weeks; empty where it never gets smaller.",
    )

    _depends = {
        "account.admin.task": [
            *("company_id", "user_id", "state", "date", "came_on", "done_on")
        ]
    }

    @property
    def _table_query(self):
        return SQL(
            """SELECT MIN(task.id) AS id, task.company_id, task.user_id,
                      COUNT(*) FILTER (WHERE task.state = 'open') AS waiting,
                      COUNT(*) FILTER (
                          WHERE task.state = 'open' AND task.date < today.day) AS late,
                      COUNT(*) FILTER (
                          WHERE task.came_on > today.since
                            AND task.came_on <= today.day) AS came,
                      COUNT(*) FILTER (
                          WHERE task.done_on > today.since
                            AND task.done_on <= today.day) AS done
                 FROM account_admin_task task
                 JOIN (VALUES %s) AS today(company_id, day, since)
                   ON today.company_id = task.company_id
                GROUP BY task.company_id, task.user_id""",
            SQL(", ").join(self._get_days()),
        )

    @api.model
    def _get_days(self):
        """SQL of each company with its day and the one that the weeks begin after."""
        # sudo: a rule says which companies are shown, here is each one's day
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        days = {company: company._collections_today() for company in companies}
        return [
            SQL("(%s, %s::date, %s::date)", company.id, day, add_days(day, -7 * WEEKS))
            for company, day in days.items()
        ]

    @api.depends("waiting", "came", "done")
    def _compute_weeks(self):
        for backlog in self:
            weeks = get_weeks(backlog.waiting, backlog.came, backlog.done, WEEKS)
            backlog.weeks = False if weeks is None else weeks

    def action_open(self):
        """The tasks that wait."""
        self.ensure_one()
        self.check_access("read")
        return open_window(
            self.env,
            "task_action_mine",
            self.env._("Open Tasks"),
            domain=[
                ("company_id", "=", self.company_id.id),
                ("user_id", "=", self.user_id.id),
                ("state", "=", "open"),
            ],
            context={},
        )
