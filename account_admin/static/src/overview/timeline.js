import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const TIMELINE = "account.admin.timeline";

/** Everything that happened on an account, the newest first, a page at a time. */
export class Timeline extends Component {
    static template = "account_admin.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            lines: [],
            kinds: [],
            kind: "",
            more: false,
            busy: false,
        });
        this.cursor = null;
        onWillStart(() => this.restart(this.props));
        onWillUpdateProps((props) => {
            if (props.record.resId !== this.shown) {
                return this.restart(props);
            }
        });
    }

    async restart(props) {
        this.shown = props.record.resId;
        this.model = props.record.resModel;
        this.cursor = null;
        this.state.lines = [];
        await this.load();
    }

    async load() {
        if (!this.shown) {
            return;
        }
        this.state.busy = true;
        const kinds = this.state.kind ? [this.state.kind] : null;
        const page = await this.orm.call(TIMELINE, "get_page", [
            this.model,
            this.shown,
            this.cursor,
            kinds,
        ]);
        this.cursor = page.cursor;
        this.state.lines.push(...page.lines);
        Object.assign(this.state, {
            kinds: page.kinds,
            more: page.more,
            busy: false,
        });
    }

    choose(ev) {
        this.state.kind = ev.target.value;
        this.cursor = null;
        this.state.lines = [];
        return this.load();
    }

    async open(line) {
        const action = await this.orm.call(TIMELINE, "open_line", [line.model, line.id]);
        return this.action.doAction(action);
    }
}

registry.category("view_widgets").add("account_admin_timeline", { component: Timeline });
