from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..engine.escalation import Policy
from ..engine.money import to_decimal

CATCH_UP = [
    ("next", "The next step that was not sent"),
    ("closest", "The latest step that is reached"),
]


class CollectionsPolicy(models.Model):
    _name = "collections.policy"
    _description = "Collections Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy whose filter matches an account chases it."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the policy between companies.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    domain = fields.Char(
        string="Accounts",
        help="Accounts this policy claims by itself. Without a filter it applies only "
        "where it is chosen: on an account, a national account or as the company's "
        "default.",
    )
    step_ids = fields.One2many(
        comodel_name="collections.policy.step", inverse_name="policy_id", copy=True
    )
    step_count = fields.Integer(compute="_compute_step_count")
    gap_days = fields.Integer(
        string="Days Between Contacts",
        default=5,
        help="Least number of days between two contacts with an account.",
    )
    minimum_amount = fields.Monetary(
        string="Minimum", help="Nothing is sent while less than this may be chased."
    )
    catch_up = fields.Selection(
        selection=CATCH_UP,
        default="next",
        required=True,
        help="Which step is due when several are, for example after missed nights. "
        "One step a night either way.",
    )
    resume = fields.Selection(
        selection=CATCH_UP,
        string="After a Dispute",
        default="next",
        required=True,
        help="Which step comes first once a dispute was closed.",
    )
    chase_head_office = fields.Boolean(
        string="Chase the Head Office",
        help="Members of a national account are chased at their head office, in one "
        "case.",
    )
    role_id = fields.Many2one(
        comodel_name="account.admin.contact.role",
        string="Write To",
        ondelete="restrict",
        help="Whom to write to where a step does not say.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        domain=[("share", "=", False)],
        help="Gets the cases of accounts that have nobody of their own.",
    )
    fee_product_id = fields.Many2one(
        comodel_name="product.product",
        check_company=True,
        ondelete="restrict",
        domain=[("type", "=", "service")],
    )
    fee_auto_post = fields.Boolean(
        string="Post Fees", help="Post fee invoices at once instead of leaving drafts."
    )

    _gap_positive = models.Constraint(
        "CHECK(gap_days >= 0)", "Days between contacts cannot be negative."
    )
    _minimum_positive = models.Constraint(
        "CHECK(minimum_amount >= 0)", "The minimum cannot be negative."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for policy in self:
            company = policy.company_id or self.env.company
            policy.currency_id = company.currency_id

    @api.depends("step_ids")
    def _compute_step_count(self):
        for policy in self:
            policy.step_count = len(policy.step_ids)

    @api.constrains("step_ids", "active")
    def _check_steps(self):
        for policy in self:
            if policy.active and not policy.step_ids:
                raise ValidationError(
                    self.env._("Policy “%s” needs at least one step.", policy.name)
                )

    @api.constrains("domain")
    def _check_domain(self):
        for policy in self.filtered("domain"):
            try:
                self.env["res.partner"].search(policy._get_partner_domain(), limit=1)
            except (
                Exception
            ) as error:  # a filter can be wrong in any way a person types
                raise ValidationError(
                    self.env._(
                        "The account filter of policy “%(policy)s” cannot be read:"
                        " %(error)s",
                        policy=policy.name,
                        error=error,
                    )
                ) from error

    def _get_partner_domain(self):
        self.ensure_one()
        return (
            Domain(literal_eval(self.domain.strip())) if self.domain else Domain.FALSE
        )

    def _to_engine(self):
        """The policy as the engine's dataclass.

        :raise UserError: when it cannot be applied, with a sentence that says why
        """
        self.ensure_one()
        try:
            return Policy(
                id=self.id,
                name=self.name,
                steps=self.step_ids._to_engine(),
                gap=self.gap_days,
                minimum=to_decimal(self.minimum_amount),
                catch_up=self.catch_up,
                resume=self.resume,
            )
        except ValueError as error:
            raise UserError(str(error)) from error

    # ------------------------------------------------------------------
    # WHICH POLICY, WHICH ACCOUNT
    # ------------------------------------------------------------------

    @api.model
    def _get_heads(self, company, day, partners=None, accounts=None):
        """Members that are chased at their head office.

        :param partners: ids of the commercial partners to look at, all when ``None``
        :param dict accounts: their national accounts, where they are known already
        :return: dict commercial partner id -> id of the head office's partner
        """
        if accounts is None:
            nationals = self.env["national.account"]
            accounts = nationals._get_of_members(company, day, partners)
        if not accounts:
            return {}
        policies = self._get_of_partners(company, day, list(accounts))
        return {
            member: account.partner_id.id
            for member, account in accounts.items()
            if member != account.partner_id.id and policies[member].chase_head_office
        }

    @api.model
    def _get_of_partners(self, company, day, partner_ids):
        """Policy of each account: its own, its national account's, the first whose
        filter matches, the company's default.

        :param list partner_ids: commercial partner ids
        :return: dict partner id -> ``collections.policy``, empty where none applies
        """
        partners = self.env["res.partner"].with_company(company)
        partners = partners.with_context(active_test=False)
        own = partners.search_fetch(
            [("collections_policy_id", "!=", False), ("id", "in", partner_ids)],
            ["collections_policy_id"],
        )
        nationals = self.env["national.account"]._get_of_members(
            company, day, partner_ids
        )
        found = {
            partner: account.policy_id
            for partner, account in nationals.items()
            if account.policy_id.active
        }
        found.update(
            (partner.id, partner.collections_policy_id)
            for partner in own
            if partner.collections_policy_id.active
        )
        for policy in self.search(
            [("company_id", "in", (False, company.id)), ("domain", "!=", False)]
        ):
            rest = [partner for partner in partner_ids if partner not in found]
            if not rest:
                break
            # one search a policy: each filter is a question of its own
            matching = partners._search(
                policy._get_partner_domain() & Domain("id", "in", rest)
            )
            found.update(
                (partner_id, policy)
                for (partner_id,) in self.env.execute_query(matching.select())
            )
        default = company.collections_policy_id
        return {partner: found.get(partner, default) for partner in partner_ids}
