"""Approved terms do not move by a side door: one attack for each kind of thing."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .licensing import LicensingCommon


class TestLicensingFrozen(LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="eve",
            groups="account_admin.group_licensing_manager,account.group_account_manager"
            ",base.group_system,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _refused(self, contract, call, *args):
        with (
            self.assertRaises(UserError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            call(*args)
            self.env.flush_all()
        self.assertIn(contract.name, str(caught.exception))

    def _granting(self, **grant):
        return self._contract(grant_ids=[Command.create(grant)])

    def test_countries_of_a_licensed_territory_stay(self):
        norway, japan = self.env.ref("base.no"), self.env.ref("base.jp")
        group = self.env["res.country.group"].create(
            {"name": "North", "country_ids": [Command.set(norway.ids)]}
        )
        contract = self._granting(territory_ids=[Command.set(group.ids)])
        mine = group.with_user(self.user)
        for command in (
            Command.link(japan.id),
            Command.unlink(norway.id),
            Command.clear(),
        ):
            self._refused(contract, mine.write, {"country_ids": [command]})
        # the same relation, from its other side
        self._refused(
            contract,
            japan.with_user(self.user).write,
            {"country_group_ids": [Command.link(group.id)]},
        )
        self._refused(
            contract,
            norway.with_user(self.user).write,
            {"country_group_ids": [Command.unlink(group.id)]},
        )
        # without its group the licence would be for everywhere
        self._refused(contract, mine.unlink)
        mine.name = "The North"
        self.assertEqual(group.country_ids, norway)

    def test_territory_of_a_draft_is_still_changed(self):
        group = self.env["res.country.group"].create({"name": "North"})
        self._contract(
            state="draft",
            grant_ids=[Command.create({"territory_ids": [Command.set(group.ids)]})],
        )
        group.with_user(self.user).country_ids = self.env.ref("base.no")
        self.assertTrue(group.country_ids)

    def test_licensed_country_is_not_deleted(self):
        country = self.env["res.country"].create({"name": "Utopia", "code": "XU"})
        contract = self._granting(country_ids=[Command.set(country.ids)])
        self._refused(contract, country.with_user(self.user).unlink)

    def test_branches_of_what_is_licensed_are_not_moved_or_deleted(self):
        for model, field in (
            ("licensing.property", "property_ids"),
            ("licensing.category", "category_ids"),
            ("licensing.channel", "channel_ids"),
        ):
            with self.subTest(model=model):
                nodes = self.env[model]
                named = nodes.create({"name": f"Named {model}"})
                child = nodes.create({"name": "Child", "parent_id": named.id})
                other = nodes.create({"name": "Other"})
                contract = self._granting(**{field: [Command.set(named.ids)]})
                mine = nodes.with_user(self.user)
                for node, above in (
                    (other, named),
                    (other, child),
                    (child, nodes),
                    (child, other),
                ):
                    self._refused(
                        contract,
                        mine.browse(node.id).write,
                        {"parent_id": above.id},
                    )
                child.unlink()
                self._refused(contract, mine.browse(named.id).unlink)
                # below something else that nobody was granted it covers the same
                mine.browse(named.id).parent_id = other
                self.assertEqual(named.parent_id, other)

    def test_an_archived_property_is_still_the_one_that_was_licensed(self):
        bear = self.env["licensing.property"].create({"name": "Bear"})
        contract = self._granting(property_ids=[Command.set(bear.ids)])
        bear.with_user(self.user).active = False
        self.env.invalidate_all()
        self.assertEqual(contract.grant_ids.property_ids, bear)
        ((grant),) = contract._get_terms().grants
        self.assertEqual(grant.scope.properties, frozenset(bear.ids))

    def test_licensed_product_is_not_deleted(self):
        product = self._product("BEAR-9", "Named")
        contract = self._granting(product_ids=[Command.set(product.ids)])
        self._refused(contract, product.with_user(self.user).unlink)

    def test_reported_product_keeps_what_it_is_rated_by(self):
        toys = self.env["licensing.category"].create({"name": "Toys"})
        part = self._product("PART-1", "Part")
        contract = self._contract()
        self._approve(contract, 1000)
        mine = self.product.with_user(self.user)
        for vals in (
            {"category_id": toys.id},
            {
                "component_ids": [
                    Command.create({"product_id": part.id, "share": 100, "quantity": 1})
                ]
            },
            {"partner_id": self.customer.id},
        ):
            self._refused(contract, mine.write, vals)
        component = self.env["licensing.product.component"].with_user(self.user)
        vals = {"bundle_id": self.product.id, "product_id": part.id, "share": 100}
        self._refused(contract, component.create, vals)
        mine.name = "Another name"
        part.with_user(self.user).category_id = toys

    def test_payment_term_of_an_approved_contract_stays(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        contract = self._contract(payment_term_id=term.id)
        mine = term.with_user(self.user)
        line = mine.line_ids
        self._refused(
            contract,
            mine.write,
            {"line_ids": [Command.update(line.id, {"nb_days": 1})]},
        )
        self._refused(contract, line.write, {"nb_days": 1})
        self._refused(contract, mine.write, {"early_discount": True})
        mine.name = "Thirty days"
        self.assertEqual(line.nb_days, 30)
