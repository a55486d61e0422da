"""Own accounts: whose an account is has one answer; nobody takes it from another."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsHttpCase


@tagged("post_install", "-at_install")
class TestOwnAccounts(CollectionsHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine, cls.theirs = (
            new_test_user(
                cls.env,
                login,
                groups="account_admin.group_account_admin_user",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login in ("mine", "theirs")
        )
        cls.customer.collections_user_id = cls.theirs
        cls.head = cls._customer("Head Office")
        cls.member = cls._customer("Member")
        cls.national = cls.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": cls.head.id,
                "user_id": cls.theirs.id,
                "member_ids": [Command.create({"partner_id": cls.member.id})],
            }
        )
        cls.free = cls._customer("Nobody's")
        cls.move = cls._move("2026-03-01", 100, cls.member)

    def _rpc(self, model, method, *args, **kwargs):
        """What a call by the logged in user answers, or the sentence of its error."""
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps(
                    {
                        "params": {
                            "model": model,
                            "method": method,
                            "args": args,
                            "kwargs": kwargs,
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        if "error" in answer:
            return answer["error"]["data"]["message"]
        return answer["result"]

    def _refused(self, sentence, *call, **kwargs):
        self.authenticate("mine", "mine")
        self.assertIn(sentence, str(self._rpc(*call, **kwargs)))

    def test_one_answer_for_each_account(self):
        partners = self.customer | self.head | self.member | self.free
        expected = [self.theirs, self.theirs, self.theirs, self.env["res.users"]]
        owners = partners.with_user(self.mine).mapped(
            lambda partner: partner.collections_responsible_id
        )
        self.assertEqual(
            [p.with_user(self.mine).collections_responsible_id for p in partners],
            expected,
        )
        self.assertEqual(owners, self.theirs)
        found = self.env["res.partner"].with_user(self.mine)
        domain = [("id", "in", partners.ids)]
        for value, those in (
            (self.theirs.id, self.customer | self.head | self.member),
            (self.mine.id, self.env["res.partner"]),
            (False, self.free),
        ):
            asked = [*domain, ("collections_responsible_id", "=", value)]
            self.assertEqual(found.search(asked), those)
            not_asked = [*domain, ("collections_responsible_id", "!=", value)]
            self.assertEqual(found.search(not_asked), partners - those)
        answer = partners.sudo()._collections_get_responsible(
            self.company, partners.ids
        )
        self.assertEqual(
            answer,
            {
                self.customer.id: self.theirs.id,
                self.head.id: self.theirs.id,
                self.member.id: self.theirs.id,
                self.free.id: False,
            },
        )

    def test_account_is_not_taken_over_by_writing_its_administrator(self):
        for partner in (self.customer, self.member, self.head):
            self._refused(
                f"{partner.name} is looked after by theirs",
                *("res.partner", "write", partner.ids),
                {"collections_user_id": self.mine.id},
            )
            self.assertNotEqual(partner.collections_user_id, self.mine)

    def test_nor_by_giving_it_a_parent_or_a_policy_of_ones_own(self):
        own = self._customer("Own Stores", collections_user_id=self.mine.id)
        for vals in (
            {"parent_id": own.id},
            {"collections_policy_id": self.policy.id},
            {"collections_statement": "none"},
        ):
            self._refused(
                "is looked after by theirs",
                "res.partner",
                "write",
                self.customer.ids,
                vals,
            )
        self.assertFalse(self.customer.parent_id)

    def test_nor_by_a_national_account_of_ones_own(self):
        self.authenticate("mine", "mine")
        for partner in (self.customer, self.member):
            self._refused(
                "is looked after by theirs",
                *("national.account", "create"),
                {"name": "Mine", "partner_id": partner.id},
            )
        account = self._rpc(
            "national.account",
            "create",
            {"name": "Mine", "partner_id": self.free.id, "user_id": self.mine.id},
        )
        self.assertIsInstance(account, int)
        for partner in (self.customer, self.member):
            self._refused(
                "is looked after by theirs",
                *("national.account.member", "create"),
                {
                    "national_account_id": account,
                    "partner_id": partner.id,
                    "date_start": "2026-03-01",
                },
            )
        self._refused(
            "is looked after by theirs",
            *("national.account", "write", [account]),
            {"partner_id": self.customer.id},
        )

    def test_nor_by_merging_it_into_ones_own(self):
        own = self._customer("Own Stores", collections_user_id=self.mine.id)
        own.email = self.customer.email
        self.authenticate("mine", "mine")
        wizard = self._rpc(
            "base.partner.merge.automatic.wizard",
            "create",
            {
                "partner_ids": [Command.set([own.id, self.customer.id])],
                "dst_partner_id": own.id,
            },
        )
        self._refused(
            "is looked after by theirs",
            *("base.partner.merge.automatic.wizard", "action_merge", [wizard]),
        )
        self.assertTrue(self.customer.exists())

    def test_member_of_anothers_national_account_is_not_disputed_or_promised_for(self):
        self._refused(
            "collections.dispute",
            "collections.dispute",
            "create",
            {"move_id": self.move.id},
        )
        self._refused(
            "collections.promise",
            *("collections.promise", "create"),
            {"partner_id": self.member.id, "amount": 50, "date": "2099-01-01"},
        )
        for model in ("collections.dispute", "collections.promise"):
            self.assertFalse(
                self.env[model].search([("partner_id", "=", self.member.id)])
            )

    def test_case_and_notices_of_anothers_member_are_not_worked_on(self):
        self._night("2026-03-05", send=False)
        case = self.env["collections.case"].search(
            [("partner_id", "in", (self.member | self.head).ids)]
        )
        self.assertEqual(case.user_id, self.theirs)
        notice = case.notice_ids[:1]
        self.assertTrue(notice)
        for call in (
            ("collections.case", "read", case.ids),
            ("collections.case", "write", case.ids, {"user_id": self.mine.id}),
            ("collections.case", "action_take", case.ids),
            ("collections.notice", "read", notice.ids),
            ("collections.notice", "action_send_now", notice.ids),
        ):
            self._refused("doesn't have", *call)
        self._refused("security", "collections.case", "message_post", case.ids)
        self.assertEqual(case.user_id, self.theirs)
        self.assertEqual(self._rpc("collections.case", "search", []), [])
        self.authenticate("theirs", "theirs")
        self.assertEqual(self._rpc("collections.case", "search", []), case.ids)

    def test_own_dispute_or_promise_does_not_move_to_anothers_account(self):
        own = self._customer("Own Stores", collections_user_id=self.mine.id)
        self.authenticate("mine", "mine")
        move = self._move("2026-03-01", 100, own)
        dispute = self._rpc("collections.dispute", "create", {"move_id": move.id})
        promise = self._rpc(
            "collections.promise",
            "create",
            {"partner_id": own.id, "amount": 50, "date": "2099-01-01"},
        )
        for model, record, vals in (
            ("collections.dispute", dispute, {"move_id": self.move.id}),
            ("collections.promise", promise, {"partner_id": self.member.id}),
        ):
            self.assertIsInstance(record, int, record)
            self._refused(model, model, "write", [record], vals)
            self.assertEqual(self.env[model].browse(record).partner_id, own)

    def test_own_member_does_not_move_into_anothers_national_account(self):
        own = self._customer("Own Stores", collections_user_id=self.mine.id)
        group = self.env["national.account"].create(
            {
                "name": "Mine",
                "partner_id": self.free.id,
                "user_id": self.mine.id,
                "member_ids": [Command.create({"partner_id": own.id})],
            }
        )
        self._refused(
            "national.account",
            *("national.account.member", "write", group.member_ids.ids),
            {"national_account_id": self.national.id},
        )
        self.assertEqual(group.member_ids.partner_id, own)

    def test_its_own_administrator_does_all_of_it(self):
        self.authenticate("theirs", "theirs")
        dispute = self._rpc("collections.dispute", "create", {"move_id": self.move.id})
        promise = self._rpc(
            "collections.promise",
            "create",
            {"partner_id": self.member.id, "amount": 50, "date": "2099-01-01"},
        )
        for model, record in (
            ("collections.dispute", dispute),
            ("collections.promise", promise),
        ):
            self.assertIsInstance(record, int, record)
            seen = self.env[model].with_user(self.theirs).browse(record)
            seen.user_id = False
            self.assertTrue(seen.read(["state"]))
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
                self.env[model].with_user(self.mine).browse(record).read(["state"])
        self.customer.with_user(self.theirs).collections_user_id = self.mine
        self.assertEqual(self.customer.collections_user_id, self.mine)

    def test_nobodys_account_can_be_taken(self):
        self.free.with_user(self.mine).collections_user_id = self.mine
        self.assertEqual(self.free.collections_user_id, self.mine)
        with self.assertRaisesRegex(UserError, "is looked after by mine"):
            self.free.with_user(self.theirs).collections_user_id = self.theirs

    def test_who_works_on_all_accounts_changes_any(self):
        boss = new_test_user(
            self.env,
            "boss",
            groups="account_admin.group_account_admin_all",
            company_id=self.company.id,
        )
        self.customer.with_user(boss).collections_user_id = self.mine
        self.assertEqual(self.customer.collections_user_id, self.mine)

    def test_hidden_memberships_count(self):
        """A period that the user may not see overlaps all the same."""
        boss = self.env["national.account"].create(
            {"name": "Second", "partner_id": self.free.id, "user_id": self.mine.id}
        )
        self.member.collections_user_id = self.mine
        with self.assertRaisesRegex(UserError, "Member is already a member of Group"):
            self.env["national.account.member"].with_user(self.mine).create(
                {
                    "national_account_id": boss.id,
                    "partner_id": self.member.id,
                    "date_start": "2026-03-01",
                }
            )
