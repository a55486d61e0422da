/* global Chart */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

function expect(found, expected) {
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(expected)}`);
    }
}

function texts(selector) {
    return [...document.querySelectorAll(selector)].map((cell) => cell.textContent.trim());
}

/** February has sales and an amount due, March has neither: no DSO, not one of zero. */
registry.category("web_tour.tours").add("account_admin_kpi", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_reporting']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='account_admin.menu_kpi']",
            run: "click",
        },
        {
            content: "The company's months only, an empty cell where there is no figure",
            trigger: ".o_list_view .o_data_row:nth-child(2)",
            run() {
                expect(texts(".o_data_row .o_data_cell[name=dso]"), ["", "28.00"]);
            },
        },
        { trigger: ".o_switch_view.o_graph", run: "click" },
        {
            content: "The line has a gap",
            trigger: ".o_graph_canvas_container canvas",
            run() {
                const [dataset] = Chart.getChart(this.anchor).data.datasets;
                expect(dataset.data, [28, null]);
            },
        },
        { trigger: ".o_switch_view.o_pivot", run: "click" },
        {
            content: "Total (of sums, not of rates: 4,350 / 100), February and March",
            trigger: ".o_pivot table tbody tr:nth-child(3)",
            run() {
                const first = "tbody tr .o_pivot_cell_value:nth-of-type(1)";
                expect(texts(`.o_pivot ${first}`), ["43.50", "28.00", ""]);
            },
        },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_data_row:nth-child(1) .o_data_cell[name=month]", run: "click" },
        {
            content: "The explanation says what an empty figure means",
            trigger: ".o_form_view:contains(does not mean zero)",
            run() {
                expect(texts(".o_field_widget[name=dso]"), [""]);
            },
        },
        {
            trigger: ".o_field_widget[name=buckets_html]:contains(121+)",
        },
    ],
});
