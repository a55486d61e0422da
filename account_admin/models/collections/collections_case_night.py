"""What a night reads from cases and writes to them, in bulk."""

import uuid
from dataclasses import replace

from markupsafe import Markup

from odoo import Command, api, models
from odoo.tools import SQL

from ...engine.escalation import Case, Rule
from ...engine.money import to_decimal
from ..base.bulk import insert_rows, update_rows
from ..base.envelope import get_addresses
from .judged import CaseState

#: Columns of a case that follow the ledger.
SHOWN = (
    "policy_id",
    "rule",
    "next_step_id",
    "next_date",
    "lead_item_id",
    "lead_due",
    "asked_amount",
    "overdue_amount",
    "open_amount",
)
_AMOUNTS = ("asked_amount", "overdue_amount", "open_amount")
#: Of a new case whose leading item was never chased before.
NO_STANDING = {
    "state": "new",
    "step_id": None,
    "last_contact": None,
    "handed_to": None,
    "handed_item_id": None,
    "on_hold": False,
}
WAITING_STATES = ("to_approve", "queued", "sending")


class CollectionsCase(models.Model):
    _inherit = "collections.case"

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    def _read_states(self, company, accounts=None, lock=False):
        """Open cases as the engine sees them.

        :param bool lock: lock the rows until the end of the transaction
        :return: dict account id -> :class:`CaseState`
        """
        condition = SQL("collections_case.state <> 'closed'")
        if accounts is not None:
            condition = SQL("%s AND partner_id = ANY(%s)", condition, list(accounts))
        lock_sql = SQL(
            "ORDER BY collections_case.id %s",
            SQL("FOR UPDATE OF collections_case") if lock else SQL(""),
        )
        return self._read_rows(company, condition, lock_sql)

    @api.model
    def _read_reopening(self, company, leads):
        """Closed cases in which an item that leads again has led before.

        A returned payment or a closed dispute brings such an item back: its history
        goes on where it was, so no step and no fee is repeated, and a mail that may
        have left still asks a person.

        :param dict leads: account id -> id of its leading item
        :return: as :meth:`_read_states`, with ``reopens`` set
        """
        self.env["collections.event"].flush_model()
        self.env["collections.notice"].flush_model()
        condition = SQL(
            """collections_case.state = 'closed' AND close_reason <> 'merged'
               AND collections_case.id IN (
                   SELECT DISTINCT event.case_id
                     FROM unnest(%s::int[], %s::int[]) AS lead(chased_id, item_id)
                     JOIN collections_event event ON event.item_id = lead.item_id
                      AND event.partner_id = lead.chased_id
                    WHERE event.kind = 'sent'
                    UNION
                   SELECT notice.case_id
                     FROM unnest(%s::int[], %s::int[]) AS lead(chased_id, item_id)
                     JOIN collections_notice notice
                       ON notice.lead_item_id = lead.item_id
                      AND notice.partner_id = lead.chased_id
                    WHERE notice.failure = 'unknown' AND notice.state = 'failed')""",
            *(list(leads), list(leads.values())) * 2,
        )
        rows = self._read_rows(company, condition, SQL("ORDER BY collections_case.id"))
        return {
            account: replace(state, reopens=True) for account, state in rows.items()
        }

    @api.model
    def _read_rows(self, company, condition, tail):
        self.flush_model()
        self.env["collections.notice"].flush_model(["case_id", "state"])
        columns = SQL(", ").join(
            SQL("%s::text", SQL.identifier(name))
            if name in _AMOUNTS
            else SQL.identifier(name)
            for name in SHOWN
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT collections_case.id, partner_id, attention IS NOT NULL,
                          EXISTS(SELECT FROM collections_notice notice
                                  WHERE notice.case_id = collections_case.id
                                    AND notice.state = ANY(%s)),
                          %s
                     FROM collections_case
                    WHERE company_id = %s AND %s %s""",
                list(WAITING_STATES),
                columns,
                company.id,
                condition,
                tail,
            )
        )
        return {
            partner: CaseState(
                id=case_id,
                case=Case(pending, attention),
                reopens=False,
                shown=self._as_shown(dict(zip(SHOWN, shown, strict=True))),
            )
            for case_id, partner, attention, pending, *shown in rows
        }

    @api.model
    def _read_last_contacts(self, company, accounts=None):
        """Last day a step was sent to each account, in whatever case.

        :return: dict account id -> date
        """
        self.flush_model(["partner_id", "company_id", "last_contact"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MAX(last_contact) FROM collections_case
                    WHERE company_id = %s AND last_contact IS NOT NULL %s
                    GROUP BY partner_id""",
                company.id,
                SQL("")
                if accounts is None
                else SQL("AND partner_id = ANY(%s)", list(accounts)),
            )
        )
        return dict(rows)

    @api.model
    def _as_shown(self, values):
        return {
            name: to_decimal(value) if name in _AMOUNTS else value or None
            for name, value in values.items()
        }

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.model
    def _open_or_refresh(self, run, batch):
        """Open, reopen or bring up to date the cases of a batch of judged accounts.

        :param batch: values of :meth:`collections.run._judge`, none of them closing
        :return: dict account id -> case
        """
        known = [row for row in batch if row.state]
        self._refresh(known)
        reopening = [row for row in known if row.state.reopens]
        self._reopen(run, reopening)
        cases = {row.facts.partner_id: self.browse(row.state.id) for row in known}
        opening = [row for row in batch if row.decision.opens]
        cases.update(self._open(run, opening))
        return cases

    @api.model
    def _refresh_open(self, judged):
        """Show in open cases what their accounts were judged by.

        :param judged: as of :meth:`collections.run._judge`
        """
        self._refresh(
            [row for row in judged.values() if row.state and not row.state.reopens]
        )

    @api.model
    def _refresh(self, batch):
        """Show in open cases what accounts were judged by; others are left alone.

        :param batch: values of :meth:`collections.run._judge`
        """
        changed = [
            {"id": row.state.id, **shown}
            for row in batch
            if row.state
            and not row.facts.problem
            and (shown := row.shown) != row.state.shown
        ]
        if changed:
            self.flush_model(SHOWN)
            update_rows(self, changed)

    @api.model
    def _open(self, run, opening):
        if not opening:
            return {}
        company = run.company_id
        accounts = [judged.facts.partner_id for judged in opening]
        users = self.env["res.partner"]._collections_get_responsible(company, accounts)
        nationals = self.env["national.account"]._get_of_members(
            company, run.date, accounts
        )
        nothing = self.env["national.account"]
        standing = self._get_standing([judged.facts for judged in opening])
        cases = insert_rows(
            self,
            [
                {
                    **judged.shown,
                    "partner_id": account,
                    "company_id": company.id,
                    "national_account_id": nationals.get(account, nothing).id or None,
                    "user_id": users.get(account) or judged.policy.user_id.id or None,
                    "opened_on": run.date,
                    "access_token": str(uuid.uuid4()),
                    **standing.get(account, NO_STANDING),
                }
                for account, judged in zip(accounts, opening, strict=True)
            ],
        )
        by_account = dict(zip(accounts, cases, strict=True))
        self._log_night(run, "opened", opening, by_account)
        return by_account

    @api.model
    def _get_standing(self, facts):
        """What new cases take over from the one their leading item was chased in.

        An item that moved to another account, or leads again, goes on where it was.

        :return: dict account id -> values of a new case
        """
        met = {
            fact.lead_item: fact.partner_id
            for fact in facts
            if fact.lead_met is not None
        }
        if not met:
            return {}
        asked = self.env["collections.notice.item"].search(
            [("item_id", "in", list(met)), ("notice_id.met_on", "!=", False)]
        )
        asked = asked.sorted(lambda row: (row.notice_id.met_on, row.notice_id.id))
        last = {row.item_id.id: row.notice_id for row in asked}
        return {
            met[item]: {
                "state": "handed_over" if notice.case_id.handed_to else "chasing",
                "step_id": notice.step_id.id,
                "last_contact": notice.met_on,
                "handed_to": notice.case_id.handed_to or None,
                "handed_item_id": notice.case_id.handed_item_id.id or None,
                "on_hold": notice.case_id.on_hold,
            }
            for item, notice in last.items()
        }

    @api.model
    def _reopen(self, run, reopening):
        cases = self.browse([judged.state.id for judged in reopening])
        cases.write({"state": "new", "closed_on": False, "close_reason": False})
        cases.filtered("last_contact").write({"state": "chasing"})
        cases.filtered("handed_to").write({"state": "handed_over"})
        doubtful = cases.filtered("attention")
        doubtful._raise_attention(
            {case.id: (case.attention, case.attention_email) for case in doubtful}
        )
        by_account = {case.partner_id.id: case for case in cases}
        self._log_night(run, "reopened", reopening, by_account)

    @api.model
    def _log_night(self, run, kind, batch, cases):
        """One event a judged account, with the figures it was judged on."""
        names = self._get_item_names([row.decision.lead_item for row in batch])
        steps = self._get_step_names(batch)
        # nobody may write history, the product does: no access check here either
        insert_rows(
            self.env["collections.event"],
            [
                {
                    "case_id": cases[row.facts.partner_id].id,
                    "run_id": run.id,
                    "partner_id": row.facts.partner_id,
                    "company_id": run.company_id.id,
                    "date": run.date,
                    "kind": kind,
                    "rule": decision.rule.value,
                    "step_id": decision.step.id if decision.step else None,
                    "step_name": steps.get(decision.step.id) if decision.step else None,
                    "item_id": decision.lead_item,
                    "item_name": names.get(decision.lead_item),
                    "days": decision.days,
                    "amount": decision.asked,
                    "figures": [
                        {"currency_id": amounts.currency, **amounts.as_text()}
                        for amounts in row.facts.amounts
                    ],
                }
                for row in batch
                for decision in [row.decision]
            ],
        )
        self.invalidate_model(["event_ids"], flush=False)

    @api.model
    def _get_step_names(self, batch):
        ids = {judged.decision.step.id for judged in batch if judged.decision.step}
        steps = self.env["collections.policy.step"].browse(ids)
        return {step.id: step.name for step in steps}

    @api.model
    def _get_item_names(self, item_ids):
        """Numbers of the entries that items belong to, in one query."""
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, COALESCE(move.name, line.name)
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                    WHERE line.id = ANY(%s)""",
                [item_id for item_id in item_ids if item_id],
            )
        )
        return dict(rows)

    def _meet_step(self, step, day, lead):
        """The step was sent: it counts from a day and may hand over or hold.

        :param lead: the ``account.move.line`` that led when it was prepared
        """
        vals = {"step_id": step.id, "last_contact": day}
        if step.handoff:
            vals |= {"handed_to": step.handoff, "handed_item_id": lead.id}
        if step.hold:
            vals["on_hold"] = True
        self.write(vals)
        # what was handed over is paid: the newer debt is ours to chase again
        taken_back = self.filtered(
            lambda case: case.handed_item_id != lead and case.handed_item_id.reconciled
        )
        taken_back.write({"handed_to": False, "handed_item_id": False})
        # a case that was closed meanwhile stays closed, one that waits for a person too
        going_on = self.filtered(
            lambda case: case.state in ("new", "chasing", "handed_over")
        )
        for state, cases in going_on.grouped(
            lambda case: case._get_state_of_work()
        ).items():
            cases.write({"state": state})

    def _take_back_step(self):
        """The last step of these cases did not arrive: go back to the one before."""
        sent = self.env["collections.notice"].search(
            [("case_id", "in", self.ids), ("met_on", "!=", False)],
            order="met_on, step_days, id",
        )
        last = {notice.case_id: notice for notice in sent}
        for case in self.filtered(lambda case: case.state != "closed"):
            notice = last.get(case, sent.browse())
            case.write({"step_id": notice.step_id.id, "last_contact": notice.met_on})

    # ------------------------------------------------------------------
    # A PERSON DECIDES
    # ------------------------------------------------------------------

    @api.model
    def _tell_persons(self, run, judged):
        """Tell whoever is responsible what is overdue and will not be chased by itself.

        Once every step of the leading item was sent its case is a person's matter, and
        so is each item that becomes overdue meanwhile: each is told of once.

        :param judged: values of :meth:`collections.run._judge`
        """
        over = {
            row.facts.partner_id: row.state.id
            for row in judged
            if row.state and row.decision.rule == Rule.ALL_STEPS_DONE
        }
        self.browse(
            row.state.id
            for row in judged
            if row.state and row.state.id not in over.values()
        )._take_back_told()
        if not over:
            return
        told = self._note_told(run, over)
        cases = self.browse(told)
        kind = self.env.ref("account_admin.mail_activity_type_decide")
        waiting = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", kind.id),
                ("res_model", "=", self._name),
                ("res_id", "in", cases.ids),
            ]
        )
        by_case = {activity.res_id: activity for activity in waiting}
        model = self.env["ir.model"]._get_id(self._name)
        new = []
        acting = cases._get_responsible()
        # one write a case: each names its own items, and only what is new is told
        for case in cases:
            text = self._get_told_sentence(told[case.id])
            activity = by_case.get(case.id)
            if activity:
                activity.note = (activity.note or "") + Markup("<p>%s</p>") % text
                continue
            new.append(
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": case.id,
                    "summary": self.env._("Every step was sent: decide how to go on"),
                    "note": Markup("<p>%s</p>") % text,
                    "date_deadline": run.date,
                    "user_id": acting[case].id,
                }
            )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            new
        )
        self._log_events(
            [
                {
                    **case._event_vals("told", run),
                    "note": self._get_told_sentence(told[case.id]),
                }
                for case in cases
            ]
        )

    @api.model
    def _note_told(self, run, over):
        """Remember the items that are told of now.

        :param dict over: account id -> id of its case
        :return: dict case id -> names of the items that were not told of before
        """
        heads = self.env["collections.policy"]._get_heads(run.company_id, run.date)
        items = self.env["account.admin.open.item"]
        self.flush_model(["told_item_ids"])
        rows = self.env.execute_query(
            SQL(
                """WITH told AS (
                   INSERT INTO collections_case_told_rel (case_id, item_id)
                   SELECT over.case_id, item.id
                     FROM unnest(%s::int[], %s::int[]) AS over(chased_id, case_id)
                     JOIN (%s) AS item ON item.chased_id = over.chased_id
                       ON CONFLICT DO NOTHING RETURNING case_id, item_id)
                SELECT told.case_id, COALESCE(NULLIF(move.name, '/'), line.name)
                  FROM told JOIN account_move_line line ON line.id = told.item_id
                  JOIN account_move move ON move.id = line.move_id
                 ORDER BY told.case_id, line.date_maturity, line.id""",
                list(over),
                list(over.values()),
                items._overdue_sql(run.company_id, run.date, list(over), heads),
            )
        )
        self.browse(over.values()).invalidate_recordset(["told_item_ids"], flush=False)
        told = {}
        for case_id, name in rows:
            told.setdefault(case_id, []).append(name or "")
        return told

    @api.model
    def _get_told_sentence(self, names):
        return self.env._("Overdue and yours to decide: %s", ", ".join(names))

    def _take_back_told(self):
        """These cases go on by themselves: nobody has to decide any more."""
        told = self.search([("id", "in", self.ids), ("told_item_ids", "!=", False)])
        told.write({"told_item_ids": [Command.clear()]})
        told.activity_unlink(
            ["account_admin.mail_activity_type_decide"], only_automated=False
        )

    # ------------------------------------------------------------------
    # ATTENTION
    # ------------------------------------------------------------------

    @api.model
    def _release_mended(self, company, partners=None):
        """Take up cases whose failed address or template has been replaced since."""
        domain = [("company_id", "=", company.id), ("state", "=", "attention")]
        if partners is not None:
            domain += [("partner_id", "in", list(partners))]
        mended = self.search(domain)._get_mended()
        mended._clear_attention(self.env._("What was wrong has been corrected."))

    @api.model
    def _look_past_mended(self, company, states):
        """States in which what a person has mended stops nothing any more."""
        flagged = {
            state.id: account
            for account, state in states.items()
            if state.case.attention and not state.reopens
        }
        mended = self.browse(flagged)._get_mended()
        return states | {
            flagged[case_id]: replace(
                states[flagged[case_id]],
                case=replace(states[flagged[case_id]].case, attention=False),
            )
            for case_id in mended.ids
        }

    def _get_mended(self):
        """Those of these cases whose last failure is mended: they wait for nobody.

        Whether a mail left is for a person to say, whatever else was wrong.
        """
        doubts = {notice._get_asked() for notice in self._get_doubtful()}
        failed = {}
        for notice in self.notice_ids.sorted("id"):
            if notice.failure:
                failed[notice.case_id] = notice
        failed = {
            case: notice
            for case, notice in failed.items()
            if notice.state == "failed"
            and notice.failure in ("no_address", "bounced", "template")
            and notice._get_asked() not in doubts
        }
        mended = self.browse()
        for channel in ("email", "letter"):
            steps = {
                case: notice.step_id
                for case, notice in failed.items()
                if notice.channel == channel and notice.failure != "template"
            }
            contacts = self.browse([c.id for c in steps])._get_contacts(channel, steps)
            everybody = self.env["res.partner"].union(*contacts.values())
            alive, dead = everybody._collections_get_alive()
            for case, contact in contacts.items():
                refused = set(get_addresses(failed[case].email))
                if contact and (
                    channel == "letter"
                    or contact not in dead
                    and (
                        failed[case].failure == "bounced"
                        or set(alive[contact]) - refused
                    )
                ):
                    mended |= case
        return mended | self.filtered(
            lambda case: case in failed
            and failed[case].failure == "template"
            and failed[case].write_date < failed[case]._get_template().write_date
        )

    def _get_contacts(self, channel, steps=None):
        """Whom to write to about each case.

        :param str channel: ``email`` or ``letter``: what the contact must have
        :param dict steps: case -> step whose role is asked for; the next one by default
        :return: dict case -> ``res.partner``, empty where nobody can be reached
        """
        steps = steps or {case: case.next_step_id for case in self}
        wanted = {
            case: steps[case].role_id or case.policy_id.role_id or self._default_role()
            for case in self
        }
        result = {}
        for role, cases in self.grouped(wanted.get).items():
            found = cases.partner_id._collections_get_contacts(role, channel)
            result.update((case, found[case.partner_id.id]) for case in cases)
        return result

    @api.model
    def _default_role(self):
        return self.env["account.admin.contact.role"].search([], limit=1)
