from odoo import models

from ..statements.licensing_statement_portal import WAITING


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def _get_licensee_file(self):
        """The file that the licensee sent and did not submit yet."""
        self.ensure_one()
        files = self.env["licensing.import"]
        if self.state not in WAITING:
            return files
        sender = "create_uid.partner_id.commercial_partner_id"
        return files.search(
            [
                ("statement_id", "=", self.id),
                ("state", "!=", "submitted"),
                (sender, "=", self.partner_id.id),
            ],
            limit=1,
        )
