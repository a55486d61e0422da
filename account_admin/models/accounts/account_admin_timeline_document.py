from odoo import api, models

from .account_admin_timeline_mixin import Told


class AccountAdminTimelineDocument(models.AbstractModel):
    _name = "account.admin.timeline.document"
    _description = "Documents in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.admin.document"
    _timeline_kind = "document"
    _timeline_icon = "fa-file-o"
    _timeline_date = "create_date"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Documents")

    @api.model
    def _tell_timeline(self, records):
        states = dict(records._fields["state"]._description_selection(self.env))
        return {
            document.id: Told(
                document.type_id.name,
                states.get(document.state, ""),
                tone="bad" if document.state == "rejected" else "",
            )
            for document in records
        }
