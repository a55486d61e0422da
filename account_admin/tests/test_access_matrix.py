"""The access matrix: what each role may do with each model, and call on it.

It is made of the registry and compared with ``access_matrix.csv`` beside this file, so
that nothing new is open to anybody before somebody has looked at it. To keep what is
now true, after looking at each changed line::

    ACCOUNT_ADMIN_WRITE_MATRIX=1 ./dev test account_admin/tests/test_access_matrix.py
"""

import csv
import inspect
import os
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.ownership import OWN, get_own_models
from .licensing_contract import LicensingContractCommon

KEPT = Path(__file__).with_name("access_matrix.csv")
WRITE = "ACCOUNT_ADMIN_WRITE_MATRIX"
HOW = (
    "The access matrix is another one. Look at each line that changed; where it is"
    f" meant, run {WRITE}=1 ./dev test account_admin/tests/test_access_matrix.py"
    " and commit tests/access_matrix.csv with the change."
)
ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "bookkeeper": "account.group_account_user",
    "settings": "base.group_system",
    "collector": "account_admin.group_account_admin_user",
    "all": "account_admin.group_account_admin_all",
    "manager": "account_admin.group_account_admin_manager",
    "auditor": "account_admin.group_account_admin_auditor",
    "licensing": "account_admin.group_licensing_user",
    "licensor": "account_admin.group_licensing_manager",
}
OPERATIONS = ("read", "write", "create", "unlink")
#: Whose record it is: mine (my company, my account, made by me) or anybody else's.
CASES = {
    "mine": {"company": True, "owner": True},
    "another's": {"company": True, "owner": False},
    "other company's": {"company": False, "owner": True},
}


