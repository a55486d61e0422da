"""Anonymising a contact and deleting what is old: what goes, what stays."""

# what tests write is for nobody to read: pylint: disable=translation-required

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..reports import ReportsCommon

SECRETS = ("Ann Verity", "ann@verity.example", "+47 5550 1234", "Quay Street 9")


@tagged("post_install", "-at_install")
class TestPrivacy(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.env["res.partner"].create(
            {
                "name": SECRETS[0],
                "email": SECRETS[1],
                "phone": SECRETS[2],
                "street": SECRETS[3],
                "city": "Oslo",
                "lang": "en_US",
            }
        )
        cls.manager = cls._user("boss", "group_account_admin_manager")
        cls.collector = cls._user("eve", "group_account_admin_all")

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,base.group_partner_manager,account_admin.{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _life(self):
        """A notice, a statement, notes, a dispute and a promise of one person."""
        invoice = self._move("2026-01-10", 100, self.ann)
        self._night("2026-01-12")
        case = self._cases(self.ann)
        case.message_post(body=f"Called {SECRETS[0]} on {SECRETS[2]}")
        case.activity_schedule(
            "account_admin.mail_activity_type_call", summary=f"Call {SECRETS[0]}"
        )
        self.env["collections.dispute"].create(
            {"move_id": invoice.id, "description": f"{SECRETS[1]} says it is paid"}
        )
        self.env["collections.promise"].create(
            {
                "partner_id": self.ann.id,
                "amount": 50,
                "made_on": "2026-01-12",
                "date": "2026-01-20",
                "note": f"Promised by ann verity of {SECRETS[3]}",
            }
        )
        statement = self._statement("2026-01-31", self.ann)
        with self._on("2026-02-01"), self.allow_pdf_render():
            statement.action_send()
        with self._on("2026-02-01"):
            self._trigger("ir_cron_statements")
        self.env["account.admin.bounce"]._note({SECRETS[1]})
        refused = f"550 <{SECRETS[1]}> is unknown"
        case.notice_ids.mail_id.sudo().failure_reason = refused
        case.message_post(
            body="For you", partner_ids=self.ann.ids
        ).sudo().notification_ids.write(
            {"mail_email_address": SECRETS[1], "failure_reason": refused}
        )
        self.env["mail.scheduled.message"].create(
            {
                "model": case._name,
                "res_id": case.id,
                "author_id": self.env.user.partner_id.id,
                "body": f"Dear {SECRETS[0]}",
                "scheduled_date": "2099-01-01 10:00:00",
            }
        )
        return case, statement

    def _anonymise(self):
        wizard = (
            self.env["account.admin.anonymise"]
            .with_user(self.manager)
            .create({"partner_ids": self.ann.ids})
        )
        self.assertIn("Collections Notice: 1", wizard.summary)
        wizard.action_anonymise()
        self.env.invalidate_all()

    def _find_secrets(self):
        """Tables of ours and of Odoo's mail that still name the person."""
        self.env.flush_all()
        tables = [m._table for m in self.env["res.partner"]._get_collections_models()]
        tables += ["mail_message", "mail_mail", "mail_activity", "mail_tracking_value"]
        tables += ["mail_notification", "mail_scheduled_message"]
        found = set()
        for table in [*tables, "res_partner", "res_users"]:
            for secret in SECRETS:
                # the whole row as text, whatever its columns
                self.env.cr.execute(
                    f'SELECT count(*) FROM "{table}" row WHERE row::text ILIKE %s',
                    [f"%{secret}%"],
                )
                if self.env.cr.fetchone()[0]:
                    found.add((table, secret))
        return found

    # ------------------------------------------------------------------
    # ANONYMISE
    # ------------------------------------------------------------------

    def test_person_goes_from_every_table_and_figures_and_hashes_stay(self):
        case, statement = self._life()
        notice = case.notice_ids
        evidence = self.env["account.admin.evidence"].search(
            [("partner_id", "=", self.ann.id)]
        )
        hashes = evidence.mapped("sha256")
        tables = {table for table, _secret in self._find_secrets()}
        self.assertLessEqual(
            {"mail_message", "mail_mail", "collections_notice", "account_admin_bounce"},
            tables,
        )
        self._anonymise()
        self.assertFalse(self._find_secrets())
        self.assertEqual(
            (notice.amount, notice.sent_on), (100, self._day("2026-01-12"))
        )
        self.assertEqual(statement.amount, 100)
        self.assertFalse(statement.attachment_id)
        self.assertEqual(evidence.mapped("sha256"), hashes)
        self.assertFalse(evidence.attachment_id)
        self.assertIn("Anonymised contact", self.ann.name)
        self.assertEqual(self._receivable(self._moves()).partner_id, self.ann)

    def _moves(self):
        return self.env["account.move"].search(
            [("partner_id", "=", self.ann.id), ("move_type", "=", "out_invoice")]
        )

    def test_form_and_pack_say_by_whom_it_was_anonymised_not_that_it_changed(self):
        case, statement = self._life()
        self._anonymise()
        for record in (case.notice_ids, statement):
            self.assertEqual(record.evidence_state, "anonymised", record)
            self.assertIn("Anonymised on", record.evidence)
            self.assertIn(self.manager.name, record.evidence)

    def test_chain_holds_after_a_person_was_taken_out_of_it(self):
        self.company.collections_chain = True
        self._move("2026-01-10", 100, self.ann)
        self._night("2026-01-12")
        case = self._cases(self.ann)
        case._log_events([{**case._event_vals("retry"), "note": f"Asked {SECRETS[0]}"}])
        self._trigger("ir_cron_chain")
        event = case.event_ids.filtered("note")[:1]
        sha = event.chain_sha256
        self._anonymise()
        self.assertNotIn(SECRETS[0], event.note)
        self.assertTrue(event.anonymised_on)
        self.assertEqual(event.anonymised_by_id, self.manager)
        self.assertEqual(event.chain_sha256, sha)

    def test_only_administrators_anonymise(self):
        wizard = self.env["account.admin.anonymise"]
        with self.assertRaises(AccessError):
            wizard.with_user(self.collector).create({"partner_ids": self.ann.ids})
        with self.assertRaises(AccessError):
            self.ann.with_user(self.collector).action_collections_anonymise()
        action = self.ann.with_user(self.manager).action_collections_anonymise()
        self.assertEqual(action["res_model"], wizard._name)

    def test_who_can_log_in_or_is_a_company_of_ours_is_not_anonymised(self):
        for partner in (self.collector.partner_id, self.company.partner_id):
            wizard = (
                self.env["account.admin.anonymise"]
                .with_user(self.manager)
                .create({"partner_ids": partner.ids})
            )
            with self.assertRaises(UserError):
                wizard.action_anonymise()

    def test_what_the_person_wrote_goes_with_its_files(self):
        case = self._life()[0]
        said = {"body": "I moved to Elm 5", "attachments": [("id.pdf", b"passport")]}
        by_login = case.message_post(author_id=self.ann.id, **said)
        by_mail = case.message_post(
            author_id=False, email_from=f"A <{SECRETS[1].upper()}>", **said
        )
        by_us = case.message_post(body="Elm 5 it is", attachments=said["attachments"])
        files = (by_login | by_mail).attachment_ids
        self.assertEqual(len(files), 2)
        self._anonymise()
        for message in by_login | by_mail:
            self.assertNotIn("Elm", message.body)
        self.assertFalse(files.exists())
        self.assertIn("Elm 5", by_us.body)
        self.assertTrue(by_us.attachment_ids)

    def test_names_of_others_stay(self):
        other = self._customer("Ann Verityson")
        case = self._life()[0]
        case.message_post(body="Ann Verityson is somebody else")
        self._anonymise()
        self.assertEqual(other.name, "Ann Verityson")
        self.assertIn("Ann Verityson is", case.message_ids[0].body)

    # ------------------------------------------------------------------
    # DELETION
    # ------------------------------------------------------------------

    def test_deleting_a_contact_with_history_gives_a_sentence(self):
        # its entries are gone, what we sent is not
        self._life()
        for move in self._moves():
            move.button_draft()
            move.with_context(force_delete=True).unlink()
        with (
            self.assertRaises(UserError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.ann.with_user(self.manager).unlink()
        self.assertIn("anonymise", str(caught.exception))
        self.assertIn("Ann Verity has a history", str(caught.exception))

    def test_contact_without_history_is_deleted(self):
        contact = self.env["res.partner"].create({"name": "Nobody"})
        contact.with_user(self.manager).unlink()
        self.assertFalse(contact.exists())

    # ------------------------------------------------------------------
    # RETENTION
    # ------------------------------------------------------------------

    def _delete_old(self, day):
        with self._on(day):
            self._trigger("ir_cron_retention")

    def _logs(self, kind):
        return self.env["account.admin.privacy.log"].search(
            [("company_id", "=", self.company.id), ("kind", "=", kind)]
        )

    def test_by_default_everything_is_kept_for_ever(self):
        case, _statement = self._life()
        self._delete_old("2036-01-01")
        self.assertEqual(case.notice_ids.evidence_state, "intact")
        self.assertFalse(self._logs("announced"))

    def test_what_is_old_is_announced_a_week_before_it_is_deleted(self):
        case, statement = self._life()
        self.company.collections_keep_notices = 12
        self._delete_old("2027-01-10")
        self.assertFalse(self._logs("announced"))
        self._delete_old("2027-02-01")
        said = self._logs("announced")
        self.assertEqual((said.count, str(said.due_on)), (1, "2027-02-08"))
        told = self.env["mail.message"].search(
            [("subject", "=", "What will be deleted")], limit=1
        )
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        self.assertEqual(case.notice_ids.evidence_state, "intact")
        with self._on("2027-02-02"):
            due = self.env["account.admin.evidence"].search(
                self.company._get_retention_domain()
            )
            action = (
                self.env["res.config.settings"]
                .create({"company_id": self.company.id})
                .action_view_due()
            )
        self.assertEqual(due.message_id, case.notice_ids.message_id)
        self.assertEqual(
            self.env["account.admin.evidence"].search(action["domain"]), due
        )
        self._delete_old("2027-02-07")
        self.assertEqual(case.notice_ids.evidence_state, "intact")
        self._delete_old("2027-02-08")
        self.assertEqual(case.notice_ids.evidence_state, "deleted")
        self.assertFalse(case.notice_ids.text_html)
        self.assertEqual(case.notice_ids.amount, 100)
        self.assertEqual(self._logs("deleted").count, 1)
        self.assertEqual(statement.evidence_state, "intact")

    def test_each_kind_has_its_period(self):
        _case, statement = self._life()
        self.company.collections_keep_statements = 1
        self._delete_old("2026-04-01")
        self._delete_old("2026-04-10")
        self.assertEqual(statement.evidence_state, "deleted")
        self.assertFalse(statement.attachment_id)

    def test_pack_is_deleted_and_its_log_stays(self):
        self._move("2026-01-10", 100)
        pack = self.env["account.admin.audit.pack"].create(
            {
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "company_id": self.company.id,
                "partner_ids": self.customer.ids,
            }
        )
        with self._on("2026-02-01"), self.allow_pdf_render():
            pack.action_make()
        self.company.collections_keep_packs = 6
        self._delete_old("2026-09-01")
        self._delete_old("2026-09-08")
        self.assertEqual(pack.evidence_state, "deleted")
        self.assertTrue(pack.event_ids)
        with self.assertRaisesRegex(UserError, "retention"):
            pack._take()

    def test_bounced_addresses_go_after_the_longest_period_of_all_companies(self):
        bounces = self.env["account.admin.bounce"]
        with self._on("2026-01-01"):
            bounces._note({"gone@example.com"})
        companies = self.env["res.company"].search([])
        companies.collections_keep_bounces = 6
        self.company.collections_keep_bounces = 0
        self._delete_old("2027-01-01")
        self._delete_old("2027-01-09")
        self.assertTrue(bounces.search([("email", "=", "gone@example.com")]))
        self.company.collections_keep_bounces = 12
        self._delete_old("2027-02-01")
        self._delete_old("2027-02-09")
        self.assertFalse(bounces.search([("email", "=", "gone@example.com")]))

    def test_period_is_within_bounds(self):
        for months in (-1, 1201):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.company.collections_keep_packs = months
                self.company.flush_recordset()

    def test_privacy_log_is_read_by_administrators_and_changed_by_nobody(self):
        log = self.env["account.admin.privacy.log"]._add(
            {
                "kind": "deleted",
                "subject": "collections_keep_packs",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(log.with_user(self.manager).count, 0)
        elsewhere = log._add(
            {
                "kind": "deleted",
                "subject": "collections_keep_packs",
                "company_id": self.setup_other_company()["company"].id,
            }
        )
        with self.assertRaises(AccessError):
            elsewhere.with_user(self.manager).read(["count"])
        wizard = self.env["account.admin.anonymise"].create(
            {"partner_ids": self.ann.ids}
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["partner_ids"])
        with self.assertRaises(AccessError):
            log.with_user(self.collector).read(["count"])
        with self.assertRaises(UserError):
            log.sudo().count = 3
        with self.assertRaises(UserError):
            log.sudo().unlink()
