from odoo import api, fields, models

from ..base.groups import COLLECTIONS


class AccountPayment(models.Model):
    _inherit = "account.payment"

    collections_case_id = fields.Many2one(
        comodel_name="collections.case",
        compute="_compute_collections_case_id",
        groups=COLLECTIONS,
    )
    collections_national_account_id = fields.Many2one(
        related="partner_id.collections_national_account_id",
        groups=COLLECTIONS,
    )

    @api.depends("partner_id", "company_id", "partner_type")
    @api.depends_context("uid")
    def _compute_collections_case_id(self):
        Case = self.env["collections.case"]
        self.collections_case_id = False
        if not Case.has_access("read"):
            return
        received = self.filtered(lambda payment: payment.partner_type == "customer")
        for company, payments in received.grouped("company_id").items():
            cases = Case._get_open_of(
                company, payments.partner_id.commercial_partner_id
            )
            for payment in payments:
                payment.collections_case_id = cases.get(
                    payment.partner_id.commercial_partner_id.id, Case
                )

    def action_view_collections_case(self):
        """The open case of the payer."""
        self.ensure_one()
        return self.collections_case_id._get_records_action()

    # ------------------------------------------------------------------
    # CASES
    # ------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._touch_cases()
        return result

    def _touch_cases(self):
        """A payment on its way is not asked for at once."""
        for company, payments in self.grouped("company_id").items():
            partners = payments.partner_id | payments.invoice_ids.partner_id
            self.env["collections.upkeep"]._touch(company, partners)
