from odoo import api, fields, models
from odoo.tools import SQL

from ...ledger import payment_states


class CollectionsCase(models.Model):
    _inherit = "collections.case"

    licensing_contracts = fields.Char(
        compute="_compute_licensing_contracts",
        help="Contracts whose royalty invoices are unpaid.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_licensing_contracts(self):
        names = self._read_licensing_contracts()
        for case in self:
            key = (case.partner_id.id, case.company_id.id)
            case.licensing_contracts = ", ".join(names.get(key, ()))

    def _read_licensing_contracts(self):
        """Contracts with posted invoices that are not paid, by account and company.

        :return: dict (partner id, company id) -> list of contract names
        """
        for model, names in (
            ("licensing.contract", ["name", "title"]),
            ("account.move", ["state", payment_states.MOVE_STATE]),
        ):
            self.env[model].flush_model(names)
        # whoever works on the case is told what was not paid, not the contract itself
        rows = self.env.execute_query(
            SQL(
                """SELECT ledger.partner_id, ledger.company_id,
                          contract.name || ' ' || contract.title
                     FROM licensing_ledger AS ledger
                     JOIN account_move AS move ON move.id = ledger.move_id
                     JOIN licensing_contract AS contract
                       ON contract.id = ledger.contract_id
                    WHERE ledger.partner_id = ANY(%s) AND ledger.company_id = ANY(%s)
                      AND move.state = 'posted'
                      AND %s
                      AND move.move_type = 'out_invoice'
                    GROUP BY 1, 2, 3 ORDER BY 3""",
                self.partner_id.ids,
                self.company_id.ids,
                payment_states.owed_sql("move"),
            )
        )
        found = {}
        for partner, company, name in rows:
            found.setdefault((partner, company), []).append(name)
        return found

    def action_view_licensing_contracts(self):
        """The contracts of the account."""
        self.ensure_one()
        self.env["licensing.contract"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Licensing Contracts"),
            "res_model": "licensing.contract",
            "view_mode": "list,form",
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
