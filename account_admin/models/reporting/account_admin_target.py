from odoo import api, fields, models
from odoo.tools import format_date

from ...engine.desk.scorecard import Target
from ...engine.money import to_decimal
from ..base.bounds import bounded


@bounded
class AccountAdminTarget(models.Model):
    """What is asked of a working day; a new one begins where another ends."""

    _name = "account.admin.target"
    _description = "Target"
    _inherit = ["account.admin.company.mixin"]
    _order = "date_start desc, id desc"
    _moved_by = ("user_id",)

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        index="btree_not_null",
        ondelete="cascade",
        domain=[("share", "=", False)],
        help="Whose target it is; of everybody without one of their own when empty.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="It counts from this day on, until a later one begins.",
    )
    dials = fields.Integer(help="Calls to make on a working day; 0 for no target.")
    right_party = fields.Integer(
        string="Contacts",
        help="On how many calls of a working day somebody who answers for the account"
        " is spoken with; 0 for no target.",
    )
    amount = fields.Monetary(
        string="Collected", help="Money to bring in on a working day; 0 for no target."
    )

    _one_a_day = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), date_start)",
        "There is a target from this day on already: change that one.",
    )
    _not_negative = models.Constraint(
        "CHECK(dials >= 0 AND right_party >= 0 AND amount >= 0)",
        "A target cannot be negative: enter 0 for none.",
    )

    @api.depends("user_id", "date_start")
    def _compute_display_name(self):
        for target in self:
            target.display_name = self.env._(
                "%(whose)s, from %(day)s",
                whose=target.user_id.name or self.env._("Everybody"),
                day=format_date(self.env, target.date_start),
            )

    @api.model
    def _get_of_company(self, company, last):
        """Targets of a company that began by a day, as the engine knows them.

        :rtype: list of :class:`~..engine.desk.scorecard.Target`
        """
        found = self.search(
            [("company_id", "=", company.id), ("date_start", "<=", last)]
        )
        return [
            Target(
                target.date_start,
                target.dials,
                target.right_party,
                to_decimal(str(target.amount)),
                target.user_id.id or None,
            )
            for target in found
        ]
