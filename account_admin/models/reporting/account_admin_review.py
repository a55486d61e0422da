"""The account review: what a meeting with a customer starts from."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine import kpi
from ...engine.money import to_decimal

#: Months the charts go back.
MONTHS = 12
#: Latest events listed.
EVENTS = 10


class AccountAdminReview(models.AbstractModel):
    _name = "account.admin.review"
    _description = "Account Review"

    @api.model
    @api.private
    def get_reviews(self, company, day, accounts):
        """Everything a review shows, without rendering.

        :param company: one ``res.company``
        :param date day: the day of the review
        :param accounts: ``res.partner`` (commercial entities) or ``national.account``
            records; a national account stands for its head office and members
        :return: dict record -> dict with ``partner`` (the account or head office),
            ``members`` (``res.partner``), ``user``, ``profile`` (dict ``since``,
            ``last_payment``, ``last_paid`` as ``Decimal``, ``credit_limit`` or None,
            ``terms``, ``policy``), ``months`` (list of :data:`MONTHS` dicts, oldest
            first: ``last`` day, ``inputs`` a :class:`~..engine.kpi.Inputs` in company
            currency and ``figures`` a :class:`~..engine.kpi.Figures`), ``year`` (dict
            ``sales``, ``sales_before``, ``paid`` as ``Decimal``, ``days_to_pay``,
            ``days_late``, ``kept_rate`` or ``None``), ``sections`` (open items, see
            ``collections.statement.get_statements``), ``cases``, ``disputes``,
            ``promises`` (open ones), ``events`` and ``contracts`` (records), ``plan``
            (the active one of the day's year, or an empty record)
        """
        statements = self.env["collections.statement"]
        covered = statements._get_covered(company, day, accounts)
        every = [partner for ids in covered.values() for partner in ids]
        months = self._read_months(company, day, every)
        sections = statements.get_statements(company, day, accounts)
        profiles = self._read_profiles(company, day, every)
        users = self.env["res.partner"]._collections_get_responsible(company, every)
        plans = self._find_plans(company, day, accounts)
        reviews = {}
        for account, ids in covered.items():
            is_national = account._name == "national.account"
            partner = account.partner_id if is_national else account
            history = [
                self._sum_month(company, month, inputs, ids) for month, inputs in months
            ]
            reviews[account] = {
                "partner": partner,
                "members": self.env["res.partner"].browse(ids) - partner,
                "user": account.user_id
                if is_national
                else self.env["res.users"].browse(users[partner.id] or None),
                "profile": self._get_profile(company, day, partner, ids, profiles),
                "months": history[-MONTHS:],
                "year": self._sum_year(history[-1], history[-MONTHS:]),
                "sections": sections[account],
                "plan": plans.get(account, self.env["account.admin.plan"]),
                **self._get_records(company, ids, partner),
            }
        return reviews

    @api.model
    def _read_months(self, company, day, partners):
        """Inputs of each month up to the day's: list of (last day, inputs by id)."""
        items, months, last = self.env["account.admin.open.item"], [], day
        for _month in range(MONTHS):
            months.append((last, items._get_kpi_inputs(company, last, partners)))
            last = last.replace(day=1) - timedelta(days=1)
        return months[::-1]

    @api.model
    def _sum_month(self, company, last, inputs, ids):
        mine = [inputs[partner] for partner in ids if partner in inputs]
        # a month in which nothing was open has figures, too
        total = kpi.total(mine or [inputs[None]])
        days, month = [], last
        for _sales in total.sales:
            days.append(month.day)
            month = month.replace(day=1) - timedelta(days=1)
        window = company._collections_setting("kpi_months")
        return {
            "last": last,
            "inputs": total,
            "figures": kpi.figures(total, tuple(days), window),
        }

    @api.model
    def _sum_year(self, latest, months):
        """Twelve months in one, and the sales of the twelve before."""

        def total(name):
            return sum(getattr(month["inputs"], name) for month in months)

        sales = latest["inputs"].sales
        return {
            "sales": sum(sales[:MONTHS]),
            "sales_before": sum(sales[MONTHS : 2 * MONTHS]),
            "paid": total("paid"),
            "days_to_pay": kpi.weighted_days_to_pay(total("paid_days"), total("paid")),
            "days_late": kpi.weighted_days_to_pay(total("late_days"), total("paid")),
            "kept_rate": kpi.kept_rate(*map(total, ("kept", "partial", "broken"))),
        }

    # ------------------------------------------------------------------
    # PROFILE
    # ------------------------------------------------------------------

    @api.model
    def _read_profiles(self, company, day, partners):
        """First invoice and latest payment: dict partner id -> (date, date, amount)."""
        items = self.env["account.admin.open.item"]
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MIN(date) FILTER (WHERE kind = 'invoice'),
                          MAX(date) FILTER (WHERE kind = 'payment'),
                          (array_agg(-balance ORDER BY date DESC, id DESC)
                               FILTER (WHERE kind = 'payment'))[1]::text
                     FROM (SELECT line.id, line.date, line.balance,
                                  partner.commercial_partner_id AS partner_id,
                                  %(kind)s AS kind
                             FROM account_move_line line
                             JOIN account_move move ON move.id = line.move_id
                             JOIN res_partner partner ON partner.id = line.partner_id
                            WHERE line.account_id = ANY(%(receivables)s)
                              AND line.company_id = %(company)s
                              AND line.parent_state = 'posted' AND line.date <= %(day)s
                              AND partner.commercial_partner_id = ANY(%(partners)s)
                          ) AS entry
                    GROUP BY 1""",
                kind=items._entry_kind_sql(),
                receivables=items._get_receivable_accounts(company).ids,
                company=company.id,
                day=day,
                partners=partners,
            )
        )
        return {partner: tuple(row) for partner, *row in rows}

    @api.model
    def _get_profile(self, company, day, partner, ids, profiles):
        found = [profiles[key] for key in ids if key in profiles]
        paid = max((row[1:] for row in found if row[1]), default=(None, None))
        partner = partner.with_company(company)
        # sudo: who may see the account may see its terms and its policy
        policy = (
            self.env["collections.policy"]
            .sudo()
            ._get_of_partners(company, day, partner.ids)
        )
        return {
            "since": min((row[0] for row in found if row[0]), default=None),
            "last_payment": paid[0],
            "last_paid": to_decimal(paid[1]),
            "credit_limit": to_decimal(partner.sudo().credit_limit)
            if partner.sudo().use_partner_credit_limit
            else None,
            "terms": partner.sudo().property_payment_term_id.name,
            "policy": policy.get(partner.id),
        }

    @api.model
    def _get_records(self, company, ids, partner):
        """Cases, disputes, promises and events, those the user may see."""
        mine = Domain("company_id", "=", company.id) & Domain(
            "partner_id", "in", [*ids, partner.id]
        )
        return {
            "cases": self.env["collections.case"].search(
                mine & Domain("state", "!=", "closed")
            ),
            "disputes": self.env["collections.dispute"].search(
                mine & Domain("state", "=", "open"), order="date"
            ),
            "promises": self.env["collections.promise"].search(
                mine & Domain("state", "=", "open"), order="date"
            ),
            "events": self.env["collections.event"].search(mine, limit=EVENTS),
            "contracts": self._get_contracts(mine),
        }

    @api.model
    def _find_plans(self, company, day, accounts):
        """Plans in force of the day's year that the user may see: dict account -> plan.

        A national account has its own plan, not those of its members.
        """
        is_national = accounts._name == "national.account"
        field = "national_account_id" if is_national else "partner_id"
        plans = self.env["account.admin.plan"].search(
            [
                ("company_id", "=", company.id),
                ("year", "=", day.year),
                ("state", "=", "active"),
                (field, "in", accounts.ids),
            ]
        )
        return {plan[field]: plan for plan in plans}

    @api.model
    def _get_contracts(self, mine):
        """Licensing contracts in force; none for whoever may not see any."""
        contracts = self.env["licensing.contract"]
        if not contracts.has_access("read"):
            return contracts
        live = Domain("state", "in", ("approved", "active", "sell_off"))
        return contracts.search(mine & live, order="date_end, id")
