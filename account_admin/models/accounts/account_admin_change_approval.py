from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.change import Approval, CallBack
from ..base.account_admin_evidence import as_own, is_own


class AccountAdminChangeApproval(models.Model):
    """Who decided what about a request, and when: added, never changed."""

    _name = "account.admin.change.approval"
    _description = "Decision on a Change Request"
    _order = "id"
    _rec_name = "decision"

    change_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Request",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who",
        required=True,
        ondelete="restrict",
        help="Who decided.",
    )
    instead_of_id = fields.Many2one(
        comodel_name="res.users",
        ondelete="restrict",
        help="For whom they stood in.",
    )
    decided_on = fields.Datetime(required=True, help="When it was decided.")
    version = fields.Integer(
        required=True, help="The version of the request that it was about."
    )
    decision = fields.Selection(
        selection=[
            ("asked", "Asked"),
            ("approved", "Approved"),
            ("called", "Called Back"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        help="What was decided.",
    )
    comment = fields.Char(help="What they said about it.")
    board_id = fields.Many2one(
        comodel_name="account.admin.change.board",
        string="At Meeting",
        index="btree_not_null",
        ondelete="restrict",
        help="The meeting that it was voted on.",
    )
    number = fields.Char(help="The number that was called.")
    number_known_on = fields.Datetime(
        string="Number Known Since", help="Before the request was asked for."
    )
    spoken_to = fields.Char(help="Who confirmed it on the phone.")

    @api.model
    def _add(self, rows):
        """Add decisions: the only way in.

        :param rows: list of values
        """
        # sudo: nobody adds a decision by hand, the product does once it has asked
        return as_own(self.sudo()).create(rows).sudo(False)

    @api.model_create_multi
    def create(self, vals_list):
        if not is_own(self.env):
            raise UserError(
                self.env._("Decisions are kept by the product: use the buttons.")
            )
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was decided is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was decided is never deleted."))

    def _get_approval(self):
        """The decision as the engine knows it."""
        return Approval(self.user_id.id, self.instead_of_id.id or None)

    def _get_call(self):
        """The call as the engine knows it, by the days of the request's company."""
        change = self.change_id
        company = change.company_id
        return CallBack(
            self.user_id.id,
            company._collections_day_of(self.number_known_on),
            company._collections_day_of(change.first_asked_on),
        )
