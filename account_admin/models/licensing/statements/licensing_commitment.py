from odoo import models

from .licensing_statement import STATEMENT_FINAL_STATES, STATEMENT_OPEN_STATES


class LicensingCommitment(models.Model):
    _inherit = "licensing.commitment"

    def _is_reported_until(self, day):
        if not super()._is_reported_until(day):
            return False
        statements = self.env["licensing.statement"]
        until = [
            ("contract_id", "=", self.contract_id.id),
            ("date_start", "<=", day),
            ("revises_id", "=", False),
        ]
        missing = [*until, ("state", "in", STATEMENT_OPEN_STATES)]
        covering = [
            ("contract_id", "=", self.contract_id.id),
            ("date_start", "<=", day),
            ("date_end", ">=", day),
            ("state", "in", STATEMENT_FINAL_STATES),
        ]
        return bool(statements.search_count(covering, limit=1)) and not (
            statements.search_count(missing, limit=1)
        )
