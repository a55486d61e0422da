from odoo import api, models
from odoo.fields import Domain

from .account_admin_timeline_mixin import Told

TONES = {"missed": "bad", "rejected": "bad", "accepted": "good"}


class AccountAdminTimelineObligation(models.AbstractModel):
    _name = "account.admin.timeline.obligation"
    _description = "Obligations in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "account.admin.obligation"
    _timeline_kind = "obligation"
    _timeline_icon = "fa-balance-scale"
    _timeline_date = "changed_on"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Obligations")

    @api.model
    def _get_timeline_domain(self, company, accounts, nationals):
        found = super()._get_timeline_domain(company, accounts, nationals)
        groups = Domain("company_id", "=", company.id)
        return found | groups & Domain("national_account_id", "in", nationals.ids)

    @api.model
    def _tell_timeline(self, records):
        states = dict(records._fields["state"]._description_selection(self.env))
        return {
            one.id: Told(one.name, states[one.state], tone=TONES.get(one.state, ""))
            for one in records
        }
