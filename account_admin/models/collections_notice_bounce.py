"""Notices whose mail came back: the step that they met is taken back."""

from odoo import api, models


class CollectionsNotice(models.Model):
    _inherit = "collections.notice"

    @api.model
    def _bounce(self, cases, email):
        """A mail to ``email`` about ``cases`` came back: take back the step it met."""
        found = self.search(
            [
                ("case_id", "in", cases.ids),
                ("channel", "=", "email"),
                ("state", "=", "sent"),
                ("email", "=", email),
            ],
            order="id desc",
        )
        latest = {notice.case_id: notice for notice in reversed(found)}
        notices = self.browse([notice.id for notice in latest.values()])
        notices._fail(
            "bounced",
            {
                notice: self.env._(
                    "The notice to %s bounced: correct the address.", email
                )
                for notice in notices
            },
        )
        for notice in notices:
            notice._take_back_step()
        for company, same in notices.grouped("company_id").items():
            same._refresh_cases(company)

    def _take_back_step(self):
        """Make the step of a bounced notice unmet, if it is still the last one met."""
        self.ensure_one()
        case = self.case_id
        if case.state == "closed" or case.step_id != self.step_id:
            return
        before = self.search(
            [
                ("case_id", "=", case.id),
                ("state", "=", "sent"),
                ("step_id", "!=", self.step_id.id),
            ],
            order="step_days desc",
            limit=1,
        )
        case.write(
            {
                "step_id": before.step_id.id,
                "reached_days": before.step_days,
                "last_contact": before.sent_on,
            }
        )
