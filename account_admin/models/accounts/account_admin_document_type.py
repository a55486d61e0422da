from odoo import fields, models

from ..base.bounds import bounded


@bounded
class AccountAdminDocumentType(models.Model):
    _name = "account.admin.document.type"
    _description = "Type of Document"
    _order = "sequence, name, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What the paper is called, such as a certificate of insurance.",
    )
    sequence = fields.Integer(default=10, help="The order in lists.")
    active = fields.Boolean(default=True)
    is_reviewed = fields.Boolean(
        string="Second Person Reviews",
        default=True,
        help="It counts once another person than the one who handed it in accepted it."
        " Without it, it counts as soon as it is handed in.",
    )
    has_end = fields.Boolean(
        string="Has a Last Day",
        default=True,
        help="Each needs a last day, after which the account needs a new one.",
    )
    valid_months = fields.Integer(
        string="Valid for Months",
        help="Proposes the last day from the first one; nothing is proposed at 0.",
    )
    remind_days = fields.Integer(
        string="Remind Before (Days)",
        default=30,
        help="So many days before the last day the account's administrator is asked to"
        " get a new one.",
    )
    has_amount = fields.Boolean(
        string="Has an Amount", help="Such as what an insurance covers."
    )
    is_vital = fields.Boolean(
        string="Counts for Standing",
        help="An account whose last one has run out does not stand well any more: the"
        " standing rules say how.",
    )
    note = fields.Text(help="What has to be on the paper, for whoever reviews it.")

    _name_uniq = models.UniqueIndex("(name)", "A type of this name exists.")
    _days_in_order = models.Constraint(
        "CHECK(remind_days >= 0 AND valid_months >= 0)",
        "Months and days of a type of document cannot be below zero.",
    )
