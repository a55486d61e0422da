"""The account review as a page: charts and text of what the model returns."""

from odoo import api, models
from odoo.tools import format_date

from ...engine import aging
from ...models.base.formatting import Formatter
from ..base import charts
from ..base.fitting import fit

#: Size of the text of balances in em, and how many characters of it fit into a row.
LARGEST, ROOM = 0.75, 105


class ReviewReport(models.AbstractModel):
    _name = "report.account_admin.review_partner"
    _description = "Account Review of an Account"
    _accounts = "res.partner"

    @api.model
    def _get_report_values(self, docids, data=None):
        """What the template shows.

        :raise UserError: for an account that somebody else looks after
        """
        company = self.env.company
        accounts = self._get_accounts(docids)
        heads = accounts
        if accounts._name == "national.account":
            heads = accounts.partner_id
        heads._collections_check_own(company)
        day = company._collections_today()
        reviews = self.env["account.admin.review"].get_reviews(company, day, accounts)
        text = Formatter(self.env, self.env.lang or "en_US")
        return {
            "docs": accounts,
            "company": company,
            "reviews": {
                account: {**review, **self._present(review, company, text)}
                for account, review in reviews.items()
            },
            "day": text.date(day),
            "date": text.date,
            "money": lambda amount: text.amount(amount, company.currency_id),
            "days": lambda days: "" if days is None else f"{days:.0f}",
        }

    @api.model
    def _get_accounts(self, docids):
        return self.env[self._accounts].browse(docids).commercial_partner_id

    @api.model
    def _present(self, review, company, text):
        """Charts, and the open items of each currency as text."""
        months = review["months"]
        labels = [
            format_date(self.env, month["last"], date_format="MMM yy")
            for month in months
        ]
        _first, *ages = aging.bucket_labels(company._collections_limits())
        names = [self.env._("Not due"), *ages]

        def series(name):
            return [getattr(month["inputs"], name) for month in months]

        def figures(name):
            return [getattr(month["figures"], name) for month in months]

        balances = self._present_balances(review["sections"], names, text)
        rows = [
            [
                row["currency"].name,
                *(amount for _age, amount in row["buckets"]),
                row["open"],
            ]
            for row in balances
        ]
        return {
            "balances": balances,
            "balance_size": fit(rows, ROOM, LARGEST) if rows else LARGEST,
            "plan_rows": self._present_plan(review["plan"], company, text),
            "sales_chart": charts.bars(
                labels,
                {
                    self.env._("Invoiced"): [s[0] for s in series("sales")],
                    self.env._("Paid"): series("paid"),
                },
            ),
            "aging_chart": charts.bars(
                labels,
                {
                    name: [endings[number] for endings in series("endings")]
                    for number, name in enumerate(names)
                },
                stacked=True,
                colors=charts.AGES,
            ),
            "days_chart": charts.lines(
                labels,
                {
                    self.env._("Days to pay"): figures("days_to_pay"),
                    self.env._("Days late"): figures("days_late"),
                },
            ),
        }

    @api.model
    def _present_plan(self, plan, company, text):
        """A plan's measures as text: list of dicts, empty without a plan."""
        labels = plan._get_measure_labels()
        signs = dict(plan.line_ids._fields["result"]._description_selection(self.env))

        def show(line, name):
            amount = line[name]
            if amount is False:
                return ""
            if line.measure == "sku":
                return f"{amount:.0f}"
            return text.amount(amount, company.currency_id)

        return [
            {
                "measure": labels[line.measure],
                "sign": line.result or "",
                "sign_name": signs.get(line.result, ""),
                "percent": ""
                if line.difference_percent is False
                else f"{line.difference_percent:+.2f} %",
                "points": "" if line.points is False else f"{line.points:+.2f}",
                **{
                    name: show(line, name)
                    for name in (
                        *("compared_plan", "actual", "difference", "total"),
                        *("forecast", "left_amount"),
                    )
                },
            }
            for line in plan.line_ids
            # what nobody planned or booked says nothing to a meeting
            if line.total or line.actual
        ]

    @api.model
    def _present_balances(self, sections, names, text):
        """Open items of each currency as text, by age."""
        currencies = self.env["res.currency"].browse(
            [section.currency for section in sections]
        )
        return [
            {
                "currency": currency,
                "open": text.amount(section.closing, currency),
                "overdue": text.amount(section.overdue, currency),
                "disputed": text.amount(section.disputed, currency),
                "promised": text.amount(section.promised, currency),
                "buckets": [
                    (name, text.amount(amount, currency))
                    for name, amount in zip(names, section.buckets, strict=True)
                ],
            }
            for section, currency in zip(sections, currencies, strict=True)
        ]


class NationalReviewReport(models.AbstractModel):
    _name = "report.account_admin.review_national"
    _description = "Account Review of a National Account"
    _inherit = ["report.account_admin.review_partner"]
    _accounts = "national.account"

    @api.model
    def _get_accounts(self, docids):
        return self.env[self._accounts].browse(docids)
