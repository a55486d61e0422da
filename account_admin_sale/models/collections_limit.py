from odoo import api, models
from odoo.tools import SQL

from odoo.addons.account_admin.engine.money import to_decimal


class CollectionsLimit(models.Model):
    _inherit = "collections.limit"

    @api.model
    def _get_orders_exposure(self, company, partner_ids, before=None):
        exposure = super()._get_orders_exposure(company, partner_ids, before)
        for name in ("sale.order", "sale.order.line", "account.move.line"):
            self.env[name].flush_model()
        self.env["account.move"].flush_model(["state", "invoice_currency_rate"])
        rows = self.env.execute_query(
            SQL(
                """WITH billed AS (
                    SELECT DISTINCT so.id AS order_id, aml.id AS line_id,
                           CASE WHEN move.move_type = 'out_refund'
                                THEN -aml.price_total ELSE aml.price_total END
                         * CASE WHEN aml.currency_id = so.currency_id THEN 1
                                ELSE so.currency_rate
                                   / NULLIF(move.invoice_currency_rate, 0)
                            END AS amount
                      FROM %(orders)s
                      JOIN sale_order_line sol ON sol.order_id = so.id
                      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
                      JOIN account_move_line aml ON aml.id = rel.invoice_line_id
                      JOIN account_move move ON move.id = aml.move_id
                     WHERE %(is_open)s
                       AND (move.state = 'posted' OR move.state = 'draft'
                            AND (%(before)s::int IS NULL OR move.id < %(before)s::int))
                   ), remaining AS (
                    SELECT payer.commercial_partner_id AS partner_id, so.currency_id,
                           GREATEST(0, so.amount_total - COALESCE(
                             (SELECT SUM(amount) FROM billed
                               WHERE billed.order_id = so.id), 0)) AS amount
                      FROM %(orders)s WHERE %(is_open)s)
                   SELECT partner_id, currency_id, SUM(amount)::numeric::text
                     FROM remaining GROUP BY partner_id, currency_id""",
                orders=SQL(
                    "sale_order so JOIN res_partner payer"
                    " ON payer.id = so.partner_invoice_id"
                ),
                is_open=SQL(
                    """so.state = 'sale' AND so.invoice_status <> 'invoiced'
                       AND so.company_id = %s
                       AND payer.commercial_partner_id = ANY(%s)""",
                    company.id,
                    list(partner_ids),
                ),
                before=before,
            )
        )
        for partner, currency, amount in rows:
            waiting = exposure.setdefault(partner, {})
            rounded = self.env["res.currency"].browse(currency).round(float(amount))
            waiting[currency] = waiting.get(currency, 0) + to_decimal(rounded)
        return exposure
