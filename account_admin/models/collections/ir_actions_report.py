"""Letters: what is kept of them, what they enclose, and a list before a batch."""

import io

from odoo import models
from odoo.tools.pdf import merge_pdf

from ..base.account_admin_evidence import as_own
from ..base.pdf import share_alike
from .collections_letter_run_copies import Copies

LETTER = "account_admin.notice_letter"
#: In the data of that report: what each letter encloses.
COPIES = "copies"
#: In a context: the letters go into a file that has a list of its own.
ALONE = "account_admin_letters_alone"


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

    def _is_letter(self, report_ref):
        return self._get_report(report_ref).report_name == LETTER

    def _prepare_html(self, html, report_model=False):
        found = super()._prepare_html(html, report_model=report_model)
        if not found or self.report_name != LETTER:
            return found
        bodies, ids, header, footer, paper = found
        header, footer = share_alike(header, "header"), share_alike(footer, "footer")
        return bodies, ids, header, footer, paper

    def _render_qweb_html(self, report_ref, docids, data=None):
        if self._is_letter(report_ref):
            copies = (data or {}).get(COPIES)
            # what a client sends says nothing about what is enclosed
            known = copies if isinstance(copies, Copies) else Copies()
            data = {**(data or {}), COPIES: known}
        return super()._render_qweb_html(report_ref, docids, data=data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Copies of invoices follow their letter, in what is kept of it, too."""
        if not res_ids or not self._is_letter(report_ref):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        runs = self.env["collections.letter.run"]
        notices = self.env["collections.notice"].browse(res_ids)
        # a letter that was kept has its copies
        kept = runs._find_files(notices).mapped("res_id")
        copies = runs._get_enclosures(notices.filtered(lambda n: n.id not in kept))
        data[COPIES] = copies
        streams = super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        for notice_id, files in copies.items():
            stream = streams.get(notice_id, {}).get("stream")
            if stream:
                letter = stream.getvalue()
                merged = merge_pdf([letter, *(content for _name, content in files)])
                streams[notice_id]["stream"] = io.BytesIO(merged)
        return streams

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Several letters begin with a list of them, for who folds them to count."""
        if not self._is_letter(report_ref):
            return super()._render_qweb_pdf(report_ref, res_ids, data)
        # Odoo takes another dict for an empty one
        data = {**(data or {}), "report_type": "pdf"}
        content, kind = super()._render_qweb_pdf(report_ref, res_ids, data)
        if kind == "pdf" and not isinstance(res_ids, int) and len(res_ids or ()) > 1:
            return self._put_list_before(content, res_ids), kind
        return content, kind

    def _put_list_before(self, content, notice_ids):
        """Letters with the list of them, where each of them is kept."""
        runs = self.env["collections.letter.run"]
        notices = self.env["collections.notice"].browse(notice_ids)
        files = runs._find_files(notices).grouped("res_id")
        if self.env.context.get(ALONE) or set(files) != set(notice_ids):
            return content
        letters = self.env["ir.attachment"].union(*(files[n][:1] for n in notice_ids))
        return merge_pdf([runs._get_cover(letters), content])
