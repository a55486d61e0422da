from odoo import models

#: Columns that decide whether and when an item is chased.
_CHASED_BY = {"no_followup", "date_maturity", "partner_id"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        result = super().write(vals)
        if _CHASED_BY & set(vals):
            for company, lines in self.grouped("company_id").items():
                partners = lines.filtered(
                    lambda line: line.account_type == "asset_receivable"
                ).partner_id
                self.env["collections.upkeep"]._touch(company, partners)
        return result
