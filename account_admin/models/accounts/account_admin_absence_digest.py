"""What happened while somebody was away: told on the first working day back."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models

from ...engine.absence import get_digest
from ...engine.calendar import WorkingDays, add_working_days
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)
#: What ended longer ago is no news.
NEWS = timedelta(days=31)
#: Names in a list of the digest; the rest is a number.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was there to do, with the days it came and was done."""

    name: str
    model: str
    record: int
    came: date
    done: date | None

    @property
    def link(self):
        """Where it is, below the address of the database."""
        return f"/mail/view?model={self.model}&res_id={self.record}"


class AccountAdminAbsence(models.Model):
    _inherit = "account.admin.absence"

    told_on = fields.Date(
        string="Digest Sent On",
        readonly=True,
        copy=False,
        help="The first working day back, on which the digest was sent.",
    )
    there_count = fields.Integer(
        string="Was There",
        readonly=True,
        copy=False,
        help="Cases and activities that were open when the absence began.",
    )
    came_count = fields.Integer(
        string="Came", readonly=True, copy=False, help="What came meanwhile."
    )
    done_count = fields.Integer(
        string="Done", readonly=True, copy=False, help="What was done meanwhile."
    )
    back_count = fields.Integer(
        string="Handed Back",
        readonly=True,
        copy=False,
        help="What is open: what was there and came, less what was done.",
    )
    digest = fields.Html(
        readonly=True,
        copy=False,
        help="What the person was told on coming back, with links to all of it.",
    )

    @api.model
    def _cron_send_digests(self):
        """Tell everybody who is back what happened; nobody's trouble stops others."""
        cron, waiting = self.env["ir.cron"], self._find_back()
        cron._commit_progress(remaining=len(waiting))
        for absence in waiting:
            isolate(self.env, absence, _send, _note_failure)
            if not cron._commit_progress(1):
                break

    @api.model
    def _find_back(self):
        """Absences whose people are back at work and know nothing yet."""
        # a day more: somewhere it is a day later already
        today = fields.Date.today() + timedelta(days=1)
        over = self.search(
            [
                ("told_on", "=", False),
                ("date_end", "<", today),
                ("date_end", ">=", today - NEWS),
                ("desk_id", "=", False),
                ("user_id.active", "=", True),
            ],
            order="date_end, id",
        )
        return over.filtered(lambda absence: absence._is_back())

    def _is_back(self):
        """Whether the person works again: Monday to Friday, and not away anew."""
        company = self.user_id.company_id
        day = company._collections_today()
        away = self._get_cover(company.id, day).get_away(self.user_id.id, day, ())
        return add_working_days(WorkingDays(), self.date_end, 1) <= day and not away

    def _send_digest(self):
        """Notify the person who is back, and keep what was said on the absence."""
        self.ensure_one()
        absence = self.with_context(lang=self.user_id.lang)
        items = absence._get_items()
        digest = get_digest(
            [(item.came, item.done) for item in items], self.date_start, self.date_end
        )
        body = (
            self.env["ir.qweb"]
            .with_context(lang=self.user_id.lang)
            ._render(
                "account_admin.absence_digest",
                {
                    "absence": absence,
                    "digest": digest,
                    "parts": absence._get_parts(items),
                    "shown": SHOWN,
                    "url": absence.get_base_url(),
                },
            )
        )
        self.write(
            {
                "told_on": self.user_id.company_id._collections_today(),
                "there_count": digest.there,
                "came_count": digest.came,
                "done_count": digest.done,
                "back_count": digest.back,
                "digest": body,
            }
        )
        absence.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=absence.env._(
                "While you were away: %s items handed back", digest.back
            ),
            body=body,
        )

    def _get_parts(self, items):
        """The lists of the digest: pairs of a heading and items."""
        start, end = self.date_start, self.date_end
        return [
            (
                self.env._("Handed back to you"),
                [i for i in items if i.came <= end and (not i.done or i.done > end)],
            ),
            (
                self.env._("Done meanwhile"),
                [i for i in items if i.done and start <= i.done <= end],
            ),
        ]

    def _get_items(self):
        """What the person had to do during the absence: list of :class:`Item`."""
        work = self._get_work()
        return [*work, *self._get_activities(work)]

    def _get_work(self):
        """Work in the scope of the absence; rooms below add theirs.

        :return: list of :class:`Item`
        """
        return []

    def _get_activities(self, work):
        """Items of the person's activities; of an account alone those of its work."""
        domain = [
            ("user_id", "=", self.user_id.id),
            ("create_date", "<", self.date_end + timedelta(days=2)),
            "|",
            ("active", "=", True),
            ("date_done", ">=", self.date_start),
        ]
        activities = (
            self.env["mail.activity"].with_context(active_test=False).search(domain)
        )
        if self._get_subject():
            known = {(item.model, item.record) for item in work}
            activities = activities.filtered(
                lambda activity: (activity.res_model, activity.res_id) in known
            )
        company = self.user_id.company_id
        zone = self.with_context(tz=company.sudo().collections_tz or "UTC")
        return [
            Item(
                ": ".join(filter(None, (each.res_name, each.display_name))),
                each.res_model or each._name,
                each.res_id or each.id,
                fields.Date.context_today(zone, each.create_date),
                None if each.active else each.date_done,
            )
            for each in activities
        ]


def _send(absence):
    absence._send_digest()


def _note_failure(absence, error):
    _logger.info("The digest of %s waits: %s", absence, describe(error))
