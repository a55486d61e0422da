from odoo import api, fields, models
from odoo.tools import SQL

#: Columns that the SQL reads: flushed before every query.
_READS = {
    "collections.case": "company_id partner_id state",
    "collections.dispute": "move_id state",
    "collections.promise": "state",
    "national.account": "partner_id company_id active",
    "national.account.member": "account_id partner_id date_start date_end",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    collections_case_id = fields.Many2one(
        comodel_name="collections.case", compute="_compute_collections"
    )
    collections_dispute_ids = fields.One2many(
        comodel_name="collections.dispute", inverse_name="move_id", string="Disputes"
    )
    collections_dispute_count = fields.Integer(
        string="Open Disputes", compute="_compute_collections"
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
        string="Open Promises", compute="_compute_collections"
    )
    collections_national_account_id = fields.Many2one(
        comodel_name="national.account",
        string="National Account",
        compute="_compute_collections",
    )

    # used in <account.admin.open.item>: the few entries that must not be chased
    _collections_blocked_idx = models.Index("(id) WHERE payment_state = 'blocked'")

    @api.depends(
        "commercial_partner_id",
        "company_id",
        "collections_dispute_ids.state",
        "collections_promise_ids.state",
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_collections(self):
        """What every form of an invoice shows, read in one query for all of it."""
        National = self.env["national.account"]
        for company, moves in self.grouped("company_id").items():
            found = moves._read_collections(company)
            nationals = {
                partner: National.browse(ids)
                for partner, ids in found["national"].items()
            }
            cases = moves._get_collections_cases(company, found["case"], nationals)
            for move in moves:
                partner, origin = move.commercial_partner_id.id, move._origin.id
                move.collections_national_account_id = nationals.get(
                    partner, National
                )._filtered_access("read")
                is_sale = move.is_sale_document(True)
                move.collections_case_id = cases.get(partner) if is_sale else False
                for kind in ("dispute", "promise"):
                    records = self.env[f"collections.{kind}"].browse(
                        found[kind].get(origin, ())
                    )
                    count = len(records._filtered_access("read"))
                    move[f"collections_{kind}_count"] = count

    def _get_collections_cases(self, company, own, nationals):
        """Open case of each customer that the user may read.

        :param dict own: commercial partner id -> ids of its own open case
        :param dict nationals: commercial partner id -> its ``national.account``
        :return: dict commercial partner id -> ``collections.case``, maybe empty
        """
        Case, partners = self.env["collections.case"], self.commercial_partner_id
        chased = Case._get_chased_accounts(company, partners, nationals)
        elsewhere = partners.filtered(lambda partner: chased[partner.id] != partner.id)
        cases = {
            partner: Case.browse(ids)._filtered_access("read")
            for partner, ids in own.items()
            if partner not in elsewhere.ids
        }
        return cases | Case._get_open_of(company, elsewhere) if elsewhere else cases

    def _read_collections(self, company):
        """Open cases, disputes and promises, national accounts, whoever may read them.

        :return: dict of ``case`` and ``national`` -> dict commercial partner id -> list
            of ids, and of ``dispute`` and ``promise`` -> dict move id -> list of ids
        """
        result = {kind: {} for kind in ("case", "national", "dispute", "promise")}
        if not company:
            return result
        self._flush_collections()
        query = SQL(
            """SELECT 'case', partner_id, id FROM collections_case
                WHERE company_id = %(company)s AND state <> 'closed'
                  AND partner_id = ANY(%(partners)s)
            UNION ALL
               SELECT 'national', partner_id, account_id FROM (%(members)s) AS member
                WHERE partner_id = ANY(%(partners)s)
            UNION ALL
               SELECT 'dispute', move_id, id FROM collections_dispute
                WHERE move_id = ANY(%(moves)s) AND state = 'open'
            UNION ALL
               SELECT 'promise', rel.move_id, promise.id
                 FROM collections_promise_move_rel rel
                 JOIN collections_promise promise ON promise.id = rel.promise_id
                WHERE rel.move_id = ANY(%(moves)s) AND promise.state = 'open'""",
            company=company.id,
            partners=self.commercial_partner_id.ids,
            moves=self.ids,
            members=self.env["national.account"]._every_member_sql(company),
        )
        for kind, key, found in self.env.execute_query(query):
            result[kind].setdefault(key, []).append(found)
        return result

    @api.model
    def _flush_collections(self):
        for name, names in _READS.items():
            self.env[name].flush_model(names.split())

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
