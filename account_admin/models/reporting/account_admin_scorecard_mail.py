"""The weekly mail: what a manager's people did, against their targets."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, models
from odoo.tools import format_amount, format_date

from ...engine.desk.scorecard import Card, add_up, get_rates_of
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that a mail tells of."""

    first: date
    last: date


def get_spans(today):
    """Last week, Monday to Sunday, and the month so far until that Sunday.

    :rtype: tuple of two :class:`Span`
    """
    monday = today - timedelta(days=today.weekday())
    sunday = monday - timedelta(days=1)
    week = Span(monday - timedelta(days=7), sunday)
    return week, Span(sunday.replace(day=1), sunday)


class AccountAdminScorecard(models.Model):
    _inherit = "account.admin.scorecard"

    @api.model
    def _cron_tell_managers(self):
        """Tell each manager once a week, from Monday on by the day of their company.

        However often or late it runs: whoever was told this week is not told again,
        nobody's trouble stops others.
        """
        cron, waiting = self.env["ir.cron"], self._find_untold()
        cron._commit_progress(remaining=len(waiting))
        # what was counted for one manager is there for the next
        known = {}
        for manager in waiting:
            isolate(
                self.env,
                manager,
                lambda one: self._tell_manager(one, known),
                _note_failure,
            )
            if not cron._commit_progress(processed=1):
                break

    @api.model
    def _find_untold(self):
        """Managers who were not told in this week of their company."""
        led = self.env["res.users"].search([("account_admin_manager_id", "!=", False)])
        managers = led.account_admin_manager_id.filtered("active").sorted("id")
        return managers.filtered(
            lambda manager: (
                not manager.account_admin_told_week
                or manager.account_admin_told_week < self._get_monday(manager)
            )
        )

    @api.model
    def _get_monday(self, manager):
        today = manager.company_id._collections_today()
        return today - timedelta(days=today.weekday())

    @api.model
    def _tell_manager(self, manager, known):
        """Send one mail with all of a manager's people, where there is something.

        :param dict known: cards by company and days that were counted already
        """
        manager.account_admin_told_week = monday = self._get_monday(manager)
        told = self.with_context(lang=manager.lang)
        parts = told._get_mail_parts(manager, get_spans(monday), known)
        if not parts:
            return
        body = told.env["ir.qweb"]._render(
            "account_admin.scorecard_mail",
            {"parts": parts, "url": f"{self.get_base_url()}/odoo/scorecards"},
        )
        told.env["mail.thread"].message_notify(
            partner_ids=manager.partner_id.ids,
            subject=told.env._(
                "Your people in the week until %s",
                format_date(told.env, monday - timedelta(days=1)),
            ),
            body=body,
        )

    @api.model
    def _get_mail_parts(self, manager, spans, known):
        """Tables of the mail: one for each company and span with something to tell."""
        people = self.env["res.users"].search(
            [("account_admin_manager_id", "=", manager.id)], order="name"
        )
        companies = manager.company_ids.filtered("collections_scorecard_mail")
        parts = []
        for company in companies.sorted("name"):
            for span, is_month in zip(spans, (False, True), strict=True):
                key = (company.id, span)
                if key not in known:
                    known[key] = self._get_cards(
                        company, span.first, span.last, balances=is_month
                    )
                rows = [
                    (user.name, known[key][user.id])
                    for user in people
                    if not known[key].get(user.id, Card()).is_empty
                ]
                if rows:
                    parts.append(self._get_mail_part(company, span, is_month, rows))
        return parts

    @api.model
    def _get_mail_part(self, company, span, is_month, rows):
        """One table as the template shows it.

        :param rows: list of (name, :class:`~..engine.desk.scorecard.Card`)
        """
        cards = [card for _name, card in rows]
        lines = [(name, card, card.get_rates()) for name, card in rows]
        if len(rows) > 1:
            together = self.env._("Together")
            lines.append((together, add_up(cards), get_rates_of(cards)))
        title = self.env._("Last week") if not is_month else self.env._("The month")

        def money(amount):
            return format_amount(self.env, float(amount), company.currency_id)

        return {
            "title": title,
            "company": company.name,
            "days": self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, span.first),
                last=format_date(self.env, span.last),
            ),
            "is_month": is_month,
            "lines": [
                {"name": name, "card": card, "rates": rates, "money": money}
                for name, card, rates in lines
            ],
        }


def _note_failure(manager, error):
    _logger.info("The weekly mail of %s waits: %s", manager, describe(error))
