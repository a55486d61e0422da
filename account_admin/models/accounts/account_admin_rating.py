"""What others think of an account: ratings of agencies, in classes from 1 to 5."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine import rating as engine
from ...engine.money import to_decimal
from ..base.bounds import bounded


@bounded
class AccountAdminRatingAgency(models.Model):
    _name = "account.admin.rating.agency"
    _description = "Rating Agency"
    _order = "name, id"

    name = fields.Char(required=True, help="Who rates, and what its rating is called.")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=[("figure", "Figures"), ("grade", "Grades")],
        string="Rates By",
        required=True,
        default="figure",
        help="Figures such as 72, or grades such as BBB.",
    )
    valid_months = fields.Integer(
        string="Counts for Months",
        required=True,
        default=12,
        help="After that a rating is too old to count.",
    )
    step_ids = fields.One2many(
        comodel_name="account.admin.rating.step",
        inverse_name="agency_id",
        string="Classes",
        copy=True,
        help="Which class a figure or grade is.",
    )

    _name_uniq = models.UniqueIndex("(name)", "An agency of this name exists.")
    _months_in_order = models.Constraint(
        "CHECK(valid_months > 0)", "A rating counts for one month at least."
    )

    def _to_engine(self):
        """As the engine takes it: :class:`~..engine.rating.Scale`."""
        self.ensure_one()
        if self.kind == "grade":
            grades = {step.grade: step.risk_class for step in self.step_ids}
            return engine.Scale(grades=grades, months=self.valid_months)
        floors = tuple(
            (to_decimal(step.floor), step.risk_class) for step in self.step_ids
        )
        return engine.Scale(floors=floors, months=self.valid_months)


@bounded
class AccountAdminRatingStep(models.Model):
    _name = "account.admin.rating.step"
    _description = "Class of a Rating"
    _order = "agency_id, risk_class, floor desc, id"

    agency_id = fields.Many2one(
        comodel_name="account.admin.rating.agency",
        required=True,
        index=True,
        ondelete="cascade",
    )
    floor = fields.Float(
        string="From", aggregator=None, help="The least figure of the class."
    )
    grade = fields.Char(help="The grade, as the agency writes it.")
    risk_class = fields.Integer(
        required=True, default=1, help="From 1, the best, to 5."
    )

    _once = models.UniqueIndex(
        "(agency_id, COALESCE(grade, ''), COALESCE(floor, 0))",
        "The agency has a class for this figure or grade already.",
    )
    _risk_in_order = models.Constraint(
        "CHECK(risk_class BETWEEN 1 AND 5)", "Classes go from 1, the best, to 5."
    )


@bounded
class AccountAdminRating(models.Model):
    _name = "account.admin.rating"
    _description = "Rating of an Account"
    _inherit = ["account.admin.company.mixin"]
    _order = "date desc, id desc"
    _moved_by = ("partner_id",)

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="cascade",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="Who was rated.",
    )
    agency_id = fields.Many2one(
        comodel_name="account.admin.rating.agency",
        required=True,
        index=True,
        ondelete="restrict",
        help="Who rates.",
    )
    kind = fields.Selection(related="agency_id.kind")
    figure = fields.Float(
        aggregator=None, help="The figure, of an agency that rates by figures."
    )
    grade = fields.Char(help="The grade, of an agency that rates by grades.")
    date = fields.Date(
        string="Rated On",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The day of the rating; it counts for the months of its agency.",
    )
    note = fields.Char(string="Source", help="The report it is from.")
    risk_class = fields.Integer(
        compute="_compute_risk_class",
        aggregator=None,
        help="From 1, the best, to 5; 0 where the agency's classes do not know it.",
    )
    is_counting = fields.Boolean(
        string="Counts",
        compute="_compute_risk_class",
        help="It is not too old.",
    )

    @api.depends("agency_id.step_ids", "figure", "grade", "date")
    def _compute_risk_class(self):
        today = self.env.company._collections_today()
        scales = {agency: agency._to_engine() for agency in self.agency_id}
        for rating in self:
            if not rating.agency_id or not rating.date:
                rating.risk_class, rating.is_counting = 0, False
                continue
            one = rating._to_engine(scales)
            rating.risk_class = one.scale.classify(one.value) or 0
            rating.is_counting = one.counts_on(today)

    @api.constrains("agency_id", "grade")
    def _check_grade(self):
        for rating in self:
            if rating.agency_id.kind == "grade" and not rating.grade:
                raise ValidationError(
                    self.env._(
                        "%s rates by grades: enter the grade.", rating.agency_id.name
                    )
                )

    def _to_engine(self, scales):
        self.ensure_one()
        is_grade = self.agency_id.kind == "grade"
        value = (self.grade or "").strip() if is_grade else to_decimal(self.figure)
        return engine.Rating(scales[self.agency_id], value, self.date)

    @api.model
    def _get_external(self, day, accounts=None):
        """Worst class of the ratings of accounts that count on a day.

        :param accounts: ids of commercial partners, all if ``None``
        :return: dict commercial partner id -> class; without those of none
        """
        domain = Domain("date", "<=", day) & Domain("agency_id.active", "=", True)
        if accounts is not None:
            domain &= Domain("partner_id.commercial_partner_id", "in", list(accounts))
        # sudo: how an account is rated is the same for whoever may see it
        found = self.sudo().search(domain)
        scales = {agency: agency._to_engine() for agency in found.agency_id}
        result = {}
        for account, mine in found.grouped(
            lambda one: one.partner_id.commercial_partner_id.id
        ).items():
            worst = engine.get_external([one._to_engine(scales) for one in mine], day)
            if worst:
                result[account] = worst
        return result
