from odoo import api, models

from .context import check_ids


class AccountAdminWizardMixin(models.AbstractModel):
    """A wizard names only what its user may see, however the ids got there.

    What it computes and shows is of those records, some of it with more rights than the
    user has: the question is asked at each of its doors, before anything is computed.
    """

    _name = "account.admin.wizard.mixin"
    _description = "Wizard of What Its User May See"

    @api.model_create_multi
    def create(self, vals_list):
        # as they are given: what a default puts in is asked for in default_get
        for vals in vals_list:
            self._check_named(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_named(vals)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        self._check_named(defaults)
        return defaults

    def onchange(self, values, field_names, fields_spec):
        self._check_named(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_named(self, vals):
        """Refuse values that name what the user may not read.

        :raise AccessError: for a record that is not the user's to read
        :raise UserError: for what is no id of a record
        """
        if self.env.su:
            return
        for name, value in vals.items():
            field = self._fields.get(name)
            if not field or field.type not in ("many2one", "many2many") or not value:
                continue
            ids = get_ids(field, value)
            check_ids(self.env, ids, field._description_string(self.env))
            self.env[field.comodel_name].browse(ids).check_access("read")


def get_ids(field, value):
    """Ids that a value for a relational field names, as Odoo takes it from a client."""
    if isinstance(value, models.BaseModel):
        return value.ids
    if field.type == "many2one":
        return [value.get("id") if isinstance(value, dict) else value]
    ids = []
    for one in value if isinstance(value, (list, tuple)) else [value]:
        if not isinstance(one, (list, tuple)):
            ids.append(one)
        elif len(one) == 3 and isinstance(one[2], (list, tuple)):
            ids += one[2]
        # a command that links or changes a record of the list
        elif one and one[0] in (1, 4):
            ids += one[1:2]
    return ids
