"""Open items of a day with everything a report sorts them by."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine import aging
from ..accounts.res_partner_owner import owner_sql


class AccountAdminOpenItem(models.AbstractModel):
    _inherit = "account.admin.open.item"

    @api.model
    def _aged_sql(
        self,
        company,
        day,
        limits,
        currency=None,
        without_disputed=False,
        accounts=None,
    ):
        """SQL of one company's aged items: the columns of ``account.admin.aged.item``,
        and ``original`` (in the item's currency) and ``kind``.

        :param tuple limits: bucket limits
        :param currency: ``None`` for the company's, ``"item"`` for each item's own, or
            a ``res.currency`` to convert the booked amounts to at the day's rate
        :param bool without_disputed: leave the disputed part out of the amounts
        :param accounts: ids of commercial partners, all when ``None``
        :raise UserError: naming a currency that has no rate
        """
        own = company.currency_id
        in_item = isinstance(currency, str)
        report = own if in_item or not currency else currency
        full = SQL("residual") if in_item else self._converted_sql(company, report, day)
        decimals = SQL("decimals") if in_item else report.decimal_places
        still_promised = self._promised_sql(company, day)
        return SQL(
            """WITH %(item)s, %(covered)s,
            member AS (%(member)s),
            priced AS (
                SELECT item.*, %(full)s AS full_amount,
                       LEAST(COALESCE(covered.disputed, 0), GREATEST(item.residual, 0))
                           AS disputed,
                       %(promised_amount)s AS promised,
                       currency.decimal_places AS decimals
                  FROM item
                  LEFT JOIN res_currency currency ON currency.id = item.currency_id
                  LEFT JOIN covered ON covered.item_id = item.id
                  %(promised_join)s),
            parted AS (
                SELECT *, %(disputed)s AS disputed_amount,
                       %(promised)s AS promised_amount
                  FROM priced),
            aged AS (
                SELECT *, %(day)s - due AS days,
                       width_bucket(%(day)s - due, %(starts)s::int[]) AS bucket_no,
                       full_amount - %(left_out)s AS amount
                  FROM parted)
            SELECT aged.id, aged.id AS line_id, aged.move_id, move.move_type,
                   COALESCE(NULLIF(move.name, '/'), aged.label) AS name,
                   move.ref AS reference, aged.partner_id,
                   member.national_account_id AS national_account_id,
                   %(owner)s AS user_id,
                   move.invoice_user_id AS salesperson_id, partner.country_id,
                   %(company)s AS company_id, aged.currency_id,
                   %(own)s AS company_currency_id, %(report)s AS report_currency_id,
                   aged.gl_account_id, aged.date, aged.due, aged.days,
                   aged.bucket_no::text AS bucket, aged.residual,
                   aged.residual_company, aged.disputed_amount, aged.promised_amount,
                   aged.amount, aged.original, %(kind)s AS kind,
                   GREATEST(%(day)s, COALESCE(promised_for.day,
                       aged.due + COALESCE(late.days, 0))) AS expected_on,
                   %(buckets)s
              FROM aged
              -- every line has its move: an outer join that nobody reads is not done
              LEFT JOIN account_move move ON move.id = aged.move_id
              LEFT JOIN res_partner partner ON partner.id = aged.partner_id
              LEFT JOIN member ON member.partner_id = aged.partner_id
              LEFT JOIN (%(promised_for)s) promised_for
                     ON promised_for.item_id = aged.id
              LEFT JOIN (%(late)s) late ON late.partner_id = aged.partner_id
                                       AND aged.residual > 0
            """,
            item=self._item_cte(
                company, day, accounts, named=self._named_moves_sql(company)
            ),
            covered=self._covered_sql(company, day),
            owner=owner_sql(),
            # an item is rolled up to its account whoever looks
            member=self.env["national.account"]._members_sql(company, day),
            promised_join=SQL(
                "LEFT JOIN (%s) promised ON promised.item_id = item.id", still_promised
            )
            if still_promised
            else SQL(""),
            promised_amount=SQL(
                "LEAST(COALESCE(promised.amount, 0), GREATEST(item.residual, 0))"
            )
            if still_promised
            else SQL("0"),
            promised_for=self._promised_for_sql(),
            late=self._days_late_sql(company, day),
            kind=self._entry_kind_sql("aged"),
            full=full,
            disputed=self._part_sql("disputed", decimals),
            promised=self._part_sql("promised", decimals),
            left_out=SQL("disputed_amount") if without_disputed else SQL("0"),
            day=day,
            starts=list(aging.bucket_starts(limits)),
            company=company.id,
            own=own.id,
            report=SQL("aged.currency_id") if in_item else report.id,
            buckets=SQL(", ").join(
                SQL(
                    "CASE WHEN bucket_no = %s THEN amount ELSE 0 END AS %s",
                    number,
                    SQL.identifier(f"bucket_{number}"),
                )
                for number in range(aging.MAX_BUCKETS)
            ),
        )

    @api.model
    def _part_sql(self, column, decimals):
        """SQL of a part of an item, given in its currency, in the report's."""
        return SQL(
            """CASE WHEN %(part)s = 0 THEN 0 WHEN %(part)s = residual THEN full_amount
                    ELSE ROUND(full_amount * %(part)s / residual, %(decimals)s) END""",
            part=SQL.identifier(column),
            decimals=decimals,
        )

    @api.model
    def _converted_sql(self, company, currency, day):
        """SQL of an item's booked residual in a currency, at the rate of a day."""
        if currency == company.currency_id:
            return SQL("residual_company")
        self._check_rate(company, currency)
        rate = company.currency_id._get_conversion_rate(
            company.currency_id, currency, company, day
        )
        return SQL(
            "ROUND(residual_company * %s::numeric, %s)",
            repr(rate),
            currency.decimal_places,
        )

    @api.model
    def _check_rate(self, company, currency):
        """:raise UserError: naming the currency that has no rate."""
        missing = self._find_unrated(company, currency)
        if missing:
            raise UserError(
                self.env._(
                    "%(currency)s has no rate for %(company)s: enter one, or take the"
                    " report in the company's currency.",
                    currency=missing[0].name,
                    company=company.display_name,
                )
            )

    @api.model
    def _find_unrated(self, company, currencies):
        """Those of some currencies that Odoo itself finds no rate of for a company.

        Odoo takes the last rate up to a day, else the earliest, else 1. That 1 is right
        for the currency the rates are based on: the company's, or another one where the
        company's own rate says that there is one. Else it is a guess.
        """
        rates = self.env["res.currency.rate"]
        own = company.currency_id
        # sudo: Odoo converts with every rate of the company, whoever looks
        rated = rates.sudo()._read_group(
            [
                ("company_id", "in", (False, company.root_id.id)),
                ("currency_id", "in", (currencies | own).ids),
            ],
            ["currency_id"],
            ["rate:min", "rate:max"],
        )
        known = {currency.id: span for currency, *span in rated}
        if known.get(own.id, [1, 1]) != [1, 1]:
            return currencies.browse()
        return (currencies - own).filtered(lambda currency: currency.id not in known)
