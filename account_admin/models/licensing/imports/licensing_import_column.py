from odoo import fields, models

from ...base.bounds import bounded
from .licensing_alias import COLUMNS, NONE


@bounded
class LicensingImportColumn(models.Model):
    """A column of a report file, and what it is."""

    _name = "licensing.import.column"
    _description = "Column of a Report File"
    _order = "import_id, index, id"
    _rec_name = "text"
    _log_access = False

    import_id = fields.Many2one(
        comodel_name="licensing.import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="import_id.company_id")
    index = fields.Integer(aggregator=None)
    text = fields.Char(
        string="In the File", help="The heading as it stands in the file."
    )
    sample = fields.Char(
        string="For Example", help="The first value below the heading."
    )
    field_name = fields.Selection(
        selection=[*COLUMNS, (NONE, "Not read")],
        string="Means",
        help="What you choose is remembered for this licensee.",
    )
    proposed = fields.Char(
        readonly=True, help="What it was read as: another choice is a person's."
    )
