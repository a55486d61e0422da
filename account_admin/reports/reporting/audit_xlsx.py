"""Workbooks of the audit pack."""

from odoo import models

from ..base.xlsx import Book, Column


def _heading(pack, title):
    return [title, pack.name]


class AccountAdminAuditPack(models.Model):
    _inherit = "account.admin.audit.pack"

    def _build_reconciliation(self, statements):
        """Opening + movements = closing = Σ open items, a line an account and currency.

        :param dict statements: account -> sections of ``get_statements``, with their
            balance forward
        """
        env, book = self.env, Book()
        kinds = env["collections.statement"]._get_kind_labels()
        currencies = env["res.currency"].browse(
            {section.currency for found in statements.values() for section in found}
        )
        currencies = {currency.id: currency for currency in currencies}
        decimals = max((c.decimal_places for c in currencies.values()), default=2)
        labels = [
            env._("Opening balance"),
            *kinds.values(),
            env._("Closing balance"),
            env._("Sum of open items"),
        ]
        columns = [
            Column(env._("Account"), width=36),
            Column(env._("Currency"), width=9),
            *(Column(label, "money", 16, decimals, total=True) for label in labels),
            Column(env._("Difference"), "money", 16, decimals),
        ]
        title = env._("Reconciliation of open items")
        table = book.table(title, _heading(self, title), columns)
        totals = {}
        for account, sections in statements.items():
            for section in sections:
                moved = dict.fromkeys(kinds, 0)
                for line, _balance in section.lines:
                    moved[line.kind] += line.amount
                opened = sum(section.buckets)
                amounts = [section.opening, *moved.values(), section.closing, opened]
                currency = currencies[section.currency]
                table.row([account.display_name, currency.name, *amounts, None])
                last = len(columns) - 1
                table.difference([last - 2], last - 1, last, section.closing - opened)
                before = totals.get(currency, [0] * len(amounts))
                totals[currency] = [a + b for a, b in zip(before, amounts, strict=True)]
        table.end_rows()
        for currency, total in totals.items():
            table.totals(
                env._("Total"), total, (1, currency.name), currency.decimal_places
            )
        table.note(
            env._(
                "Each account's balance before the period, everything that moved it"
                " and its balance at the end, beside the items that are open then: no"
                " difference."
            )
        )
        return book.close()

    def _build_events(self, events):
        """:param events: ``collections.event`` records"""
        env, book = self.env, Book()
        kinds = dict(events._fields["kind"]._description_selection(env))
        columns = [
            Column(env._("Date"), "date", 11),
            Column(env._("Account"), width=32),
            Column(env._("What"), width=18),
            Column(env._("Step"), width=20),
            Column(env._("Leading item"), width=20),
            Column(env._("Days past due"), "int", 9),
            Column(
                env._("Asked"), "money", 15, self.company_id.currency_id.decimal_places
            ),
            Column(env._("Currency"), width=9),
            Column(env._("Note"), width=50),
            Column(env._("By"), width=20),
        ]
        title = env._("Collections events")
        table = book.table(title, _heading(self, title), columns)
        table.rows(
            [
                event.date,
                event.partner_id.display_name,
                kinds[event.kind],
                event.step_name,
                event.item_name,
                event.days,
                event.amount,
                event.currency_id.name,
                event.note,
                event.create_uid.name,
            ]
            for event in events
        )
        table.end_rows()
        return book.close()

    def _build_notices(self, notices):
        """:param notices: ``collections.notice`` records"""
        env, book = self.env, Book()
        channels = dict(notices._fields["channel"]._description_selection(env))
        columns = [
            Column(env._("Sent on"), "date", 11),
            Column(env._("Account"), width=32),
            Column(env._("Step"), width=20),
            Column(env._("Channel"), width=10),
            Column(env._("To"), width=28),
            Column(env._("Address"), width=32),
            Column(
                env._("Asked"), "money", 15, self.company_id.currency_id.decimal_places
            ),
            Column(env._("Currency"), width=9),
        ]
        title = env._("Notices sent")
        table = book.table(title, _heading(self, title), columns)
        table.rows(
            [
                notice.sent_on,
                notice.partner_id.display_name,
                notice.step_id.name,
                channels[notice.channel],
                notice.contact_id.display_name,
                notice.email,
                notice.amount,
                notice.currency_id.name,
            ]
            for notice in notices
        )
        table.end_rows()
        return book.close()
