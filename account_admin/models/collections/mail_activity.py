from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """A planned call that is marked as done was made: it is logged as one."""
        kind = self.env.ref("account_admin.mail_activity_type_call", False)
        made = self.filtered(
            lambda found: found.res_model == "collections.case"
            and found.activity_type_id == kind
        )
        cases = self.env["collections.case"].browse(set(made.mapped("res_id")))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self.env["collections.call"]._log_made(cases, feedback)
        return result
