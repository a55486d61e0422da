"""A figure that has one name on several screens is one figure.

All of them are read on one ledger that has everything: foreign items, disputes,
promises with and without an invoice, credits, payments not matched, a payment of
another account, one that was set back to draft, and a revaluation.
"""

from odoo import Command
from odoo.tests import tagged

from ..reporting import dashboards
from ..reports import ReportsCommon

DAY = "2026-06-30"


@tagged("post_install", "-at_install")
class TestSameFigures(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        cls.other = cls._customer("Other Stores")
        cls.accounts = cls.customer | cls.other
        cls._build_ledger()

    @classmethod
    def _build_ledger(cls):
        cls._move("2026-07-31", 5000, date="2026-06-01")
        late = cls._move("2026-04-30", 4000)
        named = cls._move("2026-05-15", 900)
        disputed = cls._move("2026-05-20", 700)
        cls._move("2026-03-10", 600, currency_id=cls.euro.id)
        cls._credit("2026-05-25", 150)
        cls._payment("2026-06-20", 70)
        cls._misc("2026-05-31", 5, currency_id=cls.euro.id, amount_currency=0)
        cls._move("2026-05-01", 250, cls.other)
        cls._reconcile(late, cls._payment("2026-06-10", 400, cls.other))
        cls._pay(cls._move("2026-05-05", 330), "2026-06-05").action_draft()
        cls.env["collections.dispute"].create(
            {"move_id": disputed.id, "amount": 300, "date": "2026-06-01"}
        )
        cls._promise(cls.customer, 500, named)
        cls._promise(cls.customer, 3000)
        cls._promise(cls.customer, 100, currency_id=cls.euro.id)
        # more than it owes
        cls._promise(cls.other, 9999)

    @classmethod
    def _promise(cls, partner, amount, moves=None, **vals):
        cls.env["collections.promise"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "amount": amount,
                "made_on": "2026-06-25",
                "date": "2026-07-10",
                "move_ids": [Command.set(moves.ids if moves else [])],
                **vals,
            }
        )

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def _scorecard(self, board, figure):
        """What a card of a dashboard shows, read as the browser reads it."""
        book = dashboards.load(f"dashboard_{board}")
        (card,) = (f["data"] for f in dashboards.figures(book) if f["id"] == figure)
        text = dashboards.cells(book)[card["keyValue"]]
        ((_function, (key, measure)),) = dashboards.formulas(text)
        source = next(
            s for s in dashboards.sources(book) if s["name"] == f"pivot {key}"
        )
        (row,) = dashboards.read(source, self.env)
        return card["title"]["text"], float(row[measure])

    def _read_aging(self, **options):
        return self.env["account.admin.aged.item"].get_aging(
            self.company, self._day(DAY), **options
        )

    def _of_accounts(self):
        """Rows of the aging of the accounts, and the same rows of the KPIs."""
        aging = {row["keys"][0]: row for row in self._read_aging()["rows"]}
        kpis = self.env["account.admin.kpi"]
        rows = kpis.get_kpis(self.company, self._day(DAY), "account")
        return aging, {row["partner_id"]: row for row in rows}

    def _assert_all(self, expected, shown):
        """:param dict shown: screen -> figure"""
        self.assertEqual(
            {screen: round(float(amount), 2) for screen, amount in shown.items()},
            dict.fromkeys(shown, expected),
        )

    def _sum_aged(self, measure, *domain):
        aged = self.env["account.admin.aged.item"].with_context(aging_day=DAY)
        domain = [("company_id", "=", self.company.id), *domain]
        ((amount,),) = aged._read_group(domain, [], [f"{measure}:sum"])
        return amount

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def test_open(self):
        with self._on(DAY):
            title, card = self._scorecard("receivables", "card-open")
            (kpi,) = self.env["account.admin.kpi"].get_kpis(
                self.company, self._day(DAY)
            )
            aging = self._read_aging()
            (total,) = aging["totals"].values()
            items = self.env["account.admin.open.item"]
            forms = self.accounts.mapped("collections_open")
            buckets = items._get_aging(self.company, self._day(DAY))
        self.assertEqual(title, "Open")
        self._assert_all(
            5000 + 3600 + 900 + 700 + 300 - 150 - 70 + 5 + 250 + 330,
            {
                "dashboard": card,
                "list": self._sum_aged("amount"),
                "aging": total["total"],
                "buckets": sum(amount for _label, _count, amount in buckets),
                "tie-out": sum(row["ledger"] for row in aging["tie_out"]),
                "KPI": kpi["ending"],
                "partner forms": sum(forms),
            },
        )

    def test_open_of_each_account(self):
        self._night(DAY, send=False)
        with self._on(DAY):
            aging, kpis = self._of_accounts()
            for partner in self.accounts:
                statement = self._statement(DAY, partner)
                # one whose every overdue amount is promised has no case
                cases = self._cases(partner).mapped("open_amount")
                revalued = 5 if partner == self.customer else 0
                self._assert_all(
                    float(aging[partner.id]["total"]),
                    {
                        "KPI": kpis[partner.id]["ending"],
                        "partner form": partner.collections_open,
                        "statement": statement.amount + revalued,
                        **dict.fromkeys(["case"] * len(cases), sum(cases)),
                    },
                )

    def test_overdue(self):
        with self._on(DAY):
            title, card = self._scorecard("receivables", "card-overdue")
            (kpi,) = self.env["account.admin.kpi"].get_kpis(
                self.company, self._day(DAY)
            )
            (total,) = self._read_aging()["totals"].values()
            statements = self._statement(DAY, self.accounts)
            forms = self.accounts.mapped("collections_overdue")
        self.assertEqual(title, "Overdue")
        self._assert_all(
            3600 + 900 + 700 + 300 - 150 - 70 + 5 + 250 + 330,
            {
                "dashboard": card,
                "list": self._sum_aged("amount", ("days", ">", 0)),
                "aging": sum(total["buckets"][1:]),
                "KPI": kpi["overdue"],
                "partner forms": sum(forms),
                "statements": sum(statements.mapped("overdue")) + 5,
            },
        )

    def test_disputed(self):
        with self._on(DAY):
            title, card = self._scorecard("receivables", "card-disputed")
            (kpi,) = self.env["account.admin.kpi"].get_kpis(
                self.company, self._day(DAY)
            )
            (total,) = self._read_aging()["totals"].values()
        self.assertEqual(title, "Disputed")
        self._assert_all(
            300,
            {
                "dashboard": card,
                "list": self._sum_aged("disputed_amount"),
                "aging": total["disputed"],
                "KPI": kpi["disputed"],
            },
        )

    def test_promised(self):
        with self._on(DAY):
            cards = [
                self._scorecard("receivables", "card-promised"),
                self._scorecard("collections", "card-promises"),
            ]
        self.assertEqual([title for title, _amount in cards], ["Promised"] * 2)
        self._assert_all(
            500 + 3000 + 50 + 250,
            {
                "receivables dashboard": cards[0][1],
                "collections dashboard": cards[1][1],
                "list": self._sum_aged("promised_amount"),
            },
        )

    def test_what_customers_read_in_their_currencies(self):
        """Open, overdue, disputed and promised of statements and reviews."""
        day = self._day(DAY)
        names = ("closing", "overdue", "disputed", "promised")
        dollar = self.company.currency_id.id
        expected = {
            (self.customer, dollar): (10310, 5310, 300, 3500),
            (self.customer, self.euro.id): (600, 600, 0, 100),
            (self.other, dollar): (250, 250, 0, 250),
        }
        statements = self.env["collections.statement"]
        with self._on(DAY):
            shown = {
                "open items": statements.get_statements(
                    self.company, day, self.accounts
                ),
                "balance forward": statements.get_statements(
                    self.company,
                    day,
                    self.accounts,
                    "balance_forward",
                    self._day("2026-06-01"),
                ),
                "review": {
                    account: review["sections"]
                    for account, review in self.env["account.admin.review"]
                    .get_reviews(self.company, day, self.accounts)
                    .items()
                },
            }
        for screen, found in shown.items():
            self.assertEqual(
                {
                    (account, section.currency): tuple(
                        float(getattr(section, name)) for name in names
                    )
                    for account, sections in found.items()
                    for section in sections
                },
                expected,
                screen,
            )

    def test_pages_and_mails_show_these_amounts(self):
        with self._on(DAY):
            statement = self._statement(DAY, self.customer)
            pages = {
                report: self.env["ir.actions.report"]
                ._render_qweb_html(f"account_admin.{report}", records.ids)[0]
                .decode()
                for report, records in (
                    ("action_report_statement", statement),
                    ("action_report_review_partner", self.customer),
                )
            }
        for report, page in pages.items():
            page = page.replace("\N{NO-BREAK SPACE}", " ")
            for amount in ("$ 10,310.00", "$ 5,310.00", "$ 300.00", "$ 3,500.00"):
                self.assertIn(amount, page, report)

    def test_promised_of_what_is_overdue_is_what_the_case_leaves_out(self):
        self._night(DAY, send=False)
        with self._on(DAY):
            facts = self.env["account.admin.open.item"]._get_facts(
                self.company, self._day(DAY)
            )
            promised = {
                (account, amounts.currency): float(amounts.promised)
                for account, found in facts.items()
                for amounts in found.amounts
            }
        for (account, currency), amount in promised.items():
            aged = self.env["account.admin.aged.item"].with_context(
                aging_day=DAY, aging_currency="item"
            )
            ((listed,),) = aged._read_group(
                [
                    ("partner_id", "=", account),
                    ("currency_id", "=", currency),
                    ("days", ">", 0),
                ],
                [],
                ["promised_amount:sum"],
            )
            self.assertEqual(listed or 0, amount)
        self.assertEqual(sum(promised.values()), 3500 + 100 + 250)
