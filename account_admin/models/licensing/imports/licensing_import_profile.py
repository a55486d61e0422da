from odoo import api, fields, models

from ....engine.report_file import Profile
from ..terms.licensing_term_mixin import SALE_TYPES
from .licensing_alias import NONE


class LicensingImportProfile(models.Model):
    """How a licensee writes its reports: said once, remembered."""

    _name = "licensing.import.profile"
    _description = "Report Profile of a Licensee"
    _inherit = ["account.admin.company.mixin"]
    _order = "partner_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Licensee",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="The company whose reports are read this way.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    date_order = fields.Selection(
        selection=[
            ("auto", "As the Column Shows"),
            ("dmy", "Day, Month, Year"),
            ("mdy", "Month, Day, Year"),
            ("ymd", "Year, Month, Day"),
        ],
        string="Dates",
        default="auto",
        required=True,
        help="How 03/04/2026 is meant. A column that shows no order is named, never"
        " guessed.",
    )
    decimal = fields.Selection(
        selection=[
            ("auto", "As the File Shows"),
            (".", "1,234.56"),
            (",", "1.234,56"),
        ],
        string="Numbers",
        default="auto",
        required=True,
        help="How 1,234 is meant in text. Cells that hold numbers need no rule.",
    )
    percent = fields.Selection(
        selection=[
            ("auto", "As the Royalties Show"),
            ("percent", "5 is 5 %"),
            ("fraction", "0.05 is 5 %"),
        ],
        string="Rates",
        default="auto",
        required=True,
        help="How a rate without a percent sign is meant.",
    )
    returns = fields.Selection(
        selection=[
            ("auto", "As the Column Shows"),
            ("positive", "Above 0"),
            ("negative", "Below 0"),
        ],
        string="Deductions Stand",
        default="auto",
        required=True,
        help="Whether returns and other deductions are written as 100 or as -100.",
    )
    sheet = fields.Char(help="Empty for the one that has the headings of a report.")
    sale_type = fields.Selection(
        selection=SALE_TYPES,
        string="Sale Type if Empty",
        default="domestic",
        required=True,
        help="What rows without a kind of sale are.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency if Empty",
        help="Leave empty when every row has to name its currency.",
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        string="Territory if Empty",
        help="Where rows without a territory were sold.",
    )
    alias_ids = fields.One2many(
        comodel_name="licensing.alias",
        inverse_name="profile_id",
        string="Words",
        help="What words of its reports mean; learned from what was chosen before.",
    )

    _partner_uniq = models.Constraint(
        "UNIQUE (company_id, partner_id)", "This licensee has a profile already."
    )

    @api.model
    def _get_for(self, contract):
        """The profile of a contract's licensee, made when there is none."""
        keys = {
            "partner_id": contract.partner_id.id,
            "company_id": contract.company_id.id,
        }
        domain = [(name, "=", value) for name, value in keys.items()]
        found = self.search(domain, limit=1)
        return found or self.create({**keys, "currency_id": contract.currency_id.id})

    def _to_engine(self):
        """The engine's ``Profile``."""
        self.ensure_one()
        return Profile(
            date_order=self.date_order,
            decimal=self.decimal,
            percent=self.percent,
            returns=self.returns,
            currency=self.currency_id.name or "",
            sheet=self.sheet or "",
            columns={
                alias.key: "" if alias.field_name == NONE else alias.field_name
                for alias in self.alias_ids
                if alias.kind == "column"
            },
        )
