"""Approved products that nobody reports."""

from odoo import fields, models
from odoo.tools import SQL

#: Periods without a sale after which a product counts as silent.
SILENT = 2


class LicensingSilentProduct(models.Model):
    """A product that may be sold and is in no report of a licensee that reports.

    It was never reported, or not in the last two periods. Parts of a bundle count as
    reported with it.
    """

    _name = "licensing.silent.product"
    _description = "Silent Product"
    _auto = False
    _order = "periods desc, partner_id, id"
    _rec_name = "product_id"

    product_id = fields.Many2one(
        comodel_name="licensing.product",
        readonly=True,
        help="An approved product that is not in the reports.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Licensee", readonly=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="Licensor", readonly=True
    )
    property_id = fields.Many2one(comodel_name="licensing.property", readonly=True)
    category_id = fields.Many2one(comodel_name="licensing.category", readonly=True)
    approved_from = fields.Date(
        string="Approved Since", readonly=True, help="First day it may be sold."
    )
    last_reported = fields.Date(
        readonly=True, help="End of the last period in which it was sold."
    )
    periods = fields.Integer(
        string="Periods Silent",
        readonly=True,
        aggregator="max",
        help="Periods that the licensee reported since, without it.",
    )
    kind = fields.Selection(
        selection=[("never", "Never Reported"), ("stopped", "Not Any More")],
        string="Silence",
        readonly=True,
        help="Never reported, or not any more.",
    )

    _depends = {
        "licensing.product": [
            *("partner_id", "company_id", "property_id", "category_id", "active"),
            *("state", "approved_from"),
        ],
        "licensing.product.component": ["bundle_id", "product_id"],
        "licensing.statement": ["partner_id", "company_id", "date_end", "state"],
        "licensing.statement.line": ["statement_id", "product_id", "units", "gross"],
    }

    @property
    def _table_query(self):
        return SQL(
            """WITH reported AS (
                    SELECT id, partner_id, company_id, date_end
                      FROM licensing_statement
                     WHERE state NOT IN ('expected', 'superseded')),
                    sold AS (
                    SELECT COALESCE(part.product_id, line.product_id) AS product_id,
                           MAX(reported.date_end) AS day
                      FROM reported
                      JOIN licensing_statement_line line
                        ON line.statement_id = reported.id
                 LEFT JOIN licensing_product_component part
                        ON part.bundle_id = line.product_id
                     WHERE line.units <> 0 OR line.gross <> 0
                     GROUP BY 1)
               SELECT product.id, product.id AS product_id, product.partner_id,
                      product.company_id, product.property_id, product.category_id,
                      product.approved_from, sold.day AS last_reported,
                      COUNT(DISTINCT reported.date_end) AS periods,
                      CASE WHEN sold.day IS NULL THEN 'never' ELSE 'stopped' END AS kind
                 FROM licensing_product product
            LEFT JOIN sold ON sold.product_id = product.id
                 JOIN reported ON reported.partner_id = product.partner_id
                  AND reported.company_id = product.company_id
                  AND reported.date_end >= product.approved_from
                  AND (sold.day IS NULL OR reported.date_end > sold.day)
                WHERE product.active AND product.state = 'approved'
                GROUP BY product.id, sold.day
               HAVING sold.day IS NULL OR COUNT(DISTINCT reported.date_end) >= %s""",
            SILENT,
        )

    def action_open_product(self):
        """The product, with its approval."""
        self.ensure_one()
        return self.product_id._get_records_action()
