"""What the quarterly pack shows: its parts, for the workbook and the pages alike."""

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...reports.base.fitting import (
    LANDSCAPE_LARGEST,
    LANDSCAPE_ROOM,
    fit,
    longest_word,
)
from ...reports.base.xlsx import Column
from ...reports.reporting.licensing_pack import Section

#: What the summary may be grouped by -> field of the royalty items.
GROUPS = {
    "partner": "partner_id",
    "contract": "contract_id",
    "property": "property_id",
    "category": "category_id",
    "territory": "country_id",
    "channel": "channel_id",
}


class LicensingPack(models.TransientModel):
    _inherit = "licensing.pack"

    def _get_days(self):
        """First and last day of the quarter."""
        first = fields.Date.to_date(f"{self.year:04}-01-01") + relativedelta(
            months=3 * int(self.quarter) - 3
        )
        return first, first + relativedelta(months=3, days=-1)

    def _get_heading(self):
        """Title and what was chosen, a line each."""
        first, last = self._get_days()
        today = self.company_id._collections_today()
        return [
            self.display_name,
            self.env._(
                "%(company)s, statements of periods that ended from %(first)s to"
                " %(last)s",
                company=self.company_id.name,
                first=format_date(self.env, first),
                last=format_date(self.env, last),
            ),
            self.env._("As it stands on %s", format_date(self.env, today)),
        ]

    def _get_sections(self):
        """The parts that were chosen.

        :return: list of ``Section``
        """
        self.ensure_one()
        # the rules of the company that was chosen, not of all that are ticked
        pack = self.with_context(allowed_company_ids=self.company_id.ids)
        if self.content == "summary":
            return [pack._get_summary()]
        if self.content == "pace":
            return [pack._get_pace()]
        return [
            pack._get_summary(),
            pack._get_pace(),
            pack._get_flags(),
            pack._get_upcoming(),
        ]

    def _get_summary(self):
        royalties, totals = self._read_royalties(), self._read_royalties(total=True)
        rows = [
            (currency, [self._name_key(key[0]), currency.name, *amounts])
            for (currency, *key), amounts in royalties.items()
        ]
        return Section(
            title=self.env._("Royalty summary"),
            columns=self._get_summary_columns(_decimals(key[0] for key in totals)),
            # the largest royalty of a currency first
            rows=sorted(rows, key=lambda row: (row[1][1], -row[1][5], row[1][0])),
            totals={
                currency: totals[currency,]
                for (currency,) in sorted(totals, key=lambda key: key[0].name)
            },
            note=self.env._(
                "Royalties of approved statements, as restated since. Over all periods"
                " they add up to what the licensing ledger says was earned."
            ),
        )

    def _get_summary_columns(self, decimals):
        names = dict(self._fields["group_by"]._description_selection(self.env))
        money = [self.env._("Gross"), self.env._("Net"), self.env._("Royalty")]
        money += [self.env._("A year before"), self.env._("Year to date")]
        return [
            Column(names[self.group_by], width=40),
            Column(self.env._("Currency"), width=9),
            Column(self.env._("Units"), "number", 14, total=True),
            *(Column(name, "money", 16, decimals, total=True) for name in money),
        ]

    def _name_key(self, key):
        return key.display_name if key else self.env._("Not said")

    def _read_royalties(self, total=False):
        """Sums of the quarter, the one a year before and the year to date.

        :return: dict (currency, record the summary is grouped by), only (currency,)
            for the total -> list of units, gross, net, royalty, royalty a year before
            and of the year to date
        """
        first, last = self._get_days()
        year = relativedelta(years=1)
        spans = (
            (first, last, ("units", "gross", "net", "royalty")),
            (first - year, last - year, ("royalty",)),
            (first.replace(month=1), last, ("royalty",)),
        )
        keys = ["currency_id"] if total else ["currency_id", GROUPS[self.group_by]]
        found, place = {}, 0
        for start, end, names in spans:
            for group in self.env["licensing.royalty.item"]._read_group(
                [("date_end", ">=", start), ("date_end", "<=", end)],
                keys,
                [f"{name}:sum" for name in names],
            ):
                amounts = found.setdefault(group[: len(keys)], [0] * 6)
                amounts[place : place + len(names)] = [
                    round(value or 0, 2)
                    if name == "units"
                    else group[0].round(value or 0)
                    for name, value in zip(names, group[len(keys) :], strict=True)
                ]
            place += len(names)
        return found

    def _get_pace(self):
        pools = self.env["licensing.pool.pace"].search(
            [("company_id", "=", self.company_id.id)]
        )
        decimals = _decimals(pools.currency_id)
        money = [
            self.env._("Guarantee"),
            self.env._("Earned"),
            self.env._("Billed"),
            self.env._("Credit left"),
        ]
        ends = [self.env._("Forecast"), self.env._("Expected shortfall")]
        labels = dict(pools._fields["outlook"]._description_selection(self.env))
        return Section(
            title=self.env._("Guarantee pace"),
            columns=[
                Column(self.env._("Pool"), width=30),
                Column(self.env._("Licensee"), width=30),
                Column(self.env._("Currency"), width=9),
                Column(self.env._("Until"), "date", 11),
                *(Column(name, "money", 15, decimals) for name in money),
                Column(self.env._("Earned share"), "percent", 9),
                Column(self.env._("Time gone"), "percent", 9),
                Column(self.env._("Pace"), "factor", 8),
                *(Column(name, "money", 15, decimals) for name in ends),
                Column(self.env._("Outlook"), width=14),
            ],
            rows=[
                (pool.currency_id, self._prepare_pace(pool, labels)) for pool in pools
            ],
            note=self.env._(
                "The pace is the earned share of the guarantee over the share of the"
                " pool's days that approved statements cover. Expected shortfall: what"
                " is likely to be billed at the end, advances counted as billed."
            ),
        )

    def _prepare_pace(self, pool, labels):
        known = pool.outlook != "unknown"
        return [
            pool.commitment_id.display_name,
            pool.partner_id.name,
            pool.currency_id.name,
            pool.date_end,
            *(pool.guarantee, pool.earned, pool.billed, pool.credit),
            pool.earned_share / 100,
            pool.time_share / 100,
            pool.pace if pool.reported_share else None,
            pool.forecast if known else None,
            pool.true_up if known else None,
            labels[pool.outlook],
        ]

    def _get_flags(self):
        first, last = self._get_days()
        flags = self.env["licensing.red.flag"].search(
            [("date_end", ">=", first), ("date_end", "<=", last)],
            order="partner_id, date_end, id",
        )
        labels = dict(flags._fields["kind"]._description_selection(self.env))
        return Section(
            title=self.env._("Red flags"),
            columns=[
                Column(self.env._("Licensee"), width=30),
                Column(self.env._("Contract"), width=30),
                Column(self.env._("Period end"), "date", 11),
                Column(self.env._("What"), width=22),
                Column(self.env._("What was seen"), width=60),
            ],
            rows=[
                (
                    None,
                    [
                        flag.partner_id.name,
                        flag.contract_id.display_name,
                        flag.date_end,
                        labels[flag.kind],
                        flag.sentence,
                    ],
                )
                for flag in flags
            ],
            note=self.env._("A flag is a reason to look, not a proof."),
        )

    def _get_upcoming(self):
        rows = self.env["licensing.upcoming"].search(
            [("company_id", "=", self.company_id.id)]
        )
        labels = dict(rows._fields["kind"]._description_selection(self.env))
        return Section(
            title=self.env._("Coming up"),
            columns=[
                Column(self.env._("What"), width=18),
                Column(self.env._("Date"), "date", 11),
                Column(self.env._("Days left"), "int", 9),
                Column(self.env._("Licensee"), width=30),
                Column(self.env._("Contract"), width=30),
                Column(self.env._("Currency"), width=9),
                Column(self.env._("Amount"), "money", 15, _decimals(rows.currency_id)),
            ],
            rows=[
                (
                    row.currency_id,
                    [
                        labels[row.kind],
                        row.date,
                        row.days_left,
                        row.partner_id.name,
                        row.contract_id.display_name,
                        row.currency_id.name if row.amount else None,
                        row.amount or None,
                    ],
                )
                for row in rows
            ],
            note=self.env._("The next 180 days."),
        )

    def _show(self, value, column, currency):
        """A value as the PDF prints it."""
        if value is None or value is False:
            return ""
        if column.kind == "money":
            return currency.format(value)
        if column.kind == "date":
            return format_date(self.env, value)
        if column.kind == "percent":
            return f"{formatLang(self.env, 100 * value, digits=1)} %"
        if column.kind in ("number", "factor"):
            return formatLang(self.env, value, digits=2)
        return value

    def _get_text_size(self, section):
        """Size in em of a part's table, so that its longest amounts are on the page."""
        rows = [
            [
                longest_word(text) if column.kind == "text" else str(text)
                for column, text in (
                    (column, self._show(value, column, row[0]))
                    for column, value in zip(section.columns, row[1], strict=True)
                )
            ]
            for row in section.rows
        ]
        rows.append([longest_word(column.label) for column in section.columns])
        return fit(rows, LANDSCAPE_ROOM, LANDSCAPE_LARGEST)


def _decimals(currencies):
    return max((currency.decimal_places for currency in currencies), default=2)
