from odoo.tests import tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestLanguage(CollectionsCommon):
    """A French recipient, a scheduled action in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lang = cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"].search(
            [("name", "=", "account_admin")]
        )._update_translations(["fr_FR"])
        cls.customer.lang = lang.code
        cls.step = cls.policy.step_ids[0]
        cls.step.with_context(lang="fr_FR").name = "Rappel"
        cls.invoice = cls._move("2026-03-01", 1234.5)

    def test_mail_is_in_the_recipients_language(self):
        self._night("2026-03-02")
        message = self.mailbox.messages[-1]
        self.assertIn("Rappel : factures échues", message["Subject"])
        body = self.mailbox.body().replace("\xa0", " ").replace("\u202f", " ")
        for text in (
            "Bonjour",
            "Numéro",
            "Échéance",
            "Jours de retard",
            "À payer",
            "01/03/2026",
            "1 234,50",
            "Cordialement",
        ):
            self.assertIn(text, body)
        for text in ("Dear", "Please pay", "Open amount", "03/01/2026", "1,234.50"):
            self.assertNotIn(text, body)

    def test_letter_is_in_the_recipients_language(self):
        self.step.write({"channel_email": False, "channel_letter": True})
        self.customer.write({"street": "1 rue Haute", "city": "Lille"})
        self._night("2026-03-02")
        notice = self._cases().notice_ids
        with self._on("2026-03-04"):
            action = notice.action_print_letters()
            html, _type = self.env["ir.actions.report"]._render_qweb_html(
                action["report_name"], notice.ids
            )
        text = html.decode().replace("\xa0", " ").replace("\u202f", " ")
        for found in (
            "<h2>Rappel</h2>",
            "Bonjour",
            "À payer",
            "01/03/2026",
            "04/03/2026",
            "1 234,50",
        ):
            self.assertIn(found, text)
        for absent in ("Dear", "Please pay", "03/01/2026", "1,234.50"):
            self.assertNotIn(absent, text)

    def test_attachment_of_the_template_is_in_the_recipients_language(self):
        self.template.report_template_ids = self.env.ref(
            "account_admin.action_report_case_statement"
        )
        self._night("2026-03-02", send=False)
        with self._on("2026-03-02"), self.allow_pdf_render():
            # already in the registry's test mode, that the renderer needs
            self.env.ref("account_admin.ir_cron_notice_queue").method_direct_trigger()
        message = self.mailbox.messages[-1]
        # a test gets a report's pages as HTML, the same that become the PDF
        attachment = next(message.iter_attachments())
        text = attachment.get_payload(decode=True).decode()
        text = text.replace("\xa0", " ").replace("\u202f", " ")
        for found in ("Pièces échues", "Bonjour", "À payer", "01/03/2026", "1 234,50"):
            self.assertIn(found, text)
        for absent in ("Dear", "Please pay", "03/01/2026"):
            self.assertNotIn(absent, text)
