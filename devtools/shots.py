"""What the pictures of README and guide show: where to go and what to wait for."""

import json
from typing import NamedTuple

WIDTH, HEIGHT = 1440, 900


class Shot(NamedTuple):
    """One picture.

    :param path: address below the server's
    :param wait: CSS selector that must be there, outside of any loading state
    :param script: JavaScript to run before the picture, for example a click
    :param then: CSS selector to wait for after the script
    """

    name: str
    path: str
    wait: str
    script: str = ""
    then: str = ""
    width: int = WIDTH
    height: int = HEIGHT


def find_and_open(model, domain, method=""):
    """JavaScript that opens the first record found, or what its method opens."""
    return f"""(async () => {{
        const {{ orm, action }} = odoo.__WOWL_DEBUG__.root.env.services;
        const [id] = await orm.search({json.dumps(model)}, {json.dumps(domain)});
        const method = {json.dumps(method)};
        const opened = method
            ? await orm.call({json.dumps(model)}, method, [[id]])
            : {{ type: "ir.actions.act_window", res_model: {json.dumps(model)},
                res_id: id, view_mode: "form" }};
        opened.views ??= opened.view_mode.split(",").map((mode) => [false, mode]);
        await action.doAction(opened);
    }})()"""


DRY_RUN = """(async () => {
    const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const date = new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 10);
    const ids = await orm.create("collections.dry.run", [{ date }]);
    const lines = await orm.call("collections.dry.run", "action_simulate", [ids]);
    lines.views = lines.view_mode.split(",").map((mode) => [false, mode]);
    await action.doAction(lines);
})()"""
OPEN_TAB = (
    """setTimeout(() => document.querySelector(".nav-link[name=%s]").click(), 5000)"""
)

REVIEW = """(async () => {
    const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
    const [id] = await orm.search("national.account", [["name", "like", "Crestline"]]);
    window.location = `/report/html/account_admin.review_national/${id}`;
})()"""


def do(action):
    """JavaScript that does one of the add-on's own actions."""
    return (
        "odoo.__WOWL_DEBUG__.root.env.services.action.doAction("
        f"{json.dumps('account_admin.' + action)})"
    )


APPROVE = """(async () => {
    const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const ids = await orm.search("collections.notice", [["state", "=", "to_approve"]]);
    await action.doAction("account_admin.collections_approval_action",
        { additionalContext: { active_model: "collections.notice", active_ids: ids } });
})()"""
STATEMENTS = """(async () => {
    const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const ids = await orm.create("collections.statement.wizard", [{}]);
    const review = await orm.call(
        "collections.statement.wizard", "action_review", [ids]);
    review.views ??= review.view_mode.split(",").map((mode) => [false, mode]);
    await action.doAction(review);
})()"""
PACK = """(async () => {
    const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const account = [["name", "=", "Lantern Bay Music"]];
    const partners = await orm.search("res.partner", account);
    const year = new Date().getFullYear();
    await action.doAction("account_admin.audit_pack_action", { viewType: "form",
        additionalContext: { default_date_from: `${year}-01-01`,
            default_date_to: `${year}-06-30`, default_partner_ids: partners } });
})()"""
# as a company sees it before anybody turned sending on, a few days ahead
SENDING = """(async () => {
    const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const model = "collections.dry.run";
    const ids = await orm.create(model, [{}]);
    await orm.call(model, "action_turn_off", [ids]);
    const date = new Date(Date.now() + 4 * 864e5).toISOString().slice(0, 10);
    await action.doAction("account_admin.collections_sending_action", {
        additionalContext: { default_date: date } });
    await orm.call(model, "action_turn_on", [ids]);
})()"""
SCROLL = """new Promise((done) => setTimeout(() => {
    document.querySelector("%s").scrollIntoView(); done(); }, 6000))"""
MODAL = ".modal .o_form_view"
FORM = ".o_form_view .o_form_sheet"
FIGURES = ".o_list_view .o_group_header, .o_list_view .o_data_row"
CLICK = "setTimeout(() => document.querySelector('%s').click(), 5000)"

# a report as the licensee of the statement that is late would send it
ROWS = """(day) => [
        "Sale Date,SKU,Description,Territory,Channel,Type,Units,Gross,Returns",
        `${day},NW-HOOD,Compass hoodie,US,Mass Market,Domestic,2300,82800.00,2484.00`,
        `${day},NW-TEE,Compass tee,US,Specialty,Domestic,5100,71400.00,1428.00`,
        `${day},NW-CAP,Compass cap,US,E-Com,Domestic,640,8960.00,0.00`,
    ].join("\\n")"""
FIND_LATE = """orm.searchRead(
        "licensing.statement", [["state", "=", "expected"]], ["date_start"])"""
REPORT = f"""(async () => {{
    const {{ orm, action }} = odoo.__WOWL_DEBUG__.root.env.services;
    const [late] = await {FIND_LATE};
    const file = ({ROWS})(late.date_start);
    const ids = await orm.create("licensing.import", [
        {{ statement_id: late.id, filename: "northwear.csv", file: btoa(file) }}]);
    await orm.call("licensing.import", "action_read", [ids]);
    await action.doAction({{ type: "ir.actions.act_window", res_id: ids[0],
        res_model: "licensing.import", views: [[false, "form"]] }});
}})()"""
UPLOAD = "form[action$=upload] input[type=file]"
SUBMIT = "form[action$=submit] button"


def send_report(day):
    """JavaScript that uploads the same report on the portal."""
    return f"""(() => {{
        const input = document.querySelector({json.dumps(UPLOAD)});
        const files = new DataTransfer();
        files.items.add(new File([({ROWS})({json.dumps(day)})], "northwear.csv"));
        input.files = files.files;
        input.form.submit();
    }})()"""


