from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class NationalAccount(models.Model):
    _name = "national.account"
    _description = "National Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "account.admin.company.mixin",
        "account.admin.cover.mixin",
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

    @api.depends("member_ids")
    def _compute_member_count(self):
        for account in self:
            account.member_count = len(account.member_ids)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_head(vals_list)
        return super().create(vals_list)

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
        """National account of each member on a day, head offices included.

        :param partners: commercial partner ids to look at, all when ``None``
        :return: dict commercial partner id -> ``national.account``
        """
        # sudo: a branch has the accounts of companies that its users need not see
        lineage = company.sudo().parent_ids.ids
        accounts = self._search([("company_id", "in", (False, *lineage))])
        self.env["national.account.member"].flush_model()
        self.flush_model(["partner_id"])
        query = SQL(
            "SELECT partner_id, national_account_id FROM (%s) AS member %s",
            self._members_sql(accounts.subselect(), day),
            SQL("")
            if partners is None
            else SQL("WHERE partner_id = ANY(%s)", list(partners)),
        )
        rows = self.env.execute_query(query)
        return {partner: self.browse(account) for partner, account in rows}

    @api.model
    def _every_member_sql(self, company):
        """SQL of today's national account of each commercial partner, for everybody."""
        accounts = SQL(
            """(SELECT id FROM national_account
                 WHERE active AND (company_id IS NULL OR company_id = ANY(%s)))""",
            # sudo: a branch has the accounts of companies that its users need not see
            company.sudo().parent_ids.ids,
        )
        return self._members_sql(accounts, company._collections_today())

    @api.model
    def _members_sql(self, accounts, day):
        """SQL of the national account of each commercial partner on a day.

        :param SQL accounts: those that count, for ``IN``
        """
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id, national_account_id
                 FROM (SELECT partner_id, id AS national_account_id, TRUE AS is_head,
                              NULL::date AS date_start, 0 AS id
                         FROM national_account WHERE id IN %(accounts)s
                        UNION ALL
                       SELECT partner_id, national_account_id, FALSE, date_start, id
                         FROM national_account_member
                        WHERE national_account_id IN %(accounts)s
                          AND (date_start IS NULL OR date_start <= %(day)s)
                          AND (date_end IS NULL OR date_end >= %(day)s)) AS membership
                ORDER BY partner_id, is_head DESC, date_start DESC NULLS LAST, id""",
            accounts=accounts,
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
