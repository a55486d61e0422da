"""What *My Day* shows and does: the queue, the account at hand, what came of a call."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, format_time, formatLang

from ...engine.calendar import roll, to_local
from ...engine.days import add_days
from ...engine.desk.guardrail import Reach, get_opening
from ...engine.desk.queue import Callable, arrange, cut, get_holder
from ..base.bulk import update_rows
from .collections_work_item import OPEN_STATES

#: What a call may be told with.
CALL_FIELDS = ("outcome", "contact_id", "phone", "note", "duration", "call_back_at")
#: Lines of each list that the account at hand shows.
SHOWN = 5
#: Days after which a promise is suggested to be paid.
PROMISE_DAYS = 7


class CollectionsWorkItem(models.Model):
    _inherit = "collections.work.item"

    @api.model
    def get_my_day(self, scope="own"):
        """The queue of today, in the order to call, and how the day goes.

        :param str scope: ``own``: this user's, what nobody has, and what is covered
            for a colleague; ``team``: all
        :return: dict with ``rows`` (list of dicts), ``more`` (accounts beyond the
            capacity of a day), ``counts`` (dict state -> number), ``capacity``
        """
        self.check_access("read")
        company = self.env.company
        day = company._collections_today()
        today = Domain("company_id", "=", company.id) & Domain("date", "=", day)
        # sudo: the day is prepared for all, and read by each as their rules let them
        everybody = self.sudo()
        if not everybody.search_count(today, limit=1):
            everybody._prepare_day(company, day)
        if scope == "own":
            today &= Domain("user_id", "in", (self.env.uid, False)) | Domain(
                "case_id.is_covered", "=", True
            )
        waiting = self.search(today & Domain("state", "in", OPEN_STATES))
        # sudo: as above; only what this user may see is renewed
        waiting.sudo()._renew(company, day)
        waiting = waiting.filtered(lambda item: item.state in OPEN_STATES)
        # sudo: a setting counts for whoever works
        capacity = company.sudo().collections_desk_capacity
        fits, rest = cut(waiting._arrange(company), capacity)
        return {
            "rows": [item._show(row) for item, row in fits],
            "more": len(rest),
            "capacity": capacity,
            "counts": self._count_states(today),
            "day": fields.Date.to_string(day),
        }

    def _renew(self, company, day):
        """Figures of open items as they are now; what was paid meanwhile is settled."""
        rows = self._score(company, day, self.case_id.ids)
        settled = self.filtered(lambda item: item.case_id.id not in rows)
        settled._end("settled", self.env["res.users"])
        kept = self - settled
        update_rows(self, [{"id": item.id, **rows[item.case_id.id]} for item in kept])

    def _arrange(self, company):
        """These in the order to call, each with what the order rests on.

        :return: list of (item, :class:`Callable`)
        """
        now = fields.Datetime.now()
        contacts = self.partner_id._collections_get_contacts(
            self.env["account.admin.contact.role"], channel="call"
        )
        backs = self._get_call_backs()
        day = company._collections_today()
        calendar = company._collections_working_days(day)
        openings, rows = {}, []
        for item in self:
            contact = contacts[item.partner_id.id]
            zones = contact._account_admin_get_zones(company)
            if zones not in openings:
                openings[zones] = get_opening(Reach(zones, calendar), now)
            rows.append(
                Callable(
                    item.id,
                    item.partner_id.display_name or "",
                    item.score,
                    item.amount,
                    item.days,
                    openings[zones] if contact else None,
                    backs.get(item.case_id.id),
                )
            )
        by_id = {item.id: item for item in self}
        return [(by_id[row.id], row) for row in arrange(rows, now)]

    def _get_call_backs(self):
        """When each case wants to be called back: dict case id -> moment.

        Another call since then is that call.
        """
        self.env["collections.call"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (case_id) case_id, call_back_at
                     FROM collections_call WHERE case_id = ANY(%s)
                 ORDER BY case_id, date DESC, id DESC""",
                self.case_id.ids,
            )
        )
        return {case: moment for case, moment in rows if moment}

    def _show(self, row):
        """An item as the queue shows it.

        :param Callable row: of :meth:`_arrange`
        """
        self.ensure_one()
        now = fields.Datetime.now()
        holder = get_holder(self.held_by_id, self.held_at, now)
        back = row.call_back if row.call_back else None
        return {
            "id": self.id,
            "name": row.name,
            "amount": self._money(self.amount),
            "days": self.days,
            "score": self.score,
            "priority": self.priority,
            "now": bool(row.opens and row.opens <= now),
            "opens": self._clock(row.opens) if row.opens else False,
            "call_back": self._clock(back) if back else False,
            "holder": holder.name if holder and holder != self.env.user else False,
        }

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _clock(self, moment):
        """A moment for who reads it; of today the time alone."""
        zone = ZoneInfo(self.env.user.tz or "UTC")
        now = fields.Datetime.now()
        if to_local(moment, zone).date() == to_local(now, zone).date():
            return format_time(
                self.env, to_local(moment, zone).time(), time_format="short"
            )
        return format_datetime(self.env, moment, dt_format="short")

    # ------------------------------------------------------------------
    # THE ACCOUNT AT HAND
    # ------------------------------------------------------------------

    def open_account(self):
        """Take an account and show it: whom to call, why, what was said before.

        :return: dict; ``holder`` names who else has it open
        """
        self.ensure_one()
        self.check_access("write")
        holder = self._hold()
        case, company = self.case_id, self.company_id
        day = company._collections_today()
        labels = {
            "amount": self.env._("overdue amount"),
            "days": self.env._("days past due"),
            "broken": self.env._("broken promises"),
            "contact_age": self.env._("not spoken with"),
            "tier": self.env._("tier"),
            "over_limit": self.env._("over its limit"),
            "step_due": self.env._("a step is due"),
        }
        return {
            "id": self.id,
            "holder": False if holder == self.env.user else holder.name,
            "name": self.partner_id.display_name,
            "partner_id": self.partner_id.id,
            "case_id": case.id,
            "amount": self._money(self.amount),
            "days": self.days,
            "score": self.score,
            "points": [
                {"label": labels[rule], "points": points}
                for rule, points in (self.points or {}).items()
                if points
            ],
            "on_hold": case.hold_reason or case.on_hold,
            "over_limit": case.over_limit,
            "why": case.why_html,
            "step": case.next_step_id.name or case.step_id.name,
            "next_date": case.next_date and format_date(self.env, case.next_date),
            "contacts": self._show_contacts(company),
            "calls": self._show_calls(),
            "promises": self._show_promises(),
            "promise": {
                "amount": self.amount,
                "date": fields.Date.to_string(
                    roll(
                        company._collections_working_days(day),
                        add_days(day, PROMISE_DAYS),
                    )
                ),
            },
        }

    def _show_contacts(self, company):
        """Who may be called, in order; of each the local time and why not."""
        now = fields.Datetime.now()
        contacts = self.partner_id._collections_rank_contacts(
            self.case_id.next_step_id.role_id
        )[self.partner_id.id]
        bars = self.env["account.admin.contact.bar"]._get_holding(
            contacts, company._collections_today()
        )
        calendar = company._collections_working_days(company._collections_today())
        shown = []
        for contact in contacts:
            zones = contact._account_admin_get_zones(company)
            opening = get_opening(Reach(zones, calendar), now)
            why = contact._account_admin_say_why_not(bars, opening, now)
            shown.append(
                {
                    "id": contact.id,
                    "name": contact.name or contact.display_name,
                    "role": ", ".join(contact.collections_role_ids.mapped("name")),
                    "phone": contact.phone or "",
                    "time": contact._account_admin_get_local_time(zones, now),
                    "why_not": why,
                }
            )
        return sorted(shown, key=lambda found: bool(found["why_not"]))

    def _show_calls(self):
        calls = self.env["collections.call"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            limit=SHOWN,
        )
        labels = dict(calls._fields["outcome"]._description_selection(self.env))
        return [
            {
                "id": call.id,
                "when": self._clock(call.date),
                "outcome": labels[call.outcome],
                "who": call.contact_id.name or "",
                "by": call.user_id.name,
                "note": call.note or "",
            }
            for call in calls
        ]

    def _show_promises(self):
        promises = self.env["collections.promise"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            limit=SHOWN,
        )
        labels = dict(promises._fields["state"]._description_selection(self.env))
        return [
            {
                "id": promise.id,
                "date": format_date(self.env, promise.date),
                "amount": formatLang(
                    self.env, promise.amount, currency_obj=promise.currency_id
                ),
                "state": labels[promise.state],
            }
            for promise in promises
        ]

    # ------------------------------------------------------------------
    # WHAT CAME OF IT
    # ------------------------------------------------------------------

    def log_outcome(self, vals):
        """Log a call and what was promised in it; the account is done for today.

        :param dict vals: of :data:`CALL_FIELDS`, and ``promise``: dict with ``amount``
            and ``date``
        :return: True
        :raise UserError: with what is missing; then nothing is noted
        """
        self.ensure_one()
        self.check_access("write")
        self._check_held()
        told = {name: vals[name] for name in CALL_FIELDS if vals.get(name)}
        if not told.get("outcome"):
            raise UserError(
                self.env._(
                    "Say what came of the call with %s.", self.partner_id.display_name
                )
            )
        account = {"partner_id": self.partner_id.id, "company_id": self.company_id.id}
        call = self.env["collections.call"].create({**account, **told})
        if told["outcome"] == "promise":
            promise = vals.get("promise") or {}
            self.env["collections.promise"].create(
                {
                    **account,
                    "amount": promise.get("amount") or 0,
                    "date": promise.get("date"),
                    "note": told.get("note"),
                }
            )
        if not self._is_back_today(call):
            self._end("done", self.env.user)
        return True

    def _is_back_today(self, call):
        """Whether the account is called again on the same day."""
        back = call.call_back_at
        return bool(back) and self.company_id._collections_day_of(back) == self.date
