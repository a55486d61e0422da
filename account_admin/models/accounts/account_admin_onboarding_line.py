from odoo import api, fields, models

from ...engine import onboarding as engine
from ...engine.money import to_decimal


class AccountAdminOnboardingLine(models.Model):
    """A field of an account: what the signed papers say, and what is set up."""

    _name = "account.admin.onboarding.line"
    _description = "Field of an Onboarding"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "onboarding_id, id"
    _moved_by = ("onboarding_id",)

    onboarding_id = fields.Many2one(
        comodel_name="account.admin.onboarding",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="onboarding_id.company_id")
    field_name = fields.Selection(
        selection=lambda self: self._get_fields(),
        string="Field",
        required=True,
        help="What of the account is compared.",
    )
    paper = fields.Char(
        string="On the Papers",
        help="As it is on the signed papers; what is not on them stays empty.",
    )
    setup = fields.Char(
        string="Set Up", compute="_compute_setup", help="As it is set up now."
    )
    result = fields.Selection(
        selection=[
            (engine.SAME, "Same"),
            (engine.FORM, "Written Otherwise"),
            (engine.DIFFERS, "Differs"),
            (engine.MISSING, "Not Set Up"),
        ],
        compute="_compute_setup",
        help="What differs or is not set up stands in the way of the approval.",
    )

    _once = models.UniqueIndex(
        "(onboarding_id, field_name)", "Each field is compared once."
    )

    @api.model
    def _get_fields(self):
        return [
            ("name", self.env._("Name")),
            ("vat", self.env._("Tax ID")),
            ("iban", self.env._("Bank Account")),
            ("terms", self.env._("Payment Terms")),
            ("limit", self.env._("Credit Limit")),
            ("currency", self.env._("Currency")),
            ("street", self.env._("Street")),
            ("zip", self.env._("ZIP")),
            ("city", self.env._("City")),
            ("payable", self.env._("Contact for Accounts Payable")),
            ("order_number", self.env._("Order Number Needed")),
        ]

    @api.depends(
        "field_name",
        "paper",
        "onboarding_id.partner_id",
        "onboarding_id.credit_asked",
        "onboarding_id.currency_id",
    )
    def _compute_setup(self):
        found = self.onboarding_id._origin._read_setup()
        for line in self:
            values = found.get(line.onboarding_id._origin.id, {})
            line.setup = values.get(line.field_name) or False
            if not (line.paper or "").strip():
                line.result = False
            elif line.field_name == "limit":
                amount = line.onboarding_id.credit_asked
                line.result = engine.compare_amounts(
                    line.paper.strip(), to_decimal(amount) if amount else None
                )
            else:
                line.result = engine.compare(line.paper.strip(), line.setup or "")

    def _get_label(self):
        self.ensure_one()
        return dict(self._get_fields())[self.field_name]

    def write(self, vals):
        if not self.env.su:
            self.onboarding_id._check_running()
            self.onboarding_id._note_preparer()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.onboarding_id._check_running()
            lines.onboarding_id._note_preparer()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_running_only(self):
        self.onboarding_id._check_running()
