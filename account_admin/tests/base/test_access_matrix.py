"""Who may do what: every model and public method of ours, for every role.

The tables are files beside this one. What stands in them is compared with what happens
when each role tries, on a real record; a new model or method has no line yet and fails.
Of a model stand the field that says of which company a record is, and what a role may
(read, write, create, delete) with one of the own company / of another one; where no
company has it, there is no other half. To write the tables anew, and then to read their
changes line by line before they are kept:

    ACCESS_MATRIX=write ./dev test --no-lint -k access_matrix
"""

import csv
import inspect
import os
from pathlib import Path

from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError, MissingError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.base.ownership import OWN, get_own_models
from .access_samples import ABOUT, DAY, ROLES, AccessSamples

OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
SAMPLES = "access_samples.py"
MODELS = Path(__file__).with_name("access_models.csv")
METHODS = Path(__file__).with_name("access_methods.csv")
HOW = (
    "Say who may: ACCESS_MATRIX=write ./dev test --no-lint"
    " -k access_matrix writes the table anew; read what"
    " changed in it before you keep it."
)
#: A role that may not is told so; whatever else happens, it was let in.
NO, YES = "-", "+"
#: What Odoo itself lets be called, and we add to.
ODOOS = {
    "account.move.button_draft",
    "collections.case.mail_allowed_qweb_expressions",
    "ir.mail_server.send_email",
}
#: Refusals are what these tests are about.
MUTED = mute_logger(
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
    "odoo.sql_db",
)


class Tried(Exception):
    """Takes back what a call did."""


