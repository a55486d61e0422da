from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ...engine.calendar import WorkingDays, combine, to_local
from ...engine.letter_head import needed_margin
from .groups import SETTINGS
from .next_odoo import get_working_hours

#: The layout of Odoo's own module, which knows the window of envelopes.
DIN_LAYOUT = "l10n_din5008.external_layout_din5008"
#: Days of one leave that are looked at.
LONGEST = 3660


class ResCompany(models.Model):
    _inherit = "res.company"

    # stored: every invoice that opens asks for the company's day
    collections_tz = fields.Selection(
        related="partner_id.tz",
        store=True,
        groups=SETTINGS,
    )

    @api.model
    def _collections_defaults(self):
        """What counts where a company chose nothing: dict name of a setting -> value.

        No column of ours on a table of others is required: rows are inserted there by
        who does not know it.
        """
        return {}

    def _collections_setting(self, name):
        """A setting as the company chose it, else the usual one.

        :param str name: of :meth:`_collections_defaults`
        """
        self.ensure_one()
        # sudo: what a company chose counts for everybody, whoever may see its settings
        return self.sudo()[f"collections_{name}"] or self._collections_defaults()[name]

    def _collections_today(self):
        """The company's date: today in the time zone of its partner."""
        self.ensure_one()
        # the time zone is the company's, whatever partners the user may read
        company = self.sudo()
        return fields.Date.context_today(
            company.with_context(tz=company.collections_tz or "UTC")
        )

    def _collections_zone(self):
        """Time zone of the company's day."""
        self.ensure_one()
        # sudo: as the company's day
        return ZoneInfo(self.sudo().collections_tz or "UTC")

    def _collections_day_of(self, moment):
        """The company's date at a moment."""
        return to_local(moment, self._collections_zone()).date()

    def _collections_working_days(self, day):
        """Working days of the company's hours for a year from a day on.

        :rtype: WorkingDays
        """
        # sudo: when we work is not a matter of rights
        calendar = get_working_hours(self.sudo())
        weekdays = {
            int(number) for number in calendar.attendance_ids.mapped("dayofweek")
        }
        zone = self._collections_zone()
        leaves = calendar.global_leave_ids.filtered(
            lambda leave: leave.date_to.date() >= day
        )
        closed = set()
        for leave in leaves:
            start, end = to_local(leave.date_from, zone), to_local(leave.date_to, zone)
            for number in range(min((end.date() - start.date()).days, LONGEST) + 1):
                date = start.date() + timedelta(days=number)
                # a day off is one whose noon is off
                if start <= combine(date, 12) <= end:
                    closed.add(date)
        return WorkingDays(frozenset(weekdays), frozenset(closed))

    def _get_letter_head(self):
        """Margin and room of the head that letters of these companies need on paper.

        :return: tuple of millimetres (margin at the top, spacing of the head) for
            wkhtmltopdf; ``None`` where the paper format has room enough
        """
        paper = self.env.company.paperformat_id or self.env.ref("base.paperformat_euro")
        heads = self.filtered(lambda company: not company._has_din_layout())
        needed = max((company._get_head_height() for company in heads), default=0)
        more = needed - paper.margin_top
        return (needed, paper.header_spacing + more) if more > 0 else None

    def _has_din_layout(self):
        """Whether the document layout is one by DIN 5008, with a head of its own."""
        self.ensure_one()
        return self.external_report_layout_id.sudo().key == DIN_LAYOUT

    def _get_head_height(self):
        """Millimetres that the head of a letter takes at the top of its page."""
        self.ensure_one()
        address = f"{self.name}\n{self.partner_id.contact_address}"
        if not self.is_company_details_empty:
            address = html2plaintext(self.company_details)
        tagline = html2plaintext(self.report_header or "")
        return needed_margin(bool(self.logo), tagline, address)
