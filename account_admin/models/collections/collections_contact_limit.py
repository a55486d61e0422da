"""No more than so many contacts in seven days, over all members of a group."""

from collections import defaultdict
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL, format_date

from ...engine.days import add_days
from ...engine.desk.guardrail import WINDOW, get_free_day, share_slots


class CollectionsContactLimit(models.AbstractModel):
    """What night, dry run, notices and why ask of a company's limit of contacts.

    A contact is a step that was sent, on however many channels, or a call of ours that
    somebody answered. Calls that came in and steps that the law asks for are free.
    """

    _name = "collections.contact.limit"
    _description = "Limit of Contacts"

    @api.model
    def _get_limit(self, company):
        # sudo: a setting counts for whoever is judged
        return company.sudo().collections_contact_limit

    @api.model
    def _get_free_days(self, company, day, accounts):
        """Accounts that had enough contacts, and when one more is allowed.

        :param accounts: ids of commercial partners
        :return: dict account id -> date after ``day``
        """
        limit = self._get_limit(company)
        if not limit:
            return {}
        group_of = self._get_groups(company, day, accounts)
        contacts = self._read_contacts(company, day)
        free = {}
        for account in accounts:
            allowed = get_free_day(contacts[group_of[account]], day, limit)
            if allowed > day:
                free[account] = allowed
        return free

    @api.model
    def _get_groups(self, company, day, accounts):
        """Whose contacts count together: dict account id -> key."""
        # sudo: members that a user may not see are contacted, too
        nationals = self.env["national.account"].sudo()._get_of_members(company, day)
        return {
            account: ("national", nationals[account].id)
            if account in nationals
            else ("account", account)
            for account in accounts
        }

    @api.model
    def _read_contacts(self, company, day):
        """Days of the contacts of the last seven days: dict key of a group -> list."""
        self.env["collections.notice"].flush_model()
        self.env["collections.call"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, sent_on FROM (
                       SELECT DISTINCT notice.partner_id, notice.step_id,
                              notice.sent_on
                         FROM collections_notice notice
                         JOIN collections_policy_step step ON step.id = notice.step_id
                        WHERE notice.company_id = %(company)s
                          AND notice.state = 'sent'
                          AND notice.channel IN ('email', 'letter')
                          AND notice.sent_on BETWEEN %(since)s AND %(day)s
                          AND step.is_exempt IS NOT TRUE) AS steps
                   UNION ALL
                   SELECT partner_id, day FROM collections_call
                    WHERE company_id = %(company)s AND direction = 'out'
                      AND is_connect AND day BETWEEN %(since)s AND %(day)s""",
                company=company.id,
                since=add_days(day, 1 - WINDOW),
                day=day,
            )
        )
        groups = self._get_groups(company, day, {partner for partner, _day in rows})
        contacts = defaultdict(list)
        for partner, when in rows:
            contacts[groups[partner]].append(when)
        return contacts

    # ------------------------------------------------------------------
    # CALLS TO ONE DEBTOR
    # ------------------------------------------------------------------

    @api.model
    def _get_call_days(self, company, day, accounts):
        """Accounts that may not be called yet, and when they may be called again.

        So many tries in seven days, answered or not, and some days after a talk: the
        company's settings say how many, and whether for persons only.

        :param accounts: ids of commercial partners
        :return: dict account id -> date after ``day``
        """
        # sudo: a setting counts for whoever calls
        setting = company.sudo()
        tries, quiet = setting.collections_call_tries, setting.collections_talk_days
        if not (tries or quiet) or not accounts:
            return {}
        if setting.collections_call_limit_of != "all":
            accounts = self._find_persons(accounts)
        dialled, talked = self._read_calls(company, day, accounts, max(WINDOW, quiet))
        free = {}
        for account in {*dialled, *talked}:
            days = [get_free_day(dialled[account], day, tries)]
            if quiet:
                days.append(get_free_day(talked[account], day, 1, quiet))
            if max(days) > day:
                free[account] = max(days)
        return free

    @api.model
    def _get_days_to_call(self, company, day, accounts):
        """Accounts that one of the limits keeps from being called, and until when.

        :return: dict account id -> the first date on which they may be called
        """
        contacts = self._get_free_days(company, day, accounts)
        calls = self._get_call_days(company, day, accounts)
        return {
            account: max(contacts.get(account, day), calls.get(account, day))
            for account in {*contacts, *calls}
        }

    @api.model
    def _find_persons(self, accounts):
        """Those of some accounts that are no companies."""
        # sudo: what an account is decides, whoever asks
        persons = self.env["res.partner"].sudo().with_context(active_test=False)
        return persons.search([("id", "in", accounts), ("is_company", "=", False)]).ids

    @api.model
    def _read_calls(self, company, day, accounts, back):
        """Days of our calls to accounts, and of conversations with them.

        :param int back: how many days are looked at, this one among them
        :return: two dicts account id -> list of dates
        """
        self.env["collections.call"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, day, direction = 'out', is_right_party
                     FROM collections_call
                    WHERE company_id = %s AND partner_id = ANY(%s)
                      AND day BETWEEN %s AND %s""",
                company.id,
                list(accounts),
                add_days(day, 1 - back),
                day,
            )
        )
        dialled, talked = defaultdict(list), defaultdict(list)
        for account, when, is_ours, is_talk in rows:
            if is_ours:
                dialled[account].append(when)
            if is_talk:
                talked[account].append(when)
        return dialled, talked

    @api.model
    def _say_call_days(self, company, accounts):
        """Why accounts may not be called yet: dict account id -> sentence.

        :param accounts: ids of commercial partners
        """
        free = self._get_call_days(company, company._collections_today(), accounts)
        return {
            account: self.env._(
                "Called as often as the limit of calls allows: may be called again from"
                " %s.",
                format_date(self.env, day),
            )
            for account, day in free.items()
        }

    @api.model
    def _share(self, company, day, judged, judge):
        """Of several members with a step tonight, those go that there is room for.

        The higher score goes first; the others wait for the next day, and say so.

        :param dict judged: account id -> :class:`~.judged.Judged`
        :param judge: decides one account anew: ``judge(account, facts)``
        :return: ``judged`` with the others decided anew
        """
        limit = self._get_limit(company)
        going = [
            account
            for account, row in judged.items()
            if row.decision.step and not row.decision.step.exempt
        ]
        if not limit or not going:
            return judged
        groups = self._get_groups(company, day, going)
        members = defaultdict(list)
        for account in going:
            members[groups[account]].append(account)
        crowded = {key: rows for key, rows in members.items() if len(rows) > 1}
        if not crowded:
            return judged
        contacts = self._read_contacts(company, day)
        scores = self._get_scores(company, day, judged)
        result = dict(judged)
        for key, accounts in crowded.items():
            rows = [(account, scores[account]) for account in accounts]
            slots = max(limit - len(contacts[key]), 0)
            _go, wait = share_slots(rows, slots)
            for account in wait:
                facts = replace(judged[account].facts, free_on=add_days(day, 1))
                result[account] = judge(account, facts)
        return result

    @api.model
    def _get_scores(self, company, day, judged):
        """Score of each account, the amount where it has none yet."""
        cases = [row.state.id for row in judged.values() if row.state]
        rows = self.env["collections.work.item"].sudo()._score(company, day, cases)
        known = {row["partner_id"]: row["score"] for row in rows.values()}
        return {
            account: (known.get(account, 0), row.facts.asked)
            for account, row in judged.items()
        }
