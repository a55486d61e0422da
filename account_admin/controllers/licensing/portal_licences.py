from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .licensing_own import count_own, find_one, find_own

MODEL = "licensing.contract"


class LicencePortal(CustomerPortal):
    """A licensee's contracts, read only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "licence_count" in counters:
            values["licence_count"] = count_own(MODEL)
        return values

    @http.route("/my/licences", type="http", auth="user", website=True)
    def portal_my_licences(self, **_kwargs):
        """The contracts of the licensee who is logged in."""
        return request.render(
            "account_admin.portal_my_licences",
            {
                "contracts": find_own(MODEL, order="date_end desc, id desc"),
                "page_name": "licences",
            },
        )

    @http.route(
        "/my/licences/<int:contract_id>", type="http", auth="user", website=True
    )
    def portal_licence(self, contract_id, **_kwargs):
        """One contract: what may be sold, what is owed for it, what comes next."""
        return request.render(
            "account_admin.portal_licence",
            {"contract": find_one(MODEL, contract_id), "page_name": "licences"},
        )
