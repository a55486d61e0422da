"""Phone numbers in any way of writing, and who may be called."""

from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import format_datetime

from ...engine.calendar import to_local
from .account_admin_contact_bar import EVERY
from .zones import get_zones

#: Digits of a number that two ways of writing share where it cannot be parsed.
TAIL = 7


class AccountAdminReachMixin(models.AbstractModel):
    """How a contact is reached by phone: its numbers, its clock, what is barred."""

    _name = "account.admin.reach.mixin"
    _description = "Contact by Phone"

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
        contacts = self.env["res.partner"]
        found = contacts.search([("phone_sanitized", "=", wanted)], order="id")
        if not found:
            # a number that cannot be parsed is looked for as it is written
            found = contacts.search([("phone_mobile_search", "=", number)], order="id")
        return found.sorted(lambda contact: (contact.is_company, contact.id))

    def _account_admin_get_zones(self, company):
        """Time zones that a contact may be in: its own, else all of its state's.

        :return: tuple of ``ZoneInfo``, the company's where nothing is known
        """
        if self.tz:
            return (ZoneInfo(self.tz),)
        place = self if self.country_id else self.commercial_partner_id
        zones = get_zones(place.country_id.code or "", place.state_id.code)
        return zones or (company._collections_zone(),)

    def _account_admin_get_local_time(self, zones, moment):
        """Clock of a contact, or the earliest and latest of its country."""
        self.ensure_one()
        times = sorted({to_local(moment, zone) for zone in zones})
        shown = [found.strftime("%H:%M") for found in times]
        return " - ".join(dict.fromkeys((shown[0], shown[-1])))

    def _account_admin_say_why_not(self, bars, opening, moment):
        """Why a contact may not be called now, as a sentence; empty when they may.

        :param bars: of :meth:`account.admin.contact.bar._get_holding`
        :param opening: when their hours begin, or None
        """
        self.ensure_one()
        if not self.phone:
            return self.env._("No phone number")
        if self._account_admin_is_barred("call", bars):
            return self.env._("Must not be called")
        if opening is None:
            return self.env._("No hour that does in all of its time zones")
        if opening > moment:
            at = format_datetime(self.env, opening, dt_format="short")
            return self.env._("May be called from %s", at)
        return ""

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
