import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const OVERVIEW = "account.admin.overview";
/** Pixels of a box of the drawing and of the room between boxes. */
const BOX = { width: 190, height: 62, right: 46, below: 14 };

/** What a national account consists of, as a list that opens or as a drawing. */
export class Structure extends Component {
    static template = "account_admin.Structure";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ day: "", rows: [], drawing: null, view: "list" });
        this.box = BOX;
        onWillStart(() => this.restart(this.props));
        onWillUpdateProps((props) => {
            if (props.record.resId !== this.shown) {
                return this.restart(props);
            }
        });
    }

    async restart(props) {
        this.shown = props.record.resId;
        this.state.rows = [];
        this.state.drawing = null;
        if (!this.shown) {
            return;
        }
        if (this.state.view === "drawing") {
            return this.draw();
        }
        this.state.rows = await this.read(this.shown, 0, 0);
    }

    /** Rows of a part: itself only where it is the first, then what is below it. */
    async read(id, depth, offset) {
        const args = [id, this.state.day || null, offset];
        const found = await this.orm.call(OVERVIEW, "get_structure", args);
        this.state.day = found.day;
        const rows = found.rows.map((row) => ({
            ...row,
            depth: row.key === `national.account,${id}` ? depth : depth + 1,
            isOpen: row.key === `national.account,${id}`,
            isRest: false,
        }));
        const below = depth || offset ? rows.filter((row) => !row.isOpen) : rows;
        if (found.more) {
            const shown = offset + found.rows.filter((row) => !row.is_part).length;
            below.push({
                key: `more,${id},${shown}`,
                isRest: true,
                part: id,
                depth,
                shown,
                more: found.more,
            });
        }
        return below;
    }

    async toggle(row) {
        const at = this.state.rows.indexOf(row);
        let end = at + 1;
        while (
            end < this.state.rows.length &&
            this.state.rows[end].depth > row.depth
        ) {
            end++;
        }
        if (row.isOpen) {
            this.state.rows.splice(at + 1, end - at - 1);
            row.isOpen = false;
            return;
        }
        const below = await this.read(row.id, row.depth, 0);
        row.isOpen = true;
        this.state.rows.splice(at + 1, 0, ...below.filter((one) => one.key !== row.key));
    }

    async readMore(row) {
        const below = await this.read(row.part, row.depth, row.shown);
        this.state.rows.splice(this.state.rows.indexOf(row), 1, ...below);
    }

    async draw() {
        const args = [this.shown, this.state.day || null];
        const found = await this.orm.call(OVERVIEW, "get_drawing", args);
        this.state.drawing = { ...layOut(found.nodes), more: found.more };
    }

    choose(view) {
        this.state.view = view;
        return this.restart(this.props);
    }

    chooseDay(ev) {
        this.state.day = ev.target.value;
        return this.restart(this.props);
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

/** Places of boxes: what is below stands to the right, a part in the middle of it. */
export function layOut(nodes) {
    const below = Map.groupBy(nodes, (node) => node.parent);
    const boxes = [];
    const lines = [];
    let rows = 0;
    const place = (node, depth) => {
        const parts = (below.get(node.id) || []).map((part) => place(part, depth + 1));
        const row = parts.length ? (parts[0].row + parts.at(-1).row) / 2 : rows++;
        const box = {
            ...node,
            row,
            x: depth * (BOX.width + BOX.right),
            y: row * (BOX.height + BOX.below),
        };
        boxes.push(box);
        for (const part of parts) {
            lines.push({
                key: part.key,
                x1: box.x + BOX.width,
                y1: box.y + BOX.height / 2,
                x2: part.x,
                y2: part.y + BOX.height / 2,
            });
        }
        return box;
    };
    for (const top of below.get(false) || []) {
        place(top, 0);
    }
    return {
        boxes,
        lines,
        width: Math.max(0, ...boxes.map((box) => box.x)) + BOX.width,
        height: Math.max(1, rows) * (BOX.height + BOX.below),
    };
}

registry.category("view_widgets").add("account_admin_structure", { component: Structure });
