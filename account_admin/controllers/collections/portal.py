from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..base.shared import find_shared


class CollectionsPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "collections_count" in counters:
            values["collections_count"] = len(self._get_own_overdue())
        return values

    def _get_own_cases(self):
        """Open cases of the visitor's own commercial entity."""
        partner = request.env.user.partner_id.commercial_partner_id
        domain = Domain("partner_id", "=", partner.id) & Domain("state", "!=", "closed")
        # sudo: customers have no right on cases; the domain names their own account
        return request.env["collections.case"].sudo().search(domain)

    def _get_own_overdue(self):
        """What the visitor has to pay now: what was paid today is not asked for.

        :return: dict case -> tables of :meth:`collections.case._get_notice_tables`
        """
        found = self._get_own_cases()._get_notice_tables()
        return {case: tables for case, tables in found.items() if tables}

    @http.route(["/my/collections"], type="http", auth="user", website=True)
    def portal_my_collections(self, **_kwargs):
        """What is overdue, for the customer who is logged in."""
        return request.render(
            "account_admin.portal_my_collections",
            {"cases": self._get_own_overdue(), "page_name": "collections"},
        )

    @http.route(
        ["/my/collections/<int:case_id>"], type="http", auth="public", website=True
    )
    def portal_collections_case(self, case_id, access_token=None, **_kwargs):
        """One account's overdue items, from a notice's link or for its own user."""
        case = self._get_own_cases().filtered(lambda own: own.id == case_id)
        case = case or find_shared(self, "collections.case", case_id, access_token)
        case = case.with_company(case.company_id)
        return request.render(
            "account_admin.portal_collections_case",
            {
                "case": case,
                "tables": case._get_notice_tables()[case],
                "page_name": "collections",
            },
        )
