{
    "name": "Account Administration: Deliveries",
    "summary": "Holds stop deliveries to customers",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Account Administration contributors",
    "license": "LGPL-3",
    "depends": ["account_admin", "stock"],
    "auto_install": True,
}
