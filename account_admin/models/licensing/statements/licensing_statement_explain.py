"""Explain a number: from a figure back to the rows of the contract and the report."""

from decimal import Decimal
from fractions import Fraction

from odoo import models
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ....engine import royalty


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def action_explain(self):
        """How the royalty of the statement came about, rate by rate, pool by pool."""
        self.ensure_one()
        self.check_access("read")
        return self._open_explanation(self.display_name, self._explain())

    def _open_explanation(self, title, sections):
        html = self.env["ir.qweb"]._render(
            "account_admin.licensing_explanation", {"sections": sections}
        )
        explanation = self.env["licensing.explanation"].create(
            {"name": title, "html": html}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain: %s", title),
            "res_model": "licensing.explanation",
            "res_id": explanation.id,
            "view_mode": "form",
            "target": "new",
        }

    def _repeat(self):
        """The computation of the statement as it was approved, or as it is now.

        :return: as from ``_compute_result``
        """
        # sudo: the statement may be read, and its figures come from all it builds on
        return self.sudo()._compute_result(
            self.env["licensing.statement.snapshot"]
            .sudo()
            .search([("statement_id", "=", self.id)], order="id", limit=1)
        )

    def _explain(self):
        """Sections of the whole statement.

        :return: list of {"title", "rows": list of (label, value, strong)}
        """
        _terms, _reported, result = self._repeat()
        sections = [self._explain_bucket(bucket) for bucket in result.buckets]
        total = [
            (
                self._name_of("licensing.rate", bucket.rate.id),
                (bucket.royalty, self.currency_id),
                False,
            )
            for bucket in result.buckets
        ]
        whole = (result.royalty, self.currency_id)
        total.append((self.env._("Royalty of the statement"), whole, True))
        sections.append(self._section(self.env._("Royalty"), total))
        if result.fees:
            sections.append(self._explain_fees(result.fees))
        return sections + self._explain_ledger() + self._explain_preview()

    def _explain_line(self, line):
        """Sections of one line; a bundle's parts one after the other."""
        _terms, reported, result = self._repeat()
        sections = []
        for place, found in enumerate(reported.lines):
            if found.id == line.id:
                trace = royalty.explain(result, place, reported.lines)
                sections.append(self._explain_reported(line, trace))
                if trace.bucket:
                    sections.append(self._explain_bucket(trace.bucket))
                sections.append(self._explain_share(trace))
        return sections

    # ------------------------------------------------------------------
    # SECTIONS
    # ------------------------------------------------------------------

    def _explain_reported(self, line, trace):
        """What was reported, the rows that apply, and the net (R1, R2, R10)."""
        group, found = trace.group, trace.line
        choice = group.choice
        money = line.currency_id
        rows = [
            (self.env._("Row of the file"), str(found.row or ""), False),
            (self.env._("Sale date"), format_date(self.env, found.day), False),
            (self.env._("Gross"), (found.gross, money), False),
        ]
        labels = {
            "returns": self.env._("Returns"),
            "allowances": self.env._("Allowances"),
            "other": self.env._("Other deductions"),
        }
        rows += [
            (labels[kind], (-getattr(found, kind), money), False)
            for kind in royalty.KINDS
            if getattr(found, kind)
        ]
        grant = self._name_of("licensing.grant", choice.grant and choice.grant.id)
        rows.append((self.env._("Granted by"), grant or self.env._("nothing"), False))
        rows += self._show_amendment(choice.grant)
        if choice.sell_off:
            rows.append(
                (self.env._("Sold in the sell-off period"), self.env._("yes"), False)
            )
        pool = self._name_of("licensing.commitment", choice.pool and choice.pool.id)
        rows.append((self.env._("Pool"), pool or self.env._("none"), False))
        if group.quote is None:
            rows.append((self.env._("Rate of exchange"), self.env._("unknown"), True))
        elif group.quote.rate != 1:
            day = format_date(self.env, group.quote.day)
            rows.append(
                (self.env._("Rate of exchange of %s", day), group.quote.rate, False)
            )
        rows += [
            (
                self.env._(
                    "%(kind)s allowed of %(claimed)s",
                    kind=labels[step.kind],
                    claimed=(self._show((step.claimed, self.currency_id))),
                ),
                (step.allowed, self.currency_id),
                False,
            )
            for step in trace.deductions
        ]
        rows.append((self.env._("Net"), (trace.royalty.net, self.currency_id), True))
        return self._section(line.display_name, rows)

    def _explain_share(self, trace):
        """The line's part of what its rate came to, and its rounding (R15)."""
        money = self.currency_id
        return self._section(
            self.env._("This line"),
            [
                (self.env._("Exact"), trace.royalty.exact, False),
                (
                    self.env._("Rounding, so that the lines add up to their rate"),
                    trace.rounding,
                    False,
                ),
                (
                    self.env._("Royalty of the line"),
                    (trace.royalty.royalty, money),
                    True,
                ),
            ],
        )

    def _explain_bucket(self, bucket):
        """One rate: base, tiers, minimum, rounding (R4, T10)."""
        rate = bucket.rate
        base = self._show_in(rate)
        rows = self._show_amendment(rate)
        for cap in bucket.caps:
            rows += self._explain_cap(cap)
        rows += [
            (self._get_windows()[rate.window], base(bucket.before), False),
            (self.env._("Counted in this statement"), base(bucket.base), False),
        ]
        for part in bucket.slices:
            label = self.env._(
                "%(base)s from %(start)s at %(rate)s",
                base=self._show(base(part.base)),
                start=self._show(base(part.start)),
                rate=f"{float(part.rate):g}" + ("" if rate.basis == "unit" else " %"),
            )
            rows.append((label, (part.amount, self.currency_id), False))
        if bucket.minimum:
            rows += self._explain_minimum(bucket.minimum)
        if bucket.top_up:
            rows.append(
                (self.env._("Added by minimums of lines"), bucket.top_up, False)
            )
        rows.append((self.env._("Before rounding"), bucket.exact, False))
        rows += self._explain_rounding(bucket)
        if bucket.adjustment:
            changed = (bucket.adjustment, self.currency_id)
            rows.append((self.env._("Change of earlier sales"), changed, False))
        rows.append((self.env._("Royalty"), (bucket.royalty, self.currency_id), True))
        return self._section(self._name_of("licensing.rate", rate.id), rows)

    def _explain_rounding(self, bucket):
        """What rounding the whole window, instead of this statement, comes to."""
        rounding, money = bucket.rounding, self.currency_id
        if not rounding:
            return []
        if not bucket.before_royalty:
            return [(self.env._("Rounding"), rounding, False)]
        whole = bucket.before_royalty + bucket.royalty
        return [
            (
                self.env._(
                    "Cumulative rounding: %(whole)s of the window so far, rounded, less"
                    " %(before)s of its earlier statements",
                    whole=self._show((whole, money)),
                    before=self._show((bucket.before_royalty, money)),
                ),
                rounding,
                False,
            )
        ]

    def _explain_cap(self, cap):
        money = self.currency_id
        name = self._name_of("licensing.deduction", cap.deduction.id) or self.env._(
            "Deductions"
        )
        rows = [(self.env._("%s: claimed", name), (cap.claimed_now, money), False)]
        if cap.limit is not None:
            label = self.env._(
                "%(row)s: at most %(cap)s %% of %(gross)s",
                row=name,
                cap=f"{float(cap.deduction.cap):g}",
                gross=self._show((cap.gross, money)),
            )
            rows.append((label, (cap.limit, money), False))
        rows.append((self.env._("%s: allowed", name), (cap.allowed_now, money), False))
        if cap.released:
            label = self.env._("%s: allowed of earlier statements", name)
            rows.append((label, (cap.released, money), False))
        return rows

    def _explain_minimum(self, step):
        money = self.currency_id
        label = self.env._(
            "Minimum %(each)s for each of %(units)s units",
            each=self._show((step.per_unit, money)),
            units=f"{step.units:,.0f}",
        )
        applies = (
            self.env._("applies") if step.applies else self.env._("does not apply")
        )
        return [(f"{label}: {applies}", (step.minimum, money), step.applies)]

    def _explain_fees(self, fees):
        rows = [
            (
                self.env._(
                    "%(fee)s on %(base)s",
                    fee=self._name_of("licensing.fee", fee.fee),
                    base=self._show((fee.base, self.currency_id)),
                ),
                (fee.amount, self.currency_id),
                False,
            )
            for fee in fees
        ]
        return self._section(self.env._("Fees, outside every pool"), rows)

    def _explain_ledger(self):
        """What the statement did to each pool, with the balances before and after."""
        rows = self.ledger_ids.sorted("id")
        ledger, sections = self.env["licensing.ledger"], []
        for pool, mine in (
            rows.filtered(lambda row: row.kind in royalty.MOVEMENT_KINDS)
            .grouped("commitment_id")
            .items()
        ):
            before = ledger._get_balances(self.contract_id, mine[:1].id)
            after = ledger._get_balances(self.contract_id, mine[-1:].id + 1)
            sections.append(
                self._section(
                    pool.display_name or self.env._("No pool"),
                    self._show_balance(before.get(pool.id or 0), self.env._("before"))
                    + [
                        (row._show_kind(), (row.amount, self.currency_id), True)
                        for row in mine
                    ]
                    + self._show_balance(after.get(pool.id or 0), self.env._("after")),
                )
            )
        return sections

    def _show_balance(self, balance, when):
        balance, money = balance or royalty.Balance(), self.currency_id
        return [
            (self.env._("Billed %s", when), (balance.billed, money), False),
            (self.env._("Still to recoup %s", when), (balance.credit, money), False),
        ]

    # ------------------------------------------------------------------
    # WORDS AND NUMBERS
    # ------------------------------------------------------------------

    def _get_windows(self):
        return {
            "period": self.env._("Counted before in this period"),
            "year": self.env._("Counted before in the contract year"),
            "term": self.env._("Counted before in the whole term"),
        }

    def _show_amendment(self, row):
        if not row or not row.amendment:
            return []
        name = self._name_of("licensing.amendment", row.amendment)
        return [(self.env._("Brought by amendment"), name, False)]

    def _show_in(self, rate):
        """How bases of a rate are shown: money, or a number of units."""
        if rate.basis == "unit":
            return lambda value: value
        return lambda value: (value, self.currency_id)

    def _name_of(self, model, row_id):
        return self.env[model].browse(row_id).display_name if row_id else ""

    def _section(self, title, rows):
        return {
            "title": title,
            "rows": [
                (label, self._show(value), strong) for label, value, strong in rows
            ],
        }

    def _show(self, value):
        """A value as text: (amount, currency) as money, other numbers exact."""
        if isinstance(value, tuple):
            amount, currency = value
            return formatLang(self.env, float(amount), currency_obj=currency)
        if isinstance(value, Fraction):
            value = Decimal(value.numerator) / value.denominator
        if isinstance(value, Decimal):
            return f"{float(round(value, 6)):,.10g}"
        return str(value)
