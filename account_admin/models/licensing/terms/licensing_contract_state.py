"""What the calendar does to a contract: it begins, sells off and ends."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from .licensing_contract import LIVE

#: States that the calendar changes; whoever amends the term calls _refresh_states.
RUNNING = ("approved", *LIVE, "expired")
BATCH = 200


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    def _get_state_on(self, day):
        """The state of an approved contract on a day."""
        self.ensure_one()
        first, last = self._get_term()
        if day <= last:
            return "active" if first <= day else "approved"
        if day <= self._get_sell_off_last():
            return "sell_off"
        return "terminated" if self.termination_date else "expired"

    def _refresh_states(self):
        """Give approved contracts the state of today, each by its company's day."""
        running = self.filtered(lambda contract: contract.state in RUNNING)
        for company, contracts in running.grouped("company_id").items():
            today = company._collections_today()
            by_state = contracts.grouped(lambda c, day=today: c._get_state_on(day))
            for state, same in by_state.items():
                changed = same.filtered(lambda c, state=state: c.state != state)
                # sudo: the calendar decides, not who calls
                changed.sudo().write({"state": state})

    @api.model
    def _cron_states(self):
        """Begin and end contracts, as the superuser, each by its company's day."""
        due = self.search(
            self._get_domain_of_today(self._get_due_domain_on), order="id"
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for ids in split_every(BATCH, due.ids):
            self.browse(ids)._refresh_states()
            if not cron._commit_progress(processed=len(ids)):
                break

    @api.model
    def _get_domain_of_today(self, get_domain):
        """Contracts of all companies, each by its company's day.

        :param get_domain: gives the domain for a day
        :rtype: Domain
        """
        # an ended contract is left to whoever amends it
        groups = self._read_group(
            [("state", "in", ("approved", *LIVE))], ["company_id"]
        )
        companies = {company: company._collections_today() for (company,) in groups}
        return Domain.OR(
            Domain("company_id", "=", company.id) & get_domain(day)
            for company, day in companies.items()
        )

    @api.model
    def _get_due_domain_on(self, day):
        ended = Domain("termination_date", "<", day)
        over = Domain("date_end", "<", day) | ended
        within = Domain("date_end", ">=", day) & (
            Domain("termination_date", "=", False)
            | Domain("termination_date", ">=", day)
        )
        return (
            (Domain("state", "=", "approved") & Domain("date_start", "<=", day))
            | (Domain("state", "in", ("approved", "active")) & over)
            | (
                Domain("state", "=", "sell_off")
                & (Domain("date_sell_off_end", "<", day) | within)
            )
        )
