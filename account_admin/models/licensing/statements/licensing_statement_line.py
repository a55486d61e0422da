from odoo import api, fields, models
from odoo.exceptions import UserError

from ...base.bounds import bounded
from ..terms.licensing_term_mixin import SALE_TYPES
from .explainer import Explainer
from .licensing_statement import STATEMENT_OPEN_STATES


@bounded
class LicensingStatementLine(models.Model):
    """One reported row: what was sold, and the royalty it comes to."""

    _name = "licensing.statement.line"
    _description = "Royalty Statement Line"
    #: Figures by the million, without free text about persons.
    _has_words = False
    _inherit = ["licensing.open.mixin", "account.admin.readonly.mixin"]
    _moved_by = ("statement_id",)
    _order = "statement_id, row, id"
    # a hundred thousand rows come at once: who and when stands on the statement
    _log_access = False
    _check_company_auto = True

    statement_id = fields.Many2one(
        comodel_name="licensing.statement",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    contract_currency_id = fields.Many2one(
        related="statement_id.currency_id", string="Contract Currency"
    )
    row = fields.Integer(aggregator=None, help="Row of the file it came from.")
    date = fields.Date(
        string="Sale Date",
        required=True,
        help="The day of the sale, or the last day of the month or quarter that is"
        " reported.",
    )
    sku = fields.Char(string="SKU", help="The product's number as it was reported.")
    description = fields.Char(help="As it was reported.")
    product_id = fields.Many2one(
        comodel_name="licensing.product",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The approved product that the number or the description was matched"
        " with.",
    )
    property_id = fields.Many2one(
        comodel_name="licensing.property",
        check_company=True,
        ondelete="restrict",
        help="Of the product, or as reported; decides which rate applies.",
    )
    category_id = fields.Many2one(
        comodel_name="licensing.category",
        check_company=True,
        ondelete="restrict",
        help="Of the product, or as reported; decides which rate applies.",
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        string="Territory",
        ondelete="restrict",
        help="Where it was sold.",
    )
    territory_text = fields.Char(
        string="Territory as Reported",
        help="What the report says, where it matched no country when it was submitted.",
    )
    channel_text = fields.Char(
        string="Channel as Reported",
        help="What the report says, where it matched no channel when it was submitted.",
    )
    channel_id = fields.Many2one(
        comodel_name="licensing.channel",
        check_company=True,
        ondelete="restrict",
        help="Through which channel it was sold.",
    )
    retailer = fields.Char(
        help="Who bought it from the licensee, where the report says so."
    )
    sale_type = fields.Selection(
        selection=SALE_TYPES,
        default="domestic",
        required=True,
        help="Domestic: from the licensee's stock. FOB: shipped from the factory to"
        " the buyer. Direct: to consumers.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        ondelete="restrict",
        help="The currency that the amounts were reported in.",
    )
    units = fields.Float(
        digits=(16, 2), help="Pieces sold; below 0 where more came back than were sold."
    )
    gross = fields.Monetary(help="Sales before deductions, in the reported currency.")
    returns = fields.Monetary(help="Goods that came back, in the reported currency.")
    allowances = fields.Monetary(
        help="Discounts and rebates to retailers, in the reported currency."
    )
    other = fields.Monetary(
        string="Other Deductions",
        help="Deductions that are neither returns nor allowances, in the reported"
        " currency.",
    )
    has_reported_net = fields.Boolean(
        help="The report has a net of its own for this line."
    )
    reported_net = fields.Monetary(
        help="What the licensee says is left after deductions; compared with the"
        " computed net."
    )
    has_reported_rate = fields.Boolean(
        help="The report has a rate of its own for this line."
    )
    reported_rate = fields.Float(
        digits=(16, 6),
        help="Percent that the licensee used; compared with the contract's.",
    )
    has_reported_royalty = fields.Boolean(
        help="The report has a royalty of its own for this line."
    )
    reported_royalty = fields.Monetary(
        help="What the licensee says it owes; compared with the computed royalty."
    )

    # of the last computation, in the contract's currency
    fx_rate = fields.Float(
        string="Exchange",
        readonly=True,
        digits=(20, 10),
        help="How much of the contract's currency one unit of the reported currency"
        " was worth.",
    )
    net = fields.Monetary(
        readonly=True,
        currency_field="contract_currency_id",
        help="Gross less the deductions that the contract allows, in the contract's"
        " currency.",
    )
    royalty = fields.Monetary(
        readonly=True,
        currency_field="contract_currency_id",
        help="What this line earned, in the contract's currency.",
    )
    rate_id = fields.Many2one(
        comodel_name="licensing.rate",
        readonly=True,
        ondelete="restrict",
        help="The row of the contract that the royalty was worked out by.",
    )
    commitment_id = fields.Many2one(
        comodel_name="licensing.commitment",
        string="Pool",
        readonly=True,
        ondelete="restrict",
        help="The guarantee that the royalty counts toward.",
    )
    is_sell_off = fields.Boolean(
        string="Sell-off",
        readonly=True,
        help="Sold after the term, in the sell-off period.",
    )
    has_findings = fields.Boolean(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.statement_id._count_lines()
        return lines

    def write(self, vals):
        before = self.statement_id if "statement_id" in vals else self.browse()
        result = super().write(vals)
        if before:
            (before | self.statement_id)._count_lines()
        return result

    def unlink(self):
        statements = self.statement_id
        result = super().unlink()
        statements._count_lines()
        return result

    @api.depends("row", "sku")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "Row %(row)s %(sku)s", row=line.row or line.id or "", sku=line.sku or ""
            )

    def _check_open(self):
        """Lines of an approved statement are never changed, whoever asks.

        :raise UserError: naming the statement and what to do
        """
        for statement in self.statement_id:
            if statement.state not in STATEMENT_OPEN_STATES:
                raise UserError(
                    self.env._(
                        "The lines of %s stand, as it is approved: revise it.",
                        statement.display_name,
                    )
                )

    def action_explain(self):
        """How the royalty of this line came about."""
        self.ensure_one()
        self.check_access("read")
        sections = Explainer(self.statement_id).explain_line(self)
        return self.env["licensing.explanation"]._open(self.display_name, sections)
