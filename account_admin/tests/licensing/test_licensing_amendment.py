"""Amendments: reviewed by others, applied on their day, with their impact foreseen."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .licensing import LicensingCommon


class TestAmendment(LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author, cls.reviewer = (
            new_test_user(
                cls.env,
                login=login,
                groups=f"account_admin.group_licensing_{group}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, group in (("author", "user"), ("reviewer", "manager"))
        )

    def _amend(self, contract, date="2026-04-01", rate=10, **vals):
        """A draft that ends the contract's rates and adds one."""
        old = contract.rate_ids
        return self.env["licensing.amendment"].create(
            {
                "name": "Amendment 1",
                "contract_id": contract.id,
                "date": date,
                "end_rate_ids": old.ids,
                "rate_ids": [
                    Command.create({"contract_id": contract.id, "rate": rate})
                ],
                **vals,
            }
        )

    def _sign(self, amendment, day):
        with self._on(day):
            amendment.with_user(self.author).action_submit()
            amendment.with_user(self.reviewer).action_approve()

    def test_a_rate_changes_on_its_day(self):
        contract = self._contract()
        amendment = self._amend(contract, "2026-04-15")
        self._sign(amendment, "2026-04-16")
        self.assertEqual(amendment.state, "applied")
        old, new = contract.rate_ids.sorted("id")
        self.assertEqual(str(old.date_end), "2026-04-14")
        self.assertEqual(old.ended_by_id, amendment)
        self.assertEqual(str(new.date_start), "2026-04-15")
        self._approve(contract, 0)
        statement = self._approve(
            contract,
            {"gross": 40_000, "date": "2026-04-10"},
            {"gross": 40_000, "date": "2026-04-20"},
            quarter=1,
        )
        self.assertEqual(statement.line_ids.mapped("royalty"), [3_200, 4_000])

    def test_an_amendment_waits_for_its_day(self):
        contract = self._contract()
        amendment = self._amend(contract, "2026-04-15")
        self._sign(amendment, "2026-04-01")
        self.assertEqual(amendment.state, "approved")
        self.assertEqual(len(contract._get_terms().rates), 1)
        for day, state in (("2026-04-14", "approved"), ("2026-04-15", "applied")):
            with self._on(day):
                self._trigger("ir_cron_licensing_amendments")
            self.assertEqual(amendment.state, state)
        self.assertEqual(len(contract._get_terms().rates), 2)

    def test_approved_statements_are_billed_the_difference(self):
        contract = self._contract()
        with self._on("2026-04-05"):
            first = self._approve(contract, 100_000)
        with self._on("2026-07-05"):
            second = self._approve(contract, 50_000, quarter=1)
        amendment = self._amend(contract, "2026-01-01")
        self._sign(amendment, "2026-08-01")
        self.assertEqual(amendment.move_id.amount_untaxed, 3_000)
        self.assertEqual((first.royalty, second.royalty), (8_000, 4_000))
        with self._on("2026-10-05"):
            third = self._approve(contract, 10_000, quarter=2)
        self.assertEqual(third.royalty, 1_000)
        self.assertEqual(self._billed(contract), 16_000)

    def test_the_impact_is_foreseen_and_nothing_is_changed(self):
        contract = self._contract(commitment_ids=[self._pool(guarantee=20_000)])
        with self._on("2026-04-05"):
            self._approve(contract, 100_000)
        amendment = self._amend(contract, "2026-01-01")
        with self._on("2026-08-01"):
            amendment.with_user(self.author).action_preview()
        for text in ("8,000.00", "10,000.00", "2,000.00", "20,000.00"):
            self.assertIn(text, amendment.impact)
        self.assertEqual(amendment.state, "draft")
        self.assertFalse(contract.rate_ids.filtered("ended_by_id"))
        self.assertEqual(self._billed(contract), 8_000)

    def test_the_preview_says_what_has_to_be_mended(self):
        contract = self._contract()
        amendment = self._amend(contract, end_rate_ids=False)
        with self._on("2026-08-01"):
            amendment.action_preview()
        self.assertIn("apply equally", amendment.impact)

    def test_an_amendment_that_leaves_a_tie_is_refused(self):
        amendment = self._amend(self._contract(), end_rate_ids=False)
        with self.assertRaisesRegex(UserError, "apply equally"):
            self._sign(amendment, "2026-08-01")
        self.assertEqual(amendment.state, "review")

    def test_an_approved_figure_is_explained_by_the_terms_of_then(self):
        contract = self._contract()
        with self._on("2026-04-05"):
            statement = self._approve(contract, 100_000)
        self._sign(self._amend(contract, "2026-01-01"), "2026-08-01")
        html = self.env["licensing.explanation"].browse(
            statement.line_ids.action_explain()["res_id"]
        )
        self.assertIn("8,000.00", html.html)
        self.assertIn("at 8", html.html)

    def test_nobody_approves_what_they_wrote(self):
        amendment = self._amend(self._contract())
        amendment.with_user(self.reviewer).action_submit()
        with self.assertRaisesRegex(UserError, "another licensing manager"):
            amendment.with_user(self.reviewer).action_approve()

    def test_a_user_does_not_approve(self):
        amendment = self._amend(self._contract())
        amendment.with_user(self.reviewer).action_submit()
        with self.assertRaises(AccessError):
            amendment.with_user(self.author).action_approve()

    def test_its_rows_stand_once_it_is_in_review(self):
        amendment = self._amend(self._contract())
        amendment.with_user(self.author).action_submit()
        with self.assertRaisesRegex(UserError, "no draft any more"):
            amendment.rate_ids.with_user(self.author).rate = 1
        amendment.with_user(self.reviewer).action_reject()
        amendment.with_user(self.author).action_back_to_draft()
        amendment.rate_ids.with_user(self.author).rate = 1

    def test_its_state_cannot_be_written(self):
        amendment = self._amend(self._contract())
        with self.assertRaises(AccessError):
            amendment.with_user(self.author).write({"state": "applied"})

    def test_an_amendment_that_changes_nothing_is_refused(self):
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "Empty",
                "contract_id": self._contract().id,
                "date": "2026-04-01",
            }
        )
        with self.assertRaisesRegex(UserError, "changes nothing"):
            amendment.action_submit()

    def test_an_extension_carries_the_rows_on(self):
        contract = self._contract(
            rates=[self._rate(8, date_end="2027-12-31")],
            commitment_ids=[self._pool(guarantee=20_000)],
        )
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "Renewal",
                "contract_id": contract.id,
                "date": "2027-06-01",
                "date_end": "2028-12-31",
            }
        )
        amendment.action_propose_extension()
        self.assertEqual(len(amendment.rate_ids), 1)
        self._sign(amendment, "2027-06-01")
        self.assertEqual(str(contract.date_end), "2028-12-31")
        self.assertEqual(str(amendment.date_end_before), "2027-12-31")
        first, last = contract.rate_ids.sorted("id")
        self.assertEqual(str(last.date_start), "2028-01-01")
        self.assertEqual(last.continues_id, first)

    def test_an_early_end_is_reviewed_like_any_change_and_shrinks_the_guarantee(self):
        contract = self._contract(
            commitment_ids=[self._pool(guarantee=20_000, prorates=True)]
        )
        for quarter in (0, 1, 2):
            self._approve(contract, 0, quarter=quarter)
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "Early end",
                "contract_id": contract.id,
                "date": "2026-09-01",
                "date_end": "2026-09-30",
            }
        )
        self._sign(amendment, "2026-10-02")
        self.assertEqual(contract.state, "expired")
        self._bill_pools("2026-10-03")
        self.assertEqual(str(contract.date_end), "2026-09-30")
        # 20,000 for 273 of 365 days (T26)
        self.assertEqual(float(self._balance(contract).billed), 14_958.90)

    def _replace_pool(self, contract, day, **vals):
        """A draft that ends the contract's pool the day before, and adds another."""
        values = {"contract_id": contract.id, "name": "New pool", "prorates": True}
        return self.env["licensing.amendment"].create(
            {
                "name": "Guarantee",
                "contract_id": contract.id,
                "date": day,
                "end_commitment_ids": contract.commitment_ids.ids,
                "commitment_ids": [
                    Command.create({**values, "date_end": "2026-12-31", **vals})
                ],
            }
        )

    def test_t26_a_pool_that_it_ends_early_shrinks_by_days(self):
        contract = self._contract(
            commitment_ids=[self._pool(guarantee=20_000, prorates=True)]
        )
        pool = contract.commitment_ids
        amendment = self._replace_pool(contract, "2026-10-01", guarantee=7_500)
        self._sign(amendment, "2026-10-02")
        for quarter in range(3):
            self._approve(contract, 0, quarter=quarter)
        self._bill_pools("2026-10-05")
        self.assertEqual(float(self._balance(contract, pool).billed), 14_958.90)
        self._approve(contract, 0, quarter=3)
        self._bill_pools("2027-01-05")
        new = contract.commitment_ids - pool
        self.assertEqual(float(self._balance(contract, new).billed), 7_500)
        self.assertEqual(float(self._balance(contract, pool).billed), 14_958.90)

    def test_a_pool_that_it_ends_early_shrinks_once_when_the_contract_ends_too(self):
        contract = self._contract(
            commitment_ids=[self._pool(guarantee=20_000, prorates=True)]
        )
        pool = contract.commitment_ids
        amendment = self._replace_pool(contract, "2026-10-01", guarantee=7_500)
        self._sign(amendment, "2026-10-02")
        for quarter in range(3):
            self._approve(contract, 0, quarter=quarter)
        contract.sudo().write({"termination_date": "2026-06-30", "state": "terminated"})
        self._bill_pools("2026-10-05")
        # 20,000 for 181 of 365 days
        self.assertEqual(float(self._balance(contract, pool).billed), 9_917.81)

    def test_a_pool_that_does_not_shrink_is_billed_in_full_when_it_ends_it(self):
        contract = self._contract(commitment_ids=[self._pool(guarantee=20_000)])
        pool = contract.commitment_ids
        self._sign(self._replace_pool(contract, "2026-10-01"), "2026-10-02")
        for quarter in range(3):
            self._approve(contract, 0, quarter=quarter)
        self._bill_pools("2026-10-05")
        self.assertEqual(self._balance(contract, pool).billed, 20_000)

    def test_an_instalment_after_the_early_end_bills_nothing_more(self):
        line = ("2026-12-15", 20_000, "guarantee")
        contract = self._contract(
            commitment_ids=[self._pool(line, guarantee=20_000, prorates=True)]
        )
        pool = contract.commitment_ids
        self._sign(self._replace_pool(contract, "2026-10-01"), "2026-10-02")
        for quarter in range(3):
            self._approve(contract, 0, quarter=quarter)
        self._bill_pools("2026-12-16")
        self.assertEqual(float(self._balance(contract, pool).billed), 14_958.90)

    def test_the_preview_tells_both_parts_of_a_guarantee_that_changes(self):
        contract = self._contract(
            commitment_ids=[self._pool(guarantee=20_000, prorates=True)]
        )
        amendment = self._replace_pool(contract, "2026-10-01", guarantee=7_500)
        with self._on("2026-09-01"):
            amendment.with_user(self.author).action_preview()
        for text in (
            "01/01/2026 – 09/30/2026: $14,958.90, its days of $20,000.00",
            "10/01/2026 – 12/31/2026: $7,500.00, for these days only",
            "$0.00 earned of $14,958.90, $14,958.90 not billed yet",
        ):
            self.assertIn(text, amendment.impact.replace("&nbsp;", ""))

    def test_a_contract_in_draft_is_changed_directly(self):
        contract = self._contract(state="draft")
        contract.rate_ids.rate = 9
        with self.assertRaisesRegex(UserError, "not in force"):
            self._amend(contract).action_submit()
