{
    "name": "Account Administration: Sales",
    "summary": "Orders count on credit limits, and holds stop them",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Account Administration contributors",
    "license": "LGPL-3",
    "depends": ["account_admin", "sale"],
    "data": ["views/sale_order_views.xml"],
    "assets": {
        "web.assets_tests": ["account_admin_sale/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
