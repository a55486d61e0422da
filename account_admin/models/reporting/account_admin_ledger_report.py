"""What the reports on the ledger share: the account, who keeps it, how to read rows."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.money import to_decimal


class AccountAdminLedgerReport(models.AbstractModel):
    """A report that reads the ledger as it stands; one row a document.

    Amounts are in the currency of each row's company. The account's administrator
    decides who sees a row: its own, else its national account's.
    """

    _name = "account.admin.ledger.report"
    _description = "Report on the Ledger"
    _inherit = ["account.admin.cover.mixin"]

    name = fields.Char(string="Number", readonly=True, help="Number of the document.")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    company_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Account", readonly=True
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        help="The one the account belonged to on that day.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Account Administrator",
        readonly=True,
        help="Responsible for the account, else for its national account.",
    )
    salesperson_id = fields.Many2one(comodel_name="res.users", readonly=True)

    @api.model
    def _account_join_sql(self, partner):
        """SQL joins of ``contact`` and its ``account`` to a row.

        :param SQL partner: id of the row's partner, a contact of the account or itself
        """
        return SQL(
            """LEFT JOIN res_partner contact ON contact.id = %s
               LEFT JOIN res_partner account
                      ON account.id = contact.commercial_partner_id""",
            partner,
        )

    @api.model
    def _account_columns_sql(self, company, day):
        """SQL of the account, its national account of a day and who keeps it.

        Subselects instead of joins: PostgreSQL leaves out those nobody asks for.

        :param SQL company: id of the row's company
        :param SQL day: the day whose national account counts
        """
        return SQL(
            """contact.commercial_partner_id AS partner_id,
               (%(member)s) AS national_account_id,
               COALESCE(account.collections_user_id, (
                   SELECT user_id FROM national_account WHERE id = (%(member)s)))
                   AS user_id""",
            member=self._member_sql(company, day),
        )

    @api.model
    def _member_sql(self, company, day):
        """SQL of the national account that the row's ``account`` is in on a day."""
        return self.env["national.account"]._member_sql(
            SQL("contact.commercial_partner_id"), company, day
        )

    @api.model
    def _read_exact(self, domain, names, order):
        """Rows the user may see, with exact amounts.

        :return: list of dicts of ``names``; amounts as ``Decimal``, 0 where there is
            none, other figures as ``Decimal`` or None, references as ids
        """
        query = self._search(domain, order=order)
        types = [self._fields[name].type for name in names]
        columns = []
        for name, kind in zip(names, types, strict=True):
            column = self._field_to_sql(self._table, name, query)
            is_exact = kind in ("monetary", "float")
            columns.append(SQL("%s::text", column) if is_exact else column)
        return [
            {
                name: self._to_exact(value, kind)
                for name, kind, value in zip(names, types, row, strict=True)
            }
            for row in self.env.execute_query(query.select(*columns))
        ]

    @api.model
    def _to_exact(self, value, kind):
        if kind == "monetary" or (kind == "float" and value is not None):
            return to_decimal(value)
        return value
