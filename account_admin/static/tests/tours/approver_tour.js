import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("account_admin_approver", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_work']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='account_admin.menu_notice_to_approve']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour Stores) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button:contains(Review and Approve)",
            run: "click",
        },
        {
            content: "Who gets what is there before it is let go",
            trigger: ".modal details[open] summary:contains(Tour Stores):contains($ 100.00)",
        },
        {
            trigger: ".modal details[open]:contains(TOUR-0001)",
        },
        {
            trigger: ".modal button[name=action_approve]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_view_nocontent:contains(Nothing waits for your approval)",
        },
    ],
});
