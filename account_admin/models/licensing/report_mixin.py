"""What the licensing reports share: whose contract, and sums of one currency."""

import json

from odoo import api, fields, models
from odoo.tools import SQL


class LicensingReport(models.AbstractModel):
    """A report over contracts, read by SQL; amounts are in the contract's currency."""

    _name = "licensing.report"
    _description = "Licensing Report"

    contract_id = fields.Many2one(comodel_name="licensing.contract", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Licensee", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Responsible", readonly=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="Licensor", readonly=True
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)

    def _read_group_select(self, aggregate_spec, query):
        """Sums of one currency; several make no sum and show nothing."""
        found = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        field = self._fields.get(name)
        if function not in ("sum", "sum_currency") or field.type != "monetary":
            return found
        name = field.get_currency_field(self)
        currency = self._field_to_sql(self._table, name, query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", currency, currency, found)

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
        typed = [
            SQL("%s %s", SQL.identifier(name), SQL(field.column_type[1]))
            for name, field in self._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        return SQL(
            "SELECT * FROM jsonb_to_recordset(%s::jsonb) AS found (id bigint, %s)",
            json.dumps(list(rows), default=str),
            SQL(", ").join(typed),
        )

    def action_open_contract(self):
        """The contract behind the row."""
        self.ensure_one()
        return self.contract_id._get_records_action()
