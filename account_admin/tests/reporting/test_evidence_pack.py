"""The audit pack says whether what left still is what it was, also offline."""

import csv
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestEvidencePack(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collections_chain = True

    def _sent(self, *partners):
        for partner in partners or [self.customer]:
            self._move("2026-01-10", 100, partner)
        self._night("2026-01-12")

    def _unpack(self, folder, partners=None):
        pack = self.env["account.admin.audit.pack"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-03-31",
                "partner_ids": (partners or self.customer).ids,
            }
        )
        with self.allow_pdf_render():
            pack.action_make()
        self.assertEqual(pack.state, "done", pack.error)
        zipfile.ZipFile(io.BytesIO(pack._take()[1].raw)).extractall(folder)
        return Path(folder)

    def _verify(self, folder):
        """Run the script of the pack as an auditor does: a Python, nothing else."""
        done = subprocess.run(
            [sys.executable, "-I", str(folder / "verify.py")],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertFalse(done.stderr)
        return done.returncode, done.stdout

    def _rows(self, path):
        with path.open(newline="") as file:
            return list(csv.DictReader(file))

    def test_intact_pack_is_found_intact_offline(self):
        self._sent()
        with tempfile.TemporaryDirectory() as name:
            folder = self._unpack(name)
            self.assertEqual(self._verify(folder), (0, "OK\n"))
            self.assertIn(
                "none of 1 messages and files was changed",
                (folder / "README.txt").read_text(),
            )
            (row,) = self._rows(folder / "evidence/evidence.csv")
            self.assertEqual(row["state"], "intact")
            self.assertIn("Brook Stores", row["of"])

    def test_pack_says_in_words_what_was_changed_since_it_was_sent(self):
        self._sent()
        message = self._cases().notice_ids.message_id
        self.env.cr.execute(
            "UPDATE mail_message SET body = 'We never asked' WHERE id = %s",
            [message.id],
        )
        self.env.invalidate_all()
        with tempfile.TemporaryDirectory() as name:
            folder = self._unpack(name)
            text = (folder / "README.txt").read_text()
            self.assertIn("CHANGED SINCE SENT: 1 of 1", text)
            self.assertIn("Brook Stores", text)
            code, said = self._verify(folder)
            self.assertEqual(code, 1)
            self.assertIn("changed since it was sent", said)
            self.assertIn("Brook Stores", said)

    def test_a_byte_of_the_pack_that_was_changed_is_named(self):
        self._sent()
        with tempfile.TemporaryDirectory() as name:
            folder = self._unpack(name)
            path = folder / "collections/events.xlsx"
            content = bytearray(path.read_bytes())
            content[100] ^= 1
            path.write_bytes(content)
            code, said = self._verify(folder)
            self.assertEqual(code, 1)
            self.assertIn("collections/events.xlsx: the file was changed", said)

    def _forge_chain(self, folder, forge):
        """Change rows of the chain, and the sum of its file with them."""
        path = folder / "collections/chain.csv"
        rows = self._rows(path)
        forge(rows)
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        (folder / "SHA256SUMS").write_text("")
        return self._verify(folder)

    def test_a_row_of_the_chain_that_was_changed_or_left_out_is_named(self):
        self._sent()
        with tempfile.TemporaryDirectory() as name:
            folder = self._unpack(name)
            last = self._rows(folder / "collections/chain.csv")[-1]

            def change(rows):
                rows[-1]["content"] = rows[-1]["content"].replace("100", "10")

            code, said = self._forge_chain(folder, change)
            self.assertEqual(code, 1)
            self.assertIn(f"event number {last['number']}: the event was changed", said)
            folder = self._unpack(name)
            code, said = self._forge_chain(folder, lambda rows: rows.pop(1))
            self.assertEqual(code, 1)
            self.assertIn("are missing", said)

    def test_an_event_that_was_changed_in_the_database_is_named(self):
        self._sent()
        self.env["collections.chain"]._extend(self.company)
        event = self._cases().event_ids.filtered(lambda e: e.kind == "sent")
        self.env.cr.execute(
            "UPDATE collections_event SET amount = 1 WHERE id = %s", [event.id]
        )
        with tempfile.TemporaryDirectory() as name:
            code, said = self._verify(self._unpack(name))
            self.assertEqual(code, 1)
            self.assertIn(f"event number {event.chain_number}", said)

    def test_chain_goes_over_the_hash_of_the_message_that_was_sent(self):
        self._sent()
        event = self._cases().event_ids.filtered(lambda e: e.kind == "sent")
        evidence = self.env["account.admin.evidence"].search(
            [("message_id", "=", self._cases().notice_ids.message_id.id)]
        )
        self.assertEqual(event.sha256, evidence.sha256)

    def test_events_of_other_accounts_are_in_the_chain_as_hashes_only(self):
        other = self._customer("Hill Foods")
        self._sent(self.customer, other)
        with tempfile.TemporaryDirectory() as name:
            folder = self._unpack(name)
            self.assertEqual(self._verify(folder)[0], 0)
            rows = self._rows(folder / "collections/chain.csv")
            mine = self._cases().ids + [False]
            for row in rows:
                if row["what"] == "event":
                    self.assertIn(f'"case": {mine[0]}', row["content"])
                else:
                    self.assertFalse(row["content"])

    def test_chain_goes_on_where_it_was_and_links_every_event_once(self):
        self._sent()
        self._trigger("ir_cron_chain")
        events = self.env["collections.event"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        numbers = events.mapped("chain_number")
        self.assertEqual(numbers, list(range(1, len(events) + 1)))
        self._night("2026-01-18")
        self._trigger("ir_cron_chain")
        self.env.invalidate_all()
        more = self.env["collections.event"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        self.assertGreater(len(more), len(events))
        self.assertEqual(more.mapped("chain_number"), list(range(1, len(more) + 1)))
        self.assertEqual(events.mapped("chain_number"), numbers)

    def test_chaining_a_thousand_events_costs_the_queries_of_ten(self):
        self._sent()
        case = self._cases()

        def count(number):
            case._log_events([case._event_vals("retry") for _ in range(number)])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["collections.chain"]._extend(self.company)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(10), count(1000))

    def test_without_the_setting_nothing_is_chained(self):
        self.company.collections_chain = False
        self._sent()
        self._trigger("ir_cron_chain")
        self.assertFalse(self._cases().event_ids.filtered("chain_number"))
        with tempfile.TemporaryDirectory() as name:
            folder = self._unpack(name)
            self.assertFalse((folder / "collections/chain.csv").exists())
            self.assertEqual(self._verify(folder)[0], 0)

    def test_chain_is_read_by_auditors_of_its_company_and_written_by_nobody(self):
        self._sent()
        self._trigger("ir_cron_chain")
        chains = self.env["collections.chain"]
        users = [
            new_test_user(
                self.env,
                login=group,
                groups=f"base.group_user,account_admin.{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for group in ("group_account_admin_auditor", "group_account_admin_manager")
        ]
        for user in users:
            chain = chains.with_user(user).search([])
            self.assertEqual(chain.company_id, self.company)
            with self.assertRaises(UserError):
                chain.number = 1
        collector = new_test_user(
            self.env, login="col", groups="account_admin.group_account_admin_all"
        )
        with self.assertRaises(AccessError):
            chains.with_user(collector).search([])
        with self.assertRaises(UserError):
            chains.search([]).unlink()
        other = self.setup_other_company()["company"]
        users[0].write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(chains.with_user(users[0]).search([]))
