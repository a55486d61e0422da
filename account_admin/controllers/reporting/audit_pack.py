from odoo import http
from odoo.http import request

from ..base.shared import find_readable


class AuditPackController(http.Controller):
    @http.route("/account_admin/audit_pack/<int:pack_id>", type="http", auth="user")
    def download(self, pack_id):
        """The zip of a pack, for who may read it; the download is logged."""
        pack = find_readable("account.admin.audit.pack", pack_id)
        name, attachment = pack._take()
        stream = request.env["ir.binary"]._get_stream_from(attachment)
        stream.download_name = name
        return stream.get_response(as_attachment=True)
