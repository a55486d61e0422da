from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountAdminAuditEvent(models.Model):
    """Who asked for and who took an audit pack. Never changed."""

    _name = "account.admin.audit.event"
    _description = "Audit Pack Log"
    _order = "id desc"
    _rec_name = "kind"

    pack_id = fields.Many2one(
        comodel_name="account.admin.audit.pack",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="pack_id.company_id", store=True)
    kind = fields.Selection(
        selection=[
            ("requested", "Requested"),
            ("made", "Made"),
            ("downloaded", "Downloaded"),
        ],
        required=True,
        help="Requested, made, or downloaded.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="restrict"
    )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The log of audit packs cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of audit packs cannot be deleted."))
