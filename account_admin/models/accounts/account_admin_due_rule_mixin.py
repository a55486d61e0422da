"""How the due day of an obligation is counted, in its type and on itself."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import obligation as engine
from ..base.bounds import bounded


@bounded
class AccountAdminDueRuleMixin(models.AbstractModel):
    _name = "account.admin.due.rule.mixin"
    _description = "Rule of a Due Day"

    side = fields.Selection(
        selection=[("theirs", "Theirs"), ("ours", "Ours")],
        default="theirs",
        required=True,
        help="Theirs: the account owes it to us. Ours: we owe it to the account or to"
        " an authority.",
    )
    delay = fields.Integer(
        string="Number",
        aggregator=None,
        help="So many days or months from what it is counted from.",
    )
    unit = fields.Selection(
        selection=[
            ("day", "Days"),
            ("business_day", "Business Days"),
            ("month", "Months"),
        ],
        default="day",
        required=True,
        help="Business days are those of the company's working hours.",
    )
    is_before = fields.Boolean(
        string="Before", help="The days are before what it is counted from."
    )
    roll = fields.Selection(
        selection=[
            ("following", "The Next Business Day"),
            ("preceding", "The Business Day Before"),
            ("modified", "The Next, in the Same Month"),
        ],
        string="If Closed",
        help="Where a day goes on which the company does not work; when empty it"
        " stays.",
    )
    cure_days = fields.Integer(
        string="Days to Cure",
        aggregator=None,
        help="After a rejection there are so many days to put it right.",
    )
    remind = fields.Char(
        string="Remind Before (Days)",
        default="30, 7",
        help="The owner is reminded so many days before, on the business day before"
        " when closed, such as 60, 30, 7.",
    )
    document_type_id = fields.Many2one(
        comodel_name="account.admin.document.type",
        string="Document",
        ondelete="restrict",
        index="btree_not_null",
        help="A document of this type shows that it was done.",
    )
    retention_months = fields.Integer(
        string="Keep for Months",
        aggregator=None,
        help="So long its papers are kept, from the later of when they were made and"
        " when they were in effect last; 0 for no such rule.",
    )

    _delay_in_order = models.Constraint(
        "CHECK(delay BETWEEN 0 AND 3650)",
        "Days and months are counted from 0 to 3650: for those before, turn on"
        " “Before”.",
    )
    _cure_in_order = models.Constraint(
        "CHECK(cure_days BETWEEN 0 AND 3650)", "Days to cure are 0 to 3650."
    )
    _retention_in_order = models.Constraint(
        "CHECK(retention_months BETWEEN 0 AND 1200)",
        "Papers are kept for 0 to 1200 months.",
    )

    @api.constrains("remind")
    def _check_remind(self):
        for record in self:
            try:
                engine.read_days(record.remind)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Reminders of %s are whole numbers of days, such as: 60, 30, 7",
                        record.name,
                    )
                ) from error
