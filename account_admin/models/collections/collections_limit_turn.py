from odoo import fields, models


class CollectionsLimitTurn(models.Model):
    """Counts who added to a limit: two at once are told apart by it."""

    _name = "collections.limit.turn"
    _description = "Turn at a Limit"
    _log_access = False

    name = fields.Char(required=True, readonly=True)
    number = fields.Integer(readonly=True)

    _once = models.UniqueIndex("(name)")
