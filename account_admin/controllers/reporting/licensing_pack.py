from odoo import http
from odoo.http import content_disposition, request

from ..base.shared import find_readable


class LicensingPackController(http.Controller):
    @http.route(
        "/account_admin/licensing_pack/<int:pack_id>/zip", type="http", auth="user"
    )
    def download(self, pack_id):
        """The PDF and the workbook of a quarterly pack in one zip, for its maker."""
        pack = find_readable("licensing.pack", pack_id)
        name, content = pack._get_zip()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/zip"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
