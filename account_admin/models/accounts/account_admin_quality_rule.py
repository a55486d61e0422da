from odoo import api, fields, models

from ..base.bounds import bounded


@bounded
class AccountAdminQualityRule(models.Model):
    """What is missing or wrong with an account, and what that takes from its score."""

    _name = "account.admin.quality.rule"
    _description = "Rule of Data Quality"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="What is found, as people read it."
    )
    key = fields.Selection(
        selection=[
            ("no_payable", "No contact for accounts payable"),
            ("bounced", "An address whose mail came back"),
            ("no_email", "No address for mail"),
            ("no_phone", "No phone number"),
            ("no_address", "Postal address incomplete"),
            ("no_vat", "No VAT number"),
            ("expired", "A document has run out"),
            ("missed", "An obligation was missed"),
            ("no_administrator", "Nobody looks after it"),
            ("duplicate", "Likely a duplicate"),
        ],
        string="Looks For",
        required=True,
        readonly=True,
        help="How it is found.",
    )
    points = fields.Integer(
        default=10,
        required=True,
        help="Points that it takes from the hundred of an account in order.",
    )
    remedy = fields.Char(translate=True, help="What to do about it.")
    sequence = fields.Integer(default=10, help="The order in the list.")
    active = fields.Boolean(default=True, help="Archived, it is not looked for.")

    _once = models.UniqueIndex("(key)", "Each kind has one rule.")
    _points_in_bounds = models.Constraint(
        "CHECK(points BETWEEN 0 AND 100)", "A finding takes 0 to 100 points."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # what the product looks for stays known: it is switched off by archiving
        self.action_archive()
