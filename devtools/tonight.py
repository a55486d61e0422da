"""Runs inside Odoo's shell on the demo database: tonight's escalation."""

module = env["ir.module.module"].search([("name", "=", "account_admin")])  # noqa: F821
print(f"account_admin {module.installed_version}")  # noqa: T201
