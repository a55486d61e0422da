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
        string="Statements",
        compute="_compute_statement_count",
        help="Royalty statements, expected ones and revisions included.",
    )
    ledger_count = fields.Integer(
        string="Movements",
        compute="_compute_ledger_count",
        help="Movements of its royalties, advances and guarantees in the licensing"
        " ledger.",
    )
    amendment_count = fields.Integer(
        string="Number of Amendments",
        compute="_compute_amendment_count",
        help="Amendments in every state.",
    )
    import_count = fields.Integer(
        string="Report Files",
        compute="_compute_import_count",
        help="Files that the licensee or a colleague sent in for its statements.",
    )
    invoice_count = fields.Integer(
        string="Invoices",
        compute="_compute_invoice_count",
        help="Drafts and posted ones, credit notes included.",
    )

    @api.depends("grant_ids.property_ids", "grant_ids.amendment_id.state")
    def _compute_property_ids(self):
        for contract in self:
            granted = contract.grant_ids._known(None)
            contract.property_ids = granted.property_ids

    def _compute_statement_count(self):
        self._count("statement_count", "licensing.statement")

    def _compute_ledger_count(self):
        self._count("ledger_count", "licensing.ledger")

    def _compute_amendment_count(self):
        self._count("amendment_count", "licensing.amendment")

    def _compute_import_count(self):
        self._count("import_count", "licensing.import")

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

    def action_view_imports(self):
        """The files that the licensee sent."""
        return self._view(
            "licensing.import", self.env._("Report Files of %s", self.name)
        )

    def action_view_amendments(self):
        """What changed the contract, or is about to."""
        return self._view(
            "licensing.amendment", self.env._("Amendments of %s", self.name)
        )

    def action_amend(self):
        """Write an amendment of the contract."""
        action = self._view("licensing.amendment", self.env._("New Amendment"))
        del action["domain"]
        return {**action, "view_mode": "form"}

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
