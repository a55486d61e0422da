from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..base.bounds import bounded


@bounded
class AccountAdminTask(models.Model):
    """Something that is due on a day: of a template, or entered by hand."""

    _name = "account.admin.task"
    _description = "Task"
    _inherit = [
        "mail.thread",
        "account.admin.readonly.mixin",
        "account.admin.acting.mixin",
    ]
    _order = "date, id"
    _mail_post_access = "read"
    _moved_by = ("user_id", "partner_id")

    name = fields.Char(required=True, help="What there is to do, in a few words.")
    template_id = fields.Many2one(
        comodel_name="account.admin.task.template",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The duty that it comes from; empty for one entered by hand.",
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
        domain=[("parent_id", "=", False)],
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        default=lambda self: self.env.user,
        index=True,
        domain=[("share", "=", False)],
        help="Who does it; a deputy meanwhile.",
    )
    date = fields.Date(
        string="Due",
        required=True,
        index=True,
        default=lambda self: self.env.company._collections_today(),
        help="By the end of this day; a duty's day is a working day.",
    )
    came_on = fields.Date(
        readonly=True,
        default=lambda self: self.env.company._collections_today(),
        help="The day on which it was put on the list.",
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done"), ("skipped", "Skipped")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="A task that is not done is skipped with a reason, never deleted.",
    )
    reason = fields.Char(help="Why it was skipped.")
    note = fields.Text(help="How it is done, and what to look at.")
    is_evidence_needed = fields.Boolean(
        string="Evidence Needed",
        readonly=True,
        help="It is done only with a file attached, or a link to what shows it.",
    )
    evidence_link = fields.Char(
        string="Link to Evidence", help="Where what shows it is kept, from https:// on."
    )
    has_evidence = fields.Boolean(
        string="Evidence",
        compute="_compute_has_evidence",
        search="_search_has_evidence",
        help="A file is attached, or there is a link.",
    )
    done_on = fields.Date(readonly=True, help="The day it was done or skipped.")
    done_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Done by",
        readonly=True,
        ondelete="restrict",
        help="Who did or skipped it: the owner, or whoever stood in.",
    )
    told_late_on = fields.Date(
        readonly=True, copy=False, help="When a manager was told that it is late."
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="It is open and its day is over.",
    )
    days_late = fields.Integer(
        compute="_compute_is_late", help="Days since the one it was due on."
    )

    _one_a_day = models.UniqueIndex(
        "(template_id, COALESCE(partner_id, 0), date) WHERE template_id IS NOT NULL",
        "This duty has a task of the account and day.",
    )
    _skipped_with_reason = models.Constraint(
        "CHECK(state <> 'skipped' OR reason IS NOT NULL)",
        "Say why the task is skipped.",
    )
    _link_is_one = models.Constraint(
        "CHECK(evidence_link IS NULL OR evidence_link ~ '^https?://')",
        "A link to evidence begins with https:// or http://: copy it from the browser.",
    )

    @api.depends("date", "state", "company_id")
    def _compute_is_late(self):
        for task in self:
            today = (task.company_id or self.env.company)._collections_today()
            is_late = task.state == "open" and task.date and task.date < today
            task.is_late = bool(is_late)
            task.days_late = (today - task.date).days if is_late else 0

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date", "<", company._collections_today())
            for company in self.env.companies
        ) & Domain("state", "=", "open")
        return late if True in value else ~late

    @api.depends("message_attachment_count", "evidence_link")
    def _compute_has_evidence(self):
        for task in self:
            task.has_evidence = bool(
                task.message_attachment_count or task.evidence_link
            )

    @api.model
    def _search_has_evidence(self, operator, value):
        if operator != "in":
            return NotImplemented
        files = SQL(
            "(SELECT res_id FROM ir_attachment WHERE res_model = %s AND res_id > 0)",
            self._name,
        )
        domain = Domain("id", "in", files) | Domain("evidence_link", "!=", False)
        return domain if True in value else ~domain

    @api.depends("name", "date", "partner_id")
    def _compute_display_name(self):
        for task in self:
            # sudo: who may see the task may see whose it is
            account = task.partner_id.sudo().name
            name = f"{task.name}, {account}" if account else task.name or ""
            day = task.date and format_date(self.env, task.date)
            task.display_name = f"{name}, {day}" if day else name

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        if {"date", "partner_id", "company_id"} & set(vals) and not self.env.su:
            self._check_by_hand()
        return super().write(vals)

    def _check_by_hand(self):
        """Refuse to move what a duty asks for.

        :raise UserError: naming the task
        """
        for task in self.filtered("template_id"):
            raise UserError(
                self.env._(
                    "%(task)s comes from the duty “%(duty)s”: its day stays. Do it, or"
                    " skip it and say why.",
                    task=task.display_name,
                    duty=task.template_id.sudo().name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_by_hand_only(self):
        self._check_by_hand()

    def _unite_twins(self):
        """Tasks of accounts that become one: the duty keeps the first."""
        self[1:]._write_kept({"template_id": False})

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_done(self):
        """It is done, and shown where that is asked for."""
        self.check_access("write")
        for task in self:
            task._check_open()
            if task.is_evidence_needed and not task.has_evidence:
                raise UserError(
                    self.env._(
                        "%s needs evidence: attach a file or enter a link, then set it"
                        " done.",
                        task.display_name,
                    )
                )
        return self._end("done")

    def action_skip(self):
        """It is not done this time, and why."""
        self.check_access("write")
        for task in self:
            task._check_open()
            if not (task.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Enter a reason on %s before you skip it.", task.display_name
                    )
                )
        return self._end("skipped")

    def action_reopen(self):
        """It is to be done after all."""
        self.check_access("write")
        self._write_kept({"state": "open", "done_on": False, "done_by_id": False})
        return True

    def _check_open(self):
        if self.state != "open":
            raise UserError(
                self.env._(
                    "%(task)s is over since %(day)s: reopen it first.",
                    task=self.display_name,
                    day=format_date(self.env, self.done_on),
                )
            )

    def _end(self, state):
        for company, tasks in self.grouped("company_id").items():
            tasks._write_kept(
                {
                    "state": state,
                    "done_on": company._collections_today(),
                    "done_by_id": self.env.uid,
                }
            )
        return True
