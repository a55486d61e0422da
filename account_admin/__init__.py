from . import report
from . import controllers
from . import models
from . import wizards
from . import demo


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

    Odoo deletes policies, steps and roles one by one while cases still hold them, and
    demo accounts, company and product although posted invoices do.
    """
    env.cr.execute(
        "TRUNCATE collections_event, collections_notice_item, collections_notice,"
        " collections_approval_collections_notice_rel, collections_approval,"
        " collections_text_preview, collections_case_told_rel, collections_case,"
        " collections_run, collections_dispute, collections_promise,"
        " collections_promise_move_rel, collections_dry_run,"
        " account_admin_statement, account_admin_statement_run,"
        " account_admin_statement_run_ir_attachment_rel,"
        " collections_letter_run, collections_letter_run_ir_attachment_rel,"
        " account_admin_audit_pack, account_admin_audit_event,"
        " account_admin_audit_pack_account_rel,"
        " account_admin_audit_pack_res_partner_rel,"
        " account_admin_audit_pack_national_account_rel,"
        " account_admin_statement_wizard_national_account_rel,"
        " account_admin_evidence, collections_chain, account_admin_privacy_log,"
        " account_admin_aging_wizard_national_account_rel,"
        " collections_dry_run_line, account_admin_kpi, national_account,"
        " national_account_member"
    )
    # rows of contracts that nobody may delete one by one, and all that names them
    env.cr.execute(
        "TRUNCATE licensing_contract, licensing_product, licensing_import,"
        " licensing_import_profile CASCADE"
    )
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
