"""What customers and licensees read on a phone of 390 pixels."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..licensing.licensing_import import SALE
from .test_accessibility import AccessibilityCommon

WIDTH = 390
#: Cells with an amount, whatever renders them.
AMOUNTS = "td.text-end, td[style*='text-align: right'], .oe_currency_value"
LONG = "Lantern Bay Music Publishing and Merchandising Company South"
#: Of a mail: as wide as the screen, as a phone shows it.
MAIL = '<html><head><meta name="viewport" content="width=device-width"></head><body>%s'


@tagged("post_install", "-at_install")
class TestPhone(AccessibilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = LONG
        cls._late(15, 87_654_321.5, name="INVOICE/OF/THE/WEST/2026/000000123")
        cls.payer = new_test_user(
            cls.env,
            "pia",
            groups="base.group_portal",
            partner_id=cls.env["res.partner"]
            .create({"name": "Pia", "parent_id": cls.customer.id, "lang": "en_US"})
            .id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _pages(self, *paths, **values):
        return [
            {"name": path, "path": path, "width": WIDTH, "wait": "#wrap", **values}
            for path in paths
        ]

    def _send_statements(self):
        """Statements of the customer and its group, seen on the portal."""
        self._act()
        self.account_statement |= self.account_statement.copy(
            {"national_account_id": self.group.id, "kind": "balance_forward"}
        )
        self.account_statement.sudo().write(
            {"state": "sent", "date_from": self.invoice.invoice_date}
        )
        return self.account_statement

    def test_pages_of_a_customer(self):
        statements = self._send_statements()
        case = self._cases()
        found = [f"/my/statements/{one.id}" for one in statements]
        pages = self._pages(
            "/my/collections",
            f"/my/collections/{case.id}",
            "/my/statements",
            *found,
            amounts=AMOUNTS,
        )
        self._compare("width", pages, login="pia", path="/my/home")

    def test_pages_of_a_licensee(self):
        self._submit(SALE)
        self._review().action_approve()
        pages = self._pages("/my/royalties", self.path, amounts=AMOUNTS)
        licence = f"/my/licences/{self.contract.id}"
        pages += self._pages("/my/home", "/my/licences", licence)
        self._compare("width", pages, login="tess", path="/my/home")

    def test_mails(self):
        self._night(self.today)
        self._send_statements()
        mails = [
            {
                "name": message["Subject"],
                "html": MAIL % self.mailbox.body(number),
                "width": WIDTH,
                "amounts": "td[style*='text-align: right']",
            }
            for number, message in enumerate(self.mailbox.messages)
            if "/my/collections/" in self.mailbox.body(number)
        ]
        self.assertTrue(mails)
        self._compare("width", mails, login="pia", path="/my/home")

    def test_pages_of_customers_and_licensees_are_accessible(self):
        statements = self._send_statements()
        found = [f"/my/statements/{one.id}" for one in statements]
        paths = ["/my/home", "/my/collections", "/my/statements", *found]
        paths.append(f"/my/collections/{self._cases().id}")
        for width in (WIDTH, 1366):
            pages = self._pages(*paths)
            theirs = self._pages("/my/invoices", "/my/account")
            for page in pages + theirs:
                page["width"] = width
            self._compare("page", pages, theirs, login="pia", path="/my/home")

    def test_pages_of_licensees_are_accessible(self):
        late = self._statement("2026-07-01", "2026-09-30")
        self._submit(SALE)
        self._review().action_approve()
        pages = self._pages(
            "/my/royalties",
            self.path,
            f"/my/royalties/{late.id}",
            f"/my/royalties/{late.id}?step=nothing",
            "/my/licences",
            f"/my/licences/{self.contract.id}",
        )
        self._compare("page", pages, login="tess", path="/my/home")

    def test_pages_with_nothing_on_them_say_so(self):
        pages = self._pages("/my/collections", "/my/statements", "/my/royalties")
        self._compare("page", pages, login="pia", path="/my/home")
