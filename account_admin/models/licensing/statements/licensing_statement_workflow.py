"""Approving a statement: its figures freeze, its pools settle, its invoice is made."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ....engine import royalty
from ....engine.money import ZERO
from ..money.licensing_contract import Charge
from ..terms.contract_states import OPEN
from ..terms.licensing_review_mixin import check_manager
from .licensing_statement import STATEMENT_FINAL_STATES, STATEMENT_OPEN_STATES


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def action_approve(self):
        """Freeze the figures and make the invoice; earlier periods come first."""
        self.check_access("write")
        check_manager(self.env)
        for statement in self.sorted("date_start"):
            # sudo: nobody may write ledger rows and snapshots, few may make invoices
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
        if self.contract_id.state in OPEN:
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
                "fees": royalty.dump_fees(result.fees),
                "quotas": royalty.dump_quotas(result.quotas),
                "quotes": royalty.dump_quotes(quotes),
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

    # ------------------------------------------------------------------
    # CHARGES
    # ------------------------------------------------------------------

    def _in_licensee_language(self):
        """The statement, to write what its licensee reads."""
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _show_period(self):
        first, last = (
            format_date(self.env, day) for day in (self.date_start, self.date_end)
        )
        return f"{first} – {last}"

    def _charge_royalty(self, result):
        """The royalty, a line for each rate.

        :param result: ``royalty.Result``
        :return: list of ``Charge``
        """
        rates = self.env["licensing.rate"].browse(
            bucket.rate.id for bucket in result.buckets
        )
        names = {rate.id: rate.display_name for rate in rates}
        return [
            Charge(
                "royalty",
                self.env._(
                    "Royalty %(period)s, %(rate)s on %(base)s",
                    period=self._show_period(),
                    rate=names[bucket.rate.id],
                    base=self._show_base(bucket),
                ),
                bucket.royalty,
            )
            for bucket in result.buckets
        ]

    def _show_base(self, bucket):
        if bucket.rate.basis == "unit":
            return self.env._("%s units", f"{float(bucket.base):,.0f}")
        return formatLang(self.env, float(bucket.base), currency_obj=self.currency_id)

    def _charge_settlement(self, settlement):
        """What pools change about the royalty: recouped, carried, floored, grossed up.

        :param settlement: ``royalty.Settlement``
        :return: list of ``Charge``
        """
        pools = self.env["licensing.commitment"].browse(
            row.commitment for row in settlement.movements if row.commitment
        )
        pools = {pool.id: pool for pool in pools}
        amounts = {}
        for row in settlement.movements:
            key = (row.kind, row.commitment)
            amounts[key] = amounts.get(key, ZERO) + row.amount
        charges = []
        for (kind, commitment), amount in amounts.items():
            pool = pools.get(commitment, self.env["licensing.commitment"])
            name = pool.display_name or self.env._("no pool")
            if kind == "recouped":
                text = self.env._("Recouped from what was paid ahead: %s", name)
                taxes = self.contract_id._get_advance_taxes(pool)
                charges.append(Charge("deferred", text, -amount, taxes))
            elif kind == "reopened":
                text = self.env._("Carried forward: %s", name)
                taxes = self.contract_id._get_advance_taxes(pool)
                charges.append(Charge("deferred", text, amount, taxes))
            elif kind == "floored":
                text = self.env._("Negative royalty counts as zero: %s", name)
                charges.append(Charge("royalty", text, amount))
        return charges

    def _charge_fees(self, fees):
        """Fees, each on its own line.

        :param fees: iterable of ``royalty.FeeAmount``
        :return: list of ``Charge``
        """
        rows = self.env["licensing.fee"].browse(fee.fee for fee in fees)
        names = {row.id: row.display_name for row in rows}
        return [
            Charge(
                "fund",
                self.env._(
                    "%(fee)s on %(base)s",
                    fee=names[fee.fee],
                    base=formatLang(
                        self.env, float(fee.base), currency_obj=self.currency_id
                    ),
                ),
                fee.amount,
            )
            for fee in fees
        ]

    # ------------------------------------------------------------------
    # REVISION
    # ------------------------------------------------------------------

    def action_revise(self):
        """Make a revision with the same lines, to be corrected and approved."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in STATEMENT_FINAL_STATES:
            raise UserError(
                self.env._(
                    "%s is not approved yet: correct its lines.", self.display_name
                )
            )
        revision = self._create_revision()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": revision.id,
            "view_mode": "form",
        }

    def _create_revision(self):
        pending = self.search(
            [("revises_id", "=", self.id), ("state", "!=", "superseded")], limit=1
        )
        if pending:
            return pending
        skipped = ("id", "statement_id", "display_name")
        names = [
            name
            for name, field in self.env["licensing.statement.line"]._fields.items()
            if field.store and not field.readonly and name not in skipped
        ]
        lines = self.line_ids.read(names, load=None)
        for values in lines:
            del values["id"]
        return self._create_kept(
            [
                {
                    "contract_id": self.contract_id.id,
                    "date_start": self.date_start,
                    "date_end": self.date_end,
                    "date_due": self.date_due,
                    "no_sales": self.no_sales,
                    "origin_id": self.origin_id.id,
                    "revises_id": self.id,
                    "revision": self.revision + 1,
                    "state": "in_review",
                    "line_ids": [Command.create(values) for values in lines],
                }
            ]
        )

    def _approve_revision(self, terms, reported):
        """Recompute the chain from here on and bill what changed."""
        self.revises_id.state = "superseded"
        after = self._get_after()
        chain = [reported, *(statement._read_statement() for statement in after)]
        restated = self._restate(terms, self | after, chain, {self.origin_id.id})
        self._keep_restated(self | after, chain, restated, statement=self)
        settlement, charges, moved = self._settle_restated(terms, restated)
        self._bill(settlement, restated.fees, charges, moved)

    @api.model
    def _restate(self, terms, statements, chain, revised):
        """What a chain of approved statements comes to by terms that changed.

        :param statements: in order, the last of the contract included
        :param chain: the same as the engine reads them
        :param revised: engine ids of those whose lines changed
        :rtype: royalty.Restatement
        """
        first = statements[:1]
        snapshots = self._get_snapshots(first.contract_id)
        before = first._get_before(snapshots)
        others = snapshots - before
        return royalty.restate(
            terms,
            chain,
            others._load_sums(),
            [fee for found in others for fee in royalty.load_fees(found.fees)],
            revised,
            before._load_sums(),
        )

    @api.model
    def _keep_restated(self, statements, chain, restated, **cause):
        """Keep the new computation of each statement whose figures changed."""
        for statement, reported, result in zip(
            statements, chain, restated.results, strict=True
        ):
            statement._keep_snapshot(result, reported.quotes, **cause)

    def _settle_restated(self, terms, restated):
        """The settlement of a restatement's differences, and the lines that bill them.

        :return: (``royalty.Settlement``, list of ``Charge``, tuple of
            ``royalty.Movement`` from one pool to another, before the settlement)
        """
        ledger, contract = self.env["licensing.ledger"], self.contract_id
        moved, rest = royalty.transfer(
            restated.earnings, ledger._get_cash(contract), self.date_end, self.id
        )
        known = ledger._get_balances(contract)
        for movement in moved:
            pool = movement.commitment
            known[pool] = known.get(pool, royalty.Balance()).after(movement)
        settlement = royalty.settle(terms, rest, known, self.date_end, self.id)
        said = self._in_licensee_language()
        charges = said._charge_differences(restated)
        charges += said._charge_settlement(settlement)
        return settlement, charges + said._charge_fees(restated.fees), moved

    def _charge_differences(self, restated):
        """A line for each statement whose royalty changed.

        :return: list of ``Charge``
        """
        origins = self.browse(found.statement for found in restated.differences)
        names = {origin.id: origin._show_period() for origin in origins}

        def show(amount):
            return formatLang(self.env, float(amount), currency_obj=self.currency_id)

        return [
            Charge(
                "royalty",
                self.env._(
                    "Restated royalty %(period)s: %(before)s becomes %(after)s",
                    period=names[found.statement],
                    before=show(found.before),
                    after=show(found.after),
                ),
                found.amount,
            )
            for found in restated.differences
        ]

    # ------------------------------------------------------------------
    # WHAT THE LICENSEE SEES
    # ------------------------------------------------------------------

    @api.model
    def _get_licensee_states(self):
        review = (self.env._("In review"), "info")
        approved = (self.env._("Approved"), "success")
        return {
            "expected": (self.env._("To report"), "warning"),
            "submitted": review,
            "in_review": review,
            "queried": (self.env._("Question for you"), "danger"),
            "approved": approved,
            "invoiced": approved,
            "superseded": (self.env._("Replaced"), "light"),
        }

    def _show_state(self):
        """(label, colour) of one statement, late ones by that name."""
        if self.is_late:
            return self.env._("Late"), "danger"
        return super()._show_state()

    def _get_licensee_url(self):
        """Address of the page, empty where nobody of the licensee has a login."""
        self.ensure_one()
        if self.partner_id.id not in self.partner_id._collections_get_portal_readers():
            return ""
        return f"{self.get_base_url()}/my/royalties/{self.id}"

    def _get_open_questions(self):
        """Questions that wait for the licensee, the oldest first."""
        if self.state != "queried":
            return self.env["licensing.question"]
        return self._get_unanswered().sorted("id")

    def _get_later(self):
        """The version that took the place of this one."""
        return self.search([("revises_id", "=", self.id)], limit=1)

    def _get_licensee_pools(self):
        """Guarantees and advances of its days, as ``_get_licensee_pools`` of contracts.

        :return: list of dict
        """
        return [
            row
            for row in self.contract_id._get_licensee_pools()
            if row["first"] <= self.date_end and row["last"] >= self.date_start
        ]

    def _get_licensee_step(self, report):
        """What the licensee has to do next, in one sentence.

        :param report: as from :meth:`_get_licensee_file`
        """
        self.ensure_one()
        if report:
            return report._get_licensee_step()
        steps = {
            "expected": self._get_expected_step,
            "queried": lambda: self.env._(
                "We have a question: answer it below, or send a corrected report."
            ),
            "approved": self.move_id._get_licensee_step,
            "invoiced": self.move_id._get_licensee_step,
            "superseded": lambda: self.env._("A later version took its place."),
        }
        if self.state in steps:
            return steps[self.state]()
        return self.env._("Your report is with us: there is nothing to do for now.")

    def _get_expected_step(self):
        start, end, due = (
            day and format_date(self.env, day)
            for day in (self.date_start, self.date_end, self.date_due)
        )
        if self.is_late:
            return self.env._("Your report was due on %s: please send it now.", due)
        if not due:
            return self.env._(
                "Report what you sold from %(start)s to %(end)s.", start=start, end=end
            )
        return self.env._(
            "Report what you sold from %(start)s to %(end)s by %(due)s.",
            start=start,
            end=end,
            due=due,
        )
