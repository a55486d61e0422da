from odoo import api, models
from odoo.fields import Domain

from ...engine.desk.call import OUTCOMES


class AccountAdminContactAssignment(models.Model):
    _inherit = "account.admin.contact.assignment"

    @api.model
    def _get_last_spoken(self, company, contacts):
        """Calls in which somebody spoke with them are talks, whoever called."""
        spoken = super()._get_last_spoken(company, contacts)
        reached = [name for name, one in OUTCOMES.items() if one.right_party]
        # sudo: that they were spoken with is told with who they are
        groups = (
            self.env["collections.call"]
            .sudo()
            ._read_group(
                Domain("contact_id", "in", contacts.ids)
                & Domain("outcome", "in", reached)
                & Domain("company_id", "=", company.id),
                ["contact_id"],
                ["date:max"],
            )
        )
        for contact, moment in groups:
            day = company._collections_day_of(moment)
            spoken[contact.id] = max(day, spoken.get(contact.id) or day)
        return spoken
