"""The mirror: where change requests of a company are told, and what comes back."""

import hmac
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.mirror import BadEndpoint, check_endpoint, overwrites
from ..base.bounds import bounded

#: Bytes of a token: 128 bits.
TOKEN_BYTES = 16


def _make_token():
    return secrets.token_hex(TOKEN_BYTES)


@bounded
class AccountAdminMirror(models.Model):
    _name = "account.admin.mirror"
    _description = "Mirror of Change Requests"
    _inherit = ["account.admin.readonly.mixin", "mail.thread"]
    _order = "company_id"
    _rec_name = "url"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="Whose change requests are told.",
    )
    active = fields.Boolean(
        string="On",
        default=True,
        tracking=True,
        help="Off: nothing is sent or taken; what waits is kept.",
    )
    url = fields.Char(
        string="Address",
        required=True,
        tracking=True,
        help="Where requests are sent as JSON, over HTTPS. It is not followed"
        " elsewhere.",
    )
    secret = fields.Char(
        copy=False,
        groups="account_admin.group_account_admin_manager",
        help="Sent along as bearer token, and used to sign each message (HMAC with"
        " SHA-256 in the header X-Signature).",
    )
    token = fields.Char(
        string="Token for Answers",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: _make_token(),
        groups="account_admin.group_account_admin_manager",
        help="The other system reports a status to an address that has it in it.",
    )
    inbound_url = fields.Char(
        string="Address for Answers",
        compute="_compute_inbound_url",
        groups="account_admin.group_account_admin_manager",
        help="Where the other system reports a status: POST with JSON.",
    )
    timeout = fields.Integer(
        default=10,
        required=True,
        help="Seconds that an answer may take in all.",
    )
    waiting_count = fields.Integer(
        string="Waiting", compute="_compute_counts", help="Messages that will be tried."
    )
    failed_count = fields.Integer(
        string="Given Up",
        compute="_compute_counts",
        help="Messages that were given up.",
    )

    _company_uniq = models.UniqueIndex("(company_id)", "A company has one mirror.")
    _token_uniq = models.UniqueIndex("(token)", "Every mirror has a token of its own.")
    _timeout_in_range = models.Constraint(
        "CHECK(timeout BETWEEN 1 AND 60)", "An answer may take 1 to 60 seconds."
    )

    @api.depends("token")
    def _compute_inbound_url(self):
        for mirror in self:
            base = mirror.get_base_url()
            mirror.inbound_url = f"{base}/account_admin/mirror/{mirror.token}"

    def _compute_counts(self):
        groups = self.env["account.admin.mirror.message"]._read_group(
            [("mirror_id", "in", self.ids)], ["mirror_id", "state"], ["__count"]
        )
        counts = {(mirror, state): count for mirror, state, count in groups}
        for mirror in self:
            mirror.waiting_count = counts.get((mirror, "waiting"), 0)
            mirror.failed_count = counts.get((mirror, "failed"), 0)

    @api.constrains("url")
    def _check_url(self):
        for mirror in self:
            try:
                check_endpoint(mirror.url)
            except BadEndpoint as error:
                raise ValidationError(mirror._tell_bad_url(error.args[0])) from error

    def _tell_bad_url(self, why):
        """Why nothing is sent to the address, and what to enter instead."""
        if why == "credentials":
            return self.env._(
                "%s has a login in it, which would be seen: enter it as secret.",
                self.url,
            )
        if why == "https":
            return self.env._(
                "%s is not encrypted: begin with https://, only this machine itself"
                " needs none.",
                self.url,
            )
        return self.env._("%s is no address: begin with https://.", self.url)

    def action_new_token(self):
        """Another token: the old address for answers is closed from now on."""
        self.check_access("write")
        for mirror in self:
            mirror._write_kept({"token": _make_token()})
        return True

    # ------------------------------------------------------------------
    # WHAT COMES BACK
    # ------------------------------------------------------------------

    @api.model
    def _find_by_token(self, token):
        """The mirror that a token is for, empty if there is none.

        Each is compared in the same time, whatever it has in common with the token.
        """
        found = self.browse()
        # sudo: whoever reports a status has no login, only a token
        for mirror in self.sudo().search([("active", "=", True)]):
            if hmac.compare_digest(mirror.token.encode(), token.encode()):
                found = mirror
        return found

    def _take(self, message):
        """Take a status of the other side; repeats and older ones change nothing.

        :param message: :class:`~..engine.mirror.Message`
        :return: whether it was new; None where there is no such request
        """
        self.ensure_one()
        changes = self.env["account.admin.change"]
        change = changes.search(
            [("key", "=", message.key), ("company_id", "=", self.company_id.id)]
        )
        if not change:
            return None
        # two at once follow one another
        change.lock_for_update()
        events = self.env["account.admin.mirror.event"]
        known = [("mirror_id", "=", self.id), ("event", "=", message.event)]
        if events.search(known, limit=1):
            return False
        last = change.mirror_sequence if change.mirror_heard else None
        new = overwrites(message.sequence, last)
        events.create(
            {
                "mirror_id": self.id,
                "change_id": change.id,
                "event": message.event,
                "sequence": message.sequence,
                "status": message.status,
                "is_new": new,
            }
        )
        if new:
            change.write(
                {
                    "mirror_sequence": message.sequence,
                    "mirror_heard": True,
                    "mirror_status": message.status,
                }
            )
        return new


class AccountAdminMirrorEvent(models.Model):
    """A status that the other side reported, once."""

    _name = "account.admin.mirror.event"
    _description = "Status from the Mirror"
    _order = "id desc"
    _rec_name = "event"

    mirror_id = fields.Many2one(
        comodel_name="account.admin.mirror", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="mirror_id.company_id", store=True)
    change_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Request",
        required=True,
        index=True,
        ondelete="cascade",
    )
    event = fields.Char(required=True, help="The other side's own name of it.")
    sequence = fields.Integer(
        required=True, help="The other side's own order of events."
    )
    status = fields.Char(required=True, help="The status that they reported.")
    is_new = fields.Boolean(
        string="Counted", help="Off: an event with a higher number came before it."
    )

    _once = models.UniqueIndex("(mirror_id, event)", "An event is taken once.")
