from . import models
from . import reports
from . import wizards
from . import controllers
from .models.accounts.national_account_position import drop_guard
from .models.reporting.licensing_report_change import drop_triggers
from .uninstall import empty_own_tables


def post_init_hook(env):
    """Give every company that is there already the standard policy as its default."""
    env["res.company"].search([("collections_policy_id", "=", False)]).write(
        {
            "collections_policy_id": env.ref(
                "account_admin.collections_policy_standard"
            ).id
        }
    )


def uninstall_hook(env):
    """Leave in good order: history first, and nothing that invoices refer to.

    Odoo deletes demo accounts, company and product although posted invoices hold them.
    """
    drop_triggers(env.cr)
    drop_guard(env.cr)
    empty_own_tables(env)
    # dashboards that people put beside ours stay: the group would take them along
    env.ref("account_admin.spreadsheet_dashboard_group").dashboard_ids.filtered(
        lambda board: not board.get_external_id()[board.id].startswith("account_admin.")
    ).dashboard_group_id = env.ref(
        "spreadsheet_dashboard.spreadsheet_dashboard_group_finance"
    )
    env["ir.model.data"].search(
        [
            ("module", "=", "account_admin"),
            (
                "model",
                "in",
                ("res.company", "res.partner", "product.product", "product.template"),
            ),
        ]
    ).unlink()
