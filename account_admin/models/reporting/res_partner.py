from odoo import api, fields, models

from ..base.groups import COLLECTIONS
from .collections_statement import CHANNELS


class ResPartner(models.Model):
    _inherit = "res.partner"

    collections_statement = fields.Selection(
        selection=CHANNELS,
        string="Statements",
        copy=False,
        help="How the account gets its monthly statement; empty for the company's way.",
        groups=COLLECTIONS,
    )

    @api.model
    def _collections_kept_by_owner(self):
        return super()._collections_kept_by_owner() | {"collections_statement"}

    def _collections_get_statement_channel(self):
        """How the account wants its statements."""
        self.ensure_one()
        return self.collections_statement or self.env.company._collections_setting(
            "statement_channel"
        )
