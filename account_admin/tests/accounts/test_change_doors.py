"""No other door: controlled fields change by an approved request alone."""

import json

from lxml import etree

from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.accounts.account_admin_controlled_mixin import _KEY
from .change import IBAN, MANAGER, NEW_IBAN, ChangeCommon

CLOSED = "is under change control"
#: What a client may put in the place of the product's own object.
FORGED = (True, 1, "_Applying", [["res.partner", 1, "street"]], {"cells": ["street"]})


class DoorsCommon(ChangeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls._person(
            "chief",
            f"{MANAGER},base.group_system,account.group_account_manager,"
            "base.group_partner_manager",
        )

    def _shut(self, door, *args, error=UserError, pattern=CLOSED, **kwargs):
        """A door is shut: a sentence, and nothing has changed."""
        before = self._snap()
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            door(*args, **kwargs)
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._snap(), before)

    def _snap(self):
        account = self.account.with_company(self.company)
        banks = self.env["res.partner.bank"].with_context(active_test=False)
        banks = banks.search([("partner_id", "child_of", account.id)])
        return (
            account.read(
                [
                    *("name", "street", "vat", "credit_limit", "parent_id"),
                    *("property_payment_term_id", "account_admin_controlled"),
                    *("collections_user_id", "collections_policy_id", "is_company"),
                ]
            ),
            banks.read(["acc_number", "allow_out_payment", "active", "partner_id"]),
        )


