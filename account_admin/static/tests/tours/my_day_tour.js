import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const key = (hotkey) => () =>
    window.dispatchEvent(new KeyboardEvent("keydown", { key: hotkey, bubbles: true }));

registry.category("web_tour.tours").add("account_admin_my_day", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            content: "The one that matters most is at hand",
            trigger: ".o_aa_my_day .o_aa_name:contains(First Stores)",
        },
        {
            content: "T: a statement of account",
            trigger: ".o_aa_actions",
            run: key("t"),
        },
        {
            trigger: ".modal:contains(Statement of Account) .btn-close",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_aa_name:contains(First Stores)",
        },
        {
            content: "M: a mail about the case",
            trigger: ".o_aa_actions",
            run: key("m"),
        },
        {
            trigger: ".modal:contains(Mail to First Stores) .btn-close",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_aa_name:contains(First Stores)",
        },
        {
            content: "P: a promise",
            trigger: ".o_aa_actions",
            run: key("p"),
        },
        {
            content: "Amount and day are there",
            trigger: ".o_aa_panel input[name=amount]:value(60000)",
        },
        {
            content: "Enter: saved",
            trigger: ".o_aa_panel button[type=submit]",
            run: "click",
        },
        {
            content: "The next account is there",
            trigger: ".o_aa_name:contains(Second Stores)",
        },
        {
            trigger: ".o_aa_actions:not(:has(.o_aa_panel))",
            run: key("1"),
        },
        {
            content: "Nobody is left",
            trigger: ".o_aa_empty:contains(Nothing left to call today)",
        },
    ],
});
