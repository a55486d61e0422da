"""Change requests: N9 and N10 with real records, as real users."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .change import ALL, ASKED, IBAN, NEW_IBAN, ChangeCommon


@tagged("post_install", "-at_install")
class TestChange(ChangeCommon):
    """Asked, approved, applied."""

    def test_n9_bank_details_need_two_others_and_a_call_back(self):
        change = self._ask(self._bank())
        self.assertEqual(change.missing, "2 more approvals; a call-back")
        self._decide(change, self.mia)
        self.assertEqual(change.missing, "1 more approval; a call-back")
        with self.assertRaisesRegex(UserError, "approved .* already"):
            self._decide(change, self.mia)
        self._decide(change, self.bob)
        self.assertEqual((change.missing, change.state), ("a call-back", "asked"))
        self.assertEqual(self.bank.acc_number, IBAN)
        self._call(change, self.bob)
        self.assertEqual(change.state, "applied")
        self.assertEqual(self.bank.sanitized_acc_number, NEW_IBAN)
        self.assertIn("…6819", self.account.message_ids[0].body)

    def test_n9_a_number_of_the_day_or_younger_does_not_count(self):
        with self._on(ASKED):
            self.jane.phone = "+4930999"
            self.env.flush_all()
        change = self._ask(self._bank())
        numbers = change._get_numbers().mapped("number")
        self.assertEqual(sorted(numbers), ["+493012345", "+493067890"])
        with self.assertRaisesRegex(UserError, "known before the"):
            self._call(change, self.bob, "+4930999")
        # a number that came and went back is young again
        with self._on("2026-07-02"):
            self.jane.phone = "+493067890"
            self.env.flush_all()
        self.assertEqual(len(change._get_numbers()), 2)

    def test_n9_the_call_back_is_not_the_requesters(self):
        change = self._ask(self._bank(user=self.mia))
        with self.assertRaisesRegex(UserError, "You asked for"):
            self._call(change, self.mia)

    def test_a_normal_change_needs_one_other(self):
        change = self._ask(self._street())
        self.assertEqual(change.missing, "1 more approval")
        self.assertEqual(self.account.street, "Old 1")
        self._decide(change, self.mia, comment="Seen the letter")
        self.assertEqual((change.state, self.account.street), ("applied", "New 2"))
        said = change.approval_ids.mapped(lambda a: (a.user_id, a.decision))
        self.assertEqual(said, [(self.ann, "asked"), (self.mia, "approved")])

    def test_a_low_risk_is_applied_at_once(self):
        self._field("street").risk = "low"
        change = self._ask(self._street())
        self.assertEqual((change.state, self.account.street), ("applied", "New 2"))

    def test_many_kinds_of_fields_in_one_request(self):
        change = self._ask(
            self._request(
                self._line("property_payment_term_id", proposed_id=self.later.id),
                self._line("credit_limit", proposed_number=70.5),
                self._line("country_id", proposed_id=self.env.ref("base.fr").id),
                self._line("collections_user_id", proposed_id=self.bob.id),
            )
        )
        self.assertIn("Country: Germany → France", change.summary)
        self._decide(change, self.mia)
        account = self.account.with_company(self.company)
        self.assertEqual(account.property_payment_term_id, self.later)
        self.assertEqual(account.credit_limit, 70.5)
        self.assertEqual(account.country_id.code, "FR")
        self.assertEqual(account.collections_user_id, self.bob)

    def test_a_new_bank_account_and_its_way_back(self):
        change = self._ask(
            self._request(
                self._line("acc_number", "res.partner.bank", proposed_char=NEW_IBAN),
                self._line("allow_out_payment", "res.partner.bank", proposed_flag=True),
            )
        )
        self._decide(change, self.mia)
        self._decide(change, self.zoe)
        self._call(change, self.zoe)
        added = self.account.bank_ids - self.bank
        self.assertEqual(added.sanitized_acc_number, NEW_IBAN)
        self.assertTrue(added.allow_out_payment)
        self.assertFalse(change.line_ids[0].seen_text)
        back = self._reverse(change, self.zoe)
        self.assertEqual(back.line_ids.bank_account_id, added)
        self._ask(back, "2026-07-03")
        self._decide(back, self.mia, day="2026-07-04")
        self._decide(back, self.bob, day="2026-07-04")
        self._call(back, self.bob, day="2026-07-04")
        self.assertFalse(added.active)
        self.assertEqual(change.state, "reversed")

    def _reverse(self, change, user):
        with self._on("2026-07-03"):
            action = change.with_user(user).action_reverse()
        return self.env["account.admin.change"].with_user(user).browse(action["res_id"])

    def test_reject_says_why_and_applies_nothing(self):
        change = self._ask(self._street())
        with self.assertRaisesRegex(UserError, "Say why"):
            self._decide(change, self.mia, "reject")
        self._decide(change, self.mia, "reject", comment="No such street")
        self.assertEqual((change.state, self.account.street), ("rejected", "Old 1"))
        with self.assertRaisesRegex(UserError, "not waiting"):
            self._decide(change, self.bob)

    def test_only_who_asked_withdraws(self):
        change = self._ask(self._street())
        with self.assertRaisesRegex(UserError, "reject it instead"):
            change.with_user(self.mia).action_withdraw()
        change.action_withdraw()
        self.assertEqual(change.state, "rejected")

    # ------------------------------------------------------------------
    # N10
    # ------------------------------------------------------------------

    def _behind(self, **vals):
        """Somebody else's request changed the account meanwhile."""
        other = self._request(
            *(self._line(name, **{self._kind(name): v}) for name, v in vals.items())
        )
        self._ask(other)
        self._decide(other, self.zoe)
        self.assertEqual(other.state, "applied")

    def _kind(self, name):
        return "proposed_number" if name == "credit_limit" else "proposed_char"

    def test_n10_only_the_fields_that_were_asked_for(self):
        change = self._ask(
            self._request(
                self._line("property_payment_term_id", proposed_id=self.later.id)
            )
        )
        self._behind(street="New 2")
        self._decide(change, self.mia)
        account = self.account.with_company(self.company)
        self.assertEqual(account.property_payment_term_id, self.later)
        self.assertEqual((account.street, account.credit_limit), ("New 2", 50))

    def test_n10_a_conflict_applies_nothing_and_is_renewed(self):
        change = self._ask(
            self._request(
                self._line("property_payment_term_id", proposed_id=self.later.id),
                self._line("credit_limit", proposed_number=70),
            )
        )
        self._behind(credit_limit=60)
        self._decide(change, self.mia)
        account = self.account.with_company(self.company)
        self.assertEqual(change.state, "conflict")
        self.assertFalse(account.property_payment_term_id)
        line = change.line_ids[1]
        shown = (line.seen_text, line.current_text, line.proposed_text)
        self.assertEqual(shown, ("50.00", "60.00", "70.00"))
        self.assertEqual(change.line_ids.mapped("is_conflict"), [False, True])
        with self._on("2026-07-03"):
            change.action_renew()
        self.assertEqual((change.state, change.version), ("asked", 2))
        self.assertEqual(change.missing, "1 more approval", "who agreed is asked anew")
        self._decide(change, self.mia, day="2026-07-03")
        self.assertEqual((change.state, account.credit_limit), ("applied", 70))

    def test_n10_already_so_is_no_conflict(self):
        change = self._ask(self._street())
        self._behind(street="New 2")
        self._decide(change, self.mia)
        self.assertEqual(change.state, "applied")

    def test_n10_reverse_alike(self):
        change = self._ask(
            self._request(self._line("credit_limit", proposed_number=70))
        )
        self._decide(change, self.mia)
        back = self._reverse(change, self.bob)
        self.assertEqual(back.line_ids.proposed_number, 50)
        self._ask(back, "2026-07-03")
        self._behind(credit_limit=80)
        self._decide(back, self.mia, day="2026-07-04")
        shown = back.line_ids.mapped("seen_text") + back.line_ids.mapped("current_text")
        self.assertEqual((back.state, shown), ("conflict", ["70.00", "80.00"]))
        with self._on("2026-07-05"):
            back.action_renew()
        self._decide(back, self.mia, day="2026-07-05")
        self.assertEqual(self.account.with_company(self.company).credit_limit, 50)
        self.assertEqual(change.state, "reversed")

    def test_n10_on_the_day_of_the_company(self):
        self.company.partner_id.tz = "America/New_York"
        change = self._ask(self._street(date_effective="2026-08-01"))
        self._decide(change, self.mia)
        self.assertEqual(change.state, "scheduled")
        self.assertEqual(change.missing, "Nothing; applied on 08/01/2026")
        states = []
        for hour in (2, 3, 4, 5):
            with self._at(f"2026-08-01 {hour:02}:00:00"):
                self._trigger("ir_cron_change")
            states.append((change.state, self.account.street))
        scheduled, applied = ("scheduled", "Old 1"), ("applied", "New 2")
        self.assertEqual(states, [scheduled, scheduled, applied, applied])

    def test_a_bad_one_says_why_and_the_others_are_applied(self):
        bad = self._ask(self._street("Bad 1", date_effective="2026-08-01"))
        good = self._ask(
            self._request(
                self._line("city", proposed_char="Hamburg"), date_effective="2026-08-01"
            )
        )
        self._decide(bad, self.mia)
        self._decide(good, self.mia)
        with self._refusing("Bad 1"), mute_logger("account_admin"):
            with self._on("2026-08-02"):
                self._trigger("ir_cron_change")
        self.assertEqual((good.state, self.account.city), ("applied", "Hamburg"))
        self.assertEqual((bad.state, self.account.street), ("approved", "Old 1"))
        self.assertEqual(bad.problem, "No street is called Bad 1.")
        with self._on("2026-08-02"):
            self._trigger("ir_cron_change")
        self.assertEqual((bad.state, bad.problem), ("applied", False))

    # ------------------------------------------------------------------
    # NEVER THE REQUESTER
    # ------------------------------------------------------------------

    def test_nobody_approves_what_they_asked_for(self):
        change = self._ask(self._street(user=self.mia))
        for kind in ("approve", "reject"):
            with self.assertRaisesRegex(UserError, "You asked for"):
                self._decide(change, self.mia, kind, comment="Mine")
        self.assertFalse(change.with_user(self.mia).is_mine_to_decide)
        self.assertTrue(change.with_user(self.bob).is_mine_to_decide)

    def test_nor_as_somebodys_deputy(self):
        self.env["account.admin.absence"].create(
            {
                "user_id": self.bob.id,
                "deputy_id": self.ann.id,
                "date_start": "2026-07-01",
                "date_end": "2026-07-09",
            }
        )
        change = self._ask(self._street())
        with self.assertRaisesRegex(UserError, "You asked for"):
            self._decide(change, self.ann)
        other = self._ask(self._street(user=self.mia))
        self._decide(other, self.ann)
        self.assertEqual(other.approval_ids[-1].instead_of_id, self.bob)
        self.assertEqual(other.state, "applied")

    def test_nor_for_who_asked(self):
        self.env["account.admin.absence"].create(
            {
                "user_id": self.mia.id,
                "deputy_id": self.ann.id,
                "date_start": "2026-07-01",
                "date_end": "2026-07-09",
            }
        )
        change = self._ask(self._street(user=self.mia))
        with self.assertRaisesRegex(UserError, "You may not decide"):
            self._decide(change, self.ann)

    def test_nor_what_they_asked_for_in_an_earlier_version(self):
        change = self._ask(
            self._request(self._line("credit_limit", proposed_number=70), user=self.mia)
        )
        self._behind(credit_limit=60)
        self._decide(change, self.bob)
        with self._on("2026-07-03"):
            change.with_user(self.zoe).action_renew()
        self.assertEqual(change.requester_id, self.zoe)
        for user in (self.mia, self.zoe):
            with self.assertRaisesRegex(UserError, "You asked for"):
                self._decide(change, user)

    def test_who_has_no_right_to_approve_is_told_who_has(self):
        change = self._ask(self._street(user=self.mia))
        with self.assertRaisesRegex(UserError, "You may not decide .* ask .*Bob"):
            self._decide(change, self.ann)

    def test_an_approver_reads_what_they_decide_about(self):
        approver = self._person("noah", "account_admin.group_account_admin_user")
        rule = self.env.ref("account_admin.change_rule_normal")
        rule.user_ids = approver
        change = self._ask(self._street())
        self.assertEqual(change.approver_ids, approver)
        self.assertTrue(change.with_user(approver).read(["summary", "missing"]))
        activity = change.activity_ids
        self.assertEqual(activity.user_id, approver)
        self._decide(change, approver)
        self.assertEqual(change.state, "applied")

    def test_decisions_are_never_added_changed_or_deleted_by_hand(self):
        change = self._ask(self._bank())
        said = change.approval_ids
        forged = {"change_id": change.id, "user_id": self.mia.id, "version": 1}
        forged |= {"decided_on": "2026-07-02", "decision": "approved"}
        for user in (self.ann, self.mia, self.boss):
            mine = said.with_user(user)
            for refused in (
                lambda mine=mine: mine.create(forged),
                lambda mine=mine: mine.write({"comment": "x"}),
                lambda mine=mine: mine.unlink(),
            ):
                with self.assertRaises(UserError):
                    refused()
        for refused in (
            lambda: said.sudo().create(forged),
            lambda: said.sudo().write({"user_id": self.mia.id}),
            lambda: said.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                refused()

    def test_what_was_asked_for_stays_as_it_was(self):
        change = self._ask(self._street())
        for refused in (
            lambda: change.write({"reason": "Another"}),
            lambda: change.line_ids.write({"proposed_char": "Evil 3"}),
            lambda: change.line_ids.unlink(),
            lambda: change.write({"line_ids": [self._line("city", proposed_char="X")]}),
            lambda: change.unlink(),
            lambda: change.write({"state": "approved"}),
            lambda: change.write({"requester_id": self.zoe.id}),
            lambda: change.write({"asker_ids": [(5,)]}),
            lambda: change.line_ids.write({"seen_value": {"value": "x"}}),
        ):
            with self.assertRaises(UserError):
                refused()
        self.assertEqual(change.line_ids.proposed_text, "New 2")

    def test_a_draft_is_written_by_one_person(self):
        change = self._street()
        with self.assertRaisesRegex(UserError, "being written by Ann"):
            change.with_user(self.mia).write({"reason": "Mine"})
        with self.assertRaisesRegex(UserError, "being written by Ann"):
            change.with_user(self.mia).action_ask()

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def _refused(self, change, pattern):
        with self.assertRaisesRegex(UserError, pattern):
            self._ask(change)
        self.assertEqual(change.state, "draft")
        self.assertFalse(change.approval_ids)

    def test_what_could_never_be_applied_is_refused_with_a_sentence(self):
        self._refused(self._request(), "Northwind: add the fields")
        self._refused(self._street(reason=" "), "Northwind: say why")
        self._refused(
            self._street(date_effective="2026-06-30"),
            "Northwind cannot change on 06/30/2026, which is over: choose a later day",
        )
        self._refused(self._street("Old 1"), "Northwind, Street: it is so already")
        self._refused(
            self._request(self._line("name", proposed_char=" ")),
            "it cannot be empty|this cannot be saved",
        )
        self._refused(
            self._request(self._line("country_id", proposed_id=999_999_999)),
            "no longer there",
        )
        self._refused(
            self._request(
                self._line("acc_holder_name", "res.partner.bank", proposed_char="X")
            ),
            "new bank account needs a number",
        )
        self._refused(
            self._request(
                self._line("user_id", "national.account", proposed_id=self.bob.id)
            ),
            "choose the national account above",
        )

    def test_what_odoo_would_not_take_is_refused_before_anybody_is_asked(self):
        change = self._request(self._line("vat", proposed_char="DE12"))
        if "base_vat" in self.env.registry._init_modules:
            self._refused(change, "DE12")
        with self._refusing("Bad 1"):
            self._refused(self._street("Bad 1"), "No street is called Bad 1")
        self.assertEqual(self.account.street, "Old 1")

    def test_a_rule_that_approves_nobody_is_named_with_its_remedy(self):
        rule = self.env.ref("account_admin.change_rule_normal")
        alone = self.env["res.groups"].create({"name": "Alone"})
        with self.assertRaisesRegex(ValidationError, "0 people could.*add people"):
            rule.group_id = alone
        self.zoe.group_ids |= alone
        rule.group_id = alone
        self.zoe.active = False
        self._refused(self._street(), "asks for 1 approvals, and 0 people besides you")

    def test_a_rule_asks_for_no_less_than_its_class(self):
        rule = self.env.ref("account_admin.change_rule_bank")
        for vals in ({"approvals": 1}, {"call_back": False}):
            with self.assertRaisesRegex(ValidationError, "asks for too little"):
                rule.write(vals)
        rule.unlink()
        change = self._ask(self._bank())
        self.assertEqual(change.missing, "2 more approvals; a call-back")

    def test_a_field_has_a_rule_of_its_own(self):
        treasurer = self._person("tess", ALL)
        self.env["account.admin.change.rule"].create(
            {
                "name": "Credit: the treasurer",
                "risk": "normal",
                "field_id": self._field("credit_limit").id,
                "user_ids": [(6, 0, treasurer.ids)],
            }
        )
        change = self._ask(
            self._request(self._line("credit_limit", proposed_number=70))
        )
        with self.assertRaisesRegex(UserError, "ask Tess"):
            self._decide(change, self.mia)
        self._decide(change, treasurer)
        self.assertEqual(change.state, "applied")


@tagged("post_install", "-at_install")
class TestChangeLists(ChangeCommon):
    """Lists of requests ask the database as often for many as for few."""

    def _count(self, changes):
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        shown = changes.with_user(self.mia)
        before = self.env.cr.sql_log_count
        shown.read(["missing", "summary", "mirror_note", "problem", "state"])
        shown.mapped("is_mine_to_decide")
        return self.env.cr.sql_log_count - before

    def test_a_long_list_asks_no_more_often_than_a_short_one(self):
        changes = self.env["account.admin.change"]
        for number in range(12):
            changes |= self._ask(self._street(f"Street {number}"))
        few, many = self._count(changes[:2]), self._count(changes)
        self.assertLessEqual(many, few + 2)

    def test_accounts_that_are_free_cost_two_queries_a_write_at_most(self):
        accounts = self.env["res.partner"]
        for number in range(8):
            accounts |= self._customer(f"Free {number}")
        self.env.flush_all()
        self.env.invalidate_all()
        accounts._account_admin_controlled_names()
        before = self.env.cr.sql_log_count
        accounts._account_admin_check_closed({"street": "New 1", "name": "New"})
        self.assertLessEqual(self.env.cr.sql_log_count - before, 2)
