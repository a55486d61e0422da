"""Credit limits: of an account, of a national account, or of every other account."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from ...engine.money import to_decimal
from ..base.blank_float import BlankFloat
from ..base.bounds import bounded

#: What of a limit says how much may be owed.
GRANTED = {
    *("partner_id", "national_account_id", "company_id", "currency_id"),
    *("amount", "date_start", "date_end"),
}


@bounded
class CollectionsLimit(models.Model):
    """What may be owed; an amount that is not set limits nothing, 0 is no credit."""

    _name = "collections.limit"
    _description = "Credit Limit"
    _inherit = ["account.admin.readonly.mixin", "account.admin.dated.mixin"]
    _order = "national_account_id, partner_id, company_id, date_start, id"
    _moved_by = ("partner_id", "national_account_id")

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        ondelete="restrict",
        index="btree_not_null",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The customer that may owe so much.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        ondelete="restrict",
        index="btree_not_null",
        help="What the head office and all members may owe together. Without an"
        " account and a national account the limit is that of every account that has"
        " no other.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        ondelete="restrict",
        help="Only what is owed to this company counts; to all of them when empty.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="What is owed in other currencies is converted to it, once.",
    )
    amount = BlankFloat(
        string="Limit",
        digits=(18, 3),
        aggregator=None,
        help="0 is no credit at all. Left empty, this limit limits nothing.",
    )
    date_start = fields.Date(
        string="From", help="The first day on which it counts; always when empty."
    )
    date_end = fields.Date(
        string="Until", help="The last day on which it counts; for good when empty."
    )
    sets_hold = fields.Boolean(
        string="Hold When Exceeded",
        default=True,
        help="Puts the account on hold while it owes more: orders and deliveries stop"
        " too, until it owes less.",
    )
    note = fields.Text(help="Who granted it, and on what grounds; for colleagues only.")
    onboarding_id = fields.Many2one(
        comodel_name="account.admin.onboarding",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The account has no credit until this is approved.",
    )
    override_ids = fields.One2many(
        comodel_name="collections.limit.override",
        inverse_name="limit_id",
        string="Overrides",
        help="What was allowed beyond the limit, until when, by whom and why.",
    )
    extra = fields.Monetary(
        string="Overridden By",
        compute="_compute_use",
        help="What an override adds today.",
    )
    used = fields.Monetary(
        compute="_compute_use",
        help="Open items, drafts of invoices and orders that are not invoiced, less"
        " credits. Nothing for the limit of every other account.",
    )
    free = fields.Monetary(
        compute="_compute_use", help="What may still be added; negative: exceeded."
    )
    share = fields.Float(
        string="Used %", compute="_compute_use", help="Used, in percent of the limit."
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)", "A limit cannot end before it begins."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A limit cannot be negative: 0 is no credit."
    )
    _of_one = models.Constraint(
        "CHECK(partner_id IS NULL OR national_account_id IS NULL)",
        "A limit is for an account or for a national account, not for both.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("partner_id", "national_account_id")
    def _compute_display_name(self):
        for limit in self:
            limit.display_name = limit._get_whose()

    def _get_whose(self):
        """Name of what the limit is for."""
        self.ensure_one()
        named = self.partner_id or self.national_account_id
        return named.display_name or self.env._("Every other account")

    @api.depends(
        "partner_id",
        "national_account_id",
        "amount",
        "currency_id",
        "override_ids.amount",
        "company_id",
    )
    def _compute_use(self):
        # sudo: what uses a limit is the same for whoever may see the limit
        named = self.sudo().filtered(lambda limit: limit._origin)
        named = named.filtered(lambda one: one.partner_id or one.national_account_id)
        units = {(limit._origin.id, None) for limit in named}
        states = named._measure(units) if units else {}
        for limit in self:
            state = states.get((limit._origin.id, None))
            limit.extra = state.extra if state else 0
            limit.used = state.used if state else 0
            is_set = state and state.is_set
            limit.free = state.free if is_set else 0
            limit.share = state.share if is_set and state.top else 0

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for limit in self.filtered("partner_id"):
            account = limit.partner_id.commercial_partner_id
            if limit.partner_id != account:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(account)s: give the account the"
                        " limit.",
                        contact=limit.partner_id.display_name,
                        account=account.display_name,
                    )
                )

    @api.constrains(
        "partner_id", "national_account_id", "company_id", "date_start", "date_end"
    )
    def _check_one_at_a_time(self):
        # sudo: a limit counts whoever may see it
        others = self.sudo().search(
            [
                ("partner_id", "in", [False, *self.partner_id.ids]),
                ("national_account_id", "in", [False, *self.national_account_id.ids]),
            ]
        )
        same = others.grouped(lambda one: one._get_place())
        for limit in self.sudo():
            for other in same[limit._get_place()] - limit:
                if limit._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "%s already has a limit in this period: end that one the"
                            " day before.",
                            limit._get_whose(),
                        )
                    )

    def _get_place(self):
        # none until an onboarding is approved counts beside what was granted before
        return (
            self.partner_id,
            self.national_account_id,
            self.company_id,
            self.onboarding_id,
        )

    @api.constrains("currency_id", "company_id")
    def _check_rate(self):
        """A limit in a currency without a rate would be compared one to one."""
        items = self.env["account.admin.open.item"]
        for limit in self:
            company = limit.company_id or self.env.company
            if limit.currency_id != company.currency_id:
                items._check_rate(company, limit.currency_id)

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        self.env["collections.hold"]._follow_limits(limits)
        return limits

    def write(self, vals):
        if GRANTED & set(vals):
            self._check_granted_by_hand()
        result = super().write(vals)
        self.env["collections.hold"]._follow_limits(self)
        return result

    def _check_granted_by_hand(self):
        """Refuse to grant by hand what an approval grants.

        :raise UserError: naming the account
        """
        if self.env.su:
            return
        for limit in self.filtered("onboarding_id"):
            raise UserError(
                self.env._(
                    "%s has no credit until its onboarding is approved.",
                    limit._get_whose(),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never_overridden(self):
        self._check_granted_by_hand()
        for limit in self.filtered("override_ids"):
            raise UserError(
                self.env._(
                    "The limit of %s was overridden, which is kept: enter its last day"
                    " instead.",
                    limit._get_whose(),
                )
            )

    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    @api.model
    def _is_any(self, company):
        """Whether a company has a limit or a hold: one query, every invoice asks."""
        self.flush_model(["company_id", "amount"])
        self.env["collections.hold"].flush_model(["company_id", "state"])
        (found,) = self.env.execute_query(
            SQL(
                """SELECT EXISTS (SELECT FROM collections_limit
                                   WHERE amount IS NOT NULL
                                     AND (company_id IS NULL OR company_id = %(id)s))
                       OR EXISTS (SELECT FROM collections_hold
                                   WHERE state = 'active'
                                     AND (company_id IS NULL OR company_id = %(id)s))
                """,
                id=company.id,
            )
        )
        return found[0]

    @api.model
    def _find_of(self, company, partner_ids):
        """The limits that count for accounts today, the nearest first.

        :param partner_ids: ids of commercial partners
        :return: dict partner id -> list of (limit id, partner id or ``None``): the
            limit of every other account, where there is no other, counts for each
        """
        self.flush_model()
        nationals, day = self.env["national.account"], company._collections_today()
        nationals._flush_members()
        rows = self.env.execute_query(
            SQL(
                """WITH account AS (SELECT unnest(%(partners)s::int[]) AS id),
                counting AS (
                    SELECT * FROM collections_limit
                     WHERE amount IS NOT NULL
                       AND (company_id IS NULL OR company_id = %(company)s)
                       AND (date_start IS NULL OR date_start <= %(day)s)
                       AND (date_end IS NULL OR date_end >= %(day)s)),
                above AS (
                    SELECT account.id AS account_id, 1 AS level, 0 AS depth, counting.*
                      FROM account JOIN counting ON counting.partner_id = account.id
                     UNION ALL
                    SELECT line.partner_id, 2, line.depth, counting.*
                      FROM (%(lines)s) line
                      JOIN counting
                        ON counting.national_account_id = line.national_account_id
                     UNION ALL
                    SELECT account.id, 3, 0, counting.*
                      FROM account
                      JOIN counting ON counting.partner_id IS NULL
                                   AND counting.national_account_id IS NULL)
                SELECT account_id, level, id FROM above
                 ORDER BY account_id, level, depth, company_id IS NULL, id""",
                partners=list(partner_ids),
                company=company.id,
                day=day,
                lines=nationals._lines_sql(company, day, partner_ids),
            )
        )
        found = {}
        for account, level, limit in rows:
            mine = found.setdefault(account, [])
            if level < 3:
                mine.append((limit, None))
            elif all(unit[1] for unit in mine):
                mine.append((limit, account))
        return found

    @api.model
    def _get_states(
        self, company, partner_ids, before=None, is_strict=False, found=None
    ):
        """Every limit that counts for accounts, with what uses it.

        :param partner_ids: ids of commercial partners
        :param before, is_strict: see :meth:`_measure`
        :param dict found: of :meth:`_find_of`, where that was asked before
        :return: dict partner id -> list of :class:`~..engine.credit.Limit`, the nearest
            first
        """
        if found is None:
            found = self._find_of(company, partner_ids)
        units = {unit for mine in found.values() for unit in mine}
        states = self.browse({limit for limit, _account in units})._measure(
            units, before, is_strict
        )
        return {
            account: [states[unit] for unit in mine] for account, mine in found.items()
        }

    def _say_no_credit_yet(self):
        """Why a new account has no credit, and what is left to do."""
        self.ensure_one()
        onboarding = self.onboarding_id
        labels = dict(onboarding._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(whose)s has no credit until its onboarding is approved; it is"
            " “%(state)s” since %(day)s.",
            whose=self._get_whose(),
            state=labels[onboarding.state],
            day=format_date(self.env, onboarding.reviewed_on or onboarding.date_start),
        )

    def _get_amount(self):
        """The amount as the engine takes it: ``None`` when it is not set."""
        return None if self.amount is False else to_decimal(self.amount)
