from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.desk.score import BANDED, FLAGS, TIERS, Weights, check
from ..base.bounds import bounded


@bounded
class CollectionsScoreRule(models.Model):
    """Points that a fact of an account is worth on the day's list of a company."""

    _name = "collections.score.rule"
    _description = "Score Rule"
    _inherit = ["account.admin.company.mixin"]
    _order = "company_id, rule, tier, floor, id"
    _rec_name = "rule"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    rule = fields.Selection(
        selection=[
            ("amount", "Overdue amount from"),
            ("days", "Days past due from"),
            ("broken", "Promises broken in 90 days from"),
            ("contact_age", "Days since last spoken with from"),
            ("never", "Never spoken with"),
            ("tier", "Tier"),
            ("over_limit", "Over its credit limit"),
            ("step_due", "A step is due"),
        ],
        required=True,
        help="The fact that gives points. A rule without a line here counts as usual.",
    )
    tier = fields.Selection(
        selection=[(tier, tier) for tier in TIERS],
        help="Which tier the points are for.",
    )
    floor = fields.Float(
        string="From",
        aggregator=None,
        help="The points count from this figure on, up to the next line.",
    )
    points = fields.Integer(
        required=True,
        aggregator=None,
        help="Added to the score; the highest line that is reached counts.",
    )

    _points_positive = models.Constraint(
        "CHECK(points >= 0)", "Points cannot be negative."
    )
    _once = models.UniqueIndex(
        "(company_id, rule, COALESCE(tier, ''), floor)",
        "There is a line for this rule and figure already.",
    )

    @api.constrains("company_id", "rule", "tier", "floor", "points")
    def _check_weights(self):
        for company in self.company_id:
            wrong = check(self._get_weights(company))
            if wrong:
                raise ValidationError(self._explain(wrong, company))

    @api.ondelete(at_uninstall=False)
    def _unlink_keeps_sense(self):
        for company in self.company_id:
            wrong = check(self._get_weights(company, without=self))
            if wrong:
                raise ValidationError(self._explain(wrong, company))

    @api.model
    def _explain(self, wrong, company):
        sentences = {
            "negative": self.env._("Points of %s cannot be negative.", company.name),
            "nothing": self.env._(
                "No rule of %s gives a point: the list would have no order.",
                company.name,
            ),
            "falling": self.env._(
                "Points of %s have to rise: a worse figure cannot be worth less.",
                company.name,
            ),
        }
        return sentences[wrong]

    @api.model
    def _replace(self, company, lines):
        """Points of a company are those of lines from now on, today's list included.

        :param lines: records with ``rule``, ``tier``, ``floor`` and ``points``
        """
        self.search([("company_id", "=", company.id)]).unlink()
        names = ("rule", "tier", "floor", "points")
        self.create(
            [
                {"company_id": company.id, **{name: line[name] for name in names}}
                for line in lines
            ]
        )
        # sudo: whoever sets the points orders everybody's list
        items = self.env["collections.work.item"].sudo()
        items._prepare_day(company, company._collections_today())

    @api.model
    def _get_weights(self, company, without=()):
        """Points of a company: as its lines say, else as usual.

        :rtype: engine.desk.score.Weights
        """
        # sudo: how accounts are ordered counts for whoever reads the list
        lines = self.sudo().search([("company_id", "=", company.id)])
        return self._to_weights(lines.filtered(lambda line: line not in without))

    @api.model
    def _to_weights(self, lines):
        """Points as lines say, as usual where they say nothing.

        :param lines: records with ``rule``, ``tier``, ``floor`` and ``points``
        :rtype: engine.desk.score.Weights
        """
        usual = Weights()
        by_rule = lines.grouped("rule")

        def get_bands(rule):
            if rule not in by_rule:
                return usual.bands[rule]
            same = by_rule[rule].sorted("floor")
            return tuple((line.floor, line.points) for line in same)

        def get_points(rule):
            return (
                by_rule[rule][-1:].points if rule in by_rule else getattr(usual, rule)
            )

        tiers = {line.tier: line.points for line in by_rule.get("tier", ())}
        return Weights(
            bands={rule: get_bands(rule) for rule in BANDED},
            never=get_points("never"),
            tiers={**usual.tiers, **tiers},
            **{rule: get_points(rule) for rule in FLAGS},
        )
