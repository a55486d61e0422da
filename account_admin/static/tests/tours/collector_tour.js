import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("account_admin_collector", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            content: "The app opens on the day; the board of cases is in the same menu",
            trigger: ".o_aa_my_day",
        },
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_work']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='account_admin.menu_case']",
            run: "click",
        },
        {
            content: "Cases, grouped by status",
            trigger: ".o_kanban_group:contains(Chased) .o_kanban_record:contains(Tour Stores)",
            run: "click",
        },
        {
            content: "The form says how much is to chase and for how long",
            trigger: ".o_form_view .oe_title:contains(100.00):contains(1 days past due)",
        },
        {
            content: "Why: the leading invoice",
            trigger: ".o_field_widget[name=why_html]:contains(TOUR-0001):contains(Tour Policy)",
        },
        {
            content: "Why: the next step",
            trigger: ".o_field_widget[name=why_html] p:contains(Next):contains(Tour Policy 2)",
        },
        {
            content: "Nobody has it: take it",
            trigger: ".o_form_statusbar button[name=action_take]",
            run: "click",
        },
        {
            content: "It is mine, and there is nothing left to take",
            trigger: ".o_form_statusbar:not(:has(button[name=action_take]))",
        },
        {
            trigger: ".o_field_widget[name=user_id] input:value(Carla Collector)",
        },
    ],
});
