"""Papers, people and profiles of a national account, as somebody keeps them."""

from datetime import timedelta

from odoo import Command

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def create_papers(env, company, partners):
    """One accepted, one that has run out, one to review, one to hand in."""
    today = company._collections_today()
    collector = env.ref("account_admin.demo_user_collector")
    keyaccounts = env.ref("account_admin.demo_user_keyaccounts")

    def paper(kind, key, until, number, step):
        documents = env["account.admin.document"].with_user(collector)
        document = documents.create(
            {
                "type_id": env.ref(f"account_admin.document_type_{kind}").id,
                "partner_id": partners[key].id,
                "number": number,
                "date_end": until is not None and today + timedelta(days=until),
            }
        )
        document.message_post(attachments=[(f"{number}.pdf", PDF)])
        if step != "draft":
            document.action_submit()
        if step == "accepted":
            document.with_user(keyaccounts).action_accept()

    paper("insurance", "copperleaf", 200, "COI-2041", "accepted")
    paper("resale", "copperleaf", 25, "RS-77-104", "accepted")
    paper("insurance", "drumlin", -12, "COI-1877", "accepted")
    paper("w9", "drumlin", None, "W9-2024", "accepted")
    paper("register", "eastgate", 300, "REG-551", "submitted")
    paper("credit", "eastgate", None, "CA-0093", "draft")


def create_people(env, company, partners):
    """Who answers for what at some accounts, and who does with us."""
    today = company._collections_today()
    holdings = partners["copperleaf"]
    contacts = env["res.partner"].create(
        [
            {"name": name, "function": function, "parent_id": holdings.id}
            for name, function in (
                ("Priya Nair", "Buyer, Seasonal"),
                ("Owen Tate", "General Counsel"),
            )
        ]
    )
    roles = env["account.admin.contact.role"]
    buyer, legal = (
        roles.browse(env.ref(f"account_admin.contact_role_{name}").id)
        for name in ("buyer", "legal")
    )
    env["account.admin.contact.assignment"].create(
        [
            {
                "contact_id": contact.id,
                "role_id": role.id,
                "date_start": today - timedelta(days=since),
                "cadence_days": cadence,
            }
            for contact, role, since, cadence in (
                (contacts[0], buyer, 90, 30),
                (contacts[1], legal, 400, 0),
            )
        ]
    )
    collector, keyaccounts = (
        env.ref(f"account_admin.demo_user_{name}")
        for name in ("collector", "keyaccounts")
    )
    harbour = env.ref("account_admin.demo_national_account_harbour")
    env["account.admin.team"].create(
        [
            {"user_id": user.id, "function": function, **place}
            for user, function, place in (
                (keyaccounts, "sales_outside", {"partner_id": holdings.id}),
                (collector, "billing", {"national_account_id": harbour.id}),
                (keyaccounts, "sales_inside", {"national_account_id": harbour.id}),
            )
        ]
    )
    return contacts


def create_profiles(env, company, partners, contacts):
    """What an account is, how it is rated, and what was noted of it."""
    today = company._collections_today()
    copperleaf = {"partner_id": partners["copperleaf"].id}
    env.ref("account_admin.industry_sic_5945").risk_class = 3
    env.ref("account_admin.industry_naics_459120").risk_class = 3
    env["account.admin.profile"].create(
        {
            **copperleaf,
            "business": "Toys and games, 38 shops in the Midwest, a third of it online",
            "products": "Wooden toys, our puzzles since 2019, two rival brands beside",
            "structure": "Family owned; one buyer for all shops, paid from Cincinnati",
            "needs": "Smaller packs before the holidays, deliveries on Mondays",
            "value": "The only puzzles made in the state, returns taken back",
            "sic": "5945",
            "naics": "451120",
            "naics_edition": "2017",
            "review_on": today + timedelta(days=60),
        }
    )
    for agency, value, ago in (("paydex", 72, 100), ("bureau", 61, 40)):
        env["account.admin.rating"].create(
            {
                **copperleaf,
                "agency_id": env.ref(f"account_admin.rating_agency_{agency}").id,
                "figure": value,
                "date": today - timedelta(days=ago),
            }
        )
    collector = env.ref("account_admin.demo_user_collector")
    env["account.admin.entry"].create(
        [
            {
                **copperleaf,
                "kind": kind,
                "date": today - timedelta(days=ago),
                "user_id": collector.id,
                "subject": subject,
                **vals,
            }
            for kind, ago, subject, vals in (
                (
                    "visit",
                    21,
                    "Their new warehouse",
                    {
                        "contact_ids": [Command.set(contacts[:1].ids)],
                        "outcome": "They order by pallets from spring on.",
                    },
                ),
                (
                    "news",
                    14,
                    "A fourth shop in Dayton",
                    {"source": "Dayton Business Weekly, page 3"},
                ),
                (
                    "concern",
                    6,
                    "Two invoices without their order number",
                    {"note": "Their system refuses such invoices; it costs a week."},
                ),
                (
                    "opportunity",
                    3,
                    "Puzzles under their own name",
                    {"note": "They ask for 20,000 boxes a year."},
                ),
            )
        ]
    )
