# what tests write is for nobody to read: pylint: disable=translation-required
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestAccessRights(CollectionsCommon):
    """What each group may and may not do, as real users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, group):
            return new_test_user(
                cls.env,
                login,
                groups=f"account_admin.group_account_admin_{group}"
                if group
                else "base.group_user",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )

        cls.own = user("own", "user")
        cls.all = user("all", "all")
        cls.manager = user("manager", "manager")
        cls.auditor = user("auditor", "auditor")
        cls.employee = user("employee", None)
        cls.other = cls._customer("Other Stores", collections_user_id=cls.all.id)
        cls.customer.collections_user_id = cls.own
        cls.mine_move = cls._move("2026-03-01", 100)
        cls.other_move = cls._move("2026-03-01", 100, cls.other)

    def setUp(self):
        super().setUp()
        self._night("2026-03-02")
        self.mine, self.theirs = self._cases(), self._cases(self.other)

    def _denied(self, function, *args):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            function(*args)

    def test_own_accounts_user_works_on_own_cases_only(self):
        cases = self.env["collections.case"].with_user(self.own)
        self.assertEqual(cases.search([]), self.mine)
        self.mine.with_user(self.own).action_take()
        self._denied(self.theirs.with_user(self.own).read, ["state"])
        self._denied(self.theirs.with_user(self.own).action_close)
        self._denied(self.theirs.with_user(self.own).action_take)

    def test_own_accounts_user_sees_cases_of_nobody(self):
        self.theirs.user_id = False
        cases = self.env["collections.case"].with_user(self.own)
        self.assertEqual(cases.search([]), self.mine | self.theirs)

    def test_own_accounts_user_sees_events_and_notices_of_own_cases_only(self):
        for model in ("collections.event", "collections.notice"):
            found = self.env[model].with_user(self.own).search([])
            self.assertEqual(found.case_id, self.mine, model)
        theirs = self.theirs.notice_ids.with_user(self.own)
        self._denied(theirs.read, ["state"])

    def test_all_accounts_user_works_on_every_case(self):
        cases = self.env["collections.case"].with_user(self.all).search([])
        self.assertEqual(cases, self.mine | self.theirs)
        self.mine.with_user(self.all).action_close()
        self.assertEqual(self.mine.state, "closed")

    def test_only_those_with_all_accounts_approve_notices(self):
        notice = self.mine.notice_ids
        notice.sudo().state = "to_approve"
        self._denied(notice.with_user(self.own).action_approve)
        self._denied(notice.with_user(self.own).action_cancel)
        hint = notice.with_user(self.own).approver_hint
        self.assertIn("User: All Accounts", hint, "a missing button says whose it is")
        self.assertFalse(notice.with_user(self.all).approver_hint)
        notice.with_user(self.all).action_approve()
        self.assertEqual(notice.state, "queued")

    def test_collectors_send_and_print_for_their_own_accounts_only(self):
        mine, foreign = self.mine.notice_ids, self.theirs.notice_ids
        (mine | foreign).sudo().state = "queued"
        self.assertTrue(mine.with_user(self.own).action_send_now())
        self._denied(foreign.with_user(self.own).action_send_now)
        (mine | foreign).sudo().write({"channel": "letter", "met_on": False})
        self.customer.write({"street": "1 High Street", "city": "Leeds"})
        mine.with_user(self.own).action_print_letters()
        self.assertEqual(mine.state, "sent")
        self._denied(foreign.with_user(self.own).action_print_letters)
        self._denied(mine.with_user(self.auditor).action_print_letters)

    def test_only_administrators_change_policies_and_roles(self):
        for user in (self.own, self.all, self.auditor):
            self._denied(self.policy.with_user(user).write, {"gap_days": 3})
            self._denied(
                self.policy.step_ids[0].with_user(user).write, {"name": "Other"}
            )
            role = self.env.ref("account_admin.contact_role_dunning").with_user(user)
            self._denied(role.write, {"sequence": 3})
        self.policy.with_user(self.manager).gap_days = 3
        self.policy.step_ids[0].with_user(self.manager).name = "Other"

    def test_state_and_steps_cannot_be_set_by_hand(self):
        for user in (self.own, self.all, self.manager):
            case = self.mine.with_user(user)
            self._denied(case.write, {"state": "closed"})
            self._denied(case.write, {"last_contact": "2026-01-01"})
            self._denied(self.mine.notice_ids.with_user(user).write, {"state": "sent"})
        self.mine.with_user(self.all).user_id = self.all

    def test_auditor_reads_everything_and_changes_nothing(self):
        for model in (
            "collections.case",
            "collections.event",
            "collections.notice",
            "collections.run",
            "collections.policy",
            "collections.dispute",
            "national.account",
        ):
            records = self.env[model].with_user(self.auditor)
            records.search([]).read(["display_name"])
            self._denied(records.create, {})
        self.assertEqual(
            self.env["collections.case"].with_user(self.auditor).search([]),
            self.mine | self.theirs,
        )
        self._denied(self.mine.with_user(self.auditor).action_close)
        self._denied(self.mine.with_user(self.auditor).write, {"user_id": False})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            self.mine.with_user(self.auditor).message_post(body="Hello")

    def test_employee_sees_nothing_of_collections(self):
        for model in (
            "collections.case",
            "collections.event",
            "collections.notice",
            "collections.run",
            "collections.policy",
            "collections.dispute",
            "national.account",
            "collections.dry.run",
        ):
            self._denied(self.env[model].with_user(self.employee).search, [])
        partner = self.customer.with_user(self.employee)
        for name in ("collections_case_id", "collections_overdue"):
            self._denied(partner.read, [name])
            self.assertNotIn(name, partner.fields_get())

    def test_nobody_writes_history_or_makes_cases(self):
        for user in (self.own, self.all, self.manager, self.auditor):
            event = self.env["collections.event"].with_user(user)
            self._denied(
                event.create,
                {
                    "case_id": self.mine.id,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": "2026-03-01",
                    "kind": "sent",
                },
            )
            case = self.env["collections.case"].with_user(user)
            self._denied(
                case.create,
                {"partner_id": self.customer.id, "company_id": self.company.id},
            )
            self._denied(self.mine.with_user(user).unlink)

    def test_dispute_of_own_account_is_allowed_of_anothers_denied(self):
        disputes = self.env["collections.dispute"]
        mine = disputes.with_user(self.own).create({"move_id": self.mine_move.id})
        mine.action_close_wrong()
        self.assertEqual(mine.state, "closed")
        theirs = disputes.create(
            {"move_id": self.other_move.id, "user_id": self.all.id}
        )
        self._denied(theirs.with_user(self.own).action_close_wrong)
        self._denied(
            disputes.with_user(self.own).create, {"move_id": self.other_move.id}
        )
        self._denied(mine.with_user(self.own).write, {"closed_on": "2099-01-01"})
        self._denied(
            disputes.with_user(self.auditor).create, {"move_id": self.mine_move.id}
        )

    def test_dry_run_shows_own_accounts_only(self):
        fresh = self._customer("Fresh Stores", collections_user_id=self.all.id)
        self._move("2026-03-01", 100, fresh)
        dry_run = self.env["collections.dry.run"]
        vals = {"company_id": self.company.id, "date": "2026-03-09"}
        lines = dry_run.with_user(self.own).create(vals)._simulate()
        self.assertEqual(lines.sudo().partner_id, self.customer)
        lines = dry_run.with_user(self.all).create(vals)._simulate()
        self.assertEqual(lines.sudo().partner_id, self.customer | self.other | fresh)
        self._denied(dry_run.with_user(self.employee).create, vals)

    def test_dry_run_of_another_user_is_private(self):
        dry_run = self.env["collections.dry.run"].with_user(self.all).create({})
        dry_run._simulate()
        self._denied(dry_run.with_user(self.own).read, ["date"])

    def test_national_account_of_another_administrator_is_hidden(self):
        account = self.env["national.account"].create(
            {"name": "Group", "partner_id": self.other.id, "user_id": self.all.id}
        )
        self._denied(account.with_user(self.own).read, ["name"])
        account.with_user(self.all).name = "Bigger Group"
        self._denied(account.with_user(self.all).unlink)
        account.with_user(self.manager).unlink()


@tagged("post_install", "-at_install")
class TestCompanies(CollectionsCommon):
    """Two companies in different time zones: neither blocks nor sees the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.setup_other_company(name="Second Ltd")
        cls.company_b = cls.second["company"]
        cls.company_b.partner_id.tz = "Pacific/Auckland"
        cls.company_b.collections_policy_id = cls.policy
        cls.user_b = new_test_user(
            cls.env,
            "user_b",
            groups="account_admin.group_account_admin_manager",
            company_id=cls.company_b.id,
            company_ids=[(6, 0, cls.company_b.ids)],
        )
        cls.user_a = new_test_user(
            cls.env,
            "user_a",
            groups="account_admin.group_account_admin_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls._move("2026-03-01", 100)
        cls._move(
            "2026-03-01",
            70,
            company_id=cls.company_b.id,
            journal_id=cls.second["default_journal_sale"].id,
        )

    def test_each_company_has_its_own_case_and_day(self):
        # 13 hours ahead: it is already the 2nd of March in Auckland
        self._night("2026-03-01")
        case = self._cases()
        self.assertEqual((case.company_id, case.asked_amount), (self.company_b, 70))
        self.assertEqual(str(case.opened_on), "2026-03-02")
        self._night("2026-03-02")
        cases = self._cases().grouped("company_id")
        self.assertEqual(cases[self.company].asked_amount, 100)
        self.assertEqual(cases[self.company_b].asked_amount, 70)

    def test_user_of_one_company_sees_nothing_of_the_other(self):
        self._night("2026-03-02")
        for user, company in (
            (self.user_a, self.company),
            (self.user_b, self.company_b),
        ):
            for model in (
                "collections.case",
                "collections.event",
                "collections.notice",
                "collections.run",
            ):
                found = self.env[model].with_user(user).search([])
                self.assertEqual(found.company_id, company, model)
        theirs = self._cases().filtered(lambda case: case.company_id == self.company_b)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            theirs.with_user(self.user_a).read(["state"])

    def test_policy_of_one_company_does_not_act_in_the_other(self):
        only_b = self._policy(
            "Only B",
            [1],
            sequence=1,
            company_id=self.company_b.id,
            domain="[('is_company', '=', True)]",
        )
        self._night("2026-03-02")
        policies = {case.company_id: case.policy_id for case in self._cases()}
        self.assertEqual(policies, {self.company: self.policy, self.company_b: only_b})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            only_b.with_user(self.user_a).read(["name"])
