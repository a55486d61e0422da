from odoo import fields, models

from ...base.bounds import bounded


@bounded
class LicensingImportValue(models.Model):
    """A text of a report file that matches nothing yet."""

    _name = "licensing.import.value"
    _description = "Unmatched Value of a Report File"
    _inherit = ["licensing.match.mixin"]
    _order = "import_id, kind, count desc, text, id"
    _log_access = False
    _check_company_auto = True

    import_id = fields.Many2one(
        comodel_name="licensing.import",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="import_id.company_id")
    partner_id = fields.Many2one(related="import_id.partner_id")
    count = fields.Integer(string="Rows", help="Rows that have this word.")
    row = fields.Integer(
        string="First Row", aggregator=None, help="The first row that has it."
    )
    description = fields.Char(help="As the report describes the first one.")
