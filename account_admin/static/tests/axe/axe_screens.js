/**
 * What axe-core finds on screens and pages, run by tests/axe.py in the browser of a test.
 *
 * What Odoo's own screens have as well is theirs: a fault of the same rule at an element of
 * the same tags and classes. Where the author of a view decides (colours, the text of a
 * picture, a link or a field) every fault is ours.
 */
window.axeScreens = (() => {
    "use strict";
    const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const ALWAYS_OURS = ["color-contrast", "image-alt", "link-name"];
    const SCREEN = ".modal-content, .o_action_manager .o_content";
    // the last is what Odoo's list writes for every boolean
    const FRAME =
        ".o-mail-Form-chatter, .o_notebook_headers, .o_view_nocontent, #boolean_checkbox";
    const PAGE = "#wrap";

    const sleep = (time) => new Promise((done) => setTimeout(done, time));

    /** Waits for an element that was not there before the screen was opened. */
    async function waitFor(page, selector, name) {
        for (let count = 0; count < 150; count++) {
            const found = [...page.querySelectorAll(selector)];
            if (found.some((element) => !element.closest("[data-read]"))) {
                return sleep(400);
            }
            await sleep(100);
        }
        throw new Error(`${name}: ${selector} does not appear`);
    }

    function load(page, src) {
        return new Promise((done, failed) => {
            const script = page.createElement("script");
            Object.assign(script, { src, onload: done, onerror: failed });
            page.head.append(script);
        });
    }

    const step = (element) =>
        [
            element.tagName.toLowerCase(),
            ...[...element.classList].filter((name) => !/\d|^o_account_admin|_modifier$|^focus$/.test(name)).sort(),
        ].join(".");

    /** Rule, whose it is where the author of the view decides, and the way to the element. */
    function sign(rule, element) {
        const way = [];
        // attributes of ARIA are the widget's own, wherever it stands
        const length = rule.startsWith("aria-") ? 1 : 3;
        for (let up = element; up && way.length < length; up = up.parentElement) {
            way.push(step(up));
        }
        let owner = "";
        if (ALWAYS_OURS.includes(rule)) {
            owner = element.outerHTML;
        } else if (rule === "label" && !element.closest(".o_list_table")) {
            owner = element.id;
        } else if (rule === "button-name") {
            owner = element.getAttribute("name") || "";
        }
        return [rule, owner, ...way].join(" | ");
    }

    /** List of faults of what is inside of ``root`` and outside of ``frame``. */
    async function findFaults(view, axe, root, frame) {
        if (!view.axe) {
            await load(view.document, axe);
        }
        const all = (selector) => (selector ? [...view.document.querySelectorAll(selector)] : []);
        const { violations } = await view.axe.run(
            { include: all(root), exclude: all(frame) },
            { runOnly: TAGS, resultTypes: ["violations"] }
        );
        return violations.flatMap(({ id, nodes }) =>
            nodes.map((node) => {
                const element = view.document.querySelector(node.target.at(-1));
                const [why] = [...node.any, ...node.all, ...node.none];
                return {
                    rule: id,
                    sign: sign(id, element),
                    html: element.outerHTML,
                    why: why ? why.message : "",
                };
            })
        );
    }

    /** Opens an action, and reads it tab by tab. */
    async function readScreen(screen, axe) {
        const { action: service } = odoo.__WOWL_DEBUG__.root.env.services;
        await service.doAction({ type: "ir.actions.act_window_close" });
        for (const before of document.querySelectorAll(".o_action_manager > *")) {
            before.dataset.read = "yes";
        }
        await service.doAction(screen.action, {
            clearBreadcrumbs: true,
            viewType: screen.view,
            additionalContext: screen.context || {},
        });
        await waitFor(document, screen.wait, screen.name);
        const found = [];
        const tabs = [...document.querySelectorAll(".o_notebook_headers .nav-link")].filter(
            (tab) => !screen.tabs || screen.tabs.includes(tab.name)
        );
        for (const tab of tabs.length ? tabs : [null]) {
            if (tab) {
                tab.click();
                await sleep(500);
            }
            found.push(...(await findFaults(window, axe, screen.root || SCREEN, FRAME)));
        }
        return found;
    }

    /** Opens an address in a frame as wide as a screen; null for what is right. */
    async function openPage({ name, path, html, wait }, width) {
        const frame = document.createElement("iframe");
        Object.assign(frame.style, {
            position: "fixed",
            inset: "0",
            zIndex: "9999",
            border: "0",
            background: "white",
            width: `${width}px`,
            height: "2000px",
        });
        Object.assign(frame, html ? { srcdoc: html } : { src: path });
        await new Promise((done) => {
            frame.onload = done;
            document.body.append(frame);
        });
        await waitFor(frame.contentDocument, wait || "body", name);
        return frame;
    }

    async function readPage(page, axe) {
        const frame = await openPage(page, page.width || 1366);
        const found = await findFaults(frame.contentWindow, axe, page.root || PAGE, page.frame);
        frame.remove();
        return found;
    }

    /** What of a page is outside of a phone; amounts may scroll if they are seen at first. */
    async function readWidths(page) {
        const frame = await openPage(page, page.width);
        const { document: inner, innerWidth } = frame.contentWindow;
        const found = [];
        const { scrollWidth } = inner.documentElement;
        if (scrollWidth > innerWidth) {
            const why = `${scrollWidth} px`;
            found.push({ rule: "wider than the screen", sign: "", html: "", why });
        }
        const amounts = page.amounts ? [...inner.querySelectorAll(page.amounts)] : [];
        for (const cell of amounts) {
            const text = inner.createRange();
            text.selectNodeContents(cell);
            const { right, width } = text.getBoundingClientRect();
            if (width && right > innerWidth) {
                found.push({ rule: "outside", sign: "", html: cell.outerHTML, why: `${right} px` });
            }
        }
        if (page.amounts && !amounts.length) {
            found.push({ rule: "no amounts", sign: "", html: page.amounts, why: "" });
        }
        frame.remove();
        return found;
    }

    const READERS = { screen: readScreen, page: readPage, width: readWidths };

    /** Reads Odoo's screens, then ours; tells what only ours have. */
    async function compare(kind, theirs, ours, axe) {
        const known = new Set();
        if (kind === "screen") {
            await waitFor(document, ".o_action_manager > *", "The web client");
        }
        for (const screen of theirs) {
            for (const fault of await READERS[kind](screen, axe)) {
                known.add(fault.sign);
            }
        }
        const lines = new Set();
        for (const screen of ours) {
            for (const { rule, sign: signed, html, why } of await READERS[kind](screen, axe)) {
                if (!known.has(signed)) {
                    lines.add([screen.name, rule, html.slice(0, 200), why.slice(0, 140)].join(" | "));
                }
            }
        }
        if (lines.size) {
            console.error([`Faults: ${lines.size}`, ...lines].join("\n"));
        } else {
            console.log("test successful");
        }
    }

    return { compare };
})();
