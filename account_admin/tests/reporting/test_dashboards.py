"""The dashboards: every source they read exists, runs for everybody and ties."""

from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.spreadsheet.utils.validate_data import (
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
)

from . import dashboards
from .test_kpi import KpiCommon

TODAY = "2026-04-01"


class DashboardCommon(KpiCommon):
    """Two accounts with a paid, a late and a promised invoice; March is frozen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collections_kpi_months = 1
        cls.users = {
            name: new_test_user(
                cls.env,
                f"dash_{name}",
                groups=f"account_admin.group_account_admin_{name}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for name in ("user", "all", "manager", "auditor")
        }
        cls.other = cls._customer("Other", collections_user_id=cls.users["all"].id)
        cls.customer.collections_user_id = cls.users["user"]
        cls.env["national.account"].create(
            {"name": "Group", "partner_id": cls.other.id}
        )
        cls._pay(cls._move("2026-03-01", 200), "2026-03-11")
        cls._move("2026-03-20", 1000)
        cls._move("2026-03-25", 400, cls.other)
        cls._move("2026-04-15", 600, cls.other, date="2026-03-15")
        cls._credit("2026-03-28", 50, cls.other)
        promised = cls._move("2026-03-22", 300)
        cls.env["collections.promise"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "amount": 300,
                "made_on": "2026-03-30",
                "date": "2026-04-08",
                "move_ids": [Command.set(promised.ids)],
            }
        )

    def _of(self, name):
        """An environment of one of the users."""
        return self.env(user=self.users[name], context=self._allowed)

    @property
    def _allowed(self):
        return {"allowed_company_ids": self.company.ids}

    def _source(self, name, book="receivables"):
        found = dashboards.sources(dashboards.load(f"dashboard_{book}"))
        return next(source for source in found if source["name"] == name)


@tagged("post_install", "-at_install")
class TestDashboardFiles(DashboardCommon):
    """Files against the registry: a renamed field or menu breaks a test, not a page."""

    def test_every_field_is_there_and_is_stored_or_can_be_grouped(self):
        for name in dashboards.FILES:
            book = dashboards.load(name)
            for model, names in fields_in_spreadsheet(book).items():
                self.assertLessEqual(names, set(self.env[model]._fields), (name, model))
            for source in dashboards.sources(book):
                known = self.env[source["model"]].fields_get()
                for group in source["groupby"]:
                    field = known[group.partition(":")[0]]
                    self.assertTrue(field["groupable"], (name, source["name"], group))
                for aggregate in source["aggregates"]:
                    field = aggregate.partition(":")[0]
                    if field != "__count":
                        self.assertTrue(known[field]["aggregator"], source["name"])

    def test_every_filter_fits_the_field_it_filters(self):
        for name in dashboards.FILES:
            book = dashboards.load(name)
            filters = {found["id"]: found for found in book["globalFilters"]}
            used = set()
            for source in dashboards.sources(book):
                for key, match in source["matching"].items():
                    field = self.env[source["model"]]._fields[match["chain"]]
                    self.assertEqual(field.type, match["type"], source["name"])
                    if filters[key]["type"] == "relation":
                        self.assertEqual(field.comodel_name, filters[key]["modelName"])
                    else:
                        self.assertEqual((filters[key]["type"], "date"), ("date",) * 2)
                    used.add(key)
            self.assertEqual(used, set(filters), "a filter without effect")

    def test_every_figure_shows_a_source_and_opens_what_is_behind(self):
        for name in dashboards.FILES:
            book = dashboards.load(name)
            links = book["chartOdooMenusReferences"]
            places = dashboards.cells(book)
            for figure in dashboards.figures(book):
                self.assertIn(figure["id"], links)
                data = figure["data"]
                for place in (data.get("keyValue"), data.get("baseline")):
                    self.assertTrue(place is None or places[place].startswith("="))
            for source in dashboards.sources(book):
                action = self.env.ref(source["action"])
                self.assertEqual(action.res_model, source["model"])
            for xml_id in menus_xml_ids_in_spreadsheet(book):
                self.assertTrue(self.env.ref(xml_id).action, xml_id)

    def test_every_formula_asks_for_what_its_source_has(self):
        for name in dashboards.FILES:
            book = dashboards.load(name)
            asked = set()
            for text in dashboards.cells(book).values():
                for function, (key, *rest) in dashboards.formulas(text):
                    kind = "lists" if function == "ODOO.LIST" else "pivots"
                    source = book[kind][key]
                    asked.add((kind, key))
                    if function == "ODOO.LIST":
                        self.assertIn(rest[1], source["columns"])
                    if function == "PIVOT.VALUE":
                        measures = [measure["id"] for measure in source["measures"]]
                        self.assertIn(rest[0], measures)
            kept = {(kind, key) for kind in ("lists", "pivots") for key in book[kind]}
            self.assertEqual(asked, kept, "a source that nothing shows")


@tagged("post_install", "-at_install")
class TestDashboards(DashboardCommon):
    """The sources run as the people who look at them."""

    def setUp(self):
        super().setUp()
        self._night("2026-03-31")
        self._freeze(TODAY)

    def _get_filters(self, env, source):
        """A value for each filter of a source, as a domain."""
        for match in source["matching"].values():
            field = env[source["model"]]._fields[match["chain"]]
            if field.type == "many2one":
                value = env[field.comodel_name].search([], limit=1).id
                yield [(match["chain"], "in", [value])]
            else:
                day = self.company._collections_today()
                yield [
                    (match["chain"], ">=", str(day - timedelta(days=90))),
                    (match["chain"], "<=", str(day)),
                ]

    def test_every_source_runs_for_every_group_with_and_without_filters(self):
        with self._on(TODAY):
            for group in self.users:
                env = self._of(group)
                for book in dashboards.OF_RECEIVABLES:
                    for source in dashboards.sources(dashboards.load(book)):
                        with self.subTest(group=group, source=source["name"]):
                            dashboards.read(source, env)
                            for domain in self._get_filters(env, source):
                                dashboards.read(source, env, domain)

    def test_open_and_overdue_are_those_of_the_aging(self):
        day = self.kpis._fields["month"].to_date(TODAY)
        items = self.env["account.admin.open.item"]
        aging = items._get_aging(self.company, day)
        with self._on(TODAY):
            env = self._of("manager")
            [total] = dashboards.read(self._source("pivot 1"), env)
            [late] = dashboards.read(self._source("pivot 2"), env)
            bars = dashboards.read(self._source("chart-age"), env)
            weeks = self._source("chart-expected")
            cash = dashboards.read(weeks, env)
        self.assertEqual(total["amount:sum"], 2250)
        self.assertEqual(total["amount:sum"], sum(amount for _l, _n, amount in aging))
        self.assertEqual(total["__count"], sum(count for _l, count, _a in aging))
        self.assertEqual(
            late["amount:sum"], sum(amount for _l, _n, amount in aging[1:])
        )
        self.assertEqual(total["promised_amount:sum"], 300)
        self.assertEqual(len(bars), 2)
        self.assertEqual(sum(week["amount:sum"] for week in cash), 2250)

    def test_user_sees_own_accounts_and_the_trend_of_own_accounts(self):
        with self._on(TODAY):
            own, every = self._of("user"), self._of("auditor")
            total = self._source("pivot 1")
            self.assertEqual(dashboards.read(total, own)[0]["amount:sum"], 1300)
            self.assertEqual(dashboards.read(total, every)[0]["amount:sum"], 2250)
            trend = self._source("chart-dso")
            scopes = {
                env.user.login: [row["scope"] for row in dashboards.read(trend, env)]
                for env in (own, every)
            }
        self.assertEqual(
            scopes, {"dash_user": ["administrator"], "dash_auditor": ["company"]}
        )

    def test_dashboards_are_for_our_groups_and_nobody_else(self):
        names = dashboards.OF_RECEIVABLES
        boards = self.env["spreadsheet.dashboard"].browse(
            [self.env.ref(f"account_admin.{name}").id for name in names]
        )
        for user in self.users.values():
            found = boards.with_user(user).search([("id", "in", boards.ids)])
            self.assertEqual(found, boards)
        employee = new_test_user(self.env, "dash_nobody", groups="base.group_user")
        self.assertFalse(boards.with_user(employee).search([("id", "in", boards.ids)]))

    def test_case_and_notice_figures_are_those_of_the_night(self):
        with self._on(TODAY):
            env = self._of("manager")
            [cases] = dashboards.read(self._source("pivot 1", "collections"), env)
            results = dashboards.read(self._source("chart-notices", "collections"), env)
        self.assertEqual((cases["__count"], cases["asked_amount:sum"]), (2, 1350))
        self.assertEqual([row["state"] for row in results], ["sent"])
