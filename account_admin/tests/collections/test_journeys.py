"""Journeys from end to end: several people in browsers, and the nights between."""

from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import CollectionsHttpCase
from .test_my_day import MyDayCommon


class JourneyCommon(MyDayCommon, CollectionsHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the day of a payment is the browser's
        cls.company.partner_id.tz = "UTC"
        cls.today = cls.company._collections_today()
        cls.long_ago = cls.today - timedelta(days=40)
        cls.ann.email, cls.bob.email = "ann@example.com", "bob@example.com"

    @classmethod
    def _person(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            name=login.title(),
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )


@tagged("post_install", "-at_install")
class TestPromiseJourney(JourneyCommon):
    """Promised on the phone, paid, kept, closed."""

    def test_promise_payment_kept_closed(self):
        shop = self._account("Harbour Shop", 600, self.long_ago, tz=False)
        invoice = self.env["account.move"].search([("partner_id", "=", shop.id)])
        bookkeeper = self._person("beth", "account.group_account_invoice")
        self._trigger("ir_cron_night")
        self.start_tour("/odoo", "account_admin_journey_promise", login="ann")
        promise = self.env["collections.promise"].search([])
        self.assertEqual((promise.amount, promise.state), (600, "open"))
        self._trigger("ir_cron_night")
        self.assertEqual(self._cases(shop).asked_amount, 0)
        self.start_tour(
            f"/odoo/account.move/{invoice.id}",
            "account_admin_journey_payment",
            login=bookkeeper.login,
        )
        self._trigger("ir_cron_night")
        self.assertEqual((promise.state, promise.received), ("kept", 600))
        self.assertEqual(self._cases(shop).state, "closed")
        self.start_tour("/odoo", "account_admin_journey_kept", login="ann")


@tagged("post_install", "-at_install")
class TestDisputeJourney(JourneyCommon):
    """Contested in part, settled with a credit note, chased again."""

    def test_dispute_credit_note_resumed(self):
        shop = self._account("Harbour Shop", 600, self.long_ago, tz=False)
        invoice = self.env["account.move"].search([("partner_id", "=", shop.id)])
        bookkeeper = self._person("beth", "account.group_account_invoice")
        self._trigger("ir_cron_night")
        self.start_tour("/odoo", "account_admin_journey_dispute", login="ann")
        dispute = self.env["collections.dispute"].search([])
        self.assertEqual((dispute.move_id, dispute.amount), (invoice, 200))
        self._trigger("ir_cron_night")
        self.assertEqual(self._cases(shop).asked_amount, 400)
        self.start_tour(
            f"/odoo/collections-disputes/{dispute.id}",
            "account_admin_journey_settle",
            login="ann",
        )
        self.assertEqual((dispute.state, dispute.resolution), ("closed", "partly"))
        credit = self.env["account.move"].search([("move_type", "=", "out_refund")])
        self.assertEqual((credit.state, credit.amount_total), ("draft", 150))
        self._trigger("ir_cron_night")
        self.assertEqual(self._cases(shop).asked_amount, 450, "the rest at once")
        self.start_tour(
            f"/odoo/account.move/{credit.id}",
            "account_admin_journey_credit",
            login=bookkeeper.login,
        )
        self.assertEqual(credit.state, "posted")
        self._trigger("ir_cron_night")
        self.assertEqual(self._cases(shop).asked_amount, 450)
        self.assertNotEqual(self._cases(shop).state, "closed")


@tagged("post_install", "-at_install")
class TestAbsenceJourney(JourneyCommon):
    """Away, covered, back with a digest."""

    def test_absence_deputy_back(self):
        shop = self._account("Harbour Shop", 600, self.long_ago, tz=False)
        dora = self._person("dora", "account_admin.group_account_admin_user")
        self._trigger("ir_cron_night")
        self.start_tour("/odoo", "account_admin_journey_away", login="ann")
        absence = self.env["account.admin.absence"].search([])
        self.assertEqual((absence.user_id, absence.deputy_id), (self.ann, dora))
        self.start_tour("/odoo", "account_admin_journey_deputy", login="dora")
        call = self.env["collections.call"].search([])
        self.assertEqual((call.partner_id, call.user_id), (shop, dora))
        self.assertEqual(self._cases(shop).user_id, self.ann, "it stays hers")
        # a week later, as far as the absence goes
        self._cases(shop).sudo().opened_on = self.today - timedelta(days=12)
        absence.write(
            {
                "date_start": self.today - timedelta(days=10),
                "date_end": self.today - timedelta(days=4),
            }
        )
        self._trigger("ir_cron_absence_digest")
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        (message,) = self.mailbox.messages
        self.assertIn("ann@example.com", message["X-Rcpt"])
        self.start_tour("/odoo", "account_admin_journey_back", login="ann")
        self.start_tour("/odoo", "account_admin_journey_over", login="dora")
