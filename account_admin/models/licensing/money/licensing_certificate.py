from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...base.bounds import bounded
from ..terms.licensing_review_mixin import check_manager


@bounded
class LicensingCertificate(models.Model):
    """Tax that a licensee keeps back from an invoice, and the proof that it paid it.

    A credit note has its own, below 0: what the licensee gets back from its tax office
    instead of from the licensor. All of them add up to the tax withheld in the end.
    """

    _name = "licensing.certificate"
    _description = "Withholding Tax Certificate"
    _inherit = ["mail.thread", "mail.activity.mixin", "licensing.money.mixin"]
    _order = "state, id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="The invoice of which the licensee withheld tax.",
    )
    base = fields.Monetary(
        readonly=True, help="Royalties and advances of the invoice; fees are left out."
    )
    tax = fields.Monetary(
        string="Tax Withheld",
        readonly=True,
        help="Below 0 for a credit note: it corrects tax that was withheld before.",
    )
    cash = fields.Monetary(
        compute="_compute_cash", help="What arrives; below 0: what is paid back."
    )
    state = fields.Selection(
        selection=[("open", "Missing"), ("received", "Received")],
        string="Certificate",
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        help="Missing until the licensee's proof of the tax is here.",
    )
    number = fields.Char(
        string="Certificate Number",
        tracking=True,
        help="As the tax office or the licensee numbered it.",
    )
    date = fields.Date(
        string="Certificate Date", tracking=True, help="The day on the certificate."
    )
    entry_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )

    @api.depends("base", "tax")
    def _compute_cash(self):
        for row in self:
            row.cash = row.base - row.tax

    def action_receive(self):
        """Book the tax against the invoice: the certificate is there."""
        self.check_access("write")
        check_manager(self.env)
        for row in self.filtered(lambda found: found.state == "open"):
            # sudo: the check was above, the entry is made by the product
            row.sudo()._receive()
        return True

    def _receive(self):
        move = self.move_id
        move.lock_for_update()
        if move.state != "posted":
            raise UserError(
                self.env._(
                    "%s is not posted yet: post it, then book its certificate.",
                    move.display_name,
                )
            )
        # what a credit note gives back is true even if all of it was matched before
        if self.tax > 0 and not (self._find_open(move) or self._find_others()):
            raise UserError(
                self.env._(
                    "Invoice %s is paid in full: nothing was withheld from it. Unmatch"
                    " the payment first if that is wrong.",
                    move.display_name,
                )
            )
        date = self.date or self.company_id._collections_today()
        entry = self.env["account.move"].create(self._prepare_entry(date))
        entry._post(soft=False)
        self._settle(entry)
        self.env["licensing.ledger"].create(
            {
                **self.env["licensing.ledger"]._prepare(self.contract_id),
                "date": date,
                "kind": "withheld",
                "amount": self.tax,
                "move_id": move.id,
                "note": self.number,
            }
        )
        self.write({"state": "received", "date": date, "entry_id": entry.id})

    def _settle(self, entry):
        """Match the tax with its invoice, the rest with tax booked the other way.

        The licensee nets a credit note with an invoice, and so their certificates.
        Whatever is left stays open for the accountant to match.
        """
        line = self._find_open(entry)
        for others in (self._find_open(self.move_id), self._find_others()):
            if others and not line.reconciled:
                (line + others).reconcile()

    def _find_others(self):
        """Open lines of other certificates' entries that this one's tax can settle."""
        others = self.search(
            [("contract_id", "=", self.contract_id.id), ("entry_id", "!=", False)]
        )
        gl_account = self._find_receivable(self.move_id).account_id[:1]
        return self._find_open(others.entry_id).filtered(
            lambda line: line.account_id == gl_account
            and line.amount_residual_currency * self.tax > 0
        )

    def _find_receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _find_open(self, moves):
        """Lines of moves that a payment, or tax, can still settle."""
        return self._find_receivable(moves).filtered(lambda line: not line.reconciled)

    def _prepare_entry(self, date):
        """Tax withheld, debited; the licensee's receivable, credited."""
        home = self.company_id.currency_id
        balance = self.currency_id._convert(self.tax, home, self.company_id, date)
        debit = self.company_id._get_licensing_account("withholding")
        credit = self._find_receivable(self.move_id).account_id[:1]
        text = self.env._("Withholding tax on %s", self.move_id.name)
        return {
            "move_type": "entry",
            "journal_id": self.contract_id._get_entry_journal().id,
            "date": date,
            "ref": text,
            "line_ids": [
                Command.create(
                    {
                        "name": text,
                        "account_id": gl_account.id,
                        "partner_id": self.partner_id.id,
                        "currency_id": self.currency_id.id,
                        "amount_currency": sign * self.tax,
                        "balance": sign * balance,
                    }
                )
                for gl_account, sign in ((debit, 1), (credit, -1))
            ],
        }
