from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import industry as engine
from ..base.bounds import bounded


@bounded
class AccountAdminIndustry(models.Model):
    """What the beginning of an industry code stands for, and its risk."""

    _name = "account.admin.industry"
    _description = "Industry"
    _order = "scheme, code"
    _rec_name = "name"

    scheme = fields.Selection(
        selection=[("sic", "SIC"), ("naics", "NAICS")],
        required=True,
        default="naics",
        help="The classification that the code is of.",
    )
    code = fields.Char(
        required=True,
        help="The code or its beginning; the longest one that fits an account counts.",
    )
    name = fields.Char(required=True, translate=True, help="What it stands for.")
    risk_class = fields.Integer(
        help="From 1, the best, to 5; 0 where it says nothing of risk."
    )

    _once = models.UniqueIndex("(scheme, code)", "This code is in the list already.")
    _risk_in_order = models.Constraint(
        "CHECK(risk_class BETWEEN 0 AND 5)", "Risk classes go from 1 to 5, 0 is none."
    )
    _code_of_digits = models.Constraint(
        "CHECK(code ~ '^[0-9]{1,6}$')",
        "A code is made of one to six digits, the zero at its beginning included.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for industry in self:
            industry.display_name = f"{industry.code} {industry.name}"

    @api.constrains("scheme", "code")
    def _check_length(self):
        for industry in self:
            if industry.scheme == "sic" and len(industry.code) > 4:
                raise ValidationError(
                    self.env._(
                        "“%s” is too long: a SIC code has four digits.", industry.code
                    )
                )

    @api.model
    def _get_classes(self):
        """Risk classes by the beginning of a code: dict scheme -> dict -> class."""
        # sudo: how risky an industry is depends on nobody's rights
        found = self.sudo().search_fetch(
            [("risk_class", ">", 0)], ["scheme", "code", "risk_class"]
        )
        return {
            scheme: {one.code: one.risk_class for one in mine}
            for scheme, mine in found.grouped("scheme").items()
        }

    @api.model
    def _get_risk_class(self, sic, naics, classes):
        """The worse class of the two codes, 0 where nothing is known.

        :param classes: of :meth:`_get_classes`
        """
        return max(
            engine.get_risk_class(sic or "", classes.get("sic", {})) or 0,
            engine.get_risk_class(naics or "", classes.get("naics", {})) or 0,
        )
