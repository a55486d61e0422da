"""The queue of *My Day*: in which order to call, how the day goes, whose it is."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, format_time, formatLang

from ...engine.calendar import combine, to_local, to_utc
from ...engine.desk.guardrail import Reach, get_opening
from ...engine.desk.queue import Callable, arrange, cut, get_group, get_holder
from ..base.bulk import update_rows
from .collections_work_item import OPEN_STATES

#: Accounts that are listed where somebody asks for all of them.
MOST = 500


class CollectionsWorkItem(models.Model):
    _inherit = "collections.work.item"

    @api.model
    def get_my_day(self, scope="own", everything=False):
        """The queue of today, in the order to call, and how the day goes.

        :param scope: ``own``: this user's, what nobody has, and what is covered for a
            colleague; ``team``: all; a user's id: what is covered for them
        :param bool everything: also what does not fit into the day
        :return: dict with ``rows`` (list of dicts), ``more`` (accounts beyond the
            capacity of a day), ``counts`` (dict state -> number), ``capacity``,
            ``covered`` (list of dicts: for whom, until when, how many), ``reached``
            (dict: what this user's calls came to)
        """
        self.check_access("read")
        company = self.env.company
        day = company._collections_today()
        today = Domain("company_id", "=", company.id) & Domain("date", "=", day)
        # sudo: the day is prepared for all, and read by each as their rules let them
        everybody = self.sudo()
        if not everybody.search_count(today, limit=1):
            everybody._prepare_day(company, day)
        domain = today & self._get_scope(scope)
        is_waiting = domain & Domain("state", "in", OPEN_STATES)
        waiting = self.search(is_waiting)
        if changed := waiting._find_changed(day):
            # sudo: as above; only what this user may see is renewed
            changed.sudo()._renew(company, day)
            waiting = self.search(is_waiting)
        # sudo: a setting counts for whoever works
        capacity = company.sudo().collections_desk_capacity
        rows, rest = cut(waiting._arrange(company), MOST if everything else capacity)
        now = fields.Datetime.now()
        return {
            "rows": [self.browse(row.id)._show_row(row, now) for row in rows],
            "more": len(rest),
            "capacity": capacity,
            "counts": self._count_states(domain),
            "covered": self._get_covered(today, day),
            "reached": self._get_reached(company, day),
            "day": fields.Date.to_string(day),
        }

    @api.model
    def _get_scope(self, scope):
        """Domain of the accounts that are looked at."""
        covered = Domain("case_id.is_covered", "=", True)
        if scope == "team":
            return Domain.TRUE
        if isinstance(scope, int):
            return covered & Domain("user_id", "=", scope)
        return Domain("user_id", "in", (self.env.uid, False)) | covered

    def _find_changed(self, day):
        """Those whose account is not as it was when they were looked at last."""
        self.flush_model()
        self.env["collections.case"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id FROM collections_work_item item
                     JOIN collections_case c ON c.id = item.case_id
                    WHERE item.id = ANY(%(ids)s) AND (
                          c.state = 'closed' OR c.handed_to IS NOT NULL
                       OR c.asked_amount <> item.amount
                       OR COALESCE(%(day)s - c.lead_due, 0) <> item.days
                       OR c.user_id IS DISTINCT FROM item.user_id
                       OR EXISTS (
                          SELECT FROM collections_call call
                           WHERE call.partner_id = item.partner_id
                             AND call.company_id = item.company_id
                             AND call.create_date >= item.write_date)
                       OR EXISTS (
                          SELECT FROM collections_promise promise
                           WHERE promise.partner_id = item.partner_id
                             AND promise.company_id = item.company_id
                             AND promise.state = 'broken'
                             AND promise.write_date >= item.write_date))""",
                ids=self.ids,
                day=day,
            )
        )
        return self.browse([item for (item,) in rows])

    def _renew(self, company, day):
        """Figures of open items as they are now; what was paid meanwhile is settled."""
        rows = self._score(company, day, self.case_id.ids)
        settled = self.filtered(lambda item: item.case_id.id not in rows)
        settled._end("settled", self.env["res.users"])
        kept = self - settled
        update_rows(self, [{"id": item.id, **rows[item.case_id.id]} for item in kept])

    def _arrange(self, company):
        """These in the order to call.

        :return: list of :class:`Callable`
        """
        self.flush_model()
        self.env["collections.call"].flush_model()
        day = company._collections_today()
        calendar = company._collections_working_days(day)
        limit = self.env["collections.contact.limit"]
        free = limit._get_days_to_call(company, day, self.partner_id.ids)
        now = fields.Datetime.now()
        openings = {}
        rows = []
        # an account that was called since is no longer one to call back
        for item, reach, partner, *rest in self.env.execute_query(
            SQL(
                """SELECT item.id, item.reach, item.partner_id, partner.complete_name,
                          item.score, item.amount, item.days, back.call_back_at
                     FROM collections_work_item item
                     JOIN res_partner partner ON partner.id = item.partner_id
                     LEFT JOIN collections_call back
                       ON back.case_id = item.case_id
                      AND back.call_back_at IS NOT NULL
                      AND NOT EXISTS (
                        SELECT FROM collections_call later
                         WHERE later.case_id = back.case_id
                           AND (later.date, later.id) > (back.date, back.id))
                    WHERE item.id = ANY(%s)""",
                self.ids,
            )
        ):
            key = reach, free.get(partner)
            if key not in openings:
                openings[key] = self._get_opening(*key, calendar, now)
            name, score, amount, days, back = rest
            rows.append(Callable(item, name, score, amount, days, openings[key], back))
        return arrange(rows, now)

    @api.model
    def _get_opening(self, reach, free, calendar, now):
        """When whoever is to be called may be: in their hours, within the limits.

        :param str reach: of an item; empty: nobody may be called
        :param date free: the first day that a limit allows, may be empty
        :rtype: datetime | None
        """
        if not reach:
            return None
        zones = tuple(map(ZoneInfo, reach.split(",")))
        if free:
            now = max(now, *(to_utc(combine(free, 0), zone) for zone in zones))
        return get_opening(Reach(zones, calendar), now)

    def _show_row(self, row, now):
        """An item as the queue shows it.

        :param Callable row: what its place rests on
        :param datetime now: in UTC
        """
        self.ensure_one()
        holder = get_holder(self.held_by_id, self.held_at, now)
        return {
            "id": self.id,
            "name": row.name,
            "group": get_group(row, now),
            "amount": self._money(self.amount),
            "days": self.days,
            "score": self.score,
            "priority": self.priority,
            "reasons": self._get_row_reasons(),
            "now": bool(row.opens and row.opens <= now),
            "opens": self._clock(row.opens) if row.opens else False,
            "call_back": self._clock(row.call_back) if row.call_back else False,
            "holder": holder.name if holder and holder != self.env.user else False,
        }

    def _get_row_reasons(self):
        """What besides amount and days gives points, in a few words each."""
        points = self.points or {}
        labels = self._get_rule_labels()
        return [
            labels[rule]
            for rule in ("broken", "over_limit", "step_due", "contact_age")
            if points.get(rule)
        ]

    @api.model
    def _get_rule_labels(self):
        return {
            "amount": self.env._("overdue amount"),
            "days": self.env._("days past due"),
            "broken": self.env._("broken promises"),
            "contact_age": self.env._("not spoken with"),
            "tier": self.env._("tier"),
            "over_limit": self.env._("over its limit"),
            "step_due": self.env._("a step is due"),
        }

    @api.model
    def _get_covered(self, today, day):
        """Colleagues whose accounts this user looks after today.

        :return: list of dicts with ``id``, ``name``, ``until`` and ``count``
        """
        domain = today & self._get_scope("own") & Domain("user_id", "!=", False)
        domain &= Domain("user_id", "!=", self.env.uid)
        groups = self._read_group(
            domain & Domain("state", "in", OPEN_STATES), ["user_id"], ["__count"]
        )
        # sudo: how long somebody is away is told to their deputy
        absences = self.env["account.admin.absence"].sudo()
        away = absences.search(
            [
                ("user_id", "in", [user.id for user, _count in groups]),
                ("date_start", "<=", day),
                ("date_end", ">=", day),
            ]
        ).grouped("user_id")
        return [
            {
                "id": user.id,
                "name": user.name,
                "until": format_date(self.env, max(away[user].mapped("date_end")))
                if user in away
                else "",
                "count": count,
            }
            for user, count in groups
        ]

    @api.model
    def _get_reached(self, company, day):
        """What this user's calls of a day came to.

        :return: dict with ``calls``, ``right_party`` and ``promised`` (money as text)
        """
        mine = Domain("user_id", "=", self.env.uid) & Domain(
            "company_id", "=", company.id
        )
        calls = self.env["collections.call"]._read_group(
            mine & Domain("day", "=", day) & Domain("direction", "=", "out"),
            ["is_right_party"],
            ["__count"],
        )
        promises = self.env["collections.promise"]._read_group(
            mine & Domain("made_on", "=", day) & Domain("state", "!=", "withdrawn"),
            [],
            ["amount_company:sum"],
        )
        return {
            "calls": sum(count for _right, count in calls),
            "right_party": sum(count for right, count in calls if right),
            "promised": formatLang(
                self.env, promises[0][0] or 0, currency_obj=company.currency_id
            ),
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

    @api.model
    def _find_of(self, case):
        """The item of a case on today's list, which may have ended."""
        if not case:
            return self.browse()
        day = case.company_id._collections_today()
        return self.search([("case_id", "=", case.id), ("date", "=", day)], limit=1)

    def open_account(self):
        """Take an account and show it: whom to call, why, what was said before.

        :return: dict; ``holder`` names who else has it open, ``ended`` says that it
            is no longer on the list
        """
        self.ensure_one()
        self.check_access("write")
        company = self.company_id
        if self.state in OPEN_STATES:
            # sudo: what was paid since the list was made is settled for everybody
            self.sudo()._renew(company, company._collections_today())
        holder = self._hold()
        labels = self._get_rule_labels()
        desk = self.env["collections.desk"]
        return {
            **desk._show(self.partner_id, company, self.case_id),
            "id": self.id,
            "ended": self.state not in OPEN_STATES,
            "state": self.state,
            "holder": False if holder == self.env.user else holder.name,
            "amount": self._money(self.amount),
            "days": self.days,
            "score": self.score,
            "points": [
                {"label": labels[rule], "points": points}
                for rule, points in (self.points or {}).items()
                if points
            ],
        }

    def log_outcome(self, vals):
        """Log a call and what was promised in it; the account is done for today.

        :param dict vals: of :data:`~.collections_desk.CALL_FIELDS`, and ``promise``:
            dict of :data:`~.collections_desk.PROMISE_FIELDS`
        :return: whether the account is done for today; it is not when it wants to be
            called back today
        :raise UserError: with what is missing; then nothing is noted
        """
        self.ensure_one()
        self.check_access("write")
        self._check_held()
        desk = self.env["collections.desk"]
        call = desk._log_call(self.partner_id, self.company_id, vals)
        if self._is_back_today(call):
            return False
        self._end("done", self.env.user)
        return True

    def _is_back_today(self, call):
        """Whether the account is called again on the same day."""
        back = call.call_back_at
        return bool(back) and self.company_id._collections_day_of(back) == self.date
