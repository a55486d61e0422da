from odoo import models

from ..base.account_admin_evidence import is_own

#: Whose files are logged when somebody takes them.
PACK = "account.admin.audit.pack"


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _compute_raw(self):
        if not (self.env.su or is_own(self.env)):
            self._log_taken()
        return super()._compute_raw()

    def _log_taken(self):
        """Whoever reads or mails the content of a finished pack has taken it."""
        packs = self.sudo().filtered(
            lambda file: file.res_model == PACK and file.res_field and file.res_id > 0
        )
        if packs:
            self.env[PACK].browse(packs.mapped("res_id"))._log(
                "downloaded", self.env.user
            )
