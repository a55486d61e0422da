from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from ..base.blank_float import BlankFloat
from ..base.groups import COLLECTIONS

#: Months of key figures that days to pay are averaged over.
MONTHS = 12


class NationalAccount(models.Model):
    _inherit = "national.account"

    days_to_pay = BlankFloat(
        compute="_compute_days_to_pay",
        groups=COLLECTIONS,
        help="Days from the invoice to its payment, by amount, over the last twelve"
        " months that are frozen; blank when nothing was paid.",
    )
    days_late = BlankFloat(
        compute="_compute_days_to_pay",
        groups=COLLECTIONS,
        help="Days past due at payment, by amount, over the same months.",
    )

    @api.depends("member_ids", "part_ids")
    @api.depends_context("company")
    def _compute_days_to_pay(self):
        company = self.env.company
        today = company._collections_today()
        below = self._origin._get_members(company, today)
        domain = Domain("company_id", "=", company.id) & Domain("scope", "=", "account")
        domain &= Domain("month", ">", today - relativedelta(months=MONTHS))
        domain &= Domain(
            "partner_id", "in", list({one for ids in below.values() for one in ids})
        )
        # sudo: an average is the same for whoever may see the national account
        kpis = self.env["account.admin.kpi"].sudo()
        groups = kpis._read_group(
            domain, ["partner_id"], ["paid:sum", "paid_days:sum", "late_days:sum"]
        )
        sums = {account.id: row for account, *row in groups}
        for national in self:
            members = below.get(national._origin.id, ())
            mine = [sums[one] for one in members if one in sums]
            paid, days, late = map(sum, zip(*mine, strict=True)) if mine else (0, 0, 0)
            national.days_to_pay = days / paid if paid else None
            national.days_late = late / paid if paid else None
