import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("account_admin_plan", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            trigger: "button[data-menu-xmlid='account_admin.menu_accounts']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='account_admin.menu_plan']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour Stores):contains(Draft) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "The plan goes out as a workbook; no error comes up",
            trigger: ".o_form_statusbar button[name=action_xlsx]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o_error_dialog)) .o_form_statusbar button:contains(Import)",
            run: "click",
        },
        {
            content: "Somebody edited it, and takes it in again",
            trigger: ".modal .o_field_widget[name=file] .o_input_file:not(:visible)",
            async run() {
                const answer = await fetch("/web/content/account_admin.plan_tour_file");
                const file = new File([await answer.blob()], "plan.xlsx");
                const transfer = new DataTransfer();
                transfer.items.add(file);
                this.anchor.files = transfer.files;
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            trigger: ".modal .o_field_widget[name=file] input:value(plan.xlsx)",
        },
        {
            trigger: ".modal button[name=action_read]:contains(Read)",
            run: "click",
        },
        {
            content: "Before and after, side by side",
            trigger:
                ".modal .o_data_row:contains(Sales):contains(100.00):contains(250.00)",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "The year is 150 more",
            trigger: "body:not(:has(.modal)) .o_data_row:contains(Sales):contains(1,350.00)",
        },
        {
            trigger: ".o_form_statusbar button[name=action_activate]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Active)",
        },
    ],
});
