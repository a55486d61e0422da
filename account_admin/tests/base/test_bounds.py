"""One bad number or day never stops the others, whoever let it in."""

import runpy
from datetime import date
from pathlib import Path

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.base.bounds import BY_TYPE, Bound
from ..common import CollectionsCommon

ADD_ON = "account_admin"
NEVER = date(9999, 12, 31)


@tagged("post_install", "-at_install")
class TestBounds(CollectionsCommon):
    def _get_typed(self):
        """Every number and day of the add-on that a person fills in: (model, field)."""
        allowed = self.env["ir.model.access"].search(
            ["|", ("perm_write", "=", True), ("perm_create", "=", True)]
        )
        names = set(allowed.model_id.mapped("model"))
        for model in self.env.values():
            if model._abstract or not model._auto or model._name not in names:
                continue
            for field in model._fields.values():
                ours = field._modules and ADD_ON in field._modules
                typed = field.store and not field.readonly and field.column_type
                if ours and typed and field.type in BY_TYPE:
                    yield model, field

    def _get_checks(self):
        """(table, constraint) of the checks that the database really has."""
        self.env.cr.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c'"
        )
        return set(self.env.cr.fetchall())

    def test_every_number_and_day_that_a_person_fills_in_has_bounds(self):
        checks = self._get_checks()
        loose = []
        for model, field in self._get_typed():
            bounds = [
                name
                for name, found in model._table_objects.items()
                if isinstance(found, Bound) and found.field_name == field.name
            ]
            if not any((model._table, name) in checks for name in bounds):
                loose.append(str(field))
        self.assertFalse(loose, "decorate their models with @bounded")

    def test_what_is_beyond_is_refused_with_a_sentence_that_names_the_field(self):
        step = self.policy.step_ids[0]
        for record, name, value in (
            (step, "days", 4_000_000),
            (step, "days", -4_000_000),
            (self.policy, "minimum_amount", 10**16),
            (self.company, "collections_promise_tolerance", 2_147_483_647),
        ):
            with (
                self.subTest(name, value=value),
                self.assertRaises(IntegrityError) as refused,
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                record[name] = value
                self.env.flush_all()
            sentence = record._sql_error_to_message(refused.exception)
            label = record._fields[name]._description_string(self.env)
            self.assertIn(f"{label} of a {record._description}", sentence)

    def test_an_update_brings_what_is_beyond_to_the_nearest_that_is_taken(self):
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE collections_policy_step"
            " DROP CONSTRAINT collections_policy_step_days_bounds"
        )
        step = self.policy.step_ids[-1]
        self.env.cr.execute(
            "UPDATE collections_policy_step SET days = 4000000 WHERE id = %s", [step.id]
        )
        path = Path(__file__).parents[1] / "migrations/19.0.1.2.0/post-bounds.py"
        script = runpy.run_path(str(path))
        with mute_logger("<run_path>"):
            script["migrate"](self.env.cr, "19.0.1.1.0")
        step.invalidate_recordset()
        self.assertEqual(step.days, 3650)

    def test_invoices_due_at_the_end_of_the_calendar_stop_nothing(self):
        """The ledger is Odoo's: what it takes, each of our pages and nights takes."""
        odd = self._customer("Odd Ltd")
        self._move("2026-01-15", 100)
        self._move(NEVER, 50, odd, date="2026-01-15")
        self._move("1900-01-02", 70, odd, date="2026-01-15")
        self._night("2026-02-02")
        self.assertEqual(self._steps_sent(), [1])
        failed = self.env["collections.event"].search([("kind", "=", "failed")])
        self.assertFalse(failed.mapped("note"))
        self.assertTrue(self._cases(odd))
        with self._on("2026-02-02"):
            self._trigger("ir_cron_kpi")
            self.assertIn("9999", self._cases(odd).why_html)
            self._show_aging()
        figures = self.env["account.admin.kpi"].search(
            [("company_id", "=", self.company.id), ("scope", "=", "company")]
        )
        self.assertTrue(figures, "frozen all the same")

    def _show_aging(self):
        wizard = self.env["account.admin.aging.wizard"].create({"date": "2026-02-02"})
        wizard.action_xlsx()

    def test_an_item_that_is_due_never_leads_to_a_policy_without_end(self):
        policy = self._policy("Late", [3650])
        self.customer.collections_policy_id = policy
        self._move(NEVER, 50, date="2026-01-15")
        self._move("2026-01-15", 50)
        self._night("2026-02-02")
        case = self._cases()
        self.assertEqual(case.rule, "not_reached")
        self.assertEqual(str(case.next_date), "2036-01-13")
