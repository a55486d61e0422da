from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .licensing_contract import LicensingContractCommon


@tagged("post_install", "-at_install")
class TestLicensingLocks(LicensingContractCommon):
    """What is agreed is changed by amendments only, whichever way it is tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._contract()
        cls.contract.action_submit()

    def _active(self):
        with self._on("2026-03-01"):
            self.contract.with_user(self.manager).action_approve()
        return self.contract

    def test_money_and_rights_are_locked_in_review(self):
        with self.assertRaisesRegex(UserError, "send it back to draft"):
            self.contract.write({"date_end": "2027-12-31"})

    def test_money_and_rights_are_locked_once_approved_even_to_managers(self):
        contract = self._active().with_user(self.manager)
        for vals in (
            {"date_end": "2027-12-31"},
            {"partner_id": self.rival.id},
            {"interest": 18},
            {"sell_off_days": 900},
            {"fx_rule": "average"},
        ):
            with self.assertRaisesRegex(UserError, "write an amendment"):
                contract.write(vals)

    def test_rows_are_locked_with_their_contract(self):
        contract = self._active()
        with self.assertRaisesRegex(UserError, "write an amendment"):
            contract.write({"rate_ids": [Command.create({"rate": 1})]})
        with self.assertRaisesRegex(UserError, "write an amendment"):
            contract.rate_ids.write({"rate": 1})
        with self.assertRaisesRegex(UserError, "rates of exchange stand"):
            contract.write(
                {
                    "fx_rate_ids": [
                        Command.create(
                            {"currency_id": self.env.ref("base.GBP").id, "rate": 2}
                        )
                    ]
                }
            )

    def test_what_is_no_term_stays_editable(self):
        contract = self._active()
        contract.write({"user_id": self.manager.id, "note": "Call in May"})
        self.assertEqual(contract.user_id, self.manager)

    def test_import_does_not_get_past_the_lock(self):
        contract = self._active()
        # the user's own import gives the record its external id
        result = (
            self.env["licensing.contract"]
            .with_user(self.user)
            .load([".id", "date_end"], [[str(contract.id), "2030-12-31"]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("write an amendment", result["messages"][0]["message"])
        self.assertEqual(str(contract.date_end), "2026-12-31")

    def test_import_cannot_set_a_state(self):
        fields = ["title", "partner_id/.id", "date_start", "date_end", "state"]
        row = ["New", str(self.customer.id), "2026-01-01", "2026-12-31", "active"]
        model = self.env["licensing.contract"].with_user(self.user)
        self.assertFalse(model.load(fields, [row])["ids"])

    def test_state_cannot_be_set_by_writing_creating_or_defaults(self):
        with self.assertRaises(AccessError):
            self.contract.write({"state": "active"})
        with self.assertRaises(AccessError):
            self._contract(state="active")
        sneaky = self.env["licensing.contract"].with_user(self.user)
        contract = sneaky.with_context(
            default_state="active", default_reviewer_id=self.manager.id
        ).create(
            {
                "title": "Sneaky",
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.reviewer_id)

    def test_product_is_not_created_approved(self):
        vals = {"name": "Shirt", "sku": "S1", "partner_id": self.customer.id}
        product = self.env["licensing.product"].with_user(self.user)
        with self.assertRaises(AccessError):
            product.create({**vals, "state": "approved"})
        with self.assertRaises(AccessError):
            product.create(vals).write({"approved_from": "2020-01-01"})

    def test_instalment_is_not_created_paid(self):
        contract = self._contract()
        pool = {"name": "Pool", "contract_id": contract.id}
        line = {"date": "2026-01-01", "amount": 5, "state": "settled"}
        with self.assertRaises(AccessError):
            self.env["licensing.commitment"].with_user(self.user).create(
                {**pool, "line_ids": [Command.create(line)]}
            )

    def test_amendment_is_not_created_applied(self):
        with self.assertRaises(AccessError):
            self.env["licensing.amendment"].with_user(self.user).create(
                {
                    "name": "A1",
                    "contract_id": self.contract.id,
                    "date": "2026-01-01",
                    "state": "applied",
                }
            )

    def test_only_drafts_are_deleted(self):
        with self.assertRaisesRegex(UserError, "terminate it"):
            self.contract.with_user(self.manager).unlink()
        draft = self._contract()
        draft.with_user(self.manager).unlink()
        self.assertFalse(draft.exists())

    def test_contract_in_force_is_not_archived(self):
        contract = self._active()
        with self.assertRaisesRegex(UserError, "once it ended"):
            contract.write({"active": False})

    def test_copy_is_a_draft_with_all_rows(self):
        contract = self._active()
        copy = contract.with_user(self.user).copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(len(copy.grant_ids), 1)
        self.assertEqual(copy.rate_ids.rate, 8)
        self.assertFalse(copy.author_id)
        self.assertEqual(str(copy.date_end), "2026-12-31")
        self.assertNotEqual(copy.name, contract.name)

    def test_copy_leaves_out_what_is_only_proposed(self):
        contract = self._active()
        amendment = (
            self.env["licensing.amendment"]
            .with_user(self.user)
            .create(
                {
                    "name": "A1",
                    "contract_id": contract.id,
                    "date": "2026-07-01",
                    "rate_ids": [
                        Command.create({"contract_id": contract.id, "rate": 12})
                    ],
                }
            )
        )
        self.assertTrue(amendment.rate_ids.is_proposed)
        self.assertEqual(contract.with_user(self.user).copy().rate_ids.rate, 8)
