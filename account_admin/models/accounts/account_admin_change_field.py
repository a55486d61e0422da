from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ...engine.change import BANK, LOW, NORMAL
from ..base.bounds import bounded

RISKS = [(LOW, "Low"), (NORMAL, "Normal"), (BANK, "Bank Details")]
#: Models whose records are under change control.
MODELS = ("res.partner", "res.partner.bank", "national.account")
#: What a person can propose, and in which field of a line.
PROPOSED_IN = {
    "char": "proposed_char",
    "text": "proposed_char",
    "selection": "proposed_char",
    "integer": "proposed_number",
    "float": "proposed_number",
    "monetary": "proposed_number",
    "boolean": "proposed_flag",
    "date": "proposed_date",
    "many2one": "proposed_id",
}


@bounded
class AccountAdminChangeField(models.Model):
    """A field that changes by request on accounts under control, and its risk."""

    _name = "account.admin.change.field"
    _description = "Controlled Field"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=50, help="Its place in the list of choices.")
    field_id = fields.Many2one(
        comodel_name="ir.model.fields",
        required=True,
        ondelete="cascade",
        domain=[
            ("model", "in", MODELS),
            ("store", "=", True),
            ("readonly", "=", False),
            ("ttype", "in", tuple(PROPOSED_IN)),
        ],
        help="A field of an account, of its bank accounts or of its national account.",
    )
    model = fields.Char(related="field_id.model", store=True)
    field_name = fields.Char(related="field_id.name", store=True)
    kind = fields.Selection(related="field_id.ttype", string="Kind of Field")
    relation = fields.Char(related="field_id.relation")
    risk = fields.Selection(
        selection=RISKS,
        required=True,
        default=NORMAL,
        help="Which approval rule counts for a change of it.",
    )
    is_fixed = fields.Boolean(
        string="Always",
        readonly=True,
        help="Without it the control could be got round: it stays as it is.",
    )
    active = fields.Boolean(
        default=True, help="Fields that are archived change without a request."
    )

    _once = models.UniqueIndex(
        "(field_id)", "This field is in the list already, perhaps archived."
    )

    @api.depends("model", "field_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = {
            "res.partner.bank": self.env._("Bank Account: %s"),
            "national.account": self.env._("National Account: %s"),
        }
        for each in self:
            field = each._get_field()
            label = field._description_string(self.env) if field else each.field_name
            each.display_name = kinds.get(each.model, "%s") % (label or "")

    def _get_field(self):
        """The field as Odoo knows it, None where its module is gone."""
        self.ensure_one()
        # sudo: what a field is called is told to whoever may ask for a change of it
        controlled = self.sudo()
        model = self.env.get(controlled.model)
        return None if model is None else model._fields.get(controlled.field_name)

    @api.constrains("field_id")
    def _check_field(self):
        for each in self:
            field = each._get_field()
            if (
                each.model not in MODELS
                or not field
                or field.type not in PROPOSED_IN
                or not (field.store or field.inverse)
            ):
                raise ValidationError(
                    self.env._(
                        "%s cannot be put under control: choose a stored field of an"
                        " account, a bank account or a national account.",
                        each.field_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        self._forget_controlled()
        return found

    def write(self, vals):
        if {"field_id", "risk", "active"} & set(vals) and self.env.registry.ready:
            self._check_fixed()
        result = super().write(vals)
        self._forget_controlled()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_controlled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never_fixed(self):
        self._check_fixed()

    def _check_fixed(self):
        for each in self.filtered("is_fixed"):
            raise UserError(
                self.env._(
                    "%s is always under control: without it bank details could change"
                    " unseen. Take single accounts out of control instead.",
                    each.display_name,
                )
            )

    @api.model
    def _forget_controlled(self):
        self.env.registry.clear_cache("default", "templates")

    @api.model
    @ormcache("model")
    def _get_controlled(self, model):
        """Fields of a model that are under control: dict name -> risk."""
        # sudo: what is closed is so for everybody
        found = self.sudo().search([("model", "=", model)])
        return {each.field_name: each.risk for each in found if each._get_field()}
