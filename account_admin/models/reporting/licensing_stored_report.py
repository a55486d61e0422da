"""Reports whose rows are worked out when something changes, not whenever one reads."""

from odoo import api, fields, models
from odoo.tools import SQL


class LicensingStoredReport(models.AbstractModel):
    """A report with stored rows; a row that is behind is worked out by the query.

    ``licensing.report.change`` tells what rows rest on, ``licensing.report.day`` how
    they are stored.
    """

    _name = "licensing.stored.report"
    _description = "Licensing Report with Stored Rows"
    _inherit = ["licensing.report"]

    contract_id = fields.Many2one(index=True)
    company_id = fields.Many2one(index=True)

    def init(self):
        if not self._abstract:
            # ids are made of those of contracts and statements, times a constant
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN id TYPE bigint",
                    SQL.identifier(self._table),
                )
            )

    def _is_an_ordinary_table(self):
        # no foreign keys: who stores rows and who has locked what they name never wait
        # for each other, and what was deleted is noted; nor is a row ever named outside
        return False

    @property
    def _table_sql(self):
        """Rows of the companies worked in: stored ones, as far as they are current."""
        companies, days = self.env.companies, self.env["licensing.report.day"]
        standing = days._get_standing(companies)
        if standing.behind or standing.changed:
            days._store_after(companies)
        parts = [
            SQL(
                "SELECT id, %s FROM %s WHERE company_id = ANY(%s)%s",
                SQL(", ").join(map(SQL.identifier, self._get_columns())),
                SQL.identifier(self._table),
                list(standing.current),
                SQL(" AND contract_id <> ALL(%s)", list(standing.changed))
                if standing.changed
                else SQL(),
            )
        ]
        if standing.behind:
            parts.append(self._computed_sql(companies.browse(standing.behind)))
        if standing.current and standing.changed:
            parts.append(
                self._computed_sql(
                    companies.browse(standing.current), list(standing.changed)
                )
            )
        return SQL("(%s)", SQL(" UNION ALL ").join(parts))

    @api.model
    def _computed_sql(self, companies, contracts=None):
        """SQL of the rows of companies, worked out now.

        :param list contracts: ids of the contracts that are wanted; ``None`` for all
        :return: ``SQL`` of the id and the stored columns, typed as the table has them
        """
        # whatever the reader's context leaves out or adds, rows are the same for all
        context = {"allowed_company_ids": companies.ids}
        report = self.with_env(self.env(context=context))
        return SQL(
            "SELECT id::bigint AS id, %s FROM (%s) computed",
            SQL(", ").join(
                SQL(
                    "%(name)s::%(type)s AS %(name)s",
                    name=SQL.identifier(name),
                    type=SQL(self._fields[name].column_type[1]),
                )
                for name in self._get_columns()
            ),
            report._compute_sql(contracts),
        )

    @api.model
    def _compute_sql(self, contracts):
        """SQL of the rows of the companies worked in.

        :param list contracts: as in :meth:`_computed_sql`
        """
        raise NotImplementedError
