from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.account_admin_evidence import as_own, is_own


class AccountAdminChangeVote(models.Model):
    """How a member of a board voted on a request; given by the button alone."""

    _name = "account.admin.change.vote"
    _description = "Vote on a Change Request"
    _order = "change_id, user_id, id"
    _rec_name = "vote"

    board_id = fields.Many2one(
        comodel_name="account.admin.change.board",
        string="Meeting",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="board_id.company_id", store=True)
    change_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Request",
        required=True,
        index=True,
        ondelete="restrict",
        help="What was voted on.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Member",
        required=True,
        ondelete="restrict",
        help="Who voted.",
    )
    vote = fields.Selection(
        selection=[("yes", "For It"), ("no", "Against It"), ("abstain", "Abstained")],
        required=True,
        help="How they voted.",
    )
    comment = fields.Char(help="What they said about it, for the minutes.")

    _one_vote = models.UniqueIndex(
        "(board_id, change_id, user_id)", "A member votes once on a request."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not is_own(self.env):
            raise UserError(self.env._("Votes are given by the button Vote."))
        return super().create(vals_list)

    def write(self, vals):
        if not is_own(self.env):
            raise UserError(self.env._("Votes are given by the button Vote."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Votes are kept."))

    @api.model
    def _give(self, change, vote, comment=""):
        """Vote as the user on a request that is on an open meeting's agenda.

        :raise UserError: for who asked for it, who is no member, and what is closed
        """
        # sudo: the agenda is there for each of its members
        known = change.sudo()
        board = known.board_id
        if not board or board.state != "open" or known.state != "asked":
            raise UserError(
                self.env._(
                    "%s is on no open meeting's agenda: there is nothing to vote on.",
                    known.display_name,
                )
            )
        if self.env.user in known.asker_ids | known.requester_id:
            raise UserError(
                self.env._(
                    "You asked for %s: you have no vote on it.", known.display_name
                )
            )
        if self.env.user not in board.member_ids:
            raise UserError(
                self.env._(
                    "You are no member of the %s: its members vote.", board.display_name
                )
            )
        votes = as_own(self.sudo())
        mine = votes.search(
            [
                ("board_id", "=", board.id),
                ("change_id", "=", change.id),
                ("user_id", "=", self.env.uid),
            ]
        )
        vals = {"vote": vote, "comment": comment}
        if mine:
            mine.write(vals)
        else:
            who = {"board_id": board.id, "change_id": change.id}
            votes.create({**who, "user_id": self.env.uid, **vals})
