from odoo import fields, models


class LicensingImportTotal(models.Model):
    """A control total: of the rows, by the licensee, and a period before."""

    _name = "licensing.import.total"
    _description = "Control Total of a Report File"
    _order = "import_id, currency, id"
    _rec_name = "measure"
    _log_access = False

    import_id = fields.Many2one(
        comodel_name="licensing.import",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="import_id.company_id")
    currency = fields.Char(readonly=True, help="The currency that is summed.")
    measure = fields.Selection(
        selection=[
            ("lines", "Rows"),
            ("units", "Units"),
            ("gross", "Gross sales"),
            ("returns", "Returns"),
            ("allowances", "Allowances"),
            ("other", "Other deductions"),
            ("reported_net", "Net sales"),
            ("reported_royalty", "Royalty"),
        ],
        readonly=True,
        help="What is summed.",
    )
    amount = fields.Float(
        string="Sum of the Rows",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="Of the rows that would be submitted.",
    )
    has_own = fields.Boolean(readonly=True)
    own = fields.Float(
        string="In the File",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="What the licensee's own totals row says.",
    )
    difference = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="The file's own total less the sum of the rows.",
    )
    previous = fields.Float(
        string="Statement Before",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="The same sum of the last statement that was submitted.",
    )
