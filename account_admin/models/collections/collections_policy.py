from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...engine.escalation import Policy
from ...engine.money import to_decimal
from ..base.bounds import bounded
from ..base.isolation import describe, isolate

CATCH_UP = [
    ("next", "The next step that was not sent"),
    ("closest", "The latest step that is reached"),
]


@bounded
class CollectionsPolicy(models.Model):
    _name = "collections.policy"
    _description = "Collections Policy"
    _inherit = ["account.admin.company.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        translate=True,
        help="What people choose the policy by, on accounts and in reports.",
    )
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
    claims = fields.Boolean(
        string="Claims Accounts",
        compute="_compute_claims",
        store=True,
        readonly=False,
        help="Chases the accounts that match a filter by itself. Otherwise the policy"
        " applies only where it is chosen: on an account, a national account or as the"
        " company's default.",
    )
    domain = fields.Char(
        string="Accounts", help="The accounts that this policy claims by itself."
    )
    filter_problem = fields.Char(
        compute="_compute_filter_problem",
        help="Why the filter cannot be applied: its accounts wait until it can.",
    )
    step_ids = fields.One2many(
        comodel_name="collections.policy.step",
        inverse_name="policy_id",
        copy=True,
        help="What happens after how many days past due. At most one step a night"
        " for each account.",
    )
    step_count = fields.Integer(
        compute="_compute_step_count", help="How many steps the policy has."
    )
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
    least_amount = fields.Monetary(
        string="Least of a Leading Item",
        help="An item of less, such as a cent of a short payment, does not lead: it is "
        "listed with the others. It leads only where nothing else is overdue.",
    )
    after_last = fields.Selection(
        selection=[
            ("person", "A person decides"),
            ("repeat", "Repeat the last step"),
            ("newer", "Go on with newer items"),
        ],
        string="After the Last Step",
        default="person",
        required=True,
        help="What happens once the leading item has had every step and is still"
        " unpaid. A person gets an activity that names it and everything that becomes"
        " overdue meanwhile.",
    )
    repeat_days = fields.Integer(
        string="Repeat Every",
        default=30,
        help="Days between two times of the last step.",
    )
    call_days = fields.Integer(
        string="Call Every",
        help="Days from a talk to the next call that is planned, on a working day; 0:"
        " none is planned.",
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
        help="The service that fees of the steps are invoiced as; its accounts and"
        " taxes apply.",
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

    _least_positive = models.Constraint(
        "CHECK(least_amount >= 0)", "The least of a leading item cannot be negative."
    )
    _repeat_in_range = models.Constraint(
        "CHECK(repeat_days BETWEEN 1 AND 365)",
        "The last step is repeated after 1 to 365 days.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for policy in self:
            company = policy.company_id or self.env.company
            policy.currency_id = company.currency_id

    @api.depends("domain")
    def _compute_claims(self):
        for policy in self:
            policy.claims = bool(policy.domain)

    @api.depends("step_ids")
    def _compute_step_count(self):
        for policy in self:
            policy.step_count = len(policy.step_ids)

    def write(self, vals):
        result = super().write(vals)
        self._touch_cases()
        return result

    def _touch_cases(self):
        """The policy's cases show at once what it says now."""
        # sudo: whoever may change a policy changes what every case of it shows
        cases = self.env["collections.case"].sudo()
        groups = cases._read_group(
            [("policy_id", "in", self.ids), ("state", "!=", "closed")],
            ["company_id"],
            ["partner_id:recordset"],
        )
        for company, partners in groups:
            self.env["collections.upkeep"]._touch(company, partners)

    @api.constrains("step_ids", "active")
    def _check_steps(self):
        for policy in self:
            if policy.active and not policy.step_ids:
                raise ValidationError(
                    self.env._("Policy “%s” needs at least one step.", policy.name)
                )

    @api.depends("claims", "domain", "name")
    def _compute_filter_problem(self):
        problems = {}
        for policy in self.filtered("claims"):
            policy._find_claimed_isolated(problems, limit=1)
        for policy in self:
            policy.filter_problem = problems.get(policy, False)

    @api.constrains("claims", "domain")
    def _check_domain(self):
        for policy in self:
            if policy.filter_problem:
                raise ValidationError(policy.filter_problem)

    def action_preview(self):
        """What the steps of the policy would say to an account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Texts of %s", self.name),
            "res_model": "collections.text.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_policy_id": self.id},
        }

    def _get_partner_domain(self):
        self.ensure_one()
        if not self.claims:
            return Domain.FALSE
        return Domain(literal_eval((self.domain or "[]").strip()))

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
                least=to_decimal(self.least_amount),
                after_last=self.after_last,
                repeat_days=self.repeat_days,
            )
        except ValueError as error:
            raise UserError(str(error)) from error

    # ------------------------------------------------------------------
    # WHICH POLICY, WHICH ACCOUNT
    # ------------------------------------------------------------------

    @api.model
    def _get_heads(self, company, day, partners=None, near=None, above=None):
        """Members that are chased at their head office, the nearest above them.

        :param partners: ids of the commercial partners to look at, all when ``None``
        :param near: ids of the head offices to look at, all when ``None``
        :param dict above: the nearest head office of each, where it is known already
        :return: dict commercial partner id -> id of the head office's partner
        """
        if above is None:
            nationals = self.env["national.account"]
            above = nationals._get_heads_of(company, day, partners)
        heads = {
            member: head
            for member, head in above.items()
            if head and member != head and (near is None or head in near)
        }
        if not heads:
            return {}
        policies = self._get_of_partners(company, day, list(heads))
        return {
            member: head
            for member, head in heads.items()
            if policies[member].chase_head_office
        }

    @api.model
    def _get_of_partners(self, company, day, partner_ids):
        """Policy of each account: its own, its national account's, the first whose
        filter matches, the company's default.

        :param list partner_ids: commercial partner ids
        :return: dict partner id -> ``collections.policy``, empty where none applies
        """
        return self._assign(company, day, partner_ids)[0]

    @api.model
    def _assign(self, company, day, partner_ids):
        """As :meth:`_get_of_partners`, and whose policy cannot be told.

        :return: dict partner id -> ``collections.policy``, and dict partner id -> the
            sentence that says why its policy's filter cannot be read
        """
        # sudo: a branch follows companies that its users need not see
        lineage = company.sudo().parent_ids
        found = self._get_chosen(company, lineage, day, partner_ids)
        problems, broken = {}, {}
        for policy in self.with_company(company).search(
            # a branch follows the policies of the companies above it, too
            [("company_id", "in", (False, *lineage.ids)), ("claims", "=", True)]
        ):
            rest = [partner for partner in partner_ids if partner not in found]
            if not rest:
                break
            # one search a policy: each filter is a question of its own
            claimed = policy._find_claimed_isolated(broken, partner_ids=rest)
            if policy in broken:
                # whom it claimed when it could be read waits until it can again
                claimed = policy._get_last_claimed(company, rest)
                problems.update(dict.fromkeys(claimed, broken[policy]))
            found.update(dict.fromkeys(claimed, policy))
        default = company._collections_get_policy()
        return {p: found.get(p, default) for p in partner_ids}, problems

    @api.model
    def _get_chosen(self, company, lineage, day, partner_ids):
        """Policies that somebody chose for an account or what stands above it.

        :return: dict partner id -> ``collections.policy``
        """
        lines = self.env["national.account"]._get_lines(company, day, partner_ids)
        found = {}
        for partner, line in lines.items():
            chosen = next((one for one in line if one.policy_id.active), None)
            if chosen:
                found[partner] = chosen.policy_id
        partners = self.env["res.partner"].with_context(active_test=False)
        # from the top down: what is chosen nearer to the branch wins
        for above in lineage:
            chosen = partners.with_company(above).search_fetch(
                [("collections_policy_id", "!=", False), ("id", "in", partner_ids)],
                ["collections_policy_id"],
            )
            found.update(
                (partner.id, partner.collections_policy_id.with_company(company))
                for partner in chosen
                if partner.collections_policy_id.active
            )
        return found

    def _find_claimed(self, partner_ids=None, limit=None):
        """Ids of the accounts that match the filter.

        :param partner_ids: those to look at, all when ``None``
        """
        self.ensure_one()
        domain = self._get_partner_domain()
        if partner_ids is not None:
            domain &= Domain("id", "in", partner_ids)
        partners = self.env["res.partner"].with_context(active_test=False)
        found = partners._search(domain, limit=limit)
        return [partner_id for (partner_id,) in self.env.execute_query(found.select())]

    def _find_claimed_isolated(self, problems, **which):
        """As :meth:`_find_claimed`; a filter can be wrong in any way a person types.

        :param dict problems: gets the sentence that says why it cannot be read
        """

        def find(policy):
            try:
                return policy._find_claimed(**which)
            except Exception as error:
                raise UserError(
                    self.env._(
                        "The account filter of policy “%(policy)s” cannot be read:"
                        " %(error)s",
                        policy=policy.name,
                        error=describe(error),
                    )
                ) from error

        def note(policy, error):
            problems[policy] = str(error)

        return isolate(self.env, self, find, note)

    def _get_last_claimed(self, company, partner_ids):
        """Those of some accounts whose open case is chased by this policy."""
        # sudo: who is chased by what decides, whoever asks
        cases = self.env["collections.case"].sudo()
        groups = cases._read_group(
            [
                ("policy_id", "=", self.id),
                ("company_id", "=", company.id),
                ("state", "!=", "closed"),
                ("partner_id", "in", partner_ids),
            ],
            ["partner_id"],
        )
        return [partner.id for (partner,) in groups]
