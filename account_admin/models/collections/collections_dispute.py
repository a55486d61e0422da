from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..base.account_admin_evidence import as_own, is_own, not_own
from ..base.bounds import bounded

#: What a dispute was about: fixed once it is closed.
FACTS = {
    *("move_id", "move_name", "line_id", "company_id", "partner_id", "currency_id"),
    *("amount", "date", "closed_on", "resolution", "state"),
}


@bounded
class CollectionsDispute(models.Model):
    _name = "collections.dispute"
    _description = "Dispute"
    _inherit = [
        "account.admin.readonly.mixin",
        "account.admin.cover.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _moved_by = ("move_id",)
    _rec_name = "move_name"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        index=True,
        ondelete="set null",
        check_company=True,
        domain=[("state", "=", "posted")],
        help="The posted invoice that is contested.",
    )
    move_name = fields.Char(
        string="Number",
        readonly=True,
        help="Of the invoice, kept where that is deleted.",
    )
    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Instalment",
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_id', '=', move_id), ('account_type', '=', 'asset_receivable')]",
        help="Only this instalment; the whole invoice when empty.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_from_move",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        compute="_compute_from_move",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_from_move",
        store=True,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Disputed Amount",
        help="The part that is not chased meanwhile; 0 for all of it.",
        tracking=True,
    )
    reason = fields.Selection(
        selection=[
            ("price", "Price or discount"),
            ("quantity", "Quantity"),
            ("quality", "Quality or damage"),
            ("delivery", "Not delivered"),
            ("duplicate", "Billed twice"),
            ("paid", "Says it is paid"),
            ("other", "Other"),
        ],
        default="other",
        required=True,
        tracking=True,
        help="What the customer says is wrong.",
    )
    description = fields.Text(
        help="What was said, and what was agreed; for colleagues only."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Who settles it.",
    )
    date = fields.Date(
        string="Since",
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="From this day on it is not chased.",
    )
    closed_on = fields.Date(
        readonly=True, copy=False, help="From this day on it is chased again."
    )
    resolution = fields.Selection(
        selection=[
            ("customer_right", "Customer was right"),
            ("customer_wrong", "Customer was wrong"),
            ("withdrawn", "Withdrawn"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
        help="How it ended. Where the customer was right, credit the invoice.",
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Closed")],
        compute="_compute_state",
        store=True,
        help="Open: the amount is not chased. Closed: the invoice goes on where it"
        " stopped.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A disputed amount cannot be negative."
    )
    _closed_in_order = models.Constraint(
        "CHECK(closed_on IS NULL OR closed_on >= date)",
        "A dispute cannot be closed before it began.",
    )

    @api.depends("move_id", "line_id")
    def _compute_from_move(self):
        for dispute in self:
            move, line = dispute.move_id, dispute.line_id
            if not move:
                # deleted since: what was disputed stays
                dispute.company_id = dispute.company_id
                dispute.currency_id = dispute.currency_id
                dispute.partner_id = dispute.partner_id
                continue
            dispute.company_id = move.company_id
            dispute.currency_id = (line or move).currency_id
            dispute.partner_id = (line or move).partner_id.commercial_partner_id

    @api.depends("company_id")
    def _compute_date(self):
        for dispute in self:
            company = dispute.company_id or self.env.company
            dispute.date = dispute.date or company._collections_today()

    @api.depends("closed_on")
    def _compute_state(self):
        for dispute in self:
            dispute.state = "closed" if dispute.closed_on else "open"

    @api.constrains("move_id", "line_id", "amount")
    def _check_item(self):
        for dispute in self:
            lines = dispute._get_lines()
            name = dispute.move_id.display_name or ""
            if not dispute.move_id:
                raise ValidationError(self.env._("Choose the invoice to dispute."))
            if dispute.line_id and dispute.line_id.move_id != dispute.move_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is no item of %(name)s: choose one of its own.",
                        item=dispute.line_id.display_name,
                        name=name,
                    )
                )
            if not lines or lines.filtered(
                lambda line: line.account_type != "asset_receivable"
            ):
                raise ValidationError(
                    self.env._("%s has no receivable item to dispute.", name)
                )
            if len(lines.partner_id.commercial_partner_id) > 1:
                raise ValidationError(
                    self.env._("%s is for several accounts: choose its item.", name)
                )
            total = sum(lines.mapped("amount_currency"))
            if dispute.currency_id.compare_amounts(dispute.amount, total) > 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s is for %(total)s: no more than that can be disputed.",
                        name=name,
                        total=dispute.currency_id.format(total),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        disputes._keep_names()
        disputes._log("disputed")
        disputes._touch_cases()
        return disputes

    def write(self, vals):
        if is_own(self.env):
            return super(CollectionsDispute, not_own(self)).write(vals)
        if not self.env.su:
            # what nobody may set by hand is said before what is closed
            self._check_kept(vals)
        for dispute in self.filtered("closed_on"):
            if FACTS.intersection(vals):
                raise UserError(
                    self.env._(
                        "The dispute of %s is closed and is not changed: reopen it, or"
                        " make a new one.",
                        dispute.display_name,
                    )
                )
        result = super().write(vals)
        if "move_id" in vals:
            self._keep_names()
        self._touch_cases()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Disputes are kept: withdraw the one that does not hold.")
        )

    def _keep_names(self):
        """Note the number of the invoice, for when that is gone."""
        for name, same in self.grouped(lambda d: d.move_id.display_name).items():
            # of a closed one, too
            as_own(same)._write_kept({"move_name": name})

    def _touch_cases(self):
        """The cases of the disputed accounts show it at once."""
        for company, disputes in self.grouped("company_id").items():
            self.env["collections.upkeep"]._touch(company, disputes.partner_id)

    def _get_lines(self):
        """The receivable items that are disputed."""
        self.ensure_one()
        return self.line_id or self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_close_right(self):
        """Close: the customer was right; a credit note is due."""
        return self._action_close("customer_right")

    def action_close_wrong(self):
        """Close: the customer was wrong; it is chased again."""
        return self._action_close("customer_wrong")

    def action_withdraw(self):
        """Close: the customer withdrew it."""
        return self._action_close("withdrawn")

    def _action_close(self, resolution):
        self.check_access("write")
        for company, disputes in (
            self.filtered(lambda d: not d.closed_on).grouped("company_id").items()
        ):
            disputes._write_kept(
                {"closed_on": company._collections_today(), "resolution": resolution}
            )
            disputes._log("dispute_closed")
        return True

    def action_reopen(self):
        """Undo closing."""
        self.check_access("write")
        closed = self.filtered("closed_on")
        for dispute in closed.filtered(lambda dispute: not dispute.move_id):
            raise UserError(
                self.env._(
                    "%s was deleted: there is nothing left to dispute.",
                    dispute.display_name,
                )
            )
        as_own(closed)._write_kept({"closed_on": False, "resolution": False})
        closed._touch_cases()
        closed._log("disputed")
        return True

    def _action_close_deleted(self):
        """Their invoices are being deleted: what was disputed stays, closed."""
        # sudo: whoever may delete the invoice need not see its disputes
        self.sudo()._action_close("withdrawn")
        bodies = {d.id: self.env._("%s was deleted.", d.display_name) for d in self}
        self.sudo()._message_log_batch(bodies=bodies)

    def _log(self, kind):
        """Tell the open cases of the disputed accounts."""
        # sudo: whoever may dispute need not see the case that hears of it
        Case = self.env["collections.case"].sudo()
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        events = []
        for company, disputes in self.grouped("company_id").items():
            cases = Case._get_open_of(company, disputes.partner_id)
            events += [
                {
                    "case_id": case.id,
                    "partner_id": case.partner_id.id,
                    "company_id": company.id,
                    "kind": kind,
                    "item_name": dispute.display_name,
                    "note": reasons[dispute.reason],
                }
                for dispute in disputes
                if (case := cases.get(dispute.partner_id.id))
            ]
        Case._log_events(events)

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _get_resumed(self, company, day, heads):
        """Last day, up to ``day``, on which a dispute of each account was closed.

        :return: dict account id -> date
        """
        self.flush_model(["partner_id", "closed_on", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MAX(closed_on) FROM collections_dispute
                    WHERE company_id = %s AND closed_on <= %s GROUP BY partner_id""",
                company.id,
                day,
            )
        )
        resumed = {}
        for partner, closed_on in rows:
            account = heads.get(partner, partner)
            resumed[account] = max(closed_on, resumed.get(account, closed_on))
        return resumed
