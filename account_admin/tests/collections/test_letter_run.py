"""Letters that are too many to print while somebody waits."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.base import batch_run_mixin
from ...models.collections import collections_letter_run, collections_notice
from ..reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestLetterRun(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.step_ids[0].write({"channel_email": False, "channel_letter": True})
        cls.customers = cls.env["res.partner"].concat(
            *(
                cls._customer(name, street=f"{name} Street 1", city="Leeds")
                for name in ("Alder", "Birch", "Cedar")
            )
        )
        for customer in cls.customers:
            cls._move("2026-03-01", 100, customer)
        cls.printer = new_test_user(
            cls.env, "printer", groups="account_admin.group_account_admin_all"
        )

    def setUp(self):
        super().setUp()
        # two letters are many here
        self.patch(collections_notice, "LETTERS_AT_ONCE", 1)
        self.patch(collections_letter_run, "BATCH", 2)
        self.patch(batch_run_mixin, "LETTERS", 2)

    def _start(self):
        """The run of all letters, started as the button does."""
        self._night("2026-03-02")
        notices = self._notices()
        with self._on("2026-03-02"):
            action = notices.with_user(self.printer).action_print_letters()
        return self.env["collections.letter.run"].browse(action["res_id"])

    def _notices(self):
        return self.env["collections.notice"].search(
            [("partner_id", "in", self.customers.ids)], order="id"
        )

    def _go_on(self):
        with self._on("2026-03-02"), self.allow_pdf_render():
            self.env.ref("account_admin.ir_cron_letters").method_direct_trigger()
        self.env.invalidate_all()

    def test_many_letters_are_printed_in_the_background_in_several_files(self):
        run = self._start()
        self.assertEqual((run.total_count, run.printed_count, run.progress), (3, 0, 0))
        self._go_on()
        self.assertEqual(run.state, "done", run.reason)
        self.assertEqual((run.printed_count, run.progress), (3, 100))
        texts = [self._text_of(file.raw) for file in run.letters_ids.sorted("id")]
        self.assertEqual(len(texts), 2)
        found = [name for text in texts for name in self._named_in(text)]
        self.assertEqual(found, ["Alder", "Birch", "Cedar"])
        self.assertEqual(set(self._notices().mapped("state")), {"sent"})

    def _named_in(self, text):
        return [c.name for c in self.customers if f"{c.name} Street 1" in text]

    def test_anonymising_one_account_takes_the_files_that_hold_its_letter(self):
        run = self._start()
        self._go_on()
        notices = self._notices()
        self.customers[1]._collections_anonymise()
        self.env.invalidate_all()
        self.assertFalse(run.letters_ids)
        self.assertEqual(run.evidence_state, "anonymised")
        self.assertEqual(
            notices.mapped("evidence_state"), ["intact", "anonymised", "intact"]
        )
        left = run._find_files(notices)
        texts = [self._text_of(file.raw) for file in left.sorted("res_id")]
        self.assertEqual([self._named_in(t) for t in texts], [["Alder"], ["Cedar"]])

    def test_letter_paid_meanwhile_is_not_printed(self):
        run = self._start()
        invoice = self.env["account.move"].search(
            [("partner_id", "=", self.customers[1].id)]
        )
        self._pay(invoice, "2026-03-02")
        self._go_on()
        self.assertEqual((run.printed_count, run.failed_count), (2, 1))
        self.assertEqual(self._notices()[1].state, "suppressed")
        text = "".join(self._text_of(file.raw) for file in run.letters_ids)
        self.assertNotIn("Birch Street", text)

    def test_letter_that_cannot_be_rendered_names_its_account_others_print(self):
        run = self._start()
        with patch.object(
            type(self.env["collections.case"]),
            "_compute_notice_items_html",
            self._fail_for("Birch"),
        ):
            self._go_on()
        self.assertEqual(
            (run.state, run.printed_count, run.failed_count), ("done", 2, 1)
        )
        broken = self._notices()[1]
        self.assertEqual((broken.state, broken.failure), ("failed", "template"))
        self.assertIn("Birch", broken.reason)

    def _fail_for(self, name):
        compute = type(self.env["collections.case"])._compute_notice_items_html

        def failing(cases):
            if name in cases.partner_id.mapped("name"):
                raise ValueError("A broken layout")
            return compute(cases)

        return failing

    def test_run_that_was_cut_goes_on_where_it_stopped(self):
        run = self._start()
        with self._on("2026-03-02"), self.allow_pdf_render():
            batch, remaining = run.sudo()._find_waiting()
            run.sudo()._deliver_batch(batch)
        self.assertEqual((remaining, run.printed_count), (3, 2))
        first = run._find_letters()
        self._go_on()
        self.assertEqual((run.state, run.printed_count), ("done", 3))
        self.assertLess(first, run._find_letters())

    def test_letters_of_a_run_are_not_printed_a_second_time(self):
        self._start()
        with self.assertRaisesRegex(UserError, "None of these"):
            self._notices().with_user(self.printer).action_print_letters()

    def test_stopped_run_gives_its_letters_back(self):
        run = self._start()
        run.with_user(self.printer).action_cancel()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(self._notices().letter_run_id)
        self.assertEqual(set(self._notices().mapped("state")), {"queued"})

    def test_run_without_letters_says_so(self):
        with self.assertRaisesRegex(UserError, "no letters"):
            self._start().action_print_letters()

    def test_runs_are_for_those_who_print_and_for_auditors(self):
        run = self._start()
        auditor, own = (
            new_test_user(self.env, name, groups=f"account_admin.{group}")
            for name, group in (
                ("auditor", "group_account_admin_auditor"),
                ("own", "group_account_admin_user"),
            )
        )
        self.assertEqual(run.with_user(auditor).read(["state"])[0]["state"], "new")
        for user, work in (
            (auditor, lambda run: run.action_cancel()),
            (own, lambda run: run.read(["state"])),
            (self.printer, lambda run: run.unlink()),
            (self.printer, lambda run: run.write({"state": "done"})),
        ):
            with self.assertRaises(AccessError):
                work(run.with_user(user))

    def test_run_of_another_company_is_not_seen(self):
        run = self._start()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.printer.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(
            self.env["collections.letter.run"].with_user(self.printer).search([])
        )
        with self.assertRaises(AccessError):
            run.with_user(self.printer).read(["state"])
