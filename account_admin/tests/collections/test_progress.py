"""Contacts belong to the account, progress to the debt: what is sent, in what turn."""

from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestProgress(CollectionsCommon):
    def _activities(self, case):
        kind = self.env.ref("account_admin.mail_activity_type_decide")
        return case.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_each_of_many_invoices_paid_late_is_reminded_of(self):
        first = date(2026, 1, 1)
        invoices = [self._move(first + timedelta(days=30 * n), 100) for n in range(4)]
        for night in range(1, 140):
            day = first + timedelta(days=night)
            for number, invoice in enumerate(invoices):
                if night == 30 * number + 40:
                    self._pay(invoice, day)
            # a night where nothing is reached changes nothing: only the others are run
            lates = {night - 30 * number for number in range(4)}
            if lates & {1, 8, 9, 15, 16, 30, 31, 40, 41}:
                self._night(day)
        led = self._cases().notice_ids.filtered(lambda n: n.state == "sent")
        self.assertEqual(
            led.lead_item_id.move_id, invoices[0].union(*invoices[1:]), "each has led"
        )

    def test_small_change_leads_only_where_nothing_else_is_overdue(self):
        self.policy.least_amount = 5
        cent = self._move("2026-01-01", 0.5)
        self._night("2026-02-10")
        case = self._cases()
        self.assertEqual(case.lead_item_id.move_id, cent)
        invoice = self._move("2026-02-12", 5000)
        self._night("2026-02-13")
        self.assertEqual(case.lead_item_id.move_id, invoice)
        self.assertEqual(case.asked_amount, 5000.5)
        self.assertEqual(self._steps_sent(), [1, 1])
        self.assertIn("5,000.50", self.mailbox.body())

    def test_after_the_last_step_a_person_is_told_of_everything_overdue(self):
        self.policy.step_ids[1:].unlink()
        self.policy.user_id = self.env.user
        old = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._night("2026-03-03")
        case = self._cases()
        self.assertEqual(case.rule, "all_steps_done")
        activity = self._activities(case)
        self.assertEqual(activity.user_id, self.env.user)
        self.assertIn(old.name, activity.note)
        newer = self._move("2026-03-05", 60)
        self._night("2026-03-06")
        self._night("2026-03-07")
        activity = self._activities(case)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.note.count(newer.name), 1)
        self.assertEqual(activity.note.count(old.name), 1)
        told = case.event_ids.filtered(lambda event: event.kind == "told")
        self.assertEqual(len(told), 2)
        self.assertEqual(self._steps_sent(), [1])

    def test_a_person_has_nothing_to_decide_once_a_newer_item_leads(self):
        self.policy.step_ids[1:].unlink()
        old = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._move("2026-03-05", 60)
        self._night("2026-03-06")
        case = self._cases()
        self.assertTrue(self._activities(case))
        self._pay(old, "2026-03-07")
        self._night("2026-03-07")
        self.assertFalse(self._activities(case))
        self.assertEqual(self._steps_sent(), [1, 1])

    def test_newer_items_go_on_where_the_policy_says_so(self):
        self.policy.step_ids[1:].unlink()
        self.policy.after_last = "newer"
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        newer = self._move("2026-03-05", 60)
        self._night("2026-03-06")
        last = self._cases().notice_ids.sorted("id")[-1]
        self.assertEqual(last.lead_item_id.move_id, newer)
        self.assertEqual(self._steps_sent(), [1, 1])

    def test_last_step_is_repeated_every_so_many_days_and_its_fee_is_not(self):
        self.policy.step_ids[1:].unlink()
        self.policy.write(
            {
                "after_last": "repeat",
                "repeat_days": 10,
                "fee_product_id": self.product_a.id,
            }
        )
        self.policy.step_ids.fee_amount = 15
        self._move("2026-03-01", 100)
        for day in ("02", "03", "11", "12", "13", "21", "22"):
            self._night(f"2026-03-{day}")
        case = self._cases()
        sent = case.notice_ids.filtered(lambda notice: notice.state == "sent")
        self.assertEqual(
            [str(day) for day in sent.sorted("id").mapped("sent_on")],
            ["2026-03-02", "2026-03-12", "2026-03-22"],
        )
        self.assertEqual(str(case.next_date), "2026-04-01")
        self.assertEqual(len(sent.fee_move_id), 1)

    def test_fee_is_charged_for_each_leading_item(self):
        self.policy.step_ids[1:].unlink()
        self.policy.fee_product_id = self.product_a
        self.policy.step_ids.fee_amount = 15
        old = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._move("2026-03-05", 60)
        self._pay(old, "2026-03-06")
        self._night("2026-03-06")
        self.assertEqual(len(self._cases().notice_ids.fee_move_id), 2)

    def test_gap_is_kept_across_cases(self):
        self.policy.gap_days = 10
        first = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._pay(first, "2026-03-03")
        self._night("2026-03-03")
        self._move("2026-03-04", 60)
        self._night("2026-03-05")
        self.assertEqual(len(self._cases()), 2)
        self.assertEqual(self._steps_sent(), [1], "three days after the last contact")
        self._night("2026-03-12")
        self.assertEqual(self._steps_sent(), [1, 1])

    def test_disputed_item_goes_on_where_it_was(self):
        old = self._move("2026-03-01", 100)
        other = self._move("2026-03-05", 50)
        self._night("2026-03-02")
        with self._on("2026-03-03"):
            dispute = self.env["collections.dispute"].create({"move_id": old.id})
        self._night("2026-03-06")
        with self._on("2026-03-07"):
            dispute.action_close_wrong()
        self._pay(other, "2026-03-08")
        self._night("2026-03-09")
        sent = self._cases().notice_ids.filtered(lambda n: n.state == "sent")
        self.assertEqual(
            [(n.lead_item_id.move_id, n.step_days) for n in sent.sorted("id")],
            [(old, 1), (other, 1), (old, 8)],
        )

    def test_bounce_takes_back_what_each_item_met(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        with self._on("2026-03-02"):
            case.notice_ids.sudo()._take_back()
        item = case.lead_item_id
        progress = self.env["collections.notice.item"]._get_progress(item.ids)
        self.assertFalse(progress)
        self.assertFalse(case.last_contact)


@tagged("post_install", "-at_install")
class TestFollow(CollectionsCommon):
    """An account that is chased elsewhere from now on: its case goes on."""

    def test_parent_set_on_an_account_takes_the_case_along_at_once(self):
        group = self._customer("Brook Group")
        self.customer.is_company = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        with self._on("2026-03-03"):
            self.customer.parent_id = group
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.assertEqual((case.partner_id, case.state), (group, "chasing"))
        self.assertEqual(case.event_ids[0].kind, "moved")
        self._night("2026-03-09")
        self.assertEqual(self._steps_sent(group), [1, 8])
        self.assertFalse(self._cases())

    def test_case_of_a_parent_and_its_new_child_are_one(self):
        group = self._customer("Brook Group")
        self.customer.is_company = False
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 40, group)
        self._night("2026-03-02")
        self.policy.step_ids[0].handoff = "legal"
        self.customer.parent_id = group
        self._night("2026-03-09")
        open_cases = self._cases(group).filtered(lambda c: c.state != "closed")
        self.assertEqual(len(open_cases), 1)
        self.assertEqual(open_cases.asked_amount, 140)
        self.assertEqual(self._cases().close_reason, "merged")
        sent = open_cases.notice_ids.filtered(lambda n: n.state == "sent")
        self.assertEqual(sorted(sent.mapped("step_days")), [1, 8])

    def test_new_head_office_goes_on_with_its_members_debt(self):
        head = self._customer("Head Office")
        self.policy.chase_head_office = True
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        case.sudo().write({"handed_to": "agency", "state": "handed_over"})
        self.env["national.account"].create(
            {
                "name": "National",
                "partner_id": head.id,
                "member_ids": [
                    Command.create(
                        {
                            "partner_id": self.customer.id,
                            "date_start": fields.Date.to_date("2026-01-01"),
                        }
                    )
                ],
            }
        )
        self._night("2026-03-09")
        self.assertEqual(case.partner_id, head)
        self.assertEqual((case.state, case.handed_to), ("handed_over", "agency"))
        self.assertEqual(self._steps_sent(head), [1, 8])

    def test_member_that_leaves_goes_on_where_its_debt_stands(self):
        head = self._customer("Head Office")
        self.policy.chase_head_office = True
        national = self.env["national.account"].create(
            {
                "name": "National",
                "partner_id": head.id,
                "member_ids": [Command.create({"partner_id": self.customer.id})],
            }
        )
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(head), [1])
        national.member_ids.date_end = "2026-03-05"
        self._night("2026-03-09")
        self.assertEqual(self._steps_sent(), [8])
        self.assertEqual(self._cases(head).state, "closed")


