"""Letters on paper: window, page numbers, copies of invoices, the list before them."""

import io
import re

from pypdf import PdfReader, PdfWriter

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...engine.letter_head import DIN_B, US_10
from ...models.base.pdf import share_alike
from ...models.collections import collections_letter_run
from ..common import CollectionsHttpCase
from ..reports import ReportsCommon

LETTER = "account_admin.action_report_notice_letter"
#: Points of a millimetre.
MM = 72 / 25.4


class LetterPagesCommon(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.step = cls.policy.step_ids[0]
        cls.step.write({"channel_email": False, "channel_letter": True})
        cls.company.write(
            {
                "name": "Our House",
                "street": "Harbour Road 1",
                "zip": "20095",
                "city": "Hamburg",
                "report_header": "<p>Makers of fine things</p>",
                "report_footer": "<p>Managing director: Jo Doe</p>",
            }
        )
        cls.alder, cls.birch = (
            cls._customer(name, street=f"{name} Street 1", zip="LS1", city="Leeds")
            for name in ("Alder", "Birch")
        )

    def _letters(self, *partners):
        """Letters of accounts, printed and kept."""
        self._night("2026-03-02")
        partners = self.env["res.partner"].union(*partners)
        notices = self.env["collections.notice"].search(
            [("partner_id", "in", partners.ids)], order="id"
        )
        with self._on("2026-03-02"):
            notices.action_print_letters()
        return notices

    def _print(self, notices):
        """Pages of the PDF that the browser gets."""
        with self._on("2026-03-02"), self.allow_pdf_render():
            content, _kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(LETTER, notices.ids)
            )
        return PdfReader(io.BytesIO(content)).pages

    def _words(self, page):
        return " ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split())

    def _places(self, page, text):
        """Millimetres from the left and the top of the page of runs with a text."""
        found = []

        def visit(run, matrix, text_matrix, _font, _size):
            if text in run:
                x = text_matrix[4] * matrix[0] + text_matrix[5] * matrix[2] + matrix[4]
                y = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
                found.append((x / MM, (float(page.mediabox.height) - y) / MM))

        page.extract_text(visitor_text=visit)
        return found


