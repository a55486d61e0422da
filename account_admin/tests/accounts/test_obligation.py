"""Obligations of both sides: due, handed in, reviewed, missed (I1 to I4, N5)."""

from datetime import date, timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.base.next_odoo import get_working_hours
from .test_document import DocumentCommon

#: Federal holidays of the United States, from May 2026 to February 2027.
HOLIDAYS = (
    *("2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12"),
    *("2026-11-11", "2026-11-26", "2026-12-25", "2027-01-01"),
)


class ObligationCommon(DocumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        get_working_hours(cls.company).global_leave_ids = [
            Command.create(
                {
                    "name": day,
                    "company_id": cls.company.id,
                    "date_from": f"{day} 00:00:00",
                    "date_to": f"{day} 23:59:59",
                }
            )
            for day in HOLIDAYS
        ]
        cls.kinds = cls.env["account.admin.obligation.type"]
        cls.ida = cls._person("ida", "account_admin.group_account_admin_manager")
        cls.ann.account_admin_manager_id = cls.ida

    @classmethod
    def _type(cls, name):
        return cls.env.ref(f"account_admin.obligation_type_{name}")

    def _owe(self, name, by=None, **vals):
        kind = name if isinstance(name, type(self.kinds)) else self._type(name)
        return (
            self.env["account.admin.obligation"]
            .with_user(by or self.ann)
            .with_company(self.company)
            .create(
                {
                    "type_id": kind.id,
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "date_start": "2026-01-01",
                    **vals,
                }
            )
        )

    def _kind(self, name="Test", **vals):
        return self.kinds.create({"name": name, **vals})

    def _judge(self, day):
        """A night as it is, with the clock on a day."""
        with self._on(day):
            self._trigger("ir_cron_obligation")

    def _hand_in(self, obligation, **paper):
        """A certificate is handed in with the obligation by its owner."""
        document = self._document(type_id=obligation.document_type_id.id, **paper)
        obligation.write({"document_ids": [Command.set(document.ids)]})
        obligation.coverage_ids.write({"shown": 2_000_000})
        obligation.action_submit()
        return document

    def _reminders(self, obligation):
        return self.env["mail.activity"].search(
            [("res_model", "=", obligation._name), ("res_id", "=", obligation.id)],
            order="id",
        )


@tagged("post_install", "-at_install")
class TestObligationDays(ObligationCommon):
    # ------------------------------------------------------------------
    # I1: RELATIVE TO EVENTS
    # ------------------------------------------------------------------

    def test_i1_30_days_after_the_second_quarter(self):
        one = self._owe("quarter", date_start="2026-04-01")
        self.assertEqual(one.date, date(2026, 7, 30))

    def test_i1_60_days_before_the_term_ends_and_extended_with_it(self):
        one = self._owe("notice", term_end="2026-12-31")
        self.assertEqual(one.date, date(2026, 10, 30))
        one.term_end = "2027-12-31"
        self.assertEqual(one.date, date(2027, 11, 1))

    def test_i1_10_business_days_after_the_first_shipment_no_day_before(self):
        one = self._owe("samples")
        self.assertFalse(one.date)
        self.assertEqual(one.state, "waiting")
        one.event_date = "2026-07-01"
        self.assertEqual(one.date, date(2026, 7, 16))

    def test_i1_90_days_after_the_fiscal_year(self):
        one = self._owe("fiscal", fiscal_month="6")
        self.assertEqual(one.date, date(2026, 9, 28))

    # ------------------------------------------------------------------
    # I4: BY LAW
    # ------------------------------------------------------------------

    def test_i4_usdot_number_says_month_and_year(self):
        kind = self._kind("USDOT", base="usdot", side="ours")
        for number, since, day in (
            ("1234567", "2026-01-01", date(2026, 7, 31)),
            ("12345", "2026-01-01", date(2026, 5, 31)),
            ("12345", "2026-06-01", date(2028, 5, 31)),
            ("998830", "2026-01-01", date(2027, 10, 31)),
        ):
            one = self._owe(kind, usdot_number=number, date_start=since)
            self.assertEqual(one.date, day, number)

    def test_i4_hazmat_training_begins_again_when_it_was_done(self):
        one = self._owe("hazmat", event_date="2023-07-15")
        self.assertEqual(one.date, date(2026, 7, 15))
        one.evidence_link = "https://example.com/training"
        with self._on("2026-06-02"):
            one.action_submit()
            one.with_user(self.mia).action_accept()
        self.assertEqual(one.next_ids.date, date(2029, 6, 2))

    def test_i4_hipaa_papers_are_kept_six_years_after_they_were_in_effect(self):
        one = self._owe("hipaa", event_date="2026-03-01")
        paper = self._document(date_start="2019-03-01", date_end="2022-12-31")
        one.document_ids = paper
        self.assertEqual(one.kept_until, date(2028, 12, 31))
        paper.date_end = False
        self.assertFalse(one.kept_until)

    # ------------------------------------------------------------------
    # THE NEXT TIME
    # ------------------------------------------------------------------

    def test_a_missed_report_is_followed_by_the_next_one_once(self):
        one = self._owe("quarter", date_start="2026-04-01")
        self._judge("2026-07-30")
        self.assertEqual(one.state, "due")
        self._judge("2026-07-31")
        self._judge("2026-07-31")
        self.assertEqual(one.state, "missed")
        self.assertEqual(one.missed_on, date(2026, 7, 31))
        self.assertEqual(len(one.next_ids), 1)
        self.assertEqual(one.next_ids.date, date(2026, 10, 30))
        self.assertEqual(one.next_ids.user_id, self.ann)

    def test_nights_that_did_not_run_are_made_up_for(self):
        one = self._owe("quarter", date_start="2026-01-01")
        self._judge("2026-12-01")
        every = self.env["account.admin.obligation"].search(
            [("type_id", "=", one.type_id.id)], order="date"
        )
        self.assertEqual(
            [(each.date.isoformat(), each.state) for each in every],
            [
                ("2026-04-30", "missed"),
                ("2026-07-30", "missed"),
                ("2026-10-30", "missed"),
                ("2027-01-30", "waiting"),
            ],
        )

    def test_it_does_not_come_back_after_its_last_day(self):
        one = self._owe("quarter", date_start="2026-04-01", date_until="2026-08-31")
        self._judge("2026-08-01")
        self.assertEqual(one.state, "missed")
        self.assertFalse(one.next_ids)

    def test_what_happens_once_comes_back_never(self):
        kind = self._kind("Once", base="date", remind="")
        one = self._owe(kind, event_date="2026-05-01")
        self._judge("2026-05-02")
        self.assertEqual(one.state, "missed")
        self.assertFalse(one.next_ids)

    def test_every_month_on_its_last_day(self):
        kind = self._kind("Monthly", base="date", rhythm="1", remind="")
        one = self._owe(kind, event_date="2026-01-31")
        self._judge("2026-04-15")
        days = self.env["account.admin.obligation"].search(
            [("type_id", "=", kind.id)], order="date"
        )
        self.assertEqual(
            [str(each.date) for each in days],
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        )
        self.assertEqual(days.previous_id, days[:-1])
        self.assertEqual(one, days[0])

    def test_a_type_in_the_archive_brings_nothing_new(self):
        one = self._owe("quarter", date_start="2026-04-01")
        one.type_id.sudo().active = False
        self._judge("2026-08-01")
        self.assertEqual(one.state, "missed")
        self.assertFalse(one.next_ids)

    def test_what_waits_is_due_from_its_first_reminder_on(self):
        one = self._owe("quarter", date_start="2026-04-01")
        self.assertEqual(one.open_on, date(2026, 7, 16))
        self._judge("2026-07-15")
        self.assertEqual(one.state, "waiting")
        self._judge("2026-07-16")
        self.assertEqual(one.state, "due")

    @mute_logger("odoo.sql_db")
    def test_two_at_once_cannot_make_the_same_next_one(self):
        one = self._owe("quarter", date_start="2026-04-01")
        self._judge("2026-07-31")
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            one.sudo().copy({"previous_id": one.id, "partner_id": self.account.id})
            self.env.flush_all()

    def test_one_bad_record_does_not_stop_the_others(self):
        first, broken, last = (
            self._owe("quarter", date_start="2026-04-01") for _i in range(3)
        )
        # the next one of a number that is none cannot be entered
        self.env.flush_all()
        self.cr.execute(
            "UPDATE account_admin_obligation SET usdot_number = 'abc' WHERE id = %s",
            [broken.id],
        )
        self.env.invalidate_all()
        with mute_logger(
            "odoo.addons.account_admin.models.accounts.account_admin_obligation_night",
            "odoo.addons.account_admin.models.base.isolation",
        ):
            self._judge("2026-07-31")
        self.assertFalse(broken.next_ids)
        self.assertTrue(first.next_ids and last.next_ids)


@tagged("post_install", "-at_install")
class TestObligationReview(ObligationCommon):
    # ------------------------------------------------------------------
    # I2: CURE
    # ------------------------------------------------------------------

    def test_i2_rejected_it_may_be_cured_for_15_days(self):
        one = self._owe("quarter", date_start="2026-04-01")
        one.evidence_link = "https://example.com/report"
        with self._on("2026-07-29"):
            one.action_submit()
        self._judge("2026-07-31")
        self.assertEqual(one.state, "submitted")
        with self._on("2026-08-03"):
            one.with_user(self.mia).write({"reason": "A page is missing"})
            one.with_user(self.mia).action_reject()
        self.assertEqual(
            (one.state, one.cure_until, one.deadline),
            ("rejected", date(2026, 8, 18), date(2026, 8, 18)),
        )
        self._judge("2026-08-18")
        self.assertEqual(one.state, "rejected")
        self._judge("2026-08-19")
        self.assertEqual(one.state, "missed")

    def test_what_was_missed_may_be_handed_in_late(self):
        one = self._owe("quarter", date_start="2026-04-01")
        self._judge("2026-07-31")
        one.evidence_link = "https://example.com/report"
        one.action_submit()
        one.with_user(self.mia).action_accept()
        self.assertEqual(one.state, "accepted")
        self.assertEqual(len(one.next_ids), 1)

    # ------------------------------------------------------------------
    # I3: INSURANCE
    # ------------------------------------------------------------------

    def test_i3_days_without_insurance_and_what_is_short(self):
        self._accepted()
        one = self._owe("insurance")
        self.assertEqual(one.date, date(2026, 6, 30))
        self.assertEqual(one.document_type_id, self.insurance)
        paper = self._document(date_start="2026-07-03")
        one.document_ids = paper
        one.coverage_ids.write({"shown": 1_000_000})
        self.assertEqual(
            one.coverage_ids.mapped(lambda line: (line.kind, line.shortfall)),
            [("occurrence", 0), ("aggregate", 1_000_000)],
        )
        self.assertEqual(
            one.problem,
            "Nothing was in force for 2 days: 07/01/2026 to 07/02/2026.\n"
            "Aggregate is short of $\xa01,000,000.00.",
        )
        one.action_submit()
        with self.assertRaisesRegex(UserError, "Aggregate is short"):
            one.with_user(self.mia).action_accept()
        one.with_user(self.mia).coverage_ids.write({"shown": 2_000_000})
        one.with_user(self.mia).action_accept()
        self.assertEqual((one.state, paper.state), ("accepted", "accepted"))
        self.assertEqual(one.next_ids.date, date(2027, 7, 2))
        self.assertEqual(
            one.next_ids.coverage_ids.mapped("required"), [1_000_000, 2_000_000]
        )
        self.assertEqual(one.next_ids.coverage_ids.mapped("shown"), [0, 0])

    def test_i3_reminders_to_the_owner_on_business_days(self):
        self._accepted()
        one = self._owe("insurance")
        sent = []
        day = date(2026, 4, 28)
        while day <= date(2026, 6, 30):
            before = one.reminded_on
            self._judge(day.isoformat())
            if one.reminded_on != before:
                sent.append(day)
            day += timedelta(1)
        self.assertEqual(sent, [date(2026, 5, 1), date(2026, 5, 29), date(2026, 6, 23)])
        # the last one takes the place of those before
        self.assertEqual(self._reminders(one).user_id, self.ann)
        self.assertEqual(self._reminders(one).date_deadline, date(2026, 6, 30))

    def test_a_month_without_nights_brings_one_reminder(self):
        self._accepted()
        one = self._owe("insurance")
        self._judge("2026-06-10")
        self._judge("2026-06-10")
        self.assertEqual(len(self._reminders(one)), 1)
        self.assertEqual(one.remind_on, date(2026, 6, 23))

    def test_a_document_with_an_obligation_is_asked_for_once(self):
        document = self._accepted()
        self._owe("insurance")
        with self._on("2026-06-15"):
            self.env["account.admin.document"]._remind(self.company)
        self.assertFalse(document.activity_ids)
        self.assertFalse(document.reminded_on)

    def test_n5_insurance_to_30_june_holds_from_1_july(self):
        self.insurance.is_vital = False
        self._accepted()
        one = self._owe("insurance")
        standings = self.env["collections.standing"]
        for day, level in (("2026-06-30", "good"), ("2026-07-01", "hold")):
            with self._on(day):
                found = standings._find(self.company).get(self.account.id)
                self.assertEqual(found.level if found else "good", level, day)
        self.assertIn("06/30/2026", found.reasons[0])
        self._judge("2026-07-01")
        self.assertEqual(one.state, "missed")
        with self._on("2026-07-05"):
            self._hand_in(one, date_start="2026-07-03")
            one.with_user(self.mia).action_accept()
            found = standings._find(self.company).get(self.account.id)
            self.assertEqual(found.level if found else "good", "good")

    def test_a_certificate_accepted_by_itself_moves_the_day(self):
        self._accepted()
        one = self._owe("insurance")
        self._judge("2026-06-25")
        self.assertEqual(one.state, "due")
        with self._on("2026-06-25"):
            self._accepted(date_start="2026-07-01")
        self.assertEqual((one.date, one.state), (date(2027, 6, 30), "waiting"))

    def test_a_certificate_that_ends_no_later_is_refused(self):
        self._accepted()
        one = self._owe("insurance")
        with self.assertRaisesRegex(UserError, "no later than"):
            self._hand_in(one, date_start="2025-06-01")

    # ------------------------------------------------------------------
    # REVIEW
    # ------------------------------------------------------------------

    def test_whoever_handed_it_in_neither_accepts_nor_rejects_it(self):
        one = self._owe("insurance", by=self.mia, user_id=self.mia.id)
        document = self._document(by=self.mia)
        one.document_ids = document
        one.coverage_ids.write({"shown": 2_000_000})
        one.action_submit()
        self.assertEqual(document.state, "submitted")
        one.reason = "x"
        for action in ("action_accept", "action_reject"):
            with self.assertRaisesRegex(UserError, "another person reviews it"):
                getattr(one, action)()
        one.with_user(self.ann).action_accept()
        self.assertEqual((one.state, one.reviewed_by_id), ("accepted", self.ann))

    def test_rejected_with_its_papers_and_handed_in_again(self):
        one = self._owe("insurance")
        document = self._hand_in(one)
        with self.assertRaisesRegex(UserError, "what is wrong"):
            one.with_user(self.mia).action_reject()
        one.with_user(self.mia).reason = "We are not named"
        one.with_user(self.mia).action_reject()
        self.assertEqual((document.state, document.reason), ("rejected", one.reason))
        one.action_submit()
        self.assertEqual((one.state, document.state), ("submitted", "submitted"))
        self.assertFalse(one.cure_until)

    def test_without_evidence_it_is_not_handed_in(self):
        with self.assertRaisesRegex(UserError, "Certificate of Insurance"):
            self._owe("insurance").action_submit()
        one = self._owe("quarter")
        with self.assertRaisesRegex(UserError, "needs evidence"):
            one.action_submit()
        one.message_post(attachments=[("report.pdf", b"%PDF-1.4 report")])
        one.invalidate_recordset(["message_attachment_count"])
        one.action_submit()
        self.assertEqual(one.state, "submitted")

    def test_papers_of_another_account_show_nothing(self):
        one = self._owe("insurance")
        other = self._customer("Contoso", collections_user_id=self.ann.id)
        with self.assertRaisesRegex(UserError, "not a paper of Northwind"):
            self._hand_in(one, partner_id=other.id)

    def test_waived_with_a_reason_by_another_than_the_owner(self):
        one = self._owe("quarter", date_start="2026-04-01")
        with self.assertRaises(AccessError):
            one.write({"reason": "Small"})
            one.action_waive()
        manager = one.with_user(self.mia)
        one.reason = False
        with self.assertRaisesRegex(UserError, "why it is waived"):
            manager.action_waive()
        manager.write({"reason": "Nothing was sold", "user_id": self.mia.id})
        with self.assertRaisesRegex(UserError, "another person waives it"):
            manager.action_waive()
        manager.user_id = self.ann
        manager.action_waive()
        self.assertEqual((one.state, one.reviewed_by_id), ("waived", self.mia))
        self.assertEqual(one.next_ids.date, date(2026, 10, 30))
        with self.assertRaisesRegex(UserError, "next time"):
            manager.action_reopen()

    def test_waived_by_mistake_it_is_reopened(self):
        kind = self._kind("Once", base="date")
        one = self._owe(kind, event_date="2026-05-01", reason="x")
        one.with_user(self.mia).action_waive()
        one.with_user(self.mia).action_reopen()
        self.assertIn(one.state, ("waiting", "due"))
        self.assertEqual(one.date, date(2026, 5, 1))

    def test_what_was_agreed_stays_once_it_was_handed_in(self):
        one = self._owe("quarter")
        one.evidence_link = "https://example.com/report"
        one.action_submit()
        for vals in ({"delay": 90}, {"date_start": "2027-01-01"}):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                one.write(vals)
        with self.assertRaisesRegex(UserError, "evidence stays"):
            one.evidence_link = "https://example.com/other"
        with self.assertRaisesRegex(UserError, "has a history"):
            one.unlink()
        one.action_take_back()
        self.assertIn(one.state, ("waiting", "due"))

    # ------------------------------------------------------------------
    # WHO IS TOLD
    # ------------------------------------------------------------------

    def test_a_deputy_gets_the_reminder_and_the_manager_what_was_missed(self):
        self._accepted()
        one = self._owe("insurance")
        self.env["account.admin.absence"].create(
            {
                "user_id": self.ann.id,
                "deputy_id": self.bob.id,
                "date_start": "2026-06-20",
                "date_end": "2026-06-26",
            }
        )
        self._judge("2026-06-23")
        self.assertEqual(self._reminders(one).user_id, self.bob)
        with self._on("2026-06-23"):
            mine = one.with_user(self.bob).with_company(self.company)
            self.assertEqual(mine.acting_user_id, self.bob)
        self._judge("2026-07-01")
        self._judge("2026-07-02")
        self.assertEqual(self._reminders(one).user_id, self.ida)
        self.assertEqual(one.told_late_on, date(2026, 7, 1))
        self._hand_in(one, date_start="2026-07-03")
        self.assertFalse(self._reminders(one))

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_bad_input_is_refused_with_a_sentence(self):
        for said, name, vals in (
            ("has digits only", "usdot", {"usdot_number": "12A45"}),
            ("needs a USDOT number", "usdot", {}),
            ("2 to 8 digits", "usdot", {"usdot_number": "7"}),
            ("enter the first one", "hipaa", {}),
            ("whole numbers of days", "quarter", {"remind": "thirty"}),
        ):
            with self.assertRaisesRegex(ValidationError, said):
                self._owe(name, **vals)
        contact = self._customer("Person", parent_id=self.account.id, is_company=False)
        with self.assertRaisesRegex(ValidationError, "choose the company"):
            self._owe("quarter", partner_id=contact.id)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_days_and_amounts_in_order(self):
        for said, vals in (
            ("delay_in_order", {"delay": -1}),
            ("cure_in_order", {"cure_days": -1}),
            ("dates_in_order", {"date_until": "2025-12-31"}),
            ("term_in_order", {"term_start": "2026-02-01", "term_end": "2026-01-01"}),
            ("link_is_one", {"evidence_link": "javascript:alert(1)"}),
            ("one_account", {"partner_id": False}),
        ):
            with self.assertRaisesRegex(CheckViolation, said), self.cr.savepoint():
                self._owe("quarter", by=self.mia, **vals).flush_recordset()
        one = self._owe("insurance")
        with self.assertRaisesRegex(CheckViolation, "amounts"), self.cr.savepoint():
            one.coverage_ids[0].shown = -1
            one.coverage_ids.flush_recordset()

    def test_how_a_type_counts_stays_once_something_is_counted_by_it(self):
        one = self._owe("quarter")
        with self.assertRaisesRegex(UserError, "make another type"):
            one.type_id.sudo().base = "fiscal_year"
        with self.assertRaisesRegex(UserError, "make another type"):
            one.type_id.sudo().unlink()
        one.type_id.sudo().delay = 45
        self.assertEqual(one.delay, 30)
        with self.assertRaisesRegex(ValidationError, "say which type"):
            self._kind("Paper", base="paper")

    def test_a_company_without_working_days_says_so(self):
        get_working_hours(self.company).attendance_ids.unlink()
        one = self._owe("samples", event_date="2026-07-01")
        self.assertFalse(one.date)
        self.assertIn("no working day", one.problem)

    # ------------------------------------------------------------------
    # SCREENS, ACCOUNTS
    # ------------------------------------------------------------------

    def test_the_form_takes_over_what_the_type_says(self):
        obligations = self.env["account.admin.obligation"].with_user(self.ann)
        form = Form(obligations.with_company(self.company))
        form.type_id = self._type("quarter")
        form.partner_id = self.account
        form.date_start = date(2026, 4, 1)
        self.assertEqual((form.delay, form.cure_days), (30, 15))
        self.assertEqual(form.date, date(2026, 7, 30))
        one = form.save()
        self.assertEqual(
            (one.name, one.user_id), ("Report after the quarter", self.ann)
        )
        self.assertEqual(self.account.account_admin_obligation_count, 1)
        found = self.account.with_user(self.ann).action_view_obligations()
        self.assertEqual(obligations.search(found["domain"]), one)

    def test_a_national_account_has_its_own_and_those_of_its_companies(self):
        group = self.env["national.account"].create(
            {"name": "Group", "partner_id": self.account.id, "user_id": self.ann.id}
        )
        of_group = self._owe("quarter", partner_id=False, national_account_id=group.id)
        of_member = self._owe("insurance")
        self.assertEqual(group.with_user(self.ann).obligation_count, 2)
        found = group.with_user(self.ann).action_view_obligations()
        obligations = self.env["account.admin.obligation"].with_user(self.ann)
        self.assertEqual(obligations.search(found["domain"]), of_group | of_member)

    def test_the_next_deadline_and_the_timeline_have_it(self):
        one = self._owe("quarter", date_start="2026-04-01")
        account = self.account.with_user(self.ann).with_company(self.company)
        with self._on("2026-07-01"):
            self.assertEqual(account.account_admin_next_date, date(2026, 7, 30))
            self.assertEqual(
                account.account_admin_next_task,
                f"Report after the quarter, {self.ann.name}",
            )
        self._judge("2026-07-31")
        page = (
            self.env["account.admin.timeline"]
            .with_user(self.ann)
            .with_company(self.company)
            .get_page("res.partner", self.account.id, kinds=["obligation"])
        )
        line = page["lines"][0]
        self.assertEqual((line["id"], line["tone"]), (one.id, "bad"))

    def test_data_quality_finds_what_was_missed(self):
        self._owe("quarter", date_start="2026-04-01")
        with self._on("2026-07-31"):
            found = self.env["account.admin.quality"]._find_missed(
                self.company, self.account, {}
            )
        self.assertEqual(
            found, {self.account.id: "Report after the quarter, 07/30/2026"}
        )

    def test_late_is_what_nobody_handed_in(self):
        one = self._owe("quarter", date_start="2026-04-01")
        obligations = self.env["account.admin.obligation"].with_company(self.company)
        obligations = obligations.with_context(allowed_company_ids=self.company.ids)
        for day, late in (("2026-07-30", False), ("2026-07-31", True)):
            with self._on(day):
                one.invalidate_recordset()
                self.assertEqual(one.is_late, late)
                found = obligations.search([("is_late", "=", True)])
                self.assertEqual(one.with_env(found.env) in found, late)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_states_and_days_are_not_set_by_hand_or_by_import(self):
        one = self._owe("quarter")
        for vals in (
            {"state": "accepted"},
            {"date": "2030-01-01"},
            {"reviewed_by_id": self.mia.id},
            {"previous_id": one.id},
        ):
            with self.assertRaises(AccessError):
                one.write(vals)
        imported = (
            self.env["account.admin.obligation"]
            .with_user(self.ann)
            .load(
                ["type_id/.id", "partner_id/.id", "state"],
                [[str(one.type_id.id), str(self.account.id), "accepted"]],
            )
        )
        self.assertFalse(imported["ids"])

    def test_another_administrator_neither_sees_nor_enters_it(self):
        one = self._owe("insurance")
        for records in (one, one.coverage_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.bob).read(["display_name"])
            self.assertTrue(records.with_user(self.mia).read(["display_name"]))
        with self.assertRaises(AccessError):
            self._owe("quarter", by=self.bob, user_id=self.ann.id)
        # whoever sees to it sees it, whoever looks after the account
        one.user_id = self.bob
        self.assertTrue(one.with_user(self.bob).read(["display_name"]))

    def test_the_auditor_reads_and_changes_nothing(self):
        one = self._owe("insurance").with_user(self.audrey)
        self.assertTrue(one.read(["state", "problem", "document_ids"]))
        for change in (
            lambda: one.write({"note": "x"}),
            lambda: one.action_waive(),
            lambda: one.coverage_ids.write({"shown": 1}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_other_companies_stay_among_themselves(self):
        other = self.setup_other_company()["company"]
        self.mia.company_ids |= other
        one = self._owe("quarter", by=self.mia)
        seen = one.with_user(self.mia).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            seen.read(["name"])

    def test_only_administrators_make_types(self):
        with self.assertRaises(AccessError):
            self.kinds.with_user(self.mia).create({"name": "Mine"})
        self.assertTrue(self.kinds.with_user(self.ida).create({"name": "Mine"}))

    # ------------------------------------------------------------------
    # SCALE
    # ------------------------------------------------------------------

    def test_a_night_takes_as_many_queries_for_ten_times_the_obligations(self):
        def count(number):
            self._owe_many(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self._on("2026-07-31"):
                obligations = self.env["account.admin.obligation"]
                day = date(2026, 7, 31)
                obligations._judge(self.company, day)
                obligations._tell_late(self.company, day)
                self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(3), count(30)
        self.assertLessEqual(many, few + 40)

    def _owe_many(self, number):
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
        return self.env["account.admin.obligation"].create(
            [
                {
                    "type_id": self._type("quarter").id,
                    "partner_id": account.id,
                    "company_id": self.company.id,
                    "date_start": "2026-04-01",
                }
                for account in accounts
            ]
        )
