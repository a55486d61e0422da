"""A licensee with a login, its statements, and pages over real HTTP."""

from lxml import html

from odoo import http
from odoo.tests import new_test_user

from ..common import CollectionsHttpCase
from .licensing_import import LicensingImportCommon

DAY = "2026-07-10"


class LicensingPortalCommon(LicensingImportCommon, CollectionsHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract.sudo().state = "active"
        cls.desk = new_test_user(
            cls.env,
            "lp_desk",
            groups="account_admin.group_licensing_user",
            name="Dora Desk",
            email="dora@example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.contract.user_id = cls.desk
        cls.statement.date_due = "2026-07-30"
        cls.product.action_approve()
        cls.product.sudo().approved_from = "2020-01-01"
        cls.user = cls._login("tess", cls.licensee)
        cls.path = f"/my/royalties/{cls.statement.id}"

    @classmethod
    def _login(cls, login, licensee):
        """A portal user of a licensee."""
        contact = cls.env["res.partner"].create(
            {"name": login.title(), "parent_id": licensee.id, "lang": "en_US"}
        )
        return new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def _agree(cls, licensee, state="active", **vals):
        """A contract of a licensee with an expected statement of the second quarter."""
        contract = cls.contract.copy({"partner_id": licensee.id, **vals})
        contract.sudo().state = state
        return cls.env["licensing.statement"].create(
            {
                "contract_id": contract.id,
                "date_start": "2026-04-01",
                "date_end": "2026-06-30",
                "date_due": "2026-07-30",
            }
        )

    def setUp(self):
        super().setUp()
        with self._on(DAY):
            self.authenticate("tess", "tess")

    def _open(self, path, status=200, day=DAY, **options):
        """The answer to a request on a day."""
        with self._on(day):
            response = self.url_open(path, **options)
        self.assertEqual(response.status_code, status, path)
        return response

    def _text(self, response):
        """The main part of a page as text, each run of blanks as one."""
        main = html.fromstring(response.text).find(".//main")
        return " ".join(main.text_content().split())

    def _get(self, path=None, day=DAY):
        return self._text(self._open(path or self.path, day=day))

    def _token(self):
        """What a form of the visitor's own page carries."""
        return http.Request.csrf_token(self)

    def _post(self, action, path=None, files=None, day=DAY, **data):
        """Do something as the licensee; returns the page that follows as text."""
        with self._on(day):
            data["csrf_token"] = self._token()
            response = self.url_open(
                f"{path or self.path}/{action}", data=data, files=files
            )
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        return self._text(response)

    def _send(self, content, name="report.xlsx", **options):
        """Upload a file; returns the page that follows as text."""
        return self._post("upload", files={"report": (name, content)}, **options)

    @property
    def _file(self):
        return self.statement.import_ids[:1]

    def _submit_file(self, **data):
        return self._post("submit", checksum=self._file.checksum, **data)

    def _review(self, statement=None):
        statement = statement or self.statement
        statement.action_compute()
        return statement

    def _ask(self, question="Why is row 2 so low?"):
        query = self.env["licensing.question"].create(
            {"statement_id": self.statement.id, "question": question}
        )
        query.action_ask()
        return query
