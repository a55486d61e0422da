from datetime import datetime, time
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...engine.timeline import Event


class Told(NamedTuple):
    """What a line of the timeline says.

    :param str title: in a few words
    :param str note: more of it, may be empty
    :param amount: number with its currency, or ``None``
    :param str tone: ``good``, ``bad`` or nothing
    """

    title: str
    note: str = ""
    amount: float | None = None
    currency: object = None
    tone: str = ""


class AccountAdminTimelineMixin(models.AbstractModel):
    """A kind of things that happen on accounts, and the model that has them."""

    _name = "account.admin.timeline.mixin"
    _description = "Kind of What Happens on Accounts"

    #: The model, the key of the kind, its icon, and the fields of when and on whom.
    _timeline_model = None
    _timeline_kind = None
    _timeline_icon = None
    _timeline_date = "date"
    _timeline_account = "partner_id"

    @api.model
    def _get_timeline_label(self):
        """What such things are called, in the plural."""
        raise NotImplementedError

    @api.model
    def _get_timeline_domain(self, company, accounts, _nationals):
        """What counts.

        :param accounts: commercial partners
        :param _nationals: ``national.account`` whose timeline it is, empty for one of
            an account
        """
        return Domain("company_id", "in", [False, company.id]) & Domain(
            self._timeline_account, "in", accounts.ids
        )

    @api.model
    def _read_timeline(self, company, accounts, nationals, limit, cursor):
        """What happened before a cursor, of what the user may read.

        :param cursor: (moment, id), or ``None`` for the newest
        :return: list of :class:`~..engine.timeline.Event`, the newest first
        """
        records, name = self.env[self._timeline_model], self._timeline_date
        domain = self._get_timeline_domain(company, accounts, nationals)
        domain &= Domain(name, "!=", False)
        if cursor:
            moment, last = cursor
            day = moment if records._fields[name].type == "datetime" else moment.date()
            domain &= Domain(name, "<", day) | (
                Domain(name, "=", day) & Domain("id", "<", last)
            )
        found = records.search_fetch(
            domain, [name], order=f"{name} DESC, id DESC", limit=limit + 1
        )
        return [
            Event(self._timeline_kind, _to_moment(record[name]), record.id)
            for record in found
        ]

    @api.model
    def _get_timeline_target(self, record):
        """What a click on a record's line opens."""
        return record

    @api.model
    def _tell_timeline(self, records):
        """What the lines of records say: dict id -> :class:`Told`."""
        raise NotImplementedError


def _to_moment(value):
    return value if isinstance(value, datetime) else datetime.combine(value, time())
