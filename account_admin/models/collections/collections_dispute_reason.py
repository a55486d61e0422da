from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import dispute as engine
from ..base.bounds import bounded


@bounded
class CollectionsDisputeReason(models.Model):
    """What customers say is wrong: who settles it, by when, and how it goes on."""

    _name = "collections.dispute.reason"
    _description = "Reason of Disputes"
    _inherit = ["account.admin.company.mixin"]
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(
        string="Reason",
        required=True,
        translate=True,
        help="What the customer says is wrong, in a few words.",
    )
    code = fields.Char(
        required=True, copy=False, help="A short name for imports and exports."
    )
    sequence = fields.Integer(default=10, help="The order in which they are offered.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        ondelete="cascade",
        help="Offered in this company only; in all of them when empty.",
    )
    desk_id = fields.Many2one(
        comodel_name="account.admin.desk",
        ondelete="restrict",
        help="The kind of work it is: who stands in for that desk settles it.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Settled By",
        domain=[("share", "=", False)],
        check_company=True,
        help="Responsible for new disputes of this reason; who notes them if empty.",
    )
    settle_days = fields.Integer(
        string="Days to Settle",
        default=10,
        help="Working days from the day a dispute begins; then it is late.",
    )
    resume = fields.Selection(
        selection=[
            (engine.ON, "Goes On Where It Stopped"),
            (engine.FIRST, "Starts Again at the First Step"),
            (engine.WAIT, "Waits"),
        ],
        string="Once Settled",
        required=True,
        default=engine.ON,
        help="How what was disputed is chased again. What is left of a dispute that was"
        " valid in part never waits.",
    )
    resume_days = fields.Integer(
        string="Days It Waits", help="After it was settled, before it is chased again."
    )
    needs_proof = fields.Boolean(
        string="Proof Needed",
        help="No credit before a file that proves it is attached to the dispute.",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A reason with this code exists already."
    )
    _settle_positive = models.Constraint(
        "CHECK(settle_days >= 0)", "Days to settle a dispute cannot be negative."
    )
    _waits_for_days = models.Constraint(
        "CHECK(resume_days >= 0 AND (resume <> 'wait' OR resume_days > 0))",
        "Say how many days it waits once it is settled: at least one.",
    )

    @api.constrains("user_id")
    def _check_user(self):
        """Whoever settles disputes of any account has to see them."""
        for reason in self.filtered("user_id"):
            # sudo: what somebody may see is not a secret to who sets this up
            user = reason.user_id.sudo()
            if not user.has_group("account_admin.group_account_admin_all"):
                raise ValidationError(
                    self.env._(
                        "%(person)s sees only some accounts and cannot settle every"
                        " dispute of “%(reason)s”: choose somebody who sees all.",
                        person=user.name,
                        reason=reason.name,
                    )
                )

    @api.model
    def _get_default(self, company):
        """The reason of a dispute of which nobody says what it is about."""
        other = self.env.ref(
            "account_admin.dispute_reason_other", raise_if_not_found=False
        )
        found = other and other.exists().filtered("active")
        # sudo: a branch follows companies that its users need not see
        mine = [False, *company.sudo().parent_ids.ids]
        if found and found.company_id.id in mine:
            return found
        return self.search([("company_id", "in", mine)], limit=1)