class LetterWindowCommon(LetterPagesCommon, CollectionsHttpCase):
    """As they leave: with the style sheets that the renderer fetches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().create(
            {"key": "report.url", "value": cls.base_url()}
        )

    def _assert_in_window(self, page, window, *texts):
        for text in texts:
            places = self._places(page, text)
            self.assertTrue(
                any(
                    abs(x - window.left) < 1.5 and window.top < y < window.end
                    for x, y in places
                ),
                (text, places),
            )


@tagged("post_install", "-at_install")
class TestLetterWindow(LetterWindowCommon):
    def test_address_is_in_the_window_of_the_country(self):
        self._move("2026-03-01", 100, self.alder)
        letter = self._letters(self.alder)
        self.company.country_id = self.env.ref("base.de")
        [page] = self._print(letter)
        self._assert_in_window(page, DIN_B, "Alder", "Alder Street 1", "Leeds")
        [(_x, sender)] = self._places(page, "Our House, Harbour Road 1")
        self.assertTrue(45 < sender < 62.7)
        # the head ends above the zone, the text begins below it
        [(_x, head)] = self._places(page, "fine things")
        self.assertTrue(0 < head < 45, (head, page.mediabox))
        self.assertGreater(min(y for _x, y in self._places(page, "Test 1")), 90)

    def test_address_is_in_the_window_of_a_number_10(self):
        self.company.country_id = self.env.ref("base.us")
        self.company.paperformat_id = self.env.ref("base.paperformat_us")
        self._move("2026-03-01", 100, self.alder)
        [page] = self._print(self._letters(self.alder))
        self._assert_in_window(page, US_10, "Alder", "Alder Street 1", "Leeds")

    def test_company_chooses_the_window_or_its_layout(self):
        choose = self.company._get_letter_window
        self.company.country_id = self.env.ref("base.us")
        self.assertEqual(choose(), US_10)
        self.company.collections_letter_window = "din"
        self.assertEqual(choose(), DIN_B)
        self.company.collections_letter_window = "layout"
        self.assertIsNone(choose())
        self._move("2026-03-01", 100, self.alder)
        pages = self._print(self._letters(self.alder))
        self.assertIn("Alder Street 1", self._words(pages[0]))

    def test_layout_by_din_5008_places_the_address_itself(self):
        self.company.country_id = self.env.ref("base.de")
        view = self.env["ir.ui.view"].create(
            {
                "name": "DIN",
                "type": "qweb",
                "key": "l10n_din5008.external_layout_din5008",
                "arch": "<t><t t-out='0'/></t>",
            }
        )
        self.company.external_report_layout_id = view
        self.assertIsNone(self.company._get_letter_window())
        self.assertIsNone(self.company._get_letter_head())

    def test_each_letter_of_a_batch_counts_its_own_pages(self):
        for number in range(60):
            self._move("2026-03-01", 100 + number, self.alder)
        self._move("2026-03-01", 100, self.birch)
        letters = self._letters(self.alder, self.birch)
        pages = [self._words(page) for page in self._print(letters)]
        numbers = [re.findall(r"Page (\d+) / (\d+)", words) for words in pages]
        total = len(pages) - 2
        self.assertGreater(total, 1)
        self.assertEqual(
            numbers,
            [
                # the list of letters, Alder's, Birch's
                [("1", "1")],
                *([(str(n), str(total))] for n in range(1, total + 1)),
                [("1", "1")],
            ],
        )
        for words in pages[1:]:
            self.assertIn("Makers of fine things", words)
            self.assertIn("Managing director: Jo Doe", words)
        cover = pages[0]
        self.assertIn("2 letters", cover)
        self.assertIn(f"{total + 1} pages after this list", cover)
        self.assertRegex(cover, rf"1 Alder LS1 Leeds Alder Test 1 {total} \$ ?7,770")
        self.assertRegex(cover, r"2 Birch LS1 Leeds Birch Test 1 1 \$ ?100")


@tagged("post_install", "-at_install")
class TestLetterCopies(LetterPagesCommon):
    """Copies of invoices behind their letters."""

    def _enclosing(self, *moves):
        """A letter of Alder that encloses its invoices, and its pages."""
        self.step.enclose_invoices = True
        letter = self._letters(self.alder)
        return letter, [self._words(page) for page in self._print(letter)]

    def _attach(self, move, content):
        """The PDF of an invoice as it was sent."""
        move.sudo().env["ir.attachment"].create(
            {
                "name": f"{move.name.replace('/', '_')}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        move.invalidate_recordset()

    def _pdf(self, text, password=None):
        """A page with a text, made by the report of overdue items' own renderer."""
        with self.allow_pdf_render():
            content = self.env["ir.actions.report"]._run_wkhtmltopdf([f"<p>{text}</p>"])
        if not password:
            return content
        writer = PdfWriter(clone_from=io.BytesIO(content))
        writer.encrypt(password)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    def test_copies_of_the_invoices_follow_their_letter(self):
        sent, unsent = (self._move("2026-03-01", n, self.alder) for n in (100, 200))
        self._attach(sent, self._pdf("As it was sent"))
        letter, pages = self._enclosing()
        self.assertEqual(len(pages), 3)
        self.assertIn("Page 1 / 1", pages[0])
        self.assertIn("Enclosed: copies of", pages[0])
        for move in (sent, unsent):
            self.assertIn(move.name, pages[0])
        copies = pages[1:]
        self.assertEqual(sum("As it was sent" in words for words in copies), 1)
        self.assertEqual(sum(unsent.name in words for words in copies), 1)
        self.assertFalse(letter.enclosure_note)
        # what is kept is what was printed, and printing again repeats it
        [kept] = self.env["collections.letter.run"]._find_files(letter)
        self.assertEqual(len(PdfReader(io.BytesIO(kept.raw)).pages), 3)
        self.assertEqual([self._words(page) for page in self._print(letter)], pages)

    def test_letters_of_other_steps_go_alone(self):
        self._move("2026-03-01", 100, self.alder)
        self.assertEqual(len(self._print(self._letters(self.alder))), 1)

    def test_bad_files_stop_no_letter_and_are_told(self):
        good, broken, locked = (
            self._move("2026-03-01", n, self.alder) for n in (100, 200, 300)
        )
        self._attach(good, self._pdf("As it was sent"))
        self._attach(broken, b"%PDF-1.4 and then nothing")
        self._attach(locked, self._pdf("Secret", "password"))
        letter, pages = self._enclosing()
        self.assertEqual(len(pages), 2)
        self.assertIn("As it was sent", pages[1])
        enclosed = pages[0].partition("Enclosed: copies of")[2]
        self.assertIn(good.name, enclosed)
        self.assertNotIn(broken.name, enclosed)
        note = letter.enclosure_note
        self.assertIn(f"The file of {broken.name} cannot be read", note)
        self.assertIn(f"The file of {locked.name} is behind a password", note)

    def test_invoice_that_cannot_be_printed_leaves_the_others(self):
        bad, good = (self._move("2026-03-01", n, self.alder) for n in (100, 200))
        runs = type(self.env["collections.letter.run"])
        render = runs._render_copies

        def fail(model, moves):
            if bad in moves:
                raise ValueError("A broken layout")
            return render(model, moves)

        self.patch(runs, "_render_copies", fail)
        with mute_logger("odoo.addons.account_admin.models.base.isolation"):
            letter, pages = self._enclosing()
        self.assertEqual(len(pages), 2)
        self.assertIn(good.name, pages[1])
        note = letter.enclosure_note
        self.assertIn(f"The copy of {bad.name} could not be made", note)

    def test_heads_that_are_alike_are_drawn_once(self):
        heads = "".join(f"<div>{name}</div>" for name in ("One", "Two", "One", "Two"))
        script = "<script>var companyHeader = header.children[index];</script>"
        place = "<div id='minimal_layout_report_headers'>%s</div>"
        page = f"<html><head>{script}</head><body>{place % heads}</body></html>"
        shared = share_alike(page, "header")
        self.assertEqual(shared.count("One") + shared.count("Two"), 2)
        self.assertIn("header.children[[0, 1, 0, 1][index]]", shared)
        other = page.replace("[index]", "[0]")
        self.assertEqual(share_alike(other, "header"), other)

    def test_file_of_a_run_begins_with_its_list(self):
        self.patch(collections_letter_run, "BATCH", 2)
        self.step.enclose_invoices = True
        for partner in (self.birch, self.alder, self.customer):
            self._move("2026-03-01", 100, partner)
        self._night("2026-03-02")
        notices = self.env["collections.notice"].search([("channel", "=", "letter")])
        with self._on("2026-03-02"):
            run = self.env["collections.letter.run"].sudo()._start(notices.sudo())
            with self.allow_pdf_render():
                self.env.ref("account_admin.ir_cron_letters").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.printed_count), ("done", 2))
        pages = [
            self._words(page)
            for page in PdfReader(io.BytesIO(run.letters_ids.raw)).pages
        ]
        # Brook Stores has no postal address
        self.assertEqual(len(pages), 5)
        self.assertIn("2 letters, 4 pages after this list", pages[0])
        self.assertLess(pages[0].index("1 Alder"), pages[0].index("2 Birch"))
        self.assertIn("Alder Street 1", pages[1])
        self.assertIn("Birch Street 1", pages[3])
        self.assertIn("Invoice", pages[2])
