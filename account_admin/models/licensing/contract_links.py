from odoo import api, fields, models


class LicensingContract(models.Model):
    """From a contract to what came of it."""

    _inherit = "licensing.contract"

    property_ids = fields.Many2many(
        comodel_name="licensing.property",
        string="Properties",
        compute="_compute_property_ids",
        store=True,
        help="Of its grants.",
    )
    statement_count = fields.Integer(
        string="Statements", compute="_compute_statement_count"
    )
    ledger_count = fields.Integer(string="Movements", compute="_compute_ledger_count")

    @api.depends("grant_ids.property_ids", "grant_ids.amendment_id.state")
    def _compute_property_ids(self):
        for contract in self:
            granted = contract.grant_ids._known(None)
            contract.property_ids = granted.property_ids

    def _compute_statement_count(self):
        self._count("statement_count", "licensing.statement")

    def _compute_ledger_count(self):
        self._count("ledger_count", "licensing.ledger")

    def _count(self, name, model):
        groups = self.env[model]._read_group(
            [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
        )
        counts = dict(groups)
        for contract in self:
            contract[name] = counts.get(contract._origin, 0)

    def action_view_statements(self):
        """The royalty statements of the contract."""
        return self._view(
            "licensing.statement", self.env._("Statements of %s", self.name)
        )

    def action_view_ledger(self):
        """Every movement of money of the contract."""
        return self._view("licensing.ledger", self.env._("Ledger of %s", self.name))

    def _view(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id},
        }
