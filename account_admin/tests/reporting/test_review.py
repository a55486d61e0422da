"""The account review: its figures, its pages, who may print it."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ...reports.base import charts
from ..reports import ReportsCommon

PARTNER = "account_admin.action_report_review_partner"
NATIONAL = "account_admin.action_report_review_national"


@tagged("post_install", "-at_install")
class TestReview(ReportsCommon):
    def _review(self, day, accounts=None):
        accounts = self.customer if accounts is None else accounts
        found = self.env["account.admin.review"].get_reviews(
            self.company, self._day(day), accounts
        )
        return found[accounts]

    def test_twelve_months_show_what_was_invoiced_paid_and_left_open(self):
        first = self._move("2026-01-10", 100)
        self._move("2026-02-10", 50)
        self._pay(first, "2026-02-20")
        months = self._review("2026-02-28")["months"]
        self.assertEqual(len(months), 12)
        january, february = (month["inputs"] for month in months[-2:])
        self.assertEqual(
            (january.sales[0], january.paid, january.ending), (100, 0, 100)
        )
        self.assertEqual(
            (february.sales[0], february.paid, february.ending), (50, 100, 50)
        )
        self.assertEqual(months[-1]["figures"].days_to_pay, 41)

    def test_year_compares_with_the_twelve_months_before(self):
        self._move("2025-01-10", 70)
        self._move("2026-01-10", 100)
        year = self._review("2026-01-31")["year"]
        self.assertEqual((year["sales"], year["sales_before"]), (100, 70))
        self.assertIsNone(year["days_to_pay"])

    def test_profile_tells_since_when_and_what_was_paid_last(self):
        first = self._move("2026-01-10", 100)
        self._pay(first, "2026-02-20", 60)
        self._pay(first, "2026-03-01", 40)
        profile = self._review("2026-03-31")["profile"]
        self.assertEqual(
            (str(profile["since"]), str(profile["last_payment"]), profile["last_paid"]),
            ("2026-01-10", "2026-03-01", 40),
        )

    def test_page_lists_open_disputes_promises_and_the_case(self):
        invoice = self._move("2026-01-10", 1000)
        self._night("2026-01-12")
        with self._on("2026-01-13"):
            reason = self.env.ref("account_admin.dispute_reason_price")
            self.env["collections.dispute"].create(
                {"move_id": invoice.id, "amount": 400, "reason_id": reason.id}
            )
            self.env["collections.promise"].create(
                {
                    "partner_id": self.customer.id,
                    "amount": 250,
                    "date": "2026-01-20",
                    "move_ids": invoice.ids,
                }
            )
            text = self._pdf_text(PARTNER, self.customer)
        for shown in (
            *("Open cases", "Open disputes", "$ 400.00", "Open promises", "$ 250.00"),
            *("Brook Stores", "Step sent", "Customer since 01/10/2026"),
        ):
            self.assertIn(shown, text)

    def test_national_account_is_reviewed_with_its_members(self):
        head, member = self._customer("Harbour Group"), self._customer("Harbour Foods")
        account = self.env["national.account"].create(
            {
                "name": "Harbour",
                "partner_id": head.id,
                "member_ids": [Command.create({"partner_id": member.id})],
            }
        )
        self._move("2026-01-10", 100, head)
        self._move("2026-01-12", 23, member)
        review = self._review("2026-01-31", account)
        self.assertEqual(review["months"][-1]["inputs"].ending, 123)
        self.assertEqual((review["partner"], review["members"]), (head, member))
        with self._on("2026-02-01"):
            text = self._pdf_text(NATIONAL, account)
        self.assertIn("With Harbour Foods", text)
        self.assertIn("$ 123.00", text)

    def test_account_without_items_has_a_review(self):
        with self._on("2026-02-01"):
            text = self._pdf_text(PARTNER, self.customer)
        self.assertIn("Nothing is open", text)

    def test_charts_are_drawn_not_photographed(self):
        picture = charts.bars(["Jan", "Feb"], {"<b>": [1, 2], "Paid": [0, 3]})
        self.assertTrue(picture.startswith("data:image/svg+xml;base64,"))
        self.assertTrue(charts.lines(["Jan", "Feb"], {"Days": [None, 3]}))
        self.assertIsNone(charts.lines(["Jan"], {"Days": [None]}))

    def test_account_of_somebody_else_is_refused_by_name(self):
        other = new_test_user(
            self.env,
            login="olga",
            groups="base.group_user,account_admin.group_account_admin_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        mine = self._customer("Mine", collections_user_id=other.id)
        self.customer.collections_user_id = self.env.user
        reports = self.env["ir.actions.report"].with_user(other)
        reports._render_qweb_html(PARTNER, mine.ids)
        with self.assertRaisesRegex(UserError, "Brook Stores is looked after by"):
            reports._render_qweb_html(PARTNER, self.customer.ids)
