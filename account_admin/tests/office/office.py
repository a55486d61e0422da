"""Accounts with plans, sales, budgets and receipts."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user

from ..common import CollectionsCommon


class OfficeCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._user("office_own", "user")
        cls.all = cls._user("office_all", "all")
        cls.auditor = cls._user("office_auditor", "auditor")
        cls.customer.collections_user_id = cls.own

    @classmethod
    def _user(cls, login, role, **vals):
        return new_test_user(
            cls.env,
            login,
            groups=f"account_admin.group_account_admin_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )

    @classmethod
    def _plan(cls, account=None, day="2026-06-01", user=None, **amounts):
        """A draft of 2026, made on a day; an amount is for each month."""
        account = account if account is not None else cls.customer
        field = (
            "partner_id" if account._name == "res.partner" else "national_account_id"
        )
        lines = [
            Command.create(
                {
                    "measure": measure,
                    **{f"month_{month:02}": amount for month in range(1, 13)},
                }
            )
            for measure, amount in amounts.items()
        ]
        plans = cls.env["account.admin.plan"].with_user(user or cls.env.user)
        with freeze_time(f"{day} 12:00:00"):
            return plans.create({field: account.id, "year": 2026, "line_ids": lines})

    def _line(self, plan, measure):
        return plan.line_ids.filtered(lambda line: line.measure == measure)

    def _months(self, plan, measure):
        """Rows of a measure by the number of their month."""
        rows = self.env["account.admin.plan.month"].search(
            [("plan_id", "=", plan.id), ("measure", "=", measure)]
        )
        return {row.month.month: row for row in rows}

    @classmethod
    def _sell(cls, day, *amounts, partner=None, products=(), move_type="out_invoice"):
        """A posted invoice with a line an amount."""
        products = products or [False] * len(amounts)
        lines = [
            cls._sale(amount, product)
            for amount, product in zip(amounts, products, strict=True)
        ]
        return cls._invoice(day, lines, partner or cls.customer, move_type)

    @classmethod
    def _sale(cls, amount, product=None):
        income = cls.company_data["default_account_revenue"]
        line = {"price_unit": amount, "account_id": income.id}
        return {**line, "product_id": product.id} if product else line

    @classmethod
    def _invoice(cls, day, lines, partner, move_type="out_invoice", post=True):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "tax_ids": False, **line})
                    for line in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move