@tagged("post_install", "-at_install")
class TestAccessMatrix(LicensingContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"matrix_{role}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role, group in ROLES.items()
        }
        move = cls._move("2026-03-01", 100)
        cls._contract()
        cls.env["collections.dispute"].create({"move_id": move.id, "amount": 10})
        cls.env["collections.promise"].create(
            {
                "partner_id": cls.customer.id,
                "amount": 50,
                "date": "2026-03-30",
                "made_on": "2026-03-05",
            }
        )
        cls.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": cls._customer("Head Office").id,
                "member_ids": [Command.create({"partner_id": cls.rival.id})],
            }
        )

    def setUp(self):
        super().setUp()
        self._night("2026-03-20")

    # ------------------------------------------------------------------
    # MODELS
    # ------------------------------------------------------------------

    def _read_models(self):
        """Rows (model, whose, "", operations of each role)."""
        for name in get_own_models(self.env):
            if self.env[name]._abstract:
                continue
            for case, facts in CASES.items():
                yield (
                    name,
                    case,
                    *(
                        self._get_letters(name, user, facts)
                        for user in self.users.values()
                    ),
                )

    def _get_letters(self, name, user, facts):
        """First letters of the operations that a user may do on such a record."""
        model = self.env[name].with_user(user)
        return "".join(
            operation[0].upper() if operation != "unlink" else "D"
            for operation in OPERATIONS
            if model.has_access(operation) and self._is_let(model, operation, facts)
        )

    def _is_let(self, model, operation, facts):
        """Whether the rules let a user's operation on a record of such facts."""
        rules = self.env["ir.rule"].with_user(model.env.user)
        rules = rules.with_context(allowed_company_ids=self.company.ids)
        domain = Domain(rules._compute_domain(model._name, operation))
        return domain.map_conditions(
            lambda condition: Domain(self._holds(condition, model, facts))
        ).is_true()

    def _holds(self, condition, model, facts):
        """Whether a rule's condition holds for a record of such facts."""
        path, value = condition.field_expr, condition.value
        if isinstance(value, Domain):
            inner = value.map_conditions(
                lambda one: Domain(self._holds(one, model, facts))
            )
            return inner.is_true()
        values = list(value) if hasattr(value, "__iter__") else [value]
        name = path.split(".")[-1]
        if name in ("company_id", "company_ids"):
            return facts["company"] and any(values)
        if name in ("create_uid", "user_id", "collections_responsible_id"):
            return facts["owner"] and model.env.uid in values
        # a figure of one account, which is the narrowest
        if name == "scope":
            return "account" in values
        if name == "id" and not path.startswith("id."):
            return True
        raise AssertionError(f"Say in _holds how the matrix reads {condition!r}.")

    # ------------------------------------------------------------------
    # METHODS
    # ------------------------------------------------------------------

    def _find_methods(self):
        """Public methods that the add-on defines: (model, name), in order."""
        base = type(self.env["base"])
        for name in sorted(self.env.registry):
            cls = self.env.registry[name]
            if self.env[name]._abstract and not name.startswith("report."):
                continue
            ours = {
                attribute
                for parent in cls.mro()
                if parent.__module__.startswith(f"odoo.addons.{OWN}.")
                for attribute, value in vars(parent).items()
                if not attribute.startswith("_") and inspect.isfunction(value)
            }
            for method in sorted(ours):
                is_private = getattr(getattr(cls, method), "_api_private", False)
                if not hasattr(base, method) and not is_private:
                    yield name, method

    def _needs_arguments(self, model, method):
        parameters = list(inspect.signature(getattr(model, method)).parameters.values())
        return any(
            parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            for parameter in parameters
        )

    def _read_methods(self):
        """Rows (model, method, what comes of a call by each role)."""
        samples = {}
        for name, method in self._find_methods():
            if name not in samples:
                samples[name] = self._find_sample(name)
            yield (
                name,
                f"{method}()",
                *(
                    self._call(samples[name], method, user)
                    for user in self.users.values()
                ),
            )

    def _find_sample(self, name):
        """A record of the company, made by who is nobody of the roles."""
        model = self.env[name].sudo()
        if model._transient or not model._auto or model._abstract:
            return model
        domain = Domain.TRUE
        if "company_id" in model._fields:
            domain = Domain("company_id", "in", (False, self.company.id))
        return model.with_context(active_test=False).search(domain, limit=1)

    def _call(self, sample, method, user):
        """What a user's call comes to: yes, no, a sentence, or what could be tried."""
        record = sample.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )
        if self._needs_arguments(record, method):
            return self._get_word(record)
        if not record:
            return self._get_word(record)
        try:
            with (
                self.env.cr.savepoint() as savepoint,
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db"),
            ):
                getattr(record, method)()
                savepoint.rollback()
        except AccessError:
            return "no"
        except UserError:
            return "sentence"
        finally:
            self.env.invalidate_all()
        return "yes"

    def _get_word(self, record):
        """Where no call is tried: whether the role may read what it is about."""
        return "reads" if record.has_access("read") else "no"

    # ------------------------------------------------------------------
    # TESTS
    # ------------------------------------------------------------------

    def test_matrix_is_the_one_that_somebody_looked_at(self):
        rows = [("model", "whose, or method", *ROLES)]
        rows += [*self._read_models(), *self._read_methods()]
        if os.environ.get(WRITE):
            with KEPT.open("w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        with KEPT.open(newline="") as file:
            kept = [tuple(row) for row in csv.reader(file)]
        self.assertEqual(sorted(set(rows) ^ set(kept)), [], HOW)

    def test_nobody_without_a_role_of_ours_has_anything(self):
        for _model, what, *cells in self._read_models():
            for role, cell in zip(ROLES, cells, strict=True):
                if role in ("public", "portal", "employee"):
                    self.assertEqual(cell, "", (_model, what, role))

    def test_nobody_has_anything_of_another_company(self):
        for model, what, *cells in self._read_models():
            if what == "other company's":
                shared = not self._get_companies(model)
                self.assertTrue(shared or not any(cells), (model, cells))

    def _get_companies(self, model):
        rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", model)])
        return any("company_ids" in rule.domain_force for rule in rules)
