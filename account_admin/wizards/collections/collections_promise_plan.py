from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine import promise as engine
from ...engine.calendar import NoWorkingDay
from ...engine.money import to_decimal
from ...models.base.bounds import bounded

#: More instalments than anybody keeps.
MOST = 120


@bounded
class CollectionsPromisePlan(models.TransientModel):
    """An amount in equal instalments, which may be corrected before they count."""

    _name = "collections.promise.plan"
    _description = "Promise in Instalments"
    _inherit = ["account.admin.wizard.mixin"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        ondelete="cascade",
        help="The customer that promised.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    source_id = fields.Many2one(
        comodel_name="collections.promise",
        string="Promise",
        ondelete="cascade",
        help="The promise that is split: it becomes the first instalment.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The currency of the promised amount.",
    )
    move_ids = fields.Many2many(
        comodel_name="account.move",
        string="Invoices",
        check_company=True,
        domain="[('state', '=', 'posted'), ('company_id', '=', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt', 'entry')),"
        " ('commercial_partner_id', '=', partner_id), ('amount_residual', '!=', 0)]",
        help="Only payments of these keep the promise; any payment of the account when"
        " empty.",
    )
    owed = fields.Monetary(
        string="Can Be Promised",
        compute="_compute_owed",
        help="What is open of it and not promised yet.",
    )
    amount = fields.Monetary(
        string="Amount in All",
        help="What the instalments make together.",
    )
    count = fields.Integer(
        string="Instalments", default=3, help="Into how many the amount is split."
    )
    first_on = fields.Date(
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The day of the first; days that are not worked on move to the next.",
    )
    every = fields.Integer(default=1, help="How far the instalments are apart.")
    unit = fields.Selection(
        selection=[("days", "Days"), ("weeks", "Weeks"), ("months", "Months")],
        required=True,
        default="months",
        help="Days, weeks or months apart.",
    )
    note = fields.Text(help="What was said, and by whom; for colleagues only.")
    line_ids = fields.One2many(
        comodel_name="collections.promise.plan.line",
        inverse_name="plan_id",
        string="What Is Promised",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="Change a day or an amount where the customer said otherwise.",
    )

    _count_positive = models.Constraint(
        f"CHECK(count BETWEEN 1 AND {MOST})",
        f"An amount is split into 1 to {MOST} instalments.",
    )
    _every_positive = models.Constraint(
        "CHECK(every > 0)", "Instalments are at least one day apart."
    )

    @api.model
    def default_get(self, fields):
        """What the promise says that is to be split, else what the account owes."""
        defaults = super().default_get(fields)
        names = ("partner_id", "company_id", "source_id")
        account, company, source = (
            self.env[self._fields[name].comodel_name].browse(defaults.get(name) or [])
            for name in names
        )
        if source:
            defaults |= {
                "currency_id": source.currency_id.id,
                "move_ids": [Command.set(source.move_ids.ids)],
                "amount": source.amount,
                "first_on": source.date,
                "note": source.note,
            }
        elif account and company:
            named = self.env.context.get("default_currency_id")
            currency = company.currency_id.browse(named or company.currency_id.id)
            moves = account.env["account.move"].browse(
                self.env.context.get("default_move_ids") or []
            )
            defaults |= {
                "currency_id": currency.id,
                "first_on": company._collections_today(),
                "amount": self._get_owed(account, company, currency, moves),
            }
        return {name: value for name, value in defaults.items() if name in fields}

    @api.model
    def _get_owed(self, account, company, currency, moves=None, source=None):
        """What may be promised, once the user may see it."""
        account = account.commercial_partner_id
        account._collections_check_own(company)
        promises = self.env["collections.promise"]
        args = (account, company, currency, moves, source)
        return float(promises._get_promisable(*args))

    @api.onchange("partner_id", "move_ids", "currency_id")
    def _onchange_amount(self):
        if not self.source_id:
            self.amount = self.owed

    @api.depends("partner_id", "company_id", "currency_id", "move_ids", "source_id")
    def _compute_owed(self):
        for plan in self:
            account, company = plan.partner_id._origin, plan.company_id
            if not (account and company and plan.currency_id):
                plan.owed = 0
                continue
            plan.owed = self._get_owed(
                account,
                company,
                plan.currency_id,
                plan.move_ids._origin,
                plan.source_id,
            )

    @api.depends("amount", "count", "first_on", "every", "unit", "company_id")
    def _compute_line_ids(self):
        for plan in self:
            plan.line_ids = [
                Command.clear(),
                *(
                    Command.create({"date": part.date, "amount": float(part.amount)})
                    for part in plan._split()
                ),
            ]

    def _split(self):
        """Equal instalments; none where what was entered makes none."""
        self.ensure_one()
        is_sound = 0 < self.count <= MOST and self.every > 0 and self.first_on
        if not is_sound or self.amount <= 0 or not self.company_id:
            return []
        try:
            return engine.split_parts(
                to_decimal(self.currency_id.round(self.amount)),
                self.count,
                self.first_on,
                self.every,
                self.unit,
                self.company_id._collections_working_days(self.first_on),
                self.currency_id.decimal_places,
            )
        except NoWorkingDay:
            raise UserError(
                self.env._(
                    "The working hours of %s have no working day: there is no day for"
                    " an instalment.",
                    self.company_id.name,
                )
            ) from None

    def action_promise(self):
        """Note the instalments as promises."""
        self.ensure_one()
        decimals = self.currency_id.round
        promises = self.env["collections.promise"]._promise_in_parts(
            self.partner_id.commercial_partner_id,
            self.company_id,
            [
                engine.Part(line.date, to_decimal(decimals(line.amount)))
                for line in self.line_ids
            ],
            amount=to_decimal(decimals(self.amount)),
            currency=self.currency_id,
            moves=self.move_ids,
            note=self.note,
            source=self.source_id,
        )
        if self.env.context.get("account_admin_stay"):
            return {"type": "ir.actions.act_window_close"}
        return promises[0].action_view_parts()


@bounded
class CollectionsPromisePlanLine(models.TransientModel):
    _name = "collections.promise.plan.line"
    _description = "Instalment of a Promise"
    _inherit = ["account.admin.wizard.mixin"]
    _order = "id"

    plan_id = fields.Many2one(
        comodel_name="collections.promise.plan", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date = fields.Date(
        string="Promised Day", required=True, help="Until when it is paid."
    )
    amount = fields.Monetary(
        string="Promised Amount", required=True, help="What is paid by then."
    )
