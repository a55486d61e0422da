"""Explain a number: from a figure back to the rows of the contract and the report."""

from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ....engine import royalty


class Explainer:
    """What the figures of a statement are made of, in words.

    A section is ``{"title", "rows": list of (label, value, strong)}``.

    :param statement: one ``licensing.statement``
    """

    def __init__(self, statement):
        self.statement = statement
        self.env = statement.env
        self.money = statement.currency_id

    def _repeat(self):
        """The computation of the statement as it was approved, or as it is now.

        :return: as from ``_compute_result``
        """
        # sudo: the statement may be read, and its figures come from all it builds on
        return self.statement.sudo()._compute_result(
            self.env["licensing.statement.snapshot"]
            .sudo()
            .search([("statement_id", "=", self.statement.id)], order="id", limit=1)
        )

    def explain(self):
        """Sections of the whole statement.

        :return: list of {"title", "rows": list of (label, value, strong)}
        """
        _terms, _reported, result = self._repeat()
        sections = [self._explain_bucket(bucket) for bucket in result.buckets]
        total = [
            (
                self._name_of("licensing.rate", bucket.rate.id),
                (bucket.royalty, self.money),
                False,
            )
            for bucket in result.buckets
        ]
        whole = (result.royalty, self.money)
        total.append((self.env._("Royalty of the statement"), whole, True))
        sections.append(self._section(self.env._("Royalty"), total))
        if result.fees:
            sections.append(self._explain_fees(result.fees))
        return sections + self._explain_ledger() + self._explain_preview()

    def explain_line(self, line):
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
        money = line.currency_id
        rows = [
            (self.env._("Row of the file"), str(found.row or ""), False),
            (self.env._("Sale date"), format_date(self.env, found.day), False),
            (self.env._("Gross"), (found.gross, money), False),
        ]
        labels = self._get_deductions()
        rows += [
            (labels[kind], (-getattr(found, kind), money), False)
            for kind in royalty.KINDS
            if getattr(found, kind)
        ]
        rows += self._explain_choice(group.choice)
        rows += self._explain_exchange(group.quote)
        rows += self._explain_allowed(trace.deductions)
        rows.append((self.env._("Net"), (trace.royalty.net, self.money), True))
        return self._section(line.display_name, rows)

    def _explain_choice(self, choice):
        """The rows of the contract that apply."""
        grant = self._name_of("licensing.grant", choice.grant and choice.grant.id)
        rows = [(self.env._("Granted by"), grant or self.env._("nothing"), False)]
        rows += self._show_amendment(choice.grant)
        if choice.sell_off:
            rows.append(
                (self.env._("Sold in the sell-off period"), self.env._("yes"), False)
            )
        pool = self._name_of("licensing.commitment", choice.pool and choice.pool.id)
        rows.append((self.env._("Pool"), pool or self.env._("none"), False))
        return rows

    def _explain_exchange(self, quote):
        """The rate of exchange, where the currency is another one."""
        if quote is None:
            return [(self.env._("Rate of exchange"), self.env._("unknown"), True)]
        if quote.rate == 1:
            return []
        day = format_date(self.env, quote.day)
        return [(self.env._("Rate of exchange of %s", day), quote.rate, False)]

    def _explain_allowed(self, steps):
        """What the contract allows of each kind of deduction.

        :param steps: ``deductions`` of a trace
        """
        labels = self._get_deductions()
        return [
            (
                self.env._(
                    "%(kind)s allowed of %(claimed)s",
                    kind=labels[step.kind],
                    claimed=(self._show((step.claimed, self.money))),
                ),
                (step.allowed, self.money),
                False,
            )
            for step in steps
        ]

    def _explain_share(self, trace):
        """The line's part of what its rate came to, and its rounding (R15)."""
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
                    (trace.royalty.royalty, self.money),
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
            rows.append((label, (part.amount, self.money), False))
        if bucket.minimum:
            rows += self._explain_minimum(bucket.minimum)
        if bucket.top_up:
            rows.append(
                (self.env._("Added by minimums of lines"), bucket.top_up, False)
            )
        rows.append((self.env._("Before rounding"), bucket.exact, False))
        rows += self._explain_rounding(bucket)
        if bucket.adjustment:
            changed = (bucket.adjustment, self.money)
            rows.append((self.env._("Change of earlier sales"), changed, False))
        rows.append((self.env._("Royalty"), (bucket.royalty, self.money), True))
        return self._section(self._name_of("licensing.rate", rate.id), rows)

    def _explain_rounding(self, bucket):
        """What rounding the whole window, instead of this statement, comes to."""
        rounding = bucket.rounding
        if not rounding:
            return []
        if not bucket.before_royalty:
            return [(self.env._("Rounding"), rounding, False)]
        return [
            (
                self.env._(
                    "Cumulative rounding: %(whole)s of the window so far, rounded, less"
                    " %(before)s of its earlier statements",
                    whole=self._show((bucket.window_royalty, self.money)),
                    before=self._show((bucket.before_royalty, self.money)),
                ),
                rounding,
                False,
            )
        ]

    def _explain_cap(self, cap):
        name = self._name_of("licensing.deduction", cap.deduction.id) or self.env._(
            "Deductions"
        )
        rows = [(self.env._("%s: claimed", name), (cap.claimed_now, self.money), False)]
        if cap.limit is not None:
            label = self.env._(
                "%(row)s: at most %(cap)s %% of %(gross)s",
                row=name,
                cap=f"{float(cap.deduction.cap):g}",
                gross=self._show((cap.gross, self.money)),
            )
            rows.append((label, (cap.limit, self.money), False))
        rows.append(
            (self.env._("%s: allowed", name), (cap.allowed_now, self.money), False)
        )
        if cap.released:
            label = self.env._("%s: allowed of earlier statements", name)
            rows.append((label, (cap.released, self.money), False))
        return rows

    def _explain_minimum(self, step):
        label = self.env._(
            "Minimum %(each)s for each of %(units)s units",
            each=self._show((step.per_unit, self.money)),
            units=f"{step.units:,.0f}",
        )
        applies = (
            self.env._("applies") if step.applies else self.env._("does not apply")
        )
        return [(f"{label}: {applies}", (step.minimum, self.money), step.applies)]

    def _explain_fees(self, fees):
        rows = [
            (
                self.env._(
                    "%(fee)s on %(base)s",
                    fee=self._name_of("licensing.fee", fee.fee),
                    base=self._show((fee.base, self.money)),
                ),
                (fee.amount, self.money),
                False,
            )
            for fee in fees
        ]
        return self._section(self.env._("Fees, outside every pool"), rows)

    def _explain_ledger(self):
        """What the statement did to each pool, with the balances before and after."""
        rows = self.statement.ledger_ids.sorted("id")
        ledger, sections = self.env["licensing.ledger"], []
        for pool, mine in (
            rows.filtered(lambda row: row.kind in royalty.MOVEMENT_KINDS)
            .grouped("commitment_id")
            .items()
        ):
            before = ledger._get_balances(self.statement.contract_id, mine[:1].id)
            after = ledger._get_balances(self.statement.contract_id, mine[-1:].id + 1)
            sections.append(
                self._section(
                    pool.display_name or self.env._("No pool"),
                    self._show_balance(before.get(pool.id or 0), self.env._("before"))
                    + [
                        (
                            ledger._get_kind_label(row.kind),
                            (row.amount, self.money),
                            True,
                        )
                        for row in mine
                    ]
                    + self._show_balance(after.get(pool.id or 0), self.env._("after")),
                )
            )
        return sections

    def _explain_preview(self):
        """A section for each pool: what approving would do to it."""
        settlement = self.statement._preview_settlement()
        pools = self.env["licensing.commitment"]
        return [
            self._section(
                self.env._(
                    "If approved now: %s",
                    pools.browse(step.commitment).display_name
                    if step.commitment
                    else self.env._("no pool"),
                ),
                self._show_balance(step.before, self.env._("before"))
                + [
                    (
                        self.env["licensing.ledger"]._get_kind_label(row.kind),
                        (row.amount, self.money),
                        True,
                    )
                    for row in step.movements
                ]
                + self._show_balance(step.after, self.env._("after")),
            )
            for step in (settlement.steps if settlement else ())
        ]

    def _show_balance(self, balance, when):
        balance = balance or royalty.Balance()
        return [
            (self.env._("Billed %s", when), (balance.billed, self.money), False),
            (
                self.env._("Still to recoup %s", when),
                (balance.credit, self.money),
                False,
            ),
        ]

    # ------------------------------------------------------------------
    # WORDS AND NUMBERS
    # ------------------------------------------------------------------

    def _get_deductions(self):
        return {
            "returns": self.env._("Returns"),
            "allowances": self.env._("Allowances"),
            "other": self.env._("Other deductions"),
        }

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
        return lambda value: (value, self.money)

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
        return value if isinstance(value, str) else royalty.show_exact(value)
