"""The weekly mail to a manager: what arrived, when, in which language."""

from datetime import date

from lxml import etree

from odoo.tests import tagged
from odoo.tools import mute_logger

from .scorecard import ScorecardCommon


@tagged("post_install", "-at_install")
class TestScorecardMail(ScorecardCommon):
    """Mails leave by SMTP; 27 July 2026 is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._target(dials=10, amount=100)
        cls._calls(cls.ann, "2026-07-21", number=25)
        cls._calls(cls.ann, "2026-07-08", number=5)
        cls._calls(cls.ann, "2026-07-27", number=3)

    def _tell(self, moment):
        with self._on(moment):
            self._trigger("ir_cron_scorecard_mail")
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()

    def test_one_mail_with_week_and_month_of_all_people_against_their_targets(self):
        self._tell("2026-07-27")
        (message,) = self.mailbox.messages
        self.assertIn("boss@example.com", message["X-Rcpt"])
        self.assertIn("in the week until 07/26/2026", message["Subject"])
        html = self.mailbox.body()
        rows = self._rows(html)
        week, month = rows[:3], rows[3:]
        # last week has five working days; July 17 of them until the 26th
        self.assertEqual(
            [row[:3] for row in week],
            [
                ["ann", "5", "25 of 50 (50.00 %)"],
                ["bob", "5", "0 of 50 (0.00 %)"],
                ["Together", "10", "25 of 100 (25.00 %)"],
            ],
        )
        self.assertEqual(
            [row[:3] for row in month],
            [
                ["ann", "17", "30 of 170 (17.65 %)"],
                ["bob", "17", "0 of 170 (0.00 %)"],
                ["Together", "34", "30 of 340 (8.82 %)"],
            ],
        )
        self.assertIn("/odoo/scorecards", html)

    def _rows(self, html):
        """Cells of the rows of people in a mail."""
        cells = [
            [" ".join("".join(cell.itertext()).split()) for cell in row.iter("td")]
            for row in etree.HTML(html).iter("tr")
        ]
        return [row for row in cells if len(row) > 7]

    def test_it_comes_once_a_week_however_often_or_late_it_runs(self):
        self._tell("2026-07-28")
        self._tell("2026-07-28")
        self._tell("2026-08-02")
        self.assertEqual(len(self.mailbox.messages), 1)
        self._tell("2026-08-03")
        self.assertEqual(len(self.mailbox.messages), 2)
        self.assertEqual(self.boss.account_admin_told_week, date(2026, 8, 3))

    def test_monday_is_that_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        # noon of Sunday in UTC is Monday there
        self._tell("2026-07-26")
        self.assertEqual(self.boss.account_admin_told_week, date(2026, 7, 27))

    def test_it_is_in_the_language_of_the_manager(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.boss.lang = "fr_FR"
        self._tell("2026-07-27")
        self.assertIn("26/07/2026", self.mailbox.messages[0]["Subject"])
        self.assertIn("20/07/2026", self.mailbox.body())
        self.assertIn("Ensemble", self.mailbox.body())

    def test_a_company_may_turn_it_off(self):
        self.company.collections_scorecard_mail = False
        self._tell("2026-07-27")
        self.assertFalse(self.mailbox.messages)

    def test_two_managers_get_their_own_people(self):
        self.bob.account_admin_manager_id = self._user("newboss")
        self._calls(self.bob, "2026-07-22")
        self._tell("2026-07-27")
        found = {
            message["X-Rcpt"]: [row[0] for row in self._rows(self.mailbox.body(number))]
            for number, message in enumerate(self.mailbox.messages)
        }
        self.assertEqual(
            found,
            {
                "boss@example.com": ["ann", "ann"],
                "newboss@example.com": ["bob", "bob"],
            },
        )

    def test_one_managers_trouble_is_not_the_others(self):
        self.bob.account_admin_manager_id = self._user("newboss")
        cards = type(self.cards)
        tell = cards._tell_manager

        def fail(model, manager, known):
            if manager == self.boss:
                raise ValueError("No")
            return tell(model, manager, known)

        self.patch(cards, "_tell_manager", fail)
        with mute_logger("odoo.addons.account_admin.models.base.isolation"):
            self._tell("2026-07-27")
        self.assertEqual(
            [message["X-Rcpt"] for message in self.mailbox.messages],
            ["newboss@example.com"],
        )
        self.assertFalse(self.boss.account_admin_told_week)

    def test_nothing_to_tell_is_not_told(self):
        self.env["account.admin.target"].search([]).unlink()
        self._tell("2026-08-31")
        self.assertFalse(self.mailbox.messages)
