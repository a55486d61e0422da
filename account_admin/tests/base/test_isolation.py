"""What one record provokes stays with it; what the transaction provokes goes up."""

from psycopg2 import OperationalError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.base.isolation import apply_isolated
from ..common import CollectionsCommon

ISOLATION = "odoo.addons.account_admin.models.base.isolation"


@tagged("post_install", "-at_install")
class TestIsolation(CollectionsCommon):
    def _break_filter(self, policy):
        """A field that was there when the filter was written is gone."""
        policy.flush_recordset()
        self.env.cr.execute(
            "UPDATE collections_policy SET claims = TRUE,"
            ' domain = \'[("x_gone", "=", 1)]\' WHERE id = %s',
            [policy.id],
        )
        policy.invalidate_recordset()

    def _fail_on(self, table, code, condition="TRUE"):
        """The database refuses to insert some rows of a table with an SQLSTATE."""
        self.env.flush_all()
        self.env.cr.execute(
            f"""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF {condition} THEN
                        RAISE EXCEPTION 'refused' USING ERRCODE = '{code}';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse()"""
        )

    # ------------------------------------------------------------------
    # WHAT PEOPLE WROTE
    # ------------------------------------------------------------------

    @mute_logger(ISOLATION)
    def test_a_filter_on_a_field_that_is_gone_stops_only_its_own_accounts(self):
        special = self._policy(
            "Special", [1, 8], domain="[('ref', '=', 'S')]", claims=True, sequence=1
        )
        claimed = self._customer("Special Ltd", ref="S")
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 100, claimed)
        self._night("2026-03-02")
        self.assertEqual(self._cases(claimed).policy_id, special)
        self._break_filter(special)
        self.mailbox.messages.clear()
        self._night("2026-03-09")
        self.assertEqual(self._steps_sent(), [1, 8])
        self.assertEqual(self._steps_sent(claimed), [1], "waits for its filter")
        self.assertIn("filter of policy “Special”", special.filter_problem)
        run = self.env["collections.run"]._get_last(self.company)
        self.assertEqual(run.state, "done")
        self.assertIn("filter of policy “Special”", run.message)
        special.domain = "[('ref', '=', 'S')]"
        self._night("2026-03-10")
        self.assertEqual(self._steps_sent(claimed), [1, 8])

    @mute_logger(ISOLATION)
    def test_a_filter_that_breaks_before_the_queue_leaves_nothing_in_sending(self):
        special = self._policy("Special", [1], domain="[]", claims=True, sequence=1)
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._break_filter(special)
        self._send("2026-03-02")
        notice = self._cases().notice_ids
        self.assertEqual(notice.state, "suppressed")
        self.assertIn("filter of policy “Special”", notice.reason)

    @mute_logger(ISOLATION, "odoo.sql_db")
    def test_a_notice_that_cannot_be_checked_is_a_persons_and_the_others_go(self):
        bad = self._customer("Bad Ltd")
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 100, bad)
        self._night("2026-03-02", send=False)
        notice = self._cases(bad).notice_ids
        self._fail_on(
            "collections_notice_item", "23514", f"NEW.notice_id = {notice.id}"
        )
        self._send("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])
        self.assertEqual((notice.state, notice.failure), ("failed", "check"))
        self.assertIn("Bad Ltd could not be checked", self._cases(bad).attention)

    # ------------------------------------------------------------------
    # WHAT IS NOBODY'S FAULT
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_a_fee_is_not_lost_to_another_transaction(self):
        product = self.env["product.product"].create({"name": "Fee"})
        self.policy.fee_product_id = product
        self.policy.step_ids[0].fee_amount = 15
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._fail_on("account_move", "40001")
        notice = self._cases().notice_ids.sudo()
        with self._on("2026-03-02"), self.assertRaises(OperationalError):
            notice._settle()

    @mute_logger("odoo.sql_db", "odoo.addons.mail.models.mail_render_mixin")
    def test_a_template_is_not_broken_by_another_transaction(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._fail_on("mail_mail", "40001")
        notice = self._cases().notice_ids
        with self.assertRaises(OperationalError):
            notice._render_isolated(self.template)

    def test_a_transaction_is_found_behind_what_wrapped_it(self):
        def render(_batch):
            try:
                self.env.cr.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$"
                )
            except Exception as error:
                raise ValueError("It does not render.") from error

        failed = []
        with self.assertRaises(OperationalError), mute_logger("odoo.sql_db"):
            apply_isolated(self.env, self.customer, render, failed.append)
        self.assertFalse(failed)

    def test_a_row_that_is_too_large_is_its_own_trouble(self):
        failed = []

        def store(_batch):
            self.env.cr.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '54000'; END $$"
            )

        with mute_logger("odoo.sql_db", ISOLATION):
            apply_isolated(
                self.env, self.customer, store, lambda one, error: failed.append(one)
            )
        self.assertEqual(failed, [self.customer])

    # ------------------------------------------------------------------
    # WHO IS THERE
    # ------------------------------------------------------------------

    def _user(self, login, **vals):
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                **vals,
            }
        )

    def test_a_call_is_planned_for_somebody_who_is_there(self):
        gone, here = self._user("gone"), self._user("here")
        policy = self._policy(
            "Calls",
            [1],
            step={"channel_email": False, "channel_call": True, "user_id": gone.id},
            user_id=here.id,
        )
        self.customer.collections_policy_id = policy
        gone.active = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._cases().activity_ids.user_id, here)

    def test_an_alert_of_nobody_goes_to_the_manager(self):
        gone = self._user("gone")
        self.customer.with_company(self.company).collections_user_id = gone
        gone.active = False
        self.customer.email = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        user = self._cases().activity_ids.user_id
        self.assertTrue(user.active)
        self.assertTrue(user.has_group("account_admin.group_account_admin_manager"))
