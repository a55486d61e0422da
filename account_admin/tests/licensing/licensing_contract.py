"""Licensing contracts of a company, and the people who work on them."""

from odoo import Command
from odoo.tests import new_test_user

from ..common import CollectionsCommon


class LicensingContractCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("account_admin.group_licensing_manager")
        cls.user = cls._user("lc_user", "group_licensing_user")
        cls.manager = cls._user("lc_manager", "group_licensing_manager")
        cls.second = cls._user("lc_second", "group_licensing_manager")
        cls.auditor = cls._user("lc_auditor", "group_account_admin_auditor")
        cls.comet = cls._property("Captain Comet")
        cls.rocket = cls._property("Rocket", parent_id=cls.comet.id)
        cls.other = cls._property("Moon Cats")
        cls.apparel, cls.toys = cls.env["licensing.category"].create(
            [{"name": "Apparel"}, {"name": "Toys"}]
        )
        cls.online, cls.mass = cls.env["licensing.channel"].create(
            [{"name": "Online"}, {"name": "Mass Market"}]
        )
        cls.rival = cls._customer("Rival Toys")

    @classmethod
    def _user(cls, login, group, **vals):
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,account_admin.{group}",
            name=login,
            company_id=cls.company.id,
            **vals,
        )

    @classmethod
    def _property(cls, name, **vals):
        return cls.env["licensing.property"].create({"name": name, **vals})

    @classmethod
    def _contract(cls, grants=({},), rates=({"rate": 8},), user=None, **vals):
        """A draft of 2026 with rows; a row is the values of its fields."""
        contract = cls.env["licensing.contract"].with_user(user or cls.user)
        return contract.create(
            {
                "title": "Test",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "user_id": cls.user.id,
                "grant_ids": [Command.create(row) for row in grants],
                "rate_ids": [Command.create(row) for row in rates],
                **vals,
            }
        )

    @classmethod
    def _approve(cls, contract):
        """Send a draft to review and approve it, by two people."""
        contract.with_user(cls.user).action_submit()
        contract.with_user(cls.manager).action_approve()
        return contract

    def _cron(self, day, name="ir_cron_licensing_states"):
        with self._on(day):
            self._trigger(name)
