from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...engine.tree import BILLED, Row, move


class AccountAdminPlaceMixin(models.AbstractModel):
    """Rows that say where something is for some days: moved, never overwritten."""

    _name = "account.admin.place.mixin"
    _description = "Place for Some Days"
    _inherit = ["account.admin.dated.mixin"]

    #: Fields of what is placed, and where.
    _item_name = None
    _node_name = None

    def _to_rows(self):
        """As the engine has them: items and nodes are ids."""
        return [
            Row(
                place[self._item_name].id,
                place[self._node_name].id,
                place.date_start or None,
                place.date_end or None,
                place._get_role(),
                place.id,
            )
            for place in self
        ]

    def _get_role(self):
        return BILLED

    @api.model
    def _move(self, items, node, day, role=BILLED):
        """Place records elsewhere from a day on; the days before stay as they were.

        :param items: what is moved
        :param node: ``national.account``, empty for nowhere
        """
        places = self.search(Domain(self._item_name, "in", items.ids))
        mine = places.grouped(self._item_name)
        ended, gone, new = [], [], []
        for item in items:
            parts = move(
                mine.get(item, self.browse())._to_rows(),
                item.id,
                node.id or None,
                day,
                role,
            )
            ended += [row.id for row in parts[0]]
            gone += [row.id for row in parts[1]]
            new += [parts[2]] if parts[2] else []
        self.browse(ended).write({"date_end": day - timedelta(days=1)})
        # what had begun that very day is replaced by what begins now
        self._replace(self.browse(gone), [self._from_row(row) for row in new])

    @api.model
    def _replace(self, gone, vals_list):
        gone.unlink()
        return self.create(vals_list)

    def _from_row(self, row):
        return {
            self._item_name: row.item,
            self._node_name: row.node,
            "date_start": row.start,
            "date_end": row.end,
        }
