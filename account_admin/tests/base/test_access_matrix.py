"""Who may do what: every model and public method of ours, for every role.

The table is a file beside this one. What stands in it is compared with what happens
when each role tries; a new model or method has no line yet and fails. To write the
table anew, and then to read its changes line by line before they are kept:

    ACCESS_MATRIX=write ./dev test --no-lint -k access_matrix
"""

import csv
import inspect
import os
from pathlib import Path

from odoo import Command, models
from odoo.exceptions import AccessError, MissingError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.base.ownership import OWN, get_own_models
from ..licensing.licensing import LicensingCommon

ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "bookkeeper": "account.group_account_user",
    "auditor": "account_admin.group_account_admin_auditor",
    "own": "account_admin.group_account_admin_user",
    "all": "account_admin.group_account_admin_all",
    "administrator": "account_admin.group_account_admin_manager",
    "licensing_user": "account_admin.group_licensing_user",
    "licensing_manager": "account_admin.group_licensing_manager",
}
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
MODELS = Path(__file__).with_name("access_models.csv")
METHODS = Path(__file__).with_name("access_methods.csv")
HOW = (
    "Say who may: ACCESS_MATRIX=write ./dev test --no-lint"
    " -k access_matrix writes the table anew; read what"
    " changed in it before you keep it."
)
#: A role that may not is told so; whatever else happens, it was let in. Where there is
#: no record to try it on, a role that is let into the model gets as far as that.
NO, YES, NO_RECORD = "-", "+", "?"


class Tried(Exception):
    """Takes back what a call did."""


