"""Board meetings: N11 with real records, votes, minutes."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...models.base.next_odoo import get_working_hours
from .change import ChangeCommon


@tagged("post_install", "-at_install")
class TestBoard(ChangeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("account_admin.change_rule_normal").to_board = True
        # Independence Day of 2026 is a Saturday: the Friday before is off
        get_working_hours(cls.company).global_leave_ids = [
            Command.create(
                {
                    "name": "Independence Day",
                    "date_from": "2026-07-03 00:00:00",
                    "date_to": "2026-07-03 23:59:59",
                }
            )
        ]

    def _board(self, date="2026-07-09", **vals):
        members = self.mia | self.bob | self.zoe
        return (
            self.env["account.admin.change.board"]
            .with_user(self.boss)
            .create(
                {
                    "date": date,
                    "company_id": self.company.id,
                    "member_ids": [(6, 0, members.ids)],
                    **vals,
                }
            )
        )

    def _asked_at(self, moment, **vals):
        change = self._street(**vals)
        with self._at(moment):
            change.action_ask()
        return change

    def _vote(self, change, *votes):
        for user, vote in votes:
            self._decide(change, user, "vote", vote=vote, comment=f"I say {vote}")

    def _close(self, board):
        with self._on("2026-07-09"), self.allow_pdf_render():
            board.action_close()
        self.env.invalidate_all()

    def test_n11_what_was_asked_for_up_to_the_cut_off_is_on_the_agenda(self):
        board = self._board()
        self.assertEqual(board.cut_off, datetime(2026, 7, 7, 17))
        intime = self._asked_at("2026-07-07 17:00:00")
        late = self._asked_at("2026-07-07 17:01:00")
        board.action_fill_agenda()
        self.assertEqual(board.change_ids, intime)
        self.assertFalse(late.board_id)
        self.assertEqual(intime.missing, "the vote of a board meeting")

    def test_n11_a_holiday_moves_the_cut_off(self):
        self.assertEqual(self._board("2026-07-06").cut_off, datetime(2026, 7, 1, 17))

    def test_n11_the_cut_off_is_by_the_companys_clock(self):
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(self._board().cut_off, datetime(2026, 7, 7, 21))

    def test_n11_whoever_asked_has_no_vote(self):
        board = self._board()
        mias = self._asked_at("2026-07-01 09:00:00", user=self.mia)
        anns = self._asked_at("2026-07-01 09:00:00", street="Other 3")
        board.action_fill_agenda()
        with self.assertRaisesRegex(UserError, "you have no vote"):
            self._vote(mias, (self.mia, "yes"))
        self._vote(mias, (self.bob, "yes"), (self.zoe, "yes"))
        self._vote(anns, *((user, "yes") for user in (self.mia, self.bob, self.zoe)))
        self._close(board)
        self.assertEqual(anns.state, "applied")
        self.assertEqual((mias.state, mias.board_id.id), ("asked", False))
        self.assertEqual(self.account.street, "Other 3")

    def test_a_refused_one_says_how_they_voted(self):
        board = self._board()
        change = self._asked_at("2026-07-01 09:00:00")
        board.action_fill_agenda()
        self._vote(change, (self.mia, "yes"), (self.bob, "no"), (self.zoe, "abstain"))
        self._close(board)
        self.assertEqual((change.state, self.account.street), ("rejected", "Old 1"))
        self.assertIn("1 for it, 1 against it", change.message_ids[0].body)

    def test_nobody_approves_alone_what_a_board_decides(self):
        change = self._asked_at("2026-07-01 09:00:00")
        with self.assertRaisesRegex(UserError, "decided by a board meeting"):
            self._decide(change, self.mia)
        with self.assertRaisesRegex(UserError, "on no open meeting's agenda"):
            self._vote(change, (self.mia, "yes"))

    def test_only_members_vote_and_a_vote_can_be_changed_until_the_end(self):
        board = self._board()
        change = self._asked_at("2026-07-01 09:00:00")
        board.action_fill_agenda()
        with self.assertRaisesRegex(UserError, "no member"):
            self._vote(change, (self.boss, "yes"))
        self._vote(change, (self.mia, "yes"), (self.mia, "no"))
        self.assertEqual(board.vote_ids.mapped("vote"), ["no"])
        forged = {"board_id": board.id, "change_id": change.id, "vote": "yes"}
        votes = self.env["account.admin.change.vote"]
        for refused in (
            lambda: votes.with_user(self.boss).create({**forged, "user_id": 1}),
            lambda: votes.sudo().create({**forged, "user_id": self.bob.id}),
            lambda: board.vote_ids.sudo().write({"vote": "yes"}),
        ):
            with self.assertRaises(UserError):
                refused()

    def test_the_minutes_are_kept_as_they_were(self):
        board = self._board(minutes="Zoe asked for the letter.")
        change = self._asked_at("2026-07-01 09:00:00")
        board.action_fill_agenda()
        self._vote(change, *((user, "yes") for user in (self.mia, self.bob, self.zoe)))
        with self.assertRaisesRegex(UserError, "Close the Board meeting"):
            board.action_print_minutes()
        self._close(board)
        self.assertTrue(board.minutes_id.raw.startswith(b"%PDF"))
        text = self.env["ir.qweb"]._render(
            "account_admin.report_board_minutes", {"docs": board}
        )
        for word in ("Carried", "Old 1", "New 2", "I say yes", "Zoe asked for the"):
            self.assertIn(word, text)
        for refused in (
            lambda: board.write({"minutes": "Other"}),
            lambda: board.unlink(),
            lambda: board.action_close(),
            lambda: board.minutes_id.sudo().write({"raw": b"x"}),
        ):
            with self.assertRaises(UserError):
                refused()

    def test_bad_meetings_are_refused_with_a_sentence(self):
        with self.assertRaisesRegex(ValidationError, "needs 4 votes and has 3 members"):
            self._board(votes_needed=4)
        elsewhere = self.setup_other_company(name="Elsewhere")["company"]
        self.zoe.write(
            {"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id}
        )
        with self.assertRaisesRegex(ValidationError, "Zoe cannot vote"):
            self._board()
        with self.assertRaises(AccessError):
            self.env["account.admin.change.board"].with_user(self.ann).create(
                {"date": "2026-07-09"}
            )
