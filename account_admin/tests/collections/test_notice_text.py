"""What a notice says, and that what was approved is what is sent."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestApproved(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.step_ids[1:].unlink()
        cls.policy.step_ids.approval = True
        cls.approved = cls._move("2026-03-01", 2188.47)

    def setUp(self):
        super().setUp()
        self._night("2026-03-02")
        self.notice = self._cases().notice_ids

    def test_notice_asks_for_the_approved_items_only(self):
        self._move("2026-03-01", 2284.65)
        with self._on("2026-03-03"):
            self.notice.action_approve()
        self._send("2026-03-03")
        body = self.mailbox.body()
        self.assertIn(self.approved.name, body)
        self.assertIn("2,188.47", body)
        self.assertNotIn("2,284.65", body)
        self.assertNotIn("4,473.12", body)
        self.assertEqual(self.notice.amount, 2188.47)
        self.assertEqual(self.notice.item_ids.item_id.move_id, self.approved)

    def test_notice_asks_for_what_is_still_open_of_the_approved_items(self):
        with self._on("2026-03-03"):
            self.notice.action_approve()
        self._pay(self.approved, "2026-03-03", 188.47)
        self._send("2026-03-03")
        self.assertIn("2,000.00", self.mailbox.body())
        self.assertEqual(self.notice.amount, 2000)

    def test_notice_whose_approved_items_are_paid_is_not_sent(self):
        self._move("2026-03-01", 2284.65)
        with self._on("2026-03-03"):
            self.notice.action_approve()
        self._pay(self.approved, "2026-03-03")
        self._send("2026-03-03")
        self.assertEqual(self.notice.state, "suppressed")
        self.assertFalse(self.mailbox.messages)

    def test_approval_binds_whatever_becomes_of_the_step(self):
        self._move("2026-03-01", 2284.65)
        with self._on("2026-03-03"):
            self.notice.action_approve()
        self.policy.step_ids.approval = False
        self._send("2026-03-03")
        self.assertEqual(self.notice.amount, 2188.47)
        self.assertNotIn("2,284.65", self.mailbox.body())

    def test_sent_notice_shows_what_was_sent(self):
        with self._on("2026-03-03"):
            self.notice.action_approve()
        self._send("2026-03-03")
        self._pay(self.approved, "2026-03-04")
        self.template.body_html = "<p>Another text</p>"
        with self._on("2026-03-05"):
            self.env.invalidate_all()
            self.assertIn("2,188.47", self.notice.text_html)
            self.assertNotIn("Another text", self.notice.text_html)

    def test_who_approves_sees_recipient_text_and_items_first(self):
        with self._on("2026-03-03"):
            self.assertIn("brook.stores@example.com", self.notice.recipient)
            self.assertIn("Reminder", self.notice.subject)
            self.assertIn(self.approved.name, self.notice.text_html)
            self.assertEqual(self.notice.item_ids.name, self.approved.name)
            self.assertEqual(self.notice.item_ids.asked, 2188.47)

    def test_a_list_is_reviewed_and_approved_together(self):
        other = self._customer("Other Stores")
        self._move("2026-03-01", 100, other)
        self.policy.step_ids.channel_letter = True
        self._night("2026-03-03")
        notices = self.notice | self._cases(other).notice_ids
        with self._on("2026-03-03"):
            form = Form(
                self.env["collections.approval"].with_context(active_ids=notices.ids)
            )
            self.assertEqual(form.notice_count, 3)
            self.assertEqual(form.amount, 2288.47, "a step counts once, not a channel")
            for text in ("Brook Stores", "Other Stores", self.approved.name):
                self.assertIn(text, form.text_html)
            form.save().action_approve()
        self.assertEqual(set(notices.mapped("state")), {"queued"})

    def test_sums_of_notices_count_a_step_on_two_channels_once(self):
        self.policy.step_ids.channel_letter = True
        other = self._customer("Other Stores")
        self._move("2026-03-01", 100, other)
        self._night("2026-03-03")
        notices = self._cases(other).notice_ids
        self.assertEqual(sorted(notices.mapped("channel")), ["email", "letter"])
        self.assertEqual(notices.mapped("amount"), [100, 100])
        ((total,),) = self.env["collections.notice"]._read_group(
            [("id", "in", notices.ids)], [], ["amount_once:sum"]
        )
        self.assertEqual(total, 100)

    def test_collector_reads_the_text_but_does_not_approve(self):
        collector = new_test_user(
            self.env,
            "collector_of_notices",
            groups="account_admin.group_account_admin_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        notice = self.notice.with_user(collector)
        with self._on("2026-03-03"):
            self.assertIn(self.approved.name, notice.text_html)
            self.assertEqual(notice.item_ids.name, self.approved.name)
            with self.assertRaises(AccessError):
                notice.action_approve()
            with self.assertRaises(AccessError):
                notice.item_ids.write({"asked": 1})


@tagged("post_install", "-at_install")
class TestNoticeText(CollectionsCommon):
    def test_step_speaks_of_its_own_items_apart_from_the_others(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._move("2026-03-08", 70)
        self._night("2026-03-09")
        notice = self._cases().notice_ids.sorted("id")[-1]
        self.assertEqual(notice.step_days, 8)
        own = notice.item_ids.filtered("is_own")
        self.assertEqual((own.asked, (notice.item_ids - own).asked), (100, 70))
        body = self.mailbox.body()
        self.assertLess(body.index("This notice"), body.index("Also past due"))
        self.assertIn("170.00", body)

    def test_table_without_others_has_no_headings(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertNotIn("This notice", self.mailbox.body())

    def test_mail_says_by_when_where_to_and_with_which_reference_to_pay(self):
        self.env["res.partner.bank"].create(
            {
                "acc_number": "GB33BUKB20201555555555",
                "partner_id": self.company.partner_id.id,
            }
        )
        self.policy.step_ids[0].pay_days = 10
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        body = self.mailbox.body()
        for text in ("03/12/2026", "GB33BUKB20201555555555", invoice.payment_reference):
            self.assertIn(text, body)
        self.assertEqual(str(self._cases().notice_ids.pay_by), "2026-03-12")

    def test_reference_of_several_items_is_the_cases(self):
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 200)
        self._night("2026-03-02")
        self.assertIn(f"C{self._cases().id:05d}", self.mailbox.body())

    def test_contact_without_a_name_is_greeted_all_the_same(self):
        self.env["res.partner"].create(
            {
                "parent_id": self.customer.id,
                "type": "invoice",
                "email": "nameless@example.com",
            }
        )
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        body = self.mailbox.body()
        self.assertIn("Dear Brook Stores,", body)
        self.assertNotIn("Dear ,", body)

    def test_each_step_has_a_letter_of_its_own(self):
        self.customer.write({"street": "1 High Street", "city": "Leeds"})
        for step, kind in zip(
            self.policy.step_ids[:3], ("reminder", "second", "final"), strict=True
        ):
            step.write(
                {
                    "channel_email": False,
                    "channel_letter": True,
                    "letter_template_id": self.env.ref(
                        f"account_admin.mail_template_letter_{kind}"
                    ).id,
                }
            )
        invoice = self._move("2026-03-01", 100)
        texts = []
        for day in ("2026-03-02", "2026-03-09", "2026-03-16"):
            self._night(day)
            with self._on(day):
                letter = self._cases().notice_ids.filtered(
                    lambda n: n.state == "queued"
                )
                letter.action_print_letters()
                html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                    "account_admin.notice_letter", letter.ids
                )
                texts.append(html.decode())
        for text in texts:
            self.assertIn(invoice.name, text)
            self.assertIn("To be paid by", text)
        self.assertIn("disregard this letter", texts[0])
        self.assertIn("In spite of our reminder", texts[1])
        self.assertIn("our last request", texts[2])

    def test_own_text_starts_as_a_copy_of_the_standard_one(self):
        step = self.policy.step_ids[0]
        action = step.action_own_text()
        copy = self.env["mail.template"].browse(action["res_id"])
        self.assertEqual(step.template_id, copy)
        self.assertNotEqual(copy, self.template)
        self.assertEqual(copy.body_html, self.template.body_html)
        self._move("2026-03-01", 100)
        copy.body_html = copy.body_html.replace("Our records show", "We see")
        self._night("2026-03-02")
        self.assertIn("We see", self.mailbox.body())

    def test_only_who_may_write_templates_is_offered_to(self):
        administrator = new_test_user(
            self.env,
            "policy_maker",
            groups="account_admin.group_account_admin_manager",
        )
        policies = self.env["collections.policy"].with_user(administrator)
        for group, is_offered in (
            ("account_admin.group_account_admin_manager", False),
            ("mail.group_mail_template_editor", True),
        ):
            administrator.group_ids |= self.env.ref(group)
            arch = policies.get_view(view_type="form")["arch"]
            self.assertEqual("action_own_text" in arch, is_offered, group)

    def test_own_template_places_blocks_without_qweb(self):
        """The editor offers each block as a field of the case."""
        offered = self.env["collections.case"].fields_get(
            attributes=["searchable", "type", "string"]
        )
        blocks = [
            "notice_contact_id",
            "notice_greeting",
            "notice_amount_text",
            "notice_pay_by_text",
            "notice_items_html",
            "notice_payment_html",
            "notice_link_html",
        ]
        for name in blocks:
            self.assertTrue(offered[name]["searchable"], name)
            self.assertTrue(offered[name]["string"].startswith("Notice: "), name)
        placed = "".join(
            f'<p><t t-out="object.{name}"></t></p>'
            for name in blocks
            if name != "notice_contact_id"
        )
        self.policy.step_ids[0].template_id = self.template.copy({"body_html": placed})
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        body = self.mailbox.body().replace("\xa0", " ")
        for text in (
            "Dear Brook Stores,",
            "$ 100.00",
            "03/09/2026",
            invoice.name,
            "To be paid by",
            "/my/collections/",
        ):
            self.assertIn(text, body)

    def test_texts_are_previewed_on_a_real_account_beside_the_policy(self):
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        action = self.policy.action_preview()
        with self._on("2026-03-03"):
            form = Form(self.env[action["res_model"]].with_context(**action["context"]))
            self.assertEqual(form.case_id, self._cases())
            self.assertEqual(form.step_id, self.policy.step_ids[0])
            self.assertIn(invoice.name, form.body_html)
            self.assertIn("brook.stores@example.com", form.recipient)
            form.channel = "letter"
            self.assertFalse(form.subject)
        self.assertEqual(len(self.mailbox.messages), 1, "nothing is sent")
        self.assertEqual(len(self._cases().notice_ids), 1, "nothing is kept")
