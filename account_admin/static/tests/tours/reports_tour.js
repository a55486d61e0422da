import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

function menu(section, item) {
    return [
        {
            trigger: `button[data-menu-xmlid='account_admin.${section}']`,
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid='account_admin.${item}']`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("account_admin_reports", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...menu("menu_reporting", "menu_aging_wizard"),
        {
            content: "The tie-out is there before anything is asked for",
            trigger: ".modal .o_account_admin_tie_out td:contains($ 100.00)",
        },
        {
            trigger: ".modal button[name=action_view]",
            run: "click",
        },
        {
            content: "The account with its amount in the first bucket",
            trigger: ".o_group_header:contains(Tour Stores):contains($ 100.00)",
            run: "click",
        },
        {
            trigger: ".o_data_row .o_data_cell[name=name]:contains(TOUR-0001)",
        },
        ...menu("menu_work", "menu_statement_wizard"),
        {
            trigger: ".modal .o_field_widget[name=partner_ids] input",
            run: "edit Tour Stores",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour Stores) a",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=partner_ids] .o_tag:contains(Tour)",
        },
        {
            trigger: ".modal button[name=action_view]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour Stores):contains($ 100.00)",
        },
        {
            trigger: ".o_data_row .o_data_cell[name=channel]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_send]",
        },
    ],
});
