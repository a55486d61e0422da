from odoo import api, fields, models
from odoo.exceptions import UserError

from ...base.bounds import bounded
from ..terms.licensing_term_mixin import SALE_TYPES
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
    date = fields.Date(string="Sale Date", required=True)
    sku = fields.Char(string="SKU")
    description = fields.Char()
    product_id = fields.Many2one(
        comodel_name="licensing.product",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    property_id = fields.Many2one(
        comodel_name="licensing.property", check_company=True, ondelete="restrict"
    )
    category_id = fields.Many2one(
        comodel_name="licensing.category", check_company=True, ondelete="restrict"
    )
    country_id = fields.Many2one(
        comodel_name="res.country", string="Territory", ondelete="restrict"
    )
    channel_id = fields.Many2one(
        comodel_name="licensing.channel", check_company=True, ondelete="restrict"
    )
    retailer = fields.Char()
    sale_type = fields.Selection(
        selection=SALE_TYPES, default="domestic", required=True
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, ondelete="restrict"
    )
    units = fields.Float(digits=(16, 2))
    gross = fields.Monetary()
    returns = fields.Monetary()
    allowances = fields.Monetary()
    other = fields.Monetary(string="Other Deductions")
    has_reported_net = fields.Boolean()
    reported_net = fields.Monetary()
    has_reported_rate = fields.Boolean()
    reported_rate = fields.Float(digits=(16, 6))
    has_reported_royalty = fields.Boolean()
    reported_royalty = fields.Monetary()

    # of the last computation, in the contract's currency
    fx_rate = fields.Float(string="Exchange", readonly=True, digits=(20, 10))
    net = fields.Monetary(readonly=True, currency_field="contract_currency_id")
    royalty = fields.Monetary(readonly=True, currency_field="contract_currency_id")
    rate_id = fields.Many2one(
        comodel_name="licensing.rate", readonly=True, ondelete="restrict"
    )
    commitment_id = fields.Many2one(
        comodel_name="licensing.commitment",
        string="Pool",
        readonly=True,
        ondelete="restrict",
    )
    is_sell_off = fields.Boolean(string="Sell-off", readonly=True)
    has_findings = fields.Boolean(readonly=True)

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
        statement = self.statement_id
        return statement._open_explanation(
            self.display_name, statement._explain_line(self)
        )
