"""An account under control, and people who ask, approve and call back."""

from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user

from ..common import CollectionsCommon

ALL = "account_admin.group_account_admin_all"
USER = "account_admin.group_account_admin_user"
MANAGER = "account_admin.group_account_admin_manager"
#: The day before which everything is known, and the one on which it is asked for.
BEFORE, ASKED = "2026-06-01", "2026-07-01"
IBAN, NEW_IBAN = "DE89370400440532013000", "GB29NWBK60161331926819"


class ChangeCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._person("ann", USER)
        cls.mia, cls.bob, cls.zoe = (
            cls._person(login, ALL) for login in ("mia", "bob", "zoe")
        )
        cls.auditor = cls._person("audrey", "account_admin.group_account_admin_auditor")
        cls.boss = cls._person("boss", MANAGER)
        cls.account = cls._customer(
            "Northwind",
            street="Old 1",
            city="Berlin",
            zip="10115",
            country_id=cls.env.ref("base.de").id,
            phone="+493012345",
            collections_user_id=cls.ann.id,
        )
        cls.jane = cls.env["res.partner"].create(
            {"name": "Jane Roe", "parent_id": cls.account.id, "phone": "+493067890"}
        )
        cls.bank = cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.account.id}
        )
        cls.account.with_company(cls.company).credit_limit = 50
        cls.terms = cls.env.ref("account.account_payment_term_30days")
        cls.later = cls.env.ref("account.account_payment_term_45days")

    def setUp(self):
        super().setUp()
        self._control(self.account)

    def _control(self, account, day=BEFORE):
        """Bring an account under control on a day."""
        with self._on(day):
            account.account_admin_controlled = True
            self.env.flush_all()

    @classmethod
    def _person(cls, login, groups, **vals):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.title(),
            email=f"{login}@example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )

    @classmethod
    def _field(cls, name, model="res.partner"):
        controlled = cls.env["account.admin.change.field"]
        domain = [("model", "=", model), ("field_name", "=", name)]
        return controlled.with_context(active_test=False).search(domain)

    def _line(self, name, model="res.partner", bank=None, **proposed):
        """A line that proposes something, as a command."""
        return Command.create(
            {
                "field_id": self._field(name, model).id,
                "bank_account_id": bank and bank.id,
                **proposed,
            }
        )

    def _request(self, *lines, user=None, **vals):
        """A draft of somebody."""
        return (
            self.env["account.admin.change"]
            .with_user(user or self.ann)
            .create(
                {
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "reason": "Letter of the customer",
                    "line_ids": list(lines),
                    **vals,
                }
            )
        )

    def _street(self, street="New 2", **vals):
        return self._request(self._line("street", proposed_char=street), **vals)

    def _bank(self, number=NEW_IBAN, **vals):
        line = self._line("acc_number", "res.partner.bank", self.bank)
        line[2]["proposed_char"] = number
        return self._request(line, **vals)

    def _ask(self, change, day=ASKED):
        with self._on(day):
            change.action_ask()
        return change

    def _decide(self, change, user, kind="approve", day="2026-07-02", **vals):
        """Decide as a user does: in the window of the button."""
        with self._on(day):
            decisions = self.env["account.admin.change.decision"].with_user(user)
            decision = decisions.create({"change_id": change.id, "kind": kind, **vals})
            decision.action_decide()
        self.env.invalidate_all()

    def _call(self, change, user, number="+493067890", **vals):
        phone = self.env["account.admin.phone"].search([("number", "=", number)])
        said = {"spoken_to": "Jane Roe", "comment": "Confirmed", **vals}
        self._decide(change, user, "call", phone_id=phone[:1].id, **said)

    @contextmanager
    def _at(self, moment):
        with freeze_time(moment):
            yield

    @contextmanager
    def _refusing(self, street):
        """What another add-on's constraint does: it refuses a street."""
        partners = type(self.env["res.partner"])
        validate = partners._validate_fields

        said = f"No street is called {street}."

        def refuse(records, *args):
            if street in records.mapped("street"):
                raise ValidationError(said)
            return validate(records, *args)

        with patch.object(partners, "_validate_fields", refuse):
            yield
