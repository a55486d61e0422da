"""What an amendment changes about approved statements, before and when applied."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ....engine import royalty
from .licensing_statement import STATEMENT_FINAL_STATES, STATEMENT_OPEN_STATES

#: Kinds of ledger rows that withholding tax is due on.
TAXED = ("advance", "instalment", "true_up", "payable", "credited")
#: Terms that invoices are made by -> kinds of ledger rows whose invoices they are for.
INVOICED = {
    "withholding": TAXED,
    "gross_up": TAXED,
    "payment_term_id": (*TAXED, "fee", "interest"),
}


class LicensingAmendment(models.Model):
    _inherit = "licensing.amendment"

    def action_preview(self):
        """Recompute approved statements and guarantees as if it were applied."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "applied":
            raise UserError(
                self.env._("%s is applied: see its invoice.", self.display_name)
            )
        # sudo: what is written is taken back, the check was above
        sections = self.sudo()._as_if_applied(lambda change: change._preview())
        html = self.env["licensing.explanation"]._render(sections)
        self._write_kept({"impact": html, "impact_on": fields.Datetime.now()})
        return True

    def _preview(self):
        """Apply the terms and say what that does.

        :return: sections as of an explanation
        """
        contract = self.contract_id
        known = self.env["licensing.ledger"]._get_balances(contract)
        open_before = self._forecast_open()
        self._apply_terms()
        problems = self._find_problems_after()
        sections = []
        if problems:
            rows = [(problem, "", True) for problem in problems]
            sections.append(self._section(self.env._("To resolve first"), rows))
        statements, _chain, restated = self._compute_restated()
        sections.append(self._say_terms())
        sections.append(self._say_kept())
        sections.append(self._say_restated(statements, restated))
        sections.append(self._say_open(open_before, self._forecast_open()))
        sections.append(self._say_pools(known, restated))
        return [section for section in sections if section["rows"]]

    # ------------------------------------------------------------------
    # APPROVED STATEMENTS
    # ------------------------------------------------------------------

    def _find_touched(self):
        """Approved statements that reach its day, in order."""
        return self.env["licensing.statement"].search(
            [
                ("contract_id", "=", self.contract_id.id),
                ("date_end", ">=", self.date),
                ("state", "in", STATEMENT_FINAL_STATES),
            ],
            order="date_start, id",
        )

    def _compute_restated(self):
        """Approved statements from its date on, by the terms that it makes.

        :return: (``licensing.statement``, list of ``royalty.Statement``,
            ``royalty.Restatement`` or ``None`` when no statement is touched)
        """
        statements = self._find_touched()
        if not statements:
            return statements, [], None
        chain = [found._read_statement() for found in statements]
        terms = self.contract_id._get_terms()
        restated = statements.browse()._restate(terms, statements, chain, ())
        return statements, chain, restated

    def _restate(self):
        super()._restate()
        statements, chain, restated = self._compute_restated()
        changed = restated and (
            restated.fees
            or restated.earnings
            or any(found.amount for found in restated.differences)
        )
        if not changed:
            return
        statement, last = self.env["licensing.statement"], statements[-1:]
        statement._keep_restated(statements, chain, restated, amendment=self)
        settlement, charges, moved = last._settle_restated(
            self.contract_id._get_terms(), restated
        )
        contract, ledger = self.contract_id, self.env["licensing.ledger"]
        move = contract._create_move(charges, self.display_name, last.date_end)
        links = {"amendment_id": self.id, "move_id": move.id}
        ledger._add(contract, (*moved, *settlement.movements), **links)
        ledger._add_fees(contract, restated.fees, last.date_end, **links)
        self.move_id = move

    # ------------------------------------------------------------------
    # WHAT A PREVIEW SAYS
    # ------------------------------------------------------------------

    def _forecast_open(self):
        """Royalty of the statements that are in review, by the terms of now.

        :return: dict ``licensing.statement`` -> amount
        """
        statements = self.env["licensing.statement"].search(
            [
                ("contract_id", "=", self.contract_id.id),
                ("state", "in", STATEMENT_OPEN_STATES),
                ("line_count", ">", 0),
            ],
            order="date_start",
        )
        return {
            statement: statement._compute_result()[2].royalty
            for statement in statements
        }

    def _say_terms(self):
        labels = dict(self.term_change_ids._select_terms())
        rows = [
            (labels[change.term], f"{change.old_text} → {change.new_text}", False)
            for change in self.term_change_ids
        ]
        title = self.env._(
            "Contract terms from %s on, before → after",
            format_date(self.env, self.date),
        )
        return self._section(title, rows)

    def _say_kept(self):
        """Invoices for days that it changes, which stay as they were made."""
        kept = {}
        for change in self.term_change_ids.filtered(lambda row: row.term in INVOICED):
            for move in self._find_invoices(change):
                kept.setdefault(move, []).append(change)
        labels = dict(self.term_change_ids._select_terms())
        rows = [
            (
                move.display_name,
                ", ".join(f"{labels[row.term]}: {row.old_text}" for row in changes),
                False,
            )
            for move, changes in kept.items()
        ]
        if rows:
            text = self.env._("Credit them and bill them anew if that was agreed")
            rows.append((text, "", True))
        return self._section(self.env._("Invoices that keep the old terms"), rows)

    def _find_invoices(self, change):
        """Invoices that exist for the days on which a changed term has its new value.

        :param change: an applied ``licensing.term.change``
        """
        contract = self.contract_id
        later = contract._get_changes(change.term).filtered(
            lambda other: other.date > self.date
        )
        domain = [
            *contract._get_billed_domain(),
            ("kind", "in", INVOICED[change.term]),
            ("date", ">=", self.date),
            *([("date", "<", later[0].date)] if later else []),
        ]
        return self.env["licensing.ledger"].search(domain, order="date, id").move_id

    def _say_restated(self, statements, restated):
        title = self.env._("Approved statements, before → after")
        if not restated:
            return self._section(title, [(self.env._("None is touched"), "", False)])
        names = {found.origin_id.id: found.name for found in statements}
        rows = [
            (
                names[found.statement],
                self._show_change(found.before, found.after),
                False,
            )
            for found in restated.differences
        ]
        rows.append(
            (self.env._("To be billed when applied"), self._show(restated.amount), True)
        )
        return self._section(title, rows)

    def _say_open(self, before, after):
        rows = [
            (found.name, self._show_change(before[found], after[found]), False)
            for found in after
        ]
        return self._section(self.env._("Statements in review, before → after"), rows)

    def _say_pools(self, known, restated):
        """Guarantees that are still open, with what would be missing now."""
        earned = {}
        for earning in restated.earnings if restated else ():
            earned[earning.pool] = earned.get(earning.pool, 0) + earning.amount
        rows = []
        for pool in self.contract_id._get_terms().commitments:
            balance = known.get(pool.id, royalty.Balance())
            row = self.env["licensing.commitment"].browse(pool.id)
            name, guarantee = row.display_name, self._get_guaranteed(row, pool)
            missing = max(guarantee - balance.billed, 0)
            if pool.guarantee:
                text = self.env._(
                    "%(earned)s earned of %(guarantee)s, %(missing)s not billed yet",
                    earned=self._show(balance.earned + earned.get(pool.id, 0)),
                    guarantee=self._show(guarantee),
                    missing=self._show(missing),
                )
                rows.append((name, text, False))
                rows += self._say_part(row, pool, guarantee)
        return self._section(self.env._("Guarantees"), rows)

    def _get_guaranteed(self, row, pool):
        ended, decimals = row._get_pool_end(), self.currency_id.decimal_places
        return royalty.guaranteed(pool, ended, decimals)

    def _say_part(self, row, pool, guarantee):
        """What a guarantee comes to that it ends early, or that it adds.

        :param row: ``licensing.commitment``; ``pool`` is the engine's
        :return: list of rows of a section
        """
        first, last = (
            format_date(self.env, day)
            for day in (row.date_start or self.date, row._get_pool_end())
        )
        days = {"first": first, "last": last, "whole": self._show(pool.guarantee)}
        if guarantee != pool.guarantee:
            text = self.env._(
                "%(first)s – %(last)s: %(part)s, its days of %(whole)s",
                part=self._show(guarantee),
                **days,
            )
        elif row.ended_by_id == self:
            text = self.env._(
                "%(first)s – %(last)s: %(whole)s in full, it does not shrink", **days
            )
        elif row.amendment_id == self:
            text = self.env._(
                "%(first)s – %(last)s: %(whole)s, for these days only", **days
            )
        else:
            return []
        return [("", text, False)]

    def _section(self, title, rows):
        return {"title": title, "rows": rows}

    def _show_change(self, before, after):
        sign = "+" if after > before else ""
        return (
            f"{self._show(before)} → {self._show(after)}"
            f" ({sign}{self._show(after - before)})"
        )

    def _show(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)
