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
    amendment_count = fields.Integer(
        string="Number of Amendments",
        compute="_compute_amendment_count",
        help="Amendments in every state.",
    )

    @api.depends("grant_ids.property_ids", "grant_ids.amendment_id.state")
    def _compute_property_ids(self):
        for contract in self:
            granted = contract.grant_ids._known(None)
            contract.property_ids = granted.property_ids

    def _compute_amendment_count(self):
        self._count("amendment_count", "licensing.amendment")

    def _count(self, name, model):
        groups = self.env[model]._read_group(
            [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
        )
        counts = dict(groups)
        for contract in self:
            contract[name] = counts.get(contract._origin, 0)

    def action_view_amendments(self):
        """What changed the contract, or is about to."""
        return self._view(
            "licensing.amendment", self.env._("Amendments of %s", self.name)
        )

    def action_amend(self):
        """Write an amendment of the contract."""
        self.check_access("read")
        action = self._view("licensing.amendment", self.env._("New Amendment"))
        del action["domain"]
        return {**action, "view_mode": "form"}

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