@tagged("post_install", "-at_install")
class TestAccessMatrix(LicensingCommon):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"role_{role}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role, groups in ROLES.items()
        }

    # ------------------------------------------------------------------
    # TRYING
    # ------------------------------------------------------------------

    def _try_models(self):
        """Model -> role -> operations on rows of the own company/of another one."""
        return {
            name: {role: self._try_model(name, role) for role in ROLES}
            for name in get_own_models(self.env)
            if not self.env[name]._abstract
        }

    def _try_model(self, name, role):
        model = self.env[name].with_user(self.users[role])
        here = [op for op in OPERATIONS if model.has_access(op)]
        there = [op for op in here if not self._is_kept_in(name, role, op)]
        return "/".join(
            "".join(OPERATIONS[op] for op in ops) or NO for ops in (here, there)
        )

    def _is_kept_in(self, name, role, operation):
        """Whether a rule keeps rows of another company, or of somebody else, away."""
        rules = self.env["ir.rule"].with_user(self.users[role])
        domain = rules._compute_domain(name, operation)
        fields = {
            condition.field_expr.split(".")[-1]
            for condition in domain.iter_conditions()
        }
        return bool(fields & {"company_id", "create_uid"}) or any(
            condition.operator.startswith("any")
            and "company_id" in str(condition.value)
            for condition in domain.iter_conditions()
        )

    def _get_methods(self):
        """Public methods of ours, of our models and of others': (model, method)."""
        found = {}
        for name, model in self.env.items():
            for method in dir(type(model)):
                # what every model has is what the table of models is about
                if method.startswith("_") or hasattr(models.BaseModel, method):
                    continue
                function = inspect.unwrap(getattr(type(model), method, None) or dict)
                if not inspect.isfunction(function) or self._is_private(model, method):
                    continue
                if f".{OWN}." in f"{function.__module__}.":
                    found[f"{name}.{method}"] = (model, method, function)
        return found

    def _is_private(self, model, method):
        return any(
            getattr(base.__dict__.get(method), "_api_private", False)
            for base in type(model).mro()
        )

    def _try_methods(self):
        """Method -> role -> whether a call is let in."""
        sample = {}
        table = {}
        for key, (model, method, function) in sorted(self._get_methods().items()):
            if model._name not in sample:
                sample[model._name] = self._find_sample(model)
            table[key] = {
                role: self._call(model, sample[model._name], method, function, role)
                for role in ROLES
            }
        return table

    def _find_sample(self, model):
        if model._abstract or not model._auto:
            return []
        found = model.sudo().with_context(active_test=False)
        domain = [("company_id", "in", (self.company.id, False))]
        if not model._fields.get("company_id") or not model._fields["company_id"].store:
            domain = []
        return found.search(domain, limit=1, order="id desc").ids or [2**30]

    def _call(self, model, ids, method, function, role):
        records = self.env[model._name].with_user(self.users[role]).browse(ids)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        arguments = [
            None
            for parameter in parameters
            if parameter.default is parameter.empty
            and parameter.kind == parameter.POSITIONAL_OR_KEYWORD
        ]
        outcome = YES
        try:
            with self.env.cr.savepoint():
                try:
                    if model._transient:
                        # a wizard is for who made it
                        outcome = NO_RECORD
                        records, outcome = records.create({}), YES
                    getattr(records, method)(*arguments)
                    records.env.flush_all()
                except AccessError:
                    outcome = NO
                except MissingError:
                    outcome = NO_RECORD
                raise Tried
        except Exception:  # whatever it says, it was not that the role may not
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
        self.env.clear()
        return outcome

    # ------------------------------------------------------------------
    # TABLES
    # ------------------------------------------------------------------

    def _compare(self, path, found, what):
        if os.environ.get("ACCESS_MATRIX") == "write":
            with path.open("w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow([what, *ROLES])
                writer.writerows(
                    [key, *(row[role] for role in ROLES)] for key, row in found.items()
                )
        with path.open(newline="") as file:
            known = {row.pop(what): row for row in csv.DictReader(file)}
        new = sorted(set(found) - set(known))
        self.assertFalse(new, f"{', '.join(new)}: no line in {path.name} yet. {HOW}")
        gone = sorted(set(known) - set(found))
        self.assertFalse(gone, f"{', '.join(gone)}: gone, but in {path.name}. {HOW}")
        wrong = [
            f"{key}, {role}: {row[role]}, the table says {known[key][role]}"
            for key, row in found.items()
            for role in ROLES
            if row[role] != known[key][role]
        ]
        self.assertFalse(wrong, HOW)

    def test_every_model_for_every_role_and_company(self):
        self._compare(MODELS, self._try_models(), "model")

    def _make_samples(self):
        """A record of most of what methods are called on."""
        move = self._move("2026-03-01", 100)
        self._move("2026-01-10", 100, self._customer("Second Stores"))
        self._payment("2026-03-02", 10)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night", "ir_cron_kpi")
        self.env["collections.dispute"].create({"move_id": move.id, "amount": 9})
        promise = {"partner_id": self.customer.id, "amount": 9, "date": "2099-01-01"}
        self.env["collections.promise"].create(promise)
        statement = {"partner_id": self.customer.id, "date": "2026-02-28"}
        statement |= {"company_id": self.company.id, "channel": "email"}
        self.env["collections.statement"].sudo().create(statement)
        contract = self._contract()
        self._approve(contract, 10_000)
        self._report(contract, [5_000], quarter=1).action_compute()
        self.env["licensing.amendment"].create(
            {"name": "More", "contract_id": contract.id, "date": "2026-07-01"}
        )

    @mute_logger(
        "odoo.addons.base.models.ir_model",
        "odoo.addons.base.models.ir_rule",
        "odoo.models",
        "odoo.sql_db",
    )
    def test_every_public_method_for_every_role(self):
        self._make_samples()
        self._compare(METHODS, self._try_methods(), "method")

    def test_nobody_outside_does_anything(self):
        """Read off the tables: what a stranger may is nothing, whatever is added."""
        with MODELS.open(newline="") as file:
            for row in csv.DictReader(file):
                for role in ("public", "portal"):
                    self.assertEqual(row[role], "-/-", f"{row['model']}, {role}")
                for role in ROLES:
                    # no role writes what belongs to another company only
                    self.assertLessEqual(
                        set(row[role].split("/")[1]) - {NO},
                        set(row[role].split("/")[0]),
                    )

    def test_model_and_method_without_a_line_fail_with_how_to_add_it(self):
        found = {"licensing.new": dict.fromkeys(ROLES, "-/-")}
        with self.assertRaisesRegex(
            AssertionError, "licensing.new: no line.*Say who may"
        ):
            self._compare_kept(found)

    def _compare_kept(self, found):
        kept = os.environ.pop("ACCESS_MATRIX", None)
        try:
            self._compare(MODELS, found, "model")
        finally:
            if kept:
                os.environ["ACCESS_MATRIX"] = kept
