import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const { DateTime } = luxon;

/** The first day of the quarter that ended last, as one types it. */
function lastQuarter(plus = {}) {
    const first = DateTime.now().minus({ quarters: 1 }).startOf("quarter");
    return first.plus(plus).toFormat("MM/dd/yyyy");
}

/** Open a menu of licensing and wait for its list. */
function goTo(menu, title) {
    return [
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_licensing']",
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid='account_admin.menu_licensing_${menu}']`,
            run: "click",
        },
        {
            trigger: `.o_breadcrumb .active:contains(${title})`,
        },
    ];
}

/** Add a row on a page of the contract; the steps fill its dialog. */
function addRow(page, field, steps) {
    return [
        {
            trigger: `.o_notebook .nav-link[name=${page}]`,
            run: "click",
        },
        {
            trigger: `.o_field_widget[name=${field}] .o_field_x2many_list_row_add a`,
            run: "click",
        },
        ...steps,
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) .o_field_widget[name=${field}] .o_data_row`,
        },
    ];
}

function edit(selector, value) {
    return { trigger: `${selector} input`, run: `edit ${value}` };
}

registry.category("web_tour.tours").add("account_admin_licensing_contract", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...goTo("contract", "Contracts"),
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        edit(".o_field_widget[name=title]", "Plush bears"),
        edit(".o_field_widget[name=partner_id]", "Toy Works"),
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Toy Works)",
            run: "click",
        },
        edit(".o_field_widget[name=date_start]", lastQuarter()),
        edit(".o_field_widget[name=date_end]", lastQuarter({ years: 2 })),
        ...addRow("grants", "grant_ids", [
            edit(".modal .o_field_widget[name=name]", "Everything, everywhere"),
        ]),
        ...addRow("rates", "rate_ids", [
            edit(".modal .o_field_widget[name=name]", "Plush"),
            edit(".modal .o_inner_group .o_field_widget[name=rate]", "8"),
            {
                trigger: ".modal .o_field_widget[name=tier_ids] .o_field_x2many_list_row_add a",
                run: "click",
            },
            edit(".modal .o_selected_row .o_field_widget[name=start]", "500"),
            edit(".modal .o_selected_row .o_field_widget[name=rate]", "10"),
        ]),
        {
            content: "The row says what it comes to",
            trigger: ".o_field_widget[name=rate_ids] .o_data_row:contains(Plush: 8 %, 10 % from 500)",
        },
        ...addRow("commitments", "commitment_ids", [
            edit(".modal .o_field_widget[name=name]", "Guarantee"),
            edit(".modal .o_field_widget[name=guarantee]", "20000"),
        ]),
        ...stepUtils.saveForm(),
        {
            content: "Nothing has to be mended, it has a number",
            trigger: ".o_form_view:not(:has(.alert-warning)) .o_field_widget[name=name]:contains(LC/)",
        },
        {
            trigger: ".o_form_statusbar button[name=action_submit]",
            run: "click",
        },
        {
            content: "Whoever sent it to review cannot approve it",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains(In Review)",
        },
        {
            trigger: ".o_form_statusbar button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".modal .modal-body:contains(another licensing manager)",
        },
        {
            trigger: ".modal .modal-footer button",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

registry.category("web_tour.tours").add("account_admin_licensing_approve", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...goTo("contract", "Contracts"),
        {
            trigger: ".o_data_row .o_data_cell[name=title]:contains(Plush bears)",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar button[name=action_approve]",
            run: "click",
        },
        {
            content: "Its term has begun",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains(Active)",
        },
        {
            content: "What was agreed is changed by amendments only",
            trigger: ".o_form_statusbar button[name=action_amend]",
        },
        {
            trigger: ".o_field_widget[name=date_end].o_readonly_modifier",
        },
    ],
});

registry.category("web_tour.tours").add("account_admin_licensing_royalty", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...goTo("statement", "Royalty Statements"),
        {
            content: "The report of the quarter is expected",
            trigger: ".o_data_row:contains(Toy Works):contains(Expected) .o_data_cell[name=contract_id]",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar button[name=action_import]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=file] .o_input_file:not(:visible)",
            async run() {
                const answer = await fetch("/web/content/account_admin.licensing_tour_report");
                const file = new File([await answer.blob()], "toy_works.xlsx");
                const transfer = new DataTransfer();
                transfer.items.add(file);
                this.anchor.files = transfer.files;
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            trigger: ".o_field_widget[name=file] input:value(toy_works.xlsx)",
        },
        {
            trigger: ".o_form_statusbar button[name=action_read]",
            run: "click",
        },
        {
            content: "Two rows were read, nothing is lost",
            trigger: ".o_field_widget[name=line_count]:contains(2)",
        },
        {
            trigger: ".o_form_statusbar button[name=action_submit]",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Back on the statement, with the lines",
            trigger: "button[name=action_view_imports]:contains(1)",
        },
        {
            trigger: ".o_form_statusbar button[name=action_compute]",
            run: "click",
        },
        {
            content: "8 % of 500 and 10 % of the other 500",
            trigger: ".o_field_widget[name=royalty]:contains(90.00)",
        },
        {
            trigger: ".oe_stat_button:contains(Lines)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(BEAR-1) button[name=action_explain]",
            run: "click",
        },
        {
            content: "Explain this number: both tiers and what the line comes to",
            trigger: ".modal:contains(at 8 %):contains(at 10 %):contains(Royalty of the line)",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .breadcrumb-item:contains(LC/) a, body:not(:has(.modal)) .o_back_button a",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar button[name=action_approve]",
            run: "click",
        },
        {
            trigger: "button[name=action_view_move]",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar button[name=action_post]",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar button[name=action_register_payment]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_create_payments]",
            run: "click",
        },
        {
            content: "The invoice is paid and knows its statement",
            trigger: ".o_form_view:has(.ribbon:contains(Paid)) button[name=action_view_licensing_statements]",
        },
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        ...goTo("ledger", "Licensing Ledger"),
        {
            content: "The ledger has what was earned and what was billed",
            trigger: ".o_data_row:contains(Plush bears):contains(Payable):contains(90.00):contains(INV/)",
        },
    ],
});
