from importlib import import_module

from odoo import api, models

#: Whose records of ours Odoo completes by computation once they are loaded.
_COMPLETED = ("mail.template", "ir.cron", "ir.actions.server", "mail.activity.type")


class AccountAdminSetup(models.AbstractModel):
    """Finishes what data files begin."""

    _name = "account.admin.setup"
    _description = "Setting Up"

    @api.model
    def _load_demo(self, name):
        """Load a part of the demo data, for ``demo/*.xml``.

        Imported here: what plays a demo is no part of a server without one.

        :param str name: a module of ``demo`` that has a function ``load``
        """
        import_module(f"odoo.addons.account_admin.demo.{name}").load(self.env)

    @api.model
    def _settle(self):
        """Have everything in the database that Odoo still means to compute of our data.

        Demo data that fails is rolled back with what waited to be computed: templates
        would have no model for good. What an earlier version left so is completed, too.
        """
        data = self.env["ir.model.data"].search(
            [("module", "=", "account_admin"), ("model", "in", _COMPLETED)]
        )
        for model, rows in data.grouped("model").items():
            records = self.env[model].browse(rows.mapped("res_id")).exists()
            for field in records._fields.values():
                if field.store and field.compute and field.readonly:
                    self.env.add_to_compute(field, records)
        self.env.flush_all()
