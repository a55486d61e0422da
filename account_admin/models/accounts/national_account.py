from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .account_admin_controlled_mixin import close_fields

#: Which of several memberships of one partner counts.
FIRST = SQL("is_head DESC, date_start DESC NULLS LAST, id")


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
        help="What the group is called on screens and reports.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the account between companies.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Head Office",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        tracking=True,
        domain=[("is_company", "=", True), ("parent_id", "=", False)],
        help="The company that speaks for the group. It is chased for its members"
        " where the policy says so.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        default=lambda self: self.env.user,
        tracking=True,
        domain=[("share", "=", False)],
        help="Responsible for the members that have no administrator of their own.",
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
        compute="_compute_member_count", help="Companies that are members today."
    )
    note = fields.Html(help="For colleagues only; customers never see it.")

    @api.depends(
        "active",
        "member_ids.partner_id",
        "member_ids.date_start",
        "member_ids.date_end",
    )
    @api.depends_context("company")
    def _compute_member_count(self):
        company = self.env.company
        found = self._get_of_members(company, company._collections_today())
        for national in self:
            members = national.member_ids.partner_id
            national.member_count = sum(
                found.get(partner.id) == national for partner in members._origin
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_head(vals_list)
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
        result = super().write(vals)
        if {"active", "company_id", "partner_id"} & set(vals):
            self.env["account.admin.absence"]._forget_cover()
            self._bring_under_control(self.partner_id)
        return result

    @api.constrains("partner_id", "active")
    def _check_head_office(self):
        self._check_no_cycle(self.filtered("active").partner_id)
        doubles = self._read_group(
            [("partner_id", "in", self.partner_id.ids)],
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

    @api.model
    def _get_of_members(self, company, day, partners=None):
        """National account of each member on a day, of those that the user may read.

        Head offices included; archived ones only where the context asks for them.

        :param partners: commercial partner ids to look at, all when ``None``
        :return: dict commercial partner id -> ``national.account``
        """
        self._flush_members()
        query = SQL(
            "SELECT partner_id, national_account_id FROM (%s) AS member %s",
            self._members_sql(company, day, self._search([]).subselect()),
            SQL("")
            if partners is None
            else SQL("WHERE partner_id = ANY(%s)", list(partners)),
        )
        rows = self.env.execute_query(query)
        return {partner: self.browse(national) for partner, national in rows}

    @api.model
    def _flush_members(self):
        """Write down what the SQL below reads."""
        self.flush_model(["active", "company_id", "partner_id", "user_id"])
        self.env["national.account.member"].flush_model()

    @api.model
    def _members_sql(self, company, day, among=None):
        """SQL of each commercial partner's national account on a day.

        :param company: one ``res.company``
        :param SQL among: those that count, for ``IN``; ``None`` for all that are active
        :return: SQL with the columns ``partner_id`` and ``national_account_id``
        """
        # sudo: a branch has the accounts of companies that its users need not see
        lineage = SQL("%s", company.sudo().parent_ids.ids)
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id, national_account_id
                 FROM (%s) AS membership
                ORDER BY partner_id, %s""",
            self._memberships_sql(lineage, day, among),
            FIRST,
        )

    @api.model
    def _member_sql(self, partner, company, day):
        """SQL of one row's national account, as :meth:`_members_sql` has it.

        :param SQL partner: id of the row's commercial partner
        :param SQL company: id of the row's company
        :param SQL day: the row's day
        """
        lineage = SQL(
            """(SELECT string_to_array(rtrim(parent_path, '/'), '/')::int[]
                  FROM res_company WHERE id = %s)""",
            company,
        )
        return SQL(
            """SELECT national_account_id FROM (%s) AS membership
                WHERE partner_id = %s ORDER BY %s LIMIT 1""",
            self._memberships_sql(lineage, day),
            partner,
            FIRST,
        )

    @api.model
    def _memberships_sql(self, lineage, day, among=None):
        """SQL of who is in a national account on a day: the one definition.

        A head office is in its own always, a member between its days. A national
        account without a company is everybody's, a company's also its branches'.

        :param SQL lineage: ids of the company and those above it, an array
        :param day: a date or the SQL of one
        :param SQL among: as of :meth:`_members_sql`
        """
        return SQL(
            """SELECT national.partner_id, national.id AS national_account_id,
                      TRUE AS is_head, NULL::date AS date_start, 0 AS id
                 FROM national_account national
                WHERE %(counts)s
                UNION ALL
               SELECT member.partner_id, member.national_account_id, FALSE,
                      member.date_start, member.id
                 FROM national_account_member member
                 JOIN national_account national
                   ON national.id = member.national_account_id
                WHERE %(counts)s
                  AND (member.date_start IS NULL OR member.date_start <= %(day)s)
                  AND (member.date_end IS NULL OR member.date_end >= %(day)s)""",
            counts=SQL(
                """%s AND (national.company_id IS NULL
                           OR national.company_id = ANY(%s::int[]))""",
                SQL("national.active")
                if among is None
                else SQL("national.id IN %s", among),
                lineage,
            ),
            day=day,
        )

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
        for group in headed.grouped("company_id").values():
            keeper = group.filtered(lambda n: n.partner_id == target)[:1] or group[0]
            others = group - keeper
            others.active = False
            members = others.member_ids.filtered(
                lambda member: member.partner_id not in sources | target
            )
            members.national_account_id = keeper
        self.env["national.account.member"]._merge_partners(sources, target)
