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
        self.env["account.move"].flush_model(
            [
                *("amount_untaxed_signed", "commercial_partner_id", "company_id"),
                *("invoice_date", "move_type", "state"),
            ]
        )
        sales = SQL(
            """SELECT commercial_partner_id AS partner_id, invoice_date AS date,
                      SUM(amount_untaxed_signed) AS amount
                 FROM account_move
                WHERE state = 'posted'
                  AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  AND company_id = %(company)s
                  AND invoice_date BETWEEN %(since)s AND %(day)s
                  AND %(these)s
                GROUP BY 1, 2""",
            company=company.id,
            since=since,
            day=day,
            these=SQL("TRUE")
            if partners is None
            else SQL("commercial_partner_id = ANY(%s)", list(partners)),
        )
        return {"sales": (since, sales)}