@tagged("post_install", "-at_install")
class TestBranch(CollectionsCommon):
    """A branch without a policy of its own follows the company above it."""

    def _branch(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        return branch

    def _of(self, branch):
        policies = self.env["collections.policy"]._get_of_partners(
            branch, date(2026, 3, 2), self.customer.ids
        )
        return policies[self.customer.id]

    def test_new_branch_follows_its_parents_default(self):
        self.assertEqual(self._of(self._branch()), self.policy)

    def test_branch_with_a_policy_of_its_own_keeps_it(self):
        branch = self._branch()
        own = self._policy("Own", [3])
        branch.collections_policy_id = own
        self.assertEqual(self._of(branch), own)

    def test_policy_that_the_parent_chose_for_an_account_counts_in_the_branch(self):
        branch = self._branch()
        chosen = self._policy("Chosen", [4], company_id=self.company.id)
        self.customer.with_company(self.company).collections_policy_id = chosen
        self.assertEqual(self._of(branch), chosen)
        nearer = self._policy("Nearer", [5])
        self.customer.with_company(branch).collections_policy_id = nearer
        self.assertEqual(self._of(branch), nearer)

    def test_filter_of_the_parents_policy_claims_accounts_of_the_branch(self):
        everybody = "[('is_company', '=', True)]"
        policy = self._policy(
            "Parent's", [6], company_id=self.company.id, domain=everybody
        )
        self.assertEqual(self._of(self._branch()), policy)

    def test_national_account_of_the_parent_counts_in_the_branch(self):
        national_policy = self._policy("National", [7])
        self.env["national.account"].create(
            {
                "name": "National",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "policy_id": national_policy.id,
            }
        )
        self.assertEqual(self._of(self._branch()), national_policy)


@tagged("post_install", "-at_install")
class TestAtOnce(CollectionsCommon):
    """Case, dry run, why and guard know the same, and show it before tomorrow."""

    def setUp(self):
        super().setUp()
        self.invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        self.case = self._cases()

    def _commit(self):
        """What the end of a request does."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def _shown(self):
        with self._on("2026-03-03"):
            self._commit()
            why = self.case._get_why()[self.case]
            judged, _items = self.case._get_judged()[self.case]
            self.assertEqual(self.case.rule, judged.decision.rule.value)
            self.assertEqual(self.case.asked_amount, judged.facts.asked)
            self.assertTrue(why["rule"])
        return self.case.asked_amount

    def test_dispute_promise_payment_and_credit_are_shown_at_once(self):
        self.assertEqual(self.case.asked_amount, 1000)
        with self._on("2026-03-03"):
            dispute = self.env["collections.dispute"].create(
                {"move_id": self.invoice.id, "amount": 100}
            )
            self.assertEqual(self._shown(), 900)
            dispute.action_close_wrong()
            self.assertEqual(self._shown(), 1000)
            self._payment("2026-03-02", 50)
            self.assertEqual(self._shown(), 950)
            self._credit("2026-03-03", 20)
            self.assertEqual(self._shown(), 930)
            promise = self.env["collections.promise"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "amount": 300,
                    "date": "2026-03-10",
                }
            )
            self.assertEqual(self._shown(), 630)
            promise.action_withdraw()
            self.assertEqual(self._shown(), 930)
            self._receivable(self.invoice).no_followup = True
            self.assertEqual(self._shown(), 0)

    def test_paid_and_unpaid_again_is_shown_at_once(self):
        with self._on("2026-03-03"):
            payment = self._pay(self.invoice, "2026-03-03", 400)
            self.assertEqual(self._shown(), 600)
            payment.action_draft()
            self.assertEqual(self._shown(), 1000)

    def test_mended_address_ends_the_wait_at_once(self):
        self.customer.email = False
        self._night("2026-03-09")
        self.assertEqual(self.case.state, "attention")
        with self._on("2026-03-09"):
            self.customer.email = "new@example.com"
            self._commit()
            self.assertEqual((self.case.state, self.case.attention), ("chasing", False))
            self.assertFalse(self.case.activity_ids)
            self.assertTrue(self.case._get_why()[self.case]["tonight"])

    def test_new_contact_with_the_role_ends_the_wait_at_once(self):
        self.customer.email = False
        self._night("2026-03-09")
        with self._on("2026-03-09"):
            self.env["res.partner"].create(
                {
                    "name": "Pia",
                    "parent_id": self.customer.id,
                    "type": "invoice",
                    "email": "pia@example.com",
                }
            )
            self._commit()
        self.assertEqual(self.case.state, "chasing")

    def test_mended_template_is_tried_again_by_itself(self):
        step = self.policy.step_ids[1]
        self.customer.ref = "R1"
        step.template_id = self.template.copy(
            {"body_html": "<p t-out='object.partner_id.ref[0]'/>"}
        )
        self.customer.ref = False
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self._night("2026-03-09")
        self.assertEqual(self.case.state, "attention")
        with self._on("2026-03-10"):
            step.template_id.body_html = "<p>Mended</p>"
            self.env.flush_all()
            # the clock of the database stood still in this test
            self.env.cr.execute(
                "UPDATE mail_template SET write_date = write_date + interval '1 day'"
                " WHERE id = %s",
                [step.template_id.id],
            )
            self.env.invalidate_all()
        self._night("2026-03-10")
        self.assertEqual(self._steps_sent(), [1, 8])

    def test_what_cannot_be_shown_stops_no_payment(self):
        self.env.cr.execute(
            "UPDATE collections_policy SET after_last = 'never' WHERE id = %s",
            [self.policy.id],
        )
        self.env.invalidate_all()
        with self._on("2026-03-03"):
            self._pay(self.invoice, "2026-03-03", 400)
            self._commit()
        self.assertEqual(self.invoice.amount_residual, 600)

    def test_transaction_without_open_cases_asks_once(self):
        self._night("2026-03-03")
        stranger = self._customer("Stranger")
        with self._on("2026-03-03"):
            self._commit()
            self._move("2026-03-03", 10, stranger)
            self._move("2026-03-03", 10, stranger)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            self.assertLessEqual(self.env.cr.sql_log_count - before, 4)

    def test_account_with_money_overdue_and_no_case_says_why(self):
        def why(partner):
            self.env.invalidate_all()
            return partner.with_company(self.company).collections_no_case_reason

        late = self._customer("Late Ltd")
        invoice = self._move("2026-03-01", 90, late)
        with self._on("2026-03-03"):
            self.assertFalse(why(self.customer), "it has a case")
            self.assertEqual(why(late), "The next night opens a case.")
            self.policy.minimum_amount = 200
            self.assertEqual(why(late), "Less than the policy's minimum")
            self.policy.minimum_amount = 0
            late.active = False
            self.assertIn("is archived", why(late))
            late.active = True
            self.env["collections.dispute"].create({"move_id": invoice.id})
            self.assertRegex(why(late), "Nothing of it may be chased. In dispute: .*90")

    def test_day_that_has_begun_is_shown_before_its_night(self):
        self._move("2026-03-05", 70)
        self.assertEqual(self.case.asked_amount, 1000)
        self._send("2026-03-06")
        self.assertEqual(self.case.asked_amount, 1070)
        self.assertEqual(self._steps_sent(), [1], "it is shown, nothing is sent")

    def test_changed_policy_is_shown_at_once(self):
        with self._on("2026-03-03"):
            self.policy.step_ids[1].days = 5
            self._commit()
        self.assertEqual(str(self.case.next_date), "2026-03-06")

    def test_new_member_of_a_chased_head_office_is_shown_there_at_once(self):
        head = self._customer("Head Office")
        with self._on("2026-03-03"):
            self.policy.chase_head_office = True
            national = self.env["national.account"].create(
                {"name": "National", "partner_id": head.id}
            )
            self.env["national.account.member"].create(
                {"national_account_id": national.id, "partner_id": self.customer.id}
            )
            self._commit()
        self.assertEqual(self.case.partner_id, head)
