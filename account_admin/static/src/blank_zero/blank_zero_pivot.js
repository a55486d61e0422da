import { registry } from "@web/core/registry";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** Amounts of zero stay blank, so that those that are something stand out. */
export class BlankZeroPivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        const { type } = this.model.metaData.measures[cell.measure];
        if (type === "monetary" && cell.value === 0) {
            return { value: "" };
        }
        return super.getFormattedValue(cell);
    }
}

registry.category("views").add("account_admin_pivot", {
    ...pivotView,
    Renderer: BlankZeroPivotRenderer,
});
