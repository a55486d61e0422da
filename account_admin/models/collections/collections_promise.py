from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.promise import get_level
from ..base.actions import open_window
from ..base.bounds import bounded

#: What a promise is judged by: fixed once it was judged.
FACTS = {
    *("partner_id", "company_id", "currency_id", "amount", "made_on", "date"),
    *("tolerance_days", "move_ids"),
}


@bounded
class CollectionsPromise(models.Model):
    _name = "collections.promise"
    _description = "Promise to Pay"
    _inherit = [
        "account.admin.readonly.mixin",
        "account.admin.cover.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _moved_by = ("partner_id",)

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The customer that promised, not one of its contacts.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The currency of the promised amount.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount = fields.Monetary(
        string="Promised Amount",
        required=True,
        tracking=True,
        help="Overdue items of this amount are not chased while the promise is open.",
    )
    amount_company = fields.Monetary(
        string="Promised in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day on which it was made.",
    )
    made_on = fields.Date(
        compute="_compute_made_on",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Payments before this day do not count.",
    )
    date = fields.Date(
        string="Promised Day",
        required=True,
        tracking=True,
        index=True,
        help="Until when the customer pays.",
    )
    tolerance_days = fields.Integer(
        string="Days of Tolerance",
        compute="_compute_tolerance_days",
        store=True,
        precompute=True,
        readonly=False,
        help="A payment so many days after the promised day is still in time.",
    )
    move_ids = fields.Many2many(
        comodel_name="account.move",
        relation="collections_promise_move_rel",
        column1="promise_id",
        column2="move_id",
        string="Invoices",
        check_company=True,
        domain="[('state', '=', 'posted'), ('company_id', '=', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt', 'entry')),"
        " ('commercial_partner_id', '=', partner_id)]",
        help="Only payments of these invoices keep it; any payment of the account when"
        " empty.",
    )
    case_id = fields.Many2one(
        comodel_name="collections.case",
        compute="_compute_case_id",
        store=True,
        precompute=True,
        help="The case that was open when it was made.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Hears of it when the promise is broken.",
    )
    move_names = fields.Char(
        string="Invoice Numbers",
        readonly=True,
        help="Of the promised invoices, kept where one is deleted.",
    )
    note = fields.Text(help="What was said, and by whom; for colleagues only.")
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("partial", "Kept in Part"),
            ("broken", "Broken"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        group_expand=True,
        help="Open until the promised day and its tolerance are over, then judged by"
        " what was paid.",
    )
    judged_on = fields.Date(
        readonly=True, copy=False, help="The day on which it ended as it now stands."
    )
    received = fields.Monetary(
        readonly=True,
        copy=False,
        help="What was paid in time, up to the promised amount. A payment counts for"
        " one promise only.",
    )
    level = fields.Integer(
        string="Try",
        compute="_compute_level",
        help="1 for the first promise, one more for each before it that was not kept.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A promise needs an amount above zero."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date >= made_on)", "The promised day cannot be before the promise."
    )
    _tolerance_positive = models.Constraint(
        "CHECK(tolerance_days >= 0)", "Days of tolerance cannot be negative."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("partner_id", "amount", "date")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(account)s: %(amount)s",
                account=promise.partner_id.display_name or "",
                amount=(promise.currency_id or promise.company_currency_id).format(
                    promise.amount
                ),
            )

    @api.depends("company_id", "move_ids")
    def _compute_currency_id(self):
        for promise in self:
            currencies = promise.move_ids.currency_id
            if len(currencies) == 1:
                promise.currency_id = currencies
            else:
                promise.currency_id = (
                    promise.currency_id or promise.company_id.currency_id
                )

    @api.depends("company_id")
    def _compute_made_on(self):
        for promise in self:
            company = promise.company_id or self.env.company
            promise.made_on = promise.made_on or company._collections_today()

    @api.depends("company_id")
    def _compute_tolerance_days(self):
        for promise in self:
            company = promise.company_id or self.env.company
            # sudo: a setting counts for whoever may promise
            promise.tolerance_days = company.sudo().collections_promise_tolerance

    @api.depends("amount", "currency_id", "company_id", "made_on")
    def _compute_amount_company(self):
        for promise in self:
            if not (promise.currency_id and promise.company_id and promise.made_on):
                promise.amount_company = promise.amount
                continue
            promise.amount_company = promise.currency_id._convert(
                promise.amount,
                promise.company_id.currency_id,
                promise.company_id,
                promise.made_on,
            )

    @api.depends("partner_id", "company_id")
    def _compute_case_id(self):
        # sudo: whoever hears the promise need not see the case it belongs to
        Case = self.env["collections.case"].sudo()
        self.case_id = False
        for company, promises in self.grouped("company_id").items():
            if not company:
                continue
            cases = Case._get_open_of(company, promises.partner_id)
            for promise in promises:
                promise.case_id = cases.get(promise.partner_id.id, Case)

    @api.depends("state", "judged_on", "made_on", "partner_id", "move_ids")
    def _compute_level(self):
        # sudo: earlier promises of the account count, whoever may see them
        siblings = self.sudo().search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            order="made_on, id",
        )
        by_account = siblings.grouped(lambda p: (p.partner_id, p.company_id))
        for promise in self:
            known = promise._origin
            made_on = promise.made_on or promise.company_id._collections_today()
            earlier = [
                (other.state, other.judged_on or None)
                for other in by_account.get(
                    (promise.partner_id, promise.company_id), ()
                )
                if other != known
                and (not known or (other.made_on, other.id) < (made_on, known.id))
                and promise._covers_same(other)
            ]
            promise.level = get_level(made_on, earlier)

    def _covers_same(self, other):
        """Whether two promises of an account are about the same items."""
        return not (self.move_ids and other.move_ids) or bool(
            self.move_ids._origin & other.move_ids
        )

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.constrains("currency_id", "company_id")
    def _check_rate(self):
        """A promise in a currency without a rate would count as if it were ours."""
        items = self.env["account.admin.open.item"]
        for promise in self:
            company = promise.company_id
            if promise.currency_id != company.currency_id:
                items._check_rate(company, promise.currency_id)

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for promise in self:
            account = promise.partner_id.commercial_partner_id
            if promise.partner_id != account:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(account)s: the account"
                        " promises.",
                        contact=promise.partner_id.display_name,
                        account=account.display_name,
                    )
                )

    @api.constrains("move_ids", "partner_id", "currency_id", "company_id")
    def _check_moves(self):
        members = {
            company: self._get_payers(company, promises.partner_id.ids)
            for company, promises in self.filtered("move_ids")
            .grouped("company_id")
            .items()
        }
        for promise in self.filtered("move_ids"):
            payers = members[promise.company_id][promise.partner_id.id]
            for move in promise.move_ids:
                lines = move.line_ids.filtered(
                    lambda line: line.account_type == "asset_receivable"
                )
                promise._check_move(move, lines, payers)

    def _check_move(self, move, lines, payers):
        self.ensure_one()
        name = move.display_name
        if not lines or move.state != "posted":
            raise ValidationError(
                self.env._("%s has no receivable item to promise.", name)
            )
        strangers = lines.partner_id.commercial_partner_id.filtered(
            lambda partner: partner.id not in payers
        )
        if strangers:
            raise ValidationError(
                self.env._(
                    "%(invoice)s is owed by %(other)s, not by %(account)s.",
                    invoice=name,
                    other=strangers[0].display_name,
                    account=self.partner_id.display_name,
                )
            )
        if lines.currency_id != self.currency_id:
            raise ValidationError(
                self.env._(
                    "%(invoice)s is in %(currency)s: promise it in that currency.",
                    invoice=name,
                    currency=", ".join(lines.currency_id.mapped("name")),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        for made_on, same in promises.grouped("made_on").items():
            same._log_kind("promised", made_on)
        promises._keep_names()
        promises._touch_cases()
        return promises

    def write(self, vals):
        if FACTS & set(vals):
            judged = self.filtered(lambda promise: promise.state != "open")
            if judged:
                raise UserError(
                    self.env._(
                        "The promise of %s has ended and is not changed: make a new"
                        " one.",
                        judged[0].partner_id.display_name,
                    )
                )
        result = super().write(vals)
        if "move_ids" in vals:
            self._keep_names()
        self._touch_cases()
        return result

    def _keep_names(self):
        """Note the numbers of the invoices, for when one is gone."""
        for promise in self.filtered("move_ids"):
            names = ", ".join(promise.move_ids.mapped("display_name"))
            promise._write_kept({"move_names": names})

    def _touch_cases(self):
        """The cases of the accounts that promise show it at once."""
        for company, promises in self.grouped("company_id").items():
            self.env["collections.upkeep"]._touch(company, promises.partner_id)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_withdraw(self):
        """The customer or we took it back: what it covered is chased again."""
        self.check_access("write")
        going = self.filtered(lambda promise: promise.state == "open")
        for company, promises in going.grouped("company_id").items():
            promises._write_kept(
                {"state": "withdrawn", "judged_on": company._collections_today()}
            )
        going._log_kind("promise_withdrawn")
        return True

    def action_judge(self):
        """Judge now what the next night would judge."""
        self.check_access("write")
        for company, promises in self.grouped("company_id").items():
            # sudo: judging reads the whole account's ledger; the check was above
            promises.sudo()._judge_on(company, company._collections_today())
        return True

    @api.model
    def _get_action(self, whose, domain, context):
        """The list of some promises, or the form of a new one where there is none.

        :param str whose: of which account or document, for the title
        """
        title, how = self.env._("Promises of %s", whose), {"domain": domain}
        if self.has_access("create") and not self.search_count(domain, limit=1):
            title = self.env._("Promise of %s", whose)
            how = {"views": [(False, "form")], "view_mode": "form", "target": "new"}
        return open_window(
            self.env, "collections_promise_action", title, context=context, **how
        )

    def action_view_case(self):
        """The case the promise was made in."""
        self.ensure_one()
        return self.case_id._get_records_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Promises are kept: withdraw the one that does not hold.")
        )
