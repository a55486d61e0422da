from odoo import api, models
from odoo.fields import Domain


class AccountAdminDatedMixin(models.AbstractModel):
    """A record that counts from ``date_start`` to ``date_end``; empty means open."""

    _name = "account.admin.dated.mixin"
    _description = "Record That Counts for Some Days"

    def _covers(self, day):
        """Whether it counts on a day."""
        self.ensure_one()
        return not (
            (self.date_start and self.date_start > day)
            or (self.date_end and self.date_end < day)
        )

    @api.model
    def _get_covering_domain(self, day):
        """Domain: records that count on a day."""
        return (Domain("date_start", "=", False) | Domain("date_start", "<=", day)) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", day)
        )

    def _overlaps(self, other):
        """Whether two have a day in common."""
        return (
            not (self.date_end and other.date_start)
            or self.date_end >= other.date_start
        ) and (
            not (other.date_end and self.date_start)
            or other.date_end >= self.date_start
        )
