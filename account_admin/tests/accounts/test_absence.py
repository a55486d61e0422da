"""Absence: who acts and who sees what on which day, K11 to K13 with real records."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon

USER = "account_admin.group_account_admin_user"


class AbsenceCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("ann", "bob", "cem", "dee", "mia", "zoe")
        cls.people = {name: cls._user(name) for name in names}
        cls.ann, cls.bob, cls.cem, cls.dee, cls.mia, cls.zoe = cls.people.values()
        (cls.ann | cls.bob | cls.cem | cls.dee).account_admin_manager_id = cls.mia
        cls.mia.account_admin_manager_id = cls.zoe
        cls.env.user.company_ids |= cls.company

    @classmethod
    def _user(cls, login, groups=USER, **vals):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.title(),
            email=f"{login}@example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )

    def _absence(self, user, start, end, deputy=None, **vals):
        """An absence in August 2026, as an administrator enters it."""
        return self.env["account.admin.absence"].create(
            {
                "user_id": user.id,
                "date_start": date(2026, 8, start),
                "date_end": date(2026, 8, end),
                "deputy_id": deputy.id if deputy else False,
                **vals,
            }
        )

    def _acting(self, user, day, **kwargs):
        """Who gets the work of somebody on a day of August, July before the first."""
        with self._on(self._day(day)):
            account = kwargs.pop("account", None)
            accounts = {"x": account} if account else {}
            chosen = self.env["res.users"]._account_admin_choose(
                self.company, {"x": user}, accounts=accounts, **kwargs
            )
            return chosen["x"]

    def _day(self, number):
        return f"2026-08-{number:02}" if number else "2026-07-31"


@tagged("post_install", "-at_install")
class TestActing(AbsenceCommon):
    def test_k11_a_deputy_gets_the_work_from_the_first_to_the_last_day(self):
        self._absence(self.ann, 1, 14, self.bob)
        found = [self._acting(self.ann, day) for day in (0, 1, 14, 15)]
        self.assertEqual(found, [self.ann, self.bob, self.bob, self.ann])

    def test_k11_a_deputy_who_is_away_has_a_deputy(self):
        absence = self._absence(self.ann, 1, 14, self.bob)
        self._absence(self.bob, 10, 20, self.cem)
        found = [self._acting(self.ann, day) for day in (9, 10, 15)]
        self.assertEqual(found, [self.bob, self.cem, self.ann])
        absence.invalidate_recordset(["chain"])
        self.assertEqual(
            absence.chain.splitlines(),
            [
                "08/01/2026 - 08/09/2026: Bob",
                "08/10/2026 - 08/14/2026: Cem, because Bob is away, too",
            ],
        )

    def test_k11_a_circle_that_arose_ends_at_the_manager_and_hers(self):
        self._absence(self.ann, 1, 14, self.bob)
        other = self._absence(self.bob, 5, 14)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_admin_absence SET deputy_id = %s WHERE id = %s",
            (self.ann.id, other.id),
        )
        other.invalidate_recordset()
        other._forget_cover()
        self.assertEqual(self._acting(self.ann, 6), self.mia)
        away = self._absence(self.mia, 6, 6, self.dee)
        self.assertEqual(self._acting(self.ann, 6), self.dee)
        away.deputy_id = False
        self.assertEqual(self._acting(self.ann, 6), self.zoe)
        self._absence(self.zoe, 6, 6)
        queue = self.env.ref("account_admin.group_account_admin_manager")
        self.assertIn(self._acting(self.ann, 6), queue.all_user_ids)

    def test_k11_an_archived_deputy_is_as_none(self):
        self._absence(self.ann, 1, 14, self.bob)
        self.assertEqual(self._acting(self.ann, 3), self.bob)
        self.bob.active = False
        self.assertEqual(self._acting(self.ann, 3), self.mia)

    def test_a_role_is_for_who_stands_in_not_for_who_is_there(self):
        self._absence(self.ann, 1, 14, self.bob)
        for user in (self.bob, self.mia):
            user.group_ids = self.env.ref("base.group_user")
        self.assertEqual(self._acting(self.ann, 3), self.zoe)
        self.assertEqual(self._acting(self.mia, 3), self.mia)

    def test_a_deputy_of_another_company_does_not_get_its_work(self):
        elsewhere = self.setup_other_company(name="Elsewhere")["company"]
        self._absence(self.ann, 1, 14, self.bob)
        self.ann.company_ids |= elsewhere
        self.mia.company_ids |= elsewhere
        with self._on("2026-08-03"):
            users = self.env["res.users"]
            chosen = users._account_admin_choose(elsewhere, {"x": self.ann})
        self.assertEqual(chosen["x"], self.mia)

    def test_k12_a_desk_has_its_own_deputy(self):
        desk = self.env.ref("account_admin.desk_fees")
        self._absence(self.ann, 1, 14, self.bob)
        self._absence(self.ann, 1, 14, self.dee, desk_id=desk.id)
        self._absence(self.dee, 5, 6)
        found = [self._acting(self.ann, day, desk=desk) for day in (4, 5, 7)]
        self.assertEqual(found, [self.dee, self.bob, self.dee])
        self.assertEqual(self._acting(self.ann, 4), self.bob)

    def test_k12_present_but_for_one_account(self):
        account = self._customer("Northwind")
        self._absence(self.bob, 1, 9, self.cem, partner_id=account.id)
        found = self._acting(self.bob, 3, account=account)
        self.assertEqual(found, self.cem)
        self.assertEqual(self._acting(self.bob, 3), self.bob)
        found = self._acting(self.bob, 3, account=self.customer)
        self.assertEqual(found, self.bob)

    def test_k12_a_national_account_is_its_members(self):
        group = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self._customer("Head").id,
                "member_ids": [Command.create({"partner_id": self.customer.id})],
            }
        )
        self._absence(self.bob, 1, 9, self.cem, national_account_id=group.id)
        for account, acting in (
            (group.partner_id, self.cem),
            (self.customer, self.cem),
            (self._customer("Alone"), self.bob),
        ):
            self.assertEqual(self._acting(self.bob, 3, account=account), acting)

    def test_k13_nobody_answers_their_own_request_as_deputy(self):
        self._absence(self.mia, 1, 5, self.bob)
        asked = {"ann": self.ann, "bob": self.bob}
        with self._on("2026-08-03"):
            chosen = self.env["res.users"]._account_admin_choose(
                self.company,
                dict.fromkeys(asked, self.mia | self.zoe),
                requesters=asked,
            )
        self.assertEqual(chosen, {"ann": self.bob, "bob": self.zoe})

    def test_the_form_says_who_acts_before_it_is_saved(self):
        self._absence(self.bob, 10, 20, self.cem)
        with self._on("2026-07-31"):
            form = Form(self.env["account.admin.absence"].with_user(self.ann))
            form.date_start, form.date_end = "2026-08-10", "2026-08-10"
            form.deputy_id = self.bob
            said = "08/10/2026: Cem, because Bob is away, too"
            self.assertEqual(form.chain, said)
            self.assertEqual(form.save().chain, said)

    def test_activities_of_a_case_go_to_the_deputy(self):
        self.customer.collections_user_id = self.ann
        self._move("2026-07-01", 100)
        self._absence(self.ann, 1, 14, self.bob)
        for day, acting in (("2026-08-03", self.bob), ("2026-08-15", self.ann)):
            with self._on(day):
                self._night(day, send=False)
                case = self._cases()
                self.assertEqual(case.user_id, self.ann)
                self.assertEqual(case._get_responsible()[case], acting)


@tagged("post_install", "-at_install")
class TestEntry(AbsenceCommon):
    def test_what_cannot_be_is_refused_with_a_sentence(self):
        self._absence(self.ann, 1, 14, self.bob)
        portal = self._user("guest", groups="base.group_portal")
        clerk = self._user("clerk", groups="base.group_user")
        gone = self._user("gone")
        gone.active = False
        desk = self.env.ref("account_admin.desk_fees")
        both = {"desk_id": desk.id, "partner_id": self.customer.id}
        never = {"date_end": "9999-12-31"}
        for sentence, args, vals in (
            ("cannot end before it begins", (self.cem, 3, 2), {}),
            ("Nobody stands in for themselves", (self.cem, 3, 4, self.cem), {}),
            ("Ann has two absences on 08/10/2026", (self.ann, 10, 12, self.cem), {}),
            (
                "On 08/05/2026 .* stand in for each other: name somebody",
                (self.bob, 5, 14, self.ann),
                {},
            ),
            ("Guest.* is a portal user", (self.cem, 3, 4, portal), {}),
            ("Clerk has no role in Account Adm", (self.cem, 3, 4, clerk), {}),
            ("Gone is archived", (self.cem, 3, 4, gone), {}),
            ("keep one of them", (self.cem, 3, 4, self.bob), both),
            ("Until of a Absence has to be between", (self.cem, 3, 4), never),
        ):
            with self.subTest(sentence):
                self.assertRegex(self._refused(*args, **vals), sentence)

    def _refused(self, *args, **vals):
        """The sentence that somebody reads who enters what cannot be."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._absence(*args, **vals)
                self.env.flush_all()
        except IntegrityError as error:
            return self.env["account.admin.absence"]._sql_error_to_message(error)
        except ValidationError as error:
            return str(error)
        return ""

    def test_taking_turns_is_no_circle(self):
        self._absence(self.ann, 1, 14, self.bob)
        self.assertTrue(self._absence(self.bob, 15, 20, self.ann))

    def test_a_contact_is_no_account(self):
        contact = self.env["res.partner"].create(
            {"name": "Jane", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "Jane is a contact of Brook"):
            self._absence(self.ann, 1, 2, self.bob, partner_id=contact.id)

    def test_people_enter_their_own_and_read_everybodys(self):
        mine = {"date_start": "2026-08-01", "date_end": "2026-08-02"}
        as_ann = self.env["account.admin.absence"].with_user(self.ann)
        own = as_ann.create(mine)
        self.assertEqual(own.user_id, self.ann)
        theirs = self._absence(self.bob, 1, 3)
        self.assertEqual(theirs.with_user(self.ann).date_end, date(2026, 8, 3))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            as_ann.create({**mine, "user_id": self.cem.id})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            theirs.with_user(self.ann).date_end = "2026-08-20"
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            own.user_id = self.cem

    def test_an_administrator_enters_everybodys_and_an_auditor_reads(self):
        manager = self._user("boss", "account_admin.group_account_admin_manager")
        auditor = self._user("auditor", "account_admin.group_account_admin_auditor")
        absences = self.env["account.admin.absence"]
        theirs = absences.with_user(manager).create(
            {
                "user_id": self.ann.id,
                "date_start": "2026-08-01",
                "date_end": "2026-08-02",
            }
        )
        self.assertEqual(theirs.with_user(auditor).user_id, self.ann)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            theirs.with_user(auditor).date_end = "2026-08-20"

    def test_state_by_the_day(self):
        absence = self._absence(self.ann, 3, 5)
        absences = self.env["account.admin.absence"]
        for day, state in ((2, "coming"), (3, "running"), (5, "running"), (6, "over")):
            with self._on(self._day(day)):
                absence.invalidate_recordset(["state"])
                self.assertEqual(absence.state, state)
                self.assertEqual(absences.search([("state", "=", state)]), absence)
                self.assertFalse(absences.search([("state", "!=", state)]))


@tagged("post_install", "-at_install")
class TestRights(AbsenceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._customer("Second Stores")
        cls.bobs = cls._customer("Bob's Stores", collections_user_id=cls.bob.id)
        (cls.customer | cls.other).collections_user_id = cls.ann
        for account in (cls.customer, cls.other, cls.bobs):
            cls._move("2026-07-01", 100, account)

    def setUp(self):
        super().setUp()
        self._night("2026-07-10", send=False)
        self.cases = {
            case.partner_id: case for case in self.env["collections.case"].search([])
        }
        self.case = self.cases[self.customer]

    def _seen(self, user, day, model="collections.case"):
        """Accounts of whose records of a model somebody sees on a day."""
        with self._on(self._day(day)):
            self.env.invalidate_all()
            found = self.env[model].with_user(user).search([])
            allowed = (
                self.env[model].search([]).with_user(user)._filtered_access("read")
            )
            self.assertEqual(set(found.ids), set(allowed.ids))
            self.assertEqual(set(found.ids), set(allowed._filtered_access("write").ids))
            return found.sudo().partner_id

    def test_a_deputy_sees_and_writes_on_the_days_and_on_no_other(self):
        self._absence(self.ann, 1, 14, self.bob)
        every = self.customer | self.other | self.bobs
        for model in ("collections.case", "collections.notice"):
            for day, accounts in ((0, self.bobs), (1, every), (14, every)):
                self.assertEqual(self._seen(self.bob, day, model), accounts)
            self.assertEqual(self._seen(self.bob, 15, model), self.bobs)
            self.assertEqual(self._seen(self.ann, 3, model), self.customer | self.other)
            self.assertFalse(self._seen(self.cem, 3, model))

    def test_rights_end_at_once_with_an_edited_absence(self):
        absence = self._absence(self.ann, 1, 14, self.bob)
        self.assertIn(self.customer, self._seen(self.bob, 10))
        absence.date_end = "2026-08-09"
        self.assertNotIn(self.customer, self._seen(self.bob, 10))
        absence.write({"date_end": "2026-08-14", "deputy_id": self.cem.id})
        self.assertEqual(self._seen(self.cem, 10), self.customer | self.other)
        absence.unlink()
        self.assertFalse(self._seen(self.cem, 10))

    def test_rights_follow_the_chain_and_the_manager(self):
        self._absence(self.ann, 1, 14, self.bob)
        self._absence(self.bob, 10, 20, self.cem)
        every = self.customer | self.other | self.bobs
        self.assertEqual(self._seen(self.cem, 10), every)
        self.assertEqual(self._seen(self.bob, 10), self.bobs)
        self.cem.active = False
        self.assertEqual(self._seen(self.mia, 10), every)

    def test_the_day_is_the_companys(self):
        """Noon in London is the next day in Auckland already."""
        self._absence(self.ann, 1, 14, self.bob)
        self.company.partner_id.tz = "Pacific/Auckland"
        self.assertIn(self.customer, self._seen(self.bob, 0))
        self.assertNotIn(self.customer, self._seen(self.bob, 14))

    def test_each_companys_records_follow_its_own_day(self):
        elsewhere = self.setup_other_company(name="Elsewhere")["company"]
        elsewhere.partner_id.tz = "Pacific/Auckland"
        (self.ann | self.bob).company_ids |= elsewhere
        case = self.case.sudo().copy({"company_id": elsewhere.id, "state": "closed"})
        self._absence(self.ann, 1, 14, self.bob)
        both = (self.company | elsewhere).ids
        for day, seen in ((0, case), (1, self.case | case), (14, self.case)):
            with self._on(self._day(day)):
                self.env.invalidate_all()
                cases = self.env["collections.case"].with_user(self.bob)
                found = cases.with_context(allowed_company_ids=both).search(
                    [("partner_id", "=", self.customer.id)]
                )
                self.assertEqual(found, seen, day)

    def test_a_deputy_for_an_account_settles_its_dispute(self):
        self._absence(self.ann, 1, 14, self.bob, partner_id=self.customer.id)
        disputes = self.env["collections.dispute"].with_user(self.bob)
        moves = self.env["account.move"].search([("move_type", "=", "out_invoice")])
        mine = moves.filtered(lambda move: move.partner_id == self.customer)[:1]
        other = moves.filtered(lambda move: move.partner_id == self.other)[:1]
        with self._on("2026-08-03"):
            self.env.invalidate_all()
            dispute = disputes.create({"move_id": mine.id})
            dispute.description = "They are right"
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
                disputes.create({"move_id": other.id})

    def test_only_the_account_of_the_absence(self):
        self._absence(self.ann, 1, 14, self.bob, partner_id=self.other.id)
        self.assertEqual(self._seen(self.bob, 3), self.other | self.bobs)
        self.assertEqual(self._seen(self.ann, 3), self.customer | self.other)

    def test_an_account_of_its_own_deputy_is_not_the_general_deputys(self):
        self._absence(self.ann, 1, 14, self.bob)
        self._absence(self.ann, 1, 14, self.cem, partner_id=self.other.id)
        self.assertEqual(self._seen(self.bob, 3), self.customer | self.bobs)
        self.assertEqual(self._seen(self.cem, 3), self.other)

    def test_a_national_account_and_its_members(self):
        group = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.other.id,
                "user_id": self.ann.id,
                "member_ids": [Command.create({"partner_id": self.customer.id})],
            }
        )
        groups = self.env["national.account"]
        self._absence(self.ann, 1, 9, self.cem, national_account_id=group.id)
        self._absence(self.ann, 1, 14, self.bob)
        self.assertEqual(self._seen(self.cem, 3), self.customer | self.other)
        self.assertEqual(self._seen(self.bob, 3), self.bobs)
        self.assertIn(self.customer, self._seen(self.bob, 10))
        for user, day, seen in (
            (self.cem, 3, group),
            (self.bob, 3, groups),
            (self.bob, 10, group),
            (self.cem, 10, groups),
        ):
            with self._on(self._day(day)):
                self.env.invalidate_all()
                self.assertEqual(groups.with_user(user).search([]), seen)
                members = group.member_ids.with_user(user)
                self.assertEqual(bool(members._filtered_access("read")), bool(seen))
                for records in (group.with_user(user), members):
                    self.assertFalse(records._filtered_access("write"))

    def test_a_desk_gives_no_right(self):
        desk = self.env.ref("account_admin.desk_fees")
        self._absence(self.ann, 1, 14, self.bob, desk_id=desk.id)
        self.assertEqual(self._seen(self.bob, 3), self.bobs)

    def test_a_deputy_notes_promises_and_disputes_of_the_account(self):
        self._absence(self.ann, 1, 14, self.bob)
        promise = {"partner_id": self.customer.id, "amount": 9, "date": "2099-01-01"}
        promises = self.env["collections.promise"].with_user(self.bob)
        with self._on("2026-08-03"):
            self.env.invalidate_all()
            made = promises.create(promise)
            self.assertEqual(promises.search([]), made)
        with self._on("2026-08-15"):
            self.env.invalidate_all()
            self.assertFalse(promises.search([]))
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
                promises.create(promise)
            self.assertEqual(promises.with_user(self.ann).search([]), made)

    def test_nothing_is_taken_for_longer_than_the_absence(self):
        self._absence(self.ann, 1, 14, self.bob)
        with self._on("2026-08-03"):
            self.env.invalidate_all()
            mine = {"user_id": self.bob.id}
            case = self.case.with_user(self.bob)
            with self.assertRaisesRegex(UserError, "stays with Ann"):
                case.write(mine)
            with self.assertRaisesRegex(UserError, "stays with Ann"):
                case.action_take()
            with self.assertRaisesRegex(UserError, "is looked after by Ann"):
                self.customer.with_user(self.bob).collections_user_id = self.bob
            own = self.cases[self.bobs].with_user(self.bob)
            own.user_id = self.cem
        self.assertEqual(self.case.user_id, self.ann)

    def test_reports_show_the_deputy_the_accounts(self):
        self._absence(self.ann, 1, 14, self.bob)
        for model in ("account.admin.aged.item", "account.admin.history"):
            for day, seen in ((3, True), (15, False)):
                with self._on(self._day(day)):
                    self.env.invalidate_all()
                    rows = self.env[model].with_user(self.bob).search([])
                    self.assertEqual(self.customer in rows.partner_id, seen)

    def test_the_case_says_who_acts(self):
        self._absence(self.ann, 1, 14, self.bob)
        with self._on("2026-08-03"):
            self.env.invalidate_all()
            self.assertEqual(self.case.acting_user_id, self.bob)
            self.assertEqual(
                self.case.away_note, "Ann is away until 08/14/2026: Bob acts."
            )
        with self._on("2026-08-15"):
            self.env.invalidate_all()
            self.assertEqual(self.case.acting_user_id, self.ann)
            self.assertFalse(self.case.away_note)

    def test_who_stands_in_for_nobody_asks_the_database_no_more(self):
        self._absence(self.ann, 1, 14, self.bob)
        cases = self.env["collections.case"].with_user(self.cem)
        with self._on("2026-08-03"):
            cases.search([])
            with self.assertQueryCount(1):
                cases.search([])
            query = str(cases._search([]))
            self.assertNotIn("res_users", query)


