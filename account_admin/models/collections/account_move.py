from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..accounts.national_account_tree import TREE_READS
from ..base.actions import open_window
from ..base.groups import COLLECTIONS
from ..ledger import payment_states
from .collections_standing import LEVELS


class Shown(NamedTuple):
    """Records of one model that an invoice's form shows, found in one query for all.

    :param str model: name of the model
    :param dict reads: columns that the SQL reads, by model, to be flushed
    :param SQL sql: rows of kind, id of the customer or entry, id of the record
    :param str count: field of the invoice that has their number, if any
    """

    model: str
    reads: dict
    sql: SQL
    count: str = ""


class AccountMove(models.Model):
    _inherit = "account.move"

    collections_case_id = fields.Many2one(
        comodel_name="collections.case",
        compute="_compute_collections",
        groups=COLLECTIONS,
    )
    collections_dispute_ids = fields.One2many(
        comodel_name="collections.dispute",
        inverse_name="move_id",
        string="Disputes",
        groups=COLLECTIONS,
    )
    collections_dispute_count = fields.Integer(
        string="Open Disputes",
        compute="_compute_collections",
        groups=COLLECTIONS,
        help="Disputes of this invoice that are not settled.",
    )
    collections_promise_ids = fields.Many2many(
        comodel_name="collections.promise",
        relation="collections_promise_move_rel",
        column1="move_id",
        column2="promise_id",
        string="Promises",
        copy=False,
        groups=COLLECTIONS,
    )
    collections_promise_count = fields.Integer(
        string="Open Promises",
        compute="_compute_collections",
        groups=COLLECTIONS,
        help="Open promises that name this invoice.",
    )
    collections_national_account_id = fields.Many2one(
        comodel_name="national.account",
        string="National Account",
        compute="_compute_collections",
        groups=COLLECTIONS,
        help="The group that the customer is a member of today.",
    )

    collections_standing = fields.Selection(
        selection=LEVELS,
        string="Standing",
        compute="_compute_collections",
        groups=COLLECTIONS,
        help="Watch or hold: how the customer stood when it was last looked at.",
    )

    # used in <account.admin.open.item>: the few entries that must not be chased
    _collections_blocked_idx = models.Index(f"(id) WHERE {payment_states.HELD}")

    @api.depends(
        "commercial_partner_id",
        "company_id",
        "collections_dispute_ids.state",
        "collections_promise_ids.state",
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_collections(self):
        """What every form of an invoice shows, read in one query for all of it."""
        for company, moves in self.grouped("company_id").items():
            found = moves._read_collections(company)
            cases = moves._find_collections_cases(company, found)
            shown = moves._get_shown(company)
            readable = {
                kind: self.env[part.model].browse(sum(found[kind].values(), []))
                for kind, part in shown.items()
            }
            for kind, records in readable.items():
                readable[kind] = set(records._filtered_access("read").ids)
            for move in moves:
                origin, partner = move._origin.id, move.commercial_partner_id._origin.id
                nationals = readable["national"].intersection(
                    found["national"].get(partner, ())
                )
                move.collections_national_account_id = next(iter(nationals), False)
                case = move.is_sale_document(True) and cases.get(partner)
                move.collections_case_id = case in readable["case"] and case
                standing = readable["standing"].intersection(
                    found["standing"].get(partner, ())
                )
                move.collections_standing = (
                    self.env["collections.standing"].browse(standing).level
                )
                for kind, part in shown.items():
                    if part.count:
                        mine = readable[kind].intersection(found[kind].get(origin, ()))
                        move[part.count] = len(mine)

    def _find_collections_cases(self, company, found):
        """Open case of each customer, its head office's where that is chased.

        :param dict found: what :meth:`_read_collections` found; what is chased at head
            offices is added
        :return: dict commercial partner id -> id of the case
        """
        # sudo: that there is a case, and who is chased for whom, is the same for all
        Case = self.env["collections.case"].sudo()
        partners = self.commercial_partner_id._origin
        above = {partner: ids[0] for partner, ids in found["head"].items()}
        chased = Case._get_chased_accounts(company, partners, above)
        elsewhere = partners.filtered(lambda partner: chased[partner.id] != partner.id)
        for partner in elsewhere:
            found["case"].pop(partner.id, None)
        if elsewhere:
            for partner, case in Case._get_open_of(company, elsewhere).items():
                found["case"][partner] = case.ids
        return {partner: ids[0] for partner, ids in found["case"].items()}

    def _read_collections(self, company):
        """What the form shows of these invoices, whoever may read it.

        :return: dict kind -> dict id of the customer or entry -> list of ids
        """
        shown = self._get_shown(company)
        result = {kind: {} for kind in shown}
        if not company:
            return result
        for part in shown.values():
            for model, names in part.reads.items():
                self.env[model].flush_model(names.split())
        query = SQL(" UNION ALL ").join(part.sql for part in shown.values())
        for kind, key, found in self.env.execute_query(query):
            result[kind].setdefault(key, []).append(found)
        return result

    def _get_shown(self, company):
        """What the form shows of these invoices of a company: dict kind -> Shown."""
        partners, moves = self.commercial_partner_id.ids, self.ids
        members = self.env["national.account"]._members_sql(
            company, company._collections_today(), partners
        )
        return {
            "case": Shown(
                "collections.case",
                {"collections.case": "company_id partner_id state"},
                SQL(
                    """SELECT 'case', partner_id, id FROM collections_case
                        WHERE company_id = %s AND state <> 'closed'
                          AND partner_id = ANY(%s)""",
                    company.id,
                    partners,
                ),
            ),
            "national": Shown(
                "national.account",
                {model: " ".join(names) for model, names in TREE_READS.items()},
                SQL(
                    """SELECT 'national', partner_id, national_account_id
                         FROM (%s) AS member""",
                    members,
                ),
            ),
            "head": Shown(
                "res.partner",
                {},
                SQL(
                    """SELECT 'head', partner_id, head_id FROM (%s) AS member
                        WHERE head_id IS NOT NULL""",
                    members,
                ),
            ),
            "standing": Shown(
                "collections.standing",
                {"collections.standing": "company_id partner_id level"},
                SQL(
                    """SELECT 'standing', partner_id, id FROM collections_standing
                        WHERE company_id = %s AND level <> 'good'
                          AND partner_id = ANY(%s)""",
                    company.id,
                    partners,
                ),
            ),
            "dispute": Shown(
                "collections.dispute",
                {"collections.dispute": "move_id state"},
                SQL(
                    """SELECT 'dispute', move_id, id FROM collections_dispute
                        WHERE move_id = ANY(%s) AND state = 'open'""",
                    moves,
                ),
                "collections_dispute_count",
            ),
            "promise": Shown(
                "collections.promise",
                {"collections.promise": "state"},
                SQL(
                    """SELECT 'promise', rel.move_id, promise.id
                         FROM collections_promise_move_rel rel
                         JOIN collections_promise promise
                              ON promise.id = rel.promise_id
                        WHERE rel.move_id = ANY(%s) AND promise.state = 'open'""",
                    moves,
                ),
                "collections_promise_count",
            ),
        }

    def action_view_collections_case(self):
        """The open case of the invoice's account."""
        self.ensure_one()
        return self.collections_case_id._get_records_action()

    def action_open_collections_desk(self):
        """My Day with the customer of this invoice at hand."""
        self.ensure_one()
        return self.env["collections.desk"]._get_action(
            self.commercial_partner_id, self.company_id
        )

    def action_view_collections_disputes(self):
        """Disputes of this invoice, or a new one where there is none."""
        self.ensure_one()
        title = self.env._("Disputes of %s", self.display_name)
        how = {"domain": [("move_id", "=", self.id)]}
        if not self.collections_dispute_ids:
            title = self.env._("Dispute %s", self.display_name)
            how = {"views": [(False, "form")], "view_mode": "form", "target": "new"}
        context = {"default_move_id": self.id, "search_default_open": 1}
        return open_window(
            self.env, "collections_dispute_action", title, context=context, **how
        )

    def action_view_collections_promises(self):
        """Promises to pay this invoice, or a new one where there is none."""
        self.ensure_one()
        return self.env["collections.promise"]._get_action(
            self.display_name,
            [("move_ids", "in", self.ids)],
            {
                "search_default_open": 1,
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": self.company_id.id,
                "default_move_ids": self.ids,
                "default_amount": self.amount_residual,
            },
        )

    # ------------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_promises({name for vals in vals_list for name in vals})
        return super().create(vals_list)

    def write(self, vals):
        self._check_promises(vals)
        if "partner_id" in vals or vals.get("state") == "cancel":
            self._forget_counted()
        return super().write(vals)

    @api.model
    def _check_promises(self, names):
        """A promise says itself what it is about: an ended one never changes."""
        if "collections_promise_ids" in names:
            raise UserError(
                self.env._("Add the invoice to the promise, or take it off, there.")
            )

    @api.ondelete(at_uninstall=False)
    def _close_disputes(self):
        """What was disputed of an entry that is deleted stays as history."""
        # sudo: whoever may delete the entry need not see its disputes
        disputes = self.sudo().collections_dispute_ids
        disputes.filtered(lambda dispute: not dispute.closed_on)._action_close_deleted()

    # ------------------------------------------------------------------
    # CASES
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._check_credit()
        posted._touch_cases()
        return posted

    def button_draft(self):
        self._keep_counted()
        result = super().button_draft()
        self._touch_cases()
        return result

    def _touch_cases(self):
        """The cases of these entries' accounts show them, or no more, at once."""
        for company, moves in self.grouped("company_id").items():
            partners = moves.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            ).partner_id
            self.env["collections.upkeep"]._touch(company, partners)
