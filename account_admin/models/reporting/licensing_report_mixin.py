"""What the licensing reports share: whose contract, and sums of one currency."""

import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..base.bulk import typed_columns


class LicensingReport(models.AbstractModel):
    """A report over contracts, read by SQL; amounts are in the contract's currency."""

    _name = "licensing.report"
    _description = "Licensing Report"
    _inherit = ["account.admin.one.currency.mixin"]

    contract_id = fields.Many2one(comodel_name="licensing.contract", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Licensee", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        readonly=True,
        help="Who looks after the contract.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="Licensor", readonly=True
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)

    @api.model
    def _today_sql(self):
        """SQL of a table of the companies worked in and their days.

        :return: ``SQL`` for a ``FROM``: ``days`` with ``company_id`` and ``day``
        """
        return SQL(
            "UNNEST(%s::int[], %s::date[]) AS days (company_id, day)",
            self.env.companies.ids,
            [company._collections_today() for company in self.env.companies],
        )

    @api.model
    def _rows_sql(self, rows):
        """SQL of rows that were worked out in Python, typed as the model's columns.

        :param rows: iterable of dicts by the names of fields; others are empty
        """
        return SQL(
            "SELECT * FROM jsonb_to_recordset(%s::jsonb) AS found (id bigint, %s)",
            json.dumps(list(rows), default=str),
            typed_columns(self, self._get_columns()),
        )

    @api.model
    def _get_columns(self):
        """Names of the columns, the id left out."""
        return [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name != "id"
        ]

    def action_open_contract(self):
        """The contract behind the row."""
        self.check_access("read")
        self.ensure_one()
        return self.contract_id._get_records_action()
