"""An opportunity, its papers, a second pair of eyes, the first invoice."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account_admin.tests.common import CollectionsHttpCase

from .test_leads import LeadCommon


@tagged("post_install", "-at_install")
class TestOnboardingJourney(LeadCommon, CollectionsHttpCase):
    def test_opportunity_papers_reviewed_approved_first_invoice(self):
        w9 = self.env.ref("account_admin.document_type_w9")
        self.env["account.admin.onboarding.template"].search([]).active = False
        self.env["account.admin.onboarding.template"].create(
            {
                "name": "Short",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Tax form",
                            "kind": "paper",
                            "document_type_id": w9.id,
                        }
                    ),
                    Command.create({"name": "Welcome call"}),
                ],
            }
        )
        bookkeeper = self._person("beth", "account.group_account_invoice")
        self.start_tour(
            f"/odoo/crm/{self.lead.id}", "account_admin_crm_start", login="ann"
        )
        onboarding = self.lead.account_admin_onboarding_ids
        self.assertEqual((onboarding.state, onboarding.credit_asked), ("running", 5000))
        account = onboarding.partner_id
        account.customer_rank = 1
        paper = (
            self.env["account.admin.document"]
            .with_user(self.ann)
            .create({"type_id": w9.id, "partner_id": account.id, "number": "W9-1"})
        )
        paper.message_post(attachments=[("w9.pdf", b"%PDF-1.4 paper")])
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": account.id,
                "invoice_date": self.company._collections_today(),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Toys", "price_unit": 900, "tax_ids": False}
                    )
                ],
            }
        )
        papers = f"/odoo/account-documents/{paper.id}"
        path = f"/odoo/account-onboarding/{onboarding.id}"
        entry = f"/odoo/account.move/{invoice.id}"
        self.start_tour(papers, "account_admin_crm_hand_in", login="ann")
        self.start_tour(papers, "account_admin_crm_accept", login="mia")
        self.assertEqual(paper.state, "accepted")
        self.assertEqual(paper.reviewed_by_id, self.reviewer)
        self.start_tour(entry, "account_admin_crm_stopped", login=bookkeeper.login)
        self.assertEqual(invoice.state, "draft")
        self.start_tour(path, "account_admin_crm_prepare", login="ann")
        self.assertEqual(onboarding.state, "review")
        self.start_tour(path, "account_admin_crm_approve", login="mia")
        self.assertEqual(onboarding.reviewer_id, self.reviewer)
        self.start_tour(entry, "account_admin_crm_posted", login=bookkeeper.login)
        self.assertEqual(invoice.state, "posted")
