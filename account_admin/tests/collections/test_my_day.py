"""My Day: who is to be called next, why, and what becomes of each account of a day."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..common import CollectionsCommon, CollectionsHttpCase

DAY = "2026-07-07"


class MyDayCommon(CollectionsCommon):
    """Accounts of a person, in Berlin unless said otherwise; noon is 14:00 there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.ann, cls.bob = (
            new_test_user(
                cls.env,
                login,
                name=login.title(),
                password=f"{login}-password",
                groups="base.group_user,account_admin.group_account_admin_all",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login in ("ann", "bob")
        )

    @classmethod
    def _account(cls, name, amount, due, tz="Europe/Berlin", user=None, **vals):
        partner = cls._customer(name, tz=tz, phone="+4930901820", **vals)
        partner.with_company(cls.company).collections_user_id = user or cls.ann
        cls._move(due, amount, partner)
        return partner

    def _my_day(self, user=None, scope="own", day=DAY):
        with self._on(day):
            items = self.env["collections.work.item"].with_user(user or self.ann)
            return items.with_context(allowed_company_ids=self.company.ids).get_my_day(
                scope
            )

    def _names(self, **options):
        return [row["name"] for row in self._my_day(**options)["rows"]]

    def _item(self, partner, user=None):
        return (
            self.env["collections.work.item"]
            .search([("partner_id", "=", partner.id)], order="id desc", limit=1)
            .with_user(user or self.ann)
        )


@tagged("post_install", "-at_install")
class TestMyDay(MyDayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.northwind = cls._account(
            "Northwind", 62000, "2026-05-23", "America/New_York", account_admin_tier="A"
        )
        cls.contoso = cls._account(
            "Contoso", 9999.99, "2026-04-03", "America/Los_Angeles"
        )
        cls.fabrikam = cls._account(
            "Fabrikam", 10000, "2026-06-07", account_admin_tier="B"
        )
        cls.adatum = cls._account("Adatum", 999.99, "2026-07-06")

    def setUp(self):
        super().setUp()
        self._night("2026-07-06", send=False)
        self._night(DAY, send=False)

    def _call(self, partner, outcome, moment, **vals):
        with self._on(DAY):
            return self.env["collections.call"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "outcome": outcome,
                    "date": moment,
                    **vals,
                }
            )

    def test_call_backs_then_who_can_be_called_then_who_opens_later(self):
        self._call(
            self.adatum,
            "call_back",
            "2026-07-07 08:00:00",
            call_back_at="2026-07-07 11:45:00",
        )
        names = self._names()
        self.assertEqual(names, ["Adatum", "Northwind", "Fabrikam", "Contoso"])
        rows = {row["name"]: row for row in self._my_day()["rows"]}
        self.assertFalse(rows["Contoso"]["now"])
        self.assertIn("11:45", rows["Adatum"]["call_back"])

    def test_the_score_says_what_it_is_made_of(self):
        self._my_day()
        points = self._item(self.northwind).points
        self.assertEqual(
            points,
            {
                "amount": 30,
                "days": 10,
                "broken": 0,
                "contact_age": 15,
                "tier": 10,
                "over_limit": 0,
                "step_due": points["step_due"],
            },
        )
        self.assertEqual(self._item(self.northwind).score, sum(points.values()))

    def test_a_broken_promise_and_a_contact_change_the_score(self):
        self._my_day()
        before = self._item(self.fabrikam).score
        with self._on("2026-06-20"):
            promise = self.env["collections.promise"].create(
                {
                    "partner_id": self.fabrikam.id,
                    "company_id": self.company.id,
                    "amount": 10000,
                    "date": "2026-06-25",
                }
            )
        with self._on("2026-07-01"):
            promise.action_judge()
        self._call(self.fabrikam, "informed", "2026-07-07 09:00:00")
        self._my_day()
        item = self._item(self.fabrikam)
        self.assertEqual((item.points["broken"], item.points["contact_age"]), (15, 0))
        self.assertEqual(item.score, before + 15 - 15)

    def test_what_does_not_fit_into_the_day_is_said(self):
        self.company.collections_desk_capacity = 3
        day = self._my_day()
        self.assertEqual((len(day["rows"]), day["more"]), (3, 1))

    def test_a_day_adds_up(self):
        self._my_day()
        with self._on(DAY):
            self._item(self.northwind).log_outcome({"outcome": "informed"})
            self._item(self.contoso).action_move(self.bob.id)
        owed = self.env["account.move"].search([("partner_id", "=", self.adatum.id)])
        with self._on(DAY):
            self._pay(owed, DAY)
            self.env.cr.precommit.run()
        day = self._my_day()
        self.assertEqual([row["name"] for row in day["rows"]], ["Fabrikam"])
        self.assertEqual(
            {state: day["counts"][state] for state in ("done", "moved", "settled")},
            {"done": 1, "moved": 1, "settled": 1},
        )
        self._night("2026-07-08", send=False)
        self._my_day(day="2026-07-08")
        left = self.env["collections.work.item"].search([("state", "=", "left")])
        self.assertEqual(left.partner_id, self.fabrikam)
        self.assertEqual(self._item(self.contoso).case_id.user_id, self.bob)

    def test_two_people_never_work_on_one_account(self):
        self._my_day()
        item = self._item(self.northwind)
        with self._on(DAY):
            self.assertFalse(item.open_account()["holder"])
            other = item.with_user(self.bob)
            self.assertEqual(other.open_account()["holder"], "Ann")
            with self.assertRaisesRegex(UserError, "Northwind is with Ann"):
                other.log_outcome({"outcome": "informed"})
        self.assertEqual(item.held_by_id, self.ann)

    def test_an_account_is_free_after_15_idle_minutes(self):
        self._my_day()
        item = self._item(self.northwind)
        with self._on(DAY):
            item.open_account()
            item.sudo().held_at = "2026-07-07 11:45:00"
            self.assertFalse(item.with_user(self.bob).open_account()["holder"])

    def test_who_opens_another_account_lets_go_of_the_one_before(self):
        self._my_day()
        item, other = self._item(self.northwind), self._item(self.fabrikam)
        with self._on(DAY):
            item.open_account()
            other.open_account()
            self.assertEqual((item.state, item.held_by_id.ids), ("open", []))
            self.assertEqual(other.held_by_id, self.ann)
            other.with_user(self.bob).release()
            self.assertEqual(other.held_by_id, self.ann, "not his to let go")
            other.release()
            self.assertFalse(other.held_by_id)

    def test_a_snooze_ends_after_30_days_and_with_the_next_step(self):
        self._my_day()
        item = self._item(self.northwind)
        item.case_id.sudo().next_date = "2026-07-20"
        with self._on(DAY):
            item.action_snooze("2026-08-12")
        self.assertEqual(str(item.snoozed_until), "2026-07-20")
        other = self._item(self.contoso)
        other.case_id.sudo().next_date = False
        with self._on(DAY):
            other.action_snooze("2026-08-12")
        self.assertEqual(str(other.snoozed_until), "2026-08-06")
        self.assertNotIn("Northwind", self._names(day="2026-07-08"))
        self.assertIn("Northwind", self._names(day="2026-07-20"))

    def test_a_promise_is_noted_with_its_call_and_the_account_is_done(self):
        self._my_day()
        item = self._item(self.fabrikam)
        with self._on(DAY):
            shown = item.open_account()
            ours = self.company.currency_id
            self.assertEqual(
                shown["promise"],
                {
                    "amount": 10000,
                    "date": "2026-07-14",
                    "currency_id": ours.id,
                    "currency": ours.name,
                },
            )
            item.log_outcome({"outcome": "promise", "promise": shown["promise"]})
        promise = self.env["collections.promise"].search(
            [("partner_id", "=", self.fabrikam.id)]
        )
        self.assertEqual((promise.amount, str(promise.date)), (10000, "2026-07-14"))
        self.assertEqual(promise.user_id, self.ann)
        self.assertEqual(item.state, "done")

    def test_a_promise_that_makes_no_sense_leaves_nothing_half_done(self):
        self._my_day()
        item = self._item(self.fabrikam)
        for promise in (
            {"amount": -5, "date": "2026-07-14"},
            {"amount": 5, "date": "2026-07-01"},
            {"amount": 5, "date": False},
            {},
        ):
            with (
                self.subTest(promise=promise),
                self.assertRaises(Exception) as caught,
                self._on(DAY),
                self.env.cr.savepoint(),
            ):
                item.log_outcome({"outcome": "promise", "promise": promise})
                self.env.flush_all()
            self.assertNotIsInstance(caught.exception, AssertionError)
        self.env.invalidate_all()
        self.assertFalse(self.env["collections.call"].search([]))
        self.assertEqual(item.state, "open")

    def test_bad_input_is_said_in_a_sentence(self):
        self._my_day()
        item = self._item(self.fabrikam)
        with self._on(DAY):
            for sentence, method, args in (
                ("Say what came of the call with Fabrikam", "log_outcome", [{}]),
                (
                    "Say by when Fabrikam pays",
                    "log_outcome",
                    [{"outcome": "promise", "promise": {"amount": 5}}],
                ),
                ("Say why Fabrikam is left out", "action_skip", ["  "]),
                ("Choose a day after today", "action_snooze", [DAY]),
                ("Choose a day after today", "action_snooze", [False]),
                ("Choose a colleague", "action_move", [0]),
            ):
                with self.subTest(method=method):
                    with self.assertRaisesRegex(UserError, sentence):
                        getattr(item, method)(*args)

    def test_what_was_ended_by_mistake_comes_back(self):
        self._my_day()
        item = self._item(self.fabrikam)
        with self._on(DAY):
            item.action_skip("On holiday")
            self.assertNotIn("Fabrikam", self._names())
            item.action_reopen()
        self.assertIn("Fabrikam", self._names())

    def test_what_was_given_away_by_mistake_comes_back(self):
        self._my_day()
        item = self._item(self.fabrikam)
        with self._on(DAY):
            item.action_move(self.bob.id)
            self.assertEqual(item.case_id.user_id, self.bob)
            item.action_reopen()
        self.assertEqual((item.case_id.user_id, item.state), (self.ann, "open"))

    def test_mine_are_mine_and_the_team_is_all(self):
        self._account("Elsewhere", 500, "2026-06-01", user=self.bob)
        self._night(DAY, send=False)
        with self._on(DAY):
            items = self.env["collections.work.item"].sudo()
            items._prepare_day(self.company, self.company._collections_today())
        self.assertNotIn("Elsewhere", self._names())
        self.assertIn("Elsewhere", self._names(scope="team"))

    def test_own_accounts_only_for_who_has_only_those(self):
        carl = new_test_user(
            self.env,
            "carl",
            groups="base.group_user,account_admin.group_account_admin_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._my_day()
        self.assertEqual(self._names(user=carl, scope="team"), [])
        with self.assertRaises(AccessError), self._on(DAY):
            self._item(self.fabrikam, carl).open_account()

    def test_preparing_again_changes_nothing(self):
        self._my_day()
        items = self.env["collections.work.item"]
        before = items.search([]).read(["case_id", "state", "score", "amount"])
        with self._on(DAY):
            items.sudo()._prepare_day(self.company, self.company._collections_today())
        self.assertEqual(
            items.search([]).read(["case_id", "state", "score", "amount"]), before
        )

    def test_a_list_takes_as_many_queries_for_ten_times_the_accounts(self):
        def count():
            items = self.env["collections.work.item"].sudo()
            items.search([]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self._on(DAY):
                items._prepare_day(self.company, self.company._collections_today())
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(30):
            self._account(f"Shop {number}", 100, "2026-06-01")
        self._night(DAY, send=False)
        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
class TestAccountAtHand(MyDayCommon):
    """An account as whoever calls it, or is called by it, needs it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.northwind = cls._account("Northwind", 600, "2026-05-23")
        cls.late = cls._move("2026-06-20", 400, cls.northwind)
        cls.early = cls._move(
            "2026-08-20", 50, cls.northwind, invoice_date="2026-06-20"
        )
        cls.quiet = cls._customer("Quiet Books", phone="+1 415 555 2671")
        cls._move("2026-12-01", 70, cls.quiet, invoice_date="2026-06-20")

    def setUp(self):
        super().setUp()
        self._night(DAY, send=False)
        self._my_day()

    def _desk(self, user=None):
        desk = self.env["collections.desk"].with_user(user or self.ann)
        return desk.with_context(allowed_company_ids=self.company.ids)

    def _shown(self, partner=None, user=None):
        with self._on(DAY):
            return self._desk(user).open_partner((partner or self.northwind).id)

    def test_items_say_what_is_asked_and_what_is_left_out(self):
        with self._on(DAY):
            self.env["collections.dispute"].create(
                {"move_id": self.late.id, "amount": 100}
            )
        shown = self._shown()
        self.assertEqual(
            [
                (item["days"], item["is_asked"], item["amount"])
                for item in shown["items"]
            ],
            [(45, True, 600), (17, True, 300), (-44, False, 50)],
        )
        self.assertIn("In dispute", shown["items"][1]["excluded"])
        self.assertEqual(shown["promise"]["amount"], 900)
        self.assertTrue(any("In dispute" in text for text in shown["excluded"]))

    def test_what_was_written_last_is_told(self):
        self.assertEqual(self._shown()["notices"], [])
        self._night(DAY)
        told = self._shown()["notices"]
        self.assertEqual([row["channel"] for row in told], ["Email"])
        self.assertEqual(told[0]["when"], "07/07/2026")

    def test_it_says_how_the_account_stands(self):
        self.assertFalse(self._shown(self.quiet)["standing"])
        with self._on(DAY):
            self.env["collections.standing.override"].sudo().create(
                {
                    "partner_id": self.quiet.id,
                    "company_id": self.company.id,
                    "level": "hold",
                    "reason": "Sold to another group",
                    "date_start": DAY,
                    "date_end": "2026-07-31",
                }
            )
        shown = self._shown(self.quiet)["standing"]
        self.assertEqual((shown["level"], shown["label"]), ("hold", "Hold"))

    def test_a_number_that_comes_goes_or_is_barred_changes_the_list_at_once(self):
        def group():
            return self._my_day()["rows"][0]["group"]

        self.assertEqual(group(), "now")
        self.northwind.phone = False
        self.assertEqual(group(), "nobody")
        contact = self._customer(
            "Mia", parent_id=self.northwind.id, is_company=False, type="invoice"
        )
        contact.write({"phone": "+1 212 555 0142", "tz": "America/Los_Angeles"})
        self.assertEqual(group(), "later")
        contact.tz = "Europe/Berlin"
        self.assertEqual(group(), "now")
        with self._on(DAY):
            bar = self.env["account.admin.contact.bar"].create(
                {"partner_id": contact.id, "channel": "call", "reason": "Asked"}
            )
        self.assertEqual(group(), "nobody")
        bar.unlink()
        self.assertEqual(group(), "now")

    def test_what_to_know_first_is_said(self):
        self.assertEqual(self._shown()["warnings"], [])
        self.northwind.account_admin_counsel_id = self._customer("Counsel & Co.")
        self.assertIn(
            "Counsel & Co. speaks for Northwind", self._shown()["warnings"][0]
        )

    def test_a_promise_for_the_invoices_that_were_chosen(self):
        with self._on(DAY):
            self._item(self.northwind).log_outcome(
                {
                    "outcome": "promise",
                    "promise": {
                        "amount": 400,
                        "date": "2026-07-14",
                        "currency_id": self.late.currency_id.id,
                        "move_ids": self.late.ids,
                    },
                }
            )
        promise = self.env["collections.promise"].search([])
        self.assertEqual((promise.move_ids, promise.amount), (self.late, 400))

    def test_a_promise_is_in_the_currency_that_is_owed(self):
        pound = self.setup_other_currency("GBP", rates=[("2026-01-01", 2.0)])
        abroad = self._account("Abroad", 5, "2026-06-01")
        self._move("2026-06-01", 80, abroad, currency_id=pound.id)
        self._night(DAY, send=False)
        with self._on(DAY):
            items = self.env["collections.work.item"].sudo()
            items._prepare_day(self.company, self.company._collections_today())
        shown = self._shown(abroad)["promise"]
        self.assertEqual((shown["amount"], shown["currency"]), (80, "GBP"))
        with self._on(DAY):
            self._item(abroad).log_outcome({"outcome": "promise", "promise": shown})
        self.assertEqual(self._facts(DAY, abroad).asked, 5, "only what is not promised")

    def test_instalments_of_what_was_chosen_lead_back_to_the_account(self):
        for moves, amount in ((self.late, 400), (self.late.browse(), 1050)):
            with self.subTest(amount=amount), self._on(DAY):
                action = self._desk().get_instalments(self.northwind.id, moves.ids)
                plan = self._desk().env[action["res_model"]]
                with Form(plan.with_context(**action["context"])) as form:
                    self.assertEqual(form.amount, amount)
                    form.count = 2
                done = form.record.action_promise()
                self.assertEqual(done["type"], "ir.actions.act_window_close")
                made = self.env["collections.promise"].search([("state", "=", "open")])
                self.assertEqual(made.mapped("amount"), [amount / 2] * 2)
                self.assertEqual(made.move_ids, moves)
                made.action_withdraw()

    def test_a_promise_above_the_balance_or_of_what_is_paid_is_refused(self):
        with self._on(DAY):
            self._pay(self.late, DAY)
            for promise, sentence in (
                ({"amount": 650.01}, r"Northwind owes .*650.00 .*promise .*650.01"),
                (
                    {"amount": 1, "move_ids": self.late.ids},
                    f"{self.late.name} is paid: leave it out",
                ),
                (
                    {"amount": 51, "move_ids": self.early.ids},
                    f"Northwind .{self.early.name}. owes .*50.00",
                ),
            ):
                with (
                    self.subTest(promise=promise),
                    self.assertRaisesRegex(UserError, sentence),
                    self.env.cr.savepoint(),
                ):
                    self._item(self.northwind).log_outcome(
                        {
                            "outcome": "promise",
                            "promise": {"date": "2026-07-14", **promise},
                        }
                    )
            self.env.invalidate_all()
            self.assertFalse(self.env["collections.call"].search([]))
            desk = self._desk()
            form = Form(desk.env["collections.promise"])
            form.partner_id = self.northwind.with_env(desk.env)
            with self.assertLogs("odoo.tests.form.onchange", "WARNING") as told:
                form.amount = 650.01
            self.assertIn("enter no more than is owed", told.output[0])

    def test_whoever_was_contacted_often_enough_opens_later_and_says_why(self):
        self.company.sudo().write(
            {"collections_call_tries": 1, "collections_call_limit_of": "all"}
        )
        self.assertEqual(self._my_day()["rows"][0]["group"], "now")
        with self._on(DAY):
            self._desk().log_call(self.northwind.id, {"outcome": "no_answer"})
        shown = self._shown()["contacts"][0]
        self.assertIn("may be called from 07/14/2026", shown["why_not"])
        row = self._my_day()["rows"][0]
        self.assertEqual((row["group"], row["now"]), ("later", False))

    def test_the_script_names_caller_amount_and_oldest_invoice(self):
        script = self._shown()["script"]
        for text in ("this is Ann", self.company.name, "1,000.00"):
            self.assertIn(text, script)
        self.assertIn(self._cases(self.northwind).lead_item_id.move_id.name, script)

    def test_a_step_has_a_script_of_its_own_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        step = self._cases(self.northwind).next_step_id or self.policy.step_ids[0]
        step.channel_call = True
        own = self.env.ref("account_admin.mail_template_call").copy(
            {"body_html": "<p>Ask for the remittance advice.</p>"}
        )
        own.with_context(lang="fr_FR").body_html = "<p>Demander l'avis.</p>"
        step.call_template_id = own
        self._cases(self.northwind).sudo().next_step_id = step
        self.assertIn("Ask for the remittance advice", self._shown()["script"])
        self.northwind.lang = "fr_FR"
        self.assertIn("Demander", self._shown()["script"])

    def test_a_script_that_makes_no_sense_is_not_saved(self):
        script = self.env.ref("account_admin.mail_template_call")
        with (
            self.assertRaisesRegex(ValidationError, "nothing_like_it"),
            self.env.cr.savepoint(),
        ):
            script.body_html = '<p t-out="object.nothing_like_it">x</p>'
        self.env.invalidate_all()
        self.assertIn("this is Ann", self._shown()["script"])

    def test_an_account_that_is_not_on_the_list_is_shown_and_called_all_the_same(self):
        shown = self._shown(self.quiet)
        self.assertEqual((shown["id"], shown["case_id"]), (False, False))
        self.assertEqual([item["days"] for item in shown["items"]], [-147])
        with self._on(DAY):
            self._desk().log_call(
                self.quiet.id, {"outcome": "informed", "direction": "in"}
            )
        call = self.env["collections.call"].search([])
        self.assertEqual((call.partner_id, call.direction), (self.quiet, "in"))

    def test_a_contact_opens_its_account(self):
        child = self._customer("Mia", parent_id=self.northwind.id, is_company=False)
        self.assertEqual(self._shown(child)["name"], "Northwind")

    def test_it_is_reached_from_customer_case_and_invoice(self):
        case = self._cases(self.northwind)
        for action in (
            self.northwind.with_user(self.ann).action_open_collections_desk(),
            case.with_user(self.ann).action_open_desk(),
            self.late.with_user(self.ann).action_open_collections_desk(),
        ):
            self.assertEqual(action["tag"], "account_admin_my_day")
            self.assertEqual(action["params"], {"partner_id": self.northwind.id})

    def test_colleagues_are_those_with_a_role_here(self):
        new_test_user(self.env, "clerk", groups="base.group_user")
        names = [user["name"] for user in self._desk().get_colleagues()]
        self.assertIn("Bob", names)
        self.assertFalse({"Ann", "clerk"} & set(names))

    def test_found_by_number_in_any_way_of_writing_by_name_and_by_invoice(self):
        for text, name in (
            ("001 (415) 555-2671", "Quiet Books"),
            ("quiet", "Quiet Books"),
            (self.late.name, "Northwind"),
        ):
            with self.subTest(text=text):
                found = self._desk().find(text)
                self.assertEqual([row["name"] for row in found], [name])
        mia = self._customer("Mia Moss", parent_id=self.quiet.id, is_company=False)
        self.assertEqual(
            self._desk().find("moss"),
            [{"partner_id": self.quiet.id, "name": "Quiet Books", "hint": mia.name}],
        )
        self.assertEqual(self._desk().find("no such thing"), [])
        self.assertEqual(self._desk().find(" "), [])

    def test_a_mail_carries_the_invoices_that_were_chosen(self):
        with self._on(DAY):
            action = self._desk().get_copies(self.northwind.id, self.late.ids)
        files = self.env["ir.attachment"].browse(
            action["context"]["default_attachment_ids"]
        )
        self.assertEqual(len(files), 1)
        self.assertTrue(files.raw.startswith(b"%PDF"))
        self.assertIn(self.late.name, action["context"]["default_subject"])

    def test_copies_of_nothing_of_strangers_or_of_too_many_are_refused(self):
        stranger = self._move("2026-06-01", 10, self.quiet)
        many = [self._move("2026-06-01", 1, self.northwind).id for _number in range(11)]
        for moves, sentence in (
            ([], "Choose the invoices of Northwind"),
            (stranger.ids, "Choose the invoices of Northwind"),
            (many, "11 invoices of Northwind are too many"),
        ):
            with (
                self.subTest(moves=moves),
                self.assertRaisesRegex(UserError, sentence),
                self._on(DAY),
            ):
                self._desk().get_copies(self.northwind.id, moves)

    def test_a_branch_gets_its_copies_while_its_head_office_has_no_case(self):
        head = self._customer("Head Office")
        self.env["national.account"].create(
            {
                "name": "Books Group",
                "partner_id": head.id,
                "member_ids": [
                    Command.create(
                        {"partner_id": self.quiet.id, "date_start": "2026-01-01"}
                    )
                ],
            }
        )
        self.policy.chase_head_office = True
        move = self.env["account.move"].search([("partner_id", "=", self.quiet.id)])
        with self._on(DAY):
            action = self._desk().get_copies(self.quiet.id, move.ids)
            self.assertEqual(len(action["context"]["default_attachment_ids"]), 1)
            promises = self.env["collections.promise"]
            owed = promises._get_promisable(
                self.quiet, self.company, self.company.currency_id
            )
            self.assertEqual(owed, 70, "what it owes itself")

    def test_whoever_has_no_role_sees_no_account(self):
        nobody = new_test_user(self.env, "nobody", groups="base.group_user")
        for method, args in (
            ("open_partner", [self.northwind.id]),
            ("find", ["north"]),
            ("log_call", [self.northwind.id, {"outcome": "informed"}]),
            ("get_copies", [self.northwind.id, self.late.ids]),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.env["collections.desk"].with_user(nobody), method)(*args)

    def test_what_was_paid_meanwhile_is_settled_when_it_is_opened(self):
        with self._on(DAY):
            for move in self.env["account.move"].search(
                [("partner_id", "=", self.northwind.id)]
            ):
                self._pay(move, DAY)
            self.env.cr.precommit.run()
            self.assertTrue(self._item(self.northwind).open_account()["ended"])
        self.assertEqual(self._item(self.northwind).state, "settled")

    def test_the_next_account_takes_as_many_queries_whatever_waits(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self._on(DAY):
                self._item(self.northwind).open_account()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(20):
            self._account(f"Shop {number}", 100, "2026-06-01")
        self._night(DAY, send=False)
        self._my_day()
        count()
        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
class TestScoreRule(MyDayCommon):
    def _rule(self, **vals):
        return self.env["collections.score.rule"].create(
            {"company_id": self.company.id, "points": 0, **vals}
        )

    def test_lines_take_the_place_of_the_usual_points(self):
        self._rule(rule="amount", floor=1, points=50)
        weights = self.env["collections.score.rule"]._get_weights(self.company)
        self.assertEqual(weights.bands["amount"], ((1, 50),))
        self.assertEqual(weights.bands["days"][0], (1, 5))

    def test_points_that_fall_are_refused(self):
        self._rule(rule="days", floor=1, points=20)
        with self.assertRaisesRegex(ValidationError, "have to rise"):
            self._rule(rule="days", floor=31, points=10)

    def test_points_of_nothing_at_all_are_refused(self):
        zero = [
            {"rule": rule, "floor": 0}
            for rule in ("amount", "days", "broken", "contact_age")
        ]
        zero += [{"rule": "tier", "tier": tier} for tier in "ABC"]
        zero += [{"rule": "over_limit"}, {"rule": "step_due"}]
        with self.assertRaisesRegex(ValidationError, "no order"):
            self.env["collections.score.rule"].create(
                [
                    {"company_id": self.company.id, "points": 0, **vals}
                    for vals in (*zero, {"rule": "never"})
                ]
            )


@tagged("post_install", "-at_install")
class TestScoreChange(MyDayCommon):
    """Points are tried on today's accounts before they count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls._account("Large", 60000, "2026-07-05")
        cls.old = cls._account("Old", 500, "2026-03-01")
        cls.manager = new_test_user(
            cls.env,
            "mary",
            groups="account_admin.group_account_admin_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self._night(DAY, send=False)

    def _change(self, user=None):
        changes = self.env["collections.score.change"].with_user(user or self.manager)
        return changes.with_context(allowed_company_ids=self.company.ids).create({})

    def test_it_begins_with_what_counts_now(self):
        with self._on(DAY):
            change = self._change()
            self.assertRegex(change.preview_html, "(?s)0.*of.*2.*accounts change")
        weights = self.env["collections.score.rule"]._get_weights(self.company)
        rules = self.env["collections.score.rule"]
        self.assertEqual(rules._to_weights(change.line_ids), weights)

    def test_the_preview_shows_who_moves_and_nothing_counts_until_applied(self):
        with self._on(DAY):
            self.assertEqual(self._names()[0], "Large")
            change = self._change()
            change.line_ids.filtered(lambda line: line.rule == "days")[-1].points = 90
            self.assertRegex(change.preview_html, "(?s)2.*of.*2.*accounts change")
            self.assertLess(
                change.preview_html.index("Old"), change.preview_html.index("Large")
            )
            self.assertEqual(self._names()[0], "Large")
            change.action_apply()
        self.assertEqual(self._names()[0], "Old")

    def test_points_that_make_no_sense_are_said_and_not_applied(self):
        with self._on(DAY):
            change = self._change()
            for line in change.line_ids.filtered(lambda line: line.rule == "days"):
                line.points = 100 - line.floor
            self.assertIn("have to rise", change.preview_html)
            with self.assertRaisesRegex(ValidationError, "have to rise"):
                change.action_apply()
            change.line_ids.points = -1
            self.assertIn("cannot be negative", change.preview_html)
            change.line_ids.points = 0
            self.assertIn("no order", change.preview_html)
        self.assertFalse(self.env["collections.score.rule"].search([]))

    def test_as_usual_fills_in_the_standard(self):
        with self._on(DAY):
            change = self._change()
            change.line_ids.points = 50
            change.action_as_usual()
            rules = self.env["collections.score.rule"]
            self.assertEqual(rules._to_weights(change.line_ids).never, 15)

    def test_only_a_manager_tries_points(self):
        with self.assertRaises(AccessError), self._on(DAY):
            self._change(self.ann)


@tagged("post_install", "-at_install")
class TestMyDayScreen(MyDayCommon, CollectionsHttpCase):
    """By keyboard alone: from the app to a promise noted and the next account shown."""

    def test_a_day_by_keyboard(self):
        today = self.company._collections_today()
        for name, amount in (
            ("First Stores", 60000),
            ("Second Stores", 20000),
            ("Third Stores", 500),
        ):
            self._account(name, amount, "2026-01-05", tz=False)
        self._trigger("ir_cron_night")
        self.start_tour("/odoo", "account_admin_my_day", login="ann")
        dispute = self.env["collections.dispute"].search([])
        self.assertEqual(
            (dispute.partner_id.name, dispute.amount), ("First Stores", 1000)
        )
        statement = self.env["collections.statement"].search([])
        self.assertEqual(statement.partner_id.name, "First Stores")
        promise = self.env["collections.promise"].search([])
        self.assertEqual(
            (promise.partner_id.name, promise.amount, promise.made_on),
            ("First Stores", 59000, today),
        )
        calls = self.env["collections.call"].search([], order="id")
        self.assertEqual(
            [(call.partner_id.name, call.outcome, call.direction) for call in calls],
            [
                ("First Stores", "promise", "out"),
                ("Second Stores", "no_answer", "out"),
                ("Third Stores", "informed", "in"),
            ],
        )
        done = self.env["collections.work.item"].search([("state", "=", "done")])
        self.assertEqual(len(done), 3)
