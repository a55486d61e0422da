"""Promises in instalments: made together, each judged as its own."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine import promise as engine
from ...engine.money import ZERO, to_decimal
from ..base.actions import open_window

#: What instalments have in common: it is theirs as long as there are several.
SHARED = {"partner_id", "company_id", "currency_id", "made_on", "move_ids"}


class CollectionsPromise(models.Model):
    _inherit = "collections.promise"

    plan_id = fields.Many2one(
        comodel_name="collections.promise",
        string="First Instalment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The first of the instalments that were promised together.",
    )
    part_ids = fields.One2many(
        comodel_name="collections.promise",
        inverse_name="plan_id",
        string="Instalments",
        help="Of the first: all that were promised together, each judged as its own.",
    )
    part = fields.Integer(
        string="Instalment",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Its number among the instalments; 0: it is promised at once.",
    )
    part_count = fields.Integer(
        string="Of",
        compute="_compute_part_count",
        help="How many instalments were promised together.",
    )

    @api.depends("plan_id.part_ids")
    def _compute_part_count(self):
        for promise in self:
            # sudo: a colleague's eyes count the same instalments
            promise.part_count = len(promise.sudo().plan_id.part_ids)

    def write(self, vals):
        if SHARED & set(vals):
            for promise in self.filtered(lambda one: one.part_count > 1):
                raise UserError(
                    self.env._(
                        "%(promise)s is instalment %(part)s of %(count)s: withdraw them"
                        " and promise anew for others or in another currency.",
                        promise=promise.display_name,
                        part=promise.part,
                        count=promise.part_count,
                    )
                )
        return super().write(vals)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_split(self):
        """The form that splits this promise in instalments."""
        self.ensure_one()
        self.check_access("write")
        return self._get_split_action(self.partner_id, self.company_id, self)

    @api.model
    def _get_split_action(self, account, company, source=None):
        """The form of a promise in instalments.

        :param account: commercial partner
        :param source: the promise that is split
        """
        self.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Instalments of %s", account.display_name),
            "res_model": "collections.promise.plan",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": account.id,
                "default_company_id": company.id,
                "default_source_id": source and source.id,
            },
        }

    def action_withdraw_all(self):
        """Take back what is open of all instalments."""
        self.ensure_one()
        return self.plan_id.part_ids.action_withdraw()

    def action_view_parts(self):
        """The instalments that were promised together."""
        self.ensure_one()
        return open_window(
            self.env,
            "collections_promise_action",
            self.env._("Instalments of %s", self.partner_id.display_name),
            domain=[("id", "in", self.plan_id.part_ids.ids)],
            context={},
        )

    # ------------------------------------------------------------------
    # MAKE
    # ------------------------------------------------------------------

    @api.model
    def _promise_in_parts(
        self,
        account,
        company,
        parts,
        *,
        amount=None,
        currency=None,
        moves=None,
        note=None,
        source=None,
    ):
        """Promise in instalments: one promise for each, all or none.

        :param account: commercial partner that promises
        :param parts: list of :class:`~..engine.promise.Part`, in order
        :param Decimal amount: that they make together, ``None`` where nobody said
        :param currency: the company's by default
        :param moves: the invoices that are promised; the account as a whole if none
        :param source: an open promise that becomes the first instalment: of its
            account and invoices, whatever else is named
        :return: ``collections.promise``, in order
        :raise UserError: one sentence that names the record and what to do
        """
        self.check_access("create")
        if source:
            source.check_access("write")
            account, company = source.partner_id, source.company_id
            moves, currency = source.move_ids, source.currency_id
        account._collections_check_own(company)
        moves = moves or self.env["account.move"]
        currency = currency or moves.currency_id[:1] or company.currency_id
        if not parts:
            raise UserError(
                self.env._("%s: enter at least one instalment.", account.display_name)
            )
        self._check_unpaid(moves)
        owed = self._get_promisable(account, company, currency, moves, source)
        today = company._collections_today()
        fault = engine.find_fault(parts, amount, owed, today)
        if fault:
            self._raise_fault(*fault, account, currency, parts, amount, owed)
        first = self._make_first(account, company, currency, moves, note, source, parts)
        common = {
            "partner_id": account.id,
            "company_id": company.id,
            "currency_id": currency.id,
            "made_on": first.made_on,
            "tolerance_days": first.tolerance_days,
            "move_ids": [Command.set(moves.ids)],
            "note": first.note,
            "user_id": first.user_id.id,
            "plan_id": first.id,
        }
        first._write_kept({"plan_id": first.id, "part": 1})
        rest = self._create_kept(
            [
                {
                    **common,
                    "date": part.date,
                    "amount": float(part.amount),
                    "part": number,
                }
                for number, part in enumerate(parts[1:], start=2)
            ]
        )
        return first | rest

    @api.model
    def _make_first(self, account, company, currency, moves, note, source, parts):
        """The first instalment: a new promise, or the one that is split."""
        vals = {"date": parts[0].date, "amount": float(parts[0].amount)}
        if source:
            if source.state != "open" or source.plan_id:
                raise UserError(
                    self.env._(
                        "The promise of %s has ended or is in instalments already: make"
                        " a new one.",
                        source.display_name,
                    )
                )
            source.write({**vals, **({"note": note} if note else {})})
            return source
        return self.create(
            {
                **vals,
                "partner_id": account.id,
                "company_id": company.id,
                "currency_id": currency.id,
                "move_ids": [Command.set(moves.ids)],
                "note": note,
            }
        )

    @api.model
    def _check_unpaid(self, moves):
        """Refuse to promise what is paid."""
        for move in moves:
            lines = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            if lines and all(lines.mapped("reconciled")):
                raise UserError(
                    self.env._("%s is paid: leave it out.", move.display_name)
                )

    @api.onchange("partner_id", "currency_id", "amount", "move_ids")
    def _onchange_amount(self):
        """Say at once what is more than is owed; an old promise may have been that."""
        if not (self.partner_id and self.company_id and self.amount > 0):
            return None
        try:
            self._check_owed()
        except UserError as error:
            title = self.env._("Promise of %s", self.partner_id.display_name)
            return {"warning": {"title": title, "message": str(error)}}
        return None

    def web_save(self, vals, specification, next_id=None):
        """What somebody enters in the form is no more than is owed.

        Promises that come by an import were made when more may have been owed.
        """
        self.check_access("write" if self else "create")
        saved = super().web_save(vals, specification, next_id=next_id)
        if not self and not next_id:
            self.browse(saved[0]["id"])._check_owed()
        return saved

    def _check_owed(self):
        """Refuse a promise above what is owed, or for what is paid.

        :raise UserError: naming the account, what it owes and what was promised
        """
        self.ensure_one()
        account, moves = self.partner_id._origin, self.move_ids._origin
        account._collections_check_own(self.company_id)
        self._check_unpaid(moves)
        payers = self._get_payers(self.company_id, account.ids)[account.id]
        # sudo: an account is promised on all its items; whose it is was checked
        items = self.env["account.admin.open.item"].sudo()
        today = self.company_id._collections_today()
        found = items._get_items(self.company_id, today, payers)
        owed = sum(
            (
                row["residual"]
                for rows in found.values()
                for row in rows
                if row["currency_id"] == self.currency_id.id
                and row["residual"] > 0
                and (not moves or row["move_id"] in moves.ids)
            ),
            ZERO,
        )
        if self.currency_id.compare_amounts(self.amount, float(owed)) > 0:
            names = ", ".join(moves.mapped("display_name"))
            raise UserError(
                self.env._(
                    "%(account)s owes %(owed)s and would promise %(amount)s: enter no"
                    " more than is owed.",
                    account=f"{self.partner_id.display_name} ({names})"
                    if names
                    else self.partner_id.display_name,
                    owed=self.currency_id.format(float(owed)),
                    amount=self.currency_id.format(self.amount),
                )
            )

    @api.model
    def _get_promisable(self, account, company, currency, moves=None, source=None):
        """What of an account, or of some invoices, is owed and not promised yet.

        :param source: a promise that does not count, since it is to be split
        :rtype: Decimal
        """
        today = company._collections_today()
        # sudo: an account is promised on all its items; whose it is was checked
        self = self.sudo()
        heads = self.env["collections.policy"]._get_heads(company, today)
        if account.id in heads:
            # a member promises what it owes itself
            heads = {}
        items = self.env["account.admin.open.item"]._get_items(
            company, today, account.ids, heads
        )
        rows = [
            row
            for row in items.get(account.id, ())
            if row["currency_id"] == currency.id
            and (not moves or row["move_id"] in moves.ids)
        ]
        owed = sum((row["residual"] for row in rows), ZERO)
        promised = sum((row["promised"] for row in rows), ZERO)
        if source:
            live = self._get_live(company, today).get(source.id)
            promised -= min(promised, live["amount"] if live else ZERO)
        return max(owed - promised, ZERO)

    @api.model
    def _raise_fault(self, what, place, account, currency, parts, amount, owed):
        """Say what is wrong with instalments, of whom, and what to do."""
        part = parts[place or 0]
        values = {
            "account": account.display_name,
            "number": (place or 0) + 1,
            "day": format_date(self.env, part.date),
            "sum": currency.format(float(sum(to_decimal(p.amount) for p in parts))),
            "amount": currency.format(float(amount or 0)),
            "owed": currency.format(float(owed)),
        }
        sentences = {
            engine.PAST: self.env._(
                "Instalment %(number)s of %(account)s is for %(day)s, which is past:"
                " choose today or a later day.",
                **values,
            ),
            engine.NOT_POSITIVE: self.env._(
                "Instalment %(number)s of %(account)s needs an amount above zero.",
                **values,
            ),
            engine.OUT_OF_ORDER: self.env._(
                "Instalment %(number)s of %(account)s is for %(day)s, which is not"
                " after the one before: enter them by their days, one a day.",
                **values,
            ),
            engine.NOT_THE_SUM: self.env._(
                "The instalments of %(account)s make %(sum)s and not %(amount)s:"
                " correct one of them.",
                **values,
            ),
            engine.TOO_MUCH: self.env._(
                "%(account)s owes %(owed)s that is not promised yet, and the"
                " instalments make %(sum)s: promise no more than that.",
                **values,
            ),
        }
        raise UserError(sentences[what])
