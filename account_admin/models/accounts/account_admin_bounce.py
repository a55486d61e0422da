from odoo import api, fields, models

from ..base.bulk import insert_rows
from ..base.envelope import get_addresses


class AccountAdminBounce(models.Model):
    """An address whose mail came back: it is not written to again until mended."""

    _name = "account.admin.bounce"
    _description = "Bounced Address"
    _order = "bounced_on desc, id desc"
    _rec_name = "email"

    email = fields.Char(
        string="Address",
        required=True,
        readonly=True,
        help="The last mail to it came back; it is not written to again before you"
        " say so.",
    )
    bounced_on = fields.Datetime(
        required=True, readonly=True, help="When the last mail came back."
    )

    _email_uniq = models.UniqueIndex("(email)", "An address is listed once.")

    @api.model
    def _get_known(self, addresses):
        """Those of some addresses whose last mail came back: set of addresses."""
        return set(self.search([("email", "in", list(addresses))]).mapped("email"))

    @api.model
    def _note(self, addresses):
        """Remember that mails to these came back."""
        known = self._get_known(addresses)
        now = fields.Datetime.now()
        self.search([("email", "in", list(known))]).write({"bounced_on": now})
        insert_rows(
            self, [{"email": email, "bounced_on": now} for email in addresses - known]
        )

    @api.model
    def _get_lost(self, sent, addresses):
        """Those of what one mail was sent for that reached nobody; remembers why.

        A bounce may name another address than ours, where that is forwarded: what went
        to one address only is lost all the same.

        :param sent: notices or statements with their ``email``
        :param set addresses: those that the bounce names
        """
        mine = {record: set(get_addresses(record.email)) for record in sent}
        dead = set()
        for own in mine.values():
            dead |= own if len(own) == 1 else own & addresses
        self._note(dead)
        known = self._get_known(set().union(*mine.values()))
        return sent.filtered(lambda record: mine[record] and mine[record] <= known)

    @api.model
    def _forget(self, addresses):
        """Somebody says that these are right, or a mail came from them."""
        self.search([("email", "in", list(addresses))]).unlink()

    def action_forget(self):
        """The address is right again: write to it."""
        self.check_access("unlink")
        self.unlink()
        return True
