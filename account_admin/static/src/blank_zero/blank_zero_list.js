import { patch } from "@web/core/utils/patch";
import { ListRenderer } from "@web/views/list/list_renderer";

/** Columns with the option `blank_zero` show nothing where there is nothing. */
patch(ListRenderer.prototype, {
    getFormattedValue(column, record) {
        if (column.options?.blank_zero && record.data[column.name] === 0) {
            return "";
        }
        return super.getFormattedValue(column, record);
    },
    formatGroupAggregate(group, column) {
        if (column.options?.blank_zero && group.aggregates[column.name] === 0) {
            return { value: "" };
        }
        return super.formatGroupAggregate(group, column);
    },
});
