"""axe-core in the browser of a test: what a screen has against WCAG 2.2 AA."""

import importlib.util
import json
import pathlib

from .common import CollectionsHttpCase

#: The script of axe-core comes in this package; nothing else of it is used.
PACKAGE = "axe_playwright_python"
READER = "/account_admin/static/tests/axe/axe_screens.js"


class AxeCase(CollectionsHttpCase):
    """Compares our screens with Odoo's own, in a real browser.

    A screen is a dict: ``name``, ``action`` (XML id or dictionary), ``wait`` (selector
    that must be there), and if need be ``view``, ``context``, ``root`` (selector of
    what is read), ``tabs`` (names of the tabs read). A page has ``path`` or ``html``
    instead of the action, ``width`` in pixels, ``frame`` (selector of what is not read)
    and ``amounts`` (selector of what must be seen whole).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = pathlib.Path(importlib.util.find_spec(PACKAGE).origin).parent
        cls.script = cls.env["ir.attachment"].create(
            {
                "name": "axe.min.js",
                "raw": (folder / "axe.min.js").read_bytes(),
                "mimetype": "application/javascript",
                "public": True,
            }
        )
        cls.axe = f"/web/content/{cls.script.id}"

    def _compare(self, kind, ours, theirs=(), login=None, path="/odoo", ready=""):
        """Fail with each fault that our screens have and theirs have not."""
        arguments = ", ".join(map(json.dumps, (kind, list(theirs), ours, self.axe)))
        code = (
            f"import({READER!r}).then(() => axeScreens.compare({arguments}))"
            ".catch((error) => console.error(error.message))"
        )
        self.browser_js(path, code, ready, login=login, timeout=400)

    @staticmethod
    def _form(name, record, **values):
        """The screen of one record's form."""
        action = {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
        return {
            "name": name,
            "action": action,
            "wait": ".o_form_view .o_form_sheet, .o_form_view form",
            **values,
        }
