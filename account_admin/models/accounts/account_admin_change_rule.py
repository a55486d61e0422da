from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...engine.change import FLOORS, Rule, is_below
from ..base.bounds import bounded
from .account_admin_change_field import RISKS

#: Who approves where a rule names nobody.
ANYBODY = "account_admin.group_account_admin_all"


@bounded
class AccountAdminChangeRule(models.Model):
    """Who has to agree to a change of some risk, or of one field."""

    _name = "account.admin.change.rule"
    _description = "Approval Rule"
    _inherit = ["account.admin.company.mixin"]
    _order = "risk, field_id, company_id, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="What approvers read about it.")
    active = fields.Boolean(default=True)
    risk = fields.Selection(
        selection=RISKS,
        required=True,
        default=RISKS[1][0],
        help="Changes of this class follow the rule.",
    )
    field_id = fields.Many2one(
        comodel_name="account.admin.change.field",
        string="Only This Field",
        ondelete="cascade",
        index="btree_not_null",
        help="The rule goes before the one of the whole class.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty for every company that has no rule of its own.",
    )
    approvals = fields.Integer(
        default=1,
        required=True,
        help="So many people besides whoever asked: one or more for the class Normal,"
        " two or more for bank details.",
    )
    call_back = fields.Boolean(
        help="Somebody else calls a number that was known before the request.",
    )
    group_id = fields.Many2one(
        comodel_name="res.groups",
        string="People of a Role",
        ondelete="restrict",
        index="btree_not_null",
        help="Everybody of this role may approve.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="People",
        domain=[("share", "=", False)],
        help="They may approve. Without people and role it is who works on all"
        " accounts.",
    )
    to_board = fields.Boolean(
        string="Decided by the Board",
        help="Votes of a meeting are its approvals; nobody approves it alone.",
    )
    people_count = fields.Integer(
        string="Who Could Approve",
        compute="_compute_people_count",
        help="People of the company in use who are there and have the right.",
    )

    _once = models.UniqueIndex(
        "(risk, COALESCE(field_id, 0), COALESCE(company_id, 0)) WHERE active",
        "There is a rule for this already: change that one.",
    )
    _approvals_not_negative = models.Constraint(
        "CHECK(approvals BETWEEN 0 AND 20)",
        "A rule asks for 0 to 20 approvals.",
    )

    @api.depends("group_id", "user_ids")
    @api.depends_context("company")
    def _compute_people_count(self):
        for rule in self:
            rule.people_count = len(rule._get_people(self.env.company))

    @api.constrains("risk", "field_id", "approvals", "call_back", "active")
    def _check_floor(self):
        for rule in self:
            if rule.field_id and rule.field_id.risk != rule.risk:
                raise ValidationError(
                    self.env._(
                        "%(rule)s is for the class %(risk)s, which is not the one of"
                        " %(field)s: choose the class of the field.",
                        rule=rule.name,
                        risk=dict(RISKS)[rule.risk],
                        field=rule.field_id.display_name,
                    )
                )
            if is_below(rule._get_rule(), rule.risk):
                floor = FLOORS[rule.risk]
                raise ValidationError(
                    self.env._(
                        "%(rule)s asks for too little: the class %(risk)s needs"
                        " %(number)s approvals or more%(call)s.",
                        rule=rule.name,
                        risk=dict(RISKS)[rule.risk],
                        number=floor.approvals,
                        call=self.env._(" and a call-back") if floor.call_back else "",
                    )
                )

    @api.constrains("approvals", "group_id", "user_ids", "company_id", "active")
    def _check_somebody(self):
        """A rule that approves nobody stops every request that follows it."""
        # while installing nobody has a role yet: requests ask again
        if not self.env.registry.ready:
            return
        for rule in self.filtered("active"):
            people = rule._get_people(rule.company_id)
            if len(people) < rule.approvals:
                raise ValidationError(
                    self.env._(
                        "%(rule)s asks for %(number)s approvals, and %(people)s people"
                        " could approve: add people, or another role.",
                        rule=rule.name,
                        number=rule.approvals,
                        people=len(people),
                    )
                )

    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    def _get_people(self, company):
        """Everybody who may approve by the rule, of a company if one is given."""
        # sudo: who may approve is told to whoever has to know
        rule = self.sudo()
        people = rule.user_ids | rule.group_id.all_user_ids
        if not rule.user_ids and not rule.group_id:
            people = self._get_anybody()
        if company:
            return people._account_admin_present(company)
        return people.filtered(lambda user: user.active and not user.share)

    @api.model
    def _get_anybody(self):
        """Who works on all accounts, which is who approves where nobody is named."""
        # the id is kept in memory: each request of a list asks
        group = self.env["ir.model.data"]._xmlid_to_res_id(ANYBODY)
        return self.env["res.groups"].sudo().browse(group).all_user_ids

    def _get_rule(self, company=None):
        """The rule as the engine knows it; with its people where a company is given."""
        self.ensure_one()
        who = frozenset(self._get_people(company).ids) if company else None
        return Rule(self.approvals, self.call_back, who)

    @api.model
    @ormcache("company_id")
    def _get_ids_of(self, company_id):
        """Rules that count in a company: asked for each request of a list."""
        # sudo: see below
        return self.sudo().search([("company_id", "in", (False, company_id))])._ids

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _find_for(self, change):
        """The rule of each line of a request: a recordset, one each at most.

        A field goes before its class, the company before all companies; where nobody
        wrote a rule the class alone counts.
        """
        # sudo: what has to be agreed to is the same for whoever asks
        every = self.sudo().browse(self._get_ids_of(change.company_id.id))
        found = self.browse()
        for line in change.line_ids:
            fitting = every.filtered(
                lambda rule, line=line: (
                    rule.risk == line.risk
                    and (not rule.field_id or rule.field_id == line.field_id)
                )
            )
            fitting = fitting.sorted(
                lambda rule: (not rule.field_id, not rule.company_id)
            )
            found |= fitting[:1]
        return found
