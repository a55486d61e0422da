import re
from urllib.parse import urlsplit

from lxml import html

from odoo.tests import new_test_user, tagged

from ..common import CollectionsHttpCase


@tagged("post_install", "-at_install")
class TestPortal(CollectionsHttpCase):
    """What a customer gets to see, over real HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._move("2026-03-01", 1234.5)
        cls.other = cls._customer("Other Stores")
        cls.other_invoice = cls._move("2026-03-01", 77, cls.other)
        contact = cls.env["res.partner"].create(
            {"name": "Pat Payable", "parent_id": cls.customer.id, "lang": "en_US"}
        )
        cls.user = new_test_user(
            cls.env,
            "pat",
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _get(self, path, day="2026-03-03", status=200):
        """The main part of a page as text, each run of blanks as one."""
        with self._on(day):
            response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        main = html.fromstring(response.text).find(".//main")
        return " ".join(main.text_content().split()) if main is not None else ""

    def _login(self):
        with self._on("2026-03-03"):
            self.authenticate("pat", "pat")

    def _link(self):
        """Path and query of the link in the customer's mail."""
        receivers = [message["X-Rcpt"] for message in self.mailbox.messages]
        body = self.mailbox.body(receivers.index(self.customer.email))
        href = re.search(r'href="([^"]*/my/collections/[^"]*)"', body)
        link = urlsplit(href[1].replace("&amp;", "&"))
        return f"{link.path}?{link.query}"

    # ------------------------------------------------------------------
    # WITH THE LINK OF A NOTICE
    # ------------------------------------------------------------------

    def test_link_of_a_notice_shows_items_and_total_without_login(self):
        self._move("2026-02-28", 100)
        self._night("2026-03-02")
        text = self._get(self._link())
        for found in (
            "Overdue at",
            self.company.name,
            self.customer.name,
            self.invoice.name,
            "03/01/2026",
            "1,234.50",
            "Please pay $ 1,334.50",
        ):
            self.assertIn(found, text)
        self.assertNotIn(self.other_invoice.name, text)

    def test_wrong_or_absent_token_finds_nothing(self):
        self._night("2026-03-02")
        case, other = self._cases(), self._cases(self.other)
        for query in (
            "",
            "?access_token=",
            "?access_token=wrong",
            "?access_token=%C3%A9t%C3%A9",
            f"?access_token={other.access_token}",
        ):
            page = self._get(f"/my/collections/{case.id}{query}", status=404)
            self.assertNotIn(self.invoice.name, page)
        missing = max((case | other).ids) + 1000
        token = case.access_token
        for number in (missing, 2**31, 2**63, 10**30):
            self._get(f"/my/collections/{number}?access_token={token}", status=404)
            self._get(f"/my/statements/{number}?access_token={token}", status=404)

    def test_paid_case_says_nothing_is_overdue_before_and_after_it_closes(self):
        self._night("2026-03-02")
        link = self._cases().get_portal_url()
        self._pay(self.invoice, "2026-03-03")
        self.assertIn("Nothing is overdue", self._get(link))
        self._night("2026-03-03")
        self.assertEqual(self._cases().state, "closed")
        text = self._get(link)
        self.assertIn("Nothing is overdue", text)
        self.assertNotIn(self.invoice.name, text)

    # ------------------------------------------------------------------
    # LOGGED IN
    # ------------------------------------------------------------------

    def test_own_case_opens_without_token_and_no_other(self):
        self._night("2026-03-02")
        self._login()
        own, other = self._cases(), self._cases(self.other)
        self.assertIn(self.invoice.name, self._get(f"/my/collections/{own.id}"))
        page = self._get(f"/my/collections/{other.id}", status=404)
        self.assertNotIn(self.other_invoice.name, page)

    def test_list_names_own_open_cases_only(self):
        self._night("2026-03-02")
        self._login()
        with self._on("2026-03-03"):
            page = html.fromstring(self.url_open("/my/collections").text)
        links = page.xpath("//main//td/a[contains(@href, '/my/collections/')]/@href")
        paths = [urlsplit(link).path for link in links]
        self.assertEqual(paths, [f"/my/collections/{self._cases().id}"])
        self.assertIn("1,234.50", page.find(".//main").text_content())
        self._get(links[0])

    def test_list_says_so_when_nothing_is_overdue(self):
        self._night("2026-03-02")
        self._login()
        self._pay(self.invoice, "2026-03-03")
        self.assertIn("Nothing is overdue", self._get("/my/collections"))
        self._night("2026-03-03")
        self.assertIn("Nothing is overdue", self._get("/my/collections"))

    def test_list_has_todays_figures(self):
        old = self._move("2026-02-01", 800)
        self._night("2026-03-02")
        self._login()
        text = self._get("/my/collections")
        self.assertTrue(text.startswith("Overdue With Since To Pay"), text)
        self.assertIn("02/01/2026 $ 2,034.50", text)
        self._pay(old, "2026-03-03")
        self.assertIn("03/01/2026 $ 1,234.50", self._get("/my/collections"))

    def test_list_asks_for_a_login(self):
        response = self.url_open("/my/collections", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_home_page_has_a_card_that_counts_own_open_cases(self):
        self._night("2026-03-02")
        self._login()

        def count():
            with self._on("2026-03-03"):
                answer = self.url_open(
                    "/my/counters", json={"params": {"counters": ["collections_count"]}}
                )
            return answer.json()["result"]["collections_count"]

        self.assertEqual(count(), 1)
        with self._on("2026-03-03"):
            home = html.fromstring(self.url_open("/my/home").text)
        card = home.xpath("//a[@href='/my/collections']")[0]
        self.assertIn("What is overdue", card.text_content())
        with self._on("2026-03-03"):
            self._cases().action_close()
        self.assertEqual(count(), 0)

    def test_page_names_whom_to_ask(self):
        collector = new_test_user(
            self.env,
            "collector",
            groups="account_admin.group_account_admin_user",
            name="Carla Collector",
            email="carla@example.com",
        )
        self.customer.collections_user_id = collector
        self._night("2026-03-02")
        text = self._get(self._cases().get_portal_url())
        self.assertIn("Carla Collector", text)
        self.assertIn("carla@example.com", text)

    def test_french_user_reads_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        module = self.env["ir.module.module"].search([("name", "=", "account_admin")])
        module._update_translations(["fr_FR"])
        self.user.partner_id.lang = "fr_FR"
        self._night("2026-03-02")
        self._login()
        case = self._get(f"/my/collections/{self._cases().id}")
        for found in (
            "Échu chez",
            "Échéance",
            "Jours de retard",
            "01/03/2026",
            "1 234,50",
        ):
            self.assertIn(found, case)
        for absent in ("Overdue", "Please pay", "Days overdue", "03/01/2026"):
            self.assertNotIn(absent, case)
        overdue = self._get("/my/collections")
        self.assertIn("1 234,50", overdue)
        self.assertNotIn("Overdue", overdue)
        self._pay(self.invoice, "2026-03-03")
        self.assertIn(
            "Aucune facture échue", self._get(f"/my/collections/{self._cases().id}")
        )

    def test_case_of_another_companys_customer_is_out_of_reach(self):
        second = self.setup_other_company(name="Second Ltd")["company"]
        second.partner_id.tz = "UTC"
        second.collections_policy_id = self.policy
        theirs = self._customer("Theirs", company_id=second.id)
        invoice = self._move("2026-03-01", 50, theirs, company_id=second.id)
        self._night("2026-03-02")
        case = self._cases(theirs)
        self.assertEqual(case.company_id, second)
        self._login()
        page = self._get(f"/my/collections/{case.id}", status=404)
        self.assertNotIn(invoice.name, page)
        self.assertNotIn("Second Ltd", self._get("/my/collections"))

    def test_own_cases_with_two_companies_are_both_listed(self):
        second = self.setup_other_company(name="Second Ltd")["company"]
        second.partner_id.tz = "UTC"
        second.collections_policy_id = self.policy
        self._move("2026-03-01", 50, company_id=second.id)
        self._night("2026-03-02")
        self._login()
        text = self._get("/my/collections")
        for found in (self.company.name, "Second Ltd", "1,234.50", "50.00"):
            self.assertIn(found, text)
        case = self._cases().filtered(lambda case: case.company_id == second)
        text = self._get(f"/my/collections/{case.id}")
        self.assertIn("50.00", text)
        self.assertNotIn("1,234.50", text)
