import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const key = (hotkey) => () =>
    (document.activeElement || document.body).dispatchEvent(
        new KeyboardEvent("keydown", { key: hotkey, bubbles: true })
    );
const app = () => stepUtils.goToAppSteps("account_admin.menu_account_admin_root");
const menu = (section, name) => [
    { trigger: `.o_menu_sections button:contains(${section})`, run: "click" },
    { trigger: `.o-dropdown--menu .dropdown-item:contains(${name})`, run: "click" },
];
const at = (name) => ({ trigger: `.o_aa_my_day .o_aa_name:contains(${name})` });
const day = (name, when) => [
    {
        content: "A date is a button until it is clicked, an input while it is empty",
        trigger: `.o_field_widget[name=${name}]:has(button, input) :is(button, input)`,
        run: "click",
    },
    { trigger: `.o_field_widget[name=${name}] input`, run: `edit ${when} && press Enter` },
];
const nothingLeft = { trigger: ".o_aa_empty:contains(Nothing left to call today)" };

tours.add("account_admin_journey_promise", {
    steps: () => [
        ...app(),
        at("Harbour Shop"),
        { content: "P: a promise of all of it", trigger: ".o_aa_actions", run: key("p") },
        { trigger: ".o_aa_panel input[name=amount]:value(600)", run: key("Enter") },
        nothingLeft,
    ],
});

tours.add("account_admin_journey_payment", {
    steps: () => [
        { trigger: "button[name=action_register_payment]", run: "click" },
        { trigger: ".modal button[name=action_create_payments]", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=open_payments]" },
    ],
});

tours.add("account_admin_journey_kept", {
    steps: () => [
        ...app(),
        nothingLeft,
        ...menu("Work", "Promises"),
        { content: "Open ones first", trigger: ".o_facet_remove", run: "click" },
        { trigger: ".o_data_row:contains(Harbour Shop):contains(Kept)" },
    ],
});

tours.add("account_admin_journey_dispute", {
    steps: () => [
        ...app(),
        at("Harbour Shop"),
        { content: "D: a dispute of part", trigger: ".o_aa_actions", run: key("d") },
        { trigger: ".modal .o_field_widget[name=amount] input", run: "edit 200" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: ".o_aa_items td:contains(In dispute)" },
        { trigger: ".o_aa_amount:contains(400)" },
    ],
});

tours.add("account_admin_journey_settle", {
    steps: () => [
        { trigger: "button[name=action_settle]", run: "click" },
        { trigger: ".modal input[data-value=partly]", run: "click" },
        { trigger: ".modal .o_field_widget[name=agreed] input", run: "edit 150" },
        {
            content: "It says when the rest is chased again",
            trigger: ".modal .o_field_widget[name=resume_text]:contains(where it stopped)",
        },
        { trigger: ".modal button[name=action_settle]", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_view_credit]" },
    ],
});

tours.add("account_admin_journey_credit", {
    steps: () => [
        { trigger: "button[name=action_post]:visible", run: "click" },
        {
            trigger: ".o_statusbar_status button[data-value=posted].o_arrow_button_current",
        },
    ],
});

tours.add("account_admin_journey_away", {
    steps: () => [
        ...app(),
        at("Harbour Shop"),
        ...menu("Work", "My Absence"),
        { trigger: ".o_list_button_add", run: "click" },
        ...day("date_start", "+0d"),
        ...day("date_end", "+6d"),
        { trigger: ".o_field_widget[name=deputy_id] input", run: "edit Dora" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Dora)", run: "click" },
        { content: "It says who acts", trigger: ".o_field_widget[name=chain]:contains(Dora)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});

tours.add("account_admin_journey_deputy", {
    steps: () => [
        ...app(),
        at("Harbour Shop"),
        {
            content: "For whom, until when, how many",
            trigger: ".o_aa_covered:contains(For Ann):contains(away until):contains(1)",
            run: "click",
        },
        { trigger: ".o_aa_covered[aria-pressed=true]" },
        { content: "6: spoken with", trigger: ".o_aa_actions", run: key("6") },
        nothingLeft,
    ],
});

tours.add("account_admin_journey_back", {
    steps: () => [
        ...app(),
        { trigger: ".o_aa_my_day" },
        ...menu("Work", "My Absence"),
        { trigger: ".o_data_row .o_data_cell[name=scope]", run: "click" },
        {
            content: "What is handed back",
            trigger: ".o_field_widget[name=digest]:contains(Harbour Shop)",
        },
    ],
});

tours.add("account_admin_journey_over", {
    steps: () => [
        ...app(),
        nothingLeft,
        { trigger: ".o_aa_bar:not(:has(.o_aa_covered))" },
    ],
});
