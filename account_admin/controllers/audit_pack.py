from odoo import http
from odoo.http import content_disposition, request


class AuditPackController(http.Controller):
    @http.route("/account_admin/audit_pack/<int:pack_id>", type="http", auth="user")
    def download(self, pack_id):
        """The zip of a pack, for who may read it; the download is logged."""
        pack = request.env["account.admin.audit.pack"].browse(pack_id).exists()
        if not pack:
            raise request.not_found()
        name, content = pack._take()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/zip"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
