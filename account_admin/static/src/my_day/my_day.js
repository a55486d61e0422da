import {
    markup,
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const ITEM = "collections.work.item";
const DESK = "collections.desk";
/** Milliseconds after which the queue is read again behind the account at hand. */
const STALE = 60000;
/** Outcomes of a call by the key that chooses each. */
export const OUTCOMES = [
    { key: "1", value: "no_answer", label: _t("No answer") },
    { key: "2", value: "busy", label: _t("Busy") },
    { key: "3", value: "voicemail", label: _t("Voicemail") },
    { key: "4", value: "wrong_number", label: _t("Wrong number") },
    { key: "5", value: "gatekeeper", label: _t("Not put through") },
    { key: "6", value: "informed", label: _t("Spoken with") },
    { key: "7", value: "refused", label: _t("Will not pay") },
];
const GROUPS = [
    { id: "call_back", title: _t("Call back now") },
    { id: "now", title: _t("Can be called now") },
    { id: "later", title: _t("Opens later") },
    { id: "nobody", title: _t("Nobody to call") },
];

/** The day's calls: the queue, the account at hand, and what can be done with it. */
export class MyDay extends Component {
    static template = "account_admin.MyDay";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.finder = useRef("finder");
        this.outcomes = OUTCOMES;
        const kept = this.props.state || {};
        this.state = useState({
            scope: kept.scope || "own",
            everything: false,
            day: null,
            account: null,
            panel: null,
            form: {},
            chosen: {},
            busy: false,
            found: null,
            sought: "",
        });
        useSetupAction({
            getLocalState: () => ({
                scope: this.state.scope,
                partner: this.state.account?.partner_id,
            }),
        });
        this.onFind = useDebounced((ev) => this.find(ev.target.value), 250);
        this.commands = this.getCommands();
        onWillStart(() => this.start(this.props.action.params?.partner_id || kept.partner));
        onMounted(() => this.root.el.focus({ preventScroll: true }));
        onWillUnmount(() => this.orm.silent.call(ITEM, "release", []));
        // the field to begin with, so that Enter saves at once
        useEffect(
            (panel) => panel && this.root.el.querySelector("[autofocus]")?.focus(),
            () => [this.state.panel]
        );
        this.setupKeys();
    }

    /** What can be done with the account at hand: each a key and a button. */
    getCommands() {
        return [
            { key: "c", name: "call", label: _t("Log call"), run: () => this.openPanel("call") },
            {
                key: "p",
                name: "promise",
                label: _t("Promise"),
                run: () => this.openPanel("promise"),
            },
            {
                key: "a",
                name: "instalments",
                label: _t("Instalments"),
                run: () => this.openInstalments(),
            },
            {
                key: "b",
                name: "call_back",
                label: _t("Call back"),
                run: () => this.openPanel("call_back"),
            },
            { key: "d", name: "dispute", label: _t("Dispute"), run: () => this.openDispute() },
            {
                key: "s",
                name: "statement",
                label: _t("Send statement"),
                run: () => this.openStatement(),
            },
            { key: "i", name: "copies", label: _t("Send copies"), run: () => this.openCopies() },
            { key: "m", name: "mail", label: _t("Mail"), run: () => this.openMail() },
            { key: "h", name: "hold", label: _t("Hold"), run: () => this.openHold() },
            {
                key: "z",
                name: "snooze",
                label: _t("Snooze"),
                run: () => this.openPanel("snooze"),
                listed: true,
            },
            {
                key: "k",
                name: "skip",
                label: _t("Skip, with a reason"),
                run: () => this.openPanel("skip"),
                listed: true,
            },
            {
                key: "g",
                name: "give",
                label: _t("Give to a colleague"),
                run: () => this.openGive(),
                listed: true,
            },
            {
                key: "n",
                name: "done",
                label: _t("Done, next"),
                run: () => this.end("action_done", [], _t("Done")),
                listed: true,
            },
        ];
    }

    setupKeys() {
        const idle = () => !this.state.panel && Boolean(this.state.account);
        const hotkey = (key, run, isAvailable = idle) =>
            useHotkey(key, run, { bypassEditableProtection: false, isAvailable });
        for (const command of this.commands) {
            hotkey(command.key, () => this.run(command));
        }
        for (const outcome of OUTCOMES) {
            hotkey(outcome.key, () => this.log({ outcome: outcome.value }));
        }
        hotkey("j", () => this.step(1));
        hotkey("v", () => this.step(-1));
        hotkey("o", () => this.openCase());
        const free = () => !this.state.panel;
        hotkey("r", () => this.load(), free);
        hotkey("f", () => this.finder.el.focus(), free);
        useHotkey("escape", () => this.closePanel(), {
            bypassEditableProtection: true,
            isAvailable: () => Boolean(this.state.panel || this.state.found),
        });
    }

    // ------------------------------------------------------------------
    // WHAT IS SHOWN
    // ------------------------------------------------------------------

    get rows() {
        return this.state.day.rows;
    }

    get groups() {
        return GROUPS.map((group) => ({
            ...group,
            rows: this.rows.filter((row) => row.group === group.id),
        })).filter((group) => group.rows.length);
    }

    get planned() {
        const { counts, more } = this.state.day;
        const ended = (counts.done || 0) + (counts.settled || 0) + (counts.moved || 0);
        return { done: ended, all: ended + this.rows.length + more };
    }

    get contact() {
        const { account, form } = this.state;
        return (
            account.contacts.find((found) => found.id === form.contact_id) ||
            account.contacts[0]
        );
    }

    get why() {
        return markup(this.state.account.why || "");
    }

    get script() {
        return markup(this.state.account.script || "");
    }

    /** Items that are ticked; at first all that are asked for. */
    get chosenItems() {
        return this.state.account.items.filter((item) => this.state.chosen[item.id]);
    }

    /** Whether nothing was chosen, or what is asked for anyway. */
    get isWhole() {
        const { account, chosen } = this.state;
        return (
            !this.chosenItems.length ||
            account.items.every((item) => item.is_asked === Boolean(chosen[item.id]))
        );
    }

    isDisabled(command) {
        const { account } = this.state;
        return Boolean(account.holder || (command.listed && !account.id));
    }

    // ------------------------------------------------------------------
    // THE QUEUE
    // ------------------------------------------------------------------

    async start(partnerId) {
        if (partnerId) {
            await this.read();
            await this.openPartner(partnerId);
        } else {
            await this.load();
        }
    }

    async read() {
        this.state.day = await this.orm.call(ITEM, "get_my_day", [this.state.scope], {
            everything: this.state.everything,
        });
        this.readAt = Date.now();
    }

    /** Renew the queue; show the account that is asked for, else the first. */
    async load(itemId) {
        await this.read();
        const row = this.rows.find((found) => found.id === itemId) || this.rows[0];
        this.state.account = null;
        this.closePanel();
        if (row) {
            await this.open(row.id);
        }
    }

    async open(itemId) {
        const account = await this.orm.call(ITEM, "open_account", [itemId]);
        this.show(account);
        if (account.ended && this.rows.some((row) => row.id === itemId)) {
            this.notification.add(_t("%s has nothing left to ask for.", account.name), {
                type: "info",
            });
            const next = this.drop(itemId);
            await (next ? this.open(next.id) : this.load());
        }
    }

    async openPartner(partnerId) {
        this.show(await this.orm.call(DESK, "open_partner", [partnerId]));
    }

    show(account) {
        this.closePanel();
        this.state.account = account;
        this.state.chosen = Object.fromEntries(
            account.items.map((item) => [item.id, item.is_asked])
        );
    }

    /** Take an account off the list; the one after it is returned. */
    drop(itemId) {
        const at = this.rows.findIndex((row) => row.id === itemId);
        if (at === -1) {
            return this.rows[0];
        }
        this.rows.splice(at, 1);
        return this.rows[at] || this.rows[0];
    }

    async setScope(scope) {
        this.state.scope = scope;
        this.state.everything = false;
        await this.load();
    }

    async showEverything() {
        this.state.everything = true;
        await this.read();
    }

    async step(by) {
        const at = this.rows.findIndex((row) => row.id === this.state.account.id);
        const row = this.rows[at + by];
        if (row) {
            await this.open(row.id);
        }
    }

    get isNumber() {
        return /^[\d\s()+./-]{7,}$/.test(this.state.sought);
    }

    /** A number nobody has: the form of the call asks for the account and keeps it. */
    logUnknown() {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Which account?"),
                res_model: "collections.call",
                views: [[false, "form"]],
                target: "new",
                context: { default_phone: this.state.sought, default_direction: "in" },
            },
            { onClose: () => this.load(this.state.account?.id) }
        );
    }

    async find(text) {
        this.state.sought = text.trim();
        this.state.found = text ? await this.orm.call(DESK, "find", [text]) : null;
    }

    async onFinderKey(ev) {
        if (ev.key === "Enter") {
            await this.find(ev.target.value);
            if (this.state.found?.length === 1) {
                await this.take(this.state.found[0]);
            }
        }
    }

    async take(found) {
        await this.openPartner(found.partner_id);
        this.state.found = null;
        this.finder.el.value = "";
        this.root.el.focus({ preventScroll: true });
    }

    // ------------------------------------------------------------------
    // WHAT CAME OF IT
    // ------------------------------------------------------------------

    run(command) {
        if (!this.isDisabled(command)) {
            return command.run();
        }
    }

    openPanel(panel) {
        const { promise, contacts } = this.state.account;
        const items = this.chosenItems;
        const part = items.reduce((sum, item) => sum + item.amount, 0);
        const currencies = new Set(items.map((item) => item.currency_id));
        if (panel === "promise" && !this.isWhole && currencies.size > 1) {
            this.notification.add(_t("Choose invoices of one currency to promise."), {
                type: "warning",
            });
            return;
        }
        this.state.form = {
            contact_id: this.state.form.contact_id || contacts[0]?.id,
            amount: this.isWhole ? promise.amount : Number(part.toFixed(6)),
            date: promise.date,
            currency: this.isWhole ? promise.currency : items[0].currency,
            note: "",
            at: "",
            outcome: "informed",
            duration: "",
            inbound: false,
        };
        this.state.panel = panel;
    }

    async openGive() {
        const colleagues = await this.orm.call(DESK, "get_colleagues", []);
        this.openPanel("give");
        Object.assign(this.state.form, { colleagues, user_id: colleagues[0]?.id });
    }

    closePanel() {
        this.state.panel = null;
        this.state.form = {};
        this.state.found = null;
    }

    choose(contact) {
        this.state.form.contact_id = contact.id;
    }

    onPanelKey(ev) {
        if (ev.key === "Enter" && ev.target.tagName !== "TEXTAREA") {
            ev.preventDefault();
            this.submit();
        }
    }

    async submit() {
        const { panel, form } = this.state;
        const moment = form.at && luxon.DateTime.fromISO(form.at).toUTC();
        const told = {
            note: form.note,
            call_back_at: moment ? moment.toFormat("yyyy-MM-dd HH:mm:ss") : false,
        };
        if (panel === "promise") {
            await this.log({ ...told, outcome: "promise", promise: this.getPromise() });
        } else if (panel === "call_back") {
            await this.log({ ...told, outcome: "call_back" });
        } else if (panel === "call") {
            await this.log({
                ...told,
                outcome: form.outcome,
                duration: Number(form.duration) || 0,
                direction: form.inbound ? "in" : "out",
            });
        } else if (panel === "give") {
            await this.end("action_move", [Number(form.user_id)], _t("Given"));
        } else if (panel === "snooze") {
            await this.end("action_snooze", [form.date], _t("Snoozed"));
        } else {
            await this.end("action_skip", [form.note], _t("Skipped"));
        }
    }

    /** A promise of the whole, or of the invoices that were ticked. */
    getPromise() {
        const { form } = this.state;
        const promise = { amount: Number(form.amount), date: form.date };
        if (this.isWhole) {
            return { ...promise, currency_id: this.state.account.promise.currency_id };
        }
        return {
            ...promise,
            currency_id: this.chosenItems[0].currency_id,
            move_ids: this.chosenItems.map((item) => item.move_id),
        };
    }

    /** Log a call with the contact at hand; the next account is there without asking. */
    async log(vals) {
        const { account } = this.state;
        const contact = this.contact;
        const told = { contact_id: contact?.id, phone: contact?.phone, ...vals };
        if (account.id) {
            return this.end("log_outcome", [told], _t("Logged"));
        }
        return this.once(async () => {
            await this.orm.call(DESK, "log_call", [account.partner_id, told]);
            this.notification.add(_t("%s: Logged", account.name), { type: "success" });
            await this.openPartner(account.partner_id);
        });
    }

    /** Do something unless the last thing is still being done: a key pressed twice. */
    async once(act) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await act();
        } finally {
            this.state.busy = false;
        }
    }

    async end(method, args, label) {
        const { account } = this.state;
        if (account.holder) {
            return;
        }
        return this.once(async () => {
            const ended = await this.orm.call(ITEM, method, [account.id, ...args]);
            this.notification.add(`${account.name}: ${label}`, {
                type: "success",
                buttons: [{ name: _t("Back on the list"), onClick: () => this.undo(account.id) }],
            });
            await this.goOn(account.id, ended);
        });
    }

    /** The next account at once; the queue behind it is read again now and then. */
    async goOn(itemId, ended) {
        const { counts } = this.state.day;
        const next = this.drop(itemId);
        if (!ended || !next) {
            return this.load(next?.id);
        }
        counts.done = (counts.done || 0) + 1;
        await this.open(next.id);
        if (Date.now() - this.readAt > STALE) {
            this.read();
        }
    }

    /** Back on the list; a call that was logged stays logged. */
    async undo(itemId) {
        await this.orm.call(ITEM, "action_reopen", [itemId]);
        await this.load(itemId);
    }

    // ------------------------------------------------------------------
    // WINDOWS OVER THE DAY
    // ------------------------------------------------------------------

    openCase() {
        const { account } = this.state;
        return account.case_id
            ? this.openRecord("collections.case", account.case_id)
            : this.openRecord("res.partner", account.partner_id);
    }

    openInvoice(item) {
        return this.openRecord("account.move", item.move_id);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    /** Open a window over the day; the account is there again when it is closed. */
    openOver(action, options = {}) {
        const { id, partner_id } = this.state.account;
        const onClose = () => (id ? this.open(id) : this.openPartner(partner_id));
        return this.action.doAction(action, { ...options, onClose });
    }

    openForm(name, model, context) {
        return this.openOver({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [[false, "form"]],
            target: "new",
            context,
        });
    }

    openDispute() {
        const { account } = this.state;
        const items = this.isWhole ? [] : this.chosenItems;
        const item = items.length === 1 ? items[0] : account.items.find((i) => i.is_asked);
        return this.openForm(_t("Dispute of %s", account.name), "collections.dispute", {
            default_partner_id: account.partner_id,
            default_move_id: item?.move_id,
        });
    }

    /** A promise in instalments, of the whole or of the invoices that were ticked. */
    async openInstalments() {
        const { account } = this.state;
        const items = this.isWhole ? [] : this.chosenItems;
        const args = [account.partner_id, items.map((item) => item.move_id)];
        return this.openOver(await this.orm.call(DESK, "get_instalments", args));
    }

    openHold() {
        const { account } = this.state;
        return this.openForm(_t("Hold %s", account.name), "collections.hold", {
            default_partner_id: account.partner_id,
        });
    }

    openStatement() {
        const { partner_id } = this.state.account;
        return this.openOver("account_admin.statement_wizard_action_partner", {
            additionalContext: {
                active_model: "res.partner",
                active_id: partner_id,
                active_ids: [partner_id],
                account_admin_stay: true,
            },
        });
    }

    async openCopies() {
        const { account } = this.state;
        const moves = this.chosenItems.map((item) => item.move_id);
        const contact = this.contact?.id || false;
        const args = [account.partner_id, moves, contact];
        return this.openOver(await this.orm.call(DESK, "get_copies", args));
    }

    openMail() {
        const { account } = this.state;
        return this.openForm(_t("Mail to %s", account.name), "mail.compose.message", {
            default_model: account.case_id ? "collections.case" : "res.partner",
            default_res_ids: [account.case_id || account.partner_id],
            default_partner_ids: this.contact ? [this.contact.id] : [],
            default_composition_mode: "comment",
        });
    }
}

registry.category("actions").add("account_admin_my_day", MyDay);
