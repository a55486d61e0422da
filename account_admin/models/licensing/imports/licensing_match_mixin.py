from odoo import api, fields, models

from ....engine.report_file import normalise
from ..terms.licensing_term_mixin import SALE_TYPES

#: Kind of a value in a report -> field of what it means here.
TARGETS = {
    "product": "product_id",
    "property": "property_id",
    "category": "category_id",
    "territory": "country_id",
    "channel": "channel_id",
    "currency": "currency_id",
    "sale_type": "sale_type",
}
KINDS = [
    ("product", "Product"),
    ("property", "Property"),
    ("category", "Category"),
    ("territory", "Territory"),
    ("channel", "Channel"),
    ("currency", "Currency"),
    ("sale_type", "Sale Type"),
]


class LicensingMatchMixin(models.AbstractModel):
    """A text of a licensee's report, and what it means here.

    Models give ``company_id`` and ``partner_id``.
    """

    _name = "licensing.match.mixin"
    _description = "Meaning of a Reported Value"
    _rec_name = "text"

    kind = fields.Selection(selection=KINDS, required=True, help="What the word names.")
    text = fields.Char(
        string="In the Report",
        required=True,
        help="The word as the licensee writes it.",
    )
    key = fields.Char(
        compute="_compute_key", store=True, help="The text as it is compared."
    )
    product_id = fields.Many2one(
        comodel_name="licensing.product",
        ondelete="cascade",
        check_company=True,
        domain="[('partner_id', '=', partner_id)]",
        help="The product that is meant.",
    )
    property_id = fields.Many2one(
        comodel_name="licensing.property",
        ondelete="cascade",
        check_company=True,
        help="The property that is meant.",
    )
    category_id = fields.Many2one(
        comodel_name="licensing.category",
        ondelete="cascade",
        check_company=True,
        help="The category that is meant.",
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        ondelete="cascade",
        help="The country that is meant.",
    )
    channel_id = fields.Many2one(
        comodel_name="licensing.channel",
        ondelete="cascade",
        check_company=True,
        help="The channel that is meant.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        ondelete="cascade",
        help="The currency that is meant.",
    )
    sale_type = fields.Selection(
        selection=SALE_TYPES, help="The kind of sale that is meant."
    )
    meaning = fields.Char(compute="_compute_meaning")

    @api.depends("text", "kind")
    def _compute_key(self):
        for one in self:
            one.key = self._get_key(one.kind, one.text or "")

    @api.depends("kind", *TARGETS.values())
    def _compute_meaning(self):
        labels = dict(self._fields["sale_type"]._description_selection(self.env))
        for one in self:
            target = one._get_target()
            if isinstance(target, models.BaseModel):
                one.meaning = target.display_name
            else:
                one.meaning = labels.get(target, False)

    @api.model
    def _get_key(self, kind, text):
        """A text as it is compared: signs count in a SKU and in a currency only."""
        if kind in ("product", "currency"):
            return " ".join(text.casefold().split())
        return normalise(text)

    def _get_target(self):
        """What the text means: a record, a sale type, or something empty."""
        self.ensure_one()
        name = TARGETS.get(self.kind)
        return self[name] if name else False