@tagged("post_install", "-at_install")
class TestDoors(DoorsCommon):
    def test_write_whoever_writes_and_however(self):
        values = {
            "street": "Evil 3",
            "name": "Evil",
            "vat": "DE136695976",
            "property_payment_term_id": self.later.id,
            "credit_limit": 10**6,
            "use_partner_credit_limit": False,
            "collections_user_id": self.bob.id,
            "collections_policy_id": self.policy.id,
            "is_company": False,
            "parent_id": self._customer("Parent").id,
            "account_admin_controlled": False,
        }
        self.assertEqual(self.account.with_company(self.company).credit_limit, 50)
        for user in (self.boss, self.chief):
            for name, value in values.items():
                if name in ("credit_limit", "use_partner_credit_limit"):
                    continue
                with self.subTest(user=user.login, field=name):
                    self._shut(self.account.with_user(user).write, {name: value})
        for name, value in values.items():
            with self.subTest(field=name):
                self._shut(
                    self.account.with_company(self.company).sudo().write, {name: value}
                )

    def test_what_is_so_already_and_what_is_not_listed_are_free(self):
        self.account.with_user(self.boss).write(
            {"street": "Old 1", "email": "ap@example.com", "comment": "x"}
        )
        self.assertEqual(self.account.email, "ap@example.com")
        self._customer("Other").write({"street": "Free 1"})

    def test_a_forged_context_lifts_nothing(self):
        for forged in FORGED:
            account = self.account.with_user(self.chief).with_context(
                **{_KEY: forged, "install_mode": True, "module": "account"}
            )
            self._shut(account.write, {"street": "Evil 3"})

    def test_bank_accounts_by_themselves(self):
        banks = self.env["res.partner.bank"].with_user(self.chief)
        mine = self.bank.with_user(self.chief)
        other = banks.create(
            {
                "acc_number": "FR1420041010050500013M02606",
                "partner_id": self.ann.partner_id.id,
            }
        )
        for door, *args in (
            (banks.create, {"acc_number": NEW_IBAN, "partner_id": self.account.id}),
            (banks.create, {"acc_number": NEW_IBAN, "partner_id": self.jane.id}),
            (mine.write, {"acc_number": NEW_IBAN}),
            (mine.write, {"allow_out_payment": True}),
            (mine.write, {"acc_holder_name": "Evil"}),
            (mine.write, {"sequence": 99}),
            (mine.write, {"clearing_number": "1"}),
            (mine.write, {"partner_id": self.ann.partner_id.id}),
            (mine.write, {"active": False}),
            (other.write, {"partner_id": self.account.id}),
            (mine.unlink,),
            (mine.action_archive_bank,),
            (mine.sudo().write, {"acc_number": NEW_IBAN}),
        ):
            with self.subTest(door=door.__name__, args=args):
                self._shut(door, *args)
        created = banks.with_context(default_partner_id=self.account.id)
        self._shut(created.create, {"acc_number": NEW_IBAN})

    def test_bank_accounts_from_the_form_of_the_account(self):
        account = self.account.with_user(self.chief)
        for command in (
            Command.create({"acc_number": NEW_IBAN}),
            Command.update(self.bank.id, {"acc_number": NEW_IBAN}),
            Command.delete(self.bank.id),
            Command.unlink(self.bank.id),
            Command.clear(),
        ):
            with self.subTest(command=command):
                self._shut(account.write, {"bank_ids": [command]})
                self._shut(account.web_save, {"bank_ids": [command]}, {})

    def test_contacts_carry_nothing_in(self):
        jane = self.jane.with_user(self.chief)
        jane.write({"function": "Treasurer", "name": "Jane Doe"})
        self._shut(jane.write, {"street": "Evil 3"})
        self._shut(jane.write, {"property_payment_term_id": self.later.id})
        self._shut(
            self.env["res.partner"].with_user(self.chief).create,
            {
                "name": "Eve",
                "parent_id": self.account.id,
                "bank_ids": [Command.create({"acc_number": NEW_IBAN})],
            },
        )
        outsider = self._customer(
            "Eve", is_company=False, bank_ids=[Command.create({"acc_number": NEW_IBAN})]
        )
        self._shut(outsider.with_user(self.chief).write, {"parent_id": self.account.id})

    def test_nor_does_their_address_of_another_kind(self):
        other = (
            self.env["res.partner"]
            .with_user(self.chief)
            .create(
                {
                    "name": "Warehouse",
                    "parent_id": self.account.id,
                    "type": "delivery",
                    "street": "Quay 1",
                }
            )
        )
        other.street = "Quay 2"
        self.assertEqual(self.account.street, "Old 1")

    def test_import(self):
        xml_id = self.account.export_data(["id"])["datas"][0][0]
        partners = self.env["res.partner"].with_user(self.chief)
        for names, row in (
            (["id", "street"], [xml_id, "Evil 3"]),
            (["id", "bank_ids/acc_number"], [xml_id, NEW_IBAN]),
        ):
            before = self._snap()
            result = partners.load(names, [row])
            self.assertFalse(result["ids"])
            self.assertIn(CLOSED, result["messages"][0]["message"])
            self.env.invalidate_all()
            self.assertEqual(self._snap(), before)
        wizard = (
            self.env["base_import.import"]
            .with_user(self.chief)
            .create(
                {
                    "res_model": "res.partner",
                    "file": f"id,street\n{xml_id},Evil 3\n".encode(),
                    "file_type": "text/csv",
                    "file_name": "x.csv",
                }
            )
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        result = wizard.execute_import(["id", "street"], ["id", "street"], options)
        self.assertIn(CLOSED, result["messages"][0]["message"])
        self.assertEqual(self.account.street, "Old 1")

    def test_server_actions(self):
        actions = self.env["ir.actions.server"].with_user(self.chief).sudo()
        model = self.env["ir.model"]._get("res.partner")
        for code in (
            "record.write({'street': 'Evil 3'})",
            "record.sudo().write({'street': 'Evil 3'})",
            "record.with_user(1).write({'street': 'Evil 3'})",
            "record.with_context(account_admin_applying=True).sudo()"
            ".write({'street': 'Evil 3'})",
            "record.sudo().bank_ids.write({'acc_number': 'X1'})",
        ):
            action = actions.create(
                {"name": "Evil", "model_id": model.id, "state": "code", "code": code}
            )
            run = action.with_user(self.chief).with_context(
                active_model="res.partner", active_id=self.account.id
            )
            with self.subTest(code=code):
                self._shut(run.run)
        field = self.env["ir.model.fields"]._get("res.partner", "street")
        action = actions.create(
            {
                "name": "Evil",
                "model_id": model.id,
                "state": "object_write",
                "update_path": "street",
                "update_field_id": field.id,
                "value": "Evil 3",
            }
        )
        run = action.with_user(self.chief).with_context(
            active_model="res.partner", active_id=self.account.id
        )
        self._shut(run.run)

    def test_partner_merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.chief)
        twin = self._customer(
            "Northwind", bank_ids=[Command.create({"acc_number": NEW_IBAN})]
        )
        pair = (twin | self.account).ids
        for target in (self.account, twin):
            self._shut(wizard._merge, pair, target, pattern="cannot be merged: ask for")
        stranger = self._customer("Jane Roe", is_company=False)
        self._shut(
            wizard._merge,
            (stranger | self.jane).ids,
            self.jane,
            pattern="cannot be merged",
        )

    def test_two_contacts_of_an_account_are_merged_as_ever(self):
        twin = self.env["res.partner"].create(
            {"name": "Jane Roe", "parent_id": self.account.id}
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.chief)
        wizard._merge((twin | self.jane).ids, self.jane)
        self.assertFalse(twin.exists())

    def test_deleting(self):
        stranger = self._customer("Stranger")
        self._control(stranger)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            stranger.with_user(self.chief).unlink()

    def test_the_national_account(self):
        national = self.env["national.account"].create(
            {"name": "Group", "partner_id": self.account.id, "user_id": self.ann.id}
        )
        for vals in (
            {"user_id": self.bob.id},
            {"policy_id": self.policy.id},
            {"partner_id": self._customer("Head").id},
        ):
            with self.assertRaisesRegex(UserError, CLOSED):
                national.with_user(self.chief).write(vals)
        national.with_user(self.chief).name = "Northwind Group"
        change = self._ask(
            self._request(
                self._line("user_id", "national.account", proposed_id=self.bob.id),
                national_account_id=national.id,
            )
        )
        self._decide(change, self.mia)
        self.assertEqual(national.user_id, self.bob)

    def test_another_record_that_writes_the_account(self):
        person = new_test_user(self.env, "portia", groups="base.group_portal")
        self._control(person.partner_id)
        with self.assertRaisesRegex(UserError, CLOSED):
            person.with_user(self.chief).name = "Evil"

    def test_a_statement_line_is_booked_and_keeps_no_bank_account(self):
        journal = self.company_data["default_journal_bank"]
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "payment_ref": "Payment",
                "amount": 10,
                "date": "2026-07-01",
                "partner_id": self.account.id,
                "account_number": NEW_IBAN,
            }
        )
        self.assertFalse(line._find_or_create_bank_account())
        line.account_number = IBAN
        self.assertEqual(line._find_or_create_bank_account(), self.bank)

    def test_a_new_name_leaves_the_holder_of_bank_accounts(self):
        self.assertEqual(self.bank.acc_holder_name, "Northwind")
        change = self._ask(
            self._request(self._line("name", proposed_char="Northwind Holding"))
        )
        self._decide(change, self.mia)
        self.assertEqual(self.account.name, "Northwind Holding")
        self.assertEqual(self.bank.acc_holder_name, "Northwind")

    def test_out_of_control_by_two_others_and_a_call_back(self):
        change = self._ask(
            self._request(self._line("account_admin_controlled", proposed_flag=False))
        )
        self.assertEqual(change.missing, "2 more approvals; a call-back")
        self._decide(change, self.mia)
        self._decide(change, self.bob)
        self._call(change, self.bob)
        self.assertFalse(self.account.account_admin_controlled)
        self.account.street = "Free 1"

    def test_only_administrators_bring_accounts_under_control(self):
        other = self._customer("Other")
        with self.assertRaises(AccessError):
            other.with_user(self.mia).account_admin_controlled = True
        other.with_user(self.boss).account_admin_controlled = True

    def test_members_of_national_accounts_come_under_control_where_we_want_it(self):
        self.company.account_admin_control_members = True
        head, member = self._customer("Head"), self._customer("Member")
        national = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": head.id,
                "company_id": self.company.id,
                "member_ids": [Command.create({"partner_id": member.id})],
            }
        )
        self.assertTrue(head.account_admin_controlled)
        self.assertTrue(member.account_admin_controlled)
        late = self._customer("Late")
        national.member_ids = [Command.create({"partner_id": late.id})]
        self.assertTrue(late.account_admin_controlled)

    def test_what_keeps_the_control_cannot_be_taken_off_the_list(self):
        fixed = self._field("acc_number", "res.partner.bank").with_user(self.boss)
        for refused in (
            lambda: fixed.write({"active": False}),
            lambda: fixed.write({"risk": "low"}),
            lambda: fixed.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "always under control"):
                refused()
        street = self._field("street").with_user(self.boss)
        street.active = False
        self.account.with_user(self.boss).street = "Free 1"
        street.active = True
        self._shut(self.account.with_user(self.boss).write, {"street": "Evil 3"})

    def test_every_form_shows_them_read_only(self):
        for model, names in (
            ("res.partner", ("name", "street", "vat", "bank_ids")),
            ("res.partner.bank", ("acc_number", "allow_out_payment", "partner_id")),
            ("national.account", ("user_id", "policy_id")),
        ):
            arch = self.env[model].with_user(self.chief).get_view(view_type="form")
            root = etree.fromstring(arch["arch"])
            for name in names:
                nodes = [
                    node
                    for node in root.xpath(f"//field[@name='{name}']")
                    if next(node.iterancestors("field"), None) is None
                ]
                self.assertTrue(nodes, name)
                for node in nodes:
                    self.assertIn("account_admin_is_controlled", node.get("readonly"))
        with Form(self.account.with_user(self.chief)) as form:
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form.vat = "DE136695976"
            form.email = "ap@example.com"

    def test_a_contact_of_an_account_is_anonymised_and_the_account_stays(self):
        self.jane.with_user(self.boss)._collections_anonymise()
        self.assertNotIn("Jane", self.jane.name)
        self.assertEqual(self.account.street, "Old 1")


