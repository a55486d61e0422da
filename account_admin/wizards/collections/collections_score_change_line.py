from odoo import fields, models

from ...models.base.bounds import bounded


@bounded
class CollectionsScoreChangeLine(models.TransientModel):
    _name = "collections.score.change.line"
    _description = "Points That Are Tried"
    _inherit = ["account.admin.wizard.mixin"]
    _order = "id"
    _rec_name = "rule"

    change_id = fields.Many2one(
        comodel_name="collections.score.change",
        required=True,
        ondelete="cascade",
        index=True,
    )
    rule = fields.Selection(
        selection=lambda self: self.env["collections.score.rule"]
        ._fields["rule"]
        ._description_selection(self.env),
        required=True,
        help="The fact that gives points.",
    )
    tier = fields.Selection(
        selection=lambda self: self.env["collections.score.rule"]
        ._fields["tier"]
        ._description_selection(self.env),
        help="Which tier the points are for.",
    )
    floor = fields.Float(
        string="From", help="The points count from this figure on, up to the next line."
    )
    points = fields.Integer(help="Added to the score of an account.")
