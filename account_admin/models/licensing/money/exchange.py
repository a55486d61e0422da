"""Rates of exchange of a period, as the engine wants them."""

from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from odoo.tools import SQL

from ....engine import royalty

#: Digits of a rate: what a float of Odoo's holds, without its noise.
DIGITS = Decimal("1e-10")


def read_quotes(env, company, currency, others, first, last):
    """What a unit of other currencies is worth in one, on each day that it changes.

    Before its first rate a currency has that one, as in Odoo's own conversion; one
    that Odoo finds no rate of is missing.

    :param currency: the contract's ``res.currency``
    :param others: ``res.currency`` that sales are in
    :param first: first day that matters, ``last`` the last one
    :return: tuple of ``royalty.Quote``
    """
    others -= currency
    if not others:
        return ()
    known = _read_rates(env, company, others | currency, first, last)
    items = env["account.admin.open.item"]
    unrated = items._find_unrated(company, others | currency)
    quotes = []
    for other in others if currency not in unrated else ():
        changes = {
            day
            for found in (other, currency)
            for day, _rate in known.get(found.id, ())
            if day <= last
        }
        for day in sorted({first, *changes}) if other not in unrated else ():
            base, rate = (_rate_on(known, c, day) for c in (currency, other))
            if base and rate:
                value = (base / rate).quantize(DIGITS, ROUND_HALF_EVEN)
                quotes.append(royalty.Quote(other.id, max(day, first), value))
    # of several days before the period the last one holds on its first day
    return tuple({(quote.currency, quote.day): quote for quote in quotes}.values())


def average(quotes, first, last):
    """The mean of each day's rate over a period.

    :return: tuple of (currency id, rate); a currency unknown on some day is left out
    """
    days = (last - first).days + 1
    found = []
    for currency in sorted({quote.currency for quote in quotes}):
        mine = sorted(
            (quote for quote in quotes if quote.currency == currency),
            key=lambda quote: quote.day,
        )
        if mine[0].day > first:
            continue
        ends = [*(quote.day for quote in mine[1:]), last + timedelta(days=1)]
        total = sum(
            quote.rate * (end - quote.day).days
            for quote, end in zip(mine, ends, strict=True)
        )
        found.append((currency, (total / days).quantize(DIGITS, ROUND_HALF_EVEN)))
    return tuple(found)


def _read_rates(env, company, currencies, first, last):
    """Rates of each currency: the last before the period, those within, the first.

    :return: dict currency id -> list of (day, Decimal), oldest first
    """
    env["res.currency.rate"].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT ON (currency_id, GREATEST(name, %(first)s))
                      currency_id, name, rate::text
                 FROM res_currency_rate
                WHERE currency_id = ANY(%(ids)s)
                  AND (company_id IS NULL OR company_id = %(company)s)
                  AND (name <= %(last)s OR NOT EXISTS (
                      SELECT FROM res_currency_rate other
                       WHERE other.currency_id = res_currency_rate.currency_id
                         AND other.name < res_currency_rate.name
                         AND (other.company_id IS NULL
                              OR other.company_id = %(company)s)))
                ORDER BY currency_id, GREATEST(name, %(first)s), name DESC,
                         company_id NULLS LAST""",
            ids=currencies.ids,
            first=first,
            last=last,
            company=company.root_id.id,
        )
    )
    found = {}
    for currency, day, rate in rows:
        found.setdefault(currency, []).append((day, Decimal(rate)))
    return found


def _rate_on(known, currency, day):
    """A currency's rate on a day: the last one, else the first, else it is the base."""
    rates = known.get(currency.id, ())
    until = [rate for found, rate in rates if found <= day]
    return (until or [rate for _day, rate in rates[:1]] or [Decimal(1)])[-1]
