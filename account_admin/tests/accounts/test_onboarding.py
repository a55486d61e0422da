"""N8 in the books: steps, papers beside the set-up, another reviewer, credit of 0."""

from datetime import date

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.base.next_odoo import get_working_hours
from .test_people import PeopleCommon

PAPERS = {
    "name": "Acme Toys, Inc.",
    "vat": "DE 136 695 976",
    "iban": "DE89 3704 0044 0532 0130 00",
    "terms": "Net 30",
    "limit": "50000",
    "currency": "USD",
    "street": "Hauptstraße 5",
    "zip": "10115",
    "payable": "Jane Roe",
    "order_number": "yes",
}


class OnboardingCommon(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms, cls.other_terms = cls.env["account.payment.term"].create(
            [{"name": name} for name in ("Net 30", "Net 45")]
        )
        cls.acme = cls._customer(
            "ACME TOYS INC",
            street="Hauptstraße 5",
            zip="10115",
            vat="DE136695976",
            country_id=cls.env.ref("base.de").id,
            collections_user_id=cls.ann.id,
        )
        cls.acme.with_company(cls.company).property_payment_term_id = cls.other_terms
        cls.env["res.partner.bank"].create(
            {"acc_number": "DE89370400440532013000", "partner_id": cls.acme.id}
        )
        cls.env["account.admin.profile"].create(
            {"partner_id": cls.acme.id, "order_number": "yes"}
        )
        cls.template = cls.env["account.admin.onboarding.template"].create(
            {
                "name": "Short",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Tax form",
                            "kind": "paper",
                            "document_type_id": cls.env.ref(
                                "account_admin.document_type_w9"
                            ).id,
                            "days": 3,
                        }
                    ),
                    Command.create({"name": "Welcome call", "days": 10}),
                ],
            }
        )
        cls.bookkeeper = new_test_user(
            cls.env,
            "beth",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _onboard(self, by=None, **vals):
        return (
            self.env["account.admin.onboarding"]
            .with_user(by or self.ann)
            .create(
                {
                    "partner_id": self.acme.id,
                    "company_id": self.company.id,
                    "template_id": self.template.id,
                    "date_start": "2026-07-01",
                    "credit_asked": 50000,
                    **vals,
                }
            )
        )

    def _type_papers(self, onboarding, **papers):
        for line in onboarding.line_ids:
            line.paper = papers.get(line.field_name, PAPERS.get(line.field_name))

    def _set_up(self):
        """What the papers say is set up."""
        self.acme.with_company(self.company).property_payment_term_id = self.terms
        jane = {"name": "Jane Roe", "parent_id": self.acme.id}
        jane = self.env["res.partner"].create(jane)
        self._assign(jane, self.payable)

    def _close_steps(self, onboarding):
        tax, call = onboarding.step_ids
        paper = self._document(
            partner_id=self.acme.id, type_id=tax.document_type_id.id, date_start=False
        )
        paper.action_submit()
        paper.with_user(self.mia).action_accept()
        onboarding.invalidate_recordset()
        tax.action_done()
        call.reason = "They called us"
        call.action_waive()

    def _prepared(self):
        onboarding = self._onboard()
        self._type_papers(onboarding)
        self._set_up()
        self._close_steps(onboarding)
        onboarding.action_ask_review()
        return onboarding

    def _invoice(self, amount=100):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.acme.id,
                "invoice_date": "2026-07-02",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Toys", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        return move.with_user(self.bookkeeper)


@tagged("post_install", "-at_install")
class TestOnboarding(OnboardingCommon):
    # ------------------------------------------------------------------
    # N8
    # ------------------------------------------------------------------

    def test_of_ten_fields_five_are_the_same_and_two_stand_in_the_way(self):
        onboarding = self._onboard()
        self._type_papers(onboarding)
        found = {
            line.field_name: line.result for line in onboarding.line_ids if line.result
        }
        self.assertEqual(len(found), 10)
        counts = {
            result: sum(1 for one in found.values() if one == result)
            for result in set(found.values())
        }
        self.assertEqual(counts, {"same": 5, "form": 3, "differs": 1, "missing": 1})
        self.assertEqual((found["terms"], found["payable"]), ("differs", "missing"))
        self.assertIn("“Net 30” on the papers and “Net 45”", onboarding.in_the_way)
        self._set_up()
        onboarding.line_ids.invalidate_recordset()
        self.assertFalse(
            {"differs", "missing"} & set(onboarding.line_ids.mapped("result"))
        )

    def test_no_review_while_something_is_in_the_way(self):
        onboarding = self._onboard()
        self._type_papers(onboarding)
        with self.assertRaisesRegex(UserError, "“Welcome call” is open"):
            onboarding.action_ask_review()

    def test_the_first_invoice_waits_for_the_approval(self):
        with self._on("2026-07-02"):
            onboarding = self._prepared()
            with self.assertRaisesRegex(
                UserError, "no credit until its onboarding is approved.*To Review"
            ):
                self._invoice().action_post()
            onboarding.with_user(self.mia).action_approve()
            invoice = self._invoice()
            invoice.action_post()
            self.assertEqual(invoice.state, "posted")
            limit = self.env["collections.limit"].search(
                [("partner_id", "=", self.acme.id)]
            )
            self.assertEqual(limit.amount, 50000)
            self.assertEqual(limit.date_start, date(2026, 7, 2))
            with self.assertRaisesRegex(UserError, "credit limit of"):
                self._invoice(60000).action_post()

    def test_a_limit_of_before_counts_no_more_and_is_kept(self):
        with self._on("2026-06-01"):
            old = self.env["collections.limit"].create(
                {
                    "partner_id": self.acme.id,
                    "company_id": self.company.id,
                    "amount": 9000,
                }
            )
        with self._on("2026-07-02"):
            onboarding = self._onboard(credit_asked=20000)
            with self.assertRaisesRegex(UserError, "no credit until"):
                self._invoice().action_post()
            self.assertEqual(old.amount, 9000)
            self._type_papers(onboarding, limit="20,000.00")
            self._set_up()
            self._close_steps(onboarding)
            onboarding.action_ask_review()
        with self._on("2026-07-05"):
            onboarding.with_user(self.mia).action_approve()
            limits = self.env["collections.limit"].search(
                [("partner_id", "=", self.acme.id), ("onboarding_id", "=", False)],
                order="id",
            )
            self.assertEqual(limits.mapped("amount"), [9000, 20000])
            self.assertEqual(old.date_end, date(2026, 7, 4))
            self._invoice(15000).action_post()

    def test_refused_it_stays_without_credit(self):
        with self._on("2026-07-02"):
            onboarding = self._prepared().with_user(self.mia)
            with self.assertRaisesRegex(UserError, "Say why"):
                onboarding.action_refuse()
            onboarding.reason = "No references"
            onboarding.action_refuse()
            with self.assertRaisesRegex(UserError, "no credit until.*Refused"):
                self._invoice().action_post()

    def test_nobody_grants_the_credit_past_the_approval(self):
        self._onboard()
        mine = [("partner_id", "=", self.acme.id)]
        limit = self.env["collections.limit"].search(mine)
        hands = ({"amount": 9}, {"date_end": "2026-07-01"}, {"onboarding_id": False})
        for vals in hands:
            with self.assertRaises(UserError):
                limit.write(vals)
        with self.assertRaisesRegex(UserError, "until its onboarding"):
            limit.unlink()

    # ------------------------------------------------------------------
    # THE SECOND PERSON
    # ------------------------------------------------------------------

    def test_whoever_prepared_it_neither_approves_nor_refuses(self):
        onboarding = self._prepared()
        onboarding.reason = "x"
        for action in ("action_approve", "action_refuse"):
            with self.assertRaisesRegex(UserError, "another person reviews it"):
                getattr(onboarding, action)()

    def test_whoever_typed_a_value_prepared_it_too(self):
        onboarding = self._onboard()
        self._type_papers(onboarding.with_user(self.mia))
        self._set_up()
        self._close_steps(onboarding)
        onboarding.action_ask_review()
        with self.assertRaisesRegex(UserError, "another person reviews it"):
            onboarding.with_user(self.mia).action_approve()

    def test_a_deputy_of_the_reviewer_who_prepared_it_does_not_approve(self):
        onboarding = self._prepared()
        self.env["account.admin.absence"].create(
            {
                "user_id": self.mia.id,
                "deputy_id": self.ann.id,
                "date_start": "2026-01-01",
                "date_end": "2099-12-31",
            }
        )
        with self.assertRaisesRegex(UserError, "another person reviews it"):
            onboarding.action_approve()

    def test_the_approval_is_not_set_by_hand_import_or_default(self):
        onboarding = self._prepared()
        for vals in ({"state": "approved"}, {"preparer_ids": [Command.clear()]}):
            with self.assertRaises(AccessError):
                onboarding.write(vals)
        model = self.env["account.admin.onboarding"].with_user(self.mia)
        with self.assertRaises(AccessError):
            model.create({"partner_id": self.account.id, "state": "approved"})
        made = model.with_context(default_state="approved").create(
            {"partner_id": self.account.id, "template_id": self.template.id}
        )
        self.assertEqual(made.state, "running")
        self.assertFalse(
            model.load(["id", "state"], [["x.y", "approved"]])["ids"],
        )

    def test_under_review_nothing_is_changed_until_it_is_sent_back(self):
        onboarding = self._prepared()
        changes = (
            lambda: onboarding.write({"credit_asked": 90000}),
            lambda: onboarding.line_ids[0].write({"paper": "x"}),
            lambda: onboarding.step_ids[0].write({"name": "x"}),
            lambda: onboarding.step_ids[0].action_reopen(),
            lambda: onboarding.line_ids[0].unlink(),
        )
        for change in changes:
            with self.assertRaisesRegex(UserError, "is not running"):
                change()
        onboarding.with_user(self.mia).action_back()
        onboarding.credit_asked = 40000
        self.assertEqual(onboarding.state, "running")

    def test_a_set_up_that_changed_under_review_is_in_the_way_again(self):
        onboarding = self._prepared()
        self.acme.street = "Elsewhere 1"
        onboarding.line_ids.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Street is “Hauptstraße 5”"):
            onboarding.with_user(self.mia).action_approve()

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def test_steps_are_due_on_working_days_and_their_owners_are_told(self):
        onboarding = self._onboard(date_start="2026-07-01")
        self.assertEqual(
            onboarding.step_ids.mapped("date"), [date(2026, 7, 6), date(2026, 7, 15)]
        )
        activities = onboarding.activity_ids
        self.assertEqual(activities.user_id, self.ann)
        told = set(activities.mapped("summary"))
        self.assertEqual(told, {"Tax form", "Welcome call"})
        self.assertEqual(onboarding.progress, 0)
        self.assertEqual(onboarding.date_due, date(2026, 7, 6))
        model = self.env["account.admin.onboarding"]
        for day, expected in (("2026-07-06", False), ("2026-07-07", True)):
            with self._on(day):
                onboarding.invalidate_recordset()
                self.assertEqual(onboarding.is_late, expected, day)
                found = model.search([("is_late", "=", True)])
                self.assertEqual(onboarding in found, expected, day)

    def test_a_document_is_accepted_before_its_step_is_done(self):
        onboarding = self._onboard()
        tax = onboarding.step_ids[0]
        with self.assertRaisesRegex(UserError, "accepted document.*Form W-9"):
            tax.action_done()
        action = tax.action_open_document()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_partner_id"], self.acme.id)
        self._close_steps(onboarding)
        self.assertEqual(onboarding.progress, 100)

    def test_a_step_is_waived_with_a_reason_only(self):
        call = self._onboard().step_ids[1]
        with self.assertRaisesRegex(UserError, "Say why"):
            call.action_waive()
        with self.assertRaises(AccessError):
            call.write({"state": "done"})

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_what_cannot_be_is_refused(self):
        self._onboard()
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            self._onboard()
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self.template.step_ids[0].days = -1
            self.template.step_ids.flush_recordset()
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self._onboard(partner_id=self.account.id, credit_asked=-1)

    def test_a_template_without_steps_is_refused_in_a_sentence(self):
        empty = self.template.copy({"name": "Empty", "step_ids": [Command.clear()]})
        with self.assertRaisesRegex(ValidationError, "“Empty” has no steps"):
            self._onboard(template_id=empty.id)

    def test_what_a_person_who_left_was_to_do_falls_to_whoever_prepares(self):
        gone = self._person("gone", "account_admin.group_account_admin_user")
        self.template.step_ids[1].write({"owner": "person", "user_id": gone.id})
        gone.active = False
        onboarding = self._onboard()
        self.assertEqual(onboarding.step_ids.user_id, self.ann)
        self.assertIn("left: ann", " ".join(onboarding.message_ids.mapped("body")))

    def test_hours_without_a_working_day_are_named(self):
        get_working_hours(self.company).attendance_ids.unlink()
        with self.assertRaisesRegex(UserError, "no working day"):
            self._onboard()

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_only_who_looks_after_the_account_sees_it(self):
        onboarding = self._onboard()
        for record in (onboarding, onboarding.step_ids[0], onboarding.line_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(self.bob).read(["display_name"])
            self.assertTrue(record.with_user(self.audrey).read(["display_name"]))
            with self.assertRaises(AccessError):
                record.with_user(self.audrey).write({"company_id": self.company.id})
        with self.assertRaises(AccessError):
            onboarding.unlink()

    def test_the_form_starts_one_with_the_template_that_comes_with_it(self):
        onboarding = self.env["account.admin.onboarding"].with_user(self.ann)
        form = Form(onboarding)
        form.partner_id = self.acme
        form.credit_asked = 1000
        one = form.save()
        self.assertTrue(one.step_ids)
        self.assertEqual(len(one.line_ids), 11)
        self.assertEqual(one.preparer_ids, self.ann)
