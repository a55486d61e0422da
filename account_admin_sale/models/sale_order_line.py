from contextlib import contextmanager

from odoo import api, models

#: What of a line decides on the amount of its order.
_AMOUNTS = {"product_uom_qty", "price_unit", "discount", "tax_ids", "product_id"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse(
            {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        )
        with self._collections_growing(orders):
            return super().create(vals_list)

    def write(self, vals):
        if not _AMOUNTS.intersection(vals):
            return super().write(vals)
        with self._collections_growing(self.order_id):
            return super().write(vals)

    @contextmanager
    def _collections_growing(self, orders):
        """Ask limits and holds about confirmed orders that are larger afterwards."""
        confirmed = orders.filtered(lambda order: order.state == "sale")
        before = {order: order.amount_total for order in confirmed}
        yield
        confirmed.filtered(
            lambda order: order.currency_id.compare_amounts(
                order.amount_total, before[order]
            )
            > 0
        )._collections_check_growth()
