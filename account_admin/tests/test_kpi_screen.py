from odoo.tests import new_test_user, tagged

from .common import CollectionsHttpCase
from .test_kpi import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiScreen(KpiCommon, CollectionsHttpCase):
    def test_month_without_a_figure_is_empty_in_list_graph_pivot_and_form(self):
        self.company.collections_kpi_months = 1
        self._pay(self._move("2026-02-10", 100), "2026-03-10", 50)
        self._freeze("2026-04-01")
        user = new_test_user(
            self.env,
            "kpi_reader",
            groups="account_admin.group_account_admin_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.start_tour("/odoo", "account_admin_kpi", login=user.login)
