from odoo import Command
from odoo.tests import Form, tagged

from .licensing_contract import LicensingContractCommon


@tagged("post_install", "-at_install")
class TestLicensingForm(LicensingContractCommon):
    """The form of a contract shows a page of its rows, however many there are."""

    def _with_grants(self, count):
        rows = [
            {
                "name": f"Grant {number}",
                "property_ids": [Command.set([self.comet.id, self.other.id])],
                "category_ids": [Command.set([self.apparel.id])],
                "country_ids": [Command.set([self.env.ref("base.de").id])],
                "channel_ids": [Command.set([self.online.id])],
            }
            for number in range(count)
        ]
        return self._contract(grants=rows)

    def _get_spec(self, model, arch_fields, fields_of):
        """What the web client asks for, of the view's own fields."""
        return {
            name: (
                {"fields": fields_of(name), "limit": 80}
                if self.env[model]._fields[name].type == "one2many"
                else {"fields": {"display_name": {}}}
                if self.env[model]._fields[name].type in ("many2one", "many2many")
                else {}
            )
            for name in arch_fields
        }

    def _read_form(self, contract):
        """Open the form; the number of queries it took and what came."""
        model = self.env["licensing.contract"].with_user(self.user)
        views = model.get_views([(False, "form")])["models"]
        names = [
            name
            for name in views["licensing.contract"]["fields"]
            if name in model._fields
        ]

        def rows(name):
            relation = model._fields[name].comodel_name
            known = views.get(relation, {"fields": {"display_name": 1}})["fields"]
            return {
                field: (
                    {"fields": {"display_name": {}}}
                    if self.env[relation]._fields[field].type
                    in ("many2one", "many2many")
                    else {}
                )
                for field in known
                if field in self.env[relation]._fields
                and self.env[relation]._fields[field].type != "one2many"
            }

        spec = self._get_spec("licensing.contract", names, rows)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        (values,) = model.browse(contract.id).web_read(spec)
        return self.cr.sql_log_count - start, values

    def test_opens_with_as_many_queries_for_1000_grants_as_for_100(self):
        few, many = self._with_grants(100), self._with_grants(1000)
        self._read_form(few)
        queries, _values = self._read_form(few)
        more, values = self._read_form(many)
        shown = values["grant_ids"]
        self.assertEqual(len(shown), 1000)
        self.assertEqual(sum("name" in row for row in shown), 80)
        self.assertLessEqual(more, queries)

    def test_form_shows_what_the_dialogs_need(self):
        views = self.env["licensing.contract"].with_user(self.user)
        models = views.get_views([(False, "form")])["models"]
        for model in ("grant", "rate", "deduction", "commitment", "fee", "quota"):
            self.assertIn("is_proposed", models[f"licensing.{model}"]["fields"])

    def test_contract_is_entered_and_approved_by_hand(self):
        with Form(self.env["licensing.contract"].with_user(self.user)) as form:
            form.title = "By hand"
            form.partner_id = self.customer
            form.date_start, form.date_end = "2026-01-01", "2026-12-31"
            with form.grant_ids.new() as grant:
                grant.name = "All of Comet"
                grant.property_ids.add(self.comet)
            with form.rate_ids.new() as rate:
                rate.rate = 8
                with rate.tier_ids.new() as tier:
                    tier.start, tier.rate = 500000, 10
            with form.commitment_ids.new() as pool:
                pool.name = "Guarantee"
                pool.guarantee = 20000
                with pool.line_ids.new() as line:
                    line.date, line.amount = "2026-01-01", 5000
        contract = form.record
        self.assertEqual(contract.rate_ids.summary, "8 %, 10 % from 500,000")
        self.assertEqual(contract.property_ids, self.comet)
        with self._on("2026-03-01"):
            self._approve(contract)
        with Form(contract.with_user(self.user)) as form:
            form.user_id = self.manager
            with self.assertRaisesRegex(AssertionError, "date_end"):
                form.date_end = "2027-12-31"
        self.assertEqual(contract.user_id, self.manager)
