from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LicensingProduct(models.Model):
    """An article of a licensee, as it is reported: its SKU and its approval."""

    _name = "licensing.product"
    _description = "Licensed Product"
    _inherit = ["mail.thread", "mail.activity.mixin", "account.admin.readonly.mixin"]
    _order = "partner_id, sku, id"
    _rec_names_search = ["sku", "name"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="As the licensee calls it.")
    sku = fields.Char(
        string="SKU", required=True, index=True, help="As the licensee reports it."
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Licensee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Who makes it, and who may report it.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    property_id = fields.Many2one(
        comodel_name="licensing.property",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="What it shows; decides which grants and rates apply.",
    )
    category_id = fields.Many2one(
        comodel_name="licensing.category",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="What kind of product it is; decides which grants and rates apply.",
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        selection=[
            ("draft", "Concept"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Approval",
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Only approved products may be sold; sales of others are a finding.",
    )
    approved_from = fields.Date(
        readonly=True, copy=False, tracking=True, help="First day it may be sold."
    )
    approved_until = fields.Date(
        readonly=True, copy=False, tracking=True, help="Last day it may be sold."
    )
    component_ids = fields.One2many(
        comodel_name="licensing.product.component",
        inverse_name="bundle_id",
        string="Bundle",
        copy=True,
        help="What a bundle consists of: each part pays royalty at its own rate.",
    )

    _sku_uniq = models.Constraint(
        "UNIQUE (company_id, partner_id, sku)",
        "This licensee already has a product with that SKU.",
    )

    @api.depends("sku", "name")
    def _compute_display_name(self):
        for product in self:
            product.display_name = f"[{product.sku}] {product.name}"

    @api.constrains("component_ids")
    def _check_components(self):
        for product in self.filtered("component_ids"):
            if round(sum(product.component_ids.mapped("share")), 6) != 100:
                raise ValidationError(
                    self.env._(
                        "%s: the shares of its parts are not 100 %% together.",
                        product.display_name,
                    )
                )

    def _unite_twins(self):
        """One article: an approval of either is its approval, on every day of both."""
        approved = self.filtered(lambda product: product.state == "approved")
        keeper = (approved or self)[0]
        starts, ends = (approved.mapped(f"approved_{end}") for end in ("from", "until"))
        if approved:
            keeper.write(
                {
                    "approved_from": all(starts) and min(starts),
                    "approved_until": all(ends) and max(ends),
                }
            )
        if keeper.component_ids:
            (self - keeper).component_ids.unlink()
        return super(LicensingProduct, keeper | self)._unite_twins()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_submit(self):
        """Ask for approval."""
        self._set_state("submitted", ("draft", "rejected"))

    def action_approve(self):
        """Let it be sold from today on."""
        self._set_state(
            "approved",
            ("draft", "submitted", "rejected", "withdrawn"),
            approved_until=False,
        )

    def action_reject(self):
        """Refuse it."""
        self._set_state("rejected", ("submitted",))

    def action_withdraw(self):
        """Today is the last day it may be sold."""
        self._set_state("withdrawn", ("approved",))

    def _set_state(self, state, allowed, **vals):
        self.check_access("write")
        for company, products in self.grouped("company_id").items():
            today = company._collections_today()
            products = products.filtered(lambda p: p.state in allowed)
            if state == "withdrawn":
                vals = {**vals, "approved_until": today}
            new = products.filtered(lambda p: not p.approved_from)
            if state == "approved" and new:
                new._write_kept({"approved_from": today})
            products._write_kept({**vals, "state": state})
