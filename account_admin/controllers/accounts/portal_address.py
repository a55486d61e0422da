from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class ChangePortal(CustomerPortal):
    """What a customer changes of an account under control becomes a request."""

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        invalid, missing, errors = super()._validate_address_values(
            address_values, partner_sudo, *args, **kwargs
        )
        if partner_sudo and not errors:
            changes = request.env["account.admin.change"]
            wanted = changes._find_wanted(partner_sudo, address_values)
            if wanted:
                invalid |= set(wanted)
                errors.append(changes._ask_from_portal(partner_sudo, wanted))
        return invalid, missing, errors
