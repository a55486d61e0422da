from odoo import fields, models

from ..base.bounds import bounded

KINDS = [("task", "Task"), ("paper", "Document")]
#: Owners of a step by what they are for the account.
OWNERS = [
    ("preparer", "Whoever Starts It"),
    ("administrator", "Administrator of the Account"),
    ("person", "A Person"),
]


@bounded
class AccountAdminOnboardingTemplate(models.Model):
    _name = "account.admin.onboarding.template"
    _description = "Onboarding Template"
    _inherit = ["account.admin.company.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, help="For what kind of account.")
    sequence = fields.Integer(default=10, help="The first one is proposed.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        ondelete="cascade",
        help="Only for accounts of this company; for all when empty.",
    )
    step_ids = fields.One2many(
        comodel_name="account.admin.onboarding.template.step",
        inverse_name="template_id",
        string="Steps",
        copy=True,
        help="What there is to do, by whom and until when.",
    )
    field_names = fields.Char(
        string="Compared Fields",
        help="Names of what is on the signed papers, with commas; all of them when"
        " empty.",
    )


@bounded
class AccountAdminOnboardingTemplateStep(models.Model):
    _name = "account.admin.onboarding.template.step"
    _description = "Step of an Onboarding Template"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        comodel_name="account.admin.onboarding.template",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, help="What there is to do.")
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default="task",
        help="A document is handed in by one and accepted by another.",
    )
    document_type_id = fields.Many2one(
        comodel_name="account.admin.document.type",
        ondelete="restrict",
        help="Which paper it takes.",
    )
    owner = fields.Selection(
        selection=OWNERS, required=True, default="preparer", help="Who does it."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        domain=[("share", "=", False)],
        ondelete="set null",
        help="Who does it, where it is a person by name.",
    )
    days = fields.Integer(
        string="Within (Working Days)",
        default=5,
        help="Working days after the start by which it is to be done.",
    )

    _days_in_order = models.Constraint(
        "CHECK(days BETWEEN 0 AND 365)",
        "A step is done within 0 to 365 working days of the start.",
    )
    _paper_has_type = models.Constraint(
        "CHECK(kind <> 'paper' OR document_type_id IS NOT NULL)",
        "A step that takes a document needs its type.",
    )
