"""Odoo's privacy lookup with contacts that have a history."""

from odoo.tests import tagged

from odoo.addons.account_admin.tests.common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestPrivacyLookup(CollectionsCommon):
    def _look_up(self, partner):
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": partner.name, "email": partner.email}
        )
        wizard.action_lookup()
        return wizard

    def test_a_contact_with_history_is_anonymised_instead_of_deleted(self):
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        notice = self._cases().notice_ids
        wizard = self._look_up(self.customer)
        lines = wizard.line_ids.filtered(
            lambda line: line.res_model
            in ("res.partner", "collections.notice", "mail.message")
        )
        self.assertIn("collections.notice", lines.mapped("res_model"))
        lines.action_unlink_all()
        self.assertIn("Anonymised contact", self.customer.name)
        self.assertEqual((notice.amount, notice.evidence_state), (100, "anonymised"))
        self.assertIn("Anonymised", wizard.execution_details)
        self.assertTrue(wizard.log_id)

    def test_a_contact_without_history_is_deleted(self):
        contact = self.env["res.partner"].create(
            {"name": "Nobody Known", "email": "nobody@known.example"}
        )
        wizard = self._look_up(contact)
        wizard.line_ids.filtered(lambda x: x.res_model == "res.partner").action_unlink()
        self.assertFalse(contact.exists())
