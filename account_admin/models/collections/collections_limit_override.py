from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..base.bounds import bounded

#: What an override says about itself and nobody changes afterwards.
_KEPT = {"limit_id", "hold_id", "move_id", "amount", "date_start"}


@bounded
class CollectionsLimitOverride(models.Model):
    """What somebody allowed beyond a limit or a hold; kept for good."""

    _name = "collections.limit.override"
    _description = "Override"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "date_start desc, id desc"
    _rec_name = "reason"

    limit_id = fields.Many2one(
        comodel_name="collections.limit",
        index="btree_not_null",
        ondelete="restrict",
        help="The limit that counts for more.",
    )
    hold_id = fields.Many2one(
        comodel_name="collections.hold",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The hold in spite of which the invoice was posted.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice that was let through.",
    )
    move_name = fields.Char(
        string="Document",
        readonly=True,
        help="What was let through. This adds nothing to the limit.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        compute="_compute_whose",
        store=True,
        index="btree_not_null",
        help="Whose limit or hold it is.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        compute="_compute_whose",
        store=True,
        help="Whose limit or hold it is.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_whose", store=True
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_whose", store=True
    )
    amount = fields.Monetary(
        string="Extra Amount",
        help="So much more may be owed; of an invoice that was let through, how much"
        " was over.",
    )
    reason = fields.Char(required=True, help="Why, and who agreed.")
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The first day on which it counts.",
    )
    date_end = fields.Date(
        string="Until", required=True, help="The last day on which it counts."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Allowed By",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Who allowed it.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)", "An override cannot end before it begins."
    )
    _of_something = models.Constraint(
        "CHECK(limit_id IS NOT NULL OR hold_id IS NOT NULL)",
        "Choose the limit that is overridden.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0 OR hold_id IS NOT NULL)",
        "An override adds an amount above zero.",
    )

    @api.depends("limit_id", "hold_id")
    def _compute_whose(self):
        for override in self:
            of = override.limit_id or override.hold_id
            override.partner_id = of.partner_id
            override.national_account_id = of.national_account_id
            override.company_id = of.company_id
            override.currency_id = override.limit_id.currency_id

    @api.constrains("reason")
    def _check_reason(self):
        for override in self:
            if not (override.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why the limit of %s is overridden.",
                        override.limit_id.display_name,
                    )
                )

    @api.constrains("limit_id", "date_start", "date_end", "move_name")
    def _check_one_at_a_time(self):
        for override in self.filtered(lambda one: one.limit_id and not one.move_name):
            # sudo: an override counts whoever may see it
            others = override.sudo().limit_id.override_ids - override
            for other in others.filtered(lambda one: not one.move_name):
                if (
                    override.date_start <= other.date_end
                    and other.date_start <= override.date_end
                ):
                    raise ValidationError(
                        self.env._(
                            "The limit of %(account)s is already overridden until"
                            " %(day)s: two overrides do not add up.",
                            account=override.limit_id.display_name,
                            day=format_date(self.env, other.date_end),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        overrides = super().create(vals_list)
        overrides._follow_causes()
        return overrides

    def write(self, vals):
        if _KEPT & set(vals):
            raise UserError(
                self.env._(
                    "What was allowed is kept: end this override and enter another."
                )
            )
        result = super().write(vals)
        self._follow_causes()
        return result

    def _follow_causes(self):
        """Holds by a limit follow what the limit allows now."""
        self.env["collections.hold"]._follow_limits(
            self.filtered(lambda override: not override.move_name).limit_id
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What was allowed is kept: enter another last day instead.")
        )
