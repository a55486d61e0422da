import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const choose = (scope, name, text) => [
    { trigger: `${scope} .o_field_widget[name=${name}] input`, run: `edit ${text}` },
    {
        trigger: `.o-autocomplete--dropdown-item:contains(${text})`,
        run: "click",
    },
];
const open = { trigger: ".o_data_row:contains(Northwind) td[name=partner_id]", run: "click" };

tours.add("account_admin_change_ask", {
    steps: () => [
        { trigger: ".o_notebook a[name=change_control]", run: "click" },
        { trigger: "button[name=action_ask_account_change]", run: "click" },
        {
            trigger: ".o_field_widget[name=reason] input",
            run: "edit Letter of the customer",
        },
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        ...choose(".modal", "field_id", "Bank Account: Account Number"),
        ...choose(".modal", "bank_account_id", "DE89"),
        {
            content: "It begins with what it is",
            trigger: ".modal .o_field_widget[name=seen_text]:contains(DE89)",
        },
        {
            trigger: ".modal .o_field_widget[name=proposed_char] input",
            run: "edit GB29NWBK60161331926819",
        },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_data_row:contains(GB29NWBK)" },
        { trigger: "button[name=action_ask]", run: "click" },
        { trigger: "button[name=action_withdraw]" },
        {
            trigger:
                ".o_field_widget[name=missing]:contains(2 more approvals; a call-back)",
        },
    ],
});

tours.add("account_admin_change_approve", {
    steps: () => [
        open,
        {
            content: "Current and proposed stand side by side",
            trigger: ".o_data_row.fw-bold td[name=current_text]",
        },
        { trigger: ".o_statusbar_buttons button:contains(Approve)", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=comment] input",
            run: "edit Seen the letter",
        },
        { trigger: ".modal footer button:contains(Approve)", run: "click" },
        {
            trigger:
                "body:not(:has(.modal)):not(:has(.o_statusbar_buttons button:contains(Approve))) .o_form_view",
        },
    ],
});

tours.add("account_admin_change_call", {
    steps: () => [
        open,
        { trigger: ".o_statusbar_buttons button:contains(Call-Back)", run: "click" },
        ...choose(".modal", "phone_id", "+493067890"),
        { trigger: ".modal .o_field_widget[name=known_on]:contains(2026)" },
        {
            trigger: ".modal .o_field_widget[name=spoken_to] input",
            run: "edit Jane Roe",
        },
        { trigger: ".modal footer button:contains(They Confirmed It)", run: "click" },
        {
            trigger:
                "body:not(:has(.modal)):not(:has(.o_statusbar_buttons button:contains(Call-Back))) .o_form_view",
        },
    ],
});

tours.add("account_admin_change_reverse", {
    steps: () => [
        { trigger: ".o_facet_remove", run: "click" },
        open,
        { trigger: ".o_notebook a[name=mirror]", run: "click" },
        { trigger: ".o_field_widget[name=mirror_ticket]:contains(T1)" },
        { trigger: "button[name=action_reverse]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_data_row:contains(DE89)" },
        { trigger: "button[name=action_ask]", run: "click" },
        { trigger: "button[name=action_withdraw]" },
        {
            trigger:
                ".o_field_widget[name=missing]:contains(2 more approvals; a call-back)",
        },
    ],
});
