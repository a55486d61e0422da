from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class AccountAdminOnboarding(models.Model):
    """No credit until it is approved: a limit of 0 beside whatever limit there is."""

    _inherit = "account.admin.onboarding"

    limit_ids = fields.One2many(
        comodel_name="collections.limit",
        inverse_name="onboarding_id",
        string="Limit Meanwhile",
        help="The limit of 0 that counts until the approval.",
    )

    def _account_admin_credit_stops(self):
        super()._account_admin_credit_stops()
        # sudo: a new account has no credit, whoever starts its onboarding
        self.env["collections.limit"].sudo().create(
            [
                {
                    "partner_id": one.partner_id.id,
                    "company_id": one.company_id.id,
                    "currency_id": one.currency_id.id,
                    "amount": 0,
                    "date_start": one.company_id._collections_today(),
                    "onboarding_id": one.id,
                    "note": self.env._("No credit until the onboarding is approved."),
                }
                for one in self
            ]
        )

    def _account_admin_credit_begins(self):
        super()._account_admin_credit_begins()
        for company, found in self.grouped("company_id").items():
            found._replace_limits(company, company._collections_today())

    def _replace_limits(self, company, day):
        """The limits that were asked for take the place of those there are."""
        # sudo: the approval is what gives the credit
        limits = self.env["collections.limit"].sudo()
        meanwhile = self.sudo().limit_ids
        fresh = meanwhile.filtered(lambda one: one.date_start >= day)
        (meanwhile - fresh).date_end = day - timedelta(days=1)
        # what was let through in spite of it is kept
        kept = fresh.filtered("override_ids")
        kept.amount = False
        (fresh - kept).unlink()
        mine = limits.search(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "=", company.id)
            & Domain("onboarding_id", "=", False)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", day))
        )
        later = mine.filtered(lambda one: one.date_start and one.date_start > day)
        began = (mine - later).filtered(lambda one: one.date_start == day)
        (mine - later - began).date_end = day - timedelta(days=1)
        ends = {}
        for one in later.sorted("date_start", reverse=True):
            ends[one.partner_id] = one.date_start - timedelta(days=1)
        known = began.grouped("partner_id")
        for one in self.filtered(lambda one: one.partner_id in known):
            known[one.partner_id].write(
                {"amount": one.credit_asked, "currency_id": one.currency_id.id}
            )
        limits.create(
            [
                {
                    "partner_id": one.partner_id.id,
                    "company_id": company.id,
                    "currency_id": one.currency_id.id,
                    "amount": one.credit_asked,
                    "date_start": day,
                    "date_end": ends.get(one.partner_id, False),
                    "note": self.env._("Granted with the approval of the onboarding."),
                }
                for one in self
                if one.partner_id not in known
            ]
        )
