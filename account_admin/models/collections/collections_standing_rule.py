from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...engine.desk import standing as engine
from ...engine.money import to_decimal
from ..base.bounds import bounded

#: Facts that are a figure, and the least that a rule may ask of each.
FIGURES = {"used": 0, "broken": 1, "overdue": 1, "rating": 1}
#: Facts that are counted over some days.
COUNTED = ("broken",)


@bounded
class CollectionsStandingRule(models.Model):
    """What has an account watched, or held: a line for each."""

    _name = "collections.standing.rule"
    _description = "Standing Rule"
    _inherit = ["account.admin.company.mixin"]
    _order = "sequence, id"
    _rec_name = "fact"

    sequence = fields.Integer(
        default=10, help="The order in which the reasons are told."
    )
    active = fields.Boolean(
        default=True, help="Off: the rule is kept and does not apply."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        ondelete="cascade",
        help="Counts in this company only; in all of them when empty.",
    )
    fact = fields.Selection(
        selection=[
            ("used", "Share of the credit limit used"),
            ("broken", "Broken promises"),
            ("overdue", "Days past due"),
            ("on_hold", "On hold by hand"),
            ("bounced", "Mails come back"),
            ("document", "A document has run out"),
            ("obligation", "An obligation was missed"),
            ("rating", "External rating"),
            ("review", "Profile not reviewed"),
        ],
        string="What",
        required=True,
        help="The fact of an account that the rule is about.",
    )
    floor = fields.Float(
        string="From",
        aggregator=None,
        help="Percent of the limit, number of promises or days, from which it applies.",
    )
    is_above = fields.Boolean(
        string="Only Above", help="Applies above the figure only, not at it."
    )
    window_days = fields.Integer(
        string="In the Last Days", default=90, help="How far back promises count."
    )
    level = fields.Selection(
        selection=[("watch", "Watch"), ("hold", "Hold")],
        required=True,
        default="watch",
        help="How the account stands where the rule applies; the worst rule counts.",
    )
    places_hold = fields.Boolean(
        string="Places a Hold",
        help="Invoices, orders and deliveries stop while it applies, as by a hold that"
        " goes with its cause.",
    )

    _level_places = models.Constraint(
        "CHECK(NOT places_hold OR level = 'hold')",
        "Only a rule that leads to hold places one.",
    )
    _once = models.UniqueIndex(
        "(COALESCE(company_id, 0), fact, level, floor, COALESCE(is_above, FALSE))"
        " WHERE active",
        "There is a rule for this fact, level and figure already.",
    )

    @api.constrains("fact", "floor", "window_days")
    def _check_floor(self):
        labels = dict(self._fields["fact"]._description_selection(self.env))
        for rule in self:
            least = FIGURES.get(rule.fact)
            if least is not None and rule.floor < least:
                raise ValidationError(
                    self.env._(
                        "The rule “%(rule)s” applies from %(least)s at least: enter a"
                        " figure.",
                        rule=labels[rule.fact],
                        least=least,
                    )
                )
            if rule.fact in COUNTED and rule.window_days < 1:
                raise ValidationError(
                    self.env._(
                        "The rule “%s” counts over some days: enter one at least.",
                        labels[rule.fact],
                    )
                )

    @api.model
    def _get_of(self, company):
        """The rules that count in a company, in the order they are told."""
        # sudo: how an account stands is the same for whoever may see it
        company = company.sudo()
        return self.sudo().search(
            [("company_id", "in", [False, *company.parent_ids.ids])]
        )

    def _get_fact(self):
        """Name of the rule's fact; what is counted over days has the days in it."""
        self.ensure_one()
        return f"{self.fact}:{self.window_days}" if self.fact in COUNTED else self.fact

    def _to_engine(self):
        """As the engine takes them: tuple of :class:`~..engine.desk.standing.Rule`."""
        rules = []
        for rule in self:
            floor = Fraction(to_decimal(rule.floor))
            # a share is typed in percent
            floor = floor / 100 if rule.fact == "used" else floor
            fact, above = rule._get_fact(), bool(rule.is_above)
            rules.append(engine.Rule(rule.id, fact, rule.level, floor, above))
        return tuple(rules)

    def _say(self, value):
        """Why the rule applies to an account, in words.

        :param value: of the account's fact
        """
        self.ensure_one()
        if self.fact == "used":
            if value >= engine.NO_LIMIT:
                return self.env._("Owes something and has no credit")
            return self.env._("%s %% of the credit limit used", self._percent(value))
        if self.fact == "broken":
            return self.env._(
                "Broken promises in %(days)s days: %(count)s",
                days=self.window_days,
                count=value,
            )
        if self.fact == "overdue":
            return self.env._("%s days past due", value)
        if self.fact == "on_hold":
            return self.env._("On hold by hand")
        if self.fact == "document":
            day = format_date(self.env, value)
            return self.env._("A document ran out on %s", day)
        if self.fact == "obligation":
            day = format_date(self.env, value)
            return self.env._("An obligation that was due by %s was missed", day)
        if self.fact == "rating":
            return self.env._("External rating of class %s", value)
        if self.fact == "review":
            day = format_date(self.env, value)
            return self.env._("The profile was to be reviewed by %s", day)
        return self.env._("Mails to it come back")

    @api.model
    def _percent(self, share):
        return f"{float(share * 100):.2f}".rstrip("0").rstrip(".")
