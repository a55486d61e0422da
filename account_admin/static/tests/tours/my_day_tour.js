import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const key = (hotkey, more = {}) => () =>
    (document.activeElement || document.body).dispatchEvent(
        new KeyboardEvent("keydown", { key: hotkey, bubbles: true, ...more })
    );
const at = (name) => `body:not(:has(.modal)) .o_aa_my_day .o_aa_name:contains(${name})`;
const IDLE = "body:not(:has(.modal)):not(:has(.o_aa_panel)) .o_aa_actions";

registry.category("web_tour.tours").add("account_admin_my_day", {
    steps: () => [
        ...stepUtils.goToAppSteps("account_admin.menu_account_admin_root"),
        {
            content: "The one that matters most is at hand, with what to say",
            trigger: at("First Stores"),
        },
        {
            trigger: ".o_aa_script:contains(this is Ann)",
        },
        {
            content: "D: a dispute of part of the oldest invoice",
            trigger: IDLE,
            run: key("d"),
        },
        {
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 1000",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: key("s", { altKey: true }),
        },
        {
            content: "What is disputed is left out of what is asked for",
            trigger: ".o_aa_items td:contains(In dispute)",
        },
        {
            trigger: ".o_aa_amount:contains(59,000)",
        },
        {
            content: "S: a statement of account",
            trigger: IDLE,
            run: key("s"),
        },
        {
            trigger: ".modal button[name=action_review]",
            run: key("s", { altKey: true }),
        },
        {
            trigger: ".modal button[name=action_send]",
            run: key("s", { altKey: true }),
        },
        {
            trigger: at("First Stores"),
        },
        {
            content: "I: copies of what is asked for",
            trigger: IDLE,
            run: key("i"),
        },
        {
            trigger: ".modal .o_field_widget[name=attachment_ids] a:contains(.pdf)",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "M: a mail about the case",
            trigger: IDLE,
            run: key("m"),
        },
        {
            trigger: ".modal:contains(Mail to First Stores) .btn-close",
            run: "click",
        },
        {
            content: "P: a promise; amount and day are there",
            trigger: IDLE,
            run: key("p"),
        },
        {
            trigger: ".o_aa_panel input[name=amount]:value(59000)",
        },
        {
            content: "Enter: noted, and the next account is there",
            trigger: ".o_aa_panel input[name=amount]",
            run: key("Enter"),
        },
        {
            trigger: at("Second Stores"),
        },
        {
            content: "1: no answer",
            trigger: IDLE,
            run: key("1"),
        },
        {
            content: "N: done without a call",
            trigger: at("Third Stores"),
        },
        {
            trigger: IDLE,
            run: key("n"),
        },
        {
            content: "Nobody is left",
            trigger: ".o_aa_empty:contains(Nothing left to call today)",
        },
        {
            trigger: ".o_aa_find input",
            run: "edit +49 30 1234567",
        },
        {
            content: "A number nobody has: which account?",
            trigger: ".o_aa_found button:contains(Which account)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=phone] input:value(+49 30 1234567)",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "F: somebody calls; their number finds the account",
            trigger: ".o_aa_find input",
            run: key("f"),
        },
        {
            trigger: ".o_aa_find input:focus",
            run: "edit 0049 30 90 18 20",
        },
        {
            trigger: ".o_aa_found:contains(Which account?)",
        },
        {
            trigger: ".o_aa_found button:contains(Third Stores)",
            run: "click",
        },
        {
            trigger: at("Third Stores"),
        },
        {
            content: "C: the call that came in",
            trigger: IDLE,
            run: key("c"),
        },
        {
            trigger: ".o_aa_panel input[name=inbound]",
            run: "click",
        },
        {
            trigger: ".o_aa_panel input[name=note]",
            run: "edit Asks for a copy of the order",
        },
        {
            trigger: ".o_aa_panel input[name=note]",
            run: key("Enter"),
        },
        {
            trigger: ".o_aa_empty:contains(Nothing left to call today)",
        },
    ],
});
