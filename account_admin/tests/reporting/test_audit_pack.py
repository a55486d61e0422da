"""The audit pack, opened as an auditor opens it."""

import hashlib
import io
import zipfile
from email import message_from_bytes, policy

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestAuditPack(ReportsCommon):
    def _pack(self, partners=None, **vals):
        return self.env["account.admin.audit.pack"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-03-31",
                "partner_ids": (self.customer if partners is None else partners).ids,
                **vals,
            }
        )

    def _make(self, pack):
        with self.allow_pdf_render():
            pack.action_make()
        self.assertEqual(pack.state, "done", pack.error)
        return zipfile.ZipFile(io.BytesIO(pack._take()[1].raw))

    def test_every_file_has_its_checksum(self):
        self._move("2026-01-10", 100)
        archive = self._make(self._pack())
        sums = dict(
            reversed(line.split("  ", 1))
            for line in archive.read("SHA256SUMS").decode().splitlines()
        )
        files = set(archive.namelist()) - {"SHA256SUMS", "README.txt"}
        self.assertEqual(set(sums), files)
        for name, checksum in sums.items():
            found = hashlib.sha256(archive.read(name)).hexdigest()
            self.assertEqual(found, checksum, name)

    def test_open_items_at_both_ends_tie_to_the_ledger(self):
        invoice = self._move("2025-12-10", 100)
        self._pay(invoice, "2026-02-05")
        self._move("2026-03-10", 30)
        archive = self._make(self._pack())
        for day, total in (("2025-12-31", 100), ("2026-03-31", 30)):
            content = archive.read(f"open_items/{day}.xlsx")
            rows = self._sheets(content, "Account")["Aging"]
            self.assertEqual(rows[-1]["Total"], total, day)
            for row in self._sheets(content, "Receivable account")["Tie-out"]:
                self.assertEqual(row["Difference"], 0, day)

    def test_reconciliation_leads_from_one_end_to_the_other(self):
        invoice = self._move("2025-12-10", 100)
        self._pay(invoice, "2026-02-05")
        self._move("2026-03-10", 30)
        self._credit("2026-03-15", 5)
        archive = self._make(self._pack())
        content = archive.read("reconciliation/roll_forward.xlsx")
        ((row, _total),) = self._sheets(content, "Account").values()
        figures = [
            row[label]
            for label in (
                *("Opening balance", "Invoice", "Credit note", "Payment"),
                *("Closing balance", "Sum of open items", "Difference"),
            )
        ]
        self.assertEqual(figures, [100, 30, -5, -100, 25, 25, 0])

    def test_statement_shows_the_movements_of_the_period(self):
        self._move("2025-12-10", 100)
        self._move("2026-02-10", 30)
        archive = self._make(self._pack())
        text = self._text_of(archive.read("statements/Brook Stores.pdf"))
        for shown in ("Balance brought forward", "$ 100.00", "$ 130.00"):
            self.assertIn(shown, text)
        self.assertFalse(self.env["collections.statement"].search([]))

    def test_notices_are_there_as_they_were_sent(self):
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        archive = self._make(self._pack())
        (name,) = (n for n in archive.namelist() if n.endswith(".eml"))
        message = message_from_bytes(archive.read(name), policy=policy.default)
        self.assertEqual(message["To"], self.customer.email)
        self.assertIn("100.00", message.get_content())
        content = archive.read("collections/events.xlsx")
        (rows,) = self._sheets(content, "Date").values()
        self.assertEqual([row["What"] for row in rows], ["Case opened", "Step sent"])
        content = archive.read("collections/notices.xlsx")
        (rows,) = self._sheets(content, "Sent on").values()
        self.assertEqual(rows[0]["Asked"], 100)

    def test_letter_is_there_as_it_was_printed(self):
        self.customer.write({"street": "Quay 1", "city": "Oslo", "zip": "0150"})
        step = {"channel_email": False, "channel_letter": True}
        self.company.collections_policy_id = self._policy("Letters", [1], step)
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        notice = self._cases().notice_ids
        with self._on("2026-01-12"), self.allow_pdf_render():
            notice.action_print_letters()
            self.env["ir.actions.report"].with_context(
                force_report_rendering=True
            )._render_qweb_pdf("account_admin.action_report_notice_letter", notice.ids)
        self._move("2026-01-11", 900)
        archive = self._make(self._pack())
        (name,) = (
            n for n in archive.namelist() if n.startswith("collections/notices/letter")
        )
        text = self._text_of(archive.read(name))
        self.assertIn("$ 100.00", text)
        self.assertNotIn("900", text)

    def test_approvals_are_listed(self):
        self.company.collections_policy_id = self._policy(
            "Approved", [1], {"approval": True}
        )
        self._move("2026-01-10", 100)
        self._night("2026-01-12")
        with self._on("2026-01-12"):
            self._cases().notice_ids.action_approve()
        archive = self._make(self._pack())
        content = archive.read("collections/approvals.xlsx")
        (rows,) = self._sheets(content, "Date").values()
        self.assertEqual([row["What"] for row in rows], ["Approved"])

    def test_invoices_are_there_where_a_pdf_exists(self):
        printed, other = self._move("2026-01-10", 100), self._move("2026-01-11", 20)
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4 kept",
                "res_model": "account.move",
                "res_id": printed.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        printed.invalidate_recordset()
        archive = self._make(self._pack())
        names = [name for name in archive.namelist() if name.startswith("invoices/")]
        self.assertEqual(len(names), 1, other.name)
        self.assertEqual(archive.read(names[0]), b"%PDF-1.4 kept")

    def test_large_pack_is_made_in_the_background_and_goes_on_where_it_was_cut(self):
        for number in range(7):
            self._move("2026-01-10", 10, self._customer(f"Many {number}"))
        pack = self._pack(self.env["res.partner"])
        pack.action_make()
        self.assertEqual((pack.state, len(pack.covered_ids)), ("queued", 7))
        with self.assertRaisesRegex(UserError, "not ready"):
            pack.action_download()
        making = pack.sudo()
        first = making._get_parts()[0]
        making._keep_part(0, getattr(making, first[0])(first[1]))
        making.parts_done = 1
        self.assertAlmostEqual(pack.progress, 100 / 8, 1)
        with self.allow_pdf_render():
            self.env.ref("account_admin.ir_cron_audit_pack").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((pack.state, pack.progress), ("done", 100))
        names = zipfile.ZipFile(io.BytesIO(pack._take()[1].raw)).namelist()
        self.assertEqual(len([n for n in names if n.startswith("open_items/")]), 2)
        self.assertEqual(len([n for n in names if n.startswith("statements/")]), 7)

    def test_names_that_are_no_file_names_and_twins_have_their_own_files(self):
        twins = self._customer("A/S <One>") | self._customer("A/S <One>", email=False)
        for partner in twins:
            self._move("2026-01-10", 10, partner)
        archive = self._make(self._pack(twins))
        names = [n for n in archive.namelist() if n.startswith("statements/")]
        self.assertEqual(
            sorted(names), ["statements/A-S -One- (2).pdf", "statements/A-S -One-.pdf"]
        )

    # ------------------------------------------------------------------
    # ACCESS AND LOG
    # ------------------------------------------------------------------

    def _user(self, name, group):
        return new_test_user(
            self.env,
            login=name,
            groups=f"base.group_user,account_admin.{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_who_asked_and_who_took_it_is_logged(self):
        self._move("2026-01-10", 100)
        auditor = self._user("ada", "group_account_admin_auditor")
        pack = self._pack()
        self._make(pack)
        pack.with_user(auditor)._take()
        log = [(e.kind, e.user_id) for e in pack.event_ids.sorted("id")]
        me = self.env.user
        self.assertEqual(
            log,
            [
                ("requested", me),
                ("made", me),
                ("downloaded", me),
                ("downloaded", auditor),
            ],
        )
        with self.assertRaises(UserError):
            pack.event_ids[0].sudo().kind = "made"
        with self.assertRaises(UserError):
            pack.event_ids.sudo().unlink()

    def test_managers_and_auditors_make_packs_and_nobody_else_sees_one(self):
        self._move("2026-01-10", 100)
        auditor = self._user("ada", "group_account_admin_auditor")
        pack = self._pack().with_user(auditor)
        self._make(pack)
        for group in ("group_account_admin_user", "group_account_admin_all"):
            user = self._user(group, group)
            with self.assertRaises(AccessError):
                pack.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                pack.with_user(user)._take()
            with self.assertRaises(AccessError):
                self.env["account.admin.audit.pack"].with_user(user).create({})

    def test_content_is_only_had_through_the_logged_download(self):
        self._move("2026-01-10", 100)
        auditor = self._user("ada", "group_account_admin_auditor")
        pack = self._pack().with_user(auditor)
        self._make(pack)
        with self.assertRaises(AccessError):
            pack.read(["content"])
        domain = [("res_model", "=", pack._name), ("res_field", "=", "content")]
        files = self.env["ir.attachment"].sudo().search(domain)
        self.assertEqual(len(files), 1)
        with self.assertRaises(AccessError):
            files.with_user(auditor).read(["raw"])

    def test_pack_of_another_company_is_not_seen(self):
        other = self.setup_other_company()["company"]
        pack = self._pack(company_id=other.id)
        user = self._user("ada", "group_account_admin_auditor")
        with self.assertRaises(AccessError):
            pack.with_user(user).read(["name"])

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_contact_is_no_account(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "Ann is a contact"):
            self._pack(contact)

    def test_national_account_without_members_covers_nobody_else(self):
        self._move("2026-01-10", 100)
        account = self.env["national.account"].create(
            {"name": "Gone", "partner_id": self._customer("Gone Holding").id}
        )
        account.active = False
        pack = self._pack(self.env["res.partner"], national_account_ids=account.ids)
        with self.assertRaisesRegex(UserError, "Gone has no account"):
            pack.action_make()

    @mute_logger("odoo.addons.base.models.ir_qweb")
    def test_pack_that_fails_says_why_and_lets_the_next_one_be_made(self):
        for number in range(6):
            self._move("2026-01-10", 10, self._customer(f"Many {number}"))
        broken, sound = self._pack(self.env["res.partner"]), self._pack()
        broken.action_make()
        view = self.env.ref("account_admin.statement_table")
        arch = view.arch
        view.arch = "<table><tr><td t-out=\"table['nowhere']\"/></tr></table>"
        with self.allow_pdf_render():
            self.env.ref("account_admin.ir_cron_audit_pack").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(broken.state, "failed")
        self.assertIn("nowhere", broken.error)
        view.arch = arch
        self._make(sound)

    def test_pack_that_was_made_cannot_be_changed_or_deleted(self):
        self._move("2026-01-10", 100)
        pack = self._pack()
        self._make(pack)
        with self.assertRaisesRegex(UserError, "make a new pack"):
            pack.date_to = "2026-12-31"
        with self.assertRaisesRegex(UserError, "kept"):
            pack.unlink()
