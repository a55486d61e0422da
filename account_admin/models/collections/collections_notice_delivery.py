"""Delivering the notice queue: claim, recheck, render, send, settle."""

import logging
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.days import add_days
from ...engine.escalation import guard, narrow
from ..base.account_admin_evidence import as_own
from ..base.envelope import get_addresses, set_recipients
from ..base.isolation import apply_isolated, describe
from ..base.transmission import RESERVED, read_outcome, transmit

_logger = logging.getLogger(__name__)

#: Notices delivered in one go.
BATCH = 100
#: Tries before a notice that the mail server refuses becomes a person's matter.
ATTEMPTS = 3
#: First keys of the advisory locks: one to claim, one for each claimed batch.
CLAIM_LOCK, BATCH_LOCK = 7_190_002, 7_190_003


class CollectionsNotice(models.Model):
    _inherit = "collections.notice"

    @api.model
    def _cron_send_queue(self):
        """Deliver what is queued; several workers may do this at once.

        A notice is claimed by one worker only. A worker that dies gives its notices
        back, except the one it may have sent: that one asks a person.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(self._get_queue_domain()))
        self.env["collections.upkeep"]._refresh_new_days()
        self._recover()
        while batch := self._claim(self._get_queue_domain()):
            try:
                batch._deliver_batch()
            except OperationalError as error:
                # somebody changed the same rows: what was claimed is given back later
                _logger.info("The notice queue gave way: %s", error)
                break
            left = cron._commit_progress(
                processed=len(batch),
                remaining=self.search_count(self._get_queue_domain()),
            )
            if not left:
                break

    # ------------------------------------------------------------------
    # CLAIM
    # ------------------------------------------------------------------

    @api.model
    def _claim(self, domain):
        """Take the next notices of a domain for this worker alone.

        The lock is taken before the transaction that reads the queue begins, so that
        workers never see each other's rows change under them.

        :return: at most :data:`BATCH` notices, committed as being sent
        """
        with self._holding_claims():
            batch = self.search(domain, limit=BATCH, order="id")
            if batch:
                claim = batch[0].id
                batch.write({"state": "sending", "claim": claim})
                self.env["ir.cron"]._commit_progress()
                self._lock(BATCH_LOCK, claim)
        return batch

    @contextmanager
    def _holding_claims(self):
        """Keep other workers from claiming; begins and ends a transaction."""
        self._lock(CLAIM_LOCK, 0)
        try:
            self.env["ir.cron"]._commit_progress()
            yield
            self.env["ir.cron"]._commit_progress()
        except Exception:
            self.env.cr.rollback()
            raise
        finally:
            self._unlock(CLAIM_LOCK, 0)

    @api.model
    def _lock(self, key, number):
        self.env.execute_query(SQL("SELECT pg_advisory_lock(%s, %s)", key, number))

    @api.model
    def _unlock(self, key, number):
        self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s, %s)", key, number))

    @api.model
    def _recover(self):
        """Give back what a dead worker had claimed: its lock is free, the claim not."""
        with self._holding_claims():
            stuck = self.search([("state", "=", "sending")])
            for claim, notices in stuck.grouped("claim").items():
                query = SQL("SELECT pg_try_advisory_lock(%s, %s)", BATCH_LOCK, claim)
                if self.env.execute_query(query)[0][0]:
                    try:
                        notices._give_back()
                    except Exception:
                        self.env.cr.rollback()
                        raise
                    finally:
                        self._unlock(BATCH_LOCK, claim)

    def _give_back(self):
        """After a crash: settle what was sent, ask about one, queue the rest again."""
        outgoing = self.filtered(lambda notice: notice.mail_id.state == "outgoing")
        outgoing = outgoing.sorted(lambda notice: notice.mail_id.id)
        # each sender's mails leave in order and are committed one by one: only the
        # first that is left can have been on its way
        senders = outgoing.grouped(lambda notice: notice.mail_id.email_from)
        in_doubt = self.browse([notices[0].id for notices in senders.values()])
        in_doubt._doubt()
        as_own((outgoing - in_doubt).mail_id).unlink()
        waiting = self - in_doubt
        given = waiting.filtered(lambda notice: notice.mail_id)
        given._settle_outcome(read_outcome(given.mail_id))
        waiting.filtered(lambda notice: notice.state == "sending").write(
            {"state": "queued", "claim": 0}
        )
        for company, notices in self.grouped("company_id").items():
            notices._refresh_cases(company)

    # ------------------------------------------------------------------
    # DELIVER
    # ------------------------------------------------------------------

    def _deliver_batch(self):
        """Deliver what :meth:`_claim` gave, and let go of it.

        :raises OperationalError: another transaction changed the same rows; what has
            not left is given back by :meth:`_recover`
        """
        claim = self[0].claim
        try:
            self._deliver_claimed()
        except Exception:
            # the lock can only be given back by a sound transaction
            self.env.cr.rollback()
            raise
        finally:
            self._unlock(BATCH_LOCK, claim)

    def _deliver_claimed(self):
        for company, notices in self.grouped("company_id").items():
            notices = notices.with_company(company)
            going = notices._recheck_isolated(company)
            going.filtered(lambda n: n.channel == "email")._deliver_emails()
            going.filtered(lambda n: n.channel == "call")._deliver_calls()
            going.filtered(lambda n: n.channel == "portal")._settle()
            notices._refresh_cases(company)
            self.env["ir.cron"]._commit_progress()

    def _recheck_isolated(self, company):
        """As :meth:`_recheck`; what cannot be judged is a person's, the others go."""
        going = []

        def fail(notice, error):
            sentence = self.env._(
                "The notice to %(account)s could not be checked: %(error)s",
                account=notice.partner_id.display_name,
                error=describe(error),
            )
            notice._fail("check", {notice: sentence})

        apply_isolated(
            self.env, self, lambda part: going.append(part._recheck(company)), fail
        )
        return self.browse().union(*going)

    def _recheck(self, company):
        """The pre-send guard: keep what may still be sent, with today's figures.

        What a person approved asks for the items that were approved, and only those.
        """
        today = company._collections_today()
        accounts = self.partner_id.ids
        judged = self.env["collections.run"]._judge(company, today, accounts)
        items = self._get_open_items(company, today, accounts)
        engines = {p.id: p._to_engine() for p in self.step_id.policy_id}
        candidates = self._get_approved_candidates(items)
        reasons, rows_of = {}, {}
        for notice in self:
            reason, rows_of[notice] = notice._guard(
                today,
                judged.get(notice.partner_id.id),
                items.get(notice.partner_id.id, []),
                engines,
                candidates,
            )
            if reason:
                reasons[notice] = reason
        stopped = self.browse([notice.id for notice in reasons])
        stopped._suppress(reasons)
        going = self - stopped
        asked = {notice: rows_of[notice] for notice in going}
        self.env["collections.notice.item"]._replace(today, asked, engines)
        for pay_days, notices in going.grouped(lambda n: n.step_id.pay_days).items():
            notices.write({"pay_by": add_days(today, pay_days)})
        return going

    def _get_approved_candidates(self, items):
        """What is left of the items that were approved: item id -> candidate to lead.

        :param items: as of :meth:`account.admin.open.item._get_items`
        """
        approved = self.filtered("is_approved").item_ids.item_id
        rows = [r for rows in items.values() for r in rows if r["id"] in approved._ids]
        candidates = self.env["collections.notice.item"]._get_candidates(rows)
        return {item.id: item for item in candidates}

    def _guard(self, day, judged, rows, engines, candidates):
        """Ask whether a notice should still go; set what it asks for.

        :param judged: value of :meth:`collections.run._judge` for its account, or None
        :param rows: the account's items
        :param candidates: of :meth:`_get_approved_candidates`
        :return: the sentence that stops it or None, and what
            :meth:`collections.notice.item._replace` takes
        """
        self.ensure_one()
        if not judged:
            return self._get_rule_label("settled"), ([], set())
        policy = engines[self.step_id.policy_id.id]
        facts = judged.facts
        if self.is_approved:
            approved = set(self.item_ids.item_id.ids)
            rows = [row for row in rows if row["id"] in approved]
            left = [candidates[row["id"]] for row in rows if row["id"] in candidates]
            facts = narrow(day, policy, facts, left)
        step = next(s for s in policy.steps if s.id == self.step_id.id)
        rule = guard(day, policy, facts, step)
        if rule:
            return facts.problem or self._get_rule_label(rule.value), ([], set())
        self.amount = facts.asked or facts.lead_amount
        if self.amount_once:
            self.amount_once = self.amount
        return None, (rows, self._pick_asked(rows, day, facts.lead_due))

    @api.model
    def _get_rule_label(self, rule):
        rules = self.env["collections.case"]._fields["rule"]
        return dict(rules._description_selection(self.env))[rule]

    def _set_contacts(self, channel):
        """Choose whom to write to; what cannot be addressed becomes a person's matter.

        :return: the notices that have a contact
        """
        steps = {notice.case_id: notice.step_id for notice in self}
        contacts = self.case_id._get_contacts(channel, steps)
        everybody = self.env["res.partner"].union(*contacts.values())
        addresses, dead = {}, everybody.browse()
        if channel == "email":
            addresses, dead = everybody._collections_get_alive()
        for contact, notices in self.grouped(lambda n: contacts[n.case_id]).items():
            if contact:
                email = ", ".join(addresses.get(contact, ()))
                notices.write({"contact_id": contact.id, "email": email})
        bounced = self.filtered(lambda notice: contacts[notice.case_id] in dead)
        bounced._fail(
            "bounced",
            {
                notice: self.env._(
                    "The last mail to %s came back: correct the address, or try again.",
                    notice.email,
                )
                for notice in bounced
            },
        )
        missing = self.filtered(lambda notice: not contacts[notice.case_id])
        names = {notice: notice.partner_id.display_name for notice in missing}
        barred = missing._get_barred(channel)
        sentence = self.env._("%s has no email address: add one or call.")
        if channel == "letter":
            sentence = self.env._("%s has no postal address: add one or call.")
        kept = self.env._("%s must not be contacted this way: see Do Not Contact.")
        missing._fail(
            "no_address",
            {
                notice: (kept if notice in barred else sentence) % name
                for notice, name in names.items()
            },
        )
        return self - missing - bounced

    def _get_barred(self, channel):
        """Those whose account, or somebody of it, does not want a channel."""
        roles = self.env["account.admin.contact.role"]
        contacts = self.partner_id._collections_rank_contacts(roles)
        barred = self.browse()
        for company, notices in self.grouped("company_id").items():
            bars = self.env["account.admin.contact.bar"]._get_holding(
                notices.partner_id.union(*contacts.values()),
                company._collections_today(),
            )
            barred |= notices.filtered(
                lambda notice, bars=bars: any(
                    contact._account_admin_is_barred(channel, bars)
                    for contact in contacts[notice.partner_id.id]
                )
            )
        return barred

    def _deliver_emails(self):
        notices = self._set_contacts("email")
        for template, same in notices.grouped(lambda n: n.step_id.template_id).items():
            same._render_isolated(template)
        self.env["ir.cron"]._commit_progress()
        going = self.filtered(lambda n: n.state == "sending" and n.mail_id)
        going._settle_outcome(transmit(going.mail_id))

    def _render_isolated(self, template):
        """Make the mails of a template at once; if that fails, one at a time."""

        def fail(notice, error):
            sentence = self.env._(
                "Template “%(template)s” does not render for %(account)s: %(error)s",
                template=template.name,
                account=notice.partner_id.display_name,
                error=describe(error),
            )
            notice._fail("template", {notice: sentence})

        apply_isolated(self.env, self, lambda part: part._render(template), fail)

    def _render(self, template):
        by_case = {notice.case_id.id: notice for notice in self}
        # the template words these notices, not whatever else the cases have
        template = template.with_context(collections_notice_ids=tuple(self.ids))
        mails = template.send_mail_batch(
            list(by_case),
            email_values={"scheduled_date": RESERVED, "auto_delete": False},
        )
        # one write a mail: each has recipients of its own
        for mail in mails:
            notice = by_case[mail.res_id]
            set_recipients(mail, notice.contact_id, get_addresses(notice.email))
            notice.write({"mail_id": mail.id, "message_id": mail.mail_message_id.id})

    def _settle_outcome(self, outcome):
        """Settle notices by what became of their mails.

        :param Outcome outcome: of :func:`~.transmission.transmit`
        """
        by_mail = {notice.mail_id: notice for notice in self}

        def pick(mails):
            return self.browse([by_mail[mail].id for mail in mails])

        sent = pick(outcome.sent)
        sent._settle()
        for mail, addresses in outcome.dropped.items():
            by_mail[mail]._note_dropped(addresses)
        pick(outcome.in_doubt)._doubt()
        bad = pick(outcome.bad)
        bad._fail(
            "no_address",
            {
                notice: self.env._(
                    "%(email)s, the address of %(account)s, is not valid: correct it.",
                    email=notice.email,
                    account=notice.partner_id.display_name,
                )
                for notice in bad
            },
        )
        reasons = {
            notice: outcome.reasons[mail]
            for mail, notice in by_mail.items()
            if mail in outcome.refused | outcome.waiting
        }
        pick(outcome.refused)._try_later(reasons)
        pick(outcome.waiting)._queue_again(reasons)

    def _note_dropped(self, addresses):
        """The server took this notice for others, but not for these addresses."""
        self.env["account.admin.bounce"]._note(set(addresses))
        sentence = self.env._("%s was refused; others got it.", ", ".join(addresses))
        self._log("bounced", sentence)

    def _doubt(self):
        """These may or may not have left: a person finds out, nothing is repeated."""
        self._fail(
            "unknown",
            {
                notice: self.env._(
                    "Sending to %s was cut off: it may have left. Try again if not.",
                    notice.email,
                )
                for notice in self
            },
        )
        # its text stays: it is what a person asks about, and what may come back
        self.mail_id.state = "cancel"
        self._seal()

    def _try_later(self, reasons):
        """The server refused them: queue again, a person after three tries.

        :param dict reasons: notice -> what the server said
        """
        for notice in self:
            notice.attempts += 1
        over = self.filtered(lambda notice: notice.attempts >= ATTEMPTS)
        over._fail(
            "delivery",
            {
                notice: self.env._(
                    "The mail server refused the notice to %(account)s: %(error)s",
                    account=notice.partner_id.display_name,
                    error=reasons[notice],
                )
                for notice in over
            },
        )
        (self - over)._queue_again(reasons)

    def _queue_again(self, reasons):
        """Try these later; the longer, the more often they were refused."""
        for attempts, notices in self.grouped("attempts").items():
            at = fields.Datetime.now() + timedelta(minutes=15 * max(attempts, 1))
            notices.write({"state": "queued", "claim": 0, "retry_at": at})
            self.env.ref("account_admin.ir_cron_notice_queue")._trigger(at=at)
        for reason, notices in self.grouped(reasons.get).items():
            notices.reason = self.env._("Not taken by the mail server yet: %s", reason)
        self.mail_id.unlink()

    def _deliver_calls(self):
        """Plan the calls, all at once, for people who are there."""
        if not self:
            return
        callers = self._get_acting()
        model = self.env["ir.model"]._get_id("collections.case")
        kind = self.env.ref("account_admin.mail_activity_type_call")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": notice.case_id.id,
                    "summary": notice.step_id.name,
                    "date_deadline": notice.company_id._collections_today(),
                    "user_id": callers[notice].id,
                }
                for notice in self
            ]
        )
        # a call is a contact when it was made, not when it was planned
        for company, notices in self.grouped("company_id").items():
            today = company._collections_today()
            notices.write({"state": "queued", "claim": 0, "planned_on": today})

    def _get_acting(self):
        """Who calls: the step's person, else whoever acts on the case."""
        wanted = {
            notice: notice.step_id.user_id | notice.case_id._get_wanted()
            for notice in self
        }
        found = {}
        for company, notices in self.grouped("company_id").items():
            of_company = {notice: wanted[notice] for notice in notices}
            accounts = {notice: notice.partner_id for notice in notices}
            users = self.env["res.users"]
            found |= users._account_admin_choose(company, of_company, accounts=accounts)
        return found

    def _deliver_letters(self):
        """Recheck and address letters that are about to be printed.

        :return: the letters to print, which count as sent
        """
        printed = self.browse()
        for company, notices in self.grouped("company_id").items():
            going = notices.with_company(company)._recheck_isolated(company)
            going = going._set_contacts("letter")
            going._settle()
            notices._refresh_cases(company)
            printed |= going
        return printed
