from odoo import api, models
from odoo.fields import Domain

from ...accounts.account_admin_timeline_mixin import Told


class LicensingTimelineStatement(models.AbstractModel):
    _name = "licensing.timeline.statement"
    _description = "Royalty Statements in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "licensing.statement"
    _timeline_kind = "statement"
    _timeline_icon = "fa-file-o"
    _timeline_date = "submitted_on"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Royalty Statements")

    @api.model
    def _get_timeline_domain(self, company, accounts, nationals):
        found = super()._get_timeline_domain(company, accounts, nationals)
        return found & Domain("submitted_on", "!=", False)

    @api.model
    def _tell_timeline(self, records):
        states = dict(records._fields["state"]._description_selection(self.env))
        return {
            statement.id: Told(
                self.env._(
                    "Royalty statement %(name)s: %(state)s",
                    name=statement.display_name,
                    state=states.get(statement.state, ""),
                ),
                "",
                statement.royalty,
                statement.currency_id,
            )
            for statement in records
        }
