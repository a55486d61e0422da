"""The aging report's data, for the screen, the PDF, the workbook and the shell."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.money import to_decimal

#: What the report may be grouped by: option -> field of the aged item.
GROUPS = {
    "account": "partner_id",
    "national": "national_account_id",
    "administrator": "user_id",
    "salesperson": "salesperson_id",
    "country": "country_id",
    "currency": "currency_id",
    "company": "company_id",
}


class AccountAdminAgedItem(models.Model):
    _inherit = "account.admin.aged.item"

    @api.private
    def get_aging(self, companies, day=None, group_by=("account",), **options):
        """The aging of a day.

        :param companies: ``res.company`` records; the buckets are those of the first
        :param date day: the day, each company's today when ``None``
        :param tuple group_by: names of :data:`GROUPS`, the outer one first
        :param str|int currency: ``"company"`` (as booked, the default), ``"item"``
            (each item's own) or the id of a currency to convert to at the day's rate
        :param bool without_disputed: leave disputed parts out
        :param domain: further limits on the aged items
        :return: dict with ``labels`` (list of bucket labels), ``rows`` (list of dicts:
            ``keys`` list of ids or ``False`` for each of ``group_by``, ``names`` list
            of str, ``currency`` a ``res.currency``, ``buckets`` list of ``Decimal``,
            ``total``, ``disputed`` as ``Decimal``, ``count`` of items), ``groups`` (the
            same, summed by the outer grouping), ``totals`` (dict ``res.currency`` ->
            the same, of everything) and ``tie_out`` (list of dicts: ``company``,
            ``account``, and the figures of :class:`~..engine.aging.TieOut`), which
            always covers every item of the companies
        :raise UserError: for an unknown grouping or a currency without a rate
        """
        aged = self._with_options(companies, day, options)
        fields_ = [aged._get_group_field(name) for name in group_by]
        labels = aged._get_bucket_labels()
        rows = aged._read_buckets(fields_, len(labels), options.get("domain"))
        return {
            "labels": labels,
            "rows": rows,
            "groups": aged._sum_rows(rows, lambda row: row["keys"][0])
            if len(fields_) > 1
            else rows,
            "totals": {
                row["currency"]: row for row in aged._sum_rows(rows, lambda row: None)
            },
            "tie_out": aged._get_tie_out_rows(),
        }

    @api.model
    def _sum_rows(self, rows, key):
        """Rows with the same key and currency as one, in the order of the first."""
        sums = {}
        for row in rows:
            found = sums.setdefault((key(row), row["currency"]), [])
            found.append(row)
        return [
            {
                **same[0],
                "keys": same[0]["keys"][:1],
                "names": same[0]["names"][:1],
                "buckets": [
                    sum(amounts)
                    for amounts in zip(*(row["buckets"] for row in same), strict=True)
                ],
                **{
                    name: sum(row[name] for row in same)
                    for name in ("total", "disputed", "count")
                },
            }
            for same in sums.values()
        ]

    @api.private
    def get_aged_items(self, companies, columns, day=None, **options):
        """Stream the items of the aging, oldest first within each account.

        :param list columns: names of fields of ``account.admin.aged.item``
        :return: iterator of lists with the columns' raw values, amounts as
            ``Decimal``; the other parameters are those of :meth:`get_aging`
        """
        aged = self._with_options(companies, day, options)
        query = aged._search(Domain(options.get("domain") or Domain.TRUE))
        partner = query.left_join(
            aged._table, "partner_id", "res_partner", "id", "account"
        )
        query.order = SQL(
            "%s, %s, %s",
            SQL.identifier(partner, "complete_name"),
            SQL.identifier(aged._table, "due"),
            SQL.identifier(aged._table, "id"),
        )
        selected = [
            SQL("%s::text", SQL.identifier(aged._table, name))
            if aged._fields[name].type == "monetary"
            else SQL.identifier(aged._table, name)
            for name in columns
        ]
        money = [n for n, c in enumerate(columns) if self._fields[c].type == "monetary"]
        items = self.env["account.admin.open.item"]
        for row in items._stream(query.select(*selected)):
            row = list(row)
            for number in money:
                row[number] = to_decimal(row[number])
            yield row

    @api.model
    def _with_options(self, companies, day, options):
        """This model with the context that :attr:`_table_query` reads."""
        return self.with_context(
            allowed_company_ids=companies.ids,
            aging_day=day and str(day),
            aging_currency=options.get("currency") or "company",
            aging_without_disputed=bool(options.get("without_disputed")),
        )

    @api.model
    def _get_group_field(self, name):
        if name not in GROUPS:
            raise UserError(
                self.env._(
                    "The aging cannot be grouped by %(name)s: choose of %(names)s.",
                    name=name,
                    names=", ".join(GROUPS),
                )
            )
        return GROUPS[name]

    @api.model
    def _read_buckets(self, fields_, count, domain):
        """Rows of :meth:`get_aging`, sorted by their names."""
        query = self._search(Domain(domain or Domain.TRUE))
        keys = [SQL.identifier(self._table, name) for name in fields_]
        currency = SQL.identifier(self._table, "report_currency_id")
        query.groupby = SQL(", ").join([*keys, currency])
        sums = [*(f"bucket_{n}" for n in range(count)), "amount", "disputed_amount"]
        rows = self.env.execute_query(
            query.select(
                *keys,
                currency,
                SQL("COUNT(*)"),
                *(
                    SQL("SUM(%s)::text", SQL.identifier(self._table, name))
                    for name in sums
                ),
            )
        )
        width = len(fields_)
        names = [
            self._get_names(field, {row[n] for row in rows})
            for n, field in enumerate(fields_)
        ]
        currencies = {
            c.id: c for c in self.env["res.currency"].browse({r[width] for r in rows})
        }
        found = [
            {
                "keys": [key or False for key in row[:width]],
                "names": [names[n][key] for n, key in enumerate(row[:width])],
                "currency": currencies[row[width]],
                "count": row[width + 1],
                "buckets": [to_decimal(value) for value in row[width + 2 : -2]],
                "total": to_decimal(row[-2]),
                "disputed": to_decimal(row[-1]),
            }
            for row in rows
        ]
        return sorted(
            found,
            key=lambda row: (
                [
                    (not key, name.lower())
                    for key, name in zip(row["keys"], row["names"], strict=True)
                ],
                row["currency"].name,
            ),
        )

    @api.model
    def _get_names(self, field, ids):
        """Display name of each id; a sentence where there is none."""
        # sudo: whoever may see an item may see what it is called after
        records = self.env[self._fields[field].comodel_name].sudo()
        records = records.browse([key for key in ids if key])
        name = "complete_name" if field == "partner_id" else "display_name"
        if field == "partner_id":
            # tens of thousands: that column alone
            records.fetch([name])
        names = {record.id: record[name] or "" for record in records}
        nobody = {
            "partner_id": self.env._("No account"),
            "national_account_id": self.env._("No national account"),
            "user_id": self.env._("No administrator"),
            "salesperson_id": self.env._("No salesperson"),
            "country_id": self.env._("No country"),
        }
        return {**names, None: nobody.get(field, "")}

    @api.model
    def _get_tie_out_rows(self):
        """Tie-out of each receivable account of each company; see :meth:`get_aging`."""
        items = self.env["account.admin.open.item"]
        accounts = self.env["account.account"]
        rows = []
        for company in self.env.companies.filtered(items._find_receivable_accounts):
            rows += [
                {
                    "company": company,
                    "account": accounts.browse(found.account).with_company(company),
                    "ledger": found.ledger,
                    "transferred": found.transferred,
                    "items": found.items,
                    "difference": found.difference,
                }
                for found in items._get_tie_out(company, self._get_day(company))
            ]
        return rows
