"""What a case shows of its account's promises to pay."""

from odoo import fields, models


class CollectionsCase(models.Model):
    _inherit = "collections.case"

    promise_count = fields.Integer(compute="_compute_promise_count")

    def _compute_promise_count(self):
        groups = self.env["collections.promise"]._read_group(
            [("partner_id", "in", self.partner_id.ids), ("state", "=", "open")],
            ["partner_id", "company_id"],
            ["__count"],
        )
        counts = {(partner, company): count for partner, company, count in groups}
        for case in self:
            case.promise_count = counts.get((case.partner_id, case.company_id), 0)

    def action_view_promises(self):
        """The account's promises, or a new one where there is none."""
        self.ensure_one()
        return self.env["collections.promise"]._get_action(
            [
                ("partner_id", "in", self._get_accounts_partners().ids),
                ("company_id", "=", self.company_id.id),
            ],
            {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        )
