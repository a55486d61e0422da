from odoo import models


class LicensingContractTemplate(models.Model):
    """The workbook that a licensee fills in."""

    _inherit = "licensing.contract"

    def action_template(self):
        """A workbook for the licensee to fill in, for any period."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/licensing/template/contract/{self.id}",
            "target": "download",
        }