@tagged("post_install", "-at_install")
class TestDigest(AbsenceCommon):
    def _cases(self, *days):
        """Cases of Ann's by the days on which they came and were done."""
        cases = self.env["collections.case"].sudo()
        for came, done in days:
            account = self._customer(f"Account {len(cases)}")
            cases |= cases.create(
                {
                    "partner_id": account.id,
                    "company_id": self.company.id,
                    "policy_id": self.policy.id,
                    "user_id": self.ann.id,
                    "opened_on": came,
                    "closed_on": done,
                    "state": "closed" if done else "new",
                }
            )
        return cases

    def _send(self, day):
        with self._on(day):
            self._trigger("ir_cron_absence_digest")
            self._send_mails()

    def _send_mails(self):
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()

    def test_k13_a_mail_on_the_first_working_day_back(self):
        items = [("2026-07-20", False)] * 2 + [("2026-07-25", "2026-08-03")] * 2
        items += [("2026-08-04", "2026-08-06")] * 6 + [("2026-08-10", False)] * 3
        cases = self._cases(*items, ("2026-07-01", "2026-07-09"))
        absence = self._absence(self.ann, 1, 14, self.bob)
        # the 15th is a Saturday
        self._send("2026-08-16")
        self.assertFalse(absence.told_on)
        self.assertFalse(self.mailbox.messages)
        self._send("2026-08-17")
        self.assertEqual(absence.told_on, date(2026, 8, 17))
        counts = ("there_count", "came_count", "done_count", "back_count")
        self.assertEqual([absence[count] for count in counts], [4, 9, 8, 5])
        (message,) = self.mailbox.messages
        self.assertIn("ann@example.com", message["X-Rcpt"])
        self.assertIn("5 items handed back", message["Subject"])
        link = f"model=collections.case&amp;res_id={cases[0].id}"
        self.assertIn(link, self.mailbox.body())
        self.assertIn(cases[0].display_name, self.mailbox.body())
        self.assertIn(cases[0].display_name, absence.digest)
        self._send("2026-08-18")
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_activities_count_and_are_done_or_handed_back(self):
        absence = self._absence(self.ann, 1, 14, self.bob)
        with self._on("2026-08-03"):
            planned = [
                self.customer.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=self.ann.id, summary=name
                )
                for name in ("Call", "Write")
            ]
            planned[0].action_done()
            self.env.flush_all()
        self.env.cr.execute("UPDATE mail_activity SET create_date = '2026-08-03'")
        self.env.invalidate_all()
        self._send("2026-08-17")
        counts = ("there_count", "came_count", "done_count", "back_count")
        self.assertEqual([absence[count] for count in counts], [0, 2, 1, 1])

    def test_who_is_away_again_is_told_later(self):
        absence = self._absence(self.ann, 1, 14, self.bob)
        again = self._absence(self.ann, 15, 18, self.cem)
        self._send("2026-08-17")
        self.assertFalse(absence.told_on)
        self._send("2026-08-19")
        self.assertTrue(absence.told_on and again.told_on)

    def test_one_persons_trouble_is_not_the_others(self):
        broken, fine = self._absence(self.ann, 1, 14), self._absence(self.bob, 1, 14)
        send = type(broken)._send_digest

        def fail(absence):
            if absence == broken:
                raise UserError("No")
            return send(absence)

        self.patch(type(broken), "_send_digest", fail)
        self._send("2026-08-17")
        self.assertFalse(broken.told_on)
        self.assertTrue(fine.told_on)

    def test_the_digest_is_not_written_by_hand(self):
        absence = self._absence(self.ann, 1, 14)
        with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
            absence.with_user(self.ann).there_count = 9
