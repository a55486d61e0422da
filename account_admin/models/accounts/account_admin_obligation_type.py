"""Kinds of obligations: what is owed, counted from what, and what shows it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import obligation as engine
from ..base.bounds import bounded

BASES = [
    ("date", "A Date"),
    ("term_start", "Start of the Term"),
    ("term_end", "End of the Term"),
    ("quarter", "End of a Quarter"),
    ("fiscal_year", "End of the Fiscal Year"),
    ("event", "An Event"),
    ("paper", "Last Day of the Document"),
    ("usdot", "USDOT Number"),
]
#: What obligations that are there were counted by.
COUNTED_BY = {"base", "rhythm", "is_again"}


@bounded
class AccountAdminObligationType(models.Model):
    """A template: obligations take over what it says when they are entered."""

    _name = "account.admin.obligation.type"
    _description = "Type of Obligation"
    _inherit = ["account.admin.due.rule.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(
        required=True, translate=True, help="What there is to do, in a few words."
    )
    sequence = fields.Integer(default=10, help="The order in lists.")
    active = fields.Boolean(default=True)
    base = fields.Selection(
        selection=BASES,
        string="Counted From",
        default="date",
        required=True,
        help="What the due day is counted from. An event is such as the first shipment:"
        " nothing is due before it happened. Last Day of the Document: of the latest"
        " that was accepted. USDOT Number: the month and year that the number says.",
    )
    rhythm = fields.Selection(
        selection=[
            ("0", "Once"),
            ("1", "Every Month"),
            ("3", "Every Quarter"),
            ("6", "Twice a Year"),
            ("12", "Every Year"),
            ("24", "Every Two Years"),
            ("36", "Every Three Years"),
        ],
        string="Comes Back",
        default="0",
        required=True,
        help="How often a date comes back, counted from the first one.",
    )
    is_again = fields.Boolean(
        string="Begins Again",
        help="Once it is done the days count anew from that day, as with training that"
        " holds for three years.",
    )
    when = fields.Char(
        compute="_compute_when",
        help="How long before or after what it is counted from.",
    )
    occurrence_amount = fields.Monetary(
        string="Each Occurrence", help="What an insurance has to cover each time."
    )
    aggregate_amount = fields.Monetary(
        string="Aggregate", help="What an insurance has to cover in all."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    is_vital = fields.Boolean(
        string="Counts for Standing",
        help="An account that missed it does not stand well any more: the standing"
        " rules say how.",
    )
    note = fields.Text(help="What is asked for, and where that is written.")
    obligation_ids = fields.One2many(
        comodel_name="account.admin.obligation", inverse_name="type_id"
    )

    _name_uniq = models.UniqueIndex("(name)", "A type of this name exists.")
    _amounts_in_order = models.Constraint(
        "CHECK(occurrence_amount >= 0 AND aggregate_amount >= 0)",
        "What an insurance has to cover cannot be below zero.",
    )

    @api.depends("delay", "unit", "is_before")
    def _compute_when(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for kind in self:
            said = {"number": kind.delay, "unit": units.get(kind.unit, "")}
            if not kind.delay:
                kind.when = self.env._("On That Day")
            elif kind.is_before:
                kind.when = self.env._("%(number)s %(unit)s Before", **said)
            else:
                kind.when = self.env._("%(number)s %(unit)s After", **said)

    @api.constrains("base", "document_type_id")
    def _check_document(self):
        for kind in self:
            if kind.base == engine.PAPER and not kind.document_type_id:
                raise ValidationError(
                    self.env._(
                        "%s is counted from a document: say which type.", kind.name
                    )
                )

    def write(self, vals):
        if any(
            kind[name] != vals[name] for kind in self for name in COUNTED_BY & set(vals)
        ):
            self._check_unused()
        return super().write(vals)

    def _check_unused(self):
        # sudo: whoever may see the obligations, they are there
        for kind in self.sudo().filtered("obligation_ids"):
            raise UserError(
                self.env._(
                    "Obligations are counted by %s already: make another type, and"
                    " archive this one.",
                    kind.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused_only(self):
        self._check_unused()
