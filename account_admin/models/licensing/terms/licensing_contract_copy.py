from odoo import models

#: Rows that a copied contract takes along.
ROWS = (
    "grant_ids",
    "rate_ids",
    "deduction_ids",
    "commitment_ids",
    "fee_ids",
    "quota_ids",
)


class LicensingContract(models.Model):
    """A copy has the rows that count, not those that amendments only propose."""

    _inherit = "licensing.contract"

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for contract, vals in zip(self, vals_list, strict=True):
            for name in ROWS:
                # one command a row, in the order of their ids
                rows = contract[name].sorted("id")
                commands = vals.get(name, [])
                if name not in (default or {}) and len(commands) == len(rows):
                    vals[name] = [
                        command
                        for row, command in zip(rows, commands, strict=True)
                        if not row.is_proposed
                    ]
        return vals_list
