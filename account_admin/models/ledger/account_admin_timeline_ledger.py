from odoo import api, models
from odoo.fields import Domain

from ..accounts.account_admin_timeline_mixin import Told
from . import payment_states


class AccountAdminTimelineInvoice(models.AbstractModel):
    _name = "account.admin.timeline.invoice"
    _description = "Invoices in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.move"
    _timeline_kind = "invoice"
    _timeline_icon = "fa-file-text-o"
    _timeline_date = "invoice_date"
    _timeline_account = "commercial_partner_id"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Invoices and Credit Notes")

    @api.model
    def _get_timeline_domain(self, company, accounts, nationals):
        return (
            super()._get_timeline_domain(company, accounts, nationals)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ["out_invoice", "out_refund", "out_receipt"])
        )

    @api.model
    def _tell_timeline(self, records):
        states = payment_states.get_labels(records)
        return {
            move.id: Told(
                self.env._("Credit note %s", move.name)
                if move.move_type == "out_refund"
                else self.env._("Invoice %s", move.name),
                states[move.id],
                move.amount_total,
                move.currency_id,
            )
            for move in records
        }


class AccountAdminTimelinePayment(models.AbstractModel):
    _name = "account.admin.timeline.payment"
    _description = "Payments in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.move.line"
    _timeline_kind = "payment"
    _timeline_icon = "fa-money"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Payments")

    @api.model
    def _get_timeline_domain(self, company, accounts, _nationals):
        found = self.env["account.admin.open.item"]._find_receivable_accounts(company)
        return (
            Domain("company_id", "=", company.id)
            & Domain("account_id", "in", found.ids)
            & Domain("partner_id", "in", accounts.ids)
            & Domain("parent_state", "=", "posted")
            & (
                Domain("payment_id", "!=", False)
                | Domain("statement_line_id", "!=", False)
            )
        )

    @api.model
    def _get_timeline_target(self, record):
        return record.move_id

    @api.model
    def _tell_timeline(self, records):
        return {
            line.id: Told(
                self.env._("Paid")
                if line.balance < 0
                else self.env._("Paid back or returned"),
                line.ref or line.move_name or "",
                abs(line.amount_currency),
                line.currency_id,
                "good" if line.balance < 0 else "bad",
            )
            for line in records
        }