@tagged("post_install", "-at_install")
class TestDoorsOutside(DoorsCommon, HttpCase):
    """The same from outside: RPC and the portal."""

    def _rpc(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps({"params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        return answer.get("error", {}).get("data", {}).get("message")

    def test_rpc(self):
        self.authenticate("chief", "chief")
        evil = {"street": "Evil 3"}
        for forged in FORGED:
            error = self._rpc(
                "res.partner", "write", self.account.ids, evil, context={_KEY: forged}
            )
            self.assertIn(CLOSED, error)
        error = self._rpc("res.partner", "web_save", self.account.ids, evil, {})
        self.assertIn(CLOSED, error)
        change = self._ask(self._street(user=self.chief))
        self.env.flush_all()
        for method, *args in (
            ("_approve", change.ids),
            ("_apply", change.ids),
            ("_decide", change.ids, "approved"),
            ("_follow", change.ids),
            ("_write_values", change.ids, {}),
        ):
            error = self._rpc("account.admin.change", method, *args)
            self.assertIn("Private methods", error)
        error = self._rpc("account.admin.change.approval", "_add", [])
        self.assertIn("Private methods", error)
        self.assertEqual((self.account.street, change.state), ("Old 1", "asked"))

    def _portal_user(self, partner):
        user = new_test_user(self.env, "portia", groups="base.group_portal")
        user.partner_id = partner
        return user

    def _submit(self, partner, **values):
        form = {
            "partner_id": partner.id,
            "name": partner.name,
            "email": partner.email or "jane@example.com",
            "phone": partner.phone or "+49301111",
            "street": partner.street or "",
            "city": partner.city or "",
            "zip": partner.zip or "",
            "country_id": partner.country_id.id or "",
            "csrf_token": http.Request.csrf_token(self),
            **values,
        }
        answer = self.url_open("/my/address/submit", data=form)
        self.env.invalidate_all()
        return answer.json()

    def test_the_portal_makes_a_request(self):
        contact = self.env["res.partner"].create(
            {"name": "Portia", "parent_id": self.account.id, "type": "contact"}
        )
        person = self._portal_user(contact)
        self.authenticate("portia", "portia")
        answer = self._submit(contact, street="Quay 9", email="portia@example.com")
        self.assertRegex(answer["messages"][0], "Street: we look at this before")
        self.assertEqual(self.account.street, "Old 1")
        change = self.env["account.admin.change"].search(
            [("partner_id", "=", self.account.id)]
        )
        self.assertEqual((change.state, change.requester_id), ("asked", person))
        self.assertEqual(change.summary, "Street: Old 1 → Quay 9")
        # sent again it is the same request
        self._submit(contact, street="Quay 9", email="portia@example.com")
        self.assertEqual(
            self.env["account.admin.change"].search_count(
                [("partner_id", "=", self.account.id)]
            ),
            1,
        )
        answer = self._submit(contact, email="portia@example.com", phone="+49301111")
        self.assertIn("redirectUrl", answer)
        self.assertEqual(contact.email, "portia@example.com")
        self._decide(change, self.mia)
        self.assertEqual(self.account.street, "Quay 9")
