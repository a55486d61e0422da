from odoo import fields, models

from ..base.actions import open_window


class NationalAccount(models.Model):
    _inherit = "national.account"

    policy_id = fields.Many2one(
        comodel_name="collections.policy",
        string="Collections Policy",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Applies to every member that has no policy of its own.",
    )

    def write(self, vals):
        chased_by = {"active", "company_id", "partner_id", "policy_id"} & set(vals)
        before = self.partner_id if chased_by else self.env["res.partner"]
        result = super().write(vals)
        if chased_by:
            partners = before | self.partner_id | self.member_ids.partner_id
            partners._collections_touch()
        return result

    def action_view_cases(self):
        """Open the cases of the head office and the members."""
        self.ensure_one()
        partners = self.partner_id | self.member_ids.partner_id
        return open_window(
            self.env,
            "collections_case_action",
            self.env._("Cases of %s", self.name),
            domain=[("partner_id", "in", partners.ids)],
            context={},
        )
