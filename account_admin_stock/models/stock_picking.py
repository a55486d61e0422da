from odoo import models
from odoo.exceptions import UserError

from odoo.addons.account_admin.engine.credit import DELIVERY


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        self._collections_check_holds()
        return super()._action_done()

    def _collections_check_holds(self):
        """Refuse deliveries to customers who are on hold.

        :raise UserError: naming the hold, to who may not override
        """
        deliveries = self.filtered(
            lambda picking: picking.partner_id
            and picking.location_dest_id.usage == "customer"
        )
        credit = self.env["collections.credit"]
        for company, pickings in deliveries.grouped("company_id").items():
            by_account = pickings.grouped(
                lambda picking: picking.partner_id.commercial_partner_id
            )
            accounts = self.env["res.partner"].union(*by_account)
            stopped = credit._find_stopped(company, accounts, DELIVERY)
            if not stopped:
                continue
            halted = {
                account: same
                for account, same in by_account.items()
                if account.id in stopped
            }
            if not credit._may_override():
                raise UserError(self._collections_say_stopped(halted, stopped))
            credit._note_overrides(
                company,
                [
                    (
                        {"move_name": picking.name},
                        self.env._("Delivered by %s.", self.env.user.name),
                        stopped[account.id],
                    )
                    for account, same in halted.items()
                    for picking in same
                ],
            )

    def _collections_say_stopped(self, halted, stopped):
        """Why deliveries cannot be validated.

        :param dict halted: commercial partner -> its deliveries
        :param dict stopped: of :meth:`collections.credit._find_stopped`
        """
        credit = self.env["collections.credit"]
        return credit._say_stopped(
            [
                self.env._(
                    "%(deliveries)s cannot be delivered. %(why)s",
                    deliveries=", ".join(pickings.mapped("name")),
                    why=credit._say_why(account, *stopped[account.id]),
                )
                for account, pickings in halted.items()
            ]
        )
