import { registry } from "@web/core/registry";

const HEADER = "Invoice Date,SKU,Territory,Currency,Units,Gross Sales,Net Sales";
const upload = (name, ...rows) => ({
    content: `Choose ${name}`,
    trigger: "input[type=file][name=report]",
    run() {
        const transfer = new DataTransfer();
        transfer.items.add(new File([[HEADER, ...rows].join("\n")], name));
        this.anchor.files = transfer.files;
    },
});
const send = {
    content: "Upload it",
    trigger: "form[action$='/upload'] button[type=submit]",
    run: "click",
    expectUnloadPage: true,
};

registry.category("web_tour.tours").add("account_admin_royalties", {
    steps: () => [
        {
            content: "One report waits",
            trigger: ".o_portal_index_card:not(.d-none) a[href*='filterby=waiting']:contains(1)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is the only one that waits",
            trigger: ".o_portal_my_doc_table tr:contains(Late) a[href*='/my/royalties/']",
            run: "click",
            expectUnloadPage: true,
        },
        upload("wrong.csv", "2026-04-15,BEAR-1,United States,USD,10,lots,100"),
        send,
        {
            content: "The row that cannot be read is named",
            trigger: "li:contains(Row 2):contains(is no number)",
        },
        {
            trigger: "body:not(:has(form[action$='/submit']))",
        },
        upload(
            "report.csv",
            "2026-04-15,BEAR-1,United States,USD,10,100,100",
            "2026-05-15,BEAR-1,United States,USD,20,300.5,300.5"
        ),
        send,
        {
            content: "Totals before anything is submitted",
            trigger: "table[name=totals] tr:contains(Gross sales):contains(400.50)",
        },
        {
            trigger: "form[action$='/submit'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is with the desk",
            trigger: "[name=step]:contains(there is nothing to do for now)",
        },
        {
            trigger: "a[href='/my/royalties']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_my_doc_table tr:contains(In review)",
        },
    ],
});
