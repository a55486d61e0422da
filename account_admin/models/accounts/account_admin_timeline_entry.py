from odoo import api, models
from odoo.fields import Domain

from .account_admin_timeline_mixin import Told


class AccountAdminTimelineEntry(models.AbstractModel):
    _name = "account.admin.timeline.entry"
    _description = "Notes in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.admin.entry"
    _timeline_kind = "entry"
    _timeline_icon = "fa-pencil-square-o"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Visits, News and Feedback")

    @api.model
    def _get_timeline_domain(self, _company, accounts, _nationals):
        # noted of the account, in whichever of our companies
        return Domain("partner_id", "in", accounts.ids)

    @api.model
    def _tell_timeline(self, records):
        kinds = dict(records._fields["kind"]._description_selection(self.env))
        return {
            entry.id: Told(
                f"{kinds[entry.kind]}: {entry.subject}",
                entry.outcome or entry.note or "",
                tone="bad" if entry.kind == "concern" else "",
            )
            for entry in records
        }
