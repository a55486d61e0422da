import json

from odoo import http
from odoo.exceptions import LockError
from odoo.http import Response, request

from ...engine.mirror import MOST_BYTES, STATUSES, BadMessage, read_message


class MirrorController(http.Controller):
    @http.route(
        "/account_admin/mirror/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def take(self, token, **_kwargs):
        """A status that the other side reports, once and in its order.

        Whoever has no token learns nothing, not even that there is a mirror.
        """
        mirror = request.env["account.admin.mirror"]._find_by_token(token)
        if not mirror:
            raise request.not_found()
        try:
            message = read_message(self._read_body())
        except BadMessage as error:
            return self._answer(422, error=self._tell(error.args[0]))
        try:
            new = mirror._take(message)
        except LockError:
            return self._answer(503, error="Busy: report it again in a minute.")
        if new is None:
            return self._answer(422, error="There is no such change here.")
        return self._answer(200, taken=new)

    def _read_body(self):
        """What was sent as parsed JSON; no more is read than a status needs."""
        body = request.httprequest
        if (body.content_length or 0) > MOST_BYTES:
            raise BadMessage("size")
        content = body.get_data(cache=False) if body.content_length else b""
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise BadMessage("body") from error

    def _tell(self, part):
        """What is wrong with a message, for the other side's developers."""
        sentences = {
            "size": f"More than {MOST_BYTES // 1024} KB: report the status only.",
            "body": "Send a JSON object.",
            "status": f"“status” is one of {', '.join(STATUSES)}.",
            "sequence": "“sequence” is a whole number that grows with each event.",
        }
        return sentences.get(part, f"“{part}” is a text of 1 to 128 characters.")

    def _answer(self, status, **body):
        return Response(
            json.dumps(body), status=status, content_type="application/json"
        )
