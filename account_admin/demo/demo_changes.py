"""Change requests in every stage, of one national account under change control."""

from datetime import timedelta

from odoo import Command, fields

from ..models.base.account_admin_evidence import as_own

#: Accounts under control; the numbers of their contacts are known for a year.
UNDER_CONTROL = ("crestline_hotels", "crestline_denver", "crestline_boise")
KNOWN_FOR = timedelta(days=365)


def create_changes(env, company, partners):
    """A bank change that waits, an address that has its day, a conflict."""
    hotels, denver, boise = (partners[key] for key in UNDER_CONTROL)
    accounts = hotels | denver | boise
    accounts.account_admin_controlled = True
    phones = env["account.admin.phone"].search(
        [("partner_id.commercial_partner_id", "in", accounts.ids)]
    )
    as_own(phones).write({"known_on": fields.Datetime.now() - KNOWN_FOR})
    bank = env["res.partner.bank"].create(
        {"acc_number": "5501 0042 7719", "partner_id": denver.id}
    )
    today = company._collections_today()
    collector = env.ref("account_admin.demo_user_collector")
    keyaccounts = env.ref("account_admin.demo_user_keyaccounts")

    def ask(account, reason, field, proposed, **vals):
        line = {"field_id": env.ref(f"account_admin.change_field_{field}").id}
        line |= {"proposed_char": proposed, **vals.pop("line", {})}
        change = (
            env["account.admin.change"]
            .with_user(collector)
            .create(
                {
                    "partner_id": account.id,
                    "company_id": company.id,
                    "reason": reason,
                    "line_ids": [Command.create(line)],
                    **vals,
                }
            )
        )
        change.action_ask()
        return change

    waits = ask(
        denver,
        "Letter of 3 March: they changed banks",
        "acc_number",
        "5501 0099 1203",
        line={"bank_account_id": bank.id},
    )
    waits.with_user(keyaccounts)._approve("The letter is signed by their treasurer")
    moves = ask(
        hotels,
        "They move into the new tower",
        "street",
        "1 Tower Square",
        date_effective=today + timedelta(days=10),
    )
    moves.with_user(keyaccounts)._approve("As announced in their newsletter")
    slow = ask(boise, "Typing error in the street", "street", "38 Foothill Road")
    fast = ask(boise, "Moved across the street", "street", "37 Foothill Road")
    fast.with_user(keyaccounts)._approve()
    slow.with_user(keyaccounts)._approve()
