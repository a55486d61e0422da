"""Who may see what this add-on puts on models of others.

A user without these groups reads such a record in full as if the add-on were not there.
"""

_AUDITOR = "account_admin.group_account_admin_auditor"
COLLECTIONS = f"account_admin.group_account_admin_user,{_AUDITOR}"
LICENSING = f"account_admin.group_licensing_user,{_AUDITOR}"
#: Settings of a company: who works with them, and whoever may change settings.
SETTINGS = f"{COLLECTIONS},account_admin.group_licensing_user,base.group_system"
