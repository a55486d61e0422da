from odoo import api, models
from odoo.fields import Domain

from ..accounts.account_admin_timeline_mixin import Told


def get_label(record, name):
    """What a selection's value is called."""
    return dict(record._fields[name]._description_selection(record.env)).get(
        record[name], ""
    )


class CollectionsTimelineCall(models.AbstractModel):
    _name = "collections.timeline.call"
    _description = "Calls in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "collections.call"
    _timeline_kind = "call"
    _timeline_icon = "fa-phone"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Calls")

    @api.model
    def _tell_timeline(self, records):
        return {
            call.id: Told(
                self.env._(
                    "Call with %(who)s: %(outcome)s",
                    who=call.contact_id.name,
                    outcome=get_label(call, "outcome"),
                )
                if call.contact_id
                else self.env._("Call: %s", get_label(call, "outcome")),
                call.note,
            )
            for call in records
        }


class CollectionsTimelineNotice(models.AbstractModel):
    _name = "collections.timeline.notice"
    _description = "Notices in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "collections.notice"
    _timeline_kind = "notice"
    _timeline_icon = "fa-envelope-o"
    _timeline_date = "sent_on"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Notices")

    @api.model
    def _get_timeline_domain(self, company, accounts, nationals):
        found = super()._get_timeline_domain(company, accounts, nationals)
        return found & Domain("state", "=", "sent")

    @api.model
    def _tell_timeline(self, records):
        return {
            notice.id: Told(
                f"{notice.step_id.name or ''}: {get_label(notice, 'channel')}",
                notice.email or notice.contact_id.name or "",
                notice.amount,
                notice.currency_id,
            )
            for notice in records
        }


class CollectionsTimelinePromise(models.AbstractModel):
    _name = "collections.timeline.promise"
    _description = "Promises in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "collections.promise"
    _timeline_kind = "promise"
    _timeline_icon = "fa-handshake-o"
    _timeline_date = "made_on"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Promises")

    @api.model
    def _tell_timeline(self, records):
        tones = {"broken": "bad", "partial": "bad", "kept": "good"}
        return {
            promise.id: Told(
                self.env._(
                    "Promise for %(day)s: %(state)s",
                    day=self.env["ir.qweb.field.date"].value_to_html(promise.date, {}),
                    state=get_label(promise, "state"),
                ),
                promise.note,
                promise.amount,
                promise.currency_id,
                tones.get(promise.state, ""),
            )
            for promise in records
        }


class CollectionsTimelineDispute(models.AbstractModel):
    _name = "collections.timeline.dispute"
    _description = "Disputes in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "collections.dispute"
    _timeline_kind = "dispute"
    _timeline_icon = "fa-flag-o"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Disputes")

    @api.model
    def _tell_timeline(self, records):
        return {
            dispute.id: Told(
                self.env._(
                    "Dispute of %(item)s: %(state)s",
                    item=dispute.display_name,
                    state=get_label(dispute, "state"),
                ),
                dispute.reason_id.name or "",
                dispute.amount,
                dispute.currency_id,
            )
            for dispute in records
        }


class CollectionsTimelineHold(models.AbstractModel):
    _name = "collections.timeline.hold"
    _description = "Holds in the Timeline"
    _inherit = ["account.admin.timeline.mixin"]

    _timeline_model = "collections.hold"
    _timeline_kind = "hold"
    _timeline_icon = "fa-pause"
    _timeline_date = "date_start"

    @api.model
    def _get_timeline_label(self):
        return self.env._("Holds")

    @api.model
    def _get_timeline_domain(self, company, accounts, nationals):
        whose = Domain("partner_id", "in", accounts.ids)
        whose |= Domain("national_account_id", "in", nationals.ids)
        return whose & Domain("company_id", "in", [False, company.id])

    @api.model
    def _tell_timeline(self, records):
        return {
            hold.id: Told(
                self.env._("Hold: %s", get_label(hold, "state")),
                hold.reason,
                tone="bad" if hold.state == "active" else "",
            )
            for hold in records
        }
