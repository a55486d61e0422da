from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

from ...engine.change import Cell, reverse
from ..base.bounds import bounded
from .account_admin_change_field import PROPOSED_IN, RISKS

BANK = "res.partner.bank"
#: Digits of a bank account that are shown beside whoever asks.
SHOWN = 4


@bounded
class AccountAdminChangeLine(models.Model):
    """One field: as it was seen, as it is, and as it shall be."""

    _name = "account.admin.change.line"
    _description = "Field of a Change Request"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "change_id, sequence, id"
    _rec_name = "label"

    change_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Request",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    partner_id = fields.Many2one(related="change_id.partner_id", string="Account")
    field_id = fields.Many2one(
        comodel_name="account.admin.change.field",
        string="What",
        ondelete="set null",
        index="btree_not_null",
        help="The field that shall change.",
    )
    bank_account_id = fields.Many2one(
        comodel_name="res.partner.bank",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('partner_id', '=', partner_id)]",
        context={"active_test": False},
        help="The bank account that shall change; empty for a new one.",
    )
    label = fields.Char(
        compute="_compute_what", store=True, string="Field", help="What changes."
    )
    model = fields.Char(compute="_compute_what", store=True)
    field_name = fields.Char(compute="_compute_what", store=True)
    kind = fields.Char(compute="_compute_what", store=True)
    relation = fields.Char(compute="_compute_what", store=True)
    risk = fields.Selection(
        selection=RISKS,
        compute="_compute_what",
        store=True,
        help="How risky a change of this field is.",
    )

    proposed_char = fields.Char(string="New Text", help="What it shall be.")
    proposed_number = fields.Float(
        string="New Number", digits=(18, 6), help="What it shall be."
    )
    proposed_flag = fields.Boolean(string="New Setting", help="Whether it shall be so.")
    proposed_date = fields.Date(string="New Date", help="What it shall be.")
    proposed_id = fields.Many2oneReference(
        string="New Choice", model_field="relation", help="What it shall be."
    )

    seen_value = fields.Json(compute="_compute_seen", store=True)
    seen_text = fields.Char(
        string="As It Was Seen",
        compute="_compute_seen",
        store=True,
        help="What it was when this was entered.",
    )
    proposed_text = fields.Char(
        string="Proposed",
        compute="_compute_proposed",
        store=True,
        help="What it shall be.",
    )
    current_text = fields.Char(
        string="Now", compute="_compute_current", help="What it is at this moment."
    )
    is_new = fields.Boolean(
        readonly=True, copy=False, help="The line made the bank account."
    )
    is_changed = fields.Boolean(
        string="Differs",
        compute="_compute_current",
        help="What is proposed is not what it is now.",
    )
    is_conflict = fields.Boolean(
        string="Changed Meanwhile",
        compute="_compute_current",
        help="Somebody changed it since it was seen, and not to what is proposed.",
    )

    _once = models.UniqueIndex(
        "(change_id, field_id, COALESCE(bank_account_id, 0))",
        "A request names each field once: change the line that is there already.",
    )

    # ------------------------------------------------------------------
    # WHAT
    # ------------------------------------------------------------------

    @api.depends("field_id")
    def _compute_what(self):
        for line in self:
            controlled = line.field_id
            line.label = controlled.display_name
            line.model = controlled.model
            line.field_name = controlled.field_name
            # sudo: of what kind a field is, is no secret
            line.kind = controlled.sudo().kind
            line.relation = controlled.sudo().relation
            line.risk = controlled.risk

    @api.depends(
        "field_id",
        "bank_account_id",
        "change_id.partner_id",
        "change_id.national_account_id",
        "change_id.company_id",
    )
    def _compute_seen(self):
        for line in self:
            value = line._get_current()
            line.seen_value = {"value": value}
            line.seen_text = line._tell_value(value)

    @api.depends(
        "proposed_char",
        "proposed_number",
        "proposed_flag",
        "proposed_date",
        "proposed_id",
        "field_id",
    )
    def _compute_proposed(self):
        for line in self:
            line.proposed_text = line._tell_value(line._get_proposed())

    @api.depends("seen_value", "proposed_text", "change_id.state")
    def _compute_current(self):
        for line in self:
            cell = line._get_cell()
            line.current_text = line._tell_value(cell.current)
            line.is_changed = cell.current != cell.proposed
            line.is_conflict = cell.is_conflict

    @api.onchange("field_id", "bank_account_id")
    def _onchange_field_id(self):
        """Begin with what it is: only what differs has to be typed."""
        if self.field_id:
            self.update(self._prepare_proposed(self._get_current()))

    # ------------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------------

    def _get_target(self):
        """The record that changes, with every right; empty for a new bank account."""
        self.ensure_one()
        change = self.change_id
        records = {
            "res.partner": change.partner_id,
            BANK: self.bank_account_id,
            "national.account": change.national_account_id,
        }
        found = records.get(self.model, change.partner_id.browse())
        company = change.company_id or self.env.company
        # sudo: who asks for a change sees what they want to change
        return found._origin.sudo().with_company(company)

    def _get_field(self):
        """The field as Odoo knows it, None where its module is gone."""
        model = self.env.get(self.model) if self.model else None
        return None if model is None else model._fields.get(self.field_name)

    def _get_current(self):
        """The value now, as :meth:`_plain` has it."""
        field, target = self._get_field(), self._get_target()
        if not field or not target:
            return False
        return self._plain(field.convert_to_write(target[field.name], target))

    @api.model
    def _plain(self, value):
        """A value as JSON has it: nothing is False, numbers are rounded alike."""
        if isinstance(value, bool):
            return value
        if isinstance(value, float):
            return round(value, 6)
        if isinstance(value, int):
            return value
        return (
            fields.Date.to_string(value) if hasattr(value, "year") else value or False
        )

    def _get_proposed(self):
        """What is proposed, as :meth:`_plain` has it."""
        self.ensure_one()
        name = PROPOSED_IN.get(self.kind)
        if not name:
            return False
        value = self[name]
        if name == "proposed_char":
            value = (value or "").strip()
        if self.kind == "integer":
            value = int(value)
        if self.kind == "selection":
            value = self._find_choice(value)
        return self._plain(value or False if self.kind == "many2one" else value)

    def _find_choice(self, text):
        """Key of a selection by itself or by its label; the text where it is none."""
        field = self._get_field()
        choices = dict(field._description_selection(self.env)) if field else {}
        labels = {label.casefold(): key for key, label in choices.items()}
        return text if text in choices else labels.get(text.casefold(), text)

    def _prepare_proposed(self, value):
        self.ensure_one()
        name = PROPOSED_IN.get(self.kind)
        return {name: value} if name else {}

    def _prepare_reverse(self):
        """Values of the opposite line; a bank account that was new is archived.

        :return: dict, empty where the field is no longer under control
        """
        self.ensure_one()
        # sudo: how a field is controlled is no question of rights
        controlled, line = self.field_id.sudo(), self.sudo()
        vals = {"field_id": controlled.id, "bank_account_id": line.bank_account_id.id}
        (back,) = reverse([line._get_cell()])
        if line.model == BANK and line.is_new:
            if line.field_name != "acc_number":
                return {}
            active = controlled.search(
                [("model", "=", BANK), ("field_name", "=", "active")], limit=1
            )
            return {**vals, "field_id": active.id, "proposed_flag": False}
        return {**vals, **line._prepare_proposed(back.proposed)} if controlled else {}

    def _get_cell(self):
        """The line as the engine knows it."""
        self.ensure_one()
        seen = (self.seen_value or {}).get("value", False)
        return Cell(self.id, seen, self._get_current(), self._get_proposed())

    def _tell_value(self, value):
        """A value as a person reads it."""
        self.ensure_one()
        field = self._get_field()
        if field is None:
            return ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value is False or value is None:
            return ""
        if field.type == "many2one":
            # sudo: what is proposed is named to whoever reads the request
            record = self.env[field.comodel_name].sudo().browse(value).exists()
            return record.display_name or self.env._("(gone)")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, str(value))
        if field.type == "date":
            return format_date(self.env, value)
        if field.type in ("float", "monetary"):
            return formatLang(self.env, value, digits=2)
        return str(value)

    def _tell(self):
        """The line in a few words."""
        return self.env._(
            "%(field)s: %(before)s → %(after)s",
            field=self.label or "",
            before=self.seen_text or self.env._("nothing"),
            after=self.proposed_text or self.env._("nothing"),
        )

    def _tell_masked(self, text):
        """A text of the line for others: of a bank account its last digits only."""
        if self.model != BANK or self.kind != "char" or len(text or "") <= SHOWN:
            return text or ""
        return "…" + text[-SHOWN:]

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.constrains("bank_account_id", "field_id")
    def _check_bank_account(self):
        # sudo: whose a bank account is counts, whoever may read it
        for line in self.sudo():
            bank = line.bank_account_id
            account = bank.partner_id.commercial_partner_id
            if bank and (line.model != BANK or account != line.change_id.partner_id):
                raise ValidationError(
                    self.env._(
                        "%(bank)s cannot be in the line %(line)s of %(account)s: choose"
                        " a bank account of the account, and a field of bank accounts.",
                        bank=bank.display_name,
                        line=line.label or "",
                        account=line.change_id.partner_id.display_name,
                    )
                )

    def _check_proposed(self):
        """Refuse what could never be applied.

        :raise UserError: naming the account, the field and what to do
        """
        for line in self:
            problem = line._get_problem()
            if problem:
                raise UserError(
                    self.env._(
                        "%(account)s, %(field)s: %(problem)s",
                        account=line.change_id.partner_id.display_name,
                        field=line.label or self.env._("a line without a field"),
                        problem=problem,
                    )
                )

    def _get_problem(self):
        """Why a line could never be applied, as a sentence, or None."""
        field, value = self._get_field(), self._get_proposed()
        if field is None:
            return self.env._("choose what shall change.")
        if self.model == "national.account" and not self._get_target():
            return self.env._("choose the national account above.")
        siblings = self.change_id.line_ids.filtered(
            lambda line: line.model == BANK and not line.bank_account_id
        )
        if self in siblings and "acc_number" not in siblings.mapped("field_name"):
            return self.env._(
                "a new bank account needs a number: add the line Account Number, or"
                " choose the bank account that changes."
            )
        cell = self._get_cell()
        if cell.seen != cell.current:
            return self.env._(
                "it is %(now)s now, no longer %(seen)s: press Look Again.",
                now=self.current_text or self.env._("nothing"),
                seen=self.seen_text or self.env._("nothing"),
            )
        if cell.seen == cell.proposed:
            return self.env._("it is so already: propose something else.")
        if value is False and field.required:
            return self.env._("it cannot be empty.")
        if field.type == "selection" and value not in (
            False,
            *dict(field._description_selection(self.env)),
        ):
            return self.env._("%s is none of its choices.", value)
        # sudo: whether there is such a record is no question of rights
        if field.type == "many2one" and value:
            if not self.env[field.comodel_name].sudo().browse(value).exists():
                return self.env._("what was chosen is no longer there.")
            self.env[field.comodel_name].browse(value).check_access("read")
        return None

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.change_id._check_draft()
        return lines

    def write(self, vals):
        if not self._is_from_product(vals):
            self.change_id._check_draft()
        result = super().write(vals)
        if "change_id" in vals:
            self.change_id._check_draft()
        return result

    def _is_from_product(self, vals):
        """Whether values are what the product notes while it applies or looks again."""
        noted = {"seen_value", "seen_text", "is_new", "bank_account_id"}
        return self.env.su and set(vals) <= noted

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self.change_id._check_draft()
