"""Taking contents away for good: a person is anonymised, or a period is over."""

from odoo import api, fields, models

from .account_admin_evidence import as_own, get_kinds


class AccountAdminEvidence(models.Model):
    _inherit = "account.admin.evidence"

    @api.model
    def _find_of(self, owners):
        """What is still there of some records, of whatever models.

        :param owners: list of recordsets
        """
        found = self.browse()
        for records in owners:
            found |= self.search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("gone_on", "=", False),
                ]
            )
        return found

    def _empty(self, why):
        """Take the contents away; amounts, days and hashes stay.

        :param str why: ``anonymised`` or ``deleted``
        """
        messages, files = self.message_id, self.attachment_id
        as_own(messages).write({"subject": False, "body": False})
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        as_own(mails).write({"email_to": False, "email_cc": False, "body_html": False})
        for model, owners in self.grouped("res_model").items():
            if address := self.env[model]._evidence_address:
                records = self.env[model].browse(owners.mapped("res_id"))
                as_own(records).write({address: False})
        for kind in get_kinds(self.env):
            kind._lose_files(files)
        self._mark_gone(why, {"attachment_id": False, "recipients": False})
        # one write a model: the name of a file or a subject may name the person
        for evidence in self.grouped("res_model").values():
            as_own(evidence).write(
                {"name": self.env[evidence[0].res_model]._description}
            )
        as_own(files).unlink()

    def _mark_gone(self, why, vals=None):
        as_own(self).write(
            {
                "gone_on": fields.Datetime.now(),
                "gone_by_id": self.env.uid,
                "gone_why": why,
                **(vals or {}),
            }
        )
