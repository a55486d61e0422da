from odoo import fields, models


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    import_count = fields.Integer(
        string="Report Files",
        compute="_compute_import_count",
        help="Files that the licensee or a colleague sent in for its statements.",
    )

    def _compute_import_count(self):
        self._count("import_count", "licensing.import")

    def action_view_imports(self):
        """The files that the licensee sent."""
        return self._view(
            "licensing.import", self.env._("Report Files of %s", self.name)
        )
