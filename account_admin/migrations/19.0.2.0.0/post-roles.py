"""Collectors and licensing users read the books by lines of their own."""

from odoo import SUPERUSER_ID, Command, api

ROLES = (
    "account_admin.group_account_admin_user",
    "account_admin.group_licensing_user",
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    accountants = env.ref("account.group_account_readonly")
    for role in ROLES:
        env.ref(role).implied_ids = [Command.unlink(accountants.id)]
