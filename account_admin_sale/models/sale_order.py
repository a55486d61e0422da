from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.account_admin.engine.credit import ORDER
from odoo.addons.account_admin.models.base.groups import COLLECTIONS
from odoo.addons.account_admin.models.collections.collections_credit import OVERRIDE


class SaleOrder(models.Model):
    _inherit = "sale.order"

    collections_credit_warning = fields.Char(
        string="Credit Warning",
        compute="_compute_collections_credit_warning",
        groups=f"{COLLECTIONS},{OVERRIDE},sales_team.group_sale_salesman",
        help="What a limit or a hold would say if the order was confirmed now.",
    )

    @api.depends("partner_invoice_id", "amount_total", "state", "company_id")
    @api.depends_context("uid")
    def _compute_collections_credit_warning(self):
        self.collections_credit_warning = False
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            stopped = order._collections_find_stopped(is_strict=False)
            order.collections_credit_warning = (
                order._collections_say_stopped(stopped) if stopped else False
            )

    def action_confirm(self):
        waiting = self._collections_check_credit() if self else self
        going = self - waiting
        return super(SaleOrder, going).action_confirm() if going else True

    def _collections_get_payer(self):
        """The account whose limits and holds count for an order."""
        return self.partner_invoice_id.commercial_partner_id

    def _collections_check_credit(self):
        """Refuse orders that limits or holds do not allow.

        :return: orders that a customer accepted, or that confirm themselves once
            something was paid on them, and that wait for a colleague
        :raise UserError: to a colleague who may not override
        """
        credit = self.env["collections.credit"]
        for company, orders in self.grouped("company_id").items():
            if credit._is_any(company):
                credit._take_turns(company, orders._collections_get_payer())
        stopped = self._collections_find_stopped(is_strict=True)
        if not stopped:
            return self.browse()
        user = self.env.user
        # a payment that confirms its order by itself has to be booked all the same
        if user.share or user._is_public() or user.id == SUPERUSER_ID:
            return self._collections_let_wait(stopped)
        if not credit._may_override():
            raise UserError(self._collections_say_stopped(stopped))
        self._collections_note_overrides(stopped)
        return self.browse()

    def _collections_find_stopped(self, is_strict, is_booked=False):
        """What stops these orders.

        :param bool is_booked: they are confirmed: what they add is counted already
        :return: dict pair of company and partner id -> as
            :meth:`collections.credit._find_stopped`
        """
        credit = self.env["collections.credit"]
        stopped = {}
        for company, orders in self.grouped("company_id").items():
            # what was paid in full is on nobody's credit
            orders = orders.filtered(lambda order: not order._collections_is_paid())
            if not orders or not credit._is_any(company):
                continue
            more = {}
            for order in orders.filtered(lambda _order: not is_booked):
                amount = max(0, order.amount_total - order.amount_invoiced)
                payer = order._collections_get_payer().id
                more.setdefault(payer, []).append((amount, order.currency_id))
            found = credit._find_stopped(
                company,
                orders._collections_get_payer(),
                ORDER,
                is_strict=is_strict,
                more=more,
            )
            stopped |= {(company, partner): why for partner, why in found.items()}
        return stopped

    def _collections_is_paid(self):
        self.ensure_one()
        paid, total = self.amount_paid, self.amount_total
        return total > 0 and self.currency_id.compare_amounts(paid, total) >= 0

    def _collections_get_stopped(self, stopped):
        """Those of these orders that something stops."""
        return self.filtered(
            lambda order: (order.company_id, order._collections_get_payer().id)
            in stopped
        )

    def _collections_say_stopped(self, stopped):
        """Why these orders cannot be confirmed, and who may do it anyway."""
        credit = self.env["collections.credit"]
        sentences = []
        halted = self._collections_get_stopped(stopped).grouped(
            lambda order: (order.company_id, order._collections_get_payer())
        )
        for (company, account), orders in halted.items():
            why = stopped[company, account.id]
            sentences.append(
                self.env._(
                    "%(orders)s of %(account)s cannot be confirmed. %(why)s",
                    orders=", ".join(orders.mapped("display_name")),
                    account=account.sudo().display_name,
                    why=credit._say_why(account, *why),
                )
            )
        return credit._say_stopped(sentences)

    def _collections_let_wait(self, stopped):
        """A customer accepted these: they wait for a colleague, who is told why."""
        waiting = self._collections_get_stopped(stopped)
        for order in waiting:
            # sudo: the customer who accepts plans work of a colleague, unseen
            order.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Accepted by the customer, stopped by credit"),
                note=order.sudo()._collections_say_stopped(stopped),
                user_id=order.sudo().user_id.id or self.env.user.id,
            )
        return waiting

    def _collections_note_overrides(self, stopped):
        """Keep who confirmed which order in spite of what."""
        credit = self.env["collections.credit"]
        halted = self._collections_get_stopped(stopped)
        for company, orders in halted.grouped("company_id").items():
            credit._note_overrides(
                company,
                [
                    (
                        {"move_name": order.name},
                        self.env._("Confirmed by %s.", self.env.user.name),
                        stopped[company, order._collections_get_payer().id],
                    )
                    for order in orders
                ],
            )

    def _collections_check_growth(self):
        """Refuse that confirmed orders become larger than limits or holds allow.

        :raise UserError: naming what stops them
        """
        stopped = self._collections_find_stopped(is_strict=True, is_booked=True)
        if not stopped:
            return
        if not self.env["collections.credit"]._may_override():
            raise UserError(self._collections_say_stopped(stopped))
        self._collections_note_overrides(stopped)