CASES = "/odoo/collections-cases"
CARD = ".o_kanban_record:not(.o_kanban_ghost)"
ACCOUNT = ["partner_id.name", "=", "Lantern Bay Music"]
CONTRACTS = "/odoo/licensing-contracts"
ROW = ".o_list_view .o_data_row"
PLUSH = ["title", "=", "Plush and puzzles"]
SHOTS = [
    Shot(
        "my_day",
        "/odoo/my-day",
        ".o_aa_my_day .o_aa_bar",
        "[...document.querySelectorAll('.o_aa_bar .btn')]"
        ".find((button) => button.textContent.trim() === 'Team').click()",
        ".o_aa_queue li:nth-child(10)",
        height=960,
    ),
    Shot(
        "account360",
        "/odoo/national-accounts",
        ".o_data_row",
        find_and_open("national.account", [["name", "=", "Harbour Retail Group"]]),
        ".o_aa_structure tbody tr",
        height=1000,
    ),
    Shot(
        "portfolio",
        "/odoo/portfolio",
        ".o_facet_remove",
        "document.querySelector('.o_facet_remove').click()",
        CARD,
        height=760,
    ),
    Shot("cases", CASES, CARD, width=1680),
    Shot(
        "case",
        CASES,
        CARD,
        find_and_open("collections.case", [ACCOUNT]),
        ".o_account_admin_why",
        height=1060,
    ),
    Shot("dry_run", CASES, CARD, DRY_RUN, ".o_list_view .o_data_row"),
    Shot(
        "policy",
        CASES,
        CARD,
        find_and_open("collections.policy", [["name", "=", "Key accounts"]]),
        ".o_field_x2many_list .o_data_row",
    ),
    Shot(
        "partner",
        CASES,
        CARD,
        find_and_open("collections.case", [ACCOUNT], "action_view_partner")
        + "; "
        + OPEN_TAB % "collections",
        ".nav-link.active[name=collections]",
    ),
    Shot(
        "dashboard",
        "/odoo/receivables-dashboard",
        ".o-figure canvas",
        "new Promise((done) => setTimeout(done, 4000))",
        height=1250,
    ),
    Shot("aging", "/odoo/aging", ".o_list_view .o_group_header"),
    Shot(
        "licensing_contract",
        CONTRACTS,
        ROW,
        find_and_open("licensing.contract", [PLUSH]) + "; " + OPEN_TAB % "rates",
        ".nav-link.active[name=rates]",
        height=760,
    ),
    Shot(
        "licensing_explain",
        CONTRACTS,
        ROW,
        find_and_open(
            "licensing.statement",
            [["contract_id.title", *PLUSH[1:]], ["state", "=", "invoiced"]],
        )
        + "; "
        + CLICK % "button[name=action_explain]",
        ".modal table",
        height=1000,
    ),
    Shot(
        "licensing_import",
        CONTRACTS,
        ROW,
        REPORT + "; " + OPEN_TAB % "values",
        ".nav-link.active[name=values]",
    ),
    Shot("licensing_renewals", "/odoo/licensing-renewals", ROW, height=500),
    Shot(
        "licensing_dashboard",
        "/odoo/licensing-dashboard",
        ".o-figure canvas",
        "new Promise((done) => setTimeout(done, 4000))",
        height=1000,
    ),
    Shot("review", CASES, CARD, REVIEW, ".page img[src^=data]", width=900, height=1150),
    Shot("sending", CASES, CARD, SENDING, MODAL, height=700),
    Shot(
        "policy_texts",
        CASES,
        CARD,
        find_and_open(
            "collections.policy", [["name", "=", "Standard"]], "action_preview"
        ),
        MODAL,
        height=1000,
    ),
    Shot(
        "approve",
        CASES,
        CARD,
        APPROVE,
        MODAL,
        height=1000,
    ),
    Shot(
        "promise",
        CASES,
        CARD,
        find_and_open("collections.promise", [["state", "=", "open"]]),
        FORM,
        height=620,
    ),
    Shot(
        "dispute",
        CASES,
        CARD,
        find_and_open("collections.dispute", [["state", "=", "open"]]),
        FORM,
        height=620,
    ),
    Shot("statement_send", CASES, CARD, STATEMENTS, MODAL, height=1000),
    Shot("kpis", CASES, CARD, do("account_admin_kpi_action"), FIGURES),
    Shot("scorecards", CASES, CARD, do("scorecard_action"), FIGURES, height=500),
    Shot("audit_pack", CASES, CARD, PACK, FORM, height=620),
    Shot("evidence", CASES, CARD, do("evidence_action"), ROW, height=500),
    Shot(
        "retention",
        CASES,
        CARD,
        do("res_config_settings_action") + "; " + SCROLL % "#collections_chain",
        "#collections_keep",
        height=620,
    ),
    Shot(
        "licensing_amendment",
        CONTRACTS,
        ROW,
        find_and_open("licensing.amendment", []) + "; " + OPEN_TAB % "impact",
        ".nav-link.active[name=impact]",
        height=760,
    ),
    Shot(
        "licensing_statement",
        CONTRACTS,
        ROW,
        find_and_open("licensing.statement", [["state", "=", "in_review"]]),
        FORM,
        height=1000,
    ),
    Shot(
        "apps",
        CASES,
        CARD,
        find_and_open("ir.module.module", [["name", "=", "account_admin"]]),
        ".o_form_view img[src*=guide]",
    ),
]
