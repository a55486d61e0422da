import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const state = (name) => `.o_statusbar_status button[data-value=${name}].o_arrow_button_current`;
const click = (name) => ({ trigger: `button[name=${name}]:visible`, run: "click" });

tours.add("account_admin_crm_start", {
    steps: () => [
        click("action_start_account_onboarding"),
        {
            content: "The company is the account",
            trigger: ".o_field_widget[name=partner_id] input:value(Acme Toys)",
        },
        { trigger: ".o_field_widget[name=credit_asked] input", run: "edit 5000" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_field_widget[name=step_ids] .o_data_row:contains(Tax form)" },
        { trigger: ".alert:contains(no credit until this is approved)" },
    ],
});

tours.add("account_admin_crm_hand_in", {
    steps: () => [click("action_submit"), { trigger: state("submitted") }],
});

tours.add("account_admin_crm_accept", {
    steps: () => [click("action_accept"), { trigger: state("accepted") }],
});

tours.add("account_admin_crm_stopped", {
    steps: () => [
        click("action_post"),
        {
            content: "It says what the account waits for",
            trigger: ".modal:contains(no credit until its onboarding is approved)",
        },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_post]" },
    ],
});

tours.add("account_admin_crm_prepare", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Tax form) button[name=action_done]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Tax form):contains(Done)" },
        {
            trigger: ".o_data_row:contains(Welcome call) button[name=action_done]",
            run: "click",
        },
        { trigger: "body:not(:has(button[name=action_done]:visible))" },
        { trigger: ".nav-link:contains(Papers and Set-up)", run: "click" },
        {
            trigger: ".o_data_row:contains(Name) [name=paper]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Name) .o_field_widget[name=paper] input",
            run: "edit ACME Toys",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_data_row:contains(Name):contains(Written Otherwise)" },
        click("action_ask_review"),
        { trigger: state("review") },
    ],
});

tours.add("account_admin_crm_approve", {
    steps: () => [click("action_approve"), { trigger: state("approved") }],
});

tours.add("account_admin_crm_posted", {
    steps: () => [
        click("action_post"),
        { trigger: state("posted") },
    ],
});
