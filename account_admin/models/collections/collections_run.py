import logging
from collections import Counter
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.escalation import (
    Facts,
    Policy,
    Rule,
    choose_lead,
    decide,
    lead_by,
    may_lead_differently,
    show,
)
from ..base.actions import open_window
from ..base.isolation import apply_isolated, describe
from .judged import Judged

_logger = logging.getLogger(__name__)


class CollectionsRun(models.Model):
    _name = "collections.run"
    _description = "Collections Run"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True, help="The company's day.")
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("interrupted", "Interrupted"),
        ],
        default="running",
        required=True,
        readonly=True,
        help="Interrupted: it was ended from outside; the next night goes on.",
    )
    message = fields.Char(readonly=True, help="Why it failed, or what it could not do.")
    account_count = fields.Integer(
        string="Accounts", readonly=True, help="Accounts that were looked at."
    )
    opened_count = fields.Integer(
        string="Opened", readonly=True, help="Cases that were opened."
    )
    escalated_count = fields.Integer(
        string="Escalated", readonly=True, help="Cases that got their next step."
    )
    closed_count = fields.Integer(
        string="Closed", readonly=True, help="Cases in which nothing was left to chase."
    )
    failed_count = fields.Integer(
        string="Failed",
        readonly=True,
        help="Accounts that could not be judged; the others were.",
    )
    seconds = fields.Float(
        readonly=True, digits=(10, 2), help="How long the night took."
    )
    event_ids = fields.One2many(
        comodel_name="collections.event", inverse_name="run_id", readonly=True
    )
    notice_ids = fields.One2many(
        comodel_name="collections.notice", inverse_name="run_id", readonly=True
    )

    _one_running = models.UniqueIndex(
        "(company_id) WHERE state = 'running'", "A company has one run at a time."
    )

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            day = format_date(self.env, run.date)
            run.display_name = self.env._("Night of %s", day)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view_events(self):
        """What the run decided."""
        self.ensure_one()
        return open_window(
            self.env,
            "collections_event_action",
            self.env._("History of %s", self.display_name),
            domain=[("run_id", "=", self.id)],
            context={},
        )

    def action_view_notices(self):
        """The notices the run prepared."""
        self.ensure_one()
        return open_window(
            self.env,
            "collections_notice_action",
            self.env._("Notices of %s", self.display_name),
            domain=[("run_id", "=", self.id)],
            context={},
        )

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _decide_all(self):
        """Judge every account with an open item or an open case.

        :return: dict account id -> :class:`~.judged.Judged`
        """
        self.ensure_one()
        self.env["collections.promise"]._judge_company(self.company_id, self.date)
        self.env["collections.upkeep"]._follow_accounts(self.company_id, self.date)
        self.env["collections.case"]._release_mended(self.company_id)
        return self._judge(self.company_id, self.date)

    @api.model
    def _judge(self, company, day, accounts=None):
        """Decisions for a company's accounts on a day; writes nothing.

        :param accounts: ids of commercial partners, all when ``None``
        :return: as :meth:`_decide_all`
        """
        Case = self.env["collections.case"]
        heads = self.env["collections.policy"]._get_heads(company, day)
        items = self.env["account.admin.open.item"]
        facts = items._get_facts(company, day, accounts=accounts, heads=heads)
        states = Case._read_states(company, accounts)
        ids = list(dict.fromkeys([*facts, *states]))
        policies, waiting = self.env["collections.policy"]._assign(company, day, ids)
        engines = {
            policy: self._get_engine(policy, company)
            for policy in set(policies.values())
        }
        facts |= self._get_lead_facts(company, day, heads, facts, policies, engines)
        returning = {
            account: fact.lead_item
            for account, fact in facts.items()
            if fact.lead_item and account not in states
        }
        states |= Case._read_reopening(company, returning)
        states = Case._look_past_mended(company, states)
        facts = self._complete_facts(company, day, heads, facts, accounts)
        # sudo: whether a company sends is told to whoever is judged for it
        sends = company.sudo().collections_sending

        def judge(account, fact):
            engine = waiting.get(account) or engines[policies[account]]
            policy, state = policies[account], states.get(account)
            return self._judge_alone(day, sends, engine, fact, policy, state)

        judged = {
            account: judge(account, facts.get(account) or Facts(account))
            for account in ids
        }
        limit = self.env["collections.contact.limit"]
        return limit._share(company, day, judged, judge)

    @api.model
    def _get_lead_facts(self, company, day, heads, facts, policies, engines):
        """Facts with how far their leading item is, led by another where that has to.

        :return: dict account id -> :class:`~..engine.escalation.Facts`, of accounts
            with something to chase
        """
        asked = self.env["collections.notice.item"]
        leads = {a: fact for a, fact in facts.items() if fact.lead_item}
        progress = asked._get_progress([fact.lead_item for fact in leads.values()])
        unknown = (None, None)
        led = {}
        for account, fact in leads.items():
            met, contact = progress.get(fact.lead_item, unknown)
            led[account] = replace(fact, lead_met=met, lead_contact=contact)
        unsure = [
            account
            for account, fact in led.items()
            if isinstance(engine := engines[policies[account]], Policy)
            and may_lead_differently(engine, fact)
        ]
        if unsure:
            items = self.env["account.admin.open.item"]
            rows = items._get_items(company, day, unsure, heads)
            candidates = asked._get_candidates(
                [row for account in unsure for row in rows.get(account, ())]
            )
            by_id = {item.id: item for item in candidates}
            for account in unsure:
                own = [
                    by_id[r["id"]] for r in rows.get(account, ()) if r["id"] in by_id
                ]
                lead = choose_lead(day, engines[policies[account]], own)
                if lead:
                    led[account] = lead_by(led[account], lead)
        return led

    @api.model
    def _complete_facts(self, company, day, heads, facts, accounts):
        """Facts with the last contact, the last dispute that ended, and problems."""
        contacts = self.env["collections.case"]._read_last_contacts(company, accounts)
        disputes = self.env["collections.dispute"]
        resumed = disputes._get_resumed(company, day, heads)
        leads = [fact.lead_item for fact in facts.values() if fact.lead_item]
        restarts = disputes._get_restarts(leads, day)
        problems = self._get_problems(company, day, facts)
        limit = self.env["collections.contact.limit"]
        free = limit._get_free_days(company, day, list(facts))
        calls = limit._get_call_days(company, day, list(facts))
        return {
            account: replace(
                fact,
                # what an item was asked for elsewhere goes along with it
                last_contact=max(
                    filter(None, (contacts.get(account), fact.lead_contact)),
                    default=None,
                ),
                resumed_on=resumed.get(account),
                starts_anew=fact.lead_item in restarts and not fact.lead_contact,
                problem=problems.get(account, ""),
                free_on=free.get(account),
                call_free_on=calls.get(account),
            )
            for account, fact in facts.items()
        }

    @api.model
    def _judge_alone(self, day, sends, engine, facts, policy, state):
        """Judge one account; what its figures provoke is its own problem."""
        try:
            return self._judge_one(day, sends, engine, facts, policy, state)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            _logger.warning("Account %s", facts.partner_id, exc_info=True)
            sentence = self.env._(
                "%(account)s cannot be judged: %(error)s",
                account=self.env["res.partner"].browse(facts.partner_id).display_name,
                error=describe(error),
            )
            return self._judge_one(day, sends, sentence, facts, policy, state)

    @api.model
    def _judge_one(self, day, sends, engine, facts, policy, state):
        if isinstance(engine, str):
            # a sentence: no policy, or one that cannot be applied
            facts = replace(facts, problem=engine if facts.lead_due else facts.problem)
            engine = None
        decision = decide(day, engine, facts, state and state.case)
        if decision.rule == Rule.PROBLEM:
            todo = False
        elif state and state.reopens:
            todo = not decision.closes and decision.rule != Rule.BELOW_MINIMUM
        elif decision.closes or decision.opens:
            todo = True
        elif state:
            shown = show(decision, facts, policy.id or None, bool(sends))
            todo = (decision.step and sends) or state.shown != shown
        else:
            todo = False
        return Judged(decision, facts, policy, state, bool(sends), bool(todo))

    @api.model
    def _get_engine(self, policy, company):
        """The engine's policy, or the sentence that says why there is none."""
        if not policy:
            return self.env._(
                "No policy applies: choose a default policy for %s.",
                company.display_name,
            )
        try:
            return policy._to_engine()
        except UserError as error:
            return str(error)

    @api.model
    def _get_problems(self, company, day, facts):
        """Accounts that cannot be judged: archived, or in a currency without a rate.

        :return: dict account id -> sentence
        """
        chased = [account for account, fact in facts.items() if fact.lead_due]
        archived = self.env["res.partner"].search(
            [("id", "in", chased), ("active", "=", False)]
        )
        problems = {
            partner.id: self.env._(
                "%s is archived but has open items: unarchive it or settle them.",
                partner.display_name,
            )
            for partner in archived
        }
        foreign = {
            amounts.currency
            for fact in facts.values()
            for amounts in fact.amounts
            if amounts.currency != company.currency_id.id
        }
        unrated = self.env["account.admin.open.item"]._find_unrated(
            company, self.env["res.currency"].browse(foreign)
        )
        missing = set(unrated.ids)
        for account in chased if missing else ():
            found = next(
                (a.currency for a in facts[account].amounts if a.currency in missing),
                None,
            )
            if found:
                problems[account] = self.env._(
                    "%(account)s owes %(currency)s, which has no exchange rate: add"
                    " one.",
                    account=self.env["res.partner"].browse(account).display_name,
                    currency=self.env["res.currency"].browse(found).name,
                )
        return problems

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def _report_problems(self, decisions):
        """List accounts that could not be judged, and filters that cannot be read."""
        policies = self.env["collections.policy"].search(
            [("company_id", "in", (False, *self.company_id.parent_ids.ids))]
        )
        sentences = policies.filtered("filter_problem").mapped("filter_problem")
        self.message = " ".join(sentences) or False
        found = [d for d in decisions.values() if d.decision.rule == Rule.PROBLEM]
        self._log_failures(
            [(d.facts.partner_id, d.state, d.facts.problem) for d in found]
        )

    def _log_failures(self, failures):
        """:param failures: list of (account id, state or None, sentence)"""
        self.failed_count += len(failures)
        self.env["collections.case"]._log_events(
            [
                {
                    "run_id": self.id,
                    "case_id": state.id if state else False,
                    "partner_id": account,
                    "company_id": self.company_id.id,
                    "date": self.date,
                    "kind": "failed",
                    "note": sentence,
                }
                for account, state, sentence in failures
            ]
        )

    def _apply_isolated(self, batch):
        """Apply a batch at once; if that fails, one account at a time."""

        def note(failed, error):
            [judged] = failed
            account = judged.facts.partner_id
            self._log_failures([(account, judged.state, describe(error))])

        apply_isolated(self.env, batch, self._apply, note)

    def _apply(self, batch):
        """Carry out decisions: cases, events and notices, each in bulk."""
        Case = self.env["collections.case"]
        states = Case._read_states(
            self.company_id, [judged.facts.partner_id for judged in batch], lock=True
        )
        # what a person changed since the facts were read waits for the next night
        batch = [row for row in batch if self._is_unchanged(row, states)]
        counts = Counter()
        closing = [row for row in batch if row.decision.closes]
        if closing:
            Case._close(
                {
                    judged.state.id: (
                        judged.decision.rule.value,
                        judged.decision,
                    )
                    for judged in closing
                },
                run=self,
            )
        counts["closed_count"] = len(closing)
        cases = Case._open_or_refresh(
            self, [row for row in batch if row not in closing]
        )
        counts["opened_count"] = sum(row.decision.opens for row in batch)
        stepping = [row for row in batch if row.decision.step and row.sends]
        self.env["collections.notice"]._queue(self, stepping, cases)
        counts["escalated_count"] = len(stepping)
        for name, count in counts.items():
            self[name] += count

    @api.model
    def _is_unchanged(self, judged, states):
        state, now = judged.state, states.get(judged.facts.partner_id)
        return now is None if state is None or state.reopens else state == now

    # ------------------------------------------------------------------
    # TOOLING
    # ------------------------------------------------------------------

    @api.model
    def _get_last(self, company, before=None):
        """The last finished run of a company, for comparison."""
        domain = Domain("company_id", "=", company.id) & Domain("state", "=", "done")
        if before:
            domain &= Domain("date", "<", before)
        return self.search(domain, limit=1)
