from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ....engine.money import to_decimal
from ...base.bounds import bounded

#: Terms of a contract that an amendment may change, and what they are counted in.
UNITS = {
    "withholding": "percent",
    "gross_up": "yes_no",
    "interest": "percent",
    "interest_cap": "percent",
    "payment_term_id": "payment_term",
    "report_days": "days",
    "sell_off_days": "days",
    "notice_from_days": "days",
    "notice_until_days": "days",
    "renewal_minimum": "money",
    "renewal_measure": "measure",
    "renewal_since": "day",
    "audit_notice_days": "days",
    "audit_years": "years",
    "audit_threshold": "percent",
}
NUMBERS = ("percent", "days", "years", "money")


@bounded
class LicensingTermChange(models.Model):
    """A term of the contract itself that an amendment changes, before and after.

    What comes after the amendment's day goes by the new value, what was before it keeps
    the old one: see ``licensing.contract._get_value_on``.
    """

    _name = "licensing.term.change"
    _description = "Changed Contract Term"
    _inherit = ["licensing.open.mixin", "account.admin.readonly.mixin"]
    _order = "amendment_id, id"
    _rec_name = "term"
    _check_company_auto = True

    amendment_id = fields.Many2one(
        comodel_name="licensing.amendment",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    contract_id = fields.Many2one(
        related="amendment_id.contract_id", store=True, index=True
    )
    company_id = fields.Many2one(related="amendment_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    date = fields.Date(related="amendment_id.date", string="Effective from")
    state = fields.Selection(related="amendment_id.state")
    term = fields.Selection(
        selection="_select_terms",
        required=True,
        help="Withholding tax, gross-up and payment terms: by the last day of the"
        " period that an invoice bills, of advances by the day they are due. Interest"
        " and its cap: by each day that a payment is late. Days to report: by the"
        " period's last day. All others: from the amendment's day on.",
    )
    unit = fields.Char(compute="_compute_unit")
    number = fields.Float(
        string="New Number",
        digits=(16, 6),
        help="Percent, days, years, or money in the contract's currency.",
    )
    yes = fields.Boolean(help="Whether it applies from then on.")
    day = fields.Date(string="New Day", help="Empty for the contract's start.")
    measure = fields.Selection(
        selection=[("royalty", "Royalties"), ("net", "Net Sales")],
        string="New Measure",
        help="What the renewal test counts from then on.",
    )
    payment_term_id = fields.Many2one(
        comodel_name="account.payment.term",
        string="New Payment Terms",
        check_company=True,
        ondelete="restrict",
        help="Empty for those of the licensee.",
    )
    before = fields.Json(
        string="Value Before",
        readonly=True,
        copy=False,
        help="The value, in a list, that it replaced when it was applied.",
    )
    old_text = fields.Char(
        string="Before",
        compute="_compute_texts",
        help="What stands on the amendment's day; once applied, what it replaced.",
    )
    new_text = fields.Char(
        string="After",
        compute="_compute_texts",
        help="What applies from the amendment's day on.",
    )

    _term_uniq = models.Constraint(
        "UNIQUE (amendment_id, term)",
        "An amendment changes a term once: correct the row that is there.",
    )

    @api.model
    def _select_terms(self):
        fields_by_name = self.env["licensing.contract"]._fields
        return [
            (name, fields_by_name[name]._description_string(self.env)) for name in UNITS
        ]

    @api.depends("term")
    def _compute_unit(self):
        for row in self:
            row.unit = UNITS.get(row.term)

    @api.depends(
        *("term", "number", "yes", "day", "measure", "payment_term_id", "before"),
        *("amendment_id.date", "contract_id"),
    )
    def _compute_texts(self):
        for row in self:
            row.old_text = row.term and row._show(row._get_old())
            row.new_text = row.term and row._show(row._get_new())

    @api.depends("term", "amendment_id.name")
    def _compute_display_name(self):
        labels = dict(self._select_terms())
        for row in self:
            label = labels.get(row.term, "")
            row.display_name = f"{row.amendment_id.display_name}: {label}"

    # ------------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------------

    def _get_new(self):
        """The value from the amendment's day on, as the contract's field has it."""
        unit = UNITS[self.term]
        if unit in NUMBERS:
            whole = unit in ("days", "years")
            return int(self.number) if whole else self.number
        names = {"yes_no": "yes", "payment_term": "payment_term_id"}
        return self[names.get(unit, unit)]

    def _get_old(self):
        """The value that it replaced, or is about to."""
        if self.before is not None and self.before is not False:
            return self._get_before()
        contract, day = self.contract_id, self.amendment_id.date
        return contract._get_value_on(self.term, day) if day else contract[self.term]

    def _get_before(self):
        """The value that it replaced when it was applied."""
        [value] = self.before
        if UNITS[self.term] == "payment_term":
            return self.env["account.payment.term"].browse(value or ()).exists()
        return fields.Date.to_date(value) if UNITS[self.term] == "day" else value

    def _is_possible(self):
        """Whether the new number can be one of its term."""
        unit = UNITS[self.term]
        if unit not in NUMBERS:
            return True
        whole = unit not in ("days", "years") or self.number == int(self.number)
        most = self.term != "withholding" or self.number < 100
        return self.number >= 0 and whole and most

    def _show(self, value):
        """A value as people read it, with its unit."""
        unit = UNITS[self.term]
        if unit == "percent":
            return f"{to_decimal(value).normalize():f} %"
        if unit == "days":
            return self.env._("%s days", value)
        if unit == "years":
            return self.env._("%s years", value)
        if unit == "money":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if unit == "yes_no":
            return self.env._("Yes") if value else self.env._("No")
        if unit == "day":
            return format_date(self.env, value) or self.env._("Contract's start")
        if unit == "measure":
            labels = self._fields["measure"]._description_selection(self.env)
            return dict(labels).get(value, "")
        return value.display_name or self.env._("Of the licensee")

    # ------------------------------------------------------------------
    # PART OF AN AMENDMENT
    # ------------------------------------------------------------------

    def _check_open(self):
        """Refuse to change what is in review or applied.

        :raise UserError: naming the amendment
        """
        if self.env.su:
            return
        for amendment in self.amendment_id:
            if amendment.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is no draft any more: what it changes stands.",
                        amendment.display_name,
                    )
                )

    def _apply(self):
        """Keep what stood before and change the contract, if nothing later did."""
        for row in self:
            contract, day = row.contract_id, row.amendment_id.date
            value = contract._get_value_on(row.term, day)
            is_last = not contract._get_changes(row.term).filtered(
                lambda change, day=day: change.date > day
            )
            if UNITS[row.term] == "payment_term":
                value = value.id
            row.before = [fields.Date.to_string(value) if row.unit == "day" else value]
            if is_last:
                contract[row.term] = row._get_new()
