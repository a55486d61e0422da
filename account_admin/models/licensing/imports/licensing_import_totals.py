from decimal import Decimal

from odoo import models

from ....engine import report_file

MEASURES = ("lines", *report_file.AMOUNTS)


class LicensingImportTotals(models.Model):
    """Control totals: of the rows, of the file, of the statement before."""

    _inherit = "licensing.import"

    def _keep_totals(self, report, matched):
        """Keep the totals for a person to see."""
        sums = self._name_currencies(report.sums(), matched)
        owns, previous = self._find_own(report, sums), self._read_previous()
        vals = []
        for currency in sorted({*sums, *previous}):
            own = owns.get(currency, {})
            for measure in MEASURES:
                amount = sums.get(currency, {}).get(measure, 0)
                before = previous.get(currency, {}).get(measure, 0)
                if not amount and not before and measure not in own:
                    continue
                difference = own.get(measure, amount) - amount
                vals.append(
                    {
                        "import_id": self.id,
                        "currency": currency,
                        "measure": measure,
                        "amount": amount,
                        "has_own": measure in own,
                        "own": own.get(measure, 0),
                        "difference": difference,
                        "previous": before,
                    }
                )
        # sudo: control totals are not for writing by hand
        self.env["licensing.import.total"].sudo().create(vals)

    def _name_currencies(self, sums, matched):
        """Totals by the currency's code instead of the text of the file."""
        ids = matched.ids.get("currency", {})
        currencies = self.env["res.currency"].browse([*ids.values()])
        codes = {currency.id: currency.name for currency in currencies}
        default, found = self.profile_id.currency_id.name or "", {}
        for text, totals in sums.items():
            code = codes[ids[text]] if text in ids else (text or default)
            into = found.setdefault(code, dict.fromkeys(MEASURES, 0))
            for measure in MEASURES:
                into[measure] += totals[measure]
        return found

    def _find_own(self, report, sums):
        """The licensee's last total of each currency: code -> {measure: sum}."""
        only = next(iter(sums)) if len(sums) == 1 else None
        owns = {}
        for _row, text, amounts in report.totals:
            code = text.strip().upper() if text else None
            code = code if code in sums else only
            if code:
                owns[code] = amounts
        return owns

    def _read_previous(self):
        """Totals of the statement before: code -> {measure: sum}."""
        statement = self.statement_id
        before = statement.search(
            [
                ("contract_id", "=", statement.contract_id.id),
                ("date_end", "<", statement.date_start),
                ("state", "!=", "superseded"),
            ],
            order="date_end desc, revision desc",
            limit=1,
        )
        groups = self.env["licensing.statement.line"]._read_group(
            [("statement_id", "=", before.id)],
            ["currency_id"],
            ["__count", *(f"{name}:sum" for name in report_file.AMOUNTS)],
        )
        return {
            currency.name: dict(
                zip(MEASURES, (Decimal(str(n or 0)) for n in amounts), strict=True)
            )
            for currency, *amounts in groups
        }
