from odoo import models

from ..base.account_admin_evidence import as_own, is_own
from .ir_attachment import PACK


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _record_to_stream(self, record, field_name):
        """A finished pack that leaves as a stream was taken, whatever the address."""
        if (
            record._name == "ir.attachment"
            and record.sudo().res_model == PACK
            and record.sudo().res_field
            and not is_own(record.env)
        ):
            pack = self.env[PACK].browse(record.sudo().res_id)
            pack._log("downloaded", self.env.user)
            record = as_own(record)
        return super()._record_to_stream(record, field_name)
