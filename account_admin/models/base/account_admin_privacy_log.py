from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountAdminPrivacyLog(models.Model):
    """What was anonymised, what will be deleted and what was. Never changed."""

    _name = "account.admin.privacy.log"
    _description = "Privacy Log"
    _order = "id desc"
    _rec_name = "note"

    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        ondelete="restrict",
        help="Empty for what several companies share.",
    )
    kind = fields.Selection(
        selection=[
            ("anonymised", "Anonymised"),
            ("announced", "Will Be Deleted"),
            ("deleted", "Deleted"),
        ],
        required=True,
        help="What was done, or was announced.",
    )
    subject = fields.Char(required=True, help="The kind of records.")
    months = fields.Integer(string="Kept Months", aggregator=None)
    before = fields.Date(help="What is older than this day.")
    due_on = fields.Date(string="Not Before", help="The first day of deleting.")
    count = fields.Integer(string="Records", help="How many records it was about.")
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", required=True, ondelete="restrict"
    )
    note = fields.Char(help="What else there is to know.")

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The privacy log cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The privacy log cannot be deleted."))

    @api.model
    def _add(self, vals):
        # sudo: nobody may write the log, the product does
        return self.sudo().create({"user_id": self.env.uid, **vals})
