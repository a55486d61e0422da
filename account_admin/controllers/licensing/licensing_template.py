from odoo import http
from odoo.http import content_disposition, request

from ...models.base.next_odoo import READS_ONLY
from ...reports.licensing import licensing_template
from ..base.shared import XLSX, find_readable

MODELS = {"statement": "licensing.statement", "contract": "licensing.contract"}


class LicensingTemplateController(http.Controller):
    @http.route(
        "/account_admin/licensing/template/<string:kind>/<int:record_id>",
        type="http",
        auth="user",
        **READS_ONLY,
    )
    def download(self, kind, record_id):
        """The workbook that a licensee fills in."""
        if kind not in MODELS:
            raise request.not_found()
        record = find_readable(MODELS[kind], record_id)
        is_contract = kind == "contract"
        contract = record if is_contract else record.contract_id
        name, content = licensing_template.build(
            contract, None if is_contract else record
        )
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
