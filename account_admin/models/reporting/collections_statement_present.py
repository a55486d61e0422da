"""Statements as text in the recipient's language: what templates and mails show."""

import secrets

from odoo import api, models

from ...engine import aging
from ..base.formatting import Formatter

#: Colours of what stands small under a document: its reference, a dispute, a promise.
GREY, RED, GREEN = "6c757d", "b02a37", "0f5132"


class CollectionsStatement(models.Model):
    _inherit = "collections.statement"

    def _present(self):
        """Everything a template shows, as text in each statement's language.

        :return: dict statement -> dict with ``lang``, ``day``, ``date_from``,
            ``tables`` (list of dicts: ``currency``, ``opening``, ``lines``,
            ``closing``, ``overdue``, ``disputed``, ``promised``, ``buckets``, amounts
            as text or empty, and ``html``, lines and buckets as Markup), ``is_owed``,
            ``banks`` (list of text), ``pay_reference``
        """
        sections = self._get_sections()
        presented = {}
        for lang, same in self.grouped(lambda s: s._get_lang()).items():
            written = {}
            same = same.with_context(lang=lang)
            text = Formatter(self.env, lang)
            kinds, labels = same._get_kind_labels(), same._get_bucket_labels()
            names = same._get_member_names(sections)
            for statement in same:
                written[statement] = {
                    "lang": lang,
                    "day": text.date(statement.date),
                    "date_from": text.date(statement.date_from),
                    "tables": [
                        self._present_section(section, text, kinds, labels, names)
                        for section in sections[statement]
                    ],
                    "is_owed": any(s.closing > 0 for s in sections[statement]),
                    "banks": statement._get_bank_accounts(sections[statement]),
                    "pay_reference": statement.partner_id.ref
                    or statement.partner_id.name,
                }
            same._render_sections(written)
            presented |= written
        return presented

    @api.model
    def _present_section(self, section, text, kinds, labels, names):
        currency = self.env["res.currency"].browse(section.currency)

        def amount(value):
            return text.amount(value, currency) if value else ""

        return {
            "currency": currency,
            "opening": section.opening is not None
            and text.amount(section.opening, currency),
            "lines": [
                {
                    "date": text.date(line.date),
                    "due": text.date(line.due),
                    "document": f"{kinds[line.kind]} {line.number or ''}",
                    "member": names.get(line.partner, ""),
                    "balance": text.amount(balance, currency),
                    **self._present_line(line, text, currency),
                }
                for line, balance in section.lines
            ],
            "closing": text.amount(section.closing, currency),
            "overdue": amount(section.overdue),
            "disputed": amount(section.disputed),
            "promised": amount(section.promised),
            "buckets": [
                (label, text.amount(value, currency))
                for label, value in zip(labels, section.buckets, strict=True)
            ],
        }

    @api.model
    def _present_line(self, line, text, currency):
        """What differs between an open item and a movement.

        ``notes`` are pairs of a colour and a text to show small under the document.
        """
        notes = [(GREY, line.reference)] if line.reference else []
        if not hasattr(line, "open"):
            amount = text.amount(line.amount, currency)
            return {"amount": amount, "late": "", "notes": notes}
        if line.original != line.open:
            original = text.amount(line.original, currency)
            notes.append((GREY, self.env._("of %s", original)))
        if line.disputed:
            disputed = text.amount(line.disputed, currency)
            notes.append((RED, self.env._("disputed: %s", disputed)))
        if line.promised:
            promised = text.amount(line.promised, currency)
            notes.append((GREEN, self.env._("promised: %s", promised)))
        return {
            "amount": text.amount(line.open, currency),
            "late": self._get_lateness(line.days),
            "notes": notes,
        }

    @api.model
    def _get_lateness(self, days):
        if days == 1:
            return self.env._("1 day late")
        return self.env._("%s days late", days) if days > 1 else ""

    def _render_sections(self, presented):
        """Render the lines and the aging strip of every section, as ``html`` of each.

        All in one go: within the layout every piece of every line would pass through
        each template that calls this one.
        """
        sections = [
            (data, table, bool(statement.national_account_id))
            for statement, data in presented.items()
            for table in data["tables"]
        ]
        # nothing that a person typed can be it: sections never change places
        separator = secrets.token_hex()
        html = self.env["ir.qweb"]._render(
            "account_admin.statement_sections",
            {"sections": sections, "separator": separator},
        )
        *parts, _end = html.split(separator)
        for (_data, table, _members), part in zip(sections, parts, strict=True):
            table["html"] = part

    def _get_kind_labels(self):
        return {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "payment": self.env._("Payment"),
            "other": self.env._("Other entry"),
            "converted": self.env._("Matched with another currency"),
            "transferred": self.env._("Matched with another account"),
        }

    def _get_bucket_labels(self):
        """Headers of the aging strip."""
        limits = self.company_id[:1]._collections_limits()
        _first, *others = aging.bucket_labels(limits)
        return [
            self.env._("Not due"),
            *(self.env._("%s days", label) for label in others),
        ]

    @api.model
    def _get_member_names(self, sections):
        """Names of the members on statements for national accounts, by id."""
        members = {
            line.partner
            for statement, found in sections.items()
            if statement.national_account_id
            for section in found
            for line, _balance in section.lines
        }
        # sudo: a member's name stands on the statement, whoever prints it
        partners = self.env["res.partner"].sudo().browse(members)
        return {partner.id: partner.name for partner in partners}

    def _get_bank_accounts(self, sections):
        """Where to pay: the company's accounts in the currencies owed, else all."""
        self.ensure_one()
        owed = {section.currency for section in sections}
        # sudo: the company's own accounts are for everybody to pay to
        banks = self.company_id.partner_id.sudo().bank_ids
        fitting = banks.filtered(
            lambda bank: not bank.currency_id or bank.currency_id.id in owed
        )
        return [
            " ".join(filter(None, (bank.bank_id.name, bank.acc_number)))
            for bank in fitting or banks
        ]
