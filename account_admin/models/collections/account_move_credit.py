"""What limits and holds say to a customer's invoice when it is posted."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...engine.credit import INVOICE, find_broken, needs_check
from ...engine.money import to_decimal
from ..base.bulk import update_rows
from ..base.groups import COLLECTIONS

#: Who may post in spite of a limit or a hold.
OVERRIDE = "account_admin.group_account_admin_override"
#: So many names of people, and accounts, a sentence has.
NAMED = 3


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
            if not self.env["collections.limit"].sudo()._is_any(company):
                continue
            # one by one: the drafts before it count, and a form has one
            for move in moves:
                adding = move._origin._filter_adding()
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
        for company, moves in invoices.grouped("company_id").items():
            if not self.env["collections.limit"].sudo()._is_any(company):
                continue
            adding = moves._filter_adding()
            adding._take_turns(company)
            # of two drafts the one that was there first comes first
            stopped = adding._find_stopped(company, min(moves.ids), is_strict=True)
            if stopped and not self._may_override_credit():
                raise UserError(adding._say_stopped(stopped))
            adding._note_overrides(company, stopped)
            moves._forget_counted()

    def _filter_adding(self):
        """Those that add to what is owed and are not free of limits."""
        free = self._find_free_of_limits()
        return self.filtered(
            lambda move: move.id not in free
            and not move._is_downpayment()
            and needs_check(
                # sudo: a bookkeeper need not see what collections keeps
                to_decimal(move.sudo().collections_counted),
                to_decimal(move.amount_total_signed),
            )
        )

    def _find_free_of_limits(self):
        """Ids of invoices that no limit stops: what they ask for is owed anyway."""
        # sudo: a fee is free whoever posts it
        notices = self.env["collections.notice"].sudo()
        return set(notices.search([("fee_move_id", "in", self.ids)]).fee_move_id.ids)

    def _take_turns(self, company):
        """Wait for whoever adds to the same limits at this moment."""
        # sudo: limits count whoever may see them
        limits = self.env["collections.limit"].sudo()
        found = limits._find_of(company, self.commercial_partner_id.ids)
        limits._take_turns({unit for mine in found.values() for unit in mine})

    def _find_stopped(self, company, before, is_strict=False):
        """What stops these invoices of a company: limits they exceed, holds.

        :param before, is_strict: see :meth:`collections.limit._measure`
        :return: dict partner id -> pair of list of
            :class:`~..engine.credit.Limit` and ``collections.hold``
        """
        partners = self.commercial_partner_id.ids
        # sudo: limits and holds stop whoever may not even see them
        holds = self.env["collections.hold"].sudo()
        limits = self.env["collections.limit"].sudo()
        stopping = holds._find_stopping(company, partners, INVOICE)
        states = limits._get_states(company, partners, before, is_strict)
        stopped = {}
        for partner in partners:
            broken = find_broken(states.get(partner, ()))
            if broken or partner in stopping:
                stopped[partner] = broken, stopping.get(partner, holds)
        return stopped

    def _may_override_credit(self):
        # what runs by itself overrides nothing
        return self.env.uid != SUPERUSER_ID and self.env.user.has_group(OVERRIDE)

    def _note_overrides(self, company, stopped):
        """Keep who posted which invoice in spite of what.

        :param dict stopped: of :meth:`_find_stopped`
        """
        day = company._collections_today()
        rows = []
        for move in self:
            broken, holds = stopped.get(move.commercial_partner_id.id, ((), ()))
            noted = {
                "move_id": move.id,
                "move_name": move.name,
                "reason": self.env._("Posted by %s.", self.env.user.name),
                "date_start": day,
                "date_end": day,
            }
            rows += [
                {**noted, "limit_id": limit.key[0], "amount": float(-limit.free)}
                for limit in broken
            ]
            rows += [{**noted, "hold_id": hold.id} for hold in holds]
        # sudo: these are kept whatever else the user may do with limits
        self.env["collections.limit.override"].sudo().create(rows)

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def _say_stopped(self, stopped):
        """Why these invoices cannot be posted, and who may do it anyway.

        :param dict stopped: of :meth:`_find_stopped`
        """
        by_account = self.grouped("commercial_partner_id")
        sentences = [
            self.env._(
                "%(what)s cannot be posted. %(why)s",
                what=moves._say_what(account),
                why=" ".join(self._say_why(account, *stopped[account.id])),
            )
            for account, moves in by_account.items()
            if account.id in stopped
        ]
        if len(sentences) > NAMED:
            rest = len(sentences) - NAMED
            sentences = [
                *sentences[:NAMED],
                self.env._("The same goes for %s more accounts.", rest),
            ]
        return "\n".join([*sentences, self._say_who_may()])

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

    def _say_why(self, account, broken, holds):
        """A sentence for each limit and hold, the nearest first."""
        # sudo: who is stopped is told by what
        limits = self.env["collections.limit"].sudo()
        for state in broken:
            limit = limits.browse(state.key[0])
            show = limit.currency_id.format
            whose = account.sudo().display_name if state.key[1] else limit._get_whose()
            yield self.env._(
                "With it %(whose)s owes %(used)s, %(over)s more than its credit limit"
                " of %(limit)s.",
                whose=whose,
                used=show(float(state.used)),
                over=show(float(-state.free)),
                limit=show(float(state.top)),
            )
        for hold in holds.sudo():
            yield self.env._(
                "%(whose)s is on hold since %(day)s: %(reason)s",
                whose=hold._get_whose(),
                day=format_date(self.env, hold.date_start),
                reason=hold.reason,
            )

    @api.model
    def _say_who_may(self):
        # sudo: a group's people are named to whoever needs one of them
        users = self.env.ref(OVERRIDE).sudo().all_user_ids
        users = users.filtered(
            lambda user: user.active
            and user.id != SUPERUSER_ID
            and self.env.company in user.company_ids
        )
        if not users:
            return self.env._(
                "Nobody may override limits yet: an administrator gives the right."
            )
        return self.env._(
            "May override limits: %s.", ", ".join(users[:NAMED].mapped("name"))
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
        self.env.execute_query(
            SQL(
                """UPDATE account_move SET collections_counted = NULL
                    WHERE id = ANY(%s) AND collections_counted IS NOT NULL
                RETURNING id""",
                self.ids,
            )
        )
        self.invalidate_recordset(["collections_counted"], flush=False)
