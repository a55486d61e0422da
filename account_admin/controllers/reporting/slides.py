from odoo import http
from odoo.http import content_disposition, request

from ...reports.reporting.review_pptx import PPTX
from ..base.shared import find_readable

#: Whose review it is: model of the account -> report.
REVIEWS = {
    "res.partner": "report.account_admin.review_partner",
    "national.account": "report.account_admin.review_national",
}


class SlidesController(http.Controller):
    @http.route(
        "/account_admin/slides/<string:model>/<int:account_id>",
        type="http",
        auth="user",
    )
    def download(self, model, account_id):
        """The review of an account as slides, for who may print it."""
        if model not in REVIEWS:
            raise request.not_found()
        find_readable(model, account_id)
        name, content = request.env[REVIEWS[model]]._get_pptx(account_id)
        return request.make_response(
            content,
            [
                ("Content-Type", PPTX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
