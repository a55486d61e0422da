"""What uses a limit: read once for many accounts, converted once."""

from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ...engine import credit
from ...engine.money import ZERO, to_decimal


class CollectionsLimit(models.Model):
    _inherit = "collections.limit"

    def _measure(self, units, before=None, is_strict=False):
        """Limits with what uses them today.

        :param units: set of (limit id, account): ``None`` for whoever the limit is for,
            the id of a commercial partner for a limit of every other account
        :param int before: see :meth:`account.admin.open.item._get_exposure`
        :param bool is_strict: refuse a currency without a rate; else it counts one to
            one, as Odoo has it
        :return: dict unit -> :class:`~..engine.credit.Limit` with the unit as its key
        """
        # sudo: a limit is used by what every company and colleague sells
        self = self.sudo()
        limits = {limit.id: limit for limit in self}
        every = self.company_id
        if any(not limit.company_id for limit in self):
            every = self.env["res.company"].search([("active", "=", True)])
        used, rates = dict.fromkeys(units, ZERO), {}
        for company in every:
            mine = {
                unit
                for unit in units
                if limits[unit[0]].company_id in (company, every.browse())
            }
            for unit, amounts in self._read_use(company, mine, before).items():
                currency = limits[unit[0]].currency_id
                used[unit] += sum(
                    self._convert(amount, source, currency, company, rates, is_strict)
                    for source, amount in amounts
                )
        extras = self._get_extras()
        return {
            unit: credit.Limit(
                unit,
                limits[unit[0]]._get_amount(),
                used[unit],
                extras.get(unit[0], ZERO),
            )
            for unit in units
        }

    def _read_use(self, company, units, before):
        """What uses limits in one company.

        :return: dict unit -> list of (currency id, ``Decimal``)
        """
        accounts = self._get_accounts(company, units)
        every = set().union(*accounts.values())
        if not every:
            return {}
        items = self.env["account.admin.open.item"]
        parts = (
            items._get_exposure(company, every, before),
            self._get_orders_exposure(company, every, before),
        )
        return {
            unit: [
                pair
                for part in parts
                for account in mine
                for pair in part.get(account, {}).items()
            ]
            for unit, mine in accounts.items()
        }

    def _get_accounts(self, company, units):
        """Ids of the commercial partners that each limit is about in a company."""
        accounts, nationals = {}, {}
        for limit, account in units:
            limit_record = self.browse(limit)
            national = limit_record.national_account_id
            if national:
                nationals.setdefault(national.id, []).append((limit, account))
                accounts[limit, account] = set()
            else:
                accounts[limit, account] = {account or limit_record.partner_id.id}
        if nationals:
            Account = self.env["national.account"]
            members = Account.browse(nationals)._get_members(
                company, company._collections_today()
            )
            for national, partners in members.items():
                for unit in nationals[national]:
                    accounts[unit].update(partners)
        return accounts

    @api.model
    def _get_concerned(self, company):
        """Ids of the accounts that a limit with a hold may be about."""
        limits = self.search(
            [("sets_hold", "=", True), ("company_id", "in", [False, company.id])]
        )
        if not all(one.partner_id or one.national_account_id for one in limits):
            return self.env["account.admin.open.item"]._get_exposed(company)
        accounts = limits._get_accounts(company, {(one.id, None) for one in limits})
        return list(set().union(*accounts.values()))

    @api.model
    def _get_orders_exposure(self, company, partner_ids, before=None):
        """What was ordered and is neither invoiced nor in a draft; a hook of sales.

        :param int before: drafts from this id on are not counted as drafts
        :return: dict partner id -> dict currency id -> ``Decimal``
        """
        return {}

    @api.model
    def _add_to_states(self, company, states, more, is_strict=False):
        """Count what is about to be added to the limits of accounts.

        :param dict states: of :meth:`_get_states`; changed in place
        :param dict more: partner id -> list of (amount, ``res.currency``)
        """
        rates = {}
        added = {}
        for partner, amounts in more.items():
            for state in states.get(partner, ()):
                currency = self.browse(state.key[0]).currency_id
                added[state.key] = added.get(state.key, ZERO) + sum(
                    self._convert(
                        to_decimal(amount),
                        source.id,
                        currency,
                        company,
                        rates,
                        is_strict,
                    )
                    for amount, source in amounts
                )
        for partner, mine in states.items():
            states[partner] = [
                replace(state, used=state.used + added.get(state.key, ZERO))
                for state in mine
            ]

    @api.model
    def _convert(self, amount, source, currency, company, rates, is_strict):
        """An amount in a limit's currency, at the company's rate of today.

        :param int source: id of the amount's currency
        :param dict rates: those that were looked up before
        :raise UserError: if ``is_strict``, naming a currency that has no rate
        """
        if source == currency.id:
            return amount
        key = source, currency.id, company.id
        if key not in rates:
            if is_strict:
                both = (currency.browse(source) | currency) - company.currency_id
                self.env["account.admin.open.item"]._check_rate(company, both)
            rates[key] = currency._get_conversion_rate(
                currency.browse(source),
                currency,
                company,
                company._collections_today(),
            )
        return to_decimal(currency.round(float(amount) * rates[key]))

    def _get_extras(self):
        """What overrides add to these limits today: dict limit id -> ``Decimal``."""
        self.env["collections.limit.override"].flush_model()
        extras = {}
        for company, limits in self.grouped("company_id").items():
            day = (company or self.env.company)._collections_today()
            rows = self.env.execute_query(
                SQL(
                    """SELECT limit_id, SUM(amount)::text
                         FROM collections_limit_override
                        WHERE limit_id = ANY(%s) AND move_name IS NULL
                          AND %s BETWEEN date_start AND date_end GROUP BY limit_id""",
                    limits.ids,
                    day,
                )
            )
            extras |= {limit: to_decimal(amount) for limit, amount in rows}
        return extras

    @api.model
    def _take_turns(self, keys):
        """Let whoever adds to the same limits at once go one after the other.

        Waiting alone is not enough: who waited still sees the books as they were.
        The counter that both raise makes PostgreSQL refuse the second, and Odoo starts
        it anew, with the first one's invoice in the books.

        :param keys: keys of :class:`~..engine.credit.Limit`
        """
        self._raise_counters(f"{limit}:{account or ''}" for limit, account in keys)

    @api.model
    def _raise_counters(self, names):
        """Have PostgreSQL refuse whoever raises one of these at the same time."""
        names = sorted(names)
        if names:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO collections_limit_turn AS turn (name, number)
                       SELECT unnest(%s), 1
                           ON CONFLICT (name) DO UPDATE SET number = turn.number + 1""",
                    names,
                )
            )
