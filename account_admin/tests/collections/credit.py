"""Accounts with limits and holds, and a bookkeeper who may not override them."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..common import CollectionsCommon


class CreditCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = cls._user("bookkeeper", "account.group_account_invoice")

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _limit(cls, amount, of=None, **vals):
        """A limit of an account, a national account, or every other account."""
        named = {"res.partner": "partner_id", "national.account": "national_account_id"}
        whose = {named[of._name]: of.id} if of else {}
        return cls.env["collections.limit"].create(
            {"amount": amount, "company_id": cls.company.id, **whose, **vals}
        )

    @classmethod
    def _draft(cls, amount, partner=None, date="2026-07-01", **vals):
        """A customer invoice that is not posted."""
        return cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "invoice_date": date,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": False}
                    )
                ],
                **vals,
            }
        )

    def _post(self, moves, user=None, day="2026-07-01"):
        """Post as a user does, the bookkeeper if none is named."""
        with self._on(day):
            moves.with_user(user or self.bookkeeper).action_post()

    def _is_posted(self, moves, **how):
        """Whether they may be posted; what posting did is taken back."""
        return self._is_allowed(lambda: self._post(moves, **how))

    def _is_let(self, amount, partner=None, day="2026-07-01", **vals):
        """Whether a new invoice over an amount may be posted; nothing is left of it."""
        return self._is_allowed(
            lambda: self._post(self._draft(amount, partner, day, **vals), day=day)
        )

    def _is_allowed(self, work):
        """Whether something may be done; what it says otherwise is in ``said``."""
        try:
            with self.env.cr.savepoint() as savepoint:
                work()
                self.env.flush_all()
                savepoint.rollback()
        except UserError as error:
            self.said = str(error).replace("\N{NO-BREAK SPACE}", " ")
            return False
        finally:
            self.env.cr.precommit.clear()
            self.env.invalidate_all()
        return True
