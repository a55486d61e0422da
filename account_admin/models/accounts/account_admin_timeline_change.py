from odoo import api, models

from .account_admin_timeline_mixin import Told


class AccountAdminTimelineChange(models.AbstractModel):
    _name = "account.admin.timeline.change"
    _description = "Change Requests in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.admin.change"
    _timeline_kind = "change"
    _timeline_icon = "fa-exchange"
    _timeline_date = "create_date"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Changes")

    @api.model
    def _tell_timeline(self, records):
        states = dict(records._fields["state"]._description_selection(self.env))
        return {
            change.id: Told(
                self.env._(
                    "%(change)s: %(state)s",
                    change=change.display_name,
                    state=states.get(change.state, ""),
                ),
                change.summary,
            )
            for change in records
        }
