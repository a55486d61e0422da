"""Licensing contracts with two years of statements, invoices and payments."""

import random
from datetime import timedelta

from odoo import Command
from odoo.tools.date_utils import add, start_of

from . import licensing_data as data
from .demo_ledger import QUIET
from .demo_users import set_passwords

SEED = 7
QUARTERS = 8
LINES = 12


def load(env):
    """Make contracts and their history, unless they are there already."""
    if env["licensing.contract"].search_count([], limit=1):
        return
    env = env(context={**env.context, **QUIET})
    Desk(env, env.ref("base.main_company")).fill()
    set_passwords(env, "licensing", "brand", "licensee")


class Desk:
    """The licensing desk of a company: masters, contracts, two years of statements."""

    def __init__(self, env, company):
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company = company
        self.author = env.ref("account_admin.demo_user_licensing")
        self.approver = env.ref("account_admin.demo_user_brand")
        self.today = company._collections_today()
        self.random = random.Random(SEED)
        # the first day of the oldest of the quarters that are over
        self.first = add(start_of(self.today, "quarter"), months=-3 * QUARTERS)
        self.names = {}

    def fill(self):
        self.add_trees()
        self.add_licensees()
        self.add_login()
        contracts = {found.key: self.add_contract(found) for found in data.CONTRACTS}
        for number in range(QUARTERS):
            for found in data.CONTRACTS:
                self.report(found, contracts[found.key], number)
            if number == data.AMENDED[1]:
                # signed late: what was billed of the quarter is restated
                self.amend(contracts[data.AMENDED[0]], number)
        self.restate(contracts)
        self.env["licensing.commitment"].search([])._bill_due()
        self.env["licensing.contract"].search([])._refresh_states()
        self.env["licensing.statement"]._expect(self.company)
        self.settle_invoices()
        # last: invoices keep nobody who leaves with the demo data
        self.env["licensing.contract"].search([]).user_id = self.author
        self.add_draft(contracts)

    # ------------------------------------------------------------------
    # MASTERS
    # ------------------------------------------------------------------

    def add_trees(self):
        for model, rows in (
            ("licensing.property", data.PROPERTIES),
            ("licensing.category", data.CATEGORIES),
            ("licensing.channel", data.CHANNELS),
        ):
            for key, name, above in rows:
                self.names[key] = self.env[model].create(
                    {
                        "name": name,
                        "parent_id": self.names[above].id if above else False,
                    }
                )

    def add_licensees(self):
        for found in data.LICENSEES:
            partner = self.env["res.partner"].create(
                {
                    "name": found.name,
                    "is_company": True,
                    "customer_rank": 1,
                    "city": found.city,
                    "country_id": self.env.ref(f"base.{found.country}").id,
                    "email": f"royalties@{found.domain}",
                    "child_ids": [
                        Command.create(
                            {
                                "name": found.contact,
                                "email": f"{found.contact.split()[0].lower()}"
                                f"@{found.domain}",
                            }
                        )
                    ],
                }
            )
            self.names[found.key] = partner
            products = self.env["licensing.product"].create(
                [
                    {
                        "sku": sku,
                        "name": name,
                        "partner_id": partner.id,
                        "property_id": self.names[prop].id,
                        "category_id": self.names[category].id,
                    }
                    for sku, name, prop, category in found.products
                ]
            )
            products.action_approve()
            products.approved_from = self.first
            self.names[f"{found.key} products"] = products

    def add_login(self):
        """Somebody of the licensee who is late may look at the portal."""
        user = {
            "name": self.names["northwear"].child_ids.name,
            "login": "licensee",
            "partner_id": self.names["northwear"].child_ids.id,
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
            "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
        }
        users = self.env["res.users"].with_context(no_reset_password=True)
        users._load_records(
            [
                {
                    "xml_id": "account_admin.demo_user_licensee",
                    "noupdate": True,
                    "values": user,
                }
            ]
        )

    # ------------------------------------------------------------------
    # CONTRACTS
    # ------------------------------------------------------------------

    def add_contract(self, found):
        extra = dict(found.extra)
        last = self.today + timedelta(days=extra.pop("ends"))
        contract = self.env["licensing.contract"].create(
            {
                "title": found.title,
                "partner_id": self.names[found.licensee].id,
                "currency_id": self.env.ref(f"base.{found.currency}").id,
                "company_id": self.company.id,
                "date_start": self.first,
                "date_end": last,
                "year_start_month": str(self.first.month),
                "period": "quarter",
                "grant_ids": [Command.create(self.scope(row)) for row in found.grants],
                "rate_ids": [Command.create(self.rate(row)) for row in found.rates],
                "deduction_ids": [
                    Command.create({**row, "capped": True}) for row in found.deductions
                ],
                "fee_ids": [Command.create(row) for row in found.fees],
                "commitment_ids": [
                    Command.create(self.pool(row, last)) for row in found.commitments
                ],
                **extra,
            }
        )
        contract.with_user(self.author).action_submit()
        contract.with_user(self.approver).action_approve()
        return contract

    def scope(self, row):
        """Values of a row, with keys of properties and the like as records."""
        values = {key: row[key] for key in row if key not in _NAMED}
        for key, field in _NAMED.items():
            if key in row:
                values[field] = [self.names[name].id for name in row[key]]
        return values

    def rate(self, row):
        values = self.scope({key: row[key] for key in row if key != "tiers"})
        values["tier_ids"] = [
            Command.create({"start": start, "rate": rate})
            for start, rate in row.get("tiers", ())
        ]
        return values

    def pool(self, row, last):
        own = ("year", "advance")
        values = self.scope({key: row[key] for key in row if key not in own})
        first = self.first
        if "year" in row:
            first = add(self.first, years=row["year"])
            last = add(first, years=1) - timedelta(days=1)
        values.update(date_start=first, date_end=last)
        if "advance" in row:
            line = {"date": first, "amount": row["advance"], "kind": "advance"}
            values["line_ids"] = [Command.create(line)]
        return values

    def amend(self, contract, quarter):
        """Both rates rise by a point, in the middle of a quarter."""
        day = add(self.first, months=3 * quarter, days=14)
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "Amendment 1: rates rise by one point",
                "contract_id": contract.id,
                "date": day,
                "reason": "Agreed with the renewal of the style guide.",
                "end_rate_ids": contract.rate_ids.ids,
                "rate_ids": [
                    Command.create(
                        {
                            "contract_id": contract.id,
                            "name": rate.name,
                            "rate": rate.rate + 1,
                            "sale_type": rate.sale_type,
                            "continues_id": rate.id,
                            "date_start": day,
                        }
                    )
                    for rate in contract.rate_ids
                ],
            }
        )
        amendment.action_preview()
        amendment.with_user(self.author).action_submit()
        amendment.action_approve()
        amendment.reviewer_id = self.approver

    # ------------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------------

    def report(self, found, contract, number):
        """A quarter's statement; the newest ones are in different states."""
        gross = found.quarters[number]
        first = add(self.first, months=3 * number)
        last = add(first, months=3) - timedelta(days=1)
        if not gross:
            return
        statement = self.env["licensing.statement"].create(
            {
                "contract_id": contract.id,
                "date_start": first,
                "date_end": min(last, contract.date_sell_off_end),
                "date_due": last + timedelta(days=contract.report_days),
                "line_ids": [
                    Command.create(values)
                    for values in self.lines(found, first, last, gross, number)
                ],
            }
        )
        statement.action_compute()
        newest = number == QUARTERS - 1
        if not newest:
            self.approve(statement)
        elif found.key in ("plush", "books"):
            self.approve(statement)

    def approve(self, statement):
        """Approved for the manager: invoices are those of the system."""
        statement.action_approve()
        statement.approved_by_id = self.approver

    def lines(self, found, first, last, gross, number):
        products = self.names[f"{found.licensee} products"]
        channels = [self.names[key] for key in ("mass", "specialty", "online")]
        kinds = [row["sale_type"] for row in found.rates if "sale_type" in row]
        days = (last - first).days
        back = found.returned.get(number, 0.03)
        for row in range(LINES):
            amount = round(gross / LINES * self.random.uniform(0.8, 1.2), 2)
            product = products[row % len(products)]
            yield {
                "row": row + 2,
                "date": first + timedelta(days=self.random.randrange(days)),
                "sku": product.sku,
                "description": product.name,
                "product_id": product.id,
                "country_id": self.names[found.licensee].country_id.id,
                "channel_id": channels[row % 3].id,
                "retailer": ("Harbour Foods", "Bay Stores", "Pier Market")[row % 3],
                "sale_type": "domestic"
                if not kinds
                else kinds[0]
                if row % 4 and "domestic" in kinds
                else kinds[-1]
                if row % 4 == 0
                else "domestic",
                "currency_id": self.company.currency_id.id,
                "units": round(amount / 14),
                "gross": amount,
                "returns": round(amount * back, 2),
                "allowances": round(amount * 0.02, 2),
            }

    def restate(self, contracts):
        """A licensee corrects a quarter of last year after it was invoiced."""
        key, number, factor = data.RESTATED
        first = add(self.first, months=3 * number)
        statement = contracts[key].statement_ids.filtered(
            lambda row: row.date_start == first
        )
        revision = self.env["licensing.statement"].browse(
            statement.action_revise()["res_id"]
        )
        for line in revision.line_ids:
            line.gross = round(line.gross * factor, 2)
        self.approve(revision)

    # ------------------------------------------------------------------
    # INVOICES
    # ------------------------------------------------------------------

    def settle_invoices(self):
        """Post what was billed long ago; one licensee has not paid the last one."""
        rows = self.env["licensing.ledger"].search([("move_id.state", "=", "draft")])
        old = self.today - timedelta(days=60)
        for move in rows.move_id.sorted("id"):
            row = rows.filtered(lambda found, move=move: found.move_id == move)[:1]
            if row.date > old:
                continue
            due = row.date + timedelta(days=45)
            move.write(
                {
                    "invoice_date": row.date + timedelta(days=15),
                    "invoice_payment_term_id": False,
                    "invoice_date_due": due,
                }
            )
            move.action_post()
            late = move.partner_id == self.names["northwear"] and row.date > (
                self.today - timedelta(days=200)
            )
            if move.move_type == "out_invoice" and not late:
                self.pay(move, due)

    def pay(self, move, day):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"payment_date": day})._create_payments()

    def add_draft(self, contracts):
        """A contract in the making that runs into an exclusive grant."""
        self.env["licensing.contract"].create(
            {
                "title": "Bath toys (in negotiation)",
                "user_id": self.author.id,
                "partner_id": self.names["hearth"].id,
                "company_id": self.company.id,
                "date_start": self.today,
                "date_end": add(self.today, years=2),
                "grant_ids": [
                    Command.create(
                        {
                            "property_ids": [self.names["bear"].id],
                            "category_ids": [self.names["toys"].id],
                        }
                    )
                ],
                "rate_ids": [Command.create({"rate": 9})],
            }
        )


_NAMED = {
    "properties": "property_ids",
    "categories": "category_ids",
    "channels": "channel_ids",
}
