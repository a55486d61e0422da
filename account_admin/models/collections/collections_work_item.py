"""A day's work: one item for each account that may be called."""

import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.credit import find_broken
from ...engine.days import add_days
from ...engine.desk.queue import IDLE_MINUTES, get_holder, get_snooze_end
from ...engine.desk.score import DeskFacts, get_priority, get_score, valuate
from ...engine.money import to_decimal
from ..base.bounds import bounded
from ..base.bulk import insert_rows, update_rows
from ..base.isolation import apply_isolated

_logger = logging.getLogger(__name__)

#: Days back in which broken promises count.
BROKEN_DAYS = 90
#: States in which an item is still to be worked on.
OPEN_STATES = ("open", "working")


@bounded
class CollectionsWorkItem(models.Model):
    _name = "collections.work.item"
    _description = "Work Item"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "date desc, score desc, amount desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    case_id = fields.Many2one(
        comodel_name="collections.case",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The case that is worked on.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The account to call.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        readonly=True,
        index="btree_not_null",
        help="Whose list it is on; on everybody's when empty.",
    )
    date = fields.Date(
        required=True, readonly=True, help="The company's day it is planned for."
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("working", "Being Worked On"),
            ("done", "Done"),
            ("moved", "Moved"),
            ("snoozed", "Snoozed"),
            ("settled", "Settled"),
            ("left", "Left Over"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        help="Settled: nothing was left to ask for. Left over: the day ended first.",
    )
    score = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Sum of the points of each rule: how much it deserves the next call.",
    )
    points = fields.Json(readonly=True, help="Points of each rule.")
    priority = fields.Selection(
        selection=[
            ("low", "Low"),
            ("medium", "Medium"),
            ("high", "High"),
            ("very_high", "Very High"),
        ],
        readonly=True,
        help="The score as a share of the highest possible.",
    )
    amount = fields.Monetary(
        string="To Chase", readonly=True, help="Overdue and chaseable that day."
    )
    days = fields.Integer(
        string="Days Past Due",
        readonly=True,
        aggregator=None,
        help="Of the oldest item.",
    )
    reach = fields.Char(
        readonly=True,
        help="Time zones that whoever is to be called may be in; empty: nobody may be"
        " called.",
    )
    held_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, help="Who has it open."
    )
    held_at = fields.Datetime(readonly=True, help="When they last did something.")
    snoozed_until = fields.Date(readonly=True, help="The day on which it comes back.")
    reason = fields.Char(readonly=True, help="Why it was put off, skipped or moved.")
    ended_at = fields.Datetime(readonly=True, help="When its day ended.")
    ended_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, help="Who worked on it last."
    )

    _once_a_day = models.UniqueIndex(
        "(case_id, date)", "A case is on a day's list once."
    )
    _day_idx = models.Index("(company_id, date, state)")

    # ------------------------------------------------------------------
    # THE DAY
    # ------------------------------------------------------------------

    @api.model
    def _prepare_day(self, company, day):
        """Items of every case of a company with something to chase, with their scores.

        Doing it again adds what is new and renews the scores of what is open. What was
        open before the day is left over, what has nothing to chase is settled.
        """
        # two people open their day at once: the second starts anew and finds the list
        limits = self.env["collections.limit"]
        limits._raise_counters([f"collections.work.item {company.id}"])
        self._end_before(company, day)
        rows = self._score(company, day)
        known = {
            item.case_id.id: item
            for item in self.search(
                [("company_id", "=", company.id), ("date", "=", day)]
            )
        }
        waiting = self._get_snoozed_cases(company, day)
        new = [
            {"date": day, "state": "open", **row}
            for case, row in rows.items()
            if case not in known and case not in waiting
        ]
        insert_rows(self, new)
        update_rows(
            self,
            [
                {"id": known[case].id, **row}
                for case, row in rows.items()
                if case in known and known[case].state in OPEN_STATES
            ],
        )
        settled = [
            item.id
            for case, item in known.items()
            if case not in rows and item.state in OPEN_STATES
        ]
        self.browse(settled)._end("settled", self.env["res.users"])

    @api.model
    def _end_before(self, company, day):
        """What was open on the days before is left over."""
        over = self.search(
            [
                ("company_id", "=", company.id),
                ("date", "<", day),
                ("state", "in", OPEN_STATES),
            ]
        )
        over._end("left", self.env["res.users"])

    @api.model
    def _get_snoozed_cases(self, company, day):
        """Ids of cases that were put off to a later day."""
        snoozed = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "snoozed"),
                ("snoozed_until", ">", day),
            ]
        )
        return set(snoozed.case_id.ids)

    @api.model
    def _score(self, company, day, cases=None):
        """What is known of each case to work on, and what it is worth.

        :param cases: ids of cases; all of the company's by default
        :return: dict case id -> columns of its item
        """
        weights = self.env["collections.score.rule"]._get_weights(company)
        found = self._read_facts(company, day, cases)
        reach = self._get_reach(company, [partner for _case, partner, *_rest in found])
        rows = {}
        for case, partner, user, facts in found:
            points = valuate(facts, weights)
            score = get_score(points)
            rows[case] = {
                "case_id": case,
                "company_id": company.id,
                "partner_id": partner,
                "user_id": user,
                "amount": facts.amount,
                "days": facts.days,
                "score": score,
                "points": {point.rule: point.points for point in points},
                "priority": get_priority(score, weights),
                "reach": reach[partner],
            }
        return rows

    @api.model
    def _get_reach(self, company, partner_ids):
        """Names of the time zones of whoever is to be called of each account.

        :return: dict commercial partner id -> names with commas; None: nobody may be
        """
        partners = self.env["res.partner"].browse(partner_ids)
        contacts = partners._collections_get_contacts(
            self.env["account.admin.contact.role"], channel="call"
        )
        return {
            partner: ",".join(
                zone.key for zone in contact._account_admin_get_zones(company)
            )
            if contact
            else None
            for partner, contact in contacts.items()
        }

    @api.model
    def _touch_reach(self, partners):
        """Accounts may be called in another way: today's lists know it."""
        waiting = self.search(
            [("partner_id", "in", partners.ids), ("state", "in", OPEN_STATES)]
        )
        for company, items in waiting.grouped("company_id").items():
            reach = self._get_reach(company, items.partner_id.ids)
            update_rows(
                items,
                [{"id": item.id, "reach": reach[item.partner_id.id]} for item in items],
            )

    @api.model
    def _read_facts(self, company, day, cases=None):
        """Facts of every open case with something to chase, in one query.

        :return: list of (case id, partner id, user id, :class:`DeskFacts`)
        """
        for name in ("case", "promise", "call", "notice"):
            self.env[f"collections.{name}"].flush_model()
        self.env["res.partner"].flush_model(["account_admin_tier"])
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, c.partner_id, c.user_id, c.asked_amount,
                          %(day)s - c.lead_due,
                          (SELECT COUNT(*) FROM collections_promise promise
                            WHERE promise.partner_id = c.partner_id
                              AND promise.company_id = c.company_id
                              AND promise.state = 'broken'
                              AND promise.judged_on > %(since)s),
                          %(day)s - (SELECT MAX(call.day) FROM collections_call call
                            WHERE call.partner_id = c.partner_id
                              AND call.company_id = c.company_id
                              AND call.is_right_party AND call.day <= %(day)s),
                          COALESCE(partner.account_admin_tier, 'C'),
                          c.next_date <= %(day)s OR EXISTS (
                            SELECT FROM collections_notice notice
                             WHERE notice.case_id = c.id AND notice.state = 'queued'
                               AND notice.planned_on IS NOT NULL)
                     FROM collections_case c
                     JOIN res_partner partner ON partner.id = c.partner_id
                    WHERE c.company_id = %(company)s AND c.state <> 'closed'
                      AND c.handed_to IS NULL AND c.asked_amount > 0
                      AND (%(cases)s::int[] IS NULL OR c.id = ANY(%(cases)s::int[]))
                 ORDER BY c.id""",
                cases=cases,
                day=day,
                since=add_days(day, -BROKEN_DAYS),
                company=company.id,
            )
        )
        limits = self._get_over_limit(company, [row[1] for row in rows])
        return [
            (
                case,
                partner,
                user,
                DeskFacts(
                    to_decimal(amount),
                    days or 0,
                    broken,
                    contact_age,
                    tier,
                    partner in limits,
                    bool(step_due),
                ),
            )
            for (
                case,
                partner,
                user,
                amount,
                days,
                broken,
                contact_age,
                tier,
                step_due,
            ) in rows
        ]

    @api.model
    def _get_over_limit(self, company, partner_ids):
        """Ids of the accounts that owe more than they may."""
        # sudo: over its limit is an account for whoever works on it
        limits = self.env["collections.limit"].sudo()
        states = limits._get_states(company, partner_ids)
        return {partner for partner, mine in states.items() if find_broken(mine)}

    # ------------------------------------------------------------------
    # ONE PERSON AT A TIME
    # ------------------------------------------------------------------

    def _hold(self):
        """Take an item for this user, unless somebody else is at it.

        :return: who has it
        """
        self.ensure_one()
        # of two who open it at once one is tried again, and sees the other
        now = fields.Datetime.now()
        holder = get_holder(self.held_by_id, self.held_at, now)
        if holder and holder != self.env.user:
            return holder
        self.release(self.ids)
        if self.state in OPEN_STATES:
            self._write_kept(
                {"state": "working", "held_by_id": self.env.uid, "held_at": now}
            )
        return self.env.user

    @api.model
    def release(self, but=()):
        """Let go of what this user has open; one account at a time is at hand.

        :param list but: ids of items to keep
        """
        self.check_access("write")
        held = self.search(
            [
                ("held_by_id", "=", self.env.uid),
                ("state", "=", "working"),
                ("id", "not in", list(but)),
            ]
        )
        held._write_kept({"state": "open", "held_by_id": False, "held_at": False})

    def _check_held(self):
        """Nobody works on what somebody else has open.

        :raise UserError: naming them
        """
        now = fields.Datetime.now()
        for item in self:
            holder = get_holder(item.held_by_id, item.held_at, now)
            if holder and holder != self.env.user:
                raise UserError(
                    self.env._(
                        "%(account)s is with %(user)s: it is free again %(minutes)s"
                        " minutes after they last did something.",
                        account=item.partner_id.display_name,
                        user=holder.name,
                        minutes=IDLE_MINUTES,
                    )
                )

    def _end(self, state, user, **vals):
        """The day of these is over."""
        if not self:
            return
        self._write_kept(
            {
                "state": state,
                "held_by_id": False,
                "held_at": False,
                "ended_at": fields.Datetime.now(),
                "ended_by_id": user.id,
                **vals,
            }
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_done(self):
        """Worked on: it leaves the day's list."""
        self.check_access("write")
        self._check_held()
        self._end("done", self.env.user)
        return True

    def action_skip(self, reason):
        """Left out today, with a reason; tomorrow it is there again."""
        self.check_access("write")
        self._check_held()
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why %s is left out today.", self[:1].partner_id.display_name
                )
            )
        self._end("done", self.env.user, reason=reason.strip())
        return True

    def action_snooze(self, until):
        """Put off to a day, but never beyond its next step or 30 days."""
        self.check_access("write")
        self._check_held()
        for item in self:
            wanted = fields.Date.to_date(until)
            today = item.company_id._collections_today()
            if not wanted or wanted <= today:
                raise UserError(
                    self.env._(
                        "Choose a day after today for %s to come back.",
                        item.partner_id.display_name,
                    )
                )
            step = item.case_id.next_date
            end = get_snooze_end(today, wanted, step if step and step > today else None)
            item._end("snoozed", self.env.user, snoozed_until=end)
        return True

    def action_move(self, user_id):
        """Give it to a colleague, for today and from now on."""
        self.check_access("write")
        self._check_held()
        user = self.env["res.users"].browse(user_id).exists()
        if not user or user.share or not user.active:
            raise UserError(self.env._("Choose a colleague who is there."))
        cases = self.case_id
        self._end("moved", self.env.user, reason=user.name)
        cases.user_id = user
        return True

    def action_reopen(self):
        """Back on today's list: it was ended by mistake.

        What was given away comes back to whoever had it.
        """
        self.check_access("write")
        today = {company: company._collections_today() for company in self.company_id}
        back = self.filtered(
            lambda item: item.state not in OPEN_STATES
            and item.date == today[item.company_id]
        )
        given = back.filtered(lambda item: item.state == "moved")
        for user, items in given.grouped("user_id").items():
            items.case_id.user_id = user
        back._write_kept(
            {
                "state": "open",
                "snoozed_until": False,
                "reason": False,
                "ended_at": False,
                "ended_by_id": False,
            }
        )
        return True

    @api.model
    def _cron_prepare_day(self):
        """Every company's list, before anybody comes; run after the night."""
        companies = self.env["res.company"].search([("active", "=", True)], order="id")

        def prepare(part):
            for company in part:
                self._prepare_day(company, company._collections_today())

        def fail(company, error):
            # whoever opens My Day tries again, and is told
            _logger.error("No list of the day for %s: %s", company.name, error)

        apply_isolated(self.env, companies, prepare, fail)

    @api.model
    def _count_states(self, domain):
        """How the items of a domain stand: dict state -> number."""
        counts = defaultdict(int)
        for state, count in self._read_group(Domain(domain), ["state"], ["__count"]):
            counts[state] = count
        return counts
