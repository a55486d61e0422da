"""The parts of an audit pack: each yields its files as (path, bytes)."""

import csv
import io
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..base.account_admin_evidence import bytes_of

#: Accounts whose statements and invoices make one part.
ACCOUNTS = 25


class AccountAdminAuditPack(models.Model):
    _inherit = "account.admin.audit.pack"

    def _get_parts(self):
        """What the pack is made of: list of (method, ids of accounts or ``None``)."""
        batches = [list(ids) for ids in split_every(ACCOUNTS, self.covered_ids.ids)]
        return [
            ("_make_open_items", None),
            ("_make_reconciliation", None),
            ("_make_events", None),
            ("_make_chain", None),
            *(("_make_evidence", batch) for batch in batches),
            *(("_make_notices", batch) for batch in batches),
            *(("_make_statements", batch) for batch in batches),
            *(("_make_invoices", batch) for batch in batches),
        ]

    def _find_accounts(self):
        """The accounts covered: those chosen, else all with a balance or movement."""
        covered = self.env["collections.statement"]._get_covered(
            self.company_id, self.date_to, self.national_account_ids
        )
        members = [partner for ids in covered.values() for partner in ids]
        chosen = self.partner_ids | self.env["res.partner"].browse(members)
        for account in self.national_account_ids.filtered(
            lambda account: not covered[account]
        ):
            raise UserError(
                self.env._(
                    "%(account)s has no account in %(company)s at the end of the"
                    " period: leave it out.",
                    account=account.display_name,
                    company=self.company_id.display_name,
                )
            )
        if chosen:
            return chosen
        items = self.env["account.admin.open.item"]
        items._flush_reads()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id
                     FROM account_move_line line
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.account_id = ANY(%(receivables)s)
                      AND line.company_id = %(company)s
                      AND line.parent_state = 'posted' AND line.date <= %(end)s
                      AND (line.date >= %(start)s
                           OR line.reconciled IS NOT TRUE
                           OR EXISTS (SELECT FROM account_partial_reconcile partial
                                       WHERE line.id IN (partial.debit_move_id,
                                                         partial.credit_move_id)
                                         AND partial.max_date >= %(start)s))""",
                receivables=items._get_receivable_accounts(self.company_id).ids,
                company=self.company_id.id,
                start=self.date_from,
                end=self.date_to,
            )
        )
        undone = items._get_undone_partners(self.company_id)
        return self.env["res.partner"].browse({*undone, *(row[0] for row in rows)})

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _make_open_items(self, _accounts):
        """Open items with their tie-out, before the period and at its end."""
        for day in (self.date_from - timedelta(days=1), self.date_to):
            wizard = self.env["account.admin.aging.wizard"].create(
                {
                    "date": day,
                    "company_ids": self.company_id.ids,
                    "detail": "items",
                    "partner_ids": self.covered_ids.ids,
                }
            )
            yield f"open_items/{day}.xlsx", wizard._get_xlsx()[1]

    def _make_reconciliation(self, _accounts):
        """Opening balance, movements and closing balance beside the open items."""
        statements = self.env["collections.statement"].get_statements(
            self.company_id,
            self.date_to,
            self.covered_ids,
            "balance_forward",
            self.date_from,
        )
        yield (
            "reconciliation/roll_forward.xlsx",
            self._build_reconciliation(statements),
        )

    def _make_events(self, _accounts):
        """What was decided, sent and approved."""
        events = self.env["collections.event"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", self._get_addressed(self.covered_ids.ids)),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            order="id",
        )
        yield "collections/events.xlsx", self._build_events(events)
        approved = events.filtered(lambda event: event.kind == "approved")
        yield "collections/approvals.xlsx", self._build_events(approved)

    def _get_addressed(self, accounts):
        """Ids of the accounts and of the head offices that are written to for them."""
        policies = self.env["collections.policy"]
        heads = policies._get_heads(self.company_id, self.date_to)
        nationals = self.env["national.account"]._get_of_members(
            self.company_id, self.date_to, accounts
        )
        heads |= {
            partner: account.partner_id.id
            for partner, account in nationals.items()
            if account.statement_to_head and account.partner_id
        }
        return [
            *accounts,
            *(heads[partner] for partner in accounts if partner in heads),
        ]

    def _make_chain(self, _accounts):
        """The company's chain of events over the period, to be checked offline.

        Events of accounts that the pack does not cover are there as hashes only.
        """
        chains = self.env["collections.chain"]
        if self.company_id.collections_chain:
            chains._extend(self.company_id)
        covered = self._get_addressed(self.covered_ids.ids)
        ((first, last),) = self.env["collections.event"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", covered),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("chain_number", ">", 0),
            ],
            [],
            ["chain_number:min", "chain_number:max"],
        )
        if first:
            links = chains._read_links(self.company_id, first - 1, last)
            yield "collections/chain.csv", _write_chain(links, first, set(covered))

    def _make_evidence(self, accounts):
        """Messages and files that left in the period, beside their hash of then."""
        found = self.env["account.admin.evidence"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", self._get_addressed(accounts)),
                ("sealed_on", ">=", self.date_from),
                ("sealed_on", "<", self.date_to + timedelta(days=1)),
            ],
            order="id",
        )
        states, rows = found._judge(), []
        for evidence in found:
            content, path = evidence._get_content(), ""
            if content is not None:
                name = _file_name(evidence.name)
                suffix = ".json" if evidence.message_id else ""
                path = f"evidence/{evidence.id} {name}{suffix}"
                yield path, content
            rows.append(evidence._prepare_pack_row(path, states))
        if rows:
            yield "evidence/evidence.csv", _write_csv(rows)

    def _make_notices(self, accounts):
        """Notices as they were sent: mails as .eml, letters as they were printed."""
        notices = self.env["collections.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", self._get_addressed(accounts)),
                ("state", "=", "sent"),
                ("sent_on", ">=", self.date_from),
                ("sent_on", "<=", self.date_to),
            ],
            order="id",
        )
        if notices:
            yield "collections/notices.xlsx", self._build_notices(notices)
        for notice in notices.filtered("message_id"):
            name = _file_name(f"{notice.sent_on} {notice.partner_id.name} {notice.id}")
            yield f"collections/notices/{name}.eml", _to_eml(notice)
        letters = self.env["ir.attachment"].search(
            [("res_model", "=", notices._name), ("res_id", "in", notices.ids)]
        )
        for letter in letters:
            yield f"collections/notices/{_file_name(letter.name)}", bytes_of(letter)

    def _make_statements(self, accounts):
        """Each account's statement of the period, and those that were sent in it."""
        Statement = self.env["collections.statement"]
        made = Statement.create(
            [
                {
                    "company_id": self.company_id.id,
                    "partner_id": account,
                    "date": self.date_to,
                    "date_from": self.date_from,
                    "kind": "balance_forward",
                    "channel": "none",
                    "state": "draft",
                }
                for account in accounts
            ]
        )
        files = made._render_files()
        for statement in made:
            name = _file_name(statement.partner_id.name)
            yield f"statements/{name}.pdf", files[statement.id]
        made.unlink()
        sent = Statement.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", self._get_addressed(accounts)),
                ("sent_on", ">=", self.date_from),
                ("sent_on", "<=", self.date_to),
                ("attachment_id", "!=", False),
            ]
        )
        for statement in sent:
            name = _file_name(f"{statement.partner_id.name} {statement.sent_on}")
            yield f"statements/sent/{name}.pdf", bytes_of(statement.attachment_id)

    def _make_invoices(self, accounts):
        """PDFs of the period's invoices and credit notes, where they exist."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "in", accounts),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("invoice_date", ">=", self.date_from),
                ("invoice_date", "<=", self.date_to),
            ],
            order="name",
        )
        for move in moves.filtered("invoice_pdf_report_id"):
            yield (
                f"invoices/{_file_name(move.name)}.pdf",
                bytes_of(move.invoice_pdf_report_id),
            )


def _write_csv(rows):
    """:param rows: dicts with the same keys"""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _write_chain(links, first, covered):
    """A stretch of the chain, with the contents of some accounts' events.

    :param links: of :meth:`collections.chain._read_links`, the one before included
    :param int first: number of the first event
    :param covered: ids of the accounts
    """
    head = links[0] if links[0][0] < first else (first - 1, None, "", "", "", False)
    rows = [
        {"number": head[0], "what": "before", "content": "", "content_sha256": ""}
        | {"chain_sha256": head[4]}
    ]
    for number, partner, content, content_sha256, chain_sha256, is_gone in links:
        if number < first:
            continue
        what = "event" if partner in covered else "of another account"
        what = "anonymised" if is_gone else what
        rows.append(
            {
                "number": number,
                "what": what,
                "content": content if what == "event" else "",
                "content_sha256": content_sha256,
                "chain_sha256": chain_sha256,
            }
        )
    return _write_csv(rows)


def _file_name(text):
    """Text that is a file's name on every system."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", text or "-").strip(" .")[:120]


def _to_eml(notice):
    """A notice's mail as a mail program opens it."""
    message, mail = EmailMessage(policy=SMTP), notice.message_id
    message["From"] = mail.email_from or ""
    message["To"] = notice.email or ""
    message["Subject"] = " ".join((mail.subject or "").split())
    message["Date"] = mail.date
    message["Message-ID"] = mail.message_id or ""
    message.set_content(str(mail.body or ""), subtype="html")
    for attachment in mail.attachment_ids:
        kind, _slash, subtype = (attachment.mimetype or "").partition("/")
        message.add_attachment(
            bytes_of(attachment),
            maintype=kind or "application",
            subtype=subtype or "octet-stream",
            filename=attachment.name,
        )
    return message.as_bytes()
