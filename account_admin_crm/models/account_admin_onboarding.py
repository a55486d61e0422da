from odoo import api, fields, models


class AccountAdminOnboarding(models.Model):
    _inherit = "account.admin.onboarding"

    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups="sales_team.group_sale_salesman",
        help="The opportunity that it began with.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        found._add_salespeople()
        return found

    def _add_salespeople(self):
        """Whoever won the account is its sales outside, where nobody is."""
        # sudo: who won it is told by the opportunity, whoever may read it
        won = self.sudo().filtered(lambda one: one.lead_id.user_id)
        teams = self.env["account.admin.team"]
        known = teams.search(
            [
                ("partner_id", "in", won.partner_id.ids),
                ("function", "=", "sales_outside"),
            ]
        ).partner_id
        teams.create(
            [
                {
                    "partner_id": one.partner_id.id,
                    "user_id": one.lead_id.user_id.id,
                    "function": "sales_outside",
                    "date_start": one.date_start,
                }
                for one in won
                if one.partner_id not in known
            ]
        )
