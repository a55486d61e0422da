"""N6 and N7 in the books: industries, ratings, and what is noted of an account."""

from datetime import date

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_people import PeopleCommon


class ProfileCommon(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.admin.industry"].search([("scheme", "=", "sic")]).unlink()
        cls.env["account.admin.industry"].create(
            [
                {"scheme": "sic", "code": code, "name": code, "risk_class": risk}
                for code, risk in (("59", 3), ("594", 2), ("5945", 4))
            ]
        )
        cls.paydex, cls.letters, cls.bureau = (
            cls.env.ref(f"account_admin.rating_agency_{name}")
            for name in ("paydex", "sp", "bureau")
        )

    def _profile(self, by=None, **vals):
        profiles = self.env["account.admin.profile"].with_user(by or self.ann)
        return profiles.create({"partner_id": self.account.id, **vals})

    def _rate(self, agency, value, day, by=None):
        name = "grade" if agency.kind == "grade" else "figure"
        return (
            self.env["account.admin.rating"]
            .with_user(by or self.ann)
            .create(
                {
                    "partner_id": self.account.id,
                    "agency_id": agency.id,
                    name: value,
                    "date": day,
                }
            )
        )

    def _n7(self):
        self._rate(self.paydex, 72, "2026-01-10")
        self._rate(self.letters, "B", "2025-05-01")
        self._rate(self.bureau, 61, "2026-05-01")


@tagged("post_install", "-at_install")
class TestProfile(ProfileCommon):
    # ------------------------------------------------------------------
    # N6
    # ------------------------------------------------------------------

    def test_the_longest_beginning_of_a_sic_code_says_the_risk(self):
        profile = self._profile()
        for code, expected in (("5945", 4), ("5944", 2), ("5912", 3), ("5812", 0)):
            profile.sic = code
            self.assertEqual(profile.industry_class, expected, code)

    def test_a_code_whose_zero_a_spreadsheet_ate_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "“111” of Northwind.*four digits"):
            self._profile(sic="111")

    def test_a_naics_code_of_2017_has_its_number_and_sector_of_2022(self):
        profile = self._profile(naics="451120", naics_edition="2017")
        self.assertEqual((profile.naics_current, profile.sector), ("459120", "44-45"))
        profile.write({"naics": "311230", "naics_edition": "2022"})
        self.assertEqual((profile.naics_current, profile.sector), ("311230", "31-33"))
        with self.assertRaisesRegex(ValidationError, "no NAICS code"):
            profile.naics = "toys"

    def test_the_worse_of_two_industries_counts(self):
        self.env.ref("account_admin.industry_naics_459120").risk_class = 5
        profile = self._profile(sic="5944", naics="451120", naics_edition="2017")
        self.assertEqual(profile.industry_class, 5)

    # ------------------------------------------------------------------
    # N7
    # ------------------------------------------------------------------

    def test_the_worst_rating_of_twelve_months_counts(self):
        self._n7()
        profile = self._profile()
        for day, expected in (("2026-06-30", 3), ("2026-04-30", 4), ("2027-05-01", 0)):
            with self._on(day):
                profile.invalidate_recordset()
                self.assertEqual(profile.external_class, expected, day)

    def test_a_grade_that_nobody_knows_is_of_no_class(self):
        self.assertEqual(self._rate(self.letters, "NR", "2026-01-10").risk_class, 0)
        self.assertEqual(self._rate(self.paydex, 49, "2026-01-10").risk_class, 5)

    def test_an_agency_of_grades_needs_one(self):
        with self.assertRaisesRegex(ValidationError, "enter the grade"):
            self._rate(self.letters, False, "2026-01-10")

    def test_a_bad_rating_has_the_account_watched(self):
        self._n7()
        for day, level in (("2026-04-30", "watch"), ("2026-06-30", None)):
            with self._on(day):
                found = self.env["collections.standing"]._find(self.company)
                mine = found.get(self.account.id)
                self.assertEqual(mine.level if level else level, level, day)
                if level:
                    self.assertEqual(mine.reasons, ("External rating of class 4",))

    def test_a_profile_that_is_not_reviewed_has_it_watched_the_day_after(self):
        self._profile(review_on="2026-06-30")
        for day, level in (("2026-06-30", "good"), ("2026-07-01", "watch")):
            with self._on(day):
                found = self.env["collections.standing"]._find(self.company)
                self.assertEqual(found[self.account.id].level, level, day)

    # ------------------------------------------------------------------
    # PROFILE
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_an_account_has_one_profile_and_classes_go_to_5(self):
        self._profile()
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            self._profile()
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self.env["account.admin.industry"].create(
                {"scheme": "sic", "code": "01", "name": "Crops", "risk_class": 6}
            )

    def test_the_button_of_an_account_opens_its_profile_or_a_new_one(self):
        action = self.account.with_user(self.ann).action_view_account_profile()
        self.assertFalse(action["res_id"])
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.ann)
            .with_context(**action["context"])
        )
        form.business = "Toys and games in 40 shops"
        profile = form.save()
        self.assertEqual(profile.partner_id, self.account)
        action = self.account.with_user(self.ann).action_view_account_profile()
        self.assertEqual(action["res_id"], profile.id)

    def test_profile_ratings_and_notes_are_of_whoever_looks_after_the_account(self):
        records = [
            self._profile(needs="Faster delivery"),
            self._rate(self.paydex, 72, "2026-01-10"),
            self._entry(),
        ]
        for record in records:
            with self.assertRaises(AccessError):
                record.with_user(self.bob).read(["partner_id"])
            self.assertTrue(record.with_user(self.mia).read(["partner_id"]))
            with self.assertRaises(AccessError):
                record.with_user(self.audrey).write({"partner_id": self.customer.id})
            self.assertTrue(record.with_user(self.audrey).read(["partner_id"]))

    # ------------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------------

    def _entry(self, by=None, **vals):
        return (
            self.env["account.admin.entry"]
            .with_user(by or self.ann)
            .create(
                {
                    "partner_id": self.account.id,
                    "kind": "concern",
                    "subject": "Late deliveries",
                    "date": "2026-06-19",
                    **vals,
                }
            )
        )

    def test_what_an_account_says_is_open_until_a_manager_answers_it(self):
        entry = self._entry()
        self.assertEqual(entry.state, "open")
        with self.assertRaisesRegex(UserError, "looks after all accounts"):
            entry.answer = "We are sorry"
        with self.assertRaisesRegex(UserError, "looks after all accounts"):
            entry.action_answer()
        manager = entry.with_user(self.mia)
        with self.assertRaisesRegex(UserError, "Write the answer"):
            manager.action_answer()
        manager.answer = "Two trucks more from July on"
        manager.action_answer()
        self.assertEqual((entry.state, entry.answered_by_id), ("answered", self.mia))
        manager.action_reopen()
        self.assertEqual((entry.state, entry.answered_by_id.id), ("open", False))

    def test_news_and_visits_wait_for_no_answer(self):
        for kind in ("news", "visit", "presentation"):
            self.assertFalse(self._entry(kind=kind).state)
        with self.assertRaisesRegex(UserError, "nothing that is answered"):
            self._entry(kind="news").with_user(self.mia).action_answer()

    def test_who_answered_is_not_set_by_hand(self):
        with self.assertRaises(AccessError):
            self._entry().with_user(self.mia).write({"answered_by_id": self.mia.id})

    def test_a_visit_is_a_talk_with_whoever_was_there(self):
        role = self._assign(self.jane, self.payable, "2026-01-01", cadence_days=14)
        self._entry(kind="visit", contact_ids=[(6, 0, self.jane.ids)])
        self._entry(kind="news", date="2026-06-25", contact_ids=[(6, 0, self.jane.ids)])
        with self._on("2026-07-01"):
            role.invalidate_recordset()
            self.assertEqual(role.last_spoken_on, date(2026, 6, 19))

    def test_the_timeline_tells_of_visits_and_documents(self):
        self._entry(kind="visit", subject="Spring collection", outcome="Order of 40")
        self._document()
        timeline = self.env["account.admin.timeline"].with_user(self.ann)
        lines = timeline.get_page("res.partner", self.account.id)["lines"]
        said = {line["title"] for line in lines}
        self.assertIn("Visit: Spring collection", said)
        self.assertIn("Certificate of Insurance", said)
