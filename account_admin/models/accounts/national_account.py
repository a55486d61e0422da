from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...engine.tree import BILLED
from ..base.actions import open_window
from ..base.bounds import bounded
from .account_admin_change import OPEN_CHANGES
from .account_admin_controlled_mixin import close_fields


@bounded
class NationalAccount(models.Model):
    _name = "national.account"
    _description = "National Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "account.admin.company.mixin",
        "account.admin.cover.mixin",
        "account.admin.controlled.mixin",
    ]
    _covered_by_company = False
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        tracking=True,
        help="What the group, or a part of it, is called on screens and reports.",
    )
    kind = fields.Selection(
        selection=[
            ("group", "Group"),
            ("region", "Region"),
            ("area", "Area"),
            ("division", "Division"),
        ],
        string="Level",
        default="group",
        required=True,
        tracking=True,
        help="What it is called in the tree; how deep it stands is for you to choose.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the account between companies.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Head Office",
        ondelete="restrict",
        check_company=True,
        index=True,
        tracking=True,
        domain=[("is_company", "=", True), ("parent_id", "=", False)],
        help="The company that speaks for the group. It is chased for its members"
        " where the policy says so. A region without one is spoken for by the group.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        default=lambda self: self._default_user(),
        tracking=True,
        domain=[("share", "=", False)],
        help="Responsible for the members that have no administrator of their own; a"
        " region without one has the group's.",
    )
    statement_to_head = fields.Boolean(
        string="One Statement",
        help="The head office gets one statement for itself and all members.",
    )
    member_ids = fields.One2many(
        comodel_name="national.account.member",
        inverse_name="national_account_id",
        help="Companies of the group, with the days of their membership.",
    )
    member_count = fields.Integer(
        compute="_compute_member_count",
        help="Companies that are in it today, those of its regions and areas included.",
    )
    parent_id = fields.Many2one(
        comodel_name="national.account",
        string="Part Of",
        compute="_compute_parent_id",
        readonly=False,
        search="_search_parent_id",
        help="The group or region that it is part of today. To move it on a date, use"
        " Move, Split or Merge.",
    )
    top_id = fields.Many2one(
        comodel_name="national.account",
        string="Group",
        compute="_compute_parent_id",
        search="_search_top_id",
        help="The national account at the top of the tree today.",
    )
    position_ids = fields.One2many(
        comodel_name="national.account.position",
        inverse_name="national_account_id",
        string="Where It Was",
        help="What it was part of, with the days.",
    )
    part_ids = fields.One2many(
        comodel_name="national.account.position",
        inverse_name="parent_id",
        string="Parts",
        help="Regions and areas directly below, with the days.",
    )
    date_end = fields.Date(
        string="Last Day",
        copy=False,
        tracking=True,
        help="It was dissolved or became part of another: from the day after on it"
        " counts no more, figures of earlier days stay.",
    )
    responsible_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_responsible_id",
        search="_search_responsible_id",
        help="Its administrator, or the nearest of what it is part of.",
    )
    in_own_tree = fields.Boolean(
        string="In My Tree",
        compute="_compute_in_own_tree",
        search="_search_in_own_tree",
        help="Above or below a national account that you look after.",
    )
    # counts what happens to the tree here: two that change it at once meet in it
    tree_turn = fields.Integer(readonly=True, copy=False)
    change_count = fields.Integer(
        string="Changes",
        compute="_compute_member_counts",
        help="Change requests of its members that are neither applied nor rejected.",
    )
    entry_count = fields.Integer(
        string="Visits and News",
        compute="_compute_member_counts",
        help="What was noted of its members.",
    )
    document_ids = fields.Many2many(
        comodel_name="account.admin.document",
        string="Documents",
        compute="_compute_document_ids",
        help="Papers of its companies: the latest of each type, and those on the way.",
    )
    obligation_count = fields.Integer(
        string="Open Obligations",
        compute="_compute_obligation_count",
        help="What has to be done by the group and its companies, or for them, and is"
        " not done yet.",
    )
    team_ids = fields.One2many(
        comodel_name="account.admin.team",
        inverse_name="national_account_id",
        string="Our People",
        help="Who of us does what for all that is in it.",
    )
    people_map = fields.Html(
        related="partner_id.account_admin_people_map",
        string="Who Answers at the Head Office",
    )
    note = fields.Html(help="For colleagues only; customers never see it.")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_head(vals_list)
        for vals in vals_list:
            parent = vals.pop("parent_id", self.env.context.get("default_parent_id"))
            if parent and not vals.get("position_ids"):
                vals["position_ids"] = [Command.create({"parent_id": parent})]
        nationals = super().create(vals_list)
        nationals._bring_under_control(nationals.partner_id)
        return nationals

    def _account_admin_controlled_account(self):
        return self.partner_id

    def _bring_under_control(self, partners):
        """Companies of national accounts are under control where we want it so."""
        # sudo: what the company chose counts whoever enters a member
        nationals = self.sudo()
        for national in nationals:
            company = national.company_id or self.env.company.sudo()
            if company.account_admin_control_members:
                mine = partners.sudo() & (
                    national.partner_id | national.member_ids.partner_id
                )
                mine.commercial_partner_id.filtered(
                    lambda account: not account.account_admin_controlled
                ).account_admin_controlled = True

    def action_ask_change(self):
        """A new change request about the head office and its national account."""
        self.ensure_one()
        changes = self.env["account.admin.change"]
        return changes._open_new(self.partner_id, self)

    @api.depends("member_ids", "partner_id")
    @api.depends_context("company", "uid")
    def _compute_member_counts(self):
        changes = self._count_of_members("account.admin.change", OPEN_CHANGES)
        entries = self._count_of_members("account.admin.entry")
        for national in self:
            national.change_count = changes.get(national._origin.id, 0)
            national.entry_count = entries.get(national._origin.id, 0)

    def action_view_changes(self):
        """Open change requests of its members."""
        self.ensure_one()
        self.check_access("read")
        title = self.env._("Changes of %s", self.name)
        return self._open_of_members("change_action", title, OPEN_CHANGES)

    def action_view_entries(self):
        """What was noted of its members."""
        self.ensure_one()
        self.check_access("read")
        title = self.env._("Notes of %s", self.name)
        return self._open_of_members("entry_action", title)

    @api.depends("member_ids", "partner_id")
    @api.depends_context("company", "uid")
    def _compute_document_ids(self):
        members = self._get_members_today()
        every = list({partner for ids in members.values() for partner in ids})
        found = self.env["account.admin.document"].search(
            Domain("partner_id", "in", every)
            & (Domain("is_last", "=", True) | Domain("state", "!=", "accepted"))
        )
        for national in self:
            mine = set(members.get(national._origin.id, ()))
            national.document_ids = found.filtered(
                lambda one, mine=mine: one.partner_id.id in mine
            )

    @api.depends("member_ids", "partner_id")
    @api.depends_context("company", "uid")
    def _compute_obligation_count(self):
        members = self._get_members_today()
        partners = list({partner for ids in members.values() for partner in ids})
        groups = self.env["account.admin.obligation"]._read_group(
            self._get_obligation_domain(partners)
            & Domain("state", "not in", ("accepted", "waived")),
            ["partner_id", "national_account_id"],
            ["__count"],
        )
        for national in self:
            mine = set(members.get(national._origin.id, ()))
            national.obligation_count = sum(
                count
                for partner, group, count in groups
                if partner.id in mine or group == national._origin
            )

    def _get_obligation_domain(self, partners):
        """Obligations of these national accounts and of some accounts."""
        return Domain("national_account_id", "in", self._origin.ids) | Domain(
            "partner_id", "in", partners
        )

    def action_view_obligations(self):
        """The obligations of the group and its companies."""
        self.ensure_one()
        self.check_access("read")
        partners = list(self._get_members_today()[self.id])
        return open_window(
            self.env,
            "obligation_action",
            self.env._("Obligations of %s", self.display_name),
            domain=list(self._get_obligation_domain(partners)),
            context={"default_national_account_id": self.id},
        )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            close_fields(arch, self._account_admin_controlled_names())
        return arch, view

    @api.model
    def _check_own_head(self, vals_list):
        """Refuse to draw an account in that somebody else looks after.

        Before it is done: once it is the head office it is the national account's.
        """
        heads = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
        self.env["res.partner"].browse(heads)._collections_check_kept()

    def write(self, vals):
        self._check_own_head([vals])
        if "parent_id" in vals:
            raise UserError(
                self.env._(
                    "%s is moved from a day on, with its effect shown: use Move, Split"
                    " or Merge.",
                    self[:1].display_name,
                )
            )
        result = super().write(vals)
        if {"active", "company_id", "date_end", "partner_id"} & set(vals):
            self.env["account.admin.absence"]._forget_cover()
            self._bring_under_control(self.partner_id)
        return result

    @api.model
    def _default_user(self):
        # a part of a group is its administrator's unless it has one of its own
        is_part = self.env.context.get("default_parent_id")
        return self.env["res.users"] if is_part else self.env.user

    @api.constrains("active")
    def _check_no_parts(self):
        for national in self.filtered(lambda one: not one.active):
            day = national._get_day()
            parts = national.with_context(active_test=False).part_ids.filtered(
                lambda place, day=day: (not place.date_end or place.date_end >= day)
                and place.national_account_id.active
            )
            if parts:
                raise ValidationError(
                    self.env._(
                        "%(account)s still has %(part)s below it: move or archive that"
                        " first.",
                        account=national.display_name,
                        part=parts[0].national_account_id.display_name,
                    )
                )

    def _get_day(self):
        """Today, where the national account is kept."""
        return (self.company_id or self.env.company)._collections_today()

    @api.constrains("partner_id", "position_ids", "active")
    def _check_has_head(self):
        for national in self.filtered(lambda one: one.active and not one.partner_id):
            if not national.position_ids:
                raise ValidationError(
                    self.env._(
                        "%s is part of nothing: name its head office, or what it is a"
                        " part of.",
                        national.display_name,
                    )
                )

    @api.constrains("partner_id", "active")
    def _check_head_office(self):
        self._check_no_cycle(self.filtered("active").partner_id)
        doubles = self._read_group(
            [("partner_id", "in", self.partner_id.ids), ("date_end", "=", False)],
            ["partner_id"],
            having=[("__count", ">", 1)],
        )
        for (partner,) in doubles:
            raise ValidationError(
                self.env._(
                    "%s is already the head office of a national account.",
                    partner.display_name,
                )
            )

    @api.model
    def _check_no_cycle(self, heads):
        """A head office that is a member elsewhere would be chased in a circle."""
        # sudo: a membership counts whoever may see it
        members = self.env["national.account.member"].sudo()
        member = members.search(
            [
                ("partner_id", "in", heads.ids),
                ("is_head", "=", False),
                ("role", "=", BILLED),
                ("national_account_id.active", "=", True),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", fields.Date.context_today(self)),
            ],
            limit=1,
        )
        if member:
            raise ValidationError(
                self.env._(
                    "%(partner)s is the head office of one national account and a"
                    " member of another, %(account)s: end one of the two.",
                    partner=member.partner_id.display_name,
                    account=member.national_account_id.display_name,
                )
            )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_account_domain(self, scopes, _accounts):
        # an absence for one member does not reach the group that it is in
        named = [item for kind, item in scopes if kind == self._name]
        return Domain("id", "in", named if len(scopes) == 1 else [])

    # ------------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------------

    @api.model
    def _merge_partners(self, sources, target):
        """Accounts become one: it heads one national account and is in one at a time.

        :param sources: commercial partners that are about to go
        :param target: the commercial partner that stays
        """
        headed = self.search([("partner_id", "in", (sources | target).ids)])
        # in one tree the account heads what stands highest
        lower = headed.filtered(lambda one: headed & one._get_line()[1:])
        lower.partner_id = False
        headed -= lower
        for group in headed.grouped("company_id").values():
            keeper = group.filtered(lambda n: n.partner_id == target)[:1] or group[0]
            others = group - keeper
            others.part_ids.parent_id = keeper
            others.active = False
            members = others.member_ids.filtered(
                lambda member: member.partner_id not in sources | target
            )
            members.national_account_id = keeper
        self.env["national.account.member"]._merge_partners(sources, target)
