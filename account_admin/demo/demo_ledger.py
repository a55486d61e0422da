"""A ledger to look at: accounts, invoices, payments and the nights until yesterday.

Everything is dated relative to today and the same on every installation. Nothing here
commits: it is part of the installation of the demo data.
"""

import random
from datetime import timedelta

from odoo.fields import Command

from ..models.base.envelope import get_addresses
from . import demo_accounts as data
from .demo_changes import create_changes
from .demo_desk import load_desk
from .demo_history import replay_nights
from .demo_obligations import create_obligations
from .demo_office import load_office
from .demo_papers import (
    create_onboarding,
    create_papers,
    create_people,
    create_profiles,
)
from .demo_partners import create_national_accounts, create_partners
from .demo_users import create_absences, set_passwords

SEED = 19
INVOICES_PER_ACCOUNT = 11
DAYS_BETWEEN_INVOICES = 30
PAYMENT_DAYS = 30
#: Nights are replayed from so many days ago; payments before that are collective.
HISTORY_DAYS = 120
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "disable_abnormal_invoice_detection": True,
    "skip_pdf_attachment_generation": True,
    "no_reset_password": True,
}


def load(env):
    """Make the ledger, unless it is there already."""
    if env.ref("account_admin.demo_partner_harbour_foods", False):
        return
    env = env(context={**env.context, **QUIET})
    set_passwords(env, "collector", "keyaccounts", "auditor")
    companies = {
        "main": env.ref("base.main_company"),
        "europe": env.ref("account_admin.demo_company_europe"),
    }
    for company in companies.values():
        load_chart(env, company)
        # the hook that sets it everywhere comes after the demo data
        company.collections_policy_id = company.collections_policy_id or env.ref(
            "account_admin.collections_policy_standard"
        )
    # not at its creation, which would look the domain up on the internet
    companies["europe"].email = "finance@northwind-europe.example"
    add_rates(env, companies["main"])
    partners = create_partners(env)
    create_national_accounts(env, partners)
    create_absences(env, companies["main"])
    # so that there is a hold of each kind
    env.ref("account_admin.collections_policy_step_final").hold = True
    for key, company in companies.items():
        accounts = [account for account in data.ACCOUNTS if account.company == key]
        Ledger(env, company, accounts, partners).fill()
    for company in companies.values():
        company.collections_sending = True
        replay_nights(env, company, HISTORY_DAYS)
    for key, company in companies.items():
        accounts = [account for account in data.ACCOUNTS if account.company == key]
        Ledger(env, company, accounts, partners).finish()
    for company in companies.values():
        freeze_months(env["account.admin.kpi"], company)
    load_desk(env, companies["main"])
    create_papers(env, companies["main"], partners)
    create_obligations(env, companies["main"], partners)
    contacts = create_people(env, companies["main"], partners)
    create_profiles(env, companies["main"], partners, contacts)
    create_onboarding(env, companies["main"])
    load_office(env, companies["main"])
    for company in companies.values():
        env["account.admin.quality"]._refresh(company)
    create_changes(env, companies["main"], partners)


def freeze_months(kpis, company):
    for month in kpis._get_missing_months(company):
        kpis._freeze(company, month)


def load_chart(env, company):
    if not company.chart_template:
        currency = company.currency_id
        # the public try_loading() would warn that the registry is still loading
        env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        # the generic chart is American and makes its company so
        company.currency_id = currency


def add_rates(env, company):
    """Monthly euro rates, where there are none, for as long as the ledger reaches."""
    today = company._collections_today()
    euro = env.ref("base.EUR")
    euro.active = True
    days = [
        (today - timedelta(days=30 * month)).replace(day=1)
        for month in range(INVOICES_PER_ACCOUNT + 8)
    ]
    known = euro.rate_ids.filtered(lambda rate: rate.company_id == company)
    rng = random.Random(SEED)
    rates = {day: round(0.90 + 0.04 * rng.random(), 4) for day in sorted(set(days))}
    env["res.currency.rate"].create(
        [
            {
                "currency_id": euro.id,
                "company_id": company.id,
                "name": day,
                "rate": rate,
            }
            for day, rate in rates.items()
            if day not in known.mapped("name")
        ]
    )


