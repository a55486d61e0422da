"""Data of accounts: what is missing, what is twice, and how it is mended."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import CollectionsCommon

GROUP = "account_admin.group_account_admin_user"


class QualityCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("customer_rank", ">", 0)]).customer_rank = 0
        cls.ann, cls.bea = (
            new_test_user(cls.env, name, GROUP) for name in ("ann", "bea")
        )
        cls.good = cls.env["res.partner"].create(
            {
                "name": "In Order Inc.",
                "is_company": True,
                "customer_rank": 1,
                "vat": "DE136695976",
                "street": "Street 1",
                "city": "Town",
                "country_id": cls.env.ref("base.de").id,
                "collections_user_id": cls.ann.id,
            }
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Pay Desk",
                "parent_id": cls.good.id,
                "email": "pay@in-order.example",
                "phone": "+49 30 123456",
                "collections_role_ids": cls.env.ref(
                    "account_admin.contact_role_payable"
                ).ids,
            }
        )
        cls.quality = cls.env["account.admin.quality"]

    def _account(self, name, **vals):
        return self.good.copy({"name": name, "customer_rank": 1, "vat": False, **vals})

    def _refresh(self):
        self.quality._refresh(self.company)

    def _findings(self, partner):
        self._refresh()
        return set(
            self.quality.search([("partner_id", "=", partner.id)]).rule_id.mapped("key")
        )

    def _score(self, partner):
        self._refresh()
        scores = self.env["account.admin.quality.account"]
        return scores.search([("partner_id", "=", partner.id)]).score


@tagged("post_install", "-at_install")
class TestQuality(QualityCommon):
    def test_account_in_order_has_no_finding(self):
        self.assertEqual(self._findings(self.good), set())

    def test_each_thing_that_is_missing_is_found_and_goes_when_it_is_mended(self):
        self.contact.write(
            {"email": False, "phone": False, "collections_role_ids": False}
        )
        self.good.write({"vat": False, "city": False, "collections_user_id": False})
        self.assertEqual(
            self._findings(self.good),
            {
                *("no_payable", "no_email", "no_phone", "no_address", "no_vat"),
                "no_administrator",
            },
        )
        finding = self.quality.search(
            [("partner_id", "=", self.good.id), ("rule_id.key", "=", "no_address")]
        )
        self.assertEqual(finding.detail, "City")
        self.assertEqual(self._score(self.good), 100 - 20 - 15 - 10 - 10 - 5 - 15)
        self.good.city = "Town"
        self.assertNotIn("no_address", self._findings(self.good))

    def test_address_whose_mail_came_back_is_named(self):
        self.env["account.admin.bounce"]._note({"pay@in-order.example"})
        self.assertEqual(self._findings(self.good), {"bounced"})
        finding = self.quality.search([("partner_id", "=", self.good.id)])
        self.assertEqual(finding.detail, "pay@in-order.example")

    def test_first_day_of_a_finding_stays(self):
        with self._on("2026-03-01"):
            self.good.vat = False
            self._refresh()
        with self._on("2026-03-09"):
            self._refresh()
        finding = self.quality.search([("partner_id", "=", self.good.id)])
        self.assertEqual(str(finding.since), "2026-03-01")

    def test_rule_that_is_switched_off_finds_nothing(self):
        self.good.vat = False
        self.env.ref("account_admin.quality_rule_no_vat").active = False
        self.assertEqual(self._findings(self.good), set())

    def test_score_is_never_below_nothing(self):
        self.env["account.admin.quality.rule"].search([]).points = 100
        self.good.write({"vat": False, "city": False})
        self.assertEqual(self._score(self.good), 0)

    def test_many_accounts_take_as_many_queries_as_few(self):
        def count(number):
            for n in range(number):
                self._account(f"Other {number} {n}", street=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._refresh()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(40), count(3) + 3)

    def test_one_sees_findings_of_ones_own_accounts_only_and_changes_none(self):
        self.good.vat = False
        self._refresh()
        mine = [("partner_id", "=", self.good.id)]
        self.assertTrue(self.quality.with_user(self.ann).search(mine))
        self.assertFalse(self.quality.with_user(self.bea).search(mine))
        finding = self.quality.search(mine).with_user(self.ann)
        with self.assertRaises(AccessError):
            finding.write({"points": 0})
        with self.assertRaises(AccessError):
            finding.unlink()
        with self.assertRaises(AccessError):
            self.env["account.admin.quality.rule"].with_user(self.ann).search(
                []
            ).points = 1

    def test_opening_the_list_looks_at_the_accounts_first(self):
        self.good.vat = False
        quality = self.quality.with_user(self.ann).with_context(
            allowed_company_ids=self.company.ids
        )
        action = quality.action_open()
        self.assertEqual(action["res_model"], "account.admin.quality.account")
        self.assertEqual(self._score(self.good), 95)

    def test_night_looks_at_every_company_and_a_bad_one_stops_none(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.good.vat = False
        self._trigger("ir_cron_quality")
        found = self.quality.search([("partner_id", "=", self.good.id)])
        self.assertLessEqual(self.company | other, found.company_id)


@tagged("post_install", "-at_install")
class TestDuplicate(QualityCommon):
    def _pairs(self, **where):
        self._refresh()
        pairs = self.env["account.admin.duplicate"].search(
            [("company_id", "=", self.company.id)]
        )
        return pairs.filtered(lambda p: all(p[k] == v for k, v in where.items()))

    def test_two_that_look_alike_are_proposed_with_what_they_share(self):
        twin = self._account("IN ORDER", vat="DE 136 695 976")
        [pair] = self._pairs()
        self.assertEqual((pair.partner_id, pair.other_id), (self.good, twin))
        self.assertEqual((pair.score, pair.has_vat, pair.has_name), (100, True, True))
        self.assertIn("duplicate", self._findings(twin))

    def test_two_that_were_told_apart_are_not_proposed_again(self):
        self._account("In Order")
        [pair] = self._pairs()
        pair.with_user(self.ann).action_tell_apart()
        self.assertFalse(self._pairs(state="open"))
        self.assertEqual(pair.decided_by_id, self.ann)
        self.assertNotIn("duplicate", self._findings(self.good))
        pair.with_user(self.ann).action_reopen()
        self.assertTrue(self._pairs(state="open"))

    def test_merge_is_odoos_own_and_leaves_nothing_to_decide(self):
        twin = self._account("In Order")
        [pair] = self._pairs()
        action = pair.action_merge()
        wizard = (
            self.env[action["res_model"]].with_context(**action["context"]).create({})
        )
        self.assertEqual(wizard.partner_ids, self.good | twin)
        wizard.dst_partner_id = self.good
        wizard.action_merge()
        self.assertFalse(self._pairs())

    def test_pair_of_others_is_neither_seen_nor_decided(self):
        self._account("In Order", collections_user_id=self.ann.id)
        [pair] = self._pairs()
        with self.assertRaises(AccessError):
            pair.with_user(self.bea).action_tell_apart()
        with self.assertRaises(AccessError):
            pair.with_user(self.ann).write({"score": 1})
        with self.assertRaises(UserError):
            pair.with_user(self.ann).unlink()
