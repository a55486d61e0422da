from odoo import api, fields, models


class LicensingExplanation(models.TransientModel):
    """What a figure is made of, for a person to read."""

    _name = "licensing.explanation"
    _description = "Explanation of a Figure"
    _inherit = ["account.admin.wizard.mixin"]

    name = fields.Char(readonly=True)
    html = fields.Html(readonly=True, help="How the figure came about, step by step.")

    @api.model
    def _render(self, sections):
        """Sections as a person reads them.

        :param sections: list of ``{"title", "rows": list of (label, value, strong)}``
        :rtype: Markup
        """
        return self.env["ir.qweb"]._render(
            "account_admin.licensing_explanation", {"sections": sections}
        )

    @api.model
    def _open(self, title, sections):
        """The action that shows them: see :meth:`_render`."""
        explanation = self.create({"name": title, "html": self._render(sections)})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain: %s", title),
            "res_model": self._name,
            "res_id": explanation.id,
            "view_mode": "form",
            "target": "new",
        }
