import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const confirmed = ".o_statusbar_status button[data-value=sale].o_arrow_button_current";

tours.add("account_admin_sale_stopped", {
    steps: () => [
        {
            content: "The quotation says beforehand what would stop it",
            trigger: ".alert:contains(cannot be confirmed):contains(credit limit)",
        },
        { trigger: "button[name=action_confirm]:visible", run: "click" },
        {
            content: "Limit, what is over, who may do it",
            trigger: ".modal:contains(more than its credit limit):contains(Boss)",
        },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_confirm]" },
    ],
});

tours.add("account_admin_sale_override", {
    steps: () => [
        { trigger: "button:contains(Override)", run: "click" },
        { trigger: ".modal .o_field_widget[name=amount] input", run: "edit 5000" },
        {
            trigger: ".modal .o_field_widget[name=date_end] :is(button, input)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date_end] input",
            run: "edit +3d && press Enter",
        },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Christmas" },
        { trigger: ".modal .o_form_button_save, .modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("account_admin_sale_confirmed", {
    steps: () => [
        { trigger: ".o_form_view:not(:has(.alert:contains(cannot be confirmed)))" },
        { trigger: "button[name=action_confirm]:visible", run: "click" },
        { trigger: confirmed },
    ],
});
