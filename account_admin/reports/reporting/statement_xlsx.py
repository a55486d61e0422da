"""Statements of account as a workbook: every line, and the aging by currency."""

from odoo import models
from odoo.tools import format_date

from ..base.xlsx import Book, Column


class CollectionsStatement(models.Model):
    _inherit = "collections.statement"

    def _get_xlsx(self):
        """The statement's workbook.

        :return: (name, bytes)
        """
        self.ensure_one()
        return f"{self.display_name}.xlsx", build(self)


def build(statements):
    """:return: bytes of the workbook of one or more statements"""
    first = statements[:1]
    if len({statement._get_lang() for statement in statements}) == 1:
        # for one reader in the reader's language, for several in one's own
        statements = statements.with_context(lang=first._get_lang())
    env, book = statements.env, Book()
    sections = statements._get_sections()
    heading = [
        env._("Statement of account"),
        env._(
            "%(company)s, %(day)s",
            company=first.company_id.name,
            day=format_date(env, first.date),
        ),
    ]
    names = _get_names(statements, sections)
    _write_lines(book, statements, sections, heading, names)
    _write_aging(book, statements, sections, heading)
    return book.close()


def _get_names(statements, sections):
    """Name of each commercial partner that has a line."""
    partners = {
        line.partner
        for found in sections.values()
        for section in found
        for line, _balance in section.lines
    }
    # sudo: a member's name stands on the statement, whoever makes it
    partners = statements.env["res.partner"].sudo().browse(partners)
    return {partner.id: partner.complete_name for partner in partners}


def _currencies(statements, sections):
    used = {section.currency for found in sections.values() for section in found}
    return {c.id: c for c in statements.env["res.currency"].browse(used)}


def _write_lines(book, statements, sections, heading, names):
    env = statements.env
    kinds = statements._get_kind_labels()
    currencies = _currencies(statements, sections)
    decimals = max((c.decimal_places for c in currencies.values()), default=2)
    columns = [
        Column(env._("Account"), width=32),
        Column(env._("Member"), width=32),
        Column(env._("Currency"), width=9),
        Column(env._("Date"), "date", 11),
        Column(env._("Due"), "date", 11),
        Column(env._("Number"), width=20),
        Column(env._("Reference"), width=20),
        Column(env._("Kind"), width=14),
        Column(env._("Days past due"), "int", 9),
        Column(env._("Amount"), "money", 15, decimals, total=True),
        Column(env._("Balance"), "money", 15, decimals),
        Column(env._("Disputed"), "money", 13, decimals),
        Column(env._("Promised"), "money", 13, decimals),
    ]
    table = book.table(env._("Statement"), heading, columns)
    totals = {}
    for statement in statements:
        for section in sections[statement]:
            currency = currencies[section.currency]
            owner = [
                (statement.national_account_id or statement.partner_id).display_name,
            ]
            if section.opening is not None:
                opening = [None, currency.name, statement.date_from, None, None, None]
                amounts = [None, section.opening, section.opening, None, None]
                table.row([*owner, *opening, env._("Balance before"), *amounts])
            table.rows(
                [
                    *owner,
                    names[line.partner],
                    currency.name,
                    line.date,
                    line.due,
                    line.number,
                    line.reference,
                    kinds[line.kind],
                    max(getattr(line, "days", 0), 0),
                    getattr(line, "open", None) or getattr(line, "amount", None),
                    balance,
                    getattr(line, "disputed", None) or None,
                    getattr(line, "promised", None) or None,
                ]
                for line, balance in section.lines
            )
            totals[currency] = totals.get(currency, 0) + section.closing
    table.end_rows()
    for currency, total in totals.items():
        table.totals(
            env._("Total"), [total], (2, currency.name), currency.decimal_places
        )


def _write_aging(book, statements, sections, heading):
    env = statements.env
    currencies = _currencies(statements, sections)
    decimals = max((c.decimal_places for c in currencies.values()), default=2)
    labels = statements._get_bucket_labels()
    columns = [
        Column(env._("Account"), width=32),
        Column(env._("Currency"), width=9),
        *(
            Column(label, "money", 15, decimals, total=True)
            for label in (*labels, env._("Total"))
        ),
    ]
    table = book.table(env._("Aging"), heading, columns)
    totals = {}
    for statement in statements:
        account = statement.national_account_id or statement.partner_id
        for section in sections[statement]:
            currency = currencies[section.currency]
            amounts = [*section.buckets, section.closing]
            table.row([account.display_name, currency.name, *amounts])
            totals[currency] = [
                a + b
                for a, b in zip(
                    totals.get(currency, [0] * len(amounts)), amounts, strict=True
                )
            ]
    table.end_rows()
    for currency, total in totals.items():
        table.totals(env._("Total"), total, (1, currency.name), currency.decimal_places)
