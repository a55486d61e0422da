"""Who answers for what at an account, who does with us, and its papers."""

from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.people import rank
from ..base.groups import COLLECTIONS


@dataclass(frozen=True)
class Answers:
    """Who answers for one thing, at the account and with us.

    :param contact: ``res.partner`` with the role; whoever is asked instead where
        ``is_instead``
    :param user: of us, empty where nobody looks after the account
    """

    role: object
    contact: object
    is_instead: bool
    last_spoken_on: date | None
    next_talk_on: date | None
    function: str
    user: object


class AccountAdminPeopleMixin(models.AbstractModel):
    """An account with its people: theirs and ours."""

    _name = "account.admin.people.mixin"
    _description = "Account With People"

    account_admin_assignment_ids = fields.One2many(
        comodel_name="account.admin.contact.assignment",
        inverse_name="contact_id",
        string="Roles by Date",
        groups=COLLECTIONS,
        copy=False,
        help="What this contact answers for, from when to when.",
    )
    account_admin_people_ids = fields.One2many(
        comodel_name="account.admin.contact.assignment",
        inverse_name="partner_id",
        string="Their People",
        groups=COLLECTIONS,
        copy=False,
        help="Who answers for what at the account, from when to when.",
    )
    account_admin_team_ids = fields.One2many(
        comodel_name="account.admin.team",
        inverse_name="partner_id",
        string="Our People",
        groups=COLLECTIONS,
        copy=False,
        help="Who of us does what for the account; what is not here is as with its"
        " national account.",
    )
    account_admin_people_map = fields.Html(
        string="Who Answers For What",
        compute="_compute_account_admin_people_map",
        sanitize=False,
        groups=COLLECTIONS,
        help="For each role whom to ask at the account today, and who does with us.",
    )
    collections_role_ids = fields.Many2many(
        comodel_name="account.admin.contact.role",
        string="Contact Roles",
        compute="_compute_collections_role_ids",
        inverse="_inverse_collections_role_ids",
        search="_search_collections_role_ids",
        help="What this contact is written to about today.",
        groups=COLLECTIONS,
    )
    account_admin_profile_ids = fields.One2many(
        comodel_name="account.admin.profile",
        inverse_name="partner_id",
        string="Profiles",
        groups=COLLECTIONS,
        copy=False,
        help="What the account is, sells, needs and is worth to us; one at most.",
    )
    account_admin_rating_ids = fields.One2many(
        comodel_name="account.admin.rating",
        inverse_name="partner_id",
        string="External Ratings",
        groups=COLLECTIONS,
        copy=False,
        help="What agencies say of the account.",
    )
    account_admin_entry_ids = fields.One2many(
        comodel_name="account.admin.entry",
        inverse_name="partner_id",
        string="Visits, News and Feedback",
        groups=COLLECTIONS,
        copy=False,
        help="What was noted of the account.",
    )
    account_admin_onboarding_ids = fields.One2many(
        comodel_name="account.admin.onboarding",
        inverse_name="partner_id",
        string="Onboarding of the Account",
        groups=COLLECTIONS,
        copy=False,
        help="How it became an account.",
    )
    account_admin_document_ids = fields.One2many(
        comodel_name="account.admin.document",
        inverse_name="partner_id",
        string="Documents",
        groups=COLLECTIONS,
        copy=False,
        help="Papers that the account handed in.",
    )
    account_admin_document_count = fields.Integer(
        string="Papers",
        compute="_compute_account_admin_document_count",
        groups=COLLECTIONS,
        help="How many documents the account has.",
    )
    account_admin_obligation_count = fields.Integer(
        string="Open Obligations",
        compute="_compute_account_admin_obligation_count",
        groups=COLLECTIONS,
        help="What has to be done by the account, or for it, and is not done yet.",
    )

    @api.depends(
        "account_admin_assignment_ids.role_id",
        "account_admin_assignment_ids.date_start",
        "account_admin_assignment_ids.date_end",
    )
    @api.depends_context("company")
    def _compute_collections_role_ids(self):
        day = self.env.company._collections_today()
        for contact in self:
            mine = contact.account_admin_assignment_ids
            contact.collections_role_ids = mine.filtered(
                lambda one: one._covers(day)
            ).role_id

    def _inverse_collections_role_ids(self):
        self.env["account.admin.contact.assignment"]._set_roles(
            self,
            {contact.id: contact.collections_role_ids.ids for contact in self},
            self.env.company._collections_today(),
        )

    @api.model
    def _search_collections_role_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        day = self.env.company._collections_today()
        assignments = self.env["account.admin.contact.assignment"]
        holding = assignments._get_covering_domain(day)
        if operator == "any":
            domain = Domain("role_id", "any", value)
            return Domain("account_admin_assignment_ids", "any", holding & domain)
        ids = [one for one in value if one]
        found = Domain(
            "account_admin_assignment_ids",
            "any",
            holding & Domain("role_id", "in", ids),
        )
        if False in value:
            found |= ~Domain("account_admin_assignment_ids", "any", holding)
        return found

    @api.depends_context("uid", "company")
    def _compute_account_admin_document_count(self):
        groups = self.env["account.admin.document"]._read_group(
            [("partner_id", "in", self.ids)],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.account_admin_document_count = counts.get(partner._origin.id, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_account_admin_obligation_count(self):
        groups = self.env["account.admin.obligation"]._read_group(
            [
                ("partner_id", "in", self.ids),
                ("state", "not in", ("accepted", "waived")),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.account_admin_obligation_count = counts.get(partner._origin.id, 0)

    def _collections_rank_contacts(self, role, channel=None, day=None):
        """Contacts of each account in the order in which they are asked.

        Where counsel is named it is the only one.

        :param role: ``account.admin.contact.role`` that is asked first, may be empty
        :param str channel: leaves out who wants to be reached on another in their role
        :param date day: on which they answer, today if ``None``
        :return: dict commercial partner id -> partners, the account itself among them
        """
        day = day or self.env.company._collections_today()
        holding = self.env["account.admin.contact.assignment"]._read_holding(self, day)
        roles = self.env["account.admin.contact.role"].search([("active", "=", True)])
        # who has only a role that stands in for nobody is asked for that one
        order = (role | roles.filtered("stands_in")).ids
        # an archived account is written to itself, archived contacts are not
        addresses = self.with_context(active_test=False).search(
            Domain("commercial_partner_id", "in", self.ids)
            & (
                Domain("id", "in", self.ids)
                | Domain("active", "=", True) & Domain("type", "=", "invoice")
            ),
            order="id",
        )
        by_account = addresses.grouped("commercial_partner_id")
        counsels = self._account_admin_get_counsels()
        return {
            account.id: counsels.get(account.id)
            or self.browse(rank(holding.get(account.id, ()), order, day, channel))
            | (by_account.get(account, self.browse()) - account)
            | (by_account.get(account, self.browse()) & account)
            for account in self
        }

    # ------------------------------------------------------------------
    # WHO ANSWERS FOR WHAT
    # ------------------------------------------------------------------

    @api.depends("account_admin_people_ids", "account_admin_team_ids")
    @api.depends_context("company", "lang")
    def _compute_account_admin_people_map(self):
        day = self.env.company._collections_today()
        found = self.commercial_partner_id._origin._get_people_map(day)
        for partner in self:
            rows = found.get(partner.commercial_partner_id._origin.id)
            partner.account_admin_people_map = rows and self.env["ir.qweb"]._render(
                "account_admin.people_map", {"rows": rows}
            )

    def _get_people_map(self, day):
        """Who answers for each role on a day, for each of these accounts.

        :return: dict commercial partner id -> list of :class:`Answers`
        """
        assignments = self.env["account.admin.contact.assignment"]
        company = self.env.company
        roles = self.env["account.admin.contact.role"].search([("active", "=", True)])
        holding = assignments._read_holding(self, day)
        people = self.browse({one.contact for mine in holding.values() for one in mine})
        talks = assignments._get_next_talks(company, people, day)
        teams = self.env["account.admin.team"]._get_teams(company, self, day)
        order = roles.filtered("stands_in").ids
        labels = dict(
            self.env["account.admin.team"]
            ._fields["function"]
            ._description_selection(self.env)
        )
        result = {}
        for account in self:
            mine, rows = holding.get(account.id, ()), []
            for role in roles:
                ranked = rank(mine, [role.id, *order], day)
                asked = self.browse(ranked[:1])
                has = asked.id in rank(mine, [role.id], day)
                last, following = talks.get((asked.id, role.id), (None, None))
                rows.append(
                    Answers(
                        role,
                        asked,
                        bool(asked and not has),
                        last,
                        following,
                        labels.get(role.function, ""),
                        teams[account.id].get(role.function)
                        or teams[account.id].get(False),
                    )
                )
            result[account.id] = rows
        return result
