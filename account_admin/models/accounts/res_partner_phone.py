"""Phone numbers in any way of writing, and who may be called."""

from odoo import api, fields, models

from .account_admin_contact_bar import EVERY

#: Digits of a number that two ways of writing share where it cannot be parsed.
TAIL = 7


class ResPartner(models.Model):
    _inherit = "res.partner"

    account_admin_bar_ids = fields.One2many(
        comodel_name="account.admin.contact.bar",
        inverse_name="partner_id",
        string="Do Not Contact",
        groups="account_admin.group_account_admin_user,"
        "account_admin.group_account_admin_auditor",
        copy=False,
        help="Channels and numbers on which the contact is not to be reached.",
    )

    _account_admin_phone_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )

    def _account_admin_sanitize(self, number):
        """A number in E.164 where it can be parsed, else its digits.

        A number without a country is of the contact's, else of the company's.
        """
        country = self.country_id[:1] or self.env.company.country_id
        # sudo: the way a number is written depends on nobody's rights
        found = self.env.user.sudo()._phone_format(number=number, country=country)
        return found or "".join(filter(str.isdigit, number or ""))

    @api.model
    def _account_admin_find_by_phone(self, number):
        """Contacts that have a phone number, in whatever way it is written.

        :return: ``res.partner``; persons before companies
        """
        wanted = self._account_admin_sanitize(number)
        if len(wanted) < TAIL:
            return self.browse()
        found = self.search([("phone_sanitized", "=", wanted)], order="id")
        if not found:
            # a number that cannot be parsed is looked for as it is written
            found = self.search([("phone_mobile_search", "=", number)], order="id")
        return found.sorted(lambda contact: (contact.is_company, contact.id))

    def _account_admin_is_barred(self, channel, bars):
        """Whether a contact may not be reached on a channel.

        :param bars: of :meth:`account.admin.contact.bar._get_holding`
        """
        self.ensure_one()
        return any(
            bar.channel in (EVERY, channel)
            and (
                not bar.number
                or channel == "call"
                and bar.number == self._account_admin_sanitize(self.phone)
            )
            for bar in bars
            if bar.partner_id in (self, self.commercial_partner_id)
        )
