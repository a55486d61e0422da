from odoo import http
from odoo.http import content_disposition, request

from .shared import find_readable

#: Reports that can be had as a workbook: name in the address -> model.
REPORTS = {
    "aging": "account.admin.aging.wizard",
    "licensing-pack": "licensing.pack",
    "statement": "account.admin.statement",
    "statements": "account.admin.statement.wizard",
}

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class XlsxController(http.Controller):
    @http.route(
        "/account_admin/xlsx/<string:report>/<int:record_id>",
        type="http",
        auth="user",
    )
    def download(self, report, record_id):
        """A report as a workbook; the record says which and what for."""
        if report not in REPORTS:
            raise request.not_found()
        record = find_readable(REPORTS[report], record_id)
        name, content = record._get_xlsx()
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
