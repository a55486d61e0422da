from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..base.shared import find_shared


class StatementPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "statement_count" in counters:
            values["statement_count"] = len(self._get_own_statements())
        return values

    def _get_own_statements(self):
        """Statements that were sent to the visitor's own commercial entity."""
        partner = request.env.user.partner_id.commercial_partner_id
        domain = Domain("partner_id", "=", partner.id) & Domain(
            "state", "in", ("sent", "printed")
        )
        # sudo: customers have no right on statements; the domain names their account
        return request.env["collections.statement"].sudo().search(domain)

    @http.route(["/my/statements"], type="http", auth="user", website=True)
    def portal_my_statements(self, **_kwargs):
        """The statements of the customer who is logged in."""
        return request.render(
            "account_admin.portal_my_statements",
            {"statements": self._get_own_statements(), "page_name": "statements"},
        )

    @http.route(
        ["/my/statements/<int:statement_id>"], type="http", auth="public", website=True
    )
    def portal_statement(
        self,
        statement_id,
        access_token=None,
        report_type=None,
        download=False,
        **_kwargs,
    ):
        """A statement as page or PDF, from a mail's link or for its own customer."""
        own = request.env["collections.statement"]
        if not request.env.user._is_public():
            own = self._get_own_statements().filtered(lambda s: s.id == statement_id)
        statement = own or find_shared(
            self, "collections.statement", statement_id, access_token
        )
        statement = statement.with_company(statement.company_id)
        if report_type == "pdf" and statement.attachment_id:
            # as it was sent, whatever was booked since; the check was above
            stream = request.env["ir.binary"]._get_stream_from(
                statement.attachment_id.sudo()
            )
            return stream.get_response(as_attachment=bool(download))
        if report_type == "pdf":
            return self._show_report(
                model=statement,
                report_type="pdf",
                report_ref="account_admin.action_report_statement",
                download=download,
            )
        return request.render(
            "account_admin.portal_statement",
            {
                "statement": statement,
                "data": statement._present()[statement],
                "page_name": "statements",
            },
        )
