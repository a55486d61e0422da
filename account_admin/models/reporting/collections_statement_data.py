"""What stands on statements of account, read for all of them at once."""

import secrets
from operator import attrgetter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...engine import aging
from ...engine.money import to_decimal
from ...engine.statement import (
    Item,
    Movement,
    balance_forward_sections,
    open_item_sections,
)
from ..base.formatting import Formatter

#: Colours of what stands small under a document: its reference, a dispute, a promise.
GREY, RED, GREEN = "6c757d", "b02a37", "0f5132"


class CollectionsStatement(models.Model):
    _inherit = "collections.statement"

    @api.private
    def get_statements(self, company, day, accounts, kind="open_item", date_from=None):
        """The figures of statements, without rendering anything.

        :param company: one ``res.company``
        :param date day: what was open at the end of that day
        :param accounts: ``res.partner`` (commercial entities) or ``national.account``
            records; a national account covers its head office and who was a member on
            the day
        :param str kind: ``"open_item"`` or ``"balance_forward"``
        :param date date_from: first day of the movements of a balance forward
        :return: dict record of ``accounts`` -> list of
            :class:`~..engine.statement.Section`, one a currency, empty where nothing
            was open and nothing moved
        :raise UserError: for a balance forward without a first day before its last
        """
        if kind == "balance_forward" and (not date_from or date_from > day):
            raise UserError(
                self.env._(
                    "A balance forward needs a first day, not after %s.",
                    format_date(self.env, day),
                )
            )
        covered = self._get_covered(company, day, accounts)
        partners = [partner for ids in covered.values() for partner in ids]
        items = self._read_items(company, day, partners)
        count = len(company._collections_limits()) + 2
        if kind == "open_item":
            return {
                account: open_item_sections(_merge(items, ids, "due"), count)
                for account, ids in covered.items()
            }
        openings = self._read_openings(company, date_from, partners)
        movements = self._read_movements(company, date_from, day, partners)
        return {
            account: balance_forward_sections(
                _sum_amounts(openings, ids),
                _leave_out_internal(_merge(movements, ids, "date"), ids),
                _merge(items, ids, "due"),
                count,
            )
            for account, ids in covered.items()
        }

    @api.model
    def _get_covered(self, company, day, accounts):
        """Ids of the commercial partners on each account's statement."""
        if accounts._name == "res.partner":
            return {partner: [partner.id] for partner in accounts}
        # a statement covers every member, whoever prints it
        members = accounts._get_members(company, day)
        return {account: members[account.id] for account in accounts}

    @api.model
    def _read_items(self, company, day, partners):
        """Open items of each commercial partner: dict id -> list of ``Item``."""
        items = self.env["account.admin.open.item"]
        items._flush_reads()
        query = SQL(
            """SELECT aged.partner_id, aged.currency_id, aged.date, aged.due, aged.days,
                      aged.bucket::int, aged.name, aged.reference,
                      aged.kind, aged.original::text, aged.residual::text,
                      aged.disputed_amount::text, aged.promised_amount::text
                 FROM (%s) AS aged
                -- zero in its own currency (a revaluation) is nothing to a customer
                WHERE aged.residual <> 0
                ORDER BY aged.due, aged.id""",
            items._aged_sql(
                company, day, company._collections_limits(), "item", accounts=partners
            ),
        )
        found = {}
        for partner, *values in self.env.execute_query(query):
            # the last four are amounts
            amounts = map(to_decimal, values[-4:])
            found.setdefault(partner, []).append(Item(partner, *values[:-4], *amounts))
        return found

    @api.model
    def _read_totals(self, company, day, partners):
        """Open and overdue as booked: dict partner id -> pair of ``Decimal``.

        :param partners: ids of commercial partners
        """
        return self.env["account.admin.open.item"]._get_totals(
            company, day, partners, is_for_customer=True
        )

    @api.model
    def _read_openings(self, company, day, partners):
        """Balances before a day: dict commercial partner id -> dict currency -> sum."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, currency_id, SUM(amount)::text
                     FROM (%s) AS movement WHERE date < %s GROUP BY 1, 2""",
                self._movements_sql(company, partners),
                day,
            )
        )
        found = {}
        for partner, currency, amount in rows:
            found.setdefault(partner, {})[currency] = to_decimal(amount)
        return found

    @api.model
    def _read_movements(self, company, date_from, day, partners):
        """What moved: dict commercial partner id -> list of ``Movement``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, currency_id, date, due, number, reference, kind,
                          other_id, amount::text
                     FROM (%s) AS movement
                    WHERE date BETWEEN %s AND %s ORDER BY date, id""",
                self._movements_sql(company, partners),
                date_from,
                day,
            )
        )
        found = {}
        for partner, *values, amount in rows:
            movement = Movement(partner, *values, to_decimal(amount))
            found.setdefault(partner, []).append(movement)
        return found

    @api.model
    def _movements_sql(self, company, partners):
        """SQL of everything that moved balances, in the currency it moved.

        A match within one account and currency moves nothing. One with another
        currency leaves one balance and enters the other (``converted``), one with
        another account or company likewise (``transferred``), on the day of the match;
        ``other_id`` is the account on the other side where that is in these books.
        """
        items = self.env["account.admin.open.item"]
        return SQL(
            """WITH line AS (
                SELECT line.id, partner.commercial_partner_id AS partner_id,
                       line.currency_id, line.date,
                       COALESCE(line.date_maturity, line.date) AS due,
                       COALESCE(NULLIF(move.name, '/'), line.name) AS number,
                       move.ref AS reference, line.amount_currency AS amount,
                       %(kind)s AS kind
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.account_id = ANY(%(receivables)s)
                   AND line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND partner.commercial_partner_id = ANY(%(partners)s))
            SELECT id, partner_id, currency_id, date, due, number, reference,
                   kind, NULL::int AS other_id, amount
              FROM line WHERE amount <> 0
            UNION ALL
            SELECT line.id, line.partner_id, line.currency_id, match.day,
                   line.due, line.number, line.reference,
                   CASE WHEN other.currency_id <> line.currency_id THEN 'converted'
                        ELSE 'transferred' END,
                   CASE WHEN other.company_id = %(company)s
                             AND other.account_id = ANY(%(receivables)s)
                        THEN payer.commercial_partner_id END,
                   match.amount_currency
              FROM (%(matches)s) match
              JOIN line ON line.id = match.line_id
              JOIN account_move_line other ON other.id = match.other_id
              LEFT JOIN res_partner payer ON payer.id = other.partner_id
             WHERE other.parent_state = 'posted' AND match.amount_currency <> 0
               AND (other.currency_id <> line.currency_id
                    OR payer.commercial_partner_id IS DISTINCT FROM line.partner_id
                    OR other.company_id <> %(company)s
                    OR other.account_id <> ALL(%(receivables)s))""",
            receivables=items._find_receivable_accounts(company).ids,
            company=company.id,
            partners=partners,
            kind=items._entry_kind_sql(),
            matches=items._match_sides_sql(),
        )

    # ------------------------------------------------------------------
    # PRESENTATION
    # ------------------------------------------------------------------

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


def _merge(by_partner, ids, order):
    """What the partners have, in one order: by the attribute ``order``."""
    if len(ids) == 1:
        return by_partner.get(ids[0], [])
    rows = [row for partner in ids for row in by_partner.get(partner, ())]
    return sorted(rows, key=attrgetter(order))


def _leave_out_internal(movements, ids):
    """Movements without the transfers from one of the accounts to another of them."""
    covered = set(ids)
    return [
        movement
        for movement in movements
        if movement.kind != "transferred" or movement.other not in covered
    ]


def _sum_amounts(by_partner, ids):
    """Sum of what the partners have, by currency."""
    sums = {}
    for partner in ids:
        for currency, amount in by_partner.get(partner, {}).items():
            sums[currency] = sums.get(currency, 0) + amount
    return sums
