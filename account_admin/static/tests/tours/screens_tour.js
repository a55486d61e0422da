import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const open = (section, item) => [
    { trigger: `button[data-menu-xmlid='account_admin.${section}']`, run: "click" },
    {
        trigger: `.dropdown-item[data-menu-xmlid='account_admin.${item}']`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("account_admin_screens", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...open("menu_work", "menu_activity"),
        {
            content: "An empty table says what belongs there",
            trigger: ".o_activity_view .o_view_nocontent:contains(No calls to make)",
        },
        ...open("menu_reporting", "menu_aged_item"),
        {
            content: "Where nothing is there is no zero",
            trigger:
                ".o_group_header:contains(Tour Stores):contains($ 100.00):not(:contains($ 0.00))",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(TOUR-0001):not(:contains($ 0.00))",
        },
        {
            content: "A date has its year and is written as everywhere",
            trigger: ".o_data_row .o_data_cell[name=due]:contains(/20)",
        },
        {
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            trigger: ".o_pivot table:contains($ 100.00):not(:contains($ 0.00))",
        },
    ],
});
