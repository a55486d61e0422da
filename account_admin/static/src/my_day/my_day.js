import { markup, Component, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "collections.work.item";
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

/** The day's calls: the queue, the account at hand, and what can be done with it. */
export class MyDay extends Component {
    static template = "account_admin.MyDay";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.first = useRef("first");
        this.outcomes = OUTCOMES;
        this.state = useState({
            scope: "own",
            day: null,
            account: null,
            panel: null,
            form: {},
            busy: false,
        });
        onWillStart(() => this.load());
        const idle = () => !this.state.panel && Boolean(this.state.account);
        const hotkey = (key, run, isAvailable = idle) =>
            useHotkey(key, run, { bypassEditableProtection: false, isAvailable });
        hotkey("p", () => this.openPanel("promise"));
        hotkey("b", () => this.openPanel("call_back"));
        hotkey("s", () => this.openPanel("snooze"));
        hotkey("k", () => this.openPanel("skip"));
        hotkey("n", () => this.step(1));
        hotkey("v", () => this.step(-1));
        hotkey("o", () => this.openCase());
        hotkey("d", () => this.openDispute());
        hotkey("t", () => this.openStatement());
        hotkey("m", () => this.openMail());
        for (const outcome of OUTCOMES) {
            hotkey(outcome.key, () => this.log({ outcome: outcome.value }));
        }
        useHotkey("escape", () => this.closePanel(), {
            bypassEditableProtection: true,
            isAvailable: () => Boolean(this.state.panel),
        });
    }

    get rows() {
        return this.state.day.rows;
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

    /** Renew the queue; show the account that is asked for, else the first. */
    async load(itemId) {
        this.state.day = await this.orm.call(MODEL, "get_my_day", [this.state.scope]);
        const row = this.rows.find((found) => found.id === itemId) || this.rows[0];
        this.state.account = null;
        this.closePanel();
        if (row) {
            await this.open(row.id);
        }
    }

    async open(itemId) {
        this.closePanel();
        this.state.account = await this.orm.call(MODEL, "open_account", [itemId]);
    }

    async setScope(scope) {
        this.state.scope = scope;
        await this.load();
    }

    async step(by) {
        const at = this.rows.findIndex((row) => row.id === this.state.account.id);
        const row = this.rows[at + by];
        if (row) {
            await this.open(row.id);
        }
    }

    openPanel(panel) {
        if (this.state.account.holder) {
            return;
        }
        const { promise } = this.state.account;
        this.state.form = {
            contact_id: this.state.form.contact_id,
            amount: promise.amount,
            date: promise.date,
            note: "",
            at: "",
        };
        this.state.panel = panel;
    }

    closePanel() {
        this.state.panel = null;
        this.state.form = {};
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
        const { panel, form, account } = this.state;
        if (panel === "promise") {
            const promise = { amount: Number(form.amount), date: form.date };
            await this.log({ outcome: "promise", promise, note: form.note });
        } else if (panel === "call_back") {
            const moment = form.at && luxon.DateTime.fromISO(form.at).toUTC();
            const call_back_at = moment && moment.toFormat("yyyy-MM-dd HH:mm:ss");
            await this.log({ outcome: "call_back", call_back_at, note: form.note });
        } else if (panel === "snooze") {
            await this.end("action_snooze", [form.date], _t("Snoozed"));
        } else {
            await this.end("action_skip", [form.note], _t("Skipped"));
        }
        return account;
    }

    /** Log a call with the contact at hand; the next account is there without asking. */
    async log(vals) {
        const contact = this.contact;
        const told = { contact_id: contact?.id, phone: contact?.phone, ...vals };
        await this.end("log_outcome", [told], _t("Logged"));
    }

    async end(method, args, label) {
        const { account } = this.state;
        if (this.state.busy || account.holder) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(MODEL, method, [account.id, ...args]);
            const at = this.rows.findIndex((row) => row.id === account.id);
            const next = this.rows[at + 1];
            this.notification.add(`${account.name}: ${label}`, {
                type: "success",
                buttons: [{ name: _t("Undo"), onClick: () => this.undo(account.id) }],
            });
            await this.load(next?.id);
        } finally {
            this.state.busy = false;
        }
    }

    /** Back on the list; a call that was logged stays logged. */
    async undo(itemId) {
        await this.orm.call(MODEL, "action_reopen", [itemId]);
        await this.load(itemId);
    }

    openCase() {
        return this.openRecord("collections.case", this.state.account.case_id);
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
        const { id } = this.state.account;
        return this.action.doAction(action, { ...options, onClose: () => this.load(id) });
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
        return this.openForm(_t("Dispute of %s", account.name), "collections.dispute", {
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
            },
        });
    }

    openMail() {
        const { account } = this.state;
        return this.openForm(_t("Mail to %s", account.name), "mail.compose.message", {
            default_model: "collections.case",
            default_res_ids: [account.case_id],
            default_partner_ids: this.contact ? [this.contact.id] : [],
            default_composition_mode: "comment",
        });
    }
}

registry.category("actions").add("account_admin_my_day", MyDay);
