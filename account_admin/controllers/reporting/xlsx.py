from odoo import http
from odoo.http import content_disposition, request

from ..base.shared import XLSX, find_readable

#: Reports that can be had as a workbook: name in the address -> model.
REPORTS = {
    "aging": "account.admin.aging.wizard",
    "licensing-pack": "licensing.pack",
    "plan": "account.admin.plan",
    "scorecard": "account.admin.scorecard",
    "statement": "collections.statement",
    "statements": "collections.statement.wizard",
}


class XlsxController(http.Controller):
    @http.route(
        "/account_admin/xlsx/<string:report>/<int:record_id>",
        type="http",
        auth="user",
    )
    def download(self, report, record_id):
        """A report as a workbook; the record says which and what for."""
        return self._respond(XLSX, *self._find(report, record_id)._get_xlsx())

    @http.route(
        "/account_admin/pdf/statements/<int:record_id>", type="http", auth="user"
    )
    def download_pdf(self, record_id):
        """Statements as one PDF, of which nothing is kept."""
        record = self._find("statements", record_id)
        return self._respond("application/pdf", *record._get_pdf())

    def _find(self, report, record_id):
        """What says which report and what for, of those that the user may read."""
        if report not in REPORTS:
            raise request.not_found()
        return find_readable(REPORTS[report], record_id)

    def _respond(self, kind, name, content):
        return request.make_response(
            content,
            [
                ("Content-Type", kind),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
