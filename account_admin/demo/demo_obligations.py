"""What accounts owe besides money, and we: in force, due, to review, missed, waived."""

from datetime import timedelta


def create_obligations(env, company, partners):
    """Of the collector, as they stand after the night."""
    today = company._collections_today()
    collector = env.ref("account_admin.demo_user_collector")
    keyaccounts = env.ref("account_admin.demo_user_keyaccounts")

    def owe(kind, key, start=-60, **vals):
        obligations = env["account.admin.obligation"].with_user(collector)
        return obligations.create(
            {
                "type_id": env.ref(f"account_admin.obligation_type_{kind}").id,
                "partner_id": partners[key].id,
                "company_id": company.id,
                "user_id": collector.id,
                "date_start": today + timedelta(days=start),
                **vals,
            }
        )

    owe("insurance", "copperleaf")
    owe("insurance", "drumlin")
    owe("resale", "copperleaf")
    owe("tax", "eastgate", event_date=today + timedelta(days=9))
    owe("usdot", "eastgate", usdot_number="1234567", side="theirs")
    owe("hazmat", "copperleaf", event_date=today - timedelta(days=700))
    owe("samples", "drumlin")
    report = owe(
        "quarter", "copperleaf", evidence_link="https://copperleaf.example.com/q"
    )
    report.action_submit()
    waived = owe(
        "fiscal", "eastgate", reason="Their auditors send them to all banks at once."
    )
    waived.with_user(keyaccounts).action_waive()
    env["account.admin.obligation"]._judge(company, today)
