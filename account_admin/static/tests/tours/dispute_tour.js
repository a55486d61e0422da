import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("account_admin_dispute", {
    steps: () => [
        {
            trigger:
                "button[name=action_view_collections_disputes]:has(.o_stat_value:contains(0))",
            run: "click",
        },
        {
            content: "A new dispute of this invoice",
            trigger: ".modal .o_field_widget[name=move_id] input:value(TOUR-0001)",
        },
        {
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 40",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Back on the invoice, which counts it",
            trigger:
                "body:not(:has(.modal)) button[name=action_view_collections_disputes]:has(.o_stat_value:contains(1))",
            run: "click",
        },
        {
            content: "Now that there is one, the button lists it",
            trigger: ".o_list_view .o_data_row:contains(TOUR-0001):contains(40.00)",
        },
    ],
});
