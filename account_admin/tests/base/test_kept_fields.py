"""Fields that the product keeps stay closed, whatever a client sends."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.base import readonly_mixin
from ..common import CollectionsHttpCase
from ..licensing.licensing_contract import LicensingContractCommon

KEY = readonly_mixin._KEY
#: What a client may put in the place of the product's own object.
FORGED = (
    True,
    1,
    "_Lifted",
    ["licensing.contract", ["state"]],
    {"model": "licensing.contract", "names": ["state"]},
)


@tagged("post_install", "-at_install")
class TestKeptFieldsByRpc(CollectionsHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "worker",
            groups="account_admin.group_account_admin_all",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls._move("2026-03-01", 100)

    def setUp(self):
        super().setUp()
        self._night("2026-03-02")
        self.case = self._cases()

    def _rpc(self, method, *args, **kwargs):
        """The error of a call for the case, ``None`` where it was answered."""
        params = {"model": "collections.case", "method": method}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps({"params": {**params, "args": args, "kwargs": kwargs}}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        return answer.get("error", {}).get("data", {}).get("message")

    def test_write_is_refused_whatever_the_context_says(self):
        self.authenticate("worker", "worker")
        for forged in FORGED:
            error = self._rpc(
                *("write", self.case.ids, {"state": "closed"}), context={KEY: forged}
            )
            self.assertIn("cannot be set by hand", error)
        self.assertEqual(self.case.state, "chasing")

    def test_what_lifts_the_lock_cannot_be_called(self):
        self.authenticate("worker", "worker")
        vals = {"state": "closed"}
        for call in (
            ("_write_kept", self.case.ids, vals),
            ("_create_kept", [vals]),
            ("_lift", self.case.ids, ["state"]),
        ):
            self.assertIn("Private methods", self._rpc(*call))
        self.assertEqual(self.case.state, "chasing")

    def test_the_button_writes_what_nobody_may_set(self):
        self.authenticate("worker", "worker")
        self.assertIsNone(self._rpc("action_close", self.case.ids))
        self.assertEqual(self.case.state, "closed")


@tagged("post_install", "-at_install")
class TestKeptFields(LicensingContractCommon):
    """One lock is lifted for the product's own write, every other one holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._contract().with_user(cls.user)

    def test_forged_contexts_lift_nothing(self):
        for forged in FORGED:
            contract = self.contract.with_context(**{KEY: forged})
            with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
                contract.write({"state": "active"})
            with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
                contract.create({"state": "active"})

    def test_only_the_fields_that_are_written_are_lifted(self):
        lifted = self.contract._lift(["state"])
        with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
            lifted.write({"state": "active", "author_id": self.user.id})
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "Change",
                "contract_id": self.contract.id,
                "date": "2026-06-01",
            }
        )
        with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
            amendment.with_env(lifted.env).write({"state": "approved"})

    def test_what_was_agreed_stays_locked(self):
        self.contract.action_submit()
        with self.assertRaisesRegex(UserError, "send it back to draft"):
            self.contract._write_kept({"state": "draft", "title": "Other"})
        self.assertEqual(self.contract.state, "review")

    def test_rights_of_the_user_count(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            self.contract.with_user(self.auditor)._write_kept({"state": "review"})

    def test_rules_of_the_user_count(self):
        elsewhere = self.setup_other_company()["company"]
        self.manager.write(
            {"company_id": elsewhere.id, "company_ids": [Command.set(elsewhere.ids)]}
        )
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            self.contract.with_user(self.manager)._write_kept({"state": "review"})
