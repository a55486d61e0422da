from functools import partial

from odoo import api, fields, models
from odoo.tools import format_date

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.isolation import isolate
from ...ledger.payment_states import get_paid_domain
from .licensing_contract import Charge


class LicensingInterest(models.Model):
    """Interest on a royalty invoice that was paid late; a draft bills it."""

    _name = "licensing.interest"
    _description = "Late Interest"
    _inherit = ["licensing.money.mixin"]
    _order = "id desc"
    _rec_name = "late_move_id"

    late_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Late Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        help="The royalty invoice that was paid late.",
    )
    amount = fields.Monetary(
        readonly=True, help="For the days late, in the contract's currency."
    )
    explanation = fields.Text(readonly=True, help="Each payment with its days late.")
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Interest Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The draft that bills it.",
    )

    _late_uniq = models.Constraint(
        "UNIQUE (late_move_id)", "Interest on this invoice was computed already."
    )

    @api.model
    def _cron_charge(self):
        """Draft the interest of each royalty invoice that was paid late."""
        moves = self._find_paid_late()
        for position, (contract, move) in enumerate(moves, start=1):
            isolate(
                self.env,
                contract,
                partial(self._charge, move=move),
                contract._ask_about_failure,
            )
            remaining = len(moves) - position
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    @api.model
    def _find_paid_late(self):
        """Paid invoices of contracts with interest that none was computed for.

        :return: list of (contract, invoice)
        """
        changed = self.env["licensing.term.change"].search(
            [("term", "=", "interest"), ("amendment_id.state", "=", "applied")]
        )
        rows = self.env["licensing.ledger"]._read_group(
            [
                "|",
                ("contract_id.interest", ">", 0),
                ("contract_id", "in", changed.contract_id.ids),
                ("kind", "!=", "interest"),
                ("move_id.move_type", "=", "out_invoice"),
                *get_paid_domain("move_id"),
            ],
            ["contract_id", "move_id"],
        )
        done = self._read_group([], ["late_move_id"])
        done = {move.id for (move,) in done}
        return [(contract, move) for contract, move in rows if move.id not in done]

    @api.model
    def _charge(self, contract, move):
        """Compute and bill the interest of one invoice that is paid.

        :return: the new ``licensing.interest``; its amount is 0 for one paid in time
        """
        found = contract._compute_interest(move)
        row = self.create(
            {
                "contract_id": contract.id,
                "late_move_id": move.id,
                "amount": float(found.amount),
                "explanation": "\n".join(map(self._explain, found.parts)),
            }
        )
        if found.amount:
            contract = contract.with_context(lang=move.partner_id.lang or self.env.lang)
            name = contract.env._("Late interest on %s", move.name)
            day = contract.company_id._collections_today()
            charges = [Charge("interest", name, found.amount)]
            row.move_id = contract._create_move(charges, name, day)
            self.env["licensing.ledger"].create(
                {
                    **self.env["licensing.ledger"]._prepare(contract),
                    "date": day,
                    "kind": "interest",
                    "amount": float(found.amount),
                    "move_id": row.move_id.id,
                    "note": move.name,
                }
            )
        return row

    @api.model
    def _explain(self, part):
        """The sentence about one payment.

        :param part: ``royalty.InterestPart``
        """
        values = {
            "principal": part.principal,
            "day": format_date(self.env, part.day),
            "days": part.days,
            "interest": round(part.exact, 6),
        }
        if not part.slices:
            return self.env._("%(principal)s paid on %(day)s, in time", **values)
        if len(part.slices) == 1:
            [found] = part.slices
            return self.env._(
                "%(principal)s paid on %(day)s, %(days)s days late, at %(rate)s %% a"
                " year: %(interest)s",
                rate=f"{found.rate.normalize():f}",
                **values,
            )
        return self.env._(
            "%(principal)s paid on %(day)s, %(days)s days late, %(slices)s:"
            " %(interest)s",
            slices=", ".join(
                self.env._(
                    "%(days)s at %(rate)s %% a year",
                    days=found.days,
                    rate=f"{found.rate.normalize():f}",
                )
                for found in part.slices
            ),
            **values,
        )


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    def _compute_interest(self, move, until=None):
        """Interest on an invoice until a day, by the contract's rates of each day.

        :param date until: an unpaid rest has interest until then; today by default
        :rtype: royalty.Interest
        """
        lines = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        # tax that was lawfully withheld is not late: its certificate is no payment
        certificates = self.env["licensing.certificate"].search(
            [("move_id", "=", move.id)]
        )
        parts = lines.matched_credit_ids.filtered(
            lambda part: part.credit_move_id.move_id not in certificates.entry_id
        )
        payments = [
            (part.credit_move_id.date, to_decimal(part.debit_amount_currency))
            for part in parts
        ]
        principal = sum(map(to_decimal, lines.mapped("amount_currency")))
        principal -= sum(map(to_decimal, certificates.mapped("tax")))
        return royalty.late_interest(
            principal,
            move.invoice_date_due,
            payments,
            until or self.company_id._collections_today(),
            self._get_interest_rates(),
            int(self.day_count),
            self.currency_id.decimal_places,
        )
