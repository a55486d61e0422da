from odoo import models

#: What a template says, to whom and with which files.
WORDS = {
    *("subject", "body_html", "attachment_ids", "report_template_ids"),
    *("email_from", "reply_to", "lang", "active"),
}


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def write(self, vals):
        result = super().write(vals)
        if WORDS.intersection(vals):
            self._ask_again()
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )
        if field_name in WORDS:
            self._ask_again()
        return result

    def _ask_again(self):
        """What was approved was approved with the words of then."""
        # sudo: whoever writes a template need not see the notices it words
        steps = (
            self.env["collections.policy.step"]
            .sudo()
            .search(
                [
                    *("|", ("template_id", "in", self.ids)),
                    ("letter_template_id", "in", self.ids),
                ]
            )
        )
        steps._ask_again()
