"""Advances, instalments and shortfalls: billed when they are due."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools.misc import format_date

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.isolation import describe, isolate
from ..terms.contract_states import BILLED
from ..terms.licensing_review_mixin import MANAGER
from .licensing_contract import Charge


class LicensingCommitment(models.Model):
    _inherit = "licensing.commitment"

    @api.model
    def _cron_bill(self):
        """Bill what is due, contract by contract; one that fails lets others go on."""
        contracts = self._find_contracts_to_bill()
        for position, contract in enumerate(contracts, start=1):
            isolate(
                self.env,
                contract,
                lambda contract: contract.commitment_ids._bill_due(),
                contract._ask_about_failure,
            )
            remaining = len(contracts) - position
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    @api.model
    def _find_contracts_to_bill(self):
        """Contracts with an instalment due, or a pool that ended."""
        found = self.env["licensing.contract"]
        for company in self.env["res.company"].search([("active", "=", True)]):
            today = company._collections_today()
            mine = [
                ("company_id", "=", company.id),
                ("contract_id.state", "in", BILLED),
                ("is_proposed", "=", False),
            ]
            due = self.search(
                [
                    *mine,
                    "|",
                    "&",
                    ("line_ids.state", "=", "scheduled"),
                    ("line_ids.date", "<=", today),
                    "|",
                    ("date_end", "<", today),
                    "|",
                    ("contract_id.date_end", "<", today),
                    ("contract_id.termination_date", "<", today),
                ]
            )
            found |= (due - self._find_closed(due, today)).contract_id
        return found

    @api.model
    def _find_closed(self, pools, today):
        """Those of some pools with nothing left to bill or to lapse."""
        rows = self.env["licensing.ledger"]._read_group(
            [("commitment_id", "in", pools.ids), ("kind", "in", ("true_up", "lapsed"))],
            ["commitment_id", "kind"],
        )
        done = {(pool.id, kind) for pool, kind in rows}
        scheduled = pools.line_ids.filtered(lambda line: line.state == "scheduled")
        return (pools - scheduled.commitment_id).filtered(
            lambda pool: (pool.id, "true_up") in done
            and (not pool.recoup_until or (pool.id, "lapsed") in done)
        )

    def _bill_due(self):
        """Bill instalments, the shortfall of ended pools, and let old credit lapse."""
        for contract, pools in self.grouped("contract_id").items():
            # invoices speak the licensee's language
            pools = pools.with_context(lang=contract.partner_id.lang or self.env.lang)
            if contract.state not in BILLED:
                continue
            contract._lock_billing()
            terms = contract._get_terms()
            known = {row.id: row for row in terms.commitments}
            today = contract.company_id._collections_today()
            for pool in pools:
                # an amendment that is not applied yet brings no pool
                if commitment := known.get(pool.id):
                    pool._bill_instalments(commitment, today)
                    pool._bill_true_up(commitment, terms)

    # ------------------------------------------------------------------
    # INSTALMENTS
    # ------------------------------------------------------------------

    def _bill_due_instalments(self, day):
        """Bill what is due until a day of one contract's pools."""
        due = self.line_ids.filtered(
            lambda line: line.state == "scheduled" and line.date <= day
        ).commitment_id
        if due:
            lang = due.contract_id.partner_id.lang or self.env.lang
            due = due.with_context(lang=lang)
            terms = due.contract_id._get_terms()
            for commitment in terms.commitments:
                if commitment.id in due.ids:
                    due.browse(commitment.id)._bill_instalments(commitment, day)

    def _preview_balances(self, terms, day):
        """Where each pool of a contract stands once what is due until a day is billed.

        :param terms: ``royalty.Terms`` of the contract
        :return: dict commitment id -> ``royalty.Balance``
        """
        balances = self.env["licensing.ledger"]._get_balances(self.contract_id)
        rows = {row.id: row for row in terms.commitments}
        for pool in self.filtered(lambda pool: pool.id in rows):
            for line in pool._get_due_instalments(day):
                before = balances.get(pool.id, royalty.Balance())
                movement = pool._get_movement(rows[pool.id], line, before)
                balances[pool.id] = before.after(movement)
        return balances

    def _get_due_instalments(self, day):
        """Scheduled lines that are due until a day, in order."""
        due = self.line_ids.filtered(
            lambda line: line.state == "scheduled" and line.date <= day
        )
        return due.sorted(lambda line: (line.date, line.id))

    def _get_movement(self, commitment, line, balance):
        """What billing an instalment moves.

        :rtype: royalty.Movement
        """
        return royalty.bill_instalment(
            commitment,
            line.id,
            balance,
            line.date,
            self._get_pool_end(),
            self.currency_id.decimal_places,
        )

    def _bill_instalments(self, commitment, day):
        """Bill the scheduled lines that are due until a day, in order."""
        for line in self._get_due_instalments(day):
            movement = self._get_movement(commitment, line, self._get_balance())
            name = self.env._(
                "%(kind)s %(pool)s, due %(date)s",
                kind=dict(line._fields["kind"]._description_selection(self.env))[
                    line.kind
                ],
                pool=self.display_name,
                date=format_date(self.env, line.date),
            )
            move = self._book(movement, name, "deferred", instalment_id=line.id)
            line.write({"state": "billed" if move else "settled", "move_id": move.id})

    def _get_balance(self):
        balances = self.env["licensing.ledger"]._get_balances(self.contract_id)
        return balances.get(self.id, royalty.Balance())

    def _book(self, movement, name, kind, **links):
        """A ledger row and its draft invoice."""
        contract = self.contract_id
        charges = [Charge(kind, name, movement.amount)]
        move = contract._create_move(charges, name, movement.day)
        self.env["licensing.ledger"]._add(
            contract, [movement], move_id=move.id, **links
        )
        return move

    # ------------------------------------------------------------------
    # THE END OF A POOL
    # ------------------------------------------------------------------

    def _get_pool_end(self):
        """The last day that counts for the guarantee; ``None`` while it is open."""
        ends = [self.date_end, self.contract_id._get_duration()[1]]
        return min(filter(None, ends))

    def _bill_true_up(self, commitment, terms):
        """Bill the rest of the guarantee once, after every statement of the pool."""
        ended = self._get_pool_end()
        if ended >= self.company_id._collections_today():
            return
        ledger = self.env["licensing.ledger"]
        done = ledger.search_count(
            [("commitment_id", "=", self.id), ("kind", "=", "true_up")], limit=1
        )
        if not done and self._is_reported_until(ended):
            movement = royalty.true_up(
                commitment,
                self._get_balance(),
                ended,
                ended,
                terms.decimals,
            )
            name = self.env._("Guarantee shortfall %s", self.display_name)
            # no income yet: what may not be recouped any more lapses below
            self._book(movement, name, "deferred")
        self._bill_lapse(commitment)

    def _is_reported_until(self, day):
        """Whether the period of a day is over and everything until it was reported."""
        return day < self.company_id._collections_today()

    def _is_recoupment_over(self):
        last = self.recoup_until
        return bool(last) and last < self.company_id._collections_today()

    def _bill_lapse(self, commitment):
        """Credit that may not be recouped any more becomes income."""
        if not self._is_recoupment_over():
            return
        last = min(self.recoup_until, self.contract_id._get_sell_off_last())
        if not self._is_reported_until(last):
            return
        day = self.recoup_until + timedelta(days=1)
        # a rest of 0 is written down, too: nothing is left to be looked after
        movement = royalty.lapse(commitment, self._get_balance(), day) or (
            royalty.Movement(self.id, day, "lapsed", Decimal(0))
        )
        known = [("commitment_id", "=", self.id), ("kind", "=", "lapsed")]
        if not movement.amount and self.env["licensing.ledger"].search(known, limit=1):
            return
        name = self.env._("Unrecouped rest lapsed: %s", self.display_name)
        charges = [
            Charge("royalty", name, movement.amount),
            Charge("deferred", name, -movement.amount),
        ]
        move = self.contract_id._create_move(charges, name, day)
        self.env["licensing.ledger"]._add(self.contract_id, [movement], move_id=move.id)


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    def _get_acting(self):
        """Who looks after each contract: dict contract -> ``res.users``."""
        found = {}
        for company, contracts in self.grouped("company_id").items():
            wanted = {each: each.user_id | each.reviewer_id for each in contracts}
            licensees = {
                each: each.partner_id.commercial_partner_id for each in contracts
            }
            users = self.env["res.users"]
            found |= users._account_admin_choose(
                company, wanted, MANAGER, accounts=licensees
            )
        return found

    def _ask_about_failure(self, _failed, error):
        """What could not be billed, expected or applied is the responsible's matter."""
        self._ask_about_billing(describe(error))

    def _ask_about_billing(self, reason):
        """An activity for the responsible; one while it is open."""
        if self.activity_ids.filtered(lambda act: act.summary == reason):
            return
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=self._get_acting()[self].id,
            summary=reason,
        )


def get_span(pool):
    """The days that count for a pool; the contract may have ended before."""
    first = pool.date_start or pool.contract_id.date_start
    return royalty.Period(first, pool._get_pool_end(), first.year)


def get_guarantee(pool, span, decimals):
    """The guarantee, prorated where the pool ended early (T26)."""
    guarantee = to_decimal(pool.guarantee)
    last = pool._get_agreed_last() or pool.date_end
    if pool.prorates and pool.date_start and last:
        return royalty.prorate(guarantee, pool.date_start, last, span.last, decimals)
    return guarantee
