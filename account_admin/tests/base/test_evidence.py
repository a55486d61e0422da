"""What was sent stays what was sent: attacks on it by every door, as real users."""

# what tests write is for nobody to read: pylint: disable=translation-required

import json
import runpy

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import SQL, file_path, mute_logger

from ...models.base.next_odoo import FILE_BASE64, to_binary
from ..common import CollectionsHttpCase
from ..reports import ReportsCommon

FORGED = b"%PDF-1.4 forged"


@tagged("post_install", "-at_install")
class TestEvidence(ReportsCommon, CollectionsHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user("eve", "account_admin.group_account_admin_all")
        cls.admin = cls._user(
            "root2", "account_admin.group_account_admin_manager,base.group_system"
        )
        cls.customer.write({"street": "Quay 1", "city": "Oslo", "zip": "0150"})

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            password=login * 4,
            groups=f"base.group_user,{groups}",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _sent_notice(self):
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        notice = self._cases().notice_ids
        self.assertEqual(notice.state, "sent")
        return notice

    def _printed_letter(self):
        step = {"channel_email": False, "channel_letter": True}
        self.company.collections_policy_id = self._policy("Letters", [1], step)
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        notice = self._cases().notice_ids
        with self._on("2026-01-12"), self.allow_pdf_render():
            notice.action_print_letters()
            self._render_letter(notice)
        return notice

    def _render_letter(self, notice, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.env.user)
        return report.with_context(force_report_rendering=True)._render_qweb_pdf(
            "account_admin.action_report_notice_letter", notice.ids
        )

    def _sent_statement(self):
        self._move("2026-01-10", 100)
        statement = self._statement("2026-01-31")
        with self._on("2026-02-01"), self.allow_pdf_render():
            statement.action_send()
        self._hand_over()
        self.assertEqual(statement.state, "sent")
        return statement

    def _hand_over(self):
        with self._on("2026-02-01"):
            self._trigger("ir_cron_statements")

    def _pack(self):
        pack = self.env["account.admin.audit.pack"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-03-31",
                "partner_ids": self.customer.ids,
            }
        )
        with self.allow_pdf_render():
            pack.action_make()
        self.assertEqual(pack.state, "done", pack.error)
        return pack

    def _files(self, record):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        fields = [("res_field", "in", [False, "content", "file"])]
        return self.env["ir.attachment"].sudo().search(domain + fields)

    def _refused(self, call, *args):
        with (
            self.assertRaises(UserError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            call(*args)
            self.env.flush_all()
        return str(caught.exception)

    # ------------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------------

    def test_message_of_a_sent_notice_is_neither_written_nor_deleted(self):
        message = self._sent_notice().message_id
        body = message.body
        for user in (self.collector, self.admin):
            # a context and sudo are what a caller by RPC or a server action has
            for mine in (
                message.with_user(user),
                message.with_user(user).sudo(),
                message.with_user(user).sudo().with_context(account_admin_own=True),
            ):
                for vals in (
                    {"body": "We never asked"},
                    {"subject": "Thank you"},
                    {"res_id": 0},
                    {"author_id": user.partner_id.id},
                    {"attachment_ids": [Command.clear()]},
                ):
                    self._refused(mine.write, vals)
                self._refused(mine.unlink)
        self.assertEqual(message.body, body)

    def test_message_of_a_sent_notice_is_closed_through_its_case_and_its_mail(self):
        notice = self._sent_notice()
        message, case = notice.message_id, notice.case_id.with_user(self.admin)
        for command in (
            Command.update(message.id, {"body": "x"}),
            Command.delete(message.id),
            Command.unlink(message.id),
        ):
            self._refused(case.write, {"message_ids": [command]})
        mail = notice.mail_id.with_user(self.admin).sudo()
        for vals in (
            {"email_to": "else@example.com"},
            {"body": "x"},
            {"subject": "x"},
            {"body_html": "x"},
            {"recipient_ids": [Command.clear()]},
            {"state": "outgoing"},
        ):
            self._refused(mail.write, vals)
        self._refused(mail.unlink)

    @mute_logger("odoo.http")
    def test_chatter_neither_edits_nor_deletes_a_sent_notice(self):
        notice = self._sent_notice()
        message = notice.message_id
        body = message.body
        self.authenticate("eve", "eve" * 4)
        for new, files in (("Nothing to pay", None), ("", [])):
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    "/mail/message/update_content",
                    {
                        "message_id": message.id,
                        "update_data": {"body": new, "attachment_ids": files},
                    },
                )
        self.env.invalidate_all()
        self.assertEqual(message.body, body)

    def test_message_that_belongs_to_nothing_sent_is_still_edited(self):
        case = self._sent_notice().case_id
        note = case.with_user(self.collector).message_post(body="A note")
        note.write({"body": "Another"})
        self.assertIn("Another", note.body)
        note.unlink()

    def test_a_case_is_not_deleted_with_the_messages_of_its_notices(self):
        case = self._sent_notice().case_id
        self._refused(case.with_user(self.admin).sudo().unlink)
        self.assertTrue(case.notice_ids.message_id)

    # ------------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------------

    def _attack_file(self, file, user):
        """Every way to make a file another one, or to be rid of it."""
        forged = to_binary(FORGED)
        for mine in (file.with_user(user), file.with_user(user).sudo()):
            for vals in (
                {"raw": FORGED},
                {FILE_BASE64: forged},
                {FILE_BASE64: b"no base64"},
                {"name": "else.pdf"},
                {"mimetype": "text/html"},
                {"res_id": file.res_id + 1},
                {"res_model": "res.partner", "res_id": self.customer.id},
                {"res_field": "image_1920"},
                {"type": "url", "url": "https://example.com"},
                {"db_datas": FORGED},
            ):
                self._refused(mine.write, vals)
            self._refused(mine.unlink)

    def test_file_of_a_sent_statement_stays(self):
        statement = self._sent_statement()
        file = statement.attachment_id
        raw = file.raw
        for user in (self.collector, self.admin):
            self._attack_file(file, user)
        self.assertEqual(file.raw, raw)
        self.assertEqual(file.res_id, statement.id)

    def test_letter_as_it_was_printed_stays(self):
        notice = self._printed_letter()
        file = self._files(notice)
        self.assertEqual(len(file), 1)
        for user in (self.collector, self.admin):
            self._attack_file(file, user)

    def test_nobody_puts_a_file_beside_a_letter(self):
        step = {"channel_email": False, "channel_letter": True}
        self.company.collections_policy_id = self._policy("Letters", [1], step)
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        notice = self._cases().notice_ids
        vals = {
            "name": f"letter_{notice.id}.pdf",
            "raw": FORGED,
            "res_model": notice._name,
            "res_id": notice.id,
        }
        files = self.env["ir.attachment"]
        for user in (self.collector, self.admin):
            self._refused(files.with_user(user).create, vals)
            self._refused(files.with_user(user).sudo().create, vals)
            # or moves one there
            mine = files.with_user(user).create({"name": vals["name"], "raw": FORGED})
            self._refused(mine.write, {k: vals[k] for k in ("res_model", "res_id")})

    def test_looking_at_a_letter_before_it_is_sent_keeps_none(self):
        step = {"channel_email": False, "channel_letter": True}
        self.company.collections_policy_id = self._policy("Letters", [1], step)
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        notice = self._cases().notice_ids
        with self._on("2026-01-12"), self.allow_pdf_render():
            self._render_letter(notice, self.collector)
        self.assertFalse(self._files(notice))

    def test_finished_pack_stays(self):
        self._move("2026-01-10", 100)
        pack = self._pack()
        (file,) = self._files(pack)
        self._attack_file(file, self.admin)
        vals = {"name": "content", "res_field": "content", "raw": FORGED}
        vals |= {"res_model": pack._name, "res_id": pack.id}
        self._refused(self.env["ir.attachment"].with_user(self.admin).create, vals)
        self._refused(pack.with_user(self.admin).sudo().write, {"checksum": "0"})
        self._refused(pack.with_user(self.admin).sudo().unlink)

    def test_file_of_somebody_else_is_still_written(self):
        mine = self.env["ir.attachment"].with_user(self.collector)
        file = mine.create({"name": "own.txt", "raw": b"one"})
        file.write({"raw": b"two", "name": "other.txt"})
        self.assertEqual(file.raw, b"two")
        file.unlink()

    # ------------------------------------------------------------------
    # ON ITS WAY
    # ------------------------------------------------------------------

    def test_nobody_changes_a_statement_between_queue_and_mail_server(self):
        """The mail has its text by then: other words would get the hash."""
        self._move("2026-01-10", 100)
        statement = self._statement("2026-01-31")
        with self._on("2026-02-01"), self.allow_pdf_render():
            statement.action_send()
        self.assertEqual((statement.state, statement.evidence_state)[0], "sending")
        self.assertEqual(statement.evidence_state, "none")
        message, file = statement.mail_id.mail_message_id, statement.attachment_id
        for user in (self.collector, self.admin):
            self._attack_file(file, user)
            for mine in (message.with_user(user), message.with_user(user).sudo()):
                self._refused(mine.write, {"body": "Nothing is owed"})
                self._refused(mine.write, {"attachment_ids": [Command.clear()]})
                self._refused(mine.unlink)
            mail = statement.mail_id.with_user(user).sudo()
            self._refused(mail.write, {"body_html": "Nothing is owed"})
            self._refused(mail.write, {"email_to": "else@example.com"})
            self._refused(statement.with_user(user).sudo().write, {"amount": 1})
            self._refused(statement.with_user(user).sudo().unlink)
        self._hand_over()
        self.assertEqual(
            (statement.state, statement.evidence_state), ("sent", "intact")
        )
        (taken,) = self.mailbox.messages
        self.assertEqual(taken["Message-Id"], message.message_id)

    def test_mail_that_left_is_not_sent_again_by_way_of_another_state(self):
        mail = self._sent_notice().mail_id.with_user(self.admin).sudo()
        for state in ("exception", "cancel", "outgoing"):
            self._refused(mail.write, {"state": state})
        self._refused(mail.mark_outgoing)

    # ------------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------------

    def test_sent_notice_keeps_its_day_amount_and_document(self):
        notice = self._sent_notice()
        for record in (notice, notice.with_user(self.admin).sudo()):
            for vals in (
                {"amount": 1},
                {"sent_on": "2026-01-01"},
                {"email": "else@example.com"},
                {"message_id": False},
            ):
                self._refused(record.write, vals)
        item = notice.item_ids.with_user(self.admin).sudo()
        self._refused(item.write, {"asked": 1})
        self._refused(item.unlink)

    def test_sent_statement_keeps_its_figures_and_goes_with_no_run(self):
        statement = self._sent_statement()
        mine = statement.with_user(self.admin).sudo()
        self._refused(mine.write, {"amount": 1})
        self._refused(mine.write, {"attachment_id": False})
        self._refused(mine.unlink)
        run = (
            self.env["collections.statement.run"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "date": "2026-01-31",
                    "date_from": "2026-01-01",
                    "kind": "open_item",
                }
            )
        )
        other = statement.sudo().copy({"run_id": run.id, "state": "queued"})
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            run.sudo().unlink()
        self.assertTrue(other.exists())

    def test_evidence_itself_is_closed(self):
        notice = self._sent_notice()
        evidence = self.env["account.admin.evidence"].search(
            [("res_model", "=", notice._name), ("res_id", "=", notice.id)]
        )
        self.assertEqual(evidence.message_id, notice.message_id)
        mine = evidence.with_user(self.admin).sudo()
        self._refused(mine.write, {"sha256": "0" * 64})
        self._refused(mine.unlink)
        self._refused(mine.create, [{"name": "x"}])

    def test_evidence_is_read_by_auditors_and_managers_of_its_company(self):
        self._sent_notice()
        other = self.setup_other_company()["company"]
        auditor = self._user("ada", "account_admin.group_account_admin_auditor")
        evidence = self.env["account.admin.evidence"]
        self.assertTrue(evidence.with_user(auditor).search([]))
        self.assertTrue(evidence.with_user(self.admin).search([]))
        with self.assertRaises(AccessError):
            evidence.with_user(self.collector).search([])
        auditor.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(evidence.with_user(auditor).search([]))

    def test_who_may_not_write_a_message_hears_nothing_of_it(self):
        message = self._sent_notice().message_id
        stranger = self._user("mallory", "base.group_user")
        for call in (
            lambda: message.with_user(stranger).write({"body": "x"}),
            message.with_user(stranger).unlink,
        ):
            self.assertNotIn(message.subject, self._refused(call))

    def test_database_itself_refuses_to_delete_what_left(self):
        message = self._sent_notice().message_id
        file = self._sent_statement().attachment_id
        for record in (message, file):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE id = %s",
                        SQL.identifier(record._table),
                        record.id,
                    )
                )

    def test_merging_the_contact_leaves_the_evidence_as_it_was(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Ann",
                "parent_id": self.customer.id,
                "email": "ann@example.com",
                "type": "invoice",
            }
        )
        notice = self._sent_notice()
        self.assertEqual(notice.contact_id, contact)
        twin = contact.copy({"name": "Ann B"})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (contact | twin).ids, twin
        )
        self.env.invalidate_all()
        self.assertEqual(notice.contact_id, twin)
        self.assertEqual(notice.evidence_state, "intact")

    # ------------------------------------------------------------------
    # WHAT IS SAID OF IT
    # ------------------------------------------------------------------

    def test_form_that_asks_for_sizes_of_files_judges_the_files(self):
        for record in (self._printed_letter(), self._sent_statement(), self._pack()):
            sized = record.with_context(bin_size=True, bin_size_raw=True)
            self.assertEqual(sized.evidence_state, "intact", record._name)

    def test_what_leaves_from_a_form_that_asks_for_sizes_is_sealed_as_it_is(self):
        pack = self._pack().with_user(self.admin)
        (file,) = self._files(pack).sudo()
        evidence = self.env["account.admin.evidence"]._get_of(pack.sudo())[pack.id]
        (sealed,) = evidence.filtered(lambda one: one.attachment_id == file)
        other = file.copy({"name": "twin", "res_model": False, "res_id": 0})
        row = evidence.with_context(bin_size=True)._prepare_row(
            pack.sudo(), other.with_context(bin_size=True), None, sealed.sealed_on
        )
        self.assertEqual(row["sha256"], sealed.sha256)

    def test_form_says_that_a_notice_is_intact_or_was_changed(self):
        notice = self._sent_notice().with_user(self.collector)
        self.assertEqual(notice.evidence_state, "intact")
        self.env.cr.execute(
            "UPDATE mail_message SET body = body || '!' WHERE id = %s",
            [notice.sudo().message_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(notice.evidence_state, "changed")
        self.assertIn("Changed since sent", notice.evidence)

    def test_form_says_that_the_file_of_a_statement_was_changed(self):
        statement = self._sent_statement()
        self.assertEqual(statement.evidence_state, "intact")
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = NULL, db_datas = %s WHERE id = %s",
            [FORGED, statement.attachment_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(statement.evidence_state, "changed")

    # ------------------------------------------------------------------
    # THE LOG OF PACKS
    # ------------------------------------------------------------------

    def test_pack_that_is_taken_by_another_door_is_logged(self):
        self._move("2026-01-10", 100)
        pack = self._pack()
        (file,) = self._files(pack)

        def count():
            self.env.invalidate_all()
            taken = pack.event_ids.filtered(lambda e: e.kind == "downloaded")
            return len(taken.filtered(lambda e: e.user_id == self.admin))

        self.authenticate("root2", "root2" * 4)
        address = f"/account_admin/audit_pack/{pack.id}"
        self.assertEqual(self.url_open(address).status_code, 200)
        self.assertEqual(count(), 1)
        for number, url in enumerate(
            (f"/web/content/{file.id}", f"/web/content/{file.id}?download=true"), 2
        ):
            response = self.url_open(url)
            self.assertEqual(response.content[:2], b"PK")
            self.assertEqual(count(), number)
        self.url_open(f"/web/content/{pack._name}/{pack.id}/content")
        before = count()
        self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "ir.attachment",
                "method": "read",
                "args": [file.ids, [FILE_BASE64]],
                "kwargs": {},
            },
        )
        self.assertEqual(count(), before + 1)

    def test_pack_that_is_mailed_is_logged(self):
        self._move("2026-01-10", 100)
        pack = self._pack()
        (file,) = self._files(pack)
        self.customer.with_user(self.admin).message_post(
            body="Here", partner_ids=self.customer.ids, attachment_ids=file.ids
        )
        taken = pack.event_ids.filtered(lambda e: e.kind == "downloaded")
        self.assertEqual(taken.user_id, self.admin)

    def test_an_auditors_print_writes_nothing_into_what_was_sent(self):
        self._move("2026-01-10", 100)
        auditor = self._user("ada", "account_admin.group_account_admin_auditor")
        statements = self.env["collections.statement"]
        wizard = self.env["collections.statement.wizard"].with_user(auditor)
        wizard = wizard.create(
            {
                "date": "2026-01-31",
                "company_id": self.company.id,
                "partner_ids": self.customer.ids,
            }
        )
        self.authenticate("ada", "ada" * 4)
        action = wizard.action_print()
        with self.allow_pdf_render():
            response = self.url_open(action["url"])
        self.assertEqual(response.content[:4], b"%PDF")
        self._refused(wizard.action_view)
        self.assertFalse(statements.search([]))
        self.assertTrue(json.dumps(action))

    # ------------------------------------------------------------------
    # WHAT WAS SENT BEFORE
    # ------------------------------------------------------------------

    def test_update_closes_what_was_sent_before_it(self):
        notice, statement = self._sent_notice(), self._sent_statement()
        dispute = self.env["collections.dispute"].create(
            {"move_id": notice.lead_item_id.move_id.id, "date": "2026-01-20"}
        )
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM account_admin_evidence")
        self.env.cr.execute("UPDATE collections_dispute SET move_name = NULL")
        self.env.invalidate_all()
        self.assertEqual(notice.evidence_state, "none")
        path = file_path("account_admin/migrations/19.0.1.2.0/post-evidence.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(notice.evidence_state, "intact")
        self.assertEqual(statement.evidence_state, "intact")
        self.assertEqual(dispute.move_name, dispute.move_id.name)
        self._refused(notice.message_id.with_user(self.collector).unlink)
