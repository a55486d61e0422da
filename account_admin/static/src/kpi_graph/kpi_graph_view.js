import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/** Leaves a gap where there is no figure; Odoo's own graph draws it as zero. */
export class KpiGraphModel extends GraphModel {
    _getData() {
        const data = super._getData(...arguments);
        const { fields, measure } = this.metaData;
        if (fields[measure]?.aggregator === "ratio") {
            for (const dataset of data.datasets) {
                const known = dataset.domains.map((domain) => domain.length > 0);
                dataset.data = dataset.data.map((value, index) =>
                    known[index] && value !== false ? value : null
                );
            }
        }
        return data;
    }
}

registry.category("views").add("account_admin_kpi_graph", {
    ...graphView,
    Model: KpiGraphModel,
});
