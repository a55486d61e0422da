from odoo import api, models

from .account_admin_timeline_mixin import Told


class AccountAdminTimelineOnboarding(models.AbstractModel):
    _name = "account.admin.timeline.onboarding"
    _description = "Onboarding in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.admin.onboarding"
    _timeline_kind = "onboarding"
    _timeline_icon = "fa-handshake-o"
    _timeline_date = "create_date"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Onboarding")

    @api.model
    def _tell_timeline(self, records):
        states = dict(records._fields["state"]._description_selection(self.env))
        return {
            one.id: Told(
                self.env._("Onboarding: %s", states[one.state]),
                one.reason or "",
                one.credit_asked or None,
                one.currency_id,
                tone={"approved": "good", "refused": "bad"}.get(one.state, ""),
            )
            for one in records
        }
