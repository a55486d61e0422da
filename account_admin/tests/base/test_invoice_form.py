"""What an invoice's form shows of collections, to whom, and what it costs to open."""

from odoo.tests import new_test_user, tagged

from ..common import CollectionsCommon

SHOWN = (
    "collections_case_id",
    "collections_national_account_id",
    "collections_dispute_count",
    "collections_promise_count",
)


@tagged("post_install", "-at_install")
class TestInvoiceForm(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._customer("Head")
        cls.account = cls.env["national.account"].create(
            {"name": "Group", "partner_id": cls.head.id, "user_id": False}
        )
        cls.env["national.account.member"].create(
            {"national_account_id": cls.account.id, "partner_id": cls.customer.id}
        )
        cls.invoice = cls._move("2026-03-01", 1000)
        cls.env["collections.dispute"].create(
            {"move_id": cls.invoice.id, "amount": 100, "date": "2026-03-01"}
        )
        cls.env["collections.promise"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "move_ids": cls.invoice.ids,
                "amount": 100,
                "made_on": "2026-03-01",
                "date": "2026-04-01",
            }
        )

    def _user(self, group):
        return new_test_user(
            self.env,
            f"form-{group}",
            groups="account.group_account_invoice,"
            f"account_admin.group_account_admin_{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def _read(self, user=None, invoice=None):
        """The shown fields as the web client gets them."""
        self.env.flush_all()
        self.env.invalidate_all()
        record = (invoice or self.invoice).with_user(user or self.env.user)
        with self._on("2026-03-02"):
            (values,) = record.web_read({name: {} for name in SHOWN})
        return [values[name] for name in SHOWN]

    def test_invoice_shows_case_group_disputes_and_promises(self):
        self._night("2026-03-02")
        case = self._cases()
        self.assertEqual(self._read(), [case.id, self.account.id, 1, 1])

    def test_invoice_of_a_member_shows_the_case_of_the_head_office(self):
        self.account.policy_id = self._policy("Central", [1], chase_head_office=True)
        self._night("2026-03-02")
        case = self._cases(self.head)
        self.assertEqual(self._read(), [case.id, self.account.id, 1, 1])

    def test_closed_case_dispute_and_promise_are_not_shown(self):
        self._night("2026-03-02")
        self._cases().action_close()
        self.invoice.collections_dispute_ids.action_withdraw()
        self.invoice.collections_promise_ids.action_withdraw()
        self.assertEqual(self._read(), [False, self.account.id, 0, 0])

    def test_group_of_a_former_member_is_not_shown(self):
        self.account.member_ids.date_end = "2026-03-01"
        self.assertFalse(self._read()[1])

    def test_bill_of_a_customer_shows_no_case(self):
        self._night("2026-03-02")
        bill = self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.customer.id}
        )
        self.assertEqual(self._read(invoice=bill), [False, self.account.id, 0, 0])

    def test_auditor_sees_it_all(self):
        self._night("2026-03-02")
        shown = [self._cases().id, self.account.id, 1, 1]
        self.assertEqual(self._read(self._user("auditor")), shown)

    def test_user_of_own_accounts_sees_nothing_of_accounts_of_others(self):
        other = self._user("all")
        self.customer.collections_user_id = self.account.user_id = other
        self.invoice.collections_dispute_ids.user_id = other
        self.invoice.collections_promise_ids.user_id = other
        self._night("2026-03-02")
        self.assertEqual(self._cases().user_id, other)
        self.assertEqual(self._read(self._user("user")), [False, False, 0, 0])

    def test_draft_in_the_form_counts_what_its_record_has(self):
        draft = self.env["account.move"].new(origin=self.invoice)
        self.assertEqual(draft.collections_dispute_count, 1)

    def test_opening_an_invoice_takes_two_queries_more(self):
        """One that reads everything, one for the case's access rules."""
        invoices = self.invoice | self._move("2026-03-01", 10, self._customer("Alone"))
        self._night("2026-03-02")
        self.account.member_ids.unlink()
        self.invoice.collections_dispute_ids.action_withdraw()
        self.invoice.collections_promise_ids.action_withdraw()
        user = self._user("manager")
        for invoice in invoices:
            # Odoo's own caches are filled by the first
            self._read(user, invoice)
            self.env.flush_all()
            self.env.invalidate_all()
            record = invoice.with_user(user)
            # what Odoo's own part of the form reads
            record.mapped("commercial_partner_id.name")
            record.mapped("company_id.name")
            with self._on("2026-03-02"), self.assertQueryCount(2):
                for name in SHOWN:
                    record.mapped(name)

    def test_day_of_a_company_follows_the_time_zone_of_its_partner(self):
        with self._on("2026-03-02"):
            for zone, day in (("Pacific/Kiritimati", "2026-03-03"), ("UTC", None)):
                self.company.partner_id.tz = zone
                today = str(self.company._collections_today())
                self.assertEqual(today, day or "2026-03-02")
