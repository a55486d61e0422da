"""The month's scorecards as a workbook: a line a person, totals from sums."""

from odoo import models
from odoo.tools import format_date

from ...engine.desk.scorecard import add_up, get_rates_of
from ..base.xlsx import Book, Column

#: Columns of a card in the order of the sheet, by kind.
COLUMNS = (
    ("present_days", "int"),
    ("dials", "int"),
    ("target_dials", "int"),
    ("dial_target_rate", "rate"),
    ("connects", "int"),
    ("right_party", "int"),
    ("target_right_party", "int"),
    ("contact_target_rate", "rate"),
    ("right_party_rate", "rate"),
    ("contact_rate", "rate"),
    ("inbound", "int"),
    ("promises", "int"),
    ("promise_rate", "rate"),
    ("kept", "int"),
    ("partial", "int"),
    ("broken", "int"),
    ("kept_rate", "rate"),
    ("disputes", "int"),
    ("collected", "money"),
    ("target_amount", "money"),
    ("amount_target_rate", "rate"),
    ("overdue_before", "money"),
    ("overdue", "money"),
    ("overdue_reduced", "money"),
    ("cei", "rate"),
)


class AccountAdminScorecard(models.Model):
    _inherit = "account.admin.scorecard"

    def _get_xlsx(self):
        """Cards of this one's company and month that the user may see.

        :return: name and bytes of the workbook
        """
        self.ensure_one()
        cards = self.search(
            [("company_id", "=", self.company_id.id), ("month", "=", self.month)]
        )
        month = format_date(self.env, self.month, date_format="MMMM y")
        title = self.env._("Scorecards %s", month)
        until = self.env._(
            "Counted until %s", format_date(self.env, max(cards.mapped("until")))
        )
        book = Book()
        table = book.table(
            title, [title, self.company_id.name, until], self._get_columns()
        )
        for card in cards:
            # sudo: whose figures they are is told by name
            team = card.manager_id.sudo().name
            table.row(
                [card.subject, team, *map(card._get_cell, *zip(*COLUMNS, strict=True))]
            )
        table.end_rows()
        self._write_sums(table, cards)
        table.note(
            self.env._(
                "Rates of the last line come from its sums. An empty rate had nothing"
                " to be computed from."
            )
        )
        return f"{title}.xlsx", book.close()

    def _get_columns(self):
        decimals = self.currency_id.decimal_places
        kinds = {"int": ("int", 0), "money": ("money", decimals), "rate": ("money", 2)}
        return [
            Column(self.env._("Person"), width=24),
            Column(self.env._("Team"), width=24),
            *(
                Column(
                    self._fields[name]._description_string(self.env),
                    kinds[kind][0],
                    12,
                    kinds[kind][1],
                )
                for name, kind in COLUMNS
            ),
        ]

    def _get_cell(self, name, kind):
        # a missing rate is no 0
        value = self[name]
        return None if kind == "rate" and value is False else value

    def _write_sums(self, table, cards):
        """The line of all: what adds up is added up, and its rates follow."""
        found = cards._to_cards()
        total, rates = add_up(found), get_rates_of(found)
        values = [
            rates[name] if kind == "rate" else getattr(total, name)
            for name, kind in COLUMNS
        ]
        table.row([self.env._("Together"), None, *values])
