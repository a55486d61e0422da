from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import AccessError

_KEY = "account_admin_lifted"


@dataclass(frozen=True)
class _Lifted:
    """In a context: fields of a model that the product sets for the user right now.

    An object of this class: what a client sends in its context never is one.
    """

    model: str
    names: frozenset


class AccountAdminReadonlyMixin(models.AbstractModel):
    """Fields that are read-only on screen are so for every call of a user.

    What the product sets for a user goes through :meth:`_write_kept` and
    :meth:`_create_kept`: they lift this lock for the fields they are given. The user's
    rights and rules, and every other lock of the model, hold as they do for a person.
    """

    _name = "account.admin.readonly.mixin"
    _description = "Read-only Fields Kept by the Product"
    _inherit = ["account.admin.company.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        self._check_kept({name for vals in vals_list for name in vals})
        # a default in the context would set what values may not
        context = {
            key: value
            for key, value in self.env.context.items()
            if key != _KEY
            and not (
                key.startswith("default_")
                and (field := self._fields.get(key.removeprefix("default_")))
                and field.readonly
            )
        }
        records = self.with_env(self.env(context=context))
        return super(AccountAdminReadonlyMixin, records).create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_kept(vals)
        records = self
        if _KEY in self.env.context:
            # what follows the write, such as rules that people made, lifts nothing
            records = self.with_context(**{_KEY: None})
        return super(AccountAdminReadonlyMixin, records).write(vals)

    def _write_kept(self, vals):
        """Write fields that nobody sets by hand, as the user whose request sets them.

        :param dict vals: as for ``write``
        """
        return self._lift(vals).write(vals)

    @api.model
    def _create_kept(self, vals_list):
        """Create with fields that nobody sets by hand: see :meth:`_write_kept`."""
        lifted = self._lift({name for vals in vals_list for name in vals})
        return lifted.create(vals_list).with_env(self.env)

    def _lift(self, names):
        return self.with_context(**{_KEY: _Lifted(self._name, frozenset(names))})

    def _check_kept(self, names):
        """Refuse to set read-only fields that are not lifted.

        :raise AccessError: naming them
        """
        lifted = self.env.context.get(_KEY)
        if type(lifted) is _Lifted and lifted.model == self._name:
            names = set(names) - lifted.names
        kept = [name for name in names if self._fields[name].readonly]
        if kept:
            raise AccessError(
                self.env._(
                    "%(fields)s of a %(model)s cannot be set by hand.",
                    fields=", ".join(sorted(self._fields[n].string for n in kept)),
                    model=self._description,
                )
            )
