{
    "name": "Account Administration: Privacy Lookup",
    "summary": "Odoo's privacy lookup anonymises contacts with a history",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Account Administration contributors",
    "license": "LGPL-3",
    "depends": ["account_admin", "privacy_lookup"],
    "auto_install": True,
}
