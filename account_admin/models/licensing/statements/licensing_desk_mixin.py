from odoo import api, models

from ..terms.licensing_review_mixin import MANAGER

#: The activity about headings that are not understood.
ASKED = "account_admin.mail_activity_type_report_file"


class LicensingDeskMixin(models.AbstractModel):
    """Who of ours looks after what a licensee sends, and what that person is told.

    Models give the fields ``company_id``, ``partner_id``, ``user_id`` and ``name``, and
    activities.
    """

    _name = "licensing.desk.mixin"
    _description = "Looked After by the Licensing Desk"

    @api.model
    def _get_events(self):
        """What a licensee did: dict key -> text for the desk."""
        return {
            "file": self.env._("The licensee submitted a report."),
            "nothing": self.env._("The licensee reported that nothing was sold."),
            "answer": self.env._("The licensee answered your question."),
            "failed": self.env._(
                "The licensee's file could not be read or submitted: have a look at it."
            ),
        }

    def _get_desk_user(self):
        """Who is told of it: the responsible, else a licensing manager, if any."""
        self.ensure_one()
        return self._get_desk_users()[self]

    def _get_desk_users(self):
        """Who is told of each of these: dict record -> ``res.users``."""
        found = {}
        for company, records in self.grouped("company_id").items():
            # sudo: a licensee's user does not read whose the contract is
            wanted = {each: each.sudo().user_id for each in records}
            licensees = {
                each: each.sudo().partner_id.commercial_partner_id for each in records
            }
            found |= self.env["res.users"]._account_admin_find(
                company, wanted, MANAGER, accounts=licensees
            )
        return found

    def _tell_desk(self, event):
        """Notify the responsible of what the licensee did.

        :param str event: a key of :meth:`_get_events`
        """
        user = self._get_desk_user()
        if not user:
            return
        said = self.with_context(lang=user.lang)
        text = said._get_events()[event]
        said.message_notify(
            partner_ids=user.partner_id.ids,
            subject=f"{self.name}: {text}",
            body=text,
        )

    def _ask_desk_about_headings(self):
        """An activity for the responsible, once: what are the columns of the file?"""
        user = self._get_desk_user() or self.create_uid
        if self.activity_search([ASKED]):
            return
        said = self.with_context(lang=user.lang)
        said.activity_schedule(
            ASKED,
            user_id=user.id,
            summary=said.env._("Say what the columns of the licensee's file are"),
        )

    def _settle_activities(self, *kinds):
        """What somebody was asked to do is done.

        :param kinds: external ids of types of activities
        """
        # sudo: whoever's activity it is
        self.sudo().activity_feedback(kinds)
