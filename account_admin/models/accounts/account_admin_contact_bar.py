from odoo import api, fields, models
from odoo.fields import Domain

from ..base.bounds import bounded

#: For every channel.
EVERY = "all"


@bounded
class AccountAdminContactBar(models.Model):
    """Whom, or which number, not to contact, on which channel, why and until when."""

    _name = "account.admin.contact.bar"
    _description = "Do Not Contact"
    _inherit = ["account.admin.company.mixin"]
    _order = "partner_id, id desc"
    _rec_name = "partner_id"
    _moved_by = ("partner_id",)

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        help="The person; the account itself bars everybody of it.",
    )
    channel = fields.Selection(
        selection=[
            (EVERY, "All Channels"),
            ("call", "Calls"),
            ("email", "Emails"),
            ("letter", "Letters"),
        ],
        required=True,
        default=EVERY,
        help="What the contact does not get.",
    )
    number = fields.Char(
        help="Only this phone number is barred; the contact's others are not."
    )
    reason = fields.Char(required=True, help="Who asked for it, and why.")
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="First day on which it holds.",
    )
    date_end = fields.Date(
        string="Until", help="Last day on which it holds; for good when empty."
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)", "A bar cannot end before it begins."
    )

    @api.model_create_multi
    def create(self, vals_list):
        bars = super().create(vals_list)
        bars.partner_id._collections_touch()
        return bars

    def write(self, vals):
        before = self.partner_id
        result = super().write(vals)
        (before | self.partner_id)._collections_touch()
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._collections_touch()
        return result

    @api.model
    def _get_holding(self, partners, day):
        """Bars of contacts that hold on a day, those of their accounts too.

        :rtype: account.admin.contact.bar
        """
        # sudo: what a contact does not want holds for whoever would contact them
        return self.sudo().search(
            Domain("partner_id", "in", (partners | partners.commercial_partner_id).ids)
            & Domain("date_start", "<=", day)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", day))
        )

    @api.model
    def _bar_numbers(self, contacts, reason):
        """Bar phone numbers for good.

        :param dict contacts: number as it was dialled -> its contact
        """
        self.sudo().create(
            [
                {
                    "partner_id": contact.id,
                    "channel": "call",
                    "number": contact._account_admin_sanitize(number),
                    "reason": reason,
                }
                for number, contact in contacts.items()
            ]
        )
