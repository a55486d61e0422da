"""Papers of accounts: a second pair of eyes, and asked for again in time."""

from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon

USER = "account_admin.group_account_admin_user"
ALL = "account_admin.group_account_admin_all"


class DocumentCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.mia, cls.audrey = (
            cls._person(login, group)
            for login, group in (
                ("ann", USER),
                ("bob", USER),
                ("mia", ALL),
                ("audrey", "account_admin.group_account_admin_auditor"),
            )
        )
        cls.account = cls._customer("Northwind", collections_user_id=cls.ann.id)
        cls.insurance = cls.env.ref("account_admin.document_type_insurance")

    @classmethod
    def _person(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=group,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _document(self, by=None, attach=True, **vals):
        document = (
            self.env["account.admin.document"]
            .with_user(by or self.ann)
            .create(
                {
                    "type_id": self.insurance.id,
                    "partner_id": self.account.id,
                    "date_start": "2025-07-01",
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )
        if attach:
            document.message_post(attachments=[("paper.pdf", b"%PDF-1.4 paper")])
        return document

    def _accepted(self, **vals):
        document = self._document(**vals)
        document.action_submit()
        document.with_user(self.mia).action_accept()
        return document


@tagged("post_install", "-at_install")
class TestDocument(DocumentCommon):
    # ------------------------------------------------------------------
    # REVIEW
    # ------------------------------------------------------------------

    def test_a_certificate_of_a_year_ends_the_day_before(self):
        self.assertEqual(self._document().date_end, date(2026, 6, 30))

    def test_whoever_handed_it_in_neither_accepts_nor_rejects_it(self):
        document = self._document(by=self.mia)
        document.action_submit()
        document.reason = "Illegible"
        for action in ("action_accept", "action_reject"):
            with self.assertRaisesRegex(UserError, "another person reviews it"):
                getattr(document, action)()
        document.with_user(self.ann).action_accept()
        self.assertEqual(
            (document.state, document.reviewed_by_id), ("accepted", self.ann)
        )

    def test_a_type_that_nobody_reviews_counts_at_once(self):
        self.insurance.is_reviewed = False
        document = self._document()
        document.action_submit()
        self.assertEqual(document.state, "accepted")

    def test_rejected_with_a_reason_it_is_handed_in_again(self):
        document = self._document()
        document.action_submit()
        with self.assertRaisesRegex(UserError, "what is wrong"):
            document.with_user(self.mia).action_reject()
        document.with_user(self.mia)._reject("We are not named on it")
        self.assertEqual(document.state, "rejected")
        document.date_end = "2026-06-29"
        document.action_submit()
        self.assertEqual((document.state, document.reason), ("submitted", False))

    def test_what_was_handed_in_is_not_changed_or_deleted(self):
        document = self._accepted()
        for vals in ({"date_end": "2030-01-01"}, {"partner_id": self.customer.id}):
            with self.assertRaisesRegex(UserError, "was handed in"):
                document.with_user(self.ann).write(vals)
        with self.assertRaisesRegex(UserError, "was handed in"):
            document.with_user(self.ann).unlink()

    def test_the_review_is_not_set_by_hand_or_by_import(self):
        document = self._document()
        for vals in ({"state": "accepted"}, {"reviewed_by_id": self.mia.id}):
            with self.assertRaises(AccessError):
                document.write(vals)
        imported = (
            self.env["account.admin.document"]
            .with_user(self.ann)
            .load(
                ["type_id/.id", "partner_id/.id", "state"],
                [[str(self.insurance.id), str(self.account.id), "accepted"]],
            )
        )
        self.assertFalse(imported["ids"])

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_days_that_run_backwards_and_negative_amounts_are_refused(self):
        for vals, said in (
            ({"date_end": "2025-06-30"}, "dates_in_order"),
            ({"amount": -1}, "amount_in_order"),
        ):
            with self.assertRaisesRegex(CheckViolation, said), self.cr.savepoint():
                self._document(**vals).flush_recordset()

    def test_without_a_file_or_a_last_day_it_is_not_handed_in(self):
        with self.assertRaisesRegex(ValidationError, "attach the paper"):
            self._document(attach=False).action_submit()
        with self.assertRaisesRegex(ValidationError, "needs a last day"):
            self._document(date_start=False).action_submit()

    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    def test_insurance_to_30_june_holds_the_account_from_1_july(self):
        self._accepted()
        standings = self.env["collections.standing"]
        for day, level in (("2026-06-30", None), ("2026-07-01", "hold")):
            with self._on(day):
                found = standings._find(self.company).get(self.account.id)
                self.assertEqual(found.level if level else None, level, day)
        self.assertIn("06/30/2026", found.reasons[0])
        self._accepted(date_start="2026-07-03")
        with self._on("2026-07-05"):
            found = standings._find(self.company).get(self.account.id)
            self.assertEqual(found.level, "good")

    def test_a_document_that_has_run_out_lowers_the_score(self):
        self._accepted()
        self.account.customer_rank = 1
        rule = self.env.ref("account_admin.quality_rule_expired")
        findings = self.env["account.admin.quality"]
        for day, expected in (("2026-06-30", False), ("2026-07-01", True)):
            with self._on(day):
                findings._refresh(self.company)
                found = findings.search(
                    [("partner_id", "=", self.account.id), ("rule_id", "=", rule.id)]
                )
                self.assertEqual(bool(found), expected, day)
        self.assertIn("Certificate of Insurance", found.detail)

    def test_the_latest_of_a_type_is_the_one_that_counts_longest(self):
        first = self._accepted()
        second = self._accepted(date_start="2026-07-01")
        waiting = self._document(date_start="2027-07-01")
        self.assertEqual(
            [d.is_last for d in (first, second, waiting)], [False, True, False]
        )
        documents = self.env["account.admin.document"]
        self.assertEqual(documents.search([("is_last", "=", True)]), second)
        with self._on("2026-08-01"):
            self.assertTrue(first.is_expired)
            self.assertEqual(documents.search([("is_expired", "=", True)]), first)
        self.assertEqual(self.account.account_admin_document_count, 3)

    def test_a_national_account_shows_the_papers_of_its_members(self):
        member = self._customer("Branch")
        national = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.account.id,
                "member_ids": [(0, 0, {"partner_id": member.id})],
            }
        )
        own = self._accepted()
        theirs = self._document(by=self.mia, partner_id=member.id)
        self.assertEqual(national.document_ids, own | theirs)

    # ------------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------------

    def _activities(self, document):
        return self.env["mail.activity"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def test_the_administrator_is_asked_once_thirty_days_before(self):
        document = self._accepted()
        for day, count in (("2026-05-30", 0), ("2026-05-31", 1), ("2026-06-01", 1)):
            with self._on(day):
                self._trigger("ir_cron_document")
            self.assertEqual(len(self._activities(document)), count, day)
        activity = self._activities(document)
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.ann, date(2026, 6, 30))
        )

    def test_nobody_is_asked_for_what_has_a_newer_one(self):
        document = self._accepted()
        self._accepted(date_start="2026-07-01")
        with self._on("2026-06-15"):
            self.env["account.admin.document"]._remind(self.company)
        self.assertFalse(self._activities(document))

    def test_reminders_take_as_many_queries_for_ten_times_the_documents(self):
        def count(number):
            accounts = self.env["res.partner"].create(
                [
                    {
                        "name": f"A{i}",
                        "is_company": True,
                        "collections_user_id": self.ann.id,
                    }
                    for i in range(number)
                ]
            )
            documents = self.env["account.admin.document"]._create_kept(
                [
                    {
                        "type_id": self.insurance.id,
                        "partner_id": account.id,
                        "date_end": "2026-06-30",
                        "state": "accepted",
                    }
                    for account in accounts
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self._on("2026-06-15"):
                self.env["account.admin.document"]._remind(self.company)
                self.env.flush_all()
            self.assertTrue(all(documents.mapped("reminded_on")))
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(20)
        self.assertLessEqual(many, few + 4)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_another_administrator_does_not_see_it(self):
        document = self._document()
        with self.assertRaises(AccessError):
            document.with_user(self.bob).read(["number"])
        self.assertTrue(document.with_user(self.mia).read(["number"]))

    def test_nobody_moves_a_document_to_an_account_of_others(self):
        other = self._customer("Contoso", collections_user_id=self.bob.id)
        with self.assertRaises(AccessError):
            self._document().write({"partner_id": other.id})

    def test_the_auditor_reads_and_changes_nothing(self):
        document = self._accepted().with_user(self.audrey)
        self.assertTrue(document.read(["state", "reviewed_by_id"]))
        with self.assertRaises(AccessError):
            document.write({"reason": "x"})
        with self.assertRaises(AccessError):
            document.action_accept()
