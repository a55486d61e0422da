"""Counting what people did from calls, promises, disputes and the ledger."""

import logging
from collections import defaultdict
from dataclasses import asdict, fields
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from ...engine.days import add_days
from ...engine.desk import scorecard as engine
from ...engine.money import ZERO, to_decimal
from ..base.bulk import insert_rows, update_rows
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)
#: Months back, after which what is missing is not counted any more.
BACKFILL = 12
USER = "account_admin.group_account_admin_user"
#: What a card keeps beside the engine's fields.
DERIVED = ("overdue_before", "overdue", "overdue_reduced")


class AccountAdminScorecard(models.Model):
    _inherit = "account.admin.scorecard"

    # ------------------------------------------------------------------
    # CARDS
    # ------------------------------------------------------------------

    @api.model
    def _get_cards(self, company, first, last, balances=True):
        """What everybody did in some days of a company; writes nothing.

        The number of queries does not grow with people, accounts or activities.

        :param date first: where ``balances`` are wanted, the first of a month
        :param bool balances: whether what is owed counts, too
        :return: dict user id or ``None`` (nobody) -> :class:`~..engine.scorecard.Card`
        """
        # sudo: figures count everything, no access rule may hide a part
        self = self.sudo().with_company(company)
        self._flush_scorecard_reads()
        found = defaultdict(dict)
        reads = [
            self._count_calls,
            self._count_promises,
            self._count_disputes,
            self._sum_collected,
        ]
        if balances:
            reads.append(self._sum_balances)
        for read in reads:
            for user, values in read(company, first, last).items():
                found[user or None].update(values)
        targets = self.env["account.admin.target"]._get_of_company(company, last)
        users = {target.user for target in targets} | set(self._get_team_users(company))
        for user in users - {None}:
            found[user]
        self._add_targets(company, first, last, targets, found)
        return {user: engine.Card(**values) for user, values in found.items()}

    @api.model
    def _flush_scorecard_reads(self):
        for model in ("collections.call", "collections.promise", "collections.dispute"):
            self.env[model].flush_model()
        self.env["account.admin.open.item"]._flush_kpi_reads()

    @api.model
    def _get_team_users(self, company):
        """Ids of the collectors of a company who are somebody's people."""
        led = self.env["res.users"].search(
            [
                ("account_admin_manager_id", "!=", False),
                ("company_ids", "in", company.ids),
                ("all_group_ids", "in", self.env.ref(USER).ids),
            ]
        )
        return led.ids

    @api.model
    def _add_targets(self, company, first, last, targets, found):
        """Days present and targets of everybody who has a card."""
        calendar = company._collections_working_days(first)
        absences = self.env["account.admin.absence"].search(
            [
                ("user_id", "in", [user for user in found if user]),
                ("date_end", ">=", first),
                ("date_start", "<=", last),
            ]
        )
        away = defaultdict(list)
        for row in (absence._get_row() for absence in absences):
            # what is somebody else's for a while leaves the person there
            if row.scope is None:
                away[row.user].append(row)
        of_user = defaultdict(list)
        for target in targets:
            of_user[target.user].append(target)
        for user, values in found.items():
            if user:
                present = engine.find_present(calendar, first, last, away[user])
                own = [*of_user.get(user, ()), *of_user.get(None, ())]
                values["present_days"] = len(present)
                values.update(engine.sum_targets(own, user, present))

    def _to_cards(self):
        """These cards as the engine knows them.

        :rtype: list of :class:`~..engine.desk.scorecard.Card`
        """
        exact = {"integer": int, "monetary": lambda amount: to_decimal(str(amount))}
        kinds = {
            field.name: exact[self._fields[field.name].type]
            for field in fields(engine.Card)
        }
        return [
            engine.Card(**{name: kind(card[name]) for name, kind in kinds.items()})
            for card in self
        ]

    # ------------------------------------------------------------------
    # FACTS: each a dict user id -> values of a card
    # ------------------------------------------------------------------

    @api.model
    def _count_calls(self, company, first, last):
        return self._read_facts(
            SQL(
                """SELECT user_id, COUNT(*) FILTER (WHERE direction = 'out') AS dials,
                          COUNT(*) FILTER (WHERE direction = 'out' AND is_connect
                                          ) AS connects,
                          COUNT(*) FILTER (WHERE direction = 'out' AND is_right_party
                                          ) AS right_party,
                          COUNT(*) FILTER (WHERE direction = 'in') AS inbound
                     FROM collections_call
                    WHERE company_id = %s AND day BETWEEN %s AND %s
                    GROUP BY user_id""",
                company.id,
                first,
                last,
            ),
            ("dials", "connects", "right_party", "inbound"),
        )

    @api.model
    def _count_promises(self, company, first, last):
        return self._read_facts(
            SQL(
                """SELECT user_id,
                          COUNT(*) FILTER (WHERE made_on BETWEEN %(first)s AND %(last)s
                                          ) AS promises,
                          COUNT(*) FILTER (WHERE %(judged)s AND state = 'kept'
                                          ) AS kept,
                          COUNT(*) FILTER (WHERE %(judged)s AND state = 'partial'
                                          ) AS partial,
                          COUNT(*) FILTER (WHERE %(judged)s AND state = 'broken'
                                          ) AS broken
                     FROM collections_promise
                    WHERE company_id = %(company)s
                      AND (made_on BETWEEN %(first)s AND %(last)s OR %(judged)s)
                    GROUP BY user_id""",
                company=company.id,
                first=first,
                last=last,
                judged=SQL("judged_on BETWEEN %s AND %s", first, last),
            ),
            ("promises", "kept", "partial", "broken"),
        )

    @api.model
    def _count_disputes(self, company, first, last):
        return self._read_facts(
            SQL(
                """SELECT user_id, COUNT(*) FROM collections_dispute
                    WHERE company_id = %s AND closed_on BETWEEN %s AND %s
                    GROUP BY user_id""",
                company.id,
                first,
                last,
            ),
            ("disputes",),
        )

    @api.model
    def _read_facts(self, query, names):
        return {
            user: dict(zip(names, values, strict=True))
            for user, *values in self.env.execute_query(query)
        }

    # ------------------------------------------------------------------
    # COLLECTED
    # ------------------------------------------------------------------

    @api.model
    def _sum_collected(self, company, first, last):
        """Receipts of the days, given to whoever brought them; their sum is the KPI's.

        A member that is chased at its head office and the head office are one account.
        """
        heads = self.env["collections.policy"]._get_heads(company, last)
        promises = self._read_taken(company, last, heads)
        starts = engine.find_starts(promises, first)
        receipts = self._read_received(company, first, last, starts, heads)
        contacts = self._read_spoken(company, first, last, heads)
        # of an account without receipts nothing is told
        paid = {receipt.account for receipt in receipts}
        parts = engine.attribute(
            receipts, [found for found in promises if found.account in paid], contacts
        )
        sums = engine.sum_by_user(part for part in parts if part[0].day >= first)
        return {user: {"collected": amount} for user, amount in sums.items()}

    @api.model
    def _read_taken(self, company, last, heads):
        """Promises that receipts of a month may keep, or what they left of it."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, made_on, date + COALESCE(tolerance_days, 0),
                          amount_company::text, user_id
                     FROM collections_promise
                    WHERE company_id = %s AND made_on <= %s AND state <> 'withdrawn'
                      AND date + COALESCE(tolerance_days, 0) >= %s
                    ORDER BY id""",
                company.id,
                last,
                # what ended a year before has nothing to do with a month any more
                add_days(last, -400),
            )
        )
        return [
            engine.Taken(
                heads.get(partner, partner), made, until, to_decimal(amount), user
            )
            for partner, made, until, amount, user in rows
        ]

    @api.model
    def _read_received(self, company, first, last, starts, heads):
        """What was received of each account a day, from when on it has to be known."""
        items = self.env["account.admin.open.item"]
        known = {**starts, **{m: starts[h] for m, h in heads.items() if h in starts}}
        rows = self.env.execute_query(
            SQL(
                """SELECT received.account_id, received.day, SUM(received.amount)::text
                     FROM (%(received)s) received
                     LEFT JOIN unnest(%(accounts)s::int[], %(starts)s::date[])
                          AS known(account_id, start)
                          ON known.account_id = received.account_id
                    WHERE received.day >= COALESCE(known.start, %(first)s)
                    GROUP BY 1, 2""",
                received=items._received_sql(
                    company, min([first, *known.values()]), last
                ),
                accounts=list(known),
                starts=list(known.values()),
                first=first,
            )
        )
        return [
            engine.Receipt(day, heads.get(account, account), to_decimal(amount))
            for account, day, amount in rows
        ]

    @api.model
    def _read_spoken(self, company, first, last, heads):
        """Who spoke last with each account a day."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id, day) day, partner_id, user_id
                     FROM collections_call
                    WHERE company_id = %s AND is_right_party AND day BETWEEN %s AND %s
                    ORDER BY partner_id, day, date DESC, id DESC""",
                company.id,
                add_days(first, -engine.CONTACT_DAYS),
                last,
            )
        )
        return [
            engine.Spoken(day, heads.get(partner, partner), user)
            for day, partner, user in rows
        ]

    # ------------------------------------------------------------------
    # BALANCES
    # ------------------------------------------------------------------

    @api.model
    def _sum_balances(self, company, first, last):
        """What the accounts of each person owed on the day before and on the last day.

        Whose an account was in a month that is frozen stays; else it is as it is.
        """
        items = self.env["account.admin.open.item"]
        before = first - timedelta(days=1)
        columns = SQL("SUM(amount)::text, SUM(amount) FILTER (WHERE bucket = 0)::text")
        facts = defaultdict(lambda: defaultdict(lambda: ZERO))
        for day, names in (
            (before, ("beginning", "beginning_current")),
            (last, ("ending", "current")),
        ):
            query = SQL(
                "SELECT partner_id, %s FROM (%s) item GROUP BY partner_id",
                columns,
                items._kpi_items_sql(company, day, [1]),
            )
            for partner, *sums in items._iterate(query):
                for name, amount in zip(names, sums, strict=True):
                    facts[partner][name] += to_decimal(amount or "0")
        sales = items._get_kpi_sales(company, last, history=1)
        for partner, values in sales.items():
            facts[partner]["sales"] += values["sales"][0]
        partners = [partner for partner in facts if partner]
        users, _nationals = self.env["account.admin.kpi"]._get_assigned(
            company, end_of(last, "month"), partners
        )
        found = defaultdict(lambda: defaultdict(lambda: ZERO))
        for partner, values in facts.items():
            for name, amount in values.items():
                found[users.get(partner) or None][name] += amount
        return found

    # ------------------------------------------------------------------
    # KEEPING
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Count until yesterday, each company by its own day; run nightly.

        This month and the last one change; those before are counted once and stay. A
        company that fails is named in the log, the others go on.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            isolate(self.env, company, self._refresh_company, _note_failure)
            if not cron._commit_progress(processed=1):
                break

    @api.model
    def _refresh_company(self, company):
        until = company._collections_today() - timedelta(days=1)
        for month in self._get_uncounted_months(company, until):
            self._refresh(company, month)
        self._refresh_current(company, until)

    @api.model
    def _refresh_current(self, company, until):
        """Count the month of a day until then, and the month before."""
        for day in (until.replace(day=1) - timedelta(days=1), until):
            self._refresh(company, day)

    @api.model
    def _get_uncounted_months(self, company, until):
        """Last days of the months with calls or promises but without cards."""
        self._flush_scorecard_reads()
        [(first,)] = self.env.execute_query(
            SQL(
                """SELECT LEAST((SELECT MIN(day) FROM collections_call
                                  WHERE company_id = %(company)s),
                                (SELECT MIN(made_on) FROM collections_promise
                                  WHERE company_id = %(company)s))""",
                company=company.id,
            )
        )
        mine = [("company_id", "=", company.id)]
        counted = {month for (month,) in self._read_group(mine, ["month:day"])}
        month, months = until, []
        for _number in range(BACKFILL):
            month = month.replace(day=1) - timedelta(days=1)
            if first and month >= first and month not in counted:
                months.append(month)
        return months[::-1]

    @api.model
    def _refresh(self, company, until):
        """Let the cards of a month hold what is counted until a day of it."""
        if not self.env["account.admin.open.item"]._find_receivable_accounts(company):
            return
        month = end_of(until, "month")
        cards = self._get_cards(company, month.replace(day=1), until)
        cards = {user: card for user, card in cards.items() if not card.is_empty}
        old = self.search([("company_id", "=", company.id), ("month", "=", month)])
        old.filtered(lambda card: (card.user_id.id or None) not in cards).unlink()
        known = {card.user_id.id or None: card for card in old.exists()}
        # sudo: whose people somebody is among, whoever may read users
        users = self.env["res.users"].sudo().browse(user for user in cards if user)
        managers = {user.id: user.account_admin_manager_id.id or None for user in users}
        if month < company._collections_today():
            managers |= {
                user: card.manager_id.id or None for user, card in known.items()
            }
        rows = {
            user: {
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "month": month.isoformat(),
                "until": until.isoformat(),
                "user_id": user,
                "manager_id": managers.get(user),
                **asdict(card),
                **{name: getattr(card, name) for name in DERIVED},
                **card.get_rates(),
            }
            for user, card in cards.items()
        }
        insert_rows(self, [row for user, row in rows.items() if user not in known])
        update_rows(
            self,
            [
                {"id": known[user].id, **row}
                for user, row in rows.items()
                if user in known
            ],
        )
        self.invalidate_model()


def _note_failure(company, error):
    _logger.error(
        "The scorecards of %s could not be counted: %s",
        company.display_name,
        describe(error),
    )
