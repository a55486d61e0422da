from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .licensing_contract import LicensingContractCommon


@tagged("post_install", "-at_install")
class TestLicensingProblems(LicensingContractCommon):
    """What stops an approval; each names the rows and says what to do."""

    def _grant(self, *properties, **vals):
        return {"property_ids": [Command.set([p.id for p in properties])], **vals}

    def _in_force(self, *grants, partner=None, **vals):
        """A contract of the rival that is active."""
        partner = partner or self.rival
        with self._on("2026-03-01"):
            return self._approve(
                self._contract(grants=grants, partner_id=partner.id, **vals)
            )

    def _problem(self, contract):
        """The one sentence."""
        (problem,) = contract._find_problems()
        return problem

    def test_a_sound_contract_has_none(self):
        contract = self._contract()
        self.assertEqual(contract._find_problems(), [])
        self.assertFalse(contract.problems)

    def test_nothing_granted_and_no_rate(self):
        contract = self._contract(grants=[], rates=[])
        self.assertEqual(len(contract._find_problems()), 2)
        self.assertIn("<li>Nothing is granted", contract.problems)

    def test_all_problems_are_told_at_once(self):
        contract = self._contract(grants=[], rates=[], fx_rule="fixed")
        contract.action_submit()
        with self.assertRaises(UserError) as caught:
            contract.with_user(self.manager).action_approve()
        for text in (contract.name, "grant", "rate", "exchange"):
            self.assertIn(text, str(caught.exception))
        self.assertEqual(contract.state, "review")

    def test_guarantee_that_shrinks_needs_its_days(self):
        pool = {"name": "Pool 2026", "guarantee": 100, "prorates": True}
        contract = self._contract(commitment_ids=[Command.create(pool)])
        self.assertIn("Pool 2026", self._problem(contract))
        contract.commitment_ids.write(
            {"date_start": "2026-01-01", "date_end": "2026-12-31"}
        )
        self.assertEqual(contract._find_problems(), [])

    def test_grant_outside_the_term(self):
        late = {"name": "Late", "date_start": "2027-02-01"}
        self.assertIn("Late", self._problem(self._contract(grants=[{}, late])))

    # ------------------------------------------------------------------
    # OVERLAPS
    # ------------------------------------------------------------------

    def test_overlap_with_an_exclusive_grant_blocks_and_names_what_is_shared(self):
        rival = self._in_force(
            self._grant(
                self.comet,
                name="All of Comet",
                exclusive=True,
                country_ids=[Command.set([self.env.ref("base.de").id])],
            )
        )
        contract = self._contract(
            grants=[self._grant(self.rocket, name="Rockets", date_start="2026-07-01")]
        )
        problem = self._problem(contract)
        for text in (
            "Rockets",
            "All of Comet",
            rival.name,
            "Rival Toys",
            "Captain Comet / Rocket",
            "Germany",
            "07/01/2026 – 12/31/2026",
        ):
            self.assertIn(text, problem)
        contract.action_submit()
        with self.assertRaisesRegex(UserError, "All of Comet"):
            contract.with_user(self.manager).action_approve()

    def test_reason_lets_an_overlap_pass(self):
        self._in_force(self._grant(self.comet, exclusive=True))
        contract = self._contract(
            grants=[self._grant(self.comet, override_reason="Outlet stock only")]
        )
        with self._on("2026-03-01"):
            self._approve(contract)
        self.assertEqual(contract.state, "active")

    def test_exclusive_grant_cannot_take_what_another_has(self):
        self._in_force(self._grant(self.comet, name="Plain"))
        contract = self._contract(grants=[self._grant(self.comet, exclusive=True)])
        self.assertIn("is exclusive, but “Plain”", self._problem(contract))

    def test_what_does_not_meet_does_not_conflict(self):
        self._in_force(
            self._grant(
                self.comet,
                exclusive=True,
                channel_ids=[Command.set(self.online.ids)],
                date_end="2026-06-30",
            )
        )
        for grant in (
            self._grant(self.other),
            self._grant(self.comet, channel_ids=[Command.set(self.mass.ids)]),
            self._grant(self.comet, date_start="2026-07-01"),
        ):
            self.assertEqual(self._contract(grants=[grant])._find_problems(), [])

    def test_a_licensee_does_not_conflict_with_itself(self):
        self._in_force(self._grant(self.comet, exclusive=True), partner=self.customer)
        contract = self._contract(grants=[self._grant(self.comet)])
        self.assertEqual(contract._find_problems(), [])

    def test_drafts_and_ended_contracts_hold_nothing(self):
        draft = self._contract(
            grants=[self._grant(self.comet, exclusive=True)],
            partner_id=self.rival.id,
        )
        ended = self._in_force(self._grant(self.comet, exclusive=True))
        ended.sudo().state = "terminated"
        contract = self._contract(grants=[self._grant(self.comet)])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(contract._find_problems(), [])

    def test_of_two_approved_together_the_second_is_refused(self):
        exclusive = self._grant(self.comet, exclusive=True)
        both = self._contract(grants=[exclusive]) | self._contract(
            grants=[exclusive], partner_id=self.rival.id
        )
        both.action_submit()
        with self.assertRaisesRegex(UserError, both[0].name):
            both.with_user(self.manager).action_approve()

    def test_many_overlaps_are_counted(self):
        grants = [self._grant(self.comet, exclusive=True) for _ in range(5)]
        self._in_force(*grants)
        problems = self._contract(grants=grants)._find_problems()
        self.assertEqual(len(problems), 21)
        self.assertIn("5 more", problems[-1])

    # ------------------------------------------------------------------
    # TIES
    # ------------------------------------------------------------------

    def _tied(self):
        return [
            {
                "name": "Clothes",
                "rate": 10,
                "category_ids": [Command.set(self.apparel.ids)],
            },
            {
                "name": "Web",
                "rate": 12,
                "channel_ids": [Command.set(self.online.ids)],
            },
        ]

    def test_two_equally_specific_rates_block_and_are_shown(self):
        contract = self._contract(rates=self._tied())
        problem = self._problem(contract)
        for text in ("Clothes: 10 %", "Web: 12 %", "Apparel", "Online"):
            self.assertIn(text, problem)
        contract.action_submit()
        with self.assertRaisesRegex(UserError, "Clothes"):
            contract.with_user(self.manager).action_approve()

    def test_a_rate_for_what_both_cover_ends_the_tie(self):
        both = {**self._tied()[0], **self._tied()[1], "name": "Clothes on the web"}
        contract = self._contract(rates=[*self._tied(), both])
        self.assertEqual(contract._find_problems(), [])

    def test_deductions_tie_where_they_allow_the_same(self):
        rows = [
            {"name": "Returns", "allowances": False, "other": False},
            {"name": "Rest", "returns": False},
        ]
        contract = self._contract(
            deduction_ids=[Command.create(row) for row in rows],
        )
        self.assertEqual(contract._find_problems(), [])
        contract.deduction_ids[1].returns = True
        self.assertIn("Deductions “Returns”", self._problem(contract))

    def test_pools_tie(self):
        pools = [{"name": "One", "guarantee": 5}, {"name": "Two", "guarantee": 5}]
        contract = self._contract(
            commitment_ids=[Command.create(pool) for pool in pools]
        )
        self.assertIn("Pools “One” and “Two”", self._problem(contract))
        contract.commitment_ids[0].date_end = "2026-06-30"
        contract.commitment_ids[1].date_start = "2026-07-01"
        self.assertEqual(contract._find_problems(), [])
