"""Promises to pay against the open items: what is promised is not chased."""

from collections import Counter

from odoo import api, models
from odoo.tools import SQL


class AccountAdminOpenItem(models.AbstractModel):
    _inherit = "account.admin.open.item"

    @api.model
    def _named_promises_sql(self, company, day):
        """SQL of live promises over the items of the invoices they name.

        The columns of :meth:`_claims_sql`. What was received for a promise is off the
        item and off what is still promised, so neither counts twice. Instalments of one
        promise are one claim, of the last of them: they cover its items one after the
        other, not each of them the oldest.
        """
        live = self.env["collections.promise"]._get_live(company, day)
        by_plan = {}
        for key, found in live.items():
            if found["is_named"]:
                by_plan.setdefault(found["plan_id"], []).append((found["date"], key))
        named = {
            max(parts)[1]: sum(live[key]["amount"] for _date, key in parts)
            for parts in by_plan.values()
        }
        return SQL(
            """SELECT 'promise', live.id, item.id, item.currency_id, item.due,
                      item.residual, live.amount
                 FROM unnest(%s::int[], %s::numeric[]) AS live(id, amount)
                 JOIN collections_promise_move_rel rel ON rel.promise_id = live.id
                 JOIN named_item item ON item.move_id = rel.move_id
                                        AND item.residual > 0""",
            list(named),
            list(named.values()),
        )

    @api.model
    def _pledges_sql(self, company, day, heads):
        """SQL of what accounts promised without naming an invoice, per currency."""
        live = self.env["collections.promise"]._get_live(company, day)
        pledges = Counter()
        for found in live.values():
            if not found["is_named"]:
                account = heads.get(found["partner_id"], found["partner_id"])
                pledges[account, found["currency_id"]] += found["amount"]
        return SQL(
            """SELECT * FROM unnest(%s::int[], %s::int[], %s::numeric[])
                          AS pledge(chased_id, currency_id, amount)""",
            [account for account, _currency in pledges],
            [currency for _account, currency in pledges],
            list(pledges.values()),
        )

    @api.model
    def _promised_sql(self, company, day):
        """SQL of what is still promised of each item, as chasing leaves it out.

        Columns ``item_id`` and ``amount`` (in the item's currency). One figure for
        every screen: promises that name no invoice cover the account's oldest items,
        what is disputed or held back is not promised as well, and nobody promises more
        than is owed. ``None`` where nothing is promised: what is not joined costs
        nothing.
        """
        live = self.env["collections.promise"]._get_live(company, day)
        if not live:
            return None
        # sudo: who is chased for whom is the same for every user
        heads = self.env["collections.policy"].sudo()._get_heads(company, day)
        partners = {found["partner_id"] for found in live.values()}
        accounts = {heads.get(partner, partner) for partner in partners}
        heads = {member: head for member, head in heads.items() if head in accounts}
        return SQL(
            """%s SELECT id AS item_id, promised AS amount
                    FROM netted WHERE promised > 0""",
            self._chase_sql(company, day, [*accounts, *heads], heads),
        )

    @api.model
    def _promised_for_sql(self):
        """SQL of the day by which named items are promised: that of the last promise.

        Needs ``spread``, so a promise is live here where it is live for chasing.
        """
        return SQL(
            """SELECT spread.item_id, MAX(promise.date) AS day
                 FROM spread
                 JOIN collections_promise promise ON promise.id = spread.claim_id
                WHERE spread.kind = 'promise'
                GROUP BY spread.item_id"""
        )
