"""The catalogue that translators start from has every sentence there is."""

import io
import os
import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

FOLDER = Path(__file__).parents[2] / "i18n"
TEMPLATE = FOLDER / "account_admin.pot"
FRENCH = FOLDER / "fr.po"
#: Places of what customers and licensees read: portal, mails, letters, statements.
READ = re.compile(
    r"model_terms:ir\.ui\.view,arch_db:account_admin\."
    r"(portal_|notice_|letter_document|letter_window_layout|report_layout|case_statement"
    r"|statement_(aging|body|document|report|sections|table)$)"
    r"|model:mail\.template,(subject|body_html):"
    r"|code:addons/account_admin/controllers/"
)
HOW = (
    "CATALOGUE=write ./dev test --no-lint"
    " account_admin/tests/base/test_catalogue.py writes the catalogue anew."
)


@tagged("post_install", "-at_install")
class TestCatalogue(TransactionCase):
    def test_catalogue_is_what_odoo_exports(self):
        exported = io.BytesIO()
        trans_export(None, ["account_admin"], exported, "po", self.env)
        if os.environ.get("CATALOGUE") == "write":
            TEMPLATE.write_bytes(exported.getvalue())
            self.move_french()
        self.assertEqual(
            self.entries(TEMPLATE.read_text()),
            self.entries(exported.getvalue().decode()),
            HOW,
        )

    def test_french_translates_no_sentence_that_is_gone(self):
        known = self.entries(TEMPLATE.read_text())
        for sentence, places in self.entries(FRENCH.read_text()).items():
            with self.subTest(sentence=sentence):
                self.assertLessEqual(places, known.get(sentence, set()))

    def test_french_has_all_that_customers_read(self):
        french = self.entries(FRENCH.read_text())
        for sentence, places in self.entries(TEMPLATE.read_text()).items():
            if any(map(READ.match, places)):
                with self.subTest(sentence=sentence):
                    self.assertIn(sentence, french)

    def move_french(self):
        """Let what is translated say where the sentence is today."""
        template = {entry.msgid: entry for entry in polib.pofile(str(TEMPLATE))}
        french = polib.pofile(str(FRENCH))
        for entry in french:
            if entry.msgid in template:
                entry.occurrences = template[entry.msgid].occurrences
        french.save()

    def entries(self, text):
        """What a catalogue has: {sentence: places}."""
        return {
            entry.msgid: {place for place, _line in entry.occurrences}
            for entry in polib.pofile(text)
        }
