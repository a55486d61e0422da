from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from .account_admin_timeline_mixin import Told

#: Characters of a message that a line shows.
SHOWN = 160


class AccountAdminTimelineMessage(models.AbstractModel):
    _name = "account.admin.timeline.message"
    _description = "Messages in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "mail.message"
    _timeline_kind = "message"
    _timeline_icon = "fa-comments-o"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Messages")

    @api.model
    def _get_timeline_domain(self, company, accounts, nationals):
        people = self.env["res.partner"]._search([("id", "child_of", accounts.ids)])
        where = Domain("model", "=", "res.partner") & Domain("res_id", "in", people)
        if nationals:
            where |= Domain("model", "=", nationals._name) & Domain(
                "res_id", "in", nationals.ids
            )
        written = ("comment", "email", "email_outgoing")
        return where & Domain("message_type", "in", written)

    @api.model
    def _get_timeline_target(self, record):
        return self.env[record.model].browse(record.res_id)

    @api.model
    def _tell_timeline(self, records):
        found = {}
        for message in records:
            text = " ".join(html2plaintext(message.body or "").split())
            who = message.author_id.name or message.email_from or ""
            title = message.subject or self.env._("Message of %s", who)
            shown = text[:SHOWN] + ("…" if len(text) > SHOWN else "")
            found[message.id] = Told(title, shown)
        return found
