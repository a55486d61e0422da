from odoo import fields, models


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    ledger_count = fields.Integer(
        string="Movements",
        compute="_compute_ledger_count",
        help="Movements of its royalties, advances and guarantees in the licensing"
        " ledger.",
    )
    invoice_count = fields.Integer(
        string="Invoices",
        compute="_compute_invoice_count",
        help="Drafts and posted ones, credit notes included.",
    )
    royalty_total = fields.Monetary(
        string="Royalties Earned",
        compute="_compute_royalty_total",
        help="Of approved statements, restatements included.",
    )

    def _compute_ledger_count(self):
        self._count("ledger_count", "licensing.ledger")

    def _compute_invoice_count(self):
        groups = self.env["licensing.ledger"]._read_group(
            self._get_billed_domain(), ["contract_id"], ["move_id:count_distinct"]
        )
        counts = dict(groups)
        for contract in self:
            contract.invoice_count = counts.get(contract._origin, 0)

    def _get_billed_domain(self):
        """Ledger rows that were billed by an invoice or a credit note."""
        return [
            ("contract_id", "in", self.ids),
            ("move_id.move_type", "in", ("out_invoice", "out_refund")),
            ("move_id.state", "!=", "cancel"),
        ]

    def action_view_ledger(self):
        """Every movement of money of the contract."""
        return self._view("licensing.ledger", self.env._("Ledger of %s", self.name))

    def action_view_invoices(self):
        """Invoices and credit notes that were made of its royalties and guarantees."""
        self.ensure_one()
        rows = self.env["licensing.ledger"].search(self._get_billed_domain())
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "context": {"create": False},
        }
        if len(rows.move_id) == 1:
            return {**action, "view_mode": "form", "res_id": rows.move_id.id}
        lists = self.env.ref("account.view_out_invoice_tree")
        return {
            **action,
            "views": [(lists.id, "list"), (False, "form")],
            "domain": [("id", "in", rows.move_id.ids)],
        }

    def _compute_royalty_total(self):
        groups = self.env["licensing.ledger"]._read_group(
            [("contract_id", "in", self.ids), ("kind", "=", "earned")],
            ["contract_id"],
            ["amount:sum"],
        )
        earned = dict(groups)
        for contract in self:
            contract.royalty_total = earned.get(contract._origin, 0)
