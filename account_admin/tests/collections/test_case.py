from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestCase(CollectionsCommon):
    def test_why_names_lead_days_rule_exclusions_and_next_step(self):
        invoice = self._move("2026-03-01", 1000)
        with self._on("2026-03-01"):
            self.env["collections.dispute"].create(
                {"move_id": invoice.id, "amount": 400}
            )
        self._payment("2026-03-01", 100)
        self._night("2026-03-02")
        with self._on("2026-03-03"):
            case = self._cases()
            why = case._get_why()[case]
            html = case.why_html
        self.assertEqual(why["lead"]["name"], invoice.name)
        self.assertEqual(why["days"], 2)
        self.assertEqual(why["policy"], self.policy)
        self.assertEqual(why["next_step"], self.policy.step_ids[1])
        self.assertEqual(why["next_date"], "03/09/2026")
        self.assertEqual(
            [row["sent"] for row in why["steps"]], ["03/02/2026", "", "", ""]
        )
        for text in (
            invoice.name,
            "In dispute",
            "400.00",
            "not yet matched",
            "100.00",
            "500.00",
            "Test 2",
            "03/09/2026",
        ):
            self.assertIn(text, html)

    def test_why_of_a_closed_case_gives_its_reason(self):
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        self._pay(invoice, "2026-03-03")
        self._night("2026-03-03")
        case = self._cases()
        self.assertEqual(case._get_why()[case]["rule"], "Nothing overdue is left")

    def test_responsible_comes_from_account_national_account_policy(self):
        users = self.env["res.users"].create(
            [{"name": n, "login": f"{n}@x"} for n in ("account", "national", "policy")]
        )
        partners = [self._customer(f"P{n}") for n in range(3)]
        partners[0].collections_user_id = users[0]
        for n in range(2):
            self.env["national.account"].create(
                {
                    "name": f"N{n}",
                    "partner_id": partners[n].id,
                    "user_id": users[1].id,
                }
            )
        self.policy.user_id = users[2]
        for partner in partners:
            self._move("2026-03-01", 10, partner)
        self._night("2026-03-02")
        for partner, user in zip(partners, users, strict=True):
            self.assertEqual(self._cases(partner).user_id, user)

    def test_closing_by_hand_cancels_what_is_queued(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        case = self._cases()
        with self._on("2026-03-02"):
            case.action_close()
        self.assertEqual(case.notice_ids.state, "cancelled")
        self._send("2026-03-02")
        self.assertFalse(self.mailbox.messages)

    def test_paid_account_is_not_asked_for_what_is_not_due_yet(self):
        invoice = self._move("2026-03-01", 100)
        self._move("2026-04-15", 900, date="2026-03-01")
        self._night("2026-03-02")
        self._pay(invoice, "2026-03-03")
        with self._on("2026-03-03"):
            case = self._cases()
            self.assertEqual(case._get_notice_tables()[case], [])

    def test_reminder_before_the_due_date_asks_for_the_leading_item_only(self):
        policy = self._policy("Early", [-3])
        self.customer.with_company(self.company).collections_policy_id = policy
        self._move("2026-03-10", 100, date="2026-02-01")
        self._move("2026-05-10", 900, date="2026-02-01")
        self._night("2026-03-07")
        body = self.mailbox.body()
        self.assertIn("100.00", body)
        self.assertNotIn("900.00", body)
        self.assertEqual(self._cases().notice_ids.amount, 100)

    def test_partner_of_a_company_without_accounts_can_be_opened(self):
        company = self.env["res.company"].create({"name": "Empty Ltd"})
        self.assertEqual(self.customer.with_company(company).collections_open, 0)

    def test_partner_invoice_and_payment_show_the_case(self):
        invoice = self._move("2026-03-01", 1000)
        payment = self._payment("2026-03-01", 400)
        self._night("2026-03-02")
        case = self._cases()
        with self._on("2026-03-02"):
            self.assertEqual(invoice.collections_case_id, case)
            self.assertEqual(payment.collections_case_id, case)
            partner = self.customer.with_company(self.company)
            self.assertEqual(partner.collections_case_id, case)
            self.assertEqual(partner.collections_step_id, self.policy.step_ids[0])
            self.assertEqual(str(partner.collections_next_date), "2026-03-09")
            self.assertEqual(partner.collections_open, 600)
            self.assertEqual(partner.collections_overdue, 600, "as in the aging")
            self.assertEqual(partner.collections_chaseable, 600)

    def test_lists_of_partners_invoices_and_payments_do_not_read_collections(self):
        for model, view in (
            ("res.partner", "base.view_partner_tree"),
            ("account.move", "account.view_out_invoice_tree"),
            ("account.payment", "account.view_account_payment_tree"),
        ):
            arch = self.env[model].get_view(self.env.ref(view).id, "list")["arch"]
            self.assertNotIn("collections_", arch, model)

    def test_forms_of_many_partners_and_invoices_take_constant_queries(self):
        def count_queries(number):
            partners = self.env["res.partner"].browse()
            for n in range(number):
                partners |= self._customer(f"Q {number} {n}")
            moves = self.env["account.move"].browse(
                [self._move("2026-03-01", 10, partner).id for partner in partners]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.mapped("collections_chaseable")
            partners.mapped("collections_case_id")
            moves.mapped("collections_case_id")
            moves.mapped("collections_dispute_count")
            return self.env.cr.sql_log_count - before

        count_queries(1)
        # Odoo's own caches may cost a query or two, a query an account would cost 18
        self.assertLess(count_queries(20), count_queries(2) + 5)

    def test_a_night_takes_as_many_queries_for_ten_times_the_accounts(self):
        def count_queries(number, day):
            for n in range(number):
                self._move("2026-03-01", 10, self._customer(f"Q {day} {n}"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._night(day, send=False)
            return self.env.cr.sql_log_count - before

        count_queries(2, "2026-03-02")
        few, many = count_queries(3, "2026-03-03"), count_queries(30, "2026-03-04")
        self.assertLess(many, few + 5)

    def test_run_counts_what_it_did(self):
        self._move("2026-03-01", 100)
        paid = self._move("2026-03-01", 100, self._customer("Paying"))
        self._night("2026-03-02")
        self._pay(paid, "2026-03-03")
        self._night("2026-03-09")
        runs = self.env["collections.run"].search(
            [("company_id", "=", self.company.id)]
        )
        figures = [
            (r.account_count, r.opened_count, r.escalated_count, r.closed_count)
            for r in runs.sorted("id")
        ]
        self.assertEqual(figures, [(2, 2, 2, 0), (2, 0, 1, 1)])
        self.assertEqual(set(runs.mapped("state")), {"done"})


@tagged("post_install", "-at_install")
class TestDryRun(CollectionsCommon):
    def _simulate(self, day):
        with self._on("2026-03-02"), Form(self.env["collections.dry.run"]) as form:
            form.date = day
        with self._on("2026-03-02"):
            action = form.record.action_simulate()
        lines = self.env[action["res_model"]].search(action["domain"])
        return {line.partner_id: line for line in lines}

    def test_tells_what_the_night_would_do_and_does_nothing(self):
        self._move("2026-03-01", 100)
        line = self._simulate("2026-03-02")[self.customer]
        self.assertEqual(
            (line.outcome, line.step_id), ("open", self.policy.step_ids[0])
        )
        self.assertEqual((line.amount, line.days), (100, 1))
        self.assertFalse(self._cases())
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])

    def test_tells_the_difference_from_the_last_run(self):
        late = self._customer("Late Ltd")
        self._move("2026-02-22", 50, late)
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        paid = self._pay(invoice, "2026-03-02")
        self.assertTrue(paid)
        lines = self._simulate("2026-03-03")
        self.assertEqual(
            (lines[self.customer].outcome, lines[self.customer].change),
            ("close", "gone"),
        )
        self.assertEqual(
            (lines[late].outcome, lines[late].change), ("escalate", "other")
        )

    def test_future_and_past_days_can_be_asked_for(self):
        self._move("2026-03-01", 100)
        self.assertNotIn(self.customer, self._simulate("2026-03-01"))
        line = self._simulate("2026-04-20")[self.customer]
        self.assertEqual(line.days, 50)
        self.assertEqual(line.step_id, self.policy.step_ids[0], "one step a night")

    def test_run_now_is_for_administrators_and_does_what_a_night_does(self):
        self._move("2026-03-01", 100)
        collector = new_test_user(
            self.env,
            "collector_at_night",
            groups="account_admin.group_account_admin_all",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        wizard = self.env["collections.dry.run"]
        with self.assertRaises(AccessError):
            wizard.with_user(collector).create({}).action_run_now()
        cron = self.env.ref("account_admin.ir_cron_night")
        domain = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search(domain)
        with self._on("2026-03-02"):
            wizard.create({}).action_run_now()
        self.assertEqual(len(self.env["ir.cron.trigger"].search(domain) - before), 1)
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])

    def test_dry_run_and_night_decide_the_same(self):
        for n in range(5):
            partner = self._customer(f"Customer {n}")
            self._move(fields.Date.to_date(f"2026-02-{20 + n}"), 10 + n, partner)
        said = self._simulate("2026-03-02")
        self._night("2026-03-02")
        for partner, line in said.items():
            notice = self._cases(partner).notice_ids
            self.assertEqual(notice.step_id, line.step_id)
            self.assertEqual(notice.amount, line.amount)
