"""The customers of the demo ledger, their contacts and their national accounts."""

from datetime import timedelta

from odoo.fields import Command

from . import demo_accounts as data

USER_KEYS = ("collector", "keyaccounts")


def create_partners(env):
    """The customers and their contacts; returns key -> partner."""
    installed = {code for code, _name in env["res.lang"].get_installed()}
    users = {key: env.ref(f"account_admin.demo_user_{key}").id for key in USER_KEYS}
    partners = env["res.partner"]._load_records(
        [
            {
                "xml_id": f"account_admin.demo_partner_{account.key}",
                "noupdate": True,
                "values": prepare_partner_vals(env, account, installed, users),
            }
            for account in data.ACCOUNTS
        ]
    )
    return {a.key: partner for a, partner in zip(data.ACCOUNTS, partners, strict=True)}


def prepare_partner_vals(env, account, installed, users):
    lang = account.lang if account.lang in installed else "en_US"
    place = {
        "street": account.street,
        "city": account.city,
        "zip": account.zip,
        "country_id": env.ref(f"base.{account.country}").id,
        "lang": lang,
        "tz": data.ZONES[account.zip[0]] if account.country == "us" else False,
    }
    index = data.ACCOUNTS.index(account)
    is_listed = account.country == "us" and account.key not in data.UNLISTED
    person = account.contact
    first_name = person.name.split()[0].lower()
    address = first_name.encode("ascii", "ignore").decode() + "@" + account.domain
    tags = [f"account_admin.demo_category_{account.tag}"] if account.tag else []
    return {
        **place,
        "name": account.name,
        "is_company": True,
        "customer_rank": 1,
        "email": f"office@{account.domain}" if account.email else False,
        "phone": f"+1 555 01{index:02d}",
        "collections_user_id": users.get(account.who),
        "category_id": [Command.link(env.ref(tag).id) for tag in tags],
        "child_ids": [
            Command.create(
                {
                    **place,
                    "name": person.name,
                    "function": person.function,
                    "email": address if account.email else False,
                    "phone": f"+1 212 555 01{index:02d}" if is_listed else False,
                    "collections_role_ids": [
                        Command.link(
                            env.ref(f"account_admin.contact_role_{person.role}").id
                        )
                    ],
                }
            )
        ],
    }


def create_national_accounts(env, partners):
    today = env.company._collections_today()

    def ago(days):
        return today - timedelta(days=days) if days is not None else False

    env["national.account"]._load_records(
        [
            {
                "xml_id": f"account_admin.demo_national_account_{key}",
                "noupdate": True,
                "values": {
                    "name": national["name"],
                    "partner_id": partners[national["head"]].id,
                    "user_id": partners[national["head"]].collections_user_id.id,
                    "policy_id": national["policy"]
                    and env.ref(f"account_admin.{national['policy']}").id,
                    "member_ids": [
                        Command.create(
                            {
                                "partner_id": partners[member].id,
                                "role": role,
                                "date_start": ago(since),
                                "date_end": ago(until),
                            }
                        )
                        for member, role, since, until in national["members"]
                    ],
                },
            }
            for key, national in data.NATIONAL_ACCOUNTS.items()
        ]
    )
    for key, national in data.NATIONAL_ACCOUNTS.items():
        top = env.ref(f"account_admin.demo_national_account_{key}")
        for name, (members, since) in national.get("regions", {}).items():
            inside = [partners[member] for member in members]
            create_region(env, top, name, inside, ago(since))


def create_region(env, top, name, members, since):
    """A region, and members of the group that have been in it from a day on."""
    region = env["national.account"]._load_records(
        [
            {
                "xml_id": f"account_admin.demo_region_{name.lower()}",
                "noupdate": True,
                "values": {
                    "name": f"{top.name} {name}",
                    "kind": "region",
                    "parent_id": top.id,
                    "user_id": False,
                },
            }
        ]
    )
    if not region.member_ids:
        partners = env["res.partner"].union(*members)
        env["national.account.member"]._move(partners, region, since)
