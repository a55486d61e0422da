from odoo import fields, models


class LicensingLedger(models.Model):
    _inherit = "licensing.ledger"

    statement_id = fields.Many2one(
        comodel_name="licensing.statement",
        index="btree_not_null",
        ondelete="restrict",
        help="The statement that caused it.",
    )
