"""Holds: what an account does not get until somebody, or its cause, lets go."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...engine.credit import DELIVERY, INVOICE, ORDER, is_stopped
from ..base.bounds import bounded

#: What a hold is about and since when: it is released, not changed.
_KEPT = {"partner_id", "national_account_id", "company_id", "date_start"}


@bounded
class CollectionsHold(models.Model):
    """Set by hand and released by hand, or set and released with its cause."""

    _name = "collections.hold"
    _description = "Hold"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "state, date_start desc, id desc"
    _rec_name = "reason"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        index="btree_not_null",
        ondelete="restrict",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The customer that is on hold.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        index="btree_not_null",
        ondelete="restrict",
        help="The group whose head office and members are all on hold.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        ondelete="restrict",
        help="Only this company holds back; all of them when empty.",
    )
    stops_invoice = fields.Boolean(
        string="Invoices",
        default=True,
        help="No invoice is posted. Credit notes, receipts, fees, royalties and"
        " interest always are.",
    )
    stops_order = fields.Boolean(
        string="Orders", default=True, help="No order is confirmed."
    )
    stops_delivery = fields.Boolean(
        string="Deliveries", default=True, help="Nothing is delivered."
    )
    reason = fields.Char(help="Why; whoever is stopped reads it.")
    source = fields.Selection(
        selection=[
            ("hand", "By Hand"),
            ("limit", "Credit Limit"),
            ("step", "Collections Step"),
            ("overdue", "Overdue Rule"),
            ("standing", "Standing"),
        ],
        string="Set By",
        default="hand",
        required=True,
        readonly=True,
        help="One that was set by hand is released by hand; the others go with their"
        " cause.",
    )
    state = fields.Selection(
        selection=[
            ("active", "Active"),
            ("released", "Released"),
            ("expired", "Expired"),
        ],
        default="active",
        required=True,
        readonly=True,
        index=True,
        help="Expired: its last day has passed.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The first day on which it holds.",
    )
    date_end = fields.Date(
        string="Until", help="The last day on which it holds; until released if empty."
    )
    released_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        ondelete="restrict",
        help="Nobody where it went with its cause.",
    )
    released_at = fields.Datetime(
        string="Released On", readonly=True, help="When it was released or expired."
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)", "A hold cannot end before it begins."
    )
    _of_one = models.Constraint(
        "CHECK((partner_id IS NULL) <> (national_account_id IS NULL))",
        "A hold is for an account or for a national account.",
    )
    _stops_something = models.Constraint(
        "CHECK(stops_invoice OR stops_order OR stops_delivery)",
        "Say what the hold stops: invoices, orders or deliveries.",
    )
    _cause_once = models.UniqueIndex(
        "(source, company_id, COALESCE(partner_id, 0),"
        " COALESCE(national_account_id, 0))"
        " WHERE state = 'active' AND source <> 'hand'",
        "The account is on hold for this already.",
    )
    _active_idx = models.Index("(company_id) WHERE state = 'active'")

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.depends("partner_id", "national_account_id")
    def _compute_display_name(self):
        for hold in self:
            hold.display_name = hold._get_whose()

    def _get_whose(self):
        return (self.partner_id or self.national_account_id).display_name or ""

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for hold in self.filtered("partner_id"):
            account = hold.partner_id.commercial_partner_id
            if hold.partner_id != account:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(account)s: put the account on"
                        " hold.",
                        contact=hold.partner_id.display_name,
                        account=account.display_name,
                    )
                )

    @api.constrains("reason", "source")
    def _check_reason(self):
        for hold in self:
            if not (hold.reason or "").strip():
                raise ValidationError(
                    self.env._("Say why %s is put on hold.", hold._get_whose())
                )

    def write(self, vals):
        if _KEPT & set(vals) or ("reason" in vals and not self.env.su):
            raise UserError(
                self.env._(
                    "A hold is kept as it was set: release it and set another one."
                )
            )
        if not self.env.su and any(hold.state != "active" for hold in self):
            raise UserError(
                self.env._(
                    "The hold of %s has ended and is not changed: set another one.",
                    next(h for h in self if h.state != "active")._get_whose(),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Holds are kept: release the one that is over."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_release(self):
        """Let go of what was held by hand.

        :raise UserError: naming one that goes with its cause
        """
        self.check_access("write")
        going = self.filtered(lambda hold: hold.state == "active")
        for hold in going.filtered(lambda hold: hold.source != "hand"):
            raise UserError(
                self.env._(
                    "The hold of %(account)s goes when its cause is gone:"
                    " %(reason)s. Who may override limits can still post.",
                    account=hold._get_whose(),
                    reason=hold.reason,
                )
            )
        going._end("released", self.env.user)
        return True

    def _end(self, state, user=None):
        if self:
            self._write_kept(
                {
                    "state": state,
                    "released_by_id": user.id if user else False,
                    "released_at": fields.Datetime.now(),
                }
            )

    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    @api.model
    def _find_of(self, company, partner_ids):
        """Holds of accounts today, their own before their national account's.

        :param partner_ids: ids of commercial partners
        :return: dict partner id -> ``collections.hold``, those that have one
        """
        # sudo: what is held back is the same for whoever asks
        Hold, day = self.sudo(), company._collections_today()
        partner_ids = list(partner_ids)
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM collections_hold
                    WHERE state = 'active'
                      AND (company_id IS NULL OR company_id = %(company)s)
                      AND date_start <= %(day)s
                      AND (date_end IS NULL OR date_end >= %(day)s)
                      AND (national_account_id IS NOT NULL
                           OR partner_id = ANY(%(partners)s))
                    ORDER BY date_start DESC, id DESC""",
                company=company.id,
                day=day,
                partners=partner_ids,
            )
        )
        active = Hold.browse([hold for (hold,) in rows])
        if not active:
            return {}
        found = {
            partner.id: holds
            for partner, holds in active.grouped("partner_id").items()
            if partner
        }
        of_groups = active.filtered("national_account_id").grouped(
            "national_account_id"
        )
        if of_groups:
            Account = self.env["national.account"].sudo()
            for partner, line in Account._get_lines(company, day, partner_ids).items():
                above = Hold.union(*(of_groups.get(one, Hold) for one in line))
                if above:
                    found[partner] = found.get(partner, Hold) | above
        return found

    def _get_stopped(self):
        """What a hold stops: kinds of the engine."""
        self.ensure_one()
        stops = {
            INVOICE: self.stops_invoice,
            ORDER: self.stops_order,
            DELIVERY: self.stops_delivery,
        }
        return {kind for kind, is_on in stops.items() if is_on}

    @api.model
    def _find_stopping(self, company, partner_ids, kind):
        """Holds that stop a kind of document of accounts.

        One by a limit is left out for invoices: these ask the limits themselves.

        :param str kind: of :mod:`~..engine.credit`
        :return: dict partner id -> ``collections.hold``
        """
        stopping = {}
        for partner, holds in self._find_of(company, partner_ids).items():
            mine = holds.filtered(
                lambda hold: is_stopped(kind, hold._get_stopped())
                and not (kind == INVOICE and hold.source == "limit")
            )
            if mine:
                stopping[partner] = mine
        return stopping
