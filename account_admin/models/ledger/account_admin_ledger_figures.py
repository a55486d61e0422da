from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

#: Months that sales are added up for.
MONTHS = 12


class AccountAdminLedgerFigures(models.AbstractModel):
    _name = "account.admin.ledger.figures"
    _description = "Figures of Accounts: Open, Overdue, Sales"
    _inherit = ["account.admin.figure.mixin"]

    @api.model
    def _read_account_figures(self, company, day, partners):
        items = self.env["account.admin.open.item"]
        if not items._find_receivable_accounts(company):
            return {}
        totals = items._get_totals(company, day, partners).items()
        return {
            "amount_open": {account: opened for account, (opened, _overdue) in totals},
            "amount_overdue": {account: due for account, (_opened, due) in totals},
        }

    @api.model
    def _read_dated_figures(self, company, day, partners):
        since = day - relativedelta(months=MONTHS) + relativedelta(days=1)
        sales = SQL(
            """SELECT partner_id, day AS date, SUM(-balance) AS amount
                 FROM (%s) AS sold WHERE is_sale GROUP BY 1, 2""",
            self._sold_sql(company, since, day, partners),
        )
        return {"sales": (since, sales)}

    @api.model
    def _sold_sql(self, company, first, last, accounts):
        """SQL of what was sold, and of what stands on the same entries.

        Untaxed lines of posted customer entries; those of income are sales.

        :param accounts: ids of commercial partners, all when ``None``
        :return: SQL with the columns ``partner_id``, ``day``, ``product_id``,
            ``balance``, ``display_type``, ``move_type``, ``account_type`` and
            ``is_sale``
        """
        self.env["account.move"].flush_model(
            ["commercial_partner_id", "move_type", "state"]
        )
        self.env["account.move.line"].flush_model()
        return SQL(
            """SELECT move.commercial_partner_id AS partner_id, line.date AS day,
                      line.product_id, line.balance, line.display_type,
                      move.move_type, account.account_type,
                      account.account_type IN ('income', 'income_other') AS is_sale
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                 JOIN account_account account ON account.id = line.account_id
                WHERE line.company_id = %(company)s
                  AND line.parent_state = 'posted'
                  -- a tax without an account of its own stands on the sale's
                  AND line.tax_line_id IS NULL
                  AND line.date BETWEEN %(first)s AND %(last)s
                  AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  AND %(these)s""",
            company=company.id,
            first=first,
            last=last,
            these=SQL("move.commercial_partner_id IS NOT NULL")
            if accounts is None
            else SQL("move.commercial_partner_id = ANY(%s)", list(accounts)),
        )