class Stuck(AssertionError):
    """There is nothing to try a call on."""


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessSamples):
    maxDiff = None

    def setUp(self):
        super().setUp()
        #: Ids by model and company; what a record says, by record.
        self.rows, self.values = {}, {}

    # ------------------------------------------------------------------
    # TRYING
    # ------------------------------------------------------------------

    def _is_let_in(self, call, *args):
        """Whether a call is let in; what it did is taken back.

        :raise Stuck: there was nothing to try it on
        """
        is_let_in = True
        try:
            with self.env.cr.savepoint():
                try:
                    call(*args)
                    self.env.flush_all()
                except (AccessError, MissingError):
                    is_let_in = False
                raise Tried
        except Stuck:
            raise
        except Exception:  # whatever it says, it was not that the role may not
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
        finally:
            self.env.clear()
        return is_let_in

    def _get_sample(self, name, role, company):
        """The record of a model in a company, as a role has it.

        A wizard is for who made it: who may make one gets one of its own.
        """
        env = self.env(user=self.users[role])
        if env[name]._abstract:
            return env[name]
        if env[name]._transient and company == self.company:
            made = self._make_own_wizard(env, name)
            if made:
                return made
        key = name, company.id
        if key not in self.rows:
            self.rows[key] = self._find_sample(name, company).id
        if not self.rows[key]:
            raise Stuck(f"there is no {name} in {company.name}: make one in {SAMPLES}")
        return env[name].browse(self.rows[key])

    def _make_own_wizard(self, env, name):
        """A wizard of the user, empty for who may not make one."""
        try:
            made = self._make_wizard(env, name, self.company)
        except AccessError:
            return env[name]
        except Exception as error:
            raise Stuck(f"{name} is not made by {SAMPLES}: {error}") from error
        if not made:
            raise Stuck(f"{name} is empty: give it something in {SAMPLES}")
        return made

    # ------------------------------------------------------------------
    # MODELS
    # ------------------------------------------------------------------

    def _try_models(self):
        """Model -> role -> operations on a record of the own company/of another one."""
        return {
            name: self._try_model(name)
            for name in get_own_models(self.env)
            if not self.env[name]._abstract
        }

    def _try_model(self, name):
        """Which field says of which company a record is, and what each role may."""
        path = self._get_company_path(name)
        companies = [self.company, self.other["company"]][: 2 if path else 1]
        row = {"company": path or NO}
        for role in ROLES:
            tried = [self._try_operations(name, role, company) for company in companies]
            row[role] = "/".join(tried)
        return row

    def _get_company_path(self, name):
        for field in ("company_id", "company_ids"):
            if field in self.env[name]._fields:
                return field
        return f"{ABOUT[name][0]}.company_id" if name in ABOUT else ""

    def _try_operations(self, name, role, company):
        """Letters of what a role may do with the record of a company."""

        def try_on_sample(operation):
            try:
                self._try_operation(self._get_sample(name, role, company), operation)
            except (AccessError, MissingError, Stuck):
                raise
            except Exception as error:
                raise Stuck(f"{name} cannot be tried: {error!r}") from error

        may = [
            letter
            for operation, letter in OPERATIONS.items()
            if self._is_let_in(try_on_sample, operation)
        ]
        return "".join(may) or NO

    def _try_operation(self, record, operation):
        """Do it; what is refused for another reason leaves what Odoo would ask.

        :raise AccessError: the user of the record may not
        """
        call = {
            "read": self._read,
            "write": self._write_same,
            "create": self._create_like,
            "unlink": lambda record, _values: record.unlink(),
        }[operation]
        values = self._prepare_values(record)
        # what is known already would not be asked for
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                call(record, values)
                self.env.flush_all()
                return
        except (AccessError, MissingError, Stuck):
            raise
        except Exception:  # the rest is for the rules to answer
            self.env.clear()
        record.check_access(operation)

    def _read(self, record, _values):
        # a row that a report does not have for a user is left out without a word
        if not record.read(["display_name"]):
            raise MissingError(repr(record))

    def _prepare_values(self, record):
        """What a user may enter of a record, as it stands."""
        if record not in self.values:
            known = record.with_user(SUPERUSER_ID)
            self.values[record] = {
                name: field.convert_to_write(known[name], known)
                for name, field in known._fields.items()
                if field.store
                and not field.readonly
                and field.type not in ("one2many", "binary")
                and known[name]
            }
        return self.values[record]

    def _write_same(self, record, values):
        """Write what stands there already, of no other record."""
        plain = [name for name in values if not record._fields[name].relational]
        record.write({name: values[name] for name in plain[:1]})

    def _create_like(self, record, values):
        """Make another one with what a user may enter of it, in the same company."""
        made = record.browse().create(values)
        path = self._get_company_path(record._name)
        if path and made.sudo().mapped(path) != record.sudo().mapped(path):
            raise ValueError(f"{made} is of another company than {record}")

    # ------------------------------------------------------------------
    # METHODS
    # ------------------------------------------------------------------

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
                    found[f"{name}.{method}"] = (name, method, function)
        return found

    def _is_private(self, model, method):
        return any(
            getattr(base.__dict__.get(method), "_api_private", False)
            for base in type(model).mro()
        )

    def _try_methods(self):
        """Method -> role -> whether a call on a record of the own company is let in."""
        return {
            key: {
                role: YES if self._is_let_in(self._call, *found, role) else NO
                for role in ROLES
            }
            for key, found in sorted(self._get_methods().items())
        }

    def _call(self, name, method, function, role):
        parameters = list(inspect.signature(function).parameters.values())[1:]
        arguments = [
            None
            for parameter in parameters
            if parameter.default is parameter.empty
            and parameter.kind == parameter.POSITIONAL_OR_KEYWORD
        ]
        record = self._get_sample(name, role, self.company)
        self.env.invalidate_all()
        getattr(record, method)(*arguments)

    # ------------------------------------------------------------------
    # TABLES
    # ------------------------------------------------------------------

    def _compare(self, path, found, what):
        if os.environ.get("ACCESS_MATRIX") == "write":
            with path.open("w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow([what, *next(iter(found.values()))])
                writer.writerows([key, *row.values()] for key, row in found.items())
        with path.open(newline="") as file:
            known = {row.pop(what): row for row in csv.DictReader(file)}
        new = sorted(set(found) - set(known))
        self.assertFalse(new, f"{', '.join(new)}: no line in {path.name} yet. {HOW}")
        gone = sorted(set(known) - set(found))
        self.assertFalse(gone, f"{', '.join(gone)}: gone, but in {path.name}. {HOW}")
        wrong = [
            f"{key}, {column}: {value}, the table says {known[key].get(column)}"
            for key, row in found.items()
            for column, value in row.items()
            if value != known[key].get(column)
        ]
        self.assertFalse(wrong, "\n".join([HOW, *wrong]))

    @MUTED
    def test_every_public_method_for_every_role(self):
        self._make_samples()
        with self._on(DAY):
            self._compare(METHODS, self._try_methods(), "method")

    @MUTED
    def test_every_model_for_every_role_and_company(self):
        self._make_samples()
        with self._on(DAY):
            self._compare(MODELS, self._try_models(), "model")
            self._assert_rules_are_tried()

    def _assert_rules_are_tried(self):
        """Without its rules of companies a record of another one is let in."""
        for name, may in (
            ("account.admin.evidence", "r/r"),
            ("collections.policy", "rwcd/rwcd"),
            ("national.account", "rwcd/rwcd"),
        ):
            rules = self.env["ir.rule"].sudo()
            domain = [("model_id.model", "=", name), ("groups", "=", False)]
            rules.search(domain).active = False
            self.assertEqual(self._try_model(name)["administrator"], may, name)

    def test_nobody_does_anything_outside(self):
        """Read off the table: no stranger does, and nobody in another company."""
        with MODELS.open(newline="") as file:
            for row in csv.DictReader(file):
                name, company = row.pop("model"), row.pop("company")
                nothing = NO if company == NO else f"{NO}/{NO}"
                for role, may in row.items():
                    if role in ("public", "portal"):
                        self.assertEqual(may, nothing, f"{name}, {role}")
                    if company != NO:
                        self.assertEqual(may.split("/")[1], NO, f"{name}, {role}")

    def test_nobody_outside_calls_anything(self):
        """Nor does an employee, or who keeps the books, without a role of ours."""
        with METHODS.open(newline="") as file:
            let_in = {
                (row["method"], role)
                for row in csv.DictReader(file)
                for role in ("public", "portal", "employee", "bookkeeper")
                if row[role] == YES and row["method"] not in ODOOS
            }
        self.assertFalse(let_in, "refuse who may not read what it is about")

    def test_model_without_a_record_fails_with_where_to_make_one(self):
        with self.assertRaisesRegex(Stuck, f"no licensing.pool.pace .* {SAMPLES}"):
            self._try_model("licensing.pool.pace")

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
