from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import industry as engine
from ..base.bounds import bounded

_RISK = ("industry_class", "external_class")


@bounded
class AccountAdminProfile(models.Model):
    """What an account is, sells, needs and is worth to us."""

    _name = "account.admin.profile"
    _description = "Profile of an Account"
    _inherit = ["mail.thread", "mail.activity.mixin", "account.admin.company.mixin"]
    _order = "partner_id, id"
    _rec_name = "partner_id"
    _moved_by = ("partner_id",)

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="cascade",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="Whose profile it is.",
    )
    business = fields.Text(
        tracking=True, help="What they do, for whom, and where their money comes from."
    )
    products = fields.Text(
        string="Products Carried",
        tracking=True,
        help="What they sell: ours, and those of others beside them.",
    )
    structure = fields.Text(
        string="Company Structure",
        tracking=True,
        help="Owners, subsidiaries, shops, who decides what.",
    )
    needs = fields.Text(tracking=True, help="What they want to reach, and what hurts.")
    value = fields.Text(
        string="Value Proposition",
        tracking=True,
        help="Why they buy from us, and what would make them buy more.",
    )
    sic = fields.Char(
        string="SIC", tracking=True, help="Industry code of 1987: four digits."
    )
    naics = fields.Char(
        string="NAICS", tracking=True, help="Industry code of two to six digits."
    )
    naics_edition = fields.Selection(
        selection=[("2017", "2017"), ("2022", "2022")],
        string="Edition",
        required=True,
        default="2022",
        help="A code of 2017 counts under the number that it has since 2022.",
    )
    naics_current = fields.Char(
        string="NAICS 2022",
        compute="_compute_naics_current",
        store=True,
        index="btree_not_null",
        help="The code as it is numbered today.",
    )
    sector = fields.Char(
        compute="_compute_naics_current",
        store=True,
        index="btree_not_null",
        help="First two digits of the NAICS code, or the range that is one sector.",
    )
    industry_class = fields.Integer(
        string="Industry Risk",
        compute="_compute_industry_class",
        aggregator=None,
        help="From 1, the best, to 5, by the longest known beginning of its codes; the"
        " worse of the two.",
    )
    external_class = fields.Integer(
        string="External Rating",
        compute="_compute_external_class",
        aggregator=None,
        help="From 1, the best, to 5: the worst rating that is not too old.",
    )
    review_on = fields.Date(
        string="Review By",
        tracking=True,
        help="The last day on which the profile is fresh enough; the standing rules say"
        " what follows.",
    )
    order_number = fields.Selection(
        selection=[("yes", "Yes"), ("no", "No")],
        string="Order Number Needed",
        tracking=True,
        help="Whether their system takes only invoices with their order number.",
    )
    external_rating_ids = fields.One2many(
        related="partner_id.account_admin_rating_ids",
        readonly=False,
        help="What agencies say of the account.",
    )
    entry_ids = fields.One2many(
        related="partner_id.account_admin_entry_ids",
        readonly=False,
        help="News, visits, presentations, and what the account said of us.",
    )

    _once = models.UniqueIndex("(partner_id)", "The account has a profile already.")

    @api.depends("naics", "naics_edition")
    def _compute_naics_current(self):
        for profile in self:
            code = profile.naics or ""
            if not engine.is_naics(code):
                profile.naics_current = profile.sector = False
                continue
            edition = int(profile.naics_edition or 2022)
            profile.naics_current = engine.get_current_naics(code, edition)
            profile.sector = engine.get_sector(profile.naics_current)

    @api.depends("sic", "naics_current")
    def _compute_industry_class(self):
        industries = self.env["account.admin.industry"]
        classes = industries._get_classes()
        for profile in self:
            profile.industry_class = industries._get_risk_class(
                profile.sic, profile.naics_current, classes
            )

    @api.depends("partner_id.account_admin_rating_ids")
    def _compute_external_class(self):
        found = self.env["account.admin.rating"]._get_external(
            self.env.company._collections_today(), self.partner_id.ids
        )
        for profile in self:
            profile.external_class = found.get(profile.partner_id._origin.id, 0)

    @api.constrains("sic", "naics")
    def _check_codes(self):
        for profile in self:
            if profile.sic and not engine.is_sic(profile.sic):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” of %(account)s is no SIC code: it has four digits,"
                        " the zero at its beginning included.",
                        code=profile.sic,
                        account=profile.partner_id.display_name,
                    )
                )
            if profile.naics and not engine.is_naics(profile.naics):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” of %(account)s is no NAICS code: it has two to six"
                        " digits.",
                        code=profile.naics,
                        account=profile.partner_id.display_name,
                    )
                )
