from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .licensing_match_mixin import TARGETS

#: What a column of a report can be.
COLUMNS = [
    ("date", "Invoice date"),
    ("sku", "SKU"),
    ("description", "Description"),
    ("property", "Property"),
    ("category", "Category"),
    ("territory", "Territory"),
    ("channel", "Channel"),
    ("retailer", "Retailer"),
    ("sale_type", "Sale type"),
    ("currency", "Currency"),
    ("units", "Units"),
    ("gross", "Gross sales"),
    ("returns", "Returns"),
    ("allowances", "Allowances"),
    ("other", "Other deductions"),
    ("reported_net", "Net sales"),
    ("reported_rate", "Royalty rate"),
    ("reported_royalty", "Royalty"),
]
#: A column that is not read.
NONE = "none"


class LicensingAlias(models.Model):
    """A word that a licensee uses for something that is known here by another."""

    _name = "licensing.alias"
    _description = "Word of a Licensee"
    _inherit = ["licensing.match.mixin", "account.admin.company.mixin"]
    _order = "kind, text, id"
    _check_company_auto = True

    profile_id = fields.Many2one(
        comodel_name="licensing.import.profile",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", store=True)
    kind = fields.Selection(
        selection_add=[("column", "Column")], ondelete={"column": "cascade"}
    )
    field_name = fields.Selection(
        selection=[*COLUMNS, (NONE, "Not read")],
        string="Column",
        help="The column of a report that a heading stands for.",
    )

    _text_uniq = models.UniqueIndex(
        "(profile_id, kind, key)", "This word has a meaning already."
    )

    @api.constrains("kind", "field_name", *TARGETS.values())
    def _check_target(self):
        names = {**TARGETS, "column": "field_name"}
        for alias in self:
            if not alias[names[alias.kind]]:
                raise ValidationError(self.env._("Say what “%s” means.", alias.text))

    @api.depends("field_name")
    def _compute_meaning(self):
        result = super()._compute_meaning()
        labels = dict(self._fields["field_name"]._description_selection(self.env))
        for alias in self.filtered(lambda a: a.kind == "column"):
            alias.meaning = labels.get(alias.field_name)
        return result

    @api.model
    def _learn(self, profile, meanings):
        """Remember what words mean; one that was known takes the new meaning.

        :param profile: ``licensing.import.profile``
        :param dict meanings: (kind, text) -> record, sale type or column; something
            empty forgets the word
        """
        known = {(alias.kind, alias.key): alias for alias in profile.alias_ids}
        new, gone = {}, self.browse()
        for (kind, text), target in meanings.items():
            alias = known.get((kind, self._get_key(kind, text)))
            if not target:
                gone |= alias or self
                continue
            value = target.id if isinstance(target, models.BaseModel) else target
            name = {**TARGETS, "column": "field_name"}[kind]
            if not alias:
                vals = {"profile_id": profile.id, "kind": kind, "text": text}
                new[kind, self._get_key(kind, text)] = {**vals, name: value}
            elif alias[name] != target:
                alias[name] = value
        gone.unlink()
        return self.create(list(new.values()))
