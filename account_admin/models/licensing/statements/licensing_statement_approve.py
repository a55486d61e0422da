"""Approving a statement: its figures freeze, its pools settle, its invoice is made."""

import json
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ....engine import royalty
from ..terms.licensing_review_mixin import check_manager
from .licensing_statement import STATEMENT_OPEN_STATES
from .licensing_statement_read import dump_quotes


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def action_approve(self):
        """Freeze the figures and make the invoice; earlier periods come first."""
        self.check_access("write")
        check_manager(self.env)
        for statement in self.sorted("date_start"):
            # sudo: the check was above, these records are not for writing by hand
            statement.sudo()._approve()
        return True

    def _approve(self):
        """Approve one statement, or refuse with what to mend."""
        self.ensure_one()
        self.contract_id._lock_billing()
        self._check_approvable()
        # what was due within the period is recouped by its royalties
        self.contract_id.commitment_ids._bill_due_instalments(self.date_end)
        terms, reported, result = self._compute_and_write()
        if self.blocking_count:
            raise UserError(
                self.env._(
                    "%(statement)s cannot be approved:\n%(findings)s",
                    statement=self.display_name,
                    findings=self._get_blocking_text(),
                )
            )
        self.write(
            {
                "state": "approved",
                "approved_on": fields.Datetime.now(),
                "approved_by_id": self.env.uid,
            }
        )
        # a period that comes late changes what those after it came to, as a revision
        if self.revises_id or self._get_after():
            self._approve_revision(terms, reported)
        else:
            self._approve_first(terms, reported, result)
        self._seal_report()

    def _seal_report(self):
        """What was reported and said until the approval is kept as it was."""
        here = [("res_id", "=", self.id)]
        messages = self.env["mail.message"].search([("model", "=", self._name), *here])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), *here]
        )
        self.env["account.admin.evidence"]._seal(
            [(self, thing, None) for things in (messages, files) for thing in things]
        )

    def _check_approvable(self):
        if self.state not in STATEMENT_OPEN_STATES or self.state == "expected":
            raise UserError(
                self.env._(
                    "%s is not there to be approved: only a report that came in is.",
                    self.display_name,
                )
            )
        if self.contract_id.state in ("draft", "review"):
            raise UserError(
                self.env._(
                    "The contract of %s is not approved yet: approve it first.",
                    self.display_name,
                )
            )
        earlier = self.search(
            [
                ("contract_id", "=", self.contract_id.id),
                ("date_start", "<", self.date_start),
                ("state", "in", STATEMENT_OPEN_STATES),
                ("revises_id", "=", False),
            ],
            order="date_start",
            limit=1,
        )
        if earlier:
            raise UserError(
                self.env._(
                    "%(statement)s comes after %(earlier)s, which is not approved yet:"
                    " tiers and advances count in the order of the periods.",
                    statement=self.display_name,
                    earlier=earlier.display_name,
                )
            )

    def _approve_first(self, terms, reported, result):
        """Settle what a statement earned, and bill it."""
        ledger = self.env["licensing.ledger"]
        settlement = royalty.settle(
            terms,
            result.earnings,
            ledger._get_balances(self.contract_id),
            self.date_end,
            self.id,
        )
        self._keep_snapshot(result, reported.quotes, self)
        said = self._in_licensee_language()
        charges = said._charge_royalty(result)
        charges += said._charge_settlement(settlement)
        charges += said._charge_fees(result.fees)
        self._bill(settlement, result.fees, charges)

    def _keep_snapshot(self, result, quotes, statement=None, amendment=None):
        """Write down what later statements build on.

        :param quotes: the rates of exchange it was computed with
        :param statement: the one whose approval caused it, or the ``amendment``
        """
        self.env["licensing.statement.snapshot"].create(
            {
                "statement_id": self.id,
                "cause_id": statement.id if statement else False,
                "amendment_id": amendment.id if amendment else False,
                "contract_id": self.contract_id.id,
                "company_id": self.company_id.id,
                "known_at": fields.Datetime.now(),
                "royalty": float(result.royalty),
                "net": float(
                    royalty.round_money(result.net, self.currency_id.decimal_places)
                ),
                "sums": royalty.dump_sums(result.sums),
                "fees": dump_fees(result.fees),
                "quotas": dump_quotas(result.quotas),
                "quotes": dump_quotes(quotes),
            }
        )

    def _bill(self, settlement, fees, charges, moved=()):
        """Ledger rows and the draft invoice of a settlement.

        :param moved: movements from one pool to another, before it
        """
        contract, ledger = self.contract_id, self.env["licensing.ledger"]
        ref = self._in_licensee_language().name
        move = contract._create_move(charges, ref, self.date_end)
        links = {"statement_id": self.id, "move_id": move.id}
        ledger._add(contract, (*moved, *settlement.movements), **links)
        ledger._add_fees(contract, fees, self.date_end, **links)
        self.write(
            {
                "state": "invoiced",
                "move_id": move.id,
                "recouped": float(settlement.recouped),
                "payable": float(settlement.payable),
            }
        )
        if not move:
            self.message_post(body=self.env._("Nothing to invoice."))


def dump_fees(fees):
    """Fees as text, exact: what :func:`load_fees` reads."""
    return json.dumps([[fee.fee, str(fee.base), str(fee.amount)] for fee in fees])


def load_fees(text):
    """Fees that a computation kept.

    :return: tuple of ``royalty.FeeAmount``
    """
    return tuple(
        royalty.FeeAmount(fee, Decimal(base), Decimal(amount))
        for fee, base, amount in json.loads(text)
    )


def dump_quotas(quotas):
    """What a statement adds to quotas as text, exact: see :func:`load_quotas`."""
    return json.dumps(
        [[row.quota, str(row.units), str(row.gross), str(row.net)] for row in quotas]
    )


def load_quotas(text):
    """What a computation kept of quotas.

    :return: tuple of ``royalty.QuotaSum``
    """
    return tuple(
        royalty.QuotaSum(quota, *map(Decimal, amounts))
        for quota, *amounts in json.loads(text)
    )
