import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("account_admin_manager", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_tonight']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='account_admin.menu_dry_run']",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_simulate]",
            run: "click",
        },
        {
            content: "The account, what would happen and the step",
            trigger:
                ".o_data_row:contains(Tour Stores):contains(Tour Policy 1):contains(TOUR-0001)",
        },
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_configuration']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='account_admin.menu_policy']",
            run: "click",
        },
        {
            trigger: ".o_data_row .o_data_cell[name=name]:contains(Tour Policy)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=days] input",
            run: "edit 45",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=name] input",
            run: "edit Ring them",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=channel_email] input",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=channel_call] input",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_data_row:contains(45):contains(Ring them)",
        },
    ],
});
