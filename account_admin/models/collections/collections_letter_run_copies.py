"""What goes with letters: copies of their invoices, and a list before a batch."""

from odoo import api, models
from odoo.tools import format_amount

from ..base.account_admin_evidence import bytes_of
from ..base.isolation import apply_isolated, describe
from ..base.pdf import UnreadablePdf, count_pages

COVER = "account_admin.action_report_letter_cover"


class Copies(dict):
    """Id of a notice -> list of (number of an invoice, bytes of its PDF).

    A class of its own: what a client sends as a report's data never is one.
    """


class CollectionsLetterRun(models.Model):
    _inherit = "collections.letter.run"

    # ------------------------------------------------------------------
    # COPIES
    # ------------------------------------------------------------------

    @api.model
    def _get_enclosures(self, notices):
        """Copies of the invoices that letters ask for, where their steps enclose them.

        A copy that cannot be had does not stop the letter: the notice says which.

        :rtype: Copies
        """
        notices = notices.filtered("step_id.enclose_invoices")
        if not notices:
            return Copies()
        # sudo: whoever prints a letter encloses the invoices that it asks for
        asked = {notice: notice.sudo()._get_invoices() for notice in notices}
        moves = self.env["account.move"].sudo().union(*asked.values())
        files, problems = self._get_files_of(moves)
        for notice, invoices in asked.items():
            missing = [problems[move] for move in invoices if move in problems]
            if notice.state == "sent" and notice.has_access("write"):
                # sudo: nobody says by hand what could not be enclosed
                notice.sudo().enclosure_note = " ".join(missing) or False
        return Copies(
            {
                notice.id: [(move.name, files[move]) for move in found if move in files]
                for notice, found in asked.items()
            }
        )

    @api.model
    def _get_files_of(self, moves):
        """The PDF of each invoice as it was sent, else as it would be now.

        :return: dict move -> bytes, and dict move -> the sentence why there is none
        """
        files, problems = {}, {}
        for move in moves:
            if move.invoice_pdf_report_id:
                files[move] = bytes_of(move.invoice_pdf_report_id)

        def fail(move, error):
            problems[move] = self.env._(
                "The copy of %(invoice)s could not be made: %(error)s",
                invoice=move.display_name,
                error=describe(error),
            )

        apply_isolated(
            self.env,
            moves.filtered(lambda move: move not in files),
            lambda part: files.update(self._render_copies(part)),
            fail,
        )
        for move, content in list(files.items()):
            try:
                count_pages(content)
            except UnreadablePdf as error:
                del files[move]
                problems[move] = self._tell_unreadable(move, error)
        return files, problems

    @api.model
    def _render_copies(self, moves):
        """Invoices that were never sent, as their report prints them; nothing is kept.

        :return: dict move -> bytes
        """
        sending, files = self.env["account.move.send"], {}
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        by_report = moves.grouped(sending._get_default_pdf_report_id)
        for report, same in by_report.items():
            streams = reports._render_qweb_pdf_prepare_streams(report, {}, same.ids)
            files |= {move: streams[move.id]["stream"].getvalue() for move in same}
        return files

    @api.model
    def _tell_unreadable(self, move, error):
        name = move.display_name
        if error.args == ("locked",):
            return self.env._(
                "The file of %s is behind a password and is not enclosed: print it from"
                " the invoice.",
                name,
            )
        return self.env._(
            "The file of %s cannot be read and is not enclosed: have the invoice make"
            " its PDF again.",
            name,
        )

    # ------------------------------------------------------------------
    # THE LIST
    # ------------------------------------------------------------------

    @api.model
    def _render_cover(self, pages):
        """The list that comes before some letters: whoever folds them can count.

        :param dict pages: notice -> number of its pages, in the order of printing
        :return: bytes of a PDF
        """
        rows = [
            {
                "addressee": notice.contact_id.name or notice.partner_id.name,
                "place": " ".join(
                    filter(None, [notice.contact_id.zip, notice.contact_id.city])
                ),
                "account": notice.partner_id.display_name,
                "step": notice.step_id.name,
                "pages": count,
                "amount": format_amount(self.env, notice.amount, notice.currency_id),
                "note": notice.enclosure_note,
            }
            for notice, count in pages.items()
        ]
        report = self.env["ir.actions.report"]
        data = {
            "rows": rows,
            "pages": sum(pages.values()),
            "company": next(iter(pages)).company_id.sudo(),
        }
        return report.with_context(force_report_rendering=True)._render_qweb_pdf(
            COVER, data=data
        )[0]

    def _get_covers(self, letters):
        return [self._get_cover(letters)]

    @api.model
    def _get_cover(self, letters):
        """The list of letters that were kept.

        :param letters: attachments, in the order of printing
        """
        notices = self.env["collections.notice"]
        pages = {
            notices.browse(letter.res_id): count_pages(bytes_of(letter))
            for letter in letters
        }
        return self._render_cover(pages)
