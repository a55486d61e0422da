from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    collections_case_id = fields.Many2one(
        comodel_name="collections.case",
        compute="_compute_collections_case_id",
    )
    collections_dispute_ids = fields.One2many(
        comodel_name="collections.dispute", inverse_name="move_id", string="Disputes"
    )
    collections_dispute_count = fields.Integer(
        string="Open Disputes", compute="_compute_collections_dispute_count"
    )
    collections_promise_ids = fields.Many2many(
        comodel_name="collections.promise",
        relation="collections_promise_move_rel",
        column1="move_id",
        column2="promise_id",
        string="Promises",
        copy=False,
    )
    collections_promise_count = fields.Integer(
        string="Open Promises", compute="_compute_collections_promise_count"
    )
    collections_national_account_id = fields.Many2one(
        related="commercial_partner_id.collections_national_account_id"
    )

    # used in <account.admin.open.item>: the few entries that must not be chased
    _collections_blocked_idx = models.Index("(id) WHERE payment_state = 'blocked'")

    @api.depends("commercial_partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_collections_case_id(self):
        Case = self.env["collections.case"]
        self.collections_case_id = False
        if not Case.has_access("read"):
            return
        sales = self.filtered(lambda move: move.is_sale_document(True))
        for company, moves in sales.grouped("company_id").items():
            cases = Case._get_open_of(company, moves.commercial_partner_id)
            for move in moves:
                move.collections_case_id = cases.get(
                    move.commercial_partner_id.id, Case
                )

    @api.depends("collections_dispute_ids.state")
    def _compute_collections_dispute_count(self):
        Dispute = self.env["collections.dispute"]
        counts = {}
        if Dispute.has_access("read"):
            counts = dict(
                Dispute._read_group(
                    [("move_id", "in", self.ids), ("state", "=", "open")],
                    ["move_id"],
                    ["__count"],
                )
            )
        for move in self:
            move.collections_dispute_count = counts.get(move, 0)

    @api.depends("collections_promise_ids.state")
    def _compute_collections_promise_count(self):
        Promise = self.env["collections.promise"]
        counts = {}
        if Promise.has_access("read"):
            counts = dict(
                Promise._read_group(
                    [("move_ids", "in", self.ids), ("state", "=", "open")],
                    ["move_ids"],
                    ["__count"],
                )
            )
        for move in self:
            move.collections_promise_count = counts.get(move, 0)

    def action_view_collections_case(self):
        """The open case of the invoice's account."""
        self.ensure_one()
        return self.collections_case_id._get_records_action()

    def action_view_collections_disputes(self):
        """Disputes of this invoice, or a new one where there is none."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_admin.collections_dispute_action"
        )
        context = {"default_move_id": self.id}
        if not self.collections_dispute_ids:
            return {
                **action,
                "views": [(False, "form")],
                "view_mode": "form",
                "target": "new",
                "context": context,
            }
        return {**action, "domain": [("move_id", "=", self.id)], "context": context}

    def action_view_collections_promises(self):
        """Promises to pay this invoice, or a new one where there is none."""
        self.ensure_one()
        return self.env["collections.promise"]._get_action(
            [("move_ids", "in", self.ids)],
            {
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": self.company_id.id,
                "default_move_ids": self.ids,
                "default_amount": self.amount_residual,
            },
        )
