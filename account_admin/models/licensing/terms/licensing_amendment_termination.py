from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...base.bounds import bounded


@bounded
class LicensingAmendment(models.Model):
    """An amendment that ends its contract early, reviewed like any other."""

    _inherit = "licensing.amendment"

    termination_date = fields.Date(
        string="Terminated After",
        tracking=True,
        help="The contract's last day when it ends early; guarantees that shrink are"
        " prorated to it. A term that both sides shorten has a new end instead.",
    )
    termination_reason = fields.Char(
        tracking=True, help="Why the contract ends before its term."
    )
    sells_off = fields.Boolean(
        string="Stock May Be Sold Off",
        default=True,
        help="In the sell-off period after the last day; after a breach as a rule not.",
    )

    def _check_termination(self):
        """A termination has one last day, within the term, and a reason.

        :raise UserError: naming what has to be mended
        """
        self.contract_id._check_termination(self.termination_date)
        if self._changes_terms():
            raise UserError(
                self.env._(
                    "%s terminates the contract and changes something else, too: write"
                    " two amendments.",
                    self.display_name,
                )
            )
        if not self.termination_reason:
            raise UserError(
                self.env._("%s: say why the contract is terminated.", self.display_name)
            )
        if self.date > self.termination_date:
            raise UserError(
                self.env._(
                    "%s takes effect after the contract's last day: choose that day or"
                    " an earlier one.",
                    self.display_name,
                )
            )

    def _terminate(self):
        """End the contract early."""
        contract = self.contract_id
        contract._terminate(self.termination_date, self.termination_reason)
        if contract.sell_off_days and not self.sells_off:
            # what the days were before stays known
            self.term_change_ids = [
                Command.create({"term": "sell_off_days", "number": 0})
            ]
