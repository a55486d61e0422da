"""Royalties of the statements that count, sale by sale: what the summary adds up."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..licensing.statements.licensing_statement import STATEMENT_FINAL_STATES
from ..licensing.terms.licensing_term_mixin import SALE_TYPES

KINDS = [
    ("sale", "Sale"),
    ("adjustment", "Change of Earlier Sales"),
    ("restated", "Restated"),
]


class LicensingRoyaltyItem(models.Model):
    """A reported sale of an approved statement, or what changed about its royalty.

    Superseded statements are left out: the lines of a revision take the place of those
    before, so that units and gross are those that were reported in the end. The
    royalties add up to what the licensing ledger says was earned, net to what they were
    computed on: a statement's latest computation counts, so what a revision or an
    amendment changed about a statement later is a row of its own, in the statement's
    period. Such a row has no units and no gross, as no sale was added.
    """

    _name = "licensing.royalty.item"
    _description = "Royalty Item"
    _inherit = ["licensing.report"]
    _auto = False
    _order = "date_end desc, id"

    statement_id = fields.Many2one(comodel_name="licensing.statement", readonly=True)
    kind = fields.Selection(
        selection=KINDS,
        readonly=True,
        help="A sale, or what changed about the royalty of earlier sales.",
    )
    date_end = fields.Date(
        string="Period End", readonly=True, help="Last day of the reported period."
    )
    year = fields.Integer(
        string="Contract Year",
        aggregator=None,
        readonly=True,
        help="The calendar year in which the contract year begins.",
    )
    product_id = fields.Many2one(
        comodel_name="licensing.product",
        readonly=True,
        help="The product that was sold.",
    )
    property_id = fields.Many2one(comodel_name="licensing.property", readonly=True)
    category_id = fields.Many2one(comodel_name="licensing.category", readonly=True)
    country_id = fields.Many2one(
        comodel_name="res.country",
        string="Territory",
        readonly=True,
        help="Where it was sold.",
    )
    channel_id = fields.Many2one(comodel_name="licensing.channel", readonly=True)
    sale_type = fields.Selection(selection=SALE_TYPES, readonly=True)
    is_sell_off = fields.Boolean(
        string="Sell-off",
        readonly=True,
        help="Sold after the term, in the sell-off period.",
    )
    rate_id = fields.Many2one(
        comodel_name="licensing.rate",
        readonly=True,
        help="The row of the contract that the royalty was worked out by.",
    )
    commitment_id = fields.Many2one(
        comodel_name="licensing.commitment",
        string="Pool",
        readonly=True,
        help="The guarantee that the royalty counts toward.",
    )
    units = fields.Float(
        digits=(16, 2),
        readonly=True,
        help="Pieces sold; below 0 where more came back than were sold.",
    )
    gross = fields.Monetary(
        readonly=True, help="Sales before deductions, in the contract's currency."
    )
    net = fields.Monetary(
        readonly=True, help="Gross sales less the deductions that the contract allows."
    )
    royalty = fields.Monetary(
        readonly=True, help="What was earned, in the contract's currency."
    )
    company_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    royalty_company = fields.Monetary(
        string="Royalty in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the period's last day; empty while no rate is known.",
    )

    _depends = {
        "licensing.statement": [
            *("contract_id", "company_id", "partner_id", "user_id", "currency_id"),
            *("date_end", "year", "state", "royalty", "adjustment", "net"),
            "adjustment_net",
        ],
        "licensing.statement.line": [
            *("statement_id", "product_id", "property_id", "category_id", "country_id"),
            *("channel_id", "sale_type", "is_sell_off", "rate_id", "commitment_id"),
            *("units", "gross", "net", "royalty", "fx_rate"),
        ],
        "licensing.product": ["property_id", "category_id"],
        "licensing.statement.snapshot": ["statement_id", "royalty", "net"],
        "res.company": ["currency_id"],
        "res.currency": ["rounding"],
        "res.currency.rate": ["currency_id", "company_id", "name", "rate"],
    }

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT item.*,
                          ROUND(item.royalty * item.exchange, item.company_decimals)
                          AS royalty_company
                     FROM (%s) item""",
                part,
            )
            for part in (
                self._sales_sql(),
                self._change_sql("adjustment", 1),
                self._change_sql("restated", 2),
            )
        )

    @api.model
    def _statements_sql(self):
        """SQL of the statements that count, with what each was restated by.

        Joins, not subselects in the columns: they are read a statement, not a line.
        """
        return SQL(
            """SELECT statement.id, statement.contract_id, statement.partner_id,
                      statement.user_id, statement.company_id, statement.currency_id,
                      statement.date_end, statement.year, statement.adjustment,
                      COALESCE(statement.adjustment_net, 0) AS adjustment_net,
                      latest.royalty - statement.royalty AS restated,
                      COALESCE(latest.net - statement.net
                               - COALESCE(statement.adjustment_net, 0), 0)
                      AS restated_net,
                      currency.decimal_places AS decimals,
                      company.currency_id AS company_currency_id,
                      home_currency.decimal_places AS company_decimals,
                      CASE WHEN statement.currency_id = company.currency_id THEN 1
                           -- a currency that rates are based on has none of its own
                           ELSE COALESCE(home.rate, 1) / COALESCE(
                               foreigner.rate, CASE WHEN home.rate <> 1 THEN 1 END)
                       END AS exchange
                 FROM licensing_statement statement
                 JOIN res_currency currency ON currency.id = statement.currency_id
                 JOIN res_company company ON company.id = statement.company_id
                 JOIN res_currency home_currency
                   ON home_currency.id = company.currency_id
            LEFT JOIN LATERAL (%(latest)s) latest ON TRUE
            LEFT JOIN LATERAL (%(home)s) home ON TRUE
            LEFT JOIN LATERAL (%(foreigner)s) foreigner ON TRUE
                WHERE statement.state IN %(final)s""",
            final=STATEMENT_FINAL_STATES,
            latest=self.env["licensing.statement.snapshot"]._latest_sql(),
            home=self._exchange_sql(SQL("company.currency_id")),
            foreigner=self._exchange_sql(SQL("statement.currency_id")),
        )

    @api.model
    def _exchange_sql(self, currency):
        """SQL of a currency's rate on the period's last day, as Odoo converts.

        The last one until then, else the first one after; no row: unknown.
        """
        return SQL(
            """SELECT found.rate
                 FROM res_currency_rate found
                WHERE found.currency_id = %s
                  AND (found.company_id IS NULL OR found.company_id
                       = SPLIT_PART(company.parent_path, '/', 1)::int)
                ORDER BY found.name > statement.date_end,
                         ABS(found.name - statement.date_end),
                         found.company_id NULLS LAST
                LIMIT 1""",
            currency,
        )

    @api.model
    def _statement_columns_sql(self):
        return SQL(
            """statement.id AS statement_id, statement.contract_id,
               statement.partner_id, statement.user_id, statement.company_id,
               statement.currency_id, statement.date_end, statement.year,
               statement.company_currency_id, statement.company_decimals,
               statement.exchange"""
        )

    @api.model
    def _sales_sql(self):
        """SQL of the reported lines, as they were computed at approval."""
        return SQL(
            """SELECT line.id::bigint * 4 AS id, 'sale' AS kind, %s, line.product_id,
                      COALESCE(line.property_id, product.property_id) AS property_id,
                      COALESCE(line.category_id, product.category_id) AS category_id,
                      line.country_id, line.channel_id, line.sale_type,
                      line.is_sell_off, line.rate_id, line.commitment_id, line.units,
                      ROUND(line.gross * COALESCE(line.fx_rate, 1),
                            statement.decimals) AS gross,
                      line.net, line.royalty
                 FROM (%s) statement
                 JOIN licensing_statement_line line ON line.statement_id = statement.id
            LEFT JOIN licensing_product product ON product.id = line.product_id""",
            self._statement_columns_sql(),
            self._statements_sql(),
        )

    @api.model
    def _change_sql(self, kind, place):
        """SQL of royalties and net that no line explains, a row a statement."""
        amount = SQL.identifier("statement", kind)
        net = SQL.identifier("statement", f"{kind}_net")
        return SQL(
            """SELECT statement.id::bigint * 4 + %s, %s, %s, NULL::int, NULL::int,
                      NULL::int, NULL::int, NULL::int, NULL, FALSE, NULL::int,
                      NULL::int, 0, 0, %s AS net, %s AS royalty
                 FROM (%s) statement
                WHERE %s <> 0 OR %s <> 0""",
            place,
            kind,
            self._statement_columns_sql(),
            net,
            amount,
            self._statements_sql(),
            amount,
            net,
        )

    def action_open_statement(self):
        """The statement behind the row."""
        self.ensure_one()
        return self.statement_id._get_records_action()
