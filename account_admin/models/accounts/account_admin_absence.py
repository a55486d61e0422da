"""Who is away, and who works for them meanwhile: what people enter."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.absence import (
    Absence,
    find_circle,
    find_overlap,
    get_spells,
)
from ..base.bounds import bounded

#: Who may stand in: whoever has none of these would see nothing of the work.
ROLES = (
    "account_admin.group_account_admin_user",
    "account_admin.group_licensing_user",
)
#: What says who stands in for whom.
COVER = {
    *("user_id", "deputy_id", "date_start", "date_end"),
    *("partner_id", "national_account_id", "desk_id"),
}


@bounded
class AccountAdminAbsence(models.Model):
    _name = "account.admin.absence"
    _description = "Absence"
    _inherit = ["account.admin.readonly.mixin", "mail.thread"]
    _order = "date_start desc, id desc"
    _moved_by = ("user_id",)

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who",
        required=True,
        index=True,
        ondelete="cascade",
        tracking=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="The person who is away. It counts in every company that they work in.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        tracking=True,
        default=lambda self: self.env.company._collections_today(),
        help="The first day, by the date of the company whose work it is.",
    )
    date_end = fields.Date(
        string="Until",
        required=True,
        tracking=True,
        help="The last day. The day after, everything is as it was before.",
    )
    deputy_id = fields.Many2one(
        comodel_name="res.users",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain=[("share", "=", False)],
        help="Gets the work and sees the accounts meanwhile. Where the deputy is away,"
        " too, it is the deputy's own deputy. Without a deputy it is the manager.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Only This Account",
        index="btree_not_null",
        ondelete="cascade",
        tracking=True,
        domain=[("parent_id", "=", False)],
        help="The deputy works on this account only; the rest stays as it is.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        string="Only This National Account",
        index="btree_not_null",
        ondelete="cascade",
        tracking=True,
        help="The deputy works on this national account and its members only.",
    )
    desk_id = fields.Many2one(
        comodel_name="account.admin.desk",
        string="Only This Desk",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The deputy gets the work of this desk only. What somebody sees does not"
        " change with it: a desk has no accounts.",
    )
    scope = fields.Char(
        string="For", compute="_compute_scope", help="What the deputy works on."
    )
    note = fields.Char(
        help="What colleagues should know; everybody who works here reads it.",
    )
    state = fields.Selection(
        selection=[("coming", "Coming"), ("running", "Running"), ("over", "Over")],
        compute="_compute_state",
        search="_search_state",
        help="By today's date of the company.",
    )
    chain = fields.Text(
        string="Who Acts",
        compute="_compute_chain",
        help="Who gets the work on which days, with everybody's absences of today.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "An absence cannot end before it begins: correct one of its two days.",
    )
    _deputy_of_another = models.Constraint(
        "CHECK(deputy_id <> user_id)",
        "Nobody stands in for themselves: name another deputy, or none for the"
        " manager.",
    )
    _one_scope = models.Constraint(
        "CHECK(num_nonnulls(partner_id, national_account_id, desk_id) <= 1)",
        "An absence is for one account, one national account or one desk, or for"
        " everything: keep one of them.",
    )
    _days = models.Index("(date_end, date_start)")

    @api.depends("user_id", "date_start", "date_end")
    def _compute_display_name(self):
        for absence in self:
            absence.display_name = self.env._(
                "%(person)s, %(start)s to %(end)s",
                person=absence.user_id.name,
                start=format_date(self.env, absence.date_start),
                end=format_date(self.env, absence.date_end),
            )

    @api.depends("partner_id", "national_account_id", "desk_id")
    def _compute_scope(self):
        for absence in self:
            # sudo: what somebody is stood in for is told by name
            subject = absence.sudo()._get_subject()
            absence.scope = (
                subject.display_name if subject else self.env._("Everything")
            )

    @api.depends("date_start", "date_end")
    @api.depends_context("company")
    def _compute_state(self):
        today = self.env.company._collections_today()
        for absence in self:
            if not absence.date_start or today < absence.date_start:
                absence.state = "coming"
            elif not absence.date_end or today <= absence.date_end:
                absence.state = "running"
            else:
                absence.state = "over"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._collections_today()
        domains = {
            "coming": Domain("date_start", ">", today),
            "running": Domain("date_start", "<=", today)
            & Domain("date_end", ">=", today),
            "over": Domain("date_end", "<", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends(
        "user_id",
        "date_start",
        "date_end",
        "deputy_id",
        "partner_id",
        "national_account_id",
        "desk_id",
    )
    def _compute_chain(self):
        for absence in self:
            absence.chain = ""
        whole = self.filtered(
            lambda each: each.user_id and each.date_start and each.date_end
        ).filtered(lambda each: each.date_start <= each.date_end)
        # sudo: who acts is the same, whatever absences somebody reads
        others = whole.sudo()._find_around() - whole._origin
        rows = [each._get_row() for each in (*others, *whole.sudo())]
        cover = self._make_cover(rows)
        for absence in whole:
            spells = get_spells(cover, absence.sudo()._get_row())
            absence.chain = "\n".join(map(absence._tell_spell, spells))

    def _tell_spell(self, spell):
        """Who acts on some days of the absence, in a sentence."""
        # sudo: whoever acts is told by name
        users = self.env["res.users"].sudo()
        deputy, acting = self.deputy_id.sudo(), users.browse(spell.user or ())
        said = {
            "days": self._tell_days(spell),
            "acting": acting.name,
            "deputy": deputy.name,
        }
        if not acting:
            return self.env._(
                "%(days)s: an administrator, nobody else is there", **said
            )
        if acting._origin == deputy._origin:
            return self.env._("%(days)s: %(acting)s", **said)
        if not deputy:
            return self.env._("%(days)s: %(acting)s, as there is no deputy", **said)
        if not deputy.active:
            return self.env._(
                "%(days)s: %(acting)s, because %(deputy)s is not here any more", **said
            )
        return self.env._(
            "%(days)s: %(acting)s, because %(deputy)s is away, too", **said
        )

    def _tell_days(self, spell):
        days = [format_date(self.env, day) for day in (spell.first, spell.last)]
        return days[0] if spell.first == spell.last else " - ".join(days)

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.constrains("user_id", "deputy_id")
    def _check_people(self):
        # sudo: the roles of colleagues are no secret of this question
        for absence in self.sudo():
            for user in absence.user_id | absence.deputy_id:
                problem = absence._get_problem_of(user)
                if problem:
                    raise ValidationError(problem)

    def _get_problem_of(self, user):
        """Why somebody cannot be in an absence, as a sentence, or None."""
        if not user.active:
            return self.env._(
                "%s is archived: name somebody who is there.", user.display_name
            )
        if user.share:
            return self.env._(
                "%s is a portal user: name a colleague.", user.display_name
            )
        if user == self.deputy_id and not any(map(user.has_group, ROLES)):
            return self.env._(
                "%s has no role in Account Administration or Licensing and would see"
                " nothing: give one in the user's settings, or name another deputy.",
                user.display_name,
            )
        return None

    @api.constrains(
        "user_id",
        "date_start",
        "date_end",
        "partner_id",
        "national_account_id",
        "desk_id",
    )
    def _check_one_deputy_a_day(self):
        # sudo: an absence counts whoever may read it
        around = self.sudo()._find_around()
        rows = [absence._get_row() for absence in around]
        overlap = find_overlap([row for row in rows if row.user in self.user_id.ids])
        if overlap:
            row, _other, day = overlap
            absence = around[rows.index(row)]
            raise ValidationError(
                self.env._(
                    "%(person)s has two absences on %(day)s for the same (%(scope)s):"
                    " end one of them before the other begins.",
                    person=absence.user_id.name,
                    day=format_date(self.env, day),
                    scope=absence.scope,
                )
            )

    @api.constrains(
        "user_id",
        "deputy_id",
        "date_start",
        "date_end",
        "partner_id",
        "national_account_id",
        "desk_id",
    )
    def _check_no_circle(self):
        # sudo: an absence counts whoever may read it
        around = self.sudo()._find_around()
        rows = {absence.id: absence._get_row() for absence in around}
        mine = [rows[absence.id] for absence in self]
        circle = find_circle(list(rows.values()), mine)
        if circle:
            day, people = circle
            users = self.env["res.users"].sudo().browse(people)
            raise ValidationError(
                self.env._(
                    "On %(day)s %(people)s stand in for each other: name somebody who"
                    " is there.",
                    day=format_date(self.env, day),
                    people=", ".join(users.mapped("name")),
                )
            )

    @api.constrains("partner_id")
    def _check_account(self):
        for absence in self:
            account = absence.partner_id.commercial_partner_id
            if account != absence.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: name the company.",
                        contact=absence.partner_id.display_name,
                        company=account.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        self._forget_cover()
        return absences

    def write(self, vals):
        result = super().write(vals)
        if COVER & set(vals):
            self._forget_cover()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_cover()
        return result

    def _mail_get_partner_fields(self, introspect_fields=False):
        # the account is what it is about, nobody to write to
        return []

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_subject(self):
        """What the absence is for: a record, empty for everything."""
        self.ensure_one()
        return self.partner_id or self.national_account_id or self.desk_id

    def _get_row(self):
        """The absence as the engine knows it."""
        self.ensure_one()
        subject = self._get_subject()
        return Absence(
            self.user_id.id,
            self.date_start,
            self.date_end,
            self.deputy_id.id or None,
            (subject._name, subject.id) if subject else None,
        )

    def _find_around(self):
        """Absences, of whomever, that have a day in common with the span of these."""
        if not self:
            return self
        return self.search(
            [
                ("date_end", ">=", min(self.mapped("date_start"))),
                ("date_start", "<=", max(self.mapped("date_end"))),
            ]
        )
