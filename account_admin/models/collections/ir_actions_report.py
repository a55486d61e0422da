from odoo import models

from ..base.account_admin_evidence import as_own


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _prepare_pdf_report_attachment_vals_list(self, report, streams):
        """Letters are kept, and sealed, by the product; the rest is Odoo's."""
        vals_list = super()._prepare_pdf_report_attachment_vals_list(report, streams)
        if report.model != "collections.notice":
            return vals_list
        notices = self.env["collections.notice"].browse(
            vals["res_id"] for vals in vals_list
        )
        # whoever only looks at a letter keeps none, nor is one kept before it is sent
        printed = notices._filtered_access("write").filtered(
            lambda notice: notice.state == "sent"
        )
        # sudo: nobody puts files beside what is kept, the product does
        files = as_own(self.env["ir.attachment"].sudo()).create(
            [vals for vals in vals_list if vals["res_id"] in printed._ids]
        )
        self.env["account.admin.evidence"]._seal(
            [(notices.browse(file.res_id), file, None) for file in files]
        )
        return []
