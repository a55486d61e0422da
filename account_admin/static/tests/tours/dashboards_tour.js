/* global Chart */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

function getModel() {
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    return services.spreadsheet_dashboard_loader.getActiveDashboard().model;
}

/** Contents of all cells of a sheet as they are shown. */
function getTexts(sheetId) {
    const { getters } = getModel();
    return getters.getEvaluatedCells(sheetId).map((cell) => cell.formattedValue);
}

async function waitFor(what, check) {
    for (let attempt = 0; attempt < 100; attempt++) {
        if (check()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what}: ${JSON.stringify(getTexts("data"))}`);
}

/** Everything is loaded, no cell has an error, these texts are among the cells. */
async function expectCells(...texts) {
    const all = () => [...getTexts("data"), ...getTexts("dashboard")];
    await waitFor("Loaded", () => !all().some((text) => /loading/i.test(text)));
    await waitFor("No error", () => !all().some((text) => text.startsWith("#")));
    for (const text of texts) {
        await waitFor(text, () => all().includes(text));
    }
}

function clickElementOf(chart, datasetIndex, index) {
    const { x, y, base } = chart.getDatasetMeta(datasetIndex).data[index];
    const { left, top } = chart.canvas.getBoundingClientRect();
    const position = {
        clientX: left + x,
        clientY: top + (base === undefined ? y : (y + base) / 2),
        bubbles: true,
    };
    chart.canvas.dispatchEvent(new MouseEvent("mousemove", position));
    chart.canvas.dispatchEvent(new MouseEvent("click", position));
}

const figure = (id) => `.o-figure[data-id='${id}'] canvas`;
const openMenu = (name, parent = "menu_reporting") => [
    {
        trigger: `button[data-menu-xmlid='account_admin.${parent}']`,
        run: "click",
    },
    {
        trigger: `.dropdown-item[data-menu-xmlid='account_admin.${name}']`,
        run: "click",
    },
];
const back = { trigger: ".o_back_button, .breadcrumb-item a", run: "click" };
const scrollDown = {
    trigger: ".o-figure",
    run() {
        getModel().dispatch("SET_VIEWPORT_OFFSET", { offsetX: 0, offsetY: 600 });
    },
};

registry.category("web_tour.tours").add("account_admin_dashboard_receivables", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...openMenu("menu_dashboard_receivables"),
        {
            content: "Open, overdue and its share; the largest account of the table",
            trigger: figure("card-open"),
            async run() {
                await expectCells("$1,500.00", "$900.00", "60.0%", "Tour Stores");
            },
        },
        {
            content: "The bars of the ages are those of the aging; one opens its items",
            trigger: figure("chart-age"),
            async run() {
                const chart = Chart.getChart(this.anchor);
                await waitFor("Bars", () => chart.data.datasets.length);
                const found = JSON.stringify([
                    chart.data.labels,
                    chart.data.datasets[0].data,
                ]);
                if (found !== JSON.stringify([["Not due", "1-30"], [600, 900]])) {
                    throw new Error(found);
                }
                await new Promise((resolve) => setTimeout(resolve, 1000));
                clickElementOf(chart, 0, 1);
            },
        },
        { trigger: ".o_list_view .o_data_row:contains(TOUR-LATE)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(TOUR-LATER)))" },
        back,
        {
            content: "The card of what is overdue opens the overdue items",
            trigger: figure("card-overdue"),
            run: "click",
        },
        { trigger: ".o_list_view .o_group_header:contains(Tour Stores)" },
        { trigger: ".o_facet_value:contains(Overdue)" },
        back,
        { trigger: figure("chart-dso") },
        scrollDown,
        {
            content: "A row of the table opens what the account owes",
            trigger: ".o-dashboard-clickable-cell[title='See records']",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(TOUR-LATE)" },
    ],
});

registry.category("web_tour.tours").add("account_admin_dashboard_collections", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...openMenu("menu_dashboard_collections"),
        {
            content: "What is to be chased, of how many cases",
            trigger: figure("card-cases"),
            async run() {
                await expectCells("1", "$900.00", "Tour Stores");
            },
        },
        {
            trigger: figure("chart-step"),
            async run() {
                const chart = Chart.getChart(this.anchor);
                await waitFor("Bars", () => chart.data.datasets.length);
            },
        },
        { trigger: figure("card-to-chase"), run: "click" },
        { trigger: ".o_facet_value:contains(Open)" },
        back,
        { trigger: figure("chart-notices") },
        scrollDown,
        {
            content: "A row of the table opens the case",
            trigger: ".o-dashboard-clickable-cell[title='Open record']",
            run: "click",
        },
        { trigger: ".o_form_view:contains(Tour Stores)" },
    ],
});

registry.category("web_tour.tours").add("account_admin_dashboard_licensing", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...openMenu("menu_licensing_dashboard", "menu_licensing_reporting"),
        {
            content: "Royalties, guarantees that fall short, who is late",
            trigger: figure("card-royalties"),
            async run() {
                await expectCells("$800.00", "Tour Pool", "Tour Licensee");
            },
        },
        {
            content: "A property's bar",
            trigger: figure("chart-property"),
            async run() {
                const chart = Chart.getChart(this.anchor);
                await waitFor("Bars", () => chart.data.datasets.length);
            },
        },
        {
            content: "The card of what falls short opens the guarantees",
            trigger: figure("card-short"),
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Tour Pool)" },
        back,
        { trigger: figure("chart-flags") },
        scrollDown,
        {
            content: "A row of the table opens the guarantee, and from there its contract",
            trigger: ".o-dashboard-clickable-cell[title='Open record']",
            run: "click",
        },
        { trigger: ".o_form_view:contains(Tour Pool)" },
        { trigger: "button[name='action_open_contract']", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name='title']" },
    ],
});
