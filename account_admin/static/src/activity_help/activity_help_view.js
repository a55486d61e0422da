import { ActivityController } from "@mail/views/web/activity/activity_controller";
import { activityView } from "@mail/views/web/activity/activity_view";
import { registry } from "@web/core/registry";
import { ActionHelper } from "@web/views/action_helper";

/** Says what belongs here when no activity is planned; Odoo's own shows an empty table. */
export class ActivityHelpController extends ActivityController {
    static template = "account_admin.ActivityHelpController";
    static components = { ...ActivityController.components, ActionHelper };

    get isEmpty() {
        return !this.model.activityData?.activity_res_ids?.length;
    }
}

registry.category("views").add("account_admin_history", {
    ...activityView,
    Controller: ActivityHelpController,
});
