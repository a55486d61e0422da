"""What was made for one user, or one company, is for nobody else."""

from contextlib import suppress

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.base.ownership import get_own_models
from ..common import CollectionsHttpCase
from ..licensing.licensing_contract import LicensingContractCommon

#: Models without a rule of a company or a creator, and why they need none.
SHARED = {
    "account.admin.change.field": "what is controlled is so in every company",
    "account.admin.bounce": "a dead address is dead for every company",
    "account.admin.quality.rule": "what is looked for is so in every company",
    "account.admin.contact.role": "a list of words that all companies share",
    "collections.limit.turn": "one number a limit, which only auditors read",
    "account.admin.document.type": "a list of words that all companies share",
    "account.admin.obligation.type": "as the types of documents",
    "account.admin.industry": "industries are the same for every company",
    "account.admin.rating.agency": "agencies rate for every company",
    "account.admin.rating.step": "as its agency",
    "account.admin.desk": "a list of words that all companies share",
    "licensing.import.progress": "one number a file, which only settings users read",
    "licensing.report.change": "a number of a contract that only settings users read",
}
WIZARD = "account.admin.wizard.mixin"


@tagged("post_install", "-at_install")
class TestDoors(LicensingContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.setup_other_company()["company"]
        groups = "account_admin.group_account_admin_manager"
        groups += ",account_admin.group_licensing_manager"
        cls.here, cls.beside, cls.there = (
            new_test_user(
                cls.env,
                login,
                groups=groups,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for login, company in (
                ("here", cls.company),
                ("beside", cls.company),
                ("there", cls.foreign),
            )
        )
        cls._move("2026-03-01", 100)
        cls.contract = cls._contract()
        (cls.comet | cls.rocket | cls.other).company_id = cls.company
        (cls.apparel | cls.toys).company_id = cls.company
        (cls.online | cls.mass).company_id = cls.company
        cls.hidden = cls.env["res.partner"].create(
            {"name": "Hidden", "is_company": True, "company_id": cls.company.id}
        )
        cls.env["national.account"].create(
            {
                "name": "Hidden",
                "partner_id": cls.hidden.id,
                "company_id": cls.company.id,
                "member_ids": [Command.create({"partner_id": cls.rival.id})],
            }
        )
        cls.policy.company_id = cls.company

    def setUp(self):
        super().setUp()
        self._night("2026-03-20")
        self.dry_run = self.env["collections.dry.run"].with_user(self.here).create({})
        self.dry_run._simulate()

    def _get_wizards(self):
        return [n for n in get_own_models(self.env) if self.env[n]._transient]

    def _get_domains(self, model):
        rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", model)])
        return " ".join(r.domain_force for r in rules if not r.groups)

    def test_every_model_has_a_rule_of_its_company_or_its_creator(self):
        bare = {
            name
            for name in get_own_models(self.env)
            if not self.env[name]._abstract
            and not any(
                word in self._get_domains(name)
                for word in ("company_ids", "create_uid")
            )
        }
        self.assertEqual(
            bare,
            set(SHARED),
            "give the model a rule in security/, or say in SHARED why it needs none",
        )

    def test_every_wizard_has_a_rule_of_its_creator_and_checks_what_it_names(self):
        for name in self._get_wizards():
            self.assertIn("('create_uid', '=', user.id)", self._get_domains(name), name)
            self.assertIn(WIZARD, self.env.registry[name]._inherit_module, name)

    def _assert_hidden(self, record):
        for user in (self.beside, self.there):
            seen = self.env[record._name].with_user(user)
            self.assertFalse(seen.search([("id", "=", record.id)]))
            self.env.invalidate_all()
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule"),
            ):
                seen.browse(record.id).web_read({"display_name": {}})

    def test_explanation_preview_and_approval_are_for_who_asked(self):
        for model, vals in (
            ("licensing.explanation", {"name": "Royalty", "html": "<p>3,000</p>"}),
            ("collections.text.preview", {"policy_id": self.policy.id}),
            ("collections.approval", {}),
            ("licensing.pack", {}),
            ("account.admin.aging.wizard", {}),
            ("collections.statement.wizard", {}),
        ):
            record = self.env[model].with_user(self.here).create(vals)
            self.assertTrue(record.web_read({"display_name": {}}), model)
            self._assert_hidden(record)
        self._assert_hidden(self.dry_run)
        self._assert_hidden(self.dry_run.line_ids[:1])

    def _find_foreign(self):
        """Per field of a wizard a record that a user of another company may not read.

        :return: list of (model, field, id)
        """
        found = []
        for name in self._get_wizards():
            for field in self.env[name]._fields.values():
                if field.type not in ("many2one", "many2many") or field.name in (
                    "create_uid",
                    "write_uid",
                ):
                    continue
                every = self.env[field.comodel_name].sudo()
                every = every.with_context(active_test=False).search([])
                try:
                    mine = every.with_user(self.there)._filtered_access("read")
                except AccessError:
                    mine = every.browse()
                hidden = every - mine
                if hidden and (not field.compute or not field.readonly):
                    found.append((name, field, hidden[:1].id))
        return found

    def _refused(self, function, *args):
        with (
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
            mute_logger(
                "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"
            ),
        ):
            function(*args)

    def test_no_wizard_takes_the_id_of_what_its_user_may_not_read(self):
        tried = self._find_foreign()
        self.assertLess(
            {
                ("collections.text.preview", "case_id"),
                ("collections.text.preview", "policy_id"),
                ("collections.approval", "notice_ids"),
                ("collections.dry.run", "company_id"),
                ("account.admin.aging.wizard", "partner_ids"),
                ("collections.statement.wizard", "national_account_ids"),
                ("licensing.termination", "contract_id"),
            },
            {(name, field.name) for name, field, _id in tried},
        )
        for name, field, number in tried:
            model = self.env[name].with_user(self.there)
            single = field.type == "many2one"
            value = number if single else [Command.set([number])]
            linked = number if single else [Command.link(number)]
            spec = {n: {} for n in model._fields}
            by_default = model.with_context(**{f"default_{field.name}": value})
            with self.subTest(model=name, field=field.name):
                self._refused(model.create, {field.name: value})
                self._refused(model.onchange, {field.name: linked}, [field.name], spec)
                self._refused(by_default.default_get, [field.name])
                self._refused(by_default.onchange, {}, [], spec)

    def test_nor_by_writing_it_later(self):
        wizard = self.env["account.admin.aging.wizard"].with_user(self.there).create({})
        self._refused(wizard.write, {"company_ids": [Command.link(self.company.id)]})
        self._refused(wizard.web_save, {"partner_ids": [[4, self.hidden.id]]}, {})
        pack = self.env["licensing.pack"].with_user(self.there).create({})
        self._refused(pack.write, {"company_id": self.company.id})

    def test_what_names_no_record_is_answered_with_a_sentence(self):
        for model, context in (
            ("collections.approval", {"active_ids": ["x"]}),
            (
                "collections.statement.wizard",
                {"active_model": "res.partner", "active_ids": [2**40]},
            ),
        ):
            wizard = self.env[model].with_user(self.here).with_context(**context)
            with self.subTest(model=model), self.assertRaises(UserError):
                wizard.create({})
        wizard = self.env["collections.text.preview"].with_user(self.here)
        for value in ("x", 2**40, -1, [1]):
            with self.subTest(value=value), self.assertRaises(UserError):
                wizard.create({"policy_id": value})

    def _is_moved(self, record, vals):
        """Whether a user's record gets values that take it to another company."""
        try:
            with (
                self.env.cr.savepoint() as savepoint,
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db"),
            ):
                record.write(vals)
                self.env.flush_all()
                savepoint.rollback()
        # what the database refuses Odoo's door answers with a sentence
        except (UserError, IntegrityError):
            return False
        finally:
            self.env.invalidate_all()
        return True

    def _find_movable(self):
        """Models that somebody writes and whose company is kept, with a record each."""
        for name in get_own_models(self.env):
            model = self.env[name].with_user(self.here)
            if model._abstract or model._transient or not model._auto:
                continue
            record = model.has_access("write") and model.search([], limit=1)
            if record:
                yield name, record

    def test_no_record_moves_into_a_company_that_is_not_its_users(self):
        tried, moved = set(), []
        for name, record in self._find_movable():
            if record._fields.get("company_id", record._fields["id"]).store:
                tried.add(name)
                if "company_id" in record._fields and self._is_moved(
                    record, {"company_id": self.foreign.id}
                ):
                    moved.append(name)
        self.assertLess(
            {
                "collections.policy",
                "collections.policy.step",
                "licensing.contract",
                "licensing.property",
                "licensing.rate",
                "national.account",
            },
            tried,
        )
        self.assertFalse(moved)

    def _make_foreign(self):
        """Records of the other company: dict model -> record."""
        there = self.env(user=self.there, su=True)
        customer = there["res.partner"].create({"name": "Far", "is_company": True})
        contract = there["licensing.contract"].create(
            {
                "title": "Far",
                "partner_id": customer.id,
                "company_id": self.foreign.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "rate_ids": [Command.create({"rate": 3})],
            }
        )
        national = there["national.account"].create(
            {
                "name": "Far",
                "partner_id": customer.id,
                "company_id": self.foreign.id,
            }
        )
        policy = self.policy.sudo().copy({"company_id": self.foreign.id})
        records = [contract, contract.rate_ids, national, policy, policy.step_ids[:1]]
        return {record._name: record for record in records}

    def test_nor_under_a_parent_of_another_company(self):
        foreign, tried, moved = self._make_foreign(), set(), []
        for name, record in self._find_movable():
            for field in record._fields.values():
                if field.type != "many2one" or not field.store:
                    continue
                parent = foreign.get(field.comodel_name)
                if parent and not record[field.name].company_id <= parent.company_id:
                    tried.add(f"{name}.{field.name}")
                    if self._is_moved(record, {field.name: parent.id}):
                        moved.append(f"{name}.{field.name}")
        self.assertLess({"licensing.rate.contract_id"}, tried)
        self.assertFalse(moved)

    def test_lines_of_a_dry_run_are_not_written_by_hand(self):
        lines = self.env["collections.dry.run.line"].with_user(self.here)
        self._refused(
            lines.create,
            {"dry_run_id": self.dry_run.id, "outcome": "wait", "change": "new"},
        )
        self._refused(self.dry_run.line_ids.with_user(self.here).write, {"days": 3})

    def test_no_window_is_opened_on_what_its_user_may_not_read(self):
        employee = new_test_user(
            self.env,
            "employee",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        pack = self.env["licensing.pack"].with_user(self.here).create({})
        calls = (
            (self.rival, "action_view_collections_items", [employee]),
            (self.rival, "action_view_licensing_contracts", [employee]),
            (self.contract, "action_template", [employee, self.there]),
            (self.contract, "action_amend", [employee, self.there]),
            (pack, "action_print", [employee]),
            (pack, "action_xlsx", [employee]),
            (pack, "action_zip", [employee]),
        )
        for record, method, strangers in calls:
            self.env.invalidate_all()
            for stranger in strangers:
                self._refused(getattr(record.with_user(stranger), method))
            self.assertTrue(getattr(record.with_user(self.here), method)(), method)


#: What a browser never sends in the context, and anybody can.
ODD = (
    {"active_ids": "x", "active_model": "res.partner"},
    {"active_ids": [2**40], "active_model": "national.account"},
    {"active_ids": {"a": 1}, "active_model": "no.model"},
    {"active_id": "x", "default_contract_id": "x", "default_statement_id": []},
    {"aging_day": "soon", "aging_currency": "x"},
    {"aging_day": ["2026"], "aging_currency": {"a": 1}},
    {"aging_currency": 2**40, "aging_without_disputed": "x"},
    {"collections_notice_ids": ["x"], "tz": "Nowhere/Land"},
    {"lang": "xx_XX"},
    {"lang": "../etc"},
    {"tz": "../etc/passwd"},
    {"allowed_company_ids": [2**40]},
    {"allowed_company_ids": ["x"]},
)


@tagged("post_install", "-at_install")
class TestOddContext(LicensingContractCommon):
    """Whatever a client puts into the context is answered, or refused in a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.everything = new_test_user(
            cls.env,
            "everything",
            groups="account_admin.group_account_admin_manager,"
            "account_admin.group_licensing_manager",
            company_id=cls.company.id,
        )
        cls._move("2026-03-01", 100)

    def _ask(self, model):
        """What a screen asks of a model first, one after the other."""
        spec = {name: {} for name in model._fields}
        if model._transient:
            yield "onchange", lambda: model.onchange({}, [], spec)
            yield "create", lambda: model.create({})
        else:
            yield (
                "web_search_read",
                lambda: model.web_search_read([], spec, limit=2),
            )
            yield "group", lambda: model.formatted_read_group([], [], ["__count"])

    def _is_refused_by_odoo(self, context, error):
        """Whether Odoo fails the same way where nothing is ours."""
        banks = self.env["res.bank"].with_user(self.everything)
        try:
            banks.with_context(**context).web_search_read([], {"name": {}})
        except type(error):
            return True
        return False

    def test_every_screen_of_ours_answers_or_refuses_in_a_sentence(self):
        self._night("2026-03-20")
        tried = 0
        for context in ODD:
            for name in get_own_models(self.env):
                if self.env[name]._abstract:
                    continue
                model = self.env[name].with_user(self.everything)
                for what, ask in self._ask(model.with_context(**context)):
                    tried += 1
                    try:
                        with (
                            # of a value that is missing Odoo's door makes a sentence
                            suppress(UserError, IntegrityError),
                            self.env.cr.savepoint(),
                            mute_logger("odoo.sql_db"),
                        ):
                            ask()
                    except Exception as error:
                        with self.subTest(model=name, what=what, context=context):
                            if not self._is_refused_by_odoo(context, error):
                                raise
        self.assertGreater(tried, 1000)


@tagged("post_install", "-at_install")
class TestOddAddress(CollectionsHttpCase):
    """An address of ours that names nothing, or what is another's, says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "account_admin.group_account_admin_manager"
        groups += ",account_admin.group_licensing_manager"
        for login in ("asker", "maker"):
            new_test_user(cls.env, login, groups=groups, company_id=cls.company.id)
        cls.maker = cls.env["res.users"].search([("login", "=", "maker")])

    def _get_status(self, address):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.url_open(f"/account_admin/{address}").status_code

    def test_what_is_not_there_is_not_found(self):
        self.authenticate("asker", "asker")
        for address in (
            "xlsx/aging",
            "xlsx/licensing-pack",
            "xlsx/statement",
            "xlsx/statements",
            "licensing/template/contract",
            "licensing/template/statement",
            "audit_pack",
        ):
            for number in (0, 2**31 - 1, 2**31, 2**63, 10**30):
                with self.subTest(address=address, number=number):
                    self.assertEqual(self._get_status(f"{address}/{number}"), 404)
        for number in (0, 2**31, 10**30):
            self.assertEqual(self._get_status(f"licensing_pack/{number}/zip"), 404)
        self.assertEqual(self._get_status("xlsx/no_such_report/1"), 404)

    def test_what_is_anothers_is_refused(self):
        pack = self.env["licensing.pack"].with_user(self.maker).create({})
        aging = self.env["account.admin.aging.wizard"].with_user(self.maker).create({})
        self.authenticate("asker", "asker")
        for address in (
            f"xlsx/licensing-pack/{pack.id}",
            f"licensing_pack/{pack.id}/zip",
            f"xlsx/aging/{aging.id}",
        ):
            self.assertEqual(self._get_status(address), 403, address)
        self.authenticate("maker", "maker")
        self.assertEqual(self._get_status(f"xlsx/aging/{aging.id}"), 200)
