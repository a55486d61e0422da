"""Contacts that answer for something for some days, and how often to speak to them."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine import people as engine
from ...engine.calendar import NoWorkingDay
from ..base.bounds import bounded


@bounded
class AccountAdminContactAssignment(models.Model):
    _name = "account.admin.contact.assignment"
    _description = "Role of a Contact"
    _inherit = ["account.admin.company.mixin", "account.admin.dated.mixin"]
    _order = "partner_id, role_id, date_start desc, id"
    _rec_name = "contact_id"
    _moved_by = ("contact_id",)

    contact_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        help="The person at the account.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        related="contact_id.commercial_partner_id",
        store=True,
        index=True,
        help="The account that the contact belongs to.",
    )
    role_id = fields.Many2one(
        comodel_name="account.admin.contact.role",
        required=True,
        index=True,
        ondelete="restrict",
        help="What they answer for.",
    )
    date_start = fields.Date(
        string="From",
        help="First day; always when empty. Of two with one role whoever took over last"
        " is asked.",
    )
    date_end = fields.Date(string="Until", help="Last day; for good when empty.")
    channel = fields.Selection(
        selection=[
            (engine.EVERY, "All Channels"),
            ("email", "Emails"),
            ("letter", "Letters"),
            ("call", "Calls"),
        ],
        required=True,
        default=engine.EVERY,
        help="The only way on which they are reached in this role.",
    )
    lang = fields.Selection(
        related="contact_id.lang",
        help="The language that they are written to in.",
    )
    cadence_days = fields.Integer(
        string="Every (Days)",
        compute="_compute_cadence_days",
        store=True,
        readonly=False,
        help="The most days between two talks; 0 where nobody minds.",
    )
    last_spoken_on = fields.Date(
        string="Last Talk",
        compute="_compute_next_talk",
        help="The last day on which somebody of us spoke with them.",
    )
    next_talk_on = fields.Date(
        string="Speak By",
        compute="_compute_next_talk",
        help="The working day by which to speak with them again.",
    )
    is_talk_due = fields.Boolean(
        string="To Speak With",
        compute="_compute_next_talk",
        search="_search_is_talk_due",
        help="The day by which to speak with them has come.",
    )
    is_in_force = fields.Boolean(
        string="Today",
        compute="_compute_is_in_force",
        search="_search_is_in_force",
        help="They answer for it today.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "A contact's role cannot end before it begins: correct one of the two days.",
    )
    _cadence_in_order = models.Constraint(
        "CHECK(cadence_days >= 0)", "Days between two talks cannot be below zero."
    )

    @api.constrains("contact_id", "role_id", "date_start", "date_end")
    def _check_once_at_a_time(self):
        # sudo: a role counts whoever may see it
        others = self.sudo().search([("contact_id", "in", self.contact_id.ids)])
        by_role = others.grouped(lambda one: (one.contact_id, one.role_id))
        for one in self:
            twins = by_role.get((one.contact_id, one.role_id), others.browse()) - one
            if any(one._overlaps(twin) for twin in twins):
                raise ValidationError(
                    self.env._(
                        "%(contact)s is %(role)s on some of these days already: end"
                        " that first.",
                        contact=one.contact_id.display_name,
                        role=one.role_id.name,
                    )
                )

    @api.depends("role_id")
    def _compute_cadence_days(self):
        for one in self:
            one.cadence_days = one.role_id.cadence_days

    @api.depends("date_start", "date_end")
    def _compute_is_in_force(self):
        day = self.env.company._collections_today()
        for one in self:
            one.is_in_force = one._covers(day)

    @api.model
    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_covering_domain(self.env.company._collections_today())
        return domain if True in value else ~domain

    @api.depends("cadence_days", "contact_id", "date_start", "date_end")
    def _compute_next_talk(self):
        company = self.env.company
        today = company._collections_today()
        talks = self._get_talks(company, today)
        for one in self:
            one.last_spoken_on, one.next_talk_on = talks[one]
            day = one.next_talk_on
            one.is_talk_due = bool(day and day <= today and one._covers(today))

    def _get_talks(self, company, today):
        """When contacts were spoken with last, and when they are to be next.

        :return: dict record -> (date or ``None``, date or ``None``)
        """
        spoken, talks = self._get_last_spoken(company, self.contact_id._origin), {}
        since = {
            one: one.date_start
            or (one.create_date and company._collections_day_of(one.create_date))
            for one in self
        }
        # days off before the day that is looked for count too
        calendar = company._collections_working_days(
            min(filter(None, (today, *spoken.values(), *since.values())))
        )
        for one in self:
            last = spoken.get(one.contact_id._origin.id)
            try:
                day = engine.get_next_talk(calendar, last, since[one], one.cadence_days)
            except NoWorkingDay:
                # whoever never works is asked every day
                day = today
            talks[one] = last, day
        return talks

    @api.model
    def _get_next_talks(self, company, contacts, day):
        """The same for the roles that contacts have on a day.

        :return: dict (contact id, role id) -> (date or ``None``, date or ``None``)
        """
        # sudo: when they were spoken with is told with who they are
        found = self.sudo().search(
            self._get_covering_domain(day) & Domain("contact_id", "in", contacts.ids)
        )
        talks = found._get_talks(company, day)
        return {
            (one.contact_id.id, one.role_id.id): talk for one, talk in talks.items()
        }

    @api.model
    def _search_is_talk_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        day = self.env.company._collections_today()
        kept = self.search(
            self._get_covering_domain(day) & Domain("cadence_days", ">", 0)
        )
        due = Domain("id", "in", kept.filtered("is_talk_due").ids)
        return due if True in value else ~due

    @api.model
    def _get_last_spoken(self, company, contacts):
        """When somebody of us spoke with contacts: dict contact id -> date.

        Visits and presentations count for those who were there; a room that knows of
        other talks adds them.
        """
        # sudo: that they were spoken with is told with who they are
        groups = (
            self.env["account.admin.entry"]
            .sudo()
            ._read_group(
                [
                    ("kind", "in", ("visit", "presentation")),
                    ("contact_ids", "in", contacts.ids),
                    ("date", "<=", company._collections_today()),
                ],
                ["contact_ids"],
                ["date:max"],
            )
        )
        return {contact.id: day for contact, day in groups}

    def _to_engine(self):
        self.ensure_one()
        return engine.Assignment(
            self.contact_id.id,
            self.role_id.id,
            self.date_start or None,
            self.date_end or None,
            self.channel or engine.EVERY,
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        found.contact_id._collections_touch()
        return found

    def write(self, vals):
        before = self.contact_id
        result = super().write(vals)
        (before | self.contact_id)._collections_touch()
        return result

    def unlink(self):
        contacts = self.contact_id
        result = super().unlink()
        contacts._collections_touch()
        return result

    # ------------------------------------------------------------------
    # WHO ANSWERS
    # ------------------------------------------------------------------

    @api.model
    def _read_holding(self, accounts, day):
        """Roles of the contacts of accounts on a day.

        :param accounts: commercial partners
        :return: dict commercial partner id -> list of
            :class:`~..engine.people.Assignment`
        """
        # sudo: whom an account is asked through depends on nobody's rights
        found = self.sudo().search_fetch(
            self._get_covering_domain(day)
            & Domain("partner_id", "in", accounts.ids)
            & Domain("contact_id.active", "=", True)
            & Domain("role_id.active", "=", True),
            [
                "contact_id",
                "role_id",
                "partner_id",
                "date_start",
                "date_end",
                "channel",
            ],
        )
        return {
            account.id: [one._to_engine() for one in mine]
            for account, mine in found.grouped("partner_id").items()
        }

    @api.model
    def _set_roles(self, contacts, roles, day):
        """Contacts have these roles from a day on, and no others.

        :param roles: dict contact id -> ids of roles
        """
        now = self.search(
            self._get_covering_domain(day) & Domain("contact_id", "in", contacts.ids)
        )
        over = now.filtered(lambda one: one.role_id.id not in roles[one.contact_id.id])
        # what began today was a slip; what was in force stays known
        began = over.filtered(lambda one: not one.date_start or one.date_start == day)
        began.unlink()
        (over - began).date_end = fields.Date.subtract(day, days=1)
        known = {(one.contact_id.id, one.role_id.id) for one in now - over}
        self.create(
            [
                {"contact_id": contact, "role_id": role}
                for contact, mine in roles.items()
                for role in mine
                if (contact, role) not in known
            ]
        )
