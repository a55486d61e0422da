from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .licensing_contract import LicensingContractCommon


@tagged("post_install", "-at_install")
class TestLicensingWorkflow(LicensingContractCommon):
    def _submitted(self, user=None, **vals):
        contract = self._contract(**vals)
        contract.with_user(user or self.user).action_submit()
        return contract

    def _terminate(self, contract, day, user=None, **vals):
        action = contract.with_user(user or self.manager).action_terminate()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .with_context(**action["context"])
            .create({"date": day, "reason": "Unpaid", **vals})
        )
        wizard.action_confirm()
        amendment = self.env["licensing.amendment"].search(
            [("contract_id", "=", contract.id)]
        )
        return amendment.with_user(self.second)

    def test_draft_goes_to_review_and_remembers_who_sent_it(self):
        contract = self._submitted()
        self.assertEqual(contract.state, "review")
        self.assertEqual(contract.author_id, self.user)

    def test_review_goes_back_to_draft(self):
        contract = self._submitted()
        contract.with_user(self.user).action_back_to_draft()
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.author_id)

    def test_a_user_is_told_who_approves_whatever_the_state(self):
        for contract in (self._contract(), self._submitted()):
            with self.assertRaisesRegex(AccessError, "Only a licensing manager"):
                contract.with_user(self.user).action_approve()

    def test_approved_before_its_start_waits_for_it(self):
        with self._on("2025-12-15"):
            contract = self._approve(self._contract())
        self.assertEqual(contract.state, "approved")
        self.assertEqual(contract.reviewer_id, self.manager)
        self._cron("2025-12-31")
        self.assertEqual(contract.state, "approved")
        self._cron("2026-01-01")
        self.assertEqual(contract.state, "active")

    def test_approved_after_its_start_is_active_at_once(self):
        # as tests are set up they do not track
        contract = self._contract().with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.cr.flush()
        with self._on("2026-03-01"):
            self._approve(contract)
        self.assertEqual(contract.state, "active")
        self.cr.flush()
        self.env.invalidate_all()
        tracked = contract.sudo().message_ids.tracking_value_ids
        self.assertIn("Active", tracked.mapped("new_value_char"))

    def test_sells_off_after_its_end_and_expires_after_that(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract(sell_off_days=90))
        states = {}
        for day in ("2026-12-31", "2027-01-01", "2027-03-31", "2027-04-01"):
            self._cron(day)
            states[day] = contract.state
        self.assertEqual(
            list(states.values()), ["active", "sell_off", "sell_off", "expired"]
        )

    def test_late_cron_goes_straight_to_where_the_contract_is(self):
        with self._on("2025-12-15"):
            contract = self._approve(self._contract())
        self._cron("2027-06-01")
        self.assertEqual(contract.state, "expired")

    def test_each_company_changes_on_its_own_day(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with self._on("2025-12-15"):
            contract = self._approve(self._contract())
        # noon of UTC is past midnight there
        self._cron("2025-12-31")
        self.assertEqual(contract.state, "active")

    def test_user_cannot_approve(self):
        contract = self._submitted()
        with self.assertRaisesRegex(AccessError, "licensing manager"):
            contract.with_user(self.user).action_approve()

    def test_auditor_changes_nothing(self):
        contract = self._contract().with_user(self.auditor)
        for action in ("action_submit", "action_approve", "action_terminate"):
            with self.assertRaises(AccessError):
                getattr(contract, action)()

    def test_draft_is_not_approved(self):
        with self.assertRaisesRegex(UserError, "has to be: In Review"):
            self._contract().with_user(self.manager).action_approve()

    # ------------------------------------------------------------------
    # FOUR EYES
    # ------------------------------------------------------------------

    def test_who_sent_it_to_review_cannot_approve_it(self):
        contract = self._submitted(self.manager).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "lc_second"):
            contract.action_approve()
        with self._on("2026-03-01"):
            contract.with_user(self.second).action_approve()
        self.assertEqual(contract.reviewer_id, self.second)

    def test_the_only_manager_is_told_of_the_setting(self):
        group = self.env.ref("account_admin.group_licensing_manager")
        others = group.all_user_ids - self.manager
        others.sudo().group_ids -= group
        contract = self._submitted(self.manager).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "the only licensing manager"):
            contract.action_approve()

    def test_without_four_eyes_one_person_does_both(self):
        self.company.licensing_four_eyes = False
        contract = self._submitted(self.manager).with_user(self.manager)
        with self._on("2026-03-01"):
            contract.action_approve()
        self.assertEqual(contract.state, "active")

    # ------------------------------------------------------------------
    # TERMINATION
    # ------------------------------------------------------------------

    def test_terminated_in_the_future_lasts_until_then(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract(sell_off_days=30))
            self._terminate(contract, "2026-06-30").action_approve()
        self.assertEqual(contract.state, "active")
        self.assertEqual(str(contract.date_sell_off_end), "2026-07-30")
        states = []
        for day in ("2026-06-30", "2026-07-01", "2026-07-31"):
            self._cron(day)
            states.append(contract.state)
        self.assertEqual(states, ["active", "sell_off", "terminated"])

    def test_terminated_without_sell_off_ends_on_the_day_after(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract(sell_off_days=30))
            self._terminate(contract, "2026-02-28", sells_off=False).action_approve()
        self.assertEqual(contract.state, "terminated")
        self.assertEqual(contract.termination_reason, "Unpaid")

    def test_a_termination_waits_for_another_manager(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
            amendment = self._terminate(contract, "2026-06-30")
            self.assertEqual((amendment.state, contract.state), ("review", "active"))
            self.assertFalse(contract.termination_date)
            with self.assertRaisesRegex(UserError, "lc_second"):
                amendment.with_user(self.manager).action_approve()
            asked_again = contract.with_user(self.manager).action_terminate()
            self.assertEqual(asked_again["res_id"], amendment.id)
            amendment.action_approve()
        self.assertEqual(amendment.state, "applied")
        self.assertEqual(str(contract.termination_date), "2026-06-30")

    def test_a_rejected_termination_leaves_the_contract_as_it_was(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
            self._terminate(contract, "2026-06-30").action_reject()
        self.assertEqual((contract.state, contract.termination_date), ("active", False))

    def test_without_four_eyes_a_termination_counts_at_once(self):
        self.company.licensing_four_eyes = False
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
            amendment = self._terminate(contract, "2026-02-28")
        self.assertEqual(amendment.state, "applied")
        self.assertEqual(contract.state, "terminated")

    def test_what_was_known_before_a_termination_stays_known(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract(sell_off_days=30))
            before = fields.Datetime.now()
        with self._on("2026-03-02"):
            amendment = self._terminate(contract, "2026-02-28", sells_off=False)
            amendment.action_preview()
            self.assertIn("30 days → 0 days", amendment.impact)
            amendment.action_approve()
        self.assertEqual(str(contract._get_duration()[1]), "2026-02-28")
        self.assertEqual(str(contract._get_duration(before)[1]), "2026-12-31")
        self.assertEqual(str(contract._get_sell_off_last()), "2026-02-28")
        self.assertEqual(str(contract._get_sell_off_last(before)), "2027-01-30")

    def test_a_termination_that_touches_approved_statements_is_looked_at_first(self):
        self.company.licensing_four_eyes = False
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
        statement = self.env["licensing.statement"].create(
            {
                "contract_id": contract.id,
                "date_start": "2026-01-01",
                "date_end": "2026-03-31",
            }
        )
        statement.sudo().state = "approved"
        with self._on("2026-04-10"):
            amendment = self._terminate(contract, "2026-02-28")
        self.assertEqual((amendment.state, contract.state), ("review", "active"))
        self.assertTrue(amendment.impact)

    def test_a_termination_previews_the_guarantee_it_shrinks(self):
        pool = {"name": "Year", "guarantee": 20_000, "prorates": True}
        pool |= {"date_start": "2026-01-01", "date_end": "2026-12-31"}
        with self._on("2026-03-01"):
            contract = self._contract(commitment_ids=[Command.create(pool)])
            amendment = self._terminate(self._approve(contract), "2026-06-30")
            amendment.action_preview()
        # 181 of 365 days
        self.assertIn("9,917.81", amendment.impact)
        self.assertFalse(contract.termination_date)

    def test_a_termination_and_another_end_do_not_go_together(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
            amendment = self.env["licensing.amendment"].create(
                {
                    "name": "Both",
                    "contract_id": contract.id,
                    "date": "2026-03-01",
                    "date_end": "2026-09-30",
                    "termination_date": "2026-06-30",
                    "termination_reason": "Unpaid",
                }
            )
            with self.assertRaisesRegex(UserError, "write two amendments"):
                amendment.action_submit()
            amendment.write({"date_end": False, "date": "2026-07-01"})
            with self.assertRaisesRegex(UserError, "after the contract's last day"):
                amendment.action_submit()
            amendment.write({"date": "2026-03-01", "termination_reason": False})
            with self.assertRaisesRegex(UserError, "say why"):
                amendment.action_submit()

    def test_terms_of_a_contract_that_ended_before_a_grant_began(self):
        late = {"name": "Autumn", "date_start": "2026-09-01"}
        with self._on("2026-03-01"):
            contract = self._approve(self._contract(grants=[{}, late]))
            self._terminate(contract, "2026-06-30").action_approve()
        self.assertEqual(len(contract._get_terms().grants), 1)

    def test_user_cannot_terminate(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
            with self.assertRaises(AccessError):
                self._terminate(contract, "2026-06-30", user=self.user)

    def test_day_outside_the_term_is_refused(self):
        with self._on("2026-03-01"):
            contract = self._approve(self._contract())
            with self.assertRaisesRegex(UserError, "day of its term"):
                self._terminate(contract, "2027-06-30")
