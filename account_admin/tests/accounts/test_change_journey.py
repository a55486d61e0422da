"""A bank change from end to end: several people in browsers, and the mirror."""

from odoo.tests import HttpCase, tagged

from .change import IBAN, NEW_IBAN
from .test_mirror import MirrorCommon


@tagged("post_install", "-at_install")
class TestChangeJourney(MirrorCommon, HttpCase):
    def _trigger(self, *names):
        # requests run on the test's own cursor, and so may the scheduled actions
        for name in names:
            self.env.ref(f"account_admin.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _tour(self, name, login, path="changes-to-approve"):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", f"account_admin_change_{name}", login=login)
        self.env.invalidate_all()

    def test_bank_change_approved_called_back_applied_mirrored_reversed(self):
        self._tour("ask", "ann", f"res.partner/{self.account.id}")
        change = self.account.account_admin_change_ids
        self.assertEqual((change.state, change.requester_id), ("asked", self.ann))
        self._tour("approve", "mia")
        self._tour("approve", "bob")
        self.assertEqual((change.state, self.bank.acc_number), ("asked", IBAN))
        self._tour("call", "bob", "account-changes")
        self.assertEqual(change.state, "applied")
        self.assertEqual(self.bank.sanitized_acc_number, NEW_IBAN)
        self._trigger("ir_cron_mirror", "ir_cron_mirror")
        self.assertEqual(change.mirror_ticket, "T1")
        told = [heard[3]["status"] for heard in self._posts()]
        self.assertEqual(told, ["pending", "applied"])
        self._tour("reverse", "bob", "account-changes")
        back = self.account.account_admin_change_ids - change
        self.assertEqual((back.state, back.requester_id), ("asked", self.bob))
        self._tour("approve", "mia")
        self._tour("approve", "zoe")
        self._tour("call", "zoe", "account-changes")
        self.assertEqual((back.state, change.state), ("applied", "reversed"))
        self.assertEqual(self.bank.sanitized_acc_number, IBAN)
