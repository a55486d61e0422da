"""Reasons of disputes: who settles them, by when, and how what was disputed goes on."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon

SEEDED = {"price", "quantity", "quality", "delivery", "duplicate", "paid", "other"}


class DisputeCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env["collections.dispute.reason"].create(
            {"name": "Short delivery", "code": "short", "settle_days": 3}
        )

    @classmethod
    def _person(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=f"account_admin.group_account_admin_{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _dispute(self, day, move, amount=0, user=None, **vals):
        disputes = self.env["collections.dispute"]
        with self._on(day):
            return disputes.with_user(user or self.env.user).create(
                {
                    "move_id": move.id,
                    "amount": amount,
                    "reason_id": self.reason.id,
                    **vals,
                }
            )

    def _resume(self, how, days=0):
        self.reason.write({"resume": how, "resume_days": days})

    def _why(self, day):
        with self._on(day):
            case = self._cases()[-1:]
            case.invalidate_recordset(["why_html"])
            return case.why_html


@tagged("post_install", "-at_install")
class TestDisputeReason(DisputeCommon):
    def test_the_seven_reasons_of_before_are_there(self):
        codes = set(self.env["collections.dispute.reason"].search([]).mapped("code"))
        self.assertLessEqual(SEEDED, codes)

    def test_a_dispute_without_a_reason_is_for_another_one(self):
        dispute = self.env["collections.dispute"].create(
            {"move_id": self._move("2026-03-01", 100).id}
        )
        self.assertEqual(dispute.reason_id.code, "other")

    def test_it_is_to_be_settled_in_so_many_working_days(self):
        # a Friday
        dispute = self._dispute("2026-03-06", self._move("2026-03-01", 100))
        self.assertEqual(str(dispute.due_on), "2026-03-11")
        self.reason.settle_days = 0
        sunday = self._dispute("2026-03-08", self._move("2026-03-01", 100))
        self.assertEqual(str(sunday.due_on), "2026-03-09")

    def test_settling_days_follow_a_new_reason_and_a_person_may_extend_them(self):
        dispute = self._dispute("2026-03-06", self._move("2026-03-01", 100))
        dispute.reason_id = self.env.ref("account_admin.dispute_reason_price")
        self.assertEqual(str(dispute.due_on), "2026-03-20")
        dispute.due_on = "2026-04-01"
        self.assertEqual(str(dispute.due_on), "2026-04-01")

    def test_it_is_for_whoever_settles_its_reason(self):
        settler = self._person("settler", "all")
        self.reason.user_id = settler
        own = self._person("own", "user")
        self.customer.collections_user_id = own
        dispute = self._dispute("2026-03-06", self._move("2026-03-01", 100), user=own)
        self.assertEqual(dispute.user_id, settler)
        nobodys = self._customer("Nobody Stores")
        mine = self._dispute(
            "2026-03-06", self._move("2026-03-01", 100, nobodys), user=own
        )
        self.assertEqual(mine.user_id, own, "what is nobody's stays in sight")

    def test_who_sees_only_some_accounts_cannot_settle_a_reason(self):
        with self.assertRaisesRegex(ValidationError, "Ann sees only some accounts"):
            own = self._person("ann", "user")
            own.name = "Ann"
            self.reason.user_id = own

    def test_waiting_needs_days(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._resume("wait")
            self.reason.flush_recordset()

    def test_only_administrators_change_reasons(self):
        for group in ("user", "all", "auditor"):
            user = self._person(f"no_{group}", group)
            reason = self.reason.with_user(user)
            self.assertEqual(reason.name, "Short delivery")
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                reason.settle_days = 1
        manager = self._person("yes_manager", "manager")
        self.reason.with_user(manager).settle_days = 1

    # ------------------------------------------------------------------
    # LATE
    # ------------------------------------------------------------------

    def test_a_late_dispute_is_told_once_to_whoever_settles_it(self):
        settler = self._person("settler", "all")
        invoice = self._move("2026-03-01", 100)
        dispute = self._dispute("2026-03-02", invoice, user_id=settler.id)
        self._night("2026-03-05", send=False)
        self.assertFalse(dispute.activity_ids, "due that day")
        for day in ("2026-03-06", "2026-03-07"):
            self._night(day, send=False)
        self.assertEqual(dispute.activity_ids.user_id, settler)
        self.assertEqual(len(dispute.activity_ids), 1)
        with self._on("2026-03-07"):
            late = self.env["collections.dispute"].search([("is_late", "=", True)])
            self.assertEqual(late, dispute)
            dispute.action_withdraw()
        self.assertFalse(dispute.activity_ids)
        self.assertFalse(dispute.is_late)

    def test_a_late_dispute_is_told_to_whoever_stands_in(self):
        settler, deputy = self._person("away", "all"), self._person("there", "all")
        with self._on("2026-03-01"):
            self.env["account.admin.absence"].create(
                {
                    "user_id": settler.id,
                    "deputy_id": deputy.id,
                    "date_start": "2026-03-01",
                    "date_end": "2026-03-31",
                }
            )
        dispute = self._dispute(
            "2026-03-02", self._move("2026-03-01", 100), user_id=settler.id
        )
        self._night("2026-03-06", send=False)
        self.assertEqual(dispute.activity_ids.user_id, deputy)
        self.assertEqual(dispute.user_id, settler)

    def test_more_time_has_it_told_again(self):
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 100))
        self._night("2026-03-06", send=False)
        dispute.due_on = "2026-03-10"
        self.assertFalse(dispute.told_late_on)
        self._night("2026-03-11", send=False)
        self.assertEqual(str(dispute.told_late_on), "2026-03-11")

    # ------------------------------------------------------------------
    # APPROVAL AND PROOF
    # ------------------------------------------------------------------

    def test_approval_names_a_contact_of_the_account_on_a_day_that_was(self):
        buyer = self.env["res.partner"].create(
            {"name": "Tom", "parent_id": self.customer.id}
        )
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 100))
        with self._on("2026-03-04"):
            dispute.write({"approver_id": buyer.id, "approved_on": "2026-03-03"})
            with self.assertRaisesRegex(ValidationError, "on a day to come"):
                dispute.approved_on = "2026-03-05"
        stranger = self._customer("Other Stores")
        with self.assertRaisesRegex(ValidationError, "is no contact of Brook Stores"):
            dispute.approver_id = stranger
        with self.assertRaisesRegex(ValidationError, "Say who at Brook Stores"):
            dispute.approver_id = False

    def test_where_proof_is_needed_nothing_is_credited_without(self):
        self.reason.needs_proof = True
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 100))
        disputes = self.env["collections.dispute"]
        self.assertIn(dispute, disputes.search([("has_proof", "=", False)]))
        with self._on("2026-03-03"):
            with self.assertRaisesRegex(UserError, "Short delivery.*needs proof"):
                dispute._settle("customer_right", with_credit=True)
            self.env["ir.attachment"].create(
                {
                    "name": "slip.txt",
                    "raw": b"two cartons",
                    "res_model": dispute._name,
                    "res_id": dispute.id,
                }
            )
            dispute.invalidate_recordset()
            self.assertEqual(dispute.proof_count, 1)
            self.assertIn(dispute, disputes.search([("has_proof", "=", True)]))
            dispute._settle("customer_right", with_credit=True)
        self.assertEqual(dispute.state, "closed")

    def test_what_is_rejected_needs_no_proof(self):
        self.reason.needs_proof = True
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 100))
        with self._on("2026-03-03"):
            dispute.action_close_wrong()
        self.assertEqual(dispute.state, "closed")


@tagged("post_install", "-at_install")
class TestDisputeResume(DisputeCommon):
    """The night, the dry run, the guard and the why obey the same reason."""

    def _dry_run(self, day):
        with self._on(day):
            run = self.env["collections.dry.run"].create(
                {"company_id": self.company.id, "date": day}
            )
            lines = run._simulate()
            return lines.filtered(lambda line: line.partner_id == self.customer).step_id

    def test_first_step_again(self):
        self._resume("first")
        self.policy.resume = "closest"
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        self._night("2026-03-09")
        dispute = self._dispute("2026-03-10", invoice)
        self._night("2026-03-10")
        with self._on("2026-03-20"):
            dispute.action_close_wrong()
        self.assertEqual(self._dry_run("2026-03-20").days, 1)
        self._night("2026-03-20")
        self.assertEqual(self._steps_sent(), [1, 8, 1])
        self.assertIn("from the first step on", self._why("2026-03-20"))
        self._night("2026-03-21")
        self.assertEqual(self._steps_sent()[3:], [8], "then by the usual rule")

    def test_other_items_of_the_account_are_where_they_were(self):
        self._resume("first")
        invoice = self._move("2026-03-01", 1000)
        other = self._move("2026-03-01", 500)
        self._night("2026-03-02")
        dispute = self._dispute("2026-03-03", invoice)
        with self._on("2026-03-04"):
            dispute.action_close_wrong()
        asked = self.env["collections.notice.item"]
        items = (invoice | other).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        progress = asked._get_progress(items.ids)
        self.assertEqual(set(progress), set(self._receivable(other).ids))

    def test_waits_so_many_days(self):
        self._resume("wait", 10)
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        dispute = self._dispute("2026-03-03", invoice, 400)
        with self._on("2026-03-05"):
            dispute.action_close_wrong()
        self.assertEqual(str(dispute.resume_on), "2026-03-15")
        self.assertEqual(self._facts("2026-03-14").asked, 600)
        self.assertEqual(self._facts("2026-03-15").asked, 1000)
        self._night("2026-03-09")
        self.assertIn("600.00", self.mailbox.body())
        self.assertIn("chased again from", self._why("2026-03-09"))
        self._night("2026-03-16")
        self.assertNotIn("In dispute", self.mailbox.body())

    def test_a_reason_that_changes_later_changes_nothing_that_was_settled(self):
        self._resume("wait", 10)
        dispute = self._dispute("2026-03-03", self._move("2026-03-01", 1000))
        with self._on("2026-03-05"):
            dispute.action_close_wrong()
        self._resume("on")
        self.assertEqual(str(dispute.resume_on), "2026-03-15")

    def test_what_is_left_of_a_valid_part_is_chased_at_once(self):
        self._resume("wait", 10)
        dispute = self._dispute("2026-03-03", self._move("2026-03-01", 1000), 400)
        with self._on("2026-03-05"):
            dispute._settle("partly", 150, with_credit=True)
        self.assertEqual(self._facts("2026-03-05").asked, 850)


@tagged("post_install", "-at_install")
class TestDisputeCredit(DisputeCommon):
    """What was agreed becomes a draft that adds up to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = cls.env["account.tax"].create(
            [
                {"name": f"{rate} %", "amount": rate, "type_tax_use": "sale"}
                for rate in (20, 7)
            ]
        )
        cls.included = cls.env["account.tax"].create(
            {
                "name": "19 % included",
                "amount": 19,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )

    def _invoice(self, *lines):
        """Posted on 1 March: lines of (amount as typed, taxes)."""
        return self._move(
            "2026-03-01",
            0,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Goods",
                        "price_unit": amount,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
                for amount, taxes in lines
            ],
        )

    def _settle(self, dispute, outcome, agreed=0, user=None, **vals):
        """Through the form that a user fills in."""
        dispute = dispute.with_user(user or self.env.user)
        with self._on("2026-03-05"):
            action = dispute.action_settle()
            wizard = dispute.env[action["res_model"]]
            form = Form(wizard.with_context(**action["context"]))
            form.resolution = outcome
            if agreed:
                form.agreed = agreed
            for name, value in vals.items():
                form[name] = value
            form.save().action_settle()
        return dispute.sudo().credit_move_id

    def test_all_of_an_invoice_is_reversed_and_waits_for_bookkeeping(self):
        invoice = self._invoice((100, self.taxes[0]), (50, self.taxes[1]))
        dispute = self._dispute("2026-03-02", invoice)
        credit = self._settle(dispute, "customer_right", note="Two cartons were short")
        self.assertEqual((credit.state, credit.move_type), ("draft", "out_refund"))
        self.assertEqual(credit.amount_total, invoice.amount_total)
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertIn("Two cartons were short", credit.ref)
        self.assertEqual(self._facts("2026-03-06").asked, 0, "what was agreed waits")
        with self._on("2026-03-07"):
            credit.action_post()
        self.assertFalse(invoice.amount_residual)

    def test_a_part_is_credited_in_proportion_to_the_cent(self):
        invoice = self._invoice(
            (100, self.taxes[0]), (33.33, self.taxes[1]), (0.99, self.taxes.browse())
        )
        for agreed in (0.02, 33.33, 57.01, 99.99, 156.64):
            dispute = self._dispute("2026-03-02", invoice)
            credit = self._settle(dispute, "partly", agreed)
            self.assertEqual(credit.amount_total, agreed)
            self.assertEqual(credit.state, "draft")
            kinds = {line.tax_ids for line in credit.invoice_line_ids}
            self.assertLessEqual(kinds, {*self.taxes, self.taxes.browse()})
            credit.unlink()

    def test_prices_with_taxes_and_discounts_add_up_too(self):
        invoice = self._invoice((119, self.included), (100, self.taxes[0]))
        invoice.button_draft()
        invoice.invoice_line_ids[1].discount = 50
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 179)
        credit = self._settle(self._dispute("2026-03-02", invoice), "partly", 17.90)
        self.assertEqual(credit.amount_total, 17.90)
        self.assertEqual(credit.invoice_line_ids.mapped("price_total"), [11.90, 6.0])

    def test_the_disputed_part_is_credited_where_the_customer_was_right(self):
        invoice = self._invoice((1000, self.taxes[0]))
        dispute = self._dispute("2026-03-02", invoice, 240)
        credit = self._settle(dispute, "customer_right")
        self.assertEqual((credit.amount_untaxed, credit.amount_tax), (200, 40))
        self.assertEqual(dispute.agreed_amount, 240)
        self.assertEqual(self._facts("2026-03-06").asked, 960)
        with self._on("2026-03-07"):
            credit.action_post()
        self.assertEqual(invoice.amount_residual, 960)
        self.assertEqual(self._facts("2026-03-08").asked, 960)

    def test_the_customer_reads_it_in_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        module = self.env["ir.module.module"].search([("name", "=", "account_admin")])
        module._update_translations(["fr_FR"])
        self.customer.lang = "fr_FR"
        invoice = self._invoice((1000, self.taxes[0]))
        credit = self._settle(
            self._dispute("2026-03-02", invoice, 240), "customer_right"
        )
        self.assertEqual(credit.ref, f"Avoir convenu sur {invoice.name}")

    def test_a_draft_that_is_thrown_away_has_it_chased_again(self):
        invoice = self._invoice((1000, self.taxes[0]))
        credit = self._settle(
            self._dispute("2026-03-02", invoice, 240), "customer_right"
        )
        credit.unlink()
        self.assertEqual(self._facts("2026-03-06").asked, 1200)

    def test_agreed_is_above_zero_and_below_what_is_disputed(self):
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 1000), 400)
        for agreed in (-1, 0, 400, 400.01):
            with self._on("2026-03-03"), self.assertRaisesRegex(UserError, "400.00"):
                dispute._settle("partly", agreed, with_credit=True)
            self.assertEqual(dispute.state, "open")
            self.assertFalse(dispute.credit_move_id)

    def test_an_entry_is_settled_without_a_credit_note(self):
        entry = self._misc("2026-03-01", 100)
        dispute = self._dispute("2026-03-02", entry)
        with self._on("2026-03-03"):
            with self.assertRaisesRegex(UserError, "is no invoice"):
                dispute._settle("customer_right", with_credit=True)
            self.assertEqual(dispute.state, "open", "nothing half-done")
            dispute._settle("customer_right")
        self.assertEqual(dispute.state, "closed")

    def test_reopening_waits_until_its_credit_note_is_gone(self):
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 1000), 400)
        credit = self._settle(dispute, "customer_right")
        with self.assertRaisesRegex(UserError, "delete or cancel that first"):
            dispute.action_reopen()
        credit.unlink()
        dispute.action_reopen()
        self.assertEqual((dispute.state, dispute.agreed_amount), ("open", 0))

    def test_settled_twice_is_refused(self):
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 1000))
        with self._on("2026-03-03"):
            dispute.action_withdraw()
            with self.assertRaisesRegex(UserError, "settled already"):
                dispute._settle("customer_right", with_credit=True)

    def test_a_collector_of_the_account_settles_it_and_another_does_not(self):
        own, stranger = self._person("own", "user"), self._person("other", "user")
        auditor = self._person("auditor", "auditor")
        self.customer.collections_user_id = own
        dispute = self._dispute("2026-03-02", self._move("2026-03-01", 1000), 400)
        for user in (stranger, auditor):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self._settle(dispute, "customer_right", user=user)
        credit = self._settle(dispute, "customer_right", user=own)
        self.assertEqual((credit.state, credit.amount_total), ("draft", 400))
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            credit.with_user(own).action_post()
