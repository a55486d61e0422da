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
            trigger: ".o_control_panel button[name=action_approve]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_view_nocontent:contains(Nothing waits for your approval)",
        },
    ],
});
