from odoo import api, models
from odoo.fields import Domain

from .contract_states import BILLED


class LicensingLicenseeMixin(models.AbstractModel):
    """What a licensee sees on its own pages: records of contracts that were agreed.

    Models give the fields ``partner_id`` and ``state``.
    """

    _name = "licensing.licensee.mixin"
    _description = "Seen by the Licensee"
    #: The field that says how far the contract is.
    _contract_state = "contract_id.state"

    @api.model
    def _get_licensee_domain(self, partner):
        """Those of an account, of contracts that were agreed.

        :param partner: a commercial ``res.partner``
        """
        return Domain("partner_id", "=", partner.id) & Domain(
            self._contract_state, "in", BILLED
        )

    @api.model
    def _get_licensee_states(self):
        """What a licensee reads of each state.

        :return: dict state -> (label, colour of Bootstrap)
        """
        raise NotImplementedError

    def _show_state(self):
        """(label, colour) of one record's state."""
        return self._get_licensee_states()[self.state]
