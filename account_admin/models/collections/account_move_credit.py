"""What limits and holds say to a customer's invoice when it is posted."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.credit import INVOICE, needs_check
from ...engine.money import to_decimal
from ..base.bulk import update_rows
from ..base.groups import COLLECTIONS
from .collections_credit import OVERRIDE


class AccountMove(models.Model):
    _inherit = "account.move"

    collections_counted = fields.Monetary(
        string="Counted So Far",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        groups=COLLECTIONS,
        help="What an invoice that was set back to draft had counted on credit limits"
        " with: only what is added to it is asked about.",
    )
    collections_credit_warning = fields.Char(
        string="Credit Warning",
        compute="_compute_collections_credit_warning",
        groups=f"{COLLECTIONS},{OVERRIDE}",
        help="What a limit or a hold would say if the invoice was posted now.",
    )

    # used in <account.admin.open.item>: the drafts that count on limits
    _collections_draft_idx = models.Index(
        "(commercial_partner_id) WHERE state = 'draft'"
        " AND move_type IN ('out_invoice', 'out_refund')"
    )

    @api.depends("partner_id", "amount_total", "state", "company_id")
    @api.depends_context("uid")
    def _compute_collections_credit_warning(self):
        self.collections_credit_warning = False
        drafts = self.filtered(
            lambda move: move.state == "draft"
            and move.move_type == "out_invoice"
            and move._origin
        )
        for company, moves in drafts.grouped("company_id").items():
            if not self.env["collections.credit"]._is_any(company):
                continue
            # one by one: the drafts before it count, and a form has one
            for move in moves:
                adding = move._origin._filter_growing()._filter_bound()
                found = adding._find_stopped(company, move._origin.id + 1)
                move.collections_credit_warning = (
                    adding._say_stopped(found) if found else False
                )

    # ------------------------------------------------------------------
    # POSTING
    # ------------------------------------------------------------------

    def _check_credit(self):
        """Refuse invoices, just posted, that limits or holds do not allow.

        Who may override gets through; that is noted.

        :raise UserError: naming limit, what is owed, what is over and who may override
        """
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        credit = self.env["collections.credit"]
        for company, moves in invoices.grouped("company_id").items():
            if not credit._is_any(company):
                continue
            growing = moves._filter_growing()
            found = credit._take_turns(company, growing.commercial_partner_id)
            try:
                # of two drafts the one that was there first comes first
                stopped = growing._find_stopped(
                    company, min(moves.ids), is_strict=True, found=found
                )
            except UserError:
                # a currency without a rate: what is free of limits needs none
                if growing._filter_bound():
                    raise
                stopped = {}
            if stopped:
                growing._filter_bound()._stop(company, stopped)
            moves._forget_counted()

    def _stop(self, company, stopped):
        """Refuse these, or note who lets them through.

        :param dict stopped: of :meth:`_find_stopped`
        :raise UserError: naming what stops them, to who may not override
        """
        halted = self.filtered(lambda move: move.commercial_partner_id.id in stopped)
        if halted and not self.env["collections.credit"]._may_override():
            raise UserError(halted._say_stopped(stopped))
        halted._note_overrides(company, stopped)

    def _filter_growing(self):
        """Those that add to what is owed."""
        return self.filtered(
            lambda move: (
                not move._is_downpayment()
                and needs_check(
                    # sudo: a bookkeeper need not see what collections keeps
                    to_decimal(move.sudo().collections_counted),
                    to_decimal(move.amount_total_signed),
                )
            )
        )

    def _filter_bound(self):
        """Those that are not free of limits."""
        free = self._find_free_of_limits()
        return self.filtered(lambda move: move.id not in free)

    def _find_free_of_limits(self):
        """Ids of invoices that no limit stops: what they ask for is owed anyway."""
        # sudo: a fee is free whoever posts it
        notices = self.env["collections.notice"].sudo()
        return set(notices.search([("fee_move_id", "in", self.ids)]).fee_move_id.ids)

    def _find_stopped(self, company, before, **how):
        """What stops these invoices: see :meth:`collections.credit._find_stopped`."""
        return self.env["collections.credit"]._find_stopped(
            company, self.commercial_partner_id, INVOICE, before, **how
        )

    def _note_overrides(self, company, stopped):
        """Keep who posted which invoice in spite of what.

        :param dict stopped: of :meth:`_find_stopped`
        """
        self.env["collections.credit"]._note_overrides(
            company,
            [
                (
                    {"move_id": move.id, "move_name": move.name},
                    self.env._("Posted by %s.", self.env.user.name),
                    stopped[move.commercial_partner_id.id],
                )
                for move in self
                if move.commercial_partner_id.id in stopped
            ],
        )

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def _say_stopped(self, stopped):
        """Why these invoices cannot be posted, and who may do it anyway.

        :param dict stopped: of :meth:`_find_stopped`
        """
        credit = self.env["collections.credit"]
        return credit._say_stopped(
            [
                self.env._(
                    "%(what)s cannot be posted. %(why)s",
                    what=moves._say_what(account),
                    why=credit._say_why(account, *stopped[account.id]),
                )
                for account, moves in self.grouped("commercial_partner_id").items()
                if account.id in stopped
            ]
        )

    def _say_what(self, account):
        # sudo: whoever posts an invoice is told whose it is
        account = account.sudo()
        if len(self) > 1:
            return self.env._(
                "%(count)s invoices of %(account)s",
                count=len(self),
                account=account.display_name,
            )
        return self.env._(
            "The invoice of %(account)s over %(amount)s",
            account=account.display_name,
            amount=self.currency_id.format(self.amount_total),
        )

    # ------------------------------------------------------------------
    # SET BACK TO DRAFT
    # ------------------------------------------------------------------

    def _keep_counted(self):
        """Note what posted invoices count with, before they are set back to draft."""
        update_rows(
            self,
            [
                {"id": move.id, "collections_counted": move.amount_total_signed}
                for move in self
                if move.move_type == "out_invoice" and move.state == "posted"
            ],
        )

    def _forget_counted(self):
        """These count anew: posted, cancelled, or somebody else's."""
        # sudo: a bookkeeper need not see what collections keeps
        if not any(self.sudo().mapped("collections_counted")):
            return
        self.env.execute_query(
            SQL(
                """UPDATE account_move SET collections_counted = NULL
                    WHERE id = ANY(%s) AND collections_counted IS NOT NULL
                RETURNING id""",
                self.ids,
            )
        )
        self.invalidate_recordset(["collections_counted"], flush=False)
