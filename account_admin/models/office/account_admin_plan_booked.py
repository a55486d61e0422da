"""What was booked of planned accounts: one SQL a company, for all plans asked about."""

import logging
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...engine.days import add_days
from ...engine.money import ZERO, to_decimal
from ...engine.office.plan import (
    BUDGETS,
    MARGIN,
    MEASURES,
    MONTHS,
    SALES,
    SKU,
    Booked,
    get_clock,
    get_results,
)
from ..base.bulk import update_rows
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)

#: Names of what is summed up beside the measures.
COST, DRAFT = "cost", "-draft"
_READS = {
    "account.move": "state move_type commercial_partner_id company_id",
    "account.move.line": "account_id analytic_distribution balance company_id date"
    " display_type move_id parent_state partner_id product_id tax_line_id",
    "account.account": "account_type",
    "account.analytic.account": "partner_id",
    "account.admin.plan": "company_id partner_id national_account_id year",
    "res.partner": "commercial_partner_id",
}


class AccountAdminPlan(models.Model):
    _inherit = "account.admin.plan"

    @api.model
    def _cron_refresh(self):
        """Count anew what is or may come in force; run nightly.

        A company that fails is named in the log, the others go on.
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
        """Plans of a company from last year on; those before them do not change."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "!=", "superseded"),
                ("year", ">=", company._collections_today().year - 1),
            ]
        )._refresh()

    def _refresh(self):
        """Let each plan say how it stands today."""
        # sudo: nobody writes these figures; they count everything of the account
        for company, plans in self.sudo().grouped("company_id").items():
            # today is not over: a month is counted by the days that are
            day = add_days(company._collections_today(), -1)
            booked = plans._read_booked(day)
            rows = []
            for plan in plans:
                calendar = company._collections_working_days(day.replace(day=1))
                clock = get_clock(plan.year, day, calendar)
                rows += plan._prepare_results(booked[plan.id], clock)
            update_rows(self.env["account.admin.plan.line"], rows)
            update_rows(
                self.env["account.admin.plan"],
                [{"id": plan.id, "as_of": day} for plan in plans],
            )
        self.env["account.admin.plan.month"].invalidate_model()

    def _prepare_results(self, booked, clock):
        """Rows for the lines of a plan, as :func:`update_rows` takes them."""
        decimals = self.currency_id.decimal_places
        results = get_results(self._get_planned(), booked, clock, self.method, decimals)
        begun = clock.closed + clock.is_under_way
        rows = []
        for line in self.line_ids:
            result = results[line.measure]
            variance = result.variance
            rows.append(
                {
                    "id": line.id,
                    "compared_plan": result.plan,
                    "actual": result.actual,
                    "difference": variance and variance.difference,
                    "difference_percent": variance and variance.percent,
                    "result": variance and variance.sign,
                    "points": result.points,
                    "forecast": result.forecast.total,
                    "forecast_reason": result.forecast.reason,
                    "committed": result.committed,
                    "left_amount": result.left,
                    "months": {
                        "closed": clock.closed,
                        "actual": _to_json(booked.months[line.measure][:begun]),
                        "last_year": _to_json(booked.before[line.measure]),
                        "forecast": _to_json(result.forecast.months),
                    },
                }
            )
        return rows

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    def _read_booked(self, day):
        """What was booked of the accounts of plans of one company, up to a day.

        :rtype: dict id of a plan -> :class:`~..engine.office.plan.Booked`
        """
        self._flush_booked()
        sums = {plan.id: ({}, {}) for plan in self}
        products = dict.fromkeys(self.ids, ZERO)
        for plan, ago, measure, month, amount, count, before in self.env.execute_query(
            self._booked_sql(day)
        ):
            if month is None:
                if measure == SALES and not ago:
                    products[plan] = Decimal(before)
                continue
            months = sums[plan][ago].setdefault(measure, [ZERO] * MONTHS)
            months[month - 1] = to_decimal(amount)
            if measure == SALES:
                skus = sums[plan][ago].setdefault(SKU, [ZERO] * MONTHS)
                skus[month - 1] = Decimal(count)
        return {
            plan: Booked(
                *(_get_months(year) for year in years),
                products[plan],
                {m: sum(years[0].get(m + DRAFT, ()), ZERO) for m in BUDGETS},
            )
            for plan, years in sums.items()
        }

    @api.model
    def _flush_booked(self):
        for model, names in _READS.items():
            self.env[model].flush_model(names.split())
        self.env["national.account"]._flush_members()
        self.env["account.admin.open.item"]._flush_reads()

    def _booked_sql(self, day):
        """SQL of sums by plan, years ago, measure and month, and of each whole year.

        A row without a month has the products of the months that are over.
        """
        company, years = self.company_id, self.mapped("year")
        first, last = (f"{min(years) - 1}-01-01", f"{max(years)}-12-31")
        entry = SQL(
            """SELECT partner_id, day, measure, product_id, SUM(amount) AS amount
                 FROM (%s) AS booked
                WHERE day <= %s OR measure LIKE %s
                GROUP BY 1, 2, 3, 4""",
            SQL(" UNION ALL ").join(self._entries_sql(company, first, last)),
            day,
            f"%{DRAFT}",
        )
        return SQL(
            """WITH entry AS MATERIALIZED (%(entry)s),
                    placed AS (
               SELECT plan.id AS plan_id, plan.year, entry.*
                 FROM account_admin_plan plan
                 JOIN entry ON entry.partner_id = plan.partner_id
                WHERE plan.id = ANY(%(plans)s)
                UNION ALL
               SELECT plan.id, plan.year, entry.*
                 FROM (SELECT partner_id, day, line.above AS national_id
                         FROM (SELECT DISTINCT partner_id, day FROM entry
                                WHERE partner_id IN (%(members)s)) AS seen,
                              LATERAL (%(line)s) AS line
                      ) AS place
                 JOIN account_admin_plan plan
                   ON plan.national_account_id = place.national_id
                  AND plan.id = ANY(%(plans)s)
                 JOIN entry ON entry.partner_id = place.partner_id
                  AND entry.day = place.day),
                    dated AS (
               SELECT *, year - EXTRACT(YEAR FROM day)::int AS ago,
                      EXTRACT(MONTH FROM day)::int AS month
                 FROM placed)
               SELECT plan_id, ago, measure, month,
                      ROUND(SUM(amount), %(decimals)s)::text,
                      COUNT(DISTINCT product_id),
                      COUNT(DISTINCT product_id) FILTER (WHERE day < %(closed)s)
                 FROM dated
                WHERE ago IN (0, 1)
                GROUP BY GROUPING SETS ((plan_id, ago, measure, month),
                                        (plan_id, ago, measure))""",
            entry=entry,
            plans=self.ids,
            line=self.env["national.account"]._line_sql(
                SQL("seen.partner_id"), SQL("%s", company.id), SQL("seen.day")
            ),
            members=self._ever_members_sql(),
            decimals=company.currency_id.decimal_places,
            closed=add_days(day, 1).replace(day=1),
        )

    def _ever_members_sql(self):
        """SQL of who ever was in one of the planned groups: the day decides later."""
        return SQL(
            """WITH RECURSIVE part (id) AS (
                    SELECT unnest(%s::int[])
                     UNION
                    SELECT position.national_account_id
                      FROM part
                      JOIN national_account_position position
                        ON position.parent_id = part.id)
               SELECT partner_id FROM national_account
                WHERE id IN (SELECT id FROM part) AND partner_id IS NOT NULL
                UNION
               SELECT partner_id FROM national_account_member
                WHERE national_account_id IN (SELECT id FROM part)""",
            self.national_account_id.ids,
        )

    def _accounts_sql(self):
        """SQL of the commercial partners whose entries are looked at."""
        return SQL(
            "SELECT unnest(%s::int[]) UNION SELECT partner_id FROM (%s) AS member",
            self.partner_id.ids,
            self._ever_members_sql(),
        )

    def _entries_sql(self, company, first, last):
        """SQL of each kind of entry: account, day, measure, product and amount."""
        found = self.env.execute_query(self._accounts_sql())
        period = (company, first, last, [account for (account,) in found])
        items = self.env["account.admin.open.item"]
        return [
            self._sales_sql(*period),
            self._budgets_sql(*period),
            SQL(
                """SELECT account_id, day, 'collections', NULL::int, amount
                     FROM (%s) AS received""",
                items._received_sql(*period),
            ),
        ]

    @api.model
    def _sales_sql(self, company, first, last, accounts):
        """SQL of sales and their cost: untaxed lines of posted customer entries.

        Cost is what stands on the same entries: lines that Odoo makes for the cost of
        goods sold, and whatever is on an account for the cost of revenue. Products are
        those of invoices, not of credit notes.
        """
        return SQL(
            """SELECT partner_id, day, CASE WHEN is_sale THEN 'sales' ELSE 'cost' END
                          AS measure,
                      CASE WHEN is_sale AND move_type <> 'out_refund'
                           THEN product_id END AS product_id,
                      CASE WHEN is_sale THEN -balance ELSE balance END AS amount
                 FROM (%(sold)s) AS sold
                WHERE is_sale OR account_type = 'expense_direct_cost'
                   OR (display_type = 'cogs' AND account_type IN (
                       'expense', 'expense_other', 'expense_depreciation'))""",
            sold=self.env["account.admin.ledger.figures"]._sold_sql(
                company, first, last, accounts
            ),
        )

    @api.model
    def _budgets_sql(self, company, first, last, accounts):
        """SQL of what vendor bills spend of budgets, posted and drafts.

        A line is spent for the account whose analytic accounts it is distributed to, by
        their percentage; without such, for the account that sent the bill itself, as
        for its share of an advertisement.
        """
        # sudo: which accounts count is a setting that counts for everybody
        settings = company.sudo()
        return SQL(
            """SELECT spent.partner_id, line.date, kind.measure || CASE
                          WHEN line.parent_state = 'draft' THEN %(draft)s ELSE '' END,
                      NULL::int, line.balance * spent.share
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                 JOIN (SELECT unnest(%(marketing)s::int[]) AS account_id,
                              'marketing' AS measure
                        UNION ALL
                       SELECT unnest(%(media)s::int[]), 'media') AS kind
                   ON kind.account_id = line.account_id
                CROSS JOIN LATERAL (%(spent)s) AS spent
                WHERE line.company_id = %(company)s
                  AND line.parent_state IN ('posted', 'draft')
                  AND line.date BETWEEN %(first)s AND %(last)s
                  AND move.move_type IN ('in_invoice', 'in_refund', 'in_receipt')
                  AND spent.partner_id = ANY(%(accounts)s)""",
            draft=DRAFT,
            marketing=settings.collections_marketing_account_ids.ids,
            media=settings.collections_media_account_ids.ids,
            spent=self._spent_sql(),
            company=company.id,
            first=first,
            last=last,
            accounts=accounts,
        )

    @api.model
    def _spent_sql(self):
        """SQL of the accounts that the ``line`` of a ``move`` is spent for, and shares.

        One that several analytic accounts of a distribution belong to counts once.
        """
        return SQL(
            """WITH named AS (
                   SELECT DISTINCT part.key, part.value,
                          customer.commercial_partner_id AS partner_id
                     FROM jsonb_each_text(line.analytic_distribution) AS part
                    CROSS JOIN unnest(string_to_array(part.key, ',')) AS chosen
                     JOIN account_analytic_account analytic
                       ON analytic.id = chosen::int
                     JOIN res_partner customer ON customer.id = analytic.partner_id)
               SELECT partner_id, SUM(value::numeric) / 100 AS share
                 FROM named GROUP BY 1
                UNION ALL
               SELECT vendor.commercial_partner_id, 1
                 FROM res_partner vendor
                WHERE vendor.id = move.commercial_partner_id
                  AND NOT EXISTS (SELECT FROM named)"""
        )


def _get_months(sums):
    """Twelve amounts of each measure; of a margin that no cost tells, ``None``."""
    nothing = [ZERO] * MONTHS
    months = {measure: tuple(sums.get(measure, nothing)) for measure in MEASURES}
    costs = sums.get(COST)
    months[MARGIN] = (
        tuple(s - c for s, c in zip(months[SALES], costs, strict=True))
        if costs
        else (None,) * MONTHS
    )
    return months


def _to_json(amounts):
    """Amounts as JSON has them: exact, missing ones as null."""
    return [None if amount is None else str(amount) for amount in amounts]


def _note_failure(company, error):
    _logger.error("Plans of %s were not counted: %s", company.name, describe(error))
