{
    "name": "Account Administration: CRM",
    "summary": "From an opportunity to an account in good order",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Account Administration contributors",
    "license": "LGPL-3",
    "depends": ["account_admin", "crm"],
    "data": ["views/crm_lead_views.xml", "views/account_admin_onboarding_views.xml"],
    "assets": {
        "web.assets_tests": ["account_admin_crm/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