class Ledger:
    """One company's invoices, credit notes, payments and disputes.

    Invoices are known by account and days past due today: ``invoices[key, days]``.
    """

    def __init__(self, env, company, accounts, partners):
        self.env = env["base"].with_company(company).env
        self.company = company
        self.accounts = {account.key: account for account in accounts}
        self.partners = partners
        self.today = company._collections_today()
        self.rng = random.Random(f"{SEED} {company.id}")
        self.invoices = self._find_invoices()

    def fill(self):
        self._create_moves()
        self._pay()
        self._dispute(lambda since: since > 0)

    def finish(self):
        """What happens today, after the last night that is replayed."""
        self._dispute(lambda since: since == 0)
        if self.company == self.env.ref("base.main_company"):
            self._bounce("juniper")
            self._limit_credit()

    def ago(self, days):
        return self.today - timedelta(days=days)

    # -- invoices ------------------------------------------------------

    def _create_moves(self):
        """Create all invoices and credit notes at once, and post them at once."""
        wanted = sorted(
            self._list_invoices(), key=lambda found: (-found[1], found[0].key)
        )
        vals_list = [self._prepare_invoice(*found) for found in wanted]
        credits = [note for note in data.CREDIT_NOTES if note[0] in self.accounts]
        vals_list += [self._prepare_credit_note(*note) for note in credits]
        moves = self.env["account.move"].create(vals_list)
        moves.action_post()
        self.invoices = {
            (account.key, days): move
            for (account, days), move in zip(wanted, moves, strict=False)
        }
        refunds = moves[len(wanted) :]
        self._reconcile(
            [
                refund | self.invoices[key, days]
                for refund, (key, _amount, _ago, days) in zip(
                    refunds, credits, strict=True
                )
                if days is not None
            ]
        )

    def _list_invoices(self):
        """(account, days past due today) of every invoice, open and paid."""
        for account in self.accounts.values():
            last = [*account.unpaid, *(days for days, _ago in account.lately)]
            for days in last:
                yield account, days
            for number in range(1, INVOICES_PER_ACCOUNT + 1 - len(last)):
                days = max(last) + DAYS_BETWEEN_INVOICES * number
                # an account that pays late must have had the time to
                yield account, max(days, account.late + 1 + number)

    def _prepare_invoice(self, account, days):
        amount = round(account.amount * self.rng.uniform(0.8, 1.25), 2)
        return {
            **self._prepare_move(account, "out_invoice", days + PAYMENT_DAYS),
            "invoice_date_due": self.ago(days),
            "invoice_line_ids": self._prepare_lines(amount),
        }

    def _prepare_credit_note(self, key, amount, ago, _days):
        return {
            **self._prepare_move(self.accounts[key], "out_refund", ago),
            "invoice_date_due": self.ago(ago),
            "invoice_line_ids": self._prepare_lines(amount),
        }

    def _prepare_move(self, account, move_type, ago):
        return {
            "move_type": move_type,
            "partner_id": self.partners[account.key].id,
            "company_id": self.company.id,
            "currency_id": self._get_currency(account).id,
            "invoice_date": self.ago(ago),
            "date": self.ago(ago),
            "invoice_payment_term_id": False,
            "invoice_user_id": False,
        }

    def _prepare_lines(self, amount):
        return [
            Command.create(
                {
                    "name": self.rng.choice(data.SERVICES),
                    "quantity": 1,
                    "price_unit": amount,
                    "tax_ids": [Command.clear()],
                }
            )
        ]

    def _get_currency(self, account):
        if not account.currency:
            return self.company.currency_id
        return self.env.ref(f"base.{account.currency}")

    def _find_invoices(self):
        partners = [self.partners[key].id for key in self.accounts]
        moves = self.env["account.move"].search(
            [
                ("partner_id", "in", partners),
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_invoice"),
            ]
        )
        keys = {self.partners[key]: key for key in self.accounts}
        return {
            (keys[move.partner_id], (self.today - move.invoice_date_due).days): move
            for move in moves
        }

    # -- payments ------------------------------------------------------

    def _pay(self):
        """Create and post all payments at once, then match them at once."""
        payments = [*self._list_payments(), *self._list_part_payments()]
        unapplied = [entry for entry in data.UNAPPLIED if entry[0] in self.accounts]
        vals_list = [
            self._prepare_payment(
                key, day, amount or sum(m.amount_total for m in moves)
            )
            for key, day, moves, amount in payments
        ] + [
            self._prepare_payment(key, self.ago(ago), amount)
            for key, amount, ago in unapplied
        ]
        created = self.env["account.payment"].create(vals_list)
        created.action_post()
        self._reconcile(
            [
                payment.move_id | moves
                for payment, (_key, _day, moves, _amount) in zip(
                    created, payments, strict=False
                )
            ]
        )

    def _list_payments(self):
        """(account key, day, invoices, None): older ones are paid by the quarter."""
        groups = {}
        for (key, days), move in self.invoices.items():
            account = self.accounts[key]
            if days in account.unpaid:
                continue
            ago = dict(account.lately).get(days, days - account.late)
            group = ago // 90 if ago > HISTORY_DAYS + 30 else f"alone {ago}"
            groups.setdefault((key, group), []).append((ago, move))
        for (key, _group), found in groups.items():
            moves = self.env["account.move"].union(*(move for _ago, move in found))
            yield key, self.ago(min(ago for ago, _move in found)), moves, None

    def _list_part_payments(self):
        for key, days, part, ago in data.PART_PAYMENTS:
            if key in self.accounts:
                invoice = self.invoices[key, days]
                amount = round(invoice.amount_total * part, 2)
                yield key, self.ago(ago), invoice, amount

    def _prepare_payment(self, key, day, amount):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partners[key].id,
            "amount": amount,
            "currency_id": self._get_currency(self.accounts[key]).id,
            "date": day,
            "journal_id": self._get_bank().id,
            "memo": f"Remittance {day:%Y-%m-%d}",
        }

    def _get_bank(self):
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )

    def _reconcile(self, groups):
        """Match the receivable items of each group of entries."""
        plan = [
            moves.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
                and not line.reconciled
            )
            for moves in groups
        ]
        self.env["account.move.line"]._reconcile_plan(plan)

    # -- disputes and bounces ------------------------------------------

    def _dispute(self, wanted):
        vals_list = []
        for key, days, part, reason, since, closed, says in data.DISPUTES:
            if key not in self.accounts or not wanted(since):
                continue
            invoice = self.invoices[key, days]
            whole = part == 1
            closed_ago, resolution = closed or (None, False)
            vals_list.append(
                {
                    "move_id": invoice.id,
                    "amount": 0 if whole else round(invoice.amount_total * part, 2),
                    "reason_id": self.env.ref(
                        f"account_admin.dispute_reason_{reason}"
                    ).id,
                    "date": self.ago(since),
                    "closed_on": closed and self.ago(closed_ago),
                    "resolution": resolution,
                    "description": says,
                    "user_id": self.partners[key].collections_user_id.id,
                }
            )
        self.env["collections.dispute"].create(vals_list)

    def _bounce(self, key):
        """The last reminder to an account comes back today."""
        case = self.env["collections.case"].search(
            [
                ("partner_id", "=", self.partners[key].id),
                ("company_id", "=", self.company.id),
                ("state", "!=", "closed"),
            ]
        )
        emails = case.notice_ids.filtered(
            lambda notice: notice.channel == "email" and notice.state == "sent"
        )
        last = emails.sorted("id")[-1]
        self.env["account.admin.bounce"]._note(set(get_addresses(last.email)))
        last._take_back()

    # -- limits and holds ----------------------------------------------

    def _limit_credit(self):
        """A limit of each kind, one of them exceeded; a hold of each kind."""
        limits, company = self.env["collections.limit"], {"company_id": self.company.id}
        limits.create(
            [
                {**company, **whose, "amount": amount, "note": note}
                for whose, amount, note in (
                    (
                        {
                            "national_account_id": self.env["national.account"]
                            .search([("name", "=", data.LIMITED_GROUP)])
                            .id
                        },
                        250_000,
                        "Agreed with the head office, for all of its members.",
                    ),
                    (
                        {"partner_id": self.partners[data.LIMITED].id},
                        5_000,
                        "By the credit insurer.",
                    ),
                    ({}, 60_000, "For whoever has no limit of its own."),
                )
            ]
        )
        self.company.write(
            {
                "collections_hold_overdue": True,
                "collections_hold_days": 90,
                "collections_hold_amount": 1_000,
            }
        )
        holds = self.env["collections.hold"]
        holds.create(
            {
                **company,
                "partner_id": self.partners[data.HELD].id,
                "reason": "Changed hands: until the new owner has signed the terms",
                "date_start": self.ago(3),
                "stops_delivery": False,
            }
        )
        holds._follow_causes(self.company)
