"""What the other side is told: a queue with tries, and one key for each version."""

import hashlib
import hmac
import json
import time
from contextlib import closing
from datetime import timedelta

import requests

from odoo import api, fields, models

from ...engine.mirror import (
    MOST_BYTES,
    NEVER,
    PENDING,
    SENT,
    STATUSES,
    TRIES,
    Answer,
    get_day,
    judge,
    read_retry_after,
)

#: Messages of one run; what is left has its turn in the next.
BATCH = 200


class AccountAdminMirrorMessage(models.Model):
    """One version of a request for the other side, until it has it."""

    _name = "account.admin.mirror.message"
    _description = "Message to the Mirror"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "id desc"
    _rec_name = "key"

    mirror_id = fields.Many2one(
        comodel_name="account.admin.mirror",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="Where it is sent.",
    )
    company_id = fields.Many2one(related="mirror_id.company_id", store=True)
    change_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What it is about.",
    )
    number = fields.Integer(
        string="Version", required=True, readonly=True, help="In the order of telling."
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="The same at every try, so that the other side makes one ticket.",
    )
    body = fields.Text(required=True, readonly=True, help="What is sent, as JSON.")
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Given Up")],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        help="Waiting messages are tried eight times within two hours.",
    )
    attempts = fields.Integer(
        string="Tries", readonly=True, help="How often it was sent."
    )
    next_try = fields.Datetime(
        required=True, readonly=True, help="Not before this moment."
    )
    sent_on = fields.Datetime(readonly=True, help="When the other side took it.")
    problem = fields.Char(readonly=True, help="What went wrong at the last try.")

    _key_uniq = models.UniqueIndex("(key)", "One key for each version.")
    _due = models.Index("(next_try) WHERE state = 'waiting'")

    # ------------------------------------------------------------------
    # IN THE QUEUE
    # ------------------------------------------------------------------

    @api.model
    def _enqueue(self, changes):
        """Tell what became of requests, where their company has a mirror."""
        # sudo: the mirror is told whoever did something
        mirrors = self.env["account.admin.mirror"].sudo()
        mirrors = mirrors.search([("active", "=", True)])
        by_company = {mirror.company_id: mirror for mirror in mirrors}
        now, rows = fields.Datetime.now(), []
        for change in changes.sudo():
            mirror = by_company.get(change.company_id)
            if not mirror or not change._get_ours():
                continue
            change.mirror_version += 1
            rows.append(self._prepare(mirror, change, now))
        if rows:
            self.sudo().create(rows)
            self.env.ref("account_admin.ir_cron_mirror").sudo()._trigger()

    @api.model
    def _prepare(self, mirror, change, now):
        """Values of a message with what is so now."""
        key = f"{change.key}-v{change.mirror_version}"
        return {
            "mirror_id": mirror.id,
            "change_id": change.id,
            "number": change.mirror_version,
            "key": key,
            "next_try": now,
            "body": json.dumps(self._prepare_body(change, key)),
        }

    @api.model
    def _prepare_body(self, change, key):
        """What the other side reads; of bank details the last digits only."""
        return {
            "key": key,
            "change": change.key,
            "number": change.id,
            "version": change.mirror_version,
            "status": change._get_ours() or PENDING,
            "state": change.state,
            "account": change.partner_id.display_name,
            "account_id": change.partner_id.id,
            "risk": change.risk,
            "reason": change.reason or "",
            "requested": get_day(change.asked_on),
            "effective": fields.Date.to_string(change.date_effective) or None,
            "fields": [
                {
                    "name": line.field_name,
                    "label": line.label,
                    "before": line._tell_masked(line.seen_text),
                    "after": line._tell_masked(line.proposed_text),
                }
                for line in change.line_ids
            ],
        }

    def action_retry(self):
        """Try what was given up again, from the first try on, under the same key."""
        self.check_access("write")
        for message in self.filtered(lambda one: one.state == "failed"):
            message._write_kept(
                {
                    "state": "waiting",
                    "attempts": 0,
                    "next_try": fields.Datetime.now(),
                    "problem": False,
                }
            )
        self.env.ref("account_admin.ir_cron_mirror").sudo()._trigger()
        return True

    # ------------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is due, each committed as it is answered.

        A version waits for those before it, so that the other side hears them in
        order.
        """
        progress = self.env["ir.cron"]
        due = self._find_due()
        progress._commit_progress(remaining=len(due))
        for message in due:
            locked = message.with_prefetch(None).try_lock_for_update()
            if locked.filtered_domain([("state", "=", "waiting")]):
                locked._send()
            if not progress._commit_progress(1):
                break
        self._wake_up()

    @api.model
    def _find_due(self):
        """The first waiting version of each request whose moment has come."""
        waiting = self.search(
            [("state", "=", "waiting"), ("mirror_id.active", "=", True)],
            order="change_id, number",
        )
        first = [found[:1] for found in waiting.grouped("change_id").values()]
        now = fields.Datetime.now()
        due = self.union(*first).filtered(lambda one: one.next_try <= now)
        return due.sorted("next_try")[:BATCH]

    @api.model
    def _wake_up(self):
        """Have the scheduled action run when the next one is due."""
        following = self.search(
            [("state", "=", "waiting"), ("mirror_id.active", "=", True)],
            order="next_try",
            limit=1,
        )
        if following:
            moment = max(following.next_try, fields.Datetime.now())
            self.env.ref("account_admin.ir_cron_mirror")._trigger(at=moment)

    def _send(self):
        """Send one message and keep what became of it."""
        self.ensure_one()
        answer, said = self._post()
        ticket = self.change_id.mirror_ticket or ""
        verdict = judge(answer, self.attempts, self.key, ticket)
        vals = {"attempts": self.attempts + 1}
        if verdict.kind == SENT:
            now = fields.Datetime.now()
            vals |= {"state": "sent", "sent_on": now, "problem": False}
            self._note_ticket(verdict.ticket, answer.body)
        elif verdict.kind == NEVER:
            problem = self._tell_given_up(verdict.why, answer, said)
            vals |= {"state": "failed", "problem": problem}
            self.change_id.message_post(
                body=self.env._("The mirror was not told: %s", problem)
            )
        else:
            moment = fields.Datetime.now() + timedelta(minutes=verdict.minutes)
            problem = self._tell_problem(verdict.why, answer, said)
            vals |= {"next_try": moment, "problem": problem}
        self.write(vals)

    def _note_ticket(self, ticket, body):
        """Keep the ticket, and its status where the answer has one."""
        change, vals = self.change_id, {}
        if change.mirror_ticket != ticket:
            vals["mirror_ticket"] = ticket
        status = body.get("status") if isinstance(body, dict) else None
        if not change.mirror_heard and (status in STATUSES or not change.mirror_status):
            # what they report themselves goes before what they answered
            vals["mirror_status"] = status if status in STATUSES else "open"
        if vals:
            change.write(vals)

    def _tell_problem(self, why, answer, said):
        """What went wrong at a try, in a sentence."""
        sentences = {
            "no_answer": self.env._("No answer (%s).", said),
            "status": self.env._("They answered %s.", answer.status),
            "redirect": self.env._(
                "They answered with a redirect to %s, which is not followed: enter that"
                " address in the mirror if it is right.",
                answer.location or "?",
            ),
            "too_large": self.env._(
                "They answered more than %s KB, which is not read: have them answer"
                " with the ticket only.",
                MOST_BYTES // 1024,
            ),
            "no_ticket": self.env._(
                "They answered without a ticket: have them answer JSON with “ticket”."
            ),
            "other_key": self.env._(
                "They answered about another message: have them look into their log."
            ),
        }
        return sentences[why]

    def _tell_given_up(self, why, answer, said):
        """Why a message is not tried again, in sentences."""
        problem = self._tell_problem(why, answer, said)
        if self.attempts + 1 >= TRIES:
            return self.env._(
                "%(problem)s Given up after %(number)s tries: ask the other side, then"
                " press Try Again.",
                problem=problem,
                number=self.attempts + 1,
            )
        if why == "status":
            return self.env._(
                "%s It would be refused again: ask the other side, then press Try"
                " Again.",
                problem,
            )
        return problem

    # ------------------------------------------------------------------
    # HTTP
    # ------------------------------------------------------------------

    def _post(self):
        """Send it once.

        Redirects are not followed, and no more is read than an answer has: neither a
        flood nor a drip keeps a worker.

        :return: :class:`~..engine.mirror.Answer`, and what kept one from coming
        """
        mirror = self.mirror_id
        limit = time.monotonic() + mirror.timeout
        try:
            with (
                requests.Session() as session,
                closing(
                    session.post(
                        mirror.url,
                        data=self.body.encode(),
                        headers=self._get_headers(),
                        timeout=mirror.timeout,
                        allow_redirects=False,
                        stream=True,
                    )
                ) as response,
            ):
                content = _read_bounded(response, limit)
        except requests.RequestException as error:
            return Answer(), type(error).__name__
        except OSError as error:
            return Answer(), type(error).__name__
        return self._read(response, content), ""

    def _get_headers(self):
        """Key, login and signature of the message."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": self.key,
            "User-Agent": "account_admin",
        }
        secret = self.mirror_id.secret
        if secret:
            signed = hmac.new(secret.encode(), self.body.encode(), hashlib.sha256)
            headers["Authorization"] = f"Bearer {secret}"
            headers["X-Signature"] = f"sha256={signed.hexdigest()}"
        return headers

    @api.model
    def _read(self, response, content):
        """An answer as the engine knows it."""
        headers = response.headers
        try:
            body = json.loads(content or b"null")
        except (ValueError, RecursionError):
            body = None
        return Answer(
            status=response.status_code,
            body=body,
            location=(headers.get("Location") or "")[:200],
            retry_after=read_retry_after(
                headers.get("Retry-After"), fields.Datetime.now()
            ),
            is_large=content is None,
        )


def _read_bounded(response, limit):
    """What an answer holds; None where that is more than is read.

    :param limit: of the monotonic clock
    :raise TimeoutError: the answer drips
    """
    content = bytearray()
    # byte by byte: what waits for more would not see the clock
    for chunk in response.iter_content(1):
        content += chunk
        if len(content) > MOST_BYTES:
            return None
        if time.monotonic() > limit:
            raise TimeoutError()
    return bytes(content)
