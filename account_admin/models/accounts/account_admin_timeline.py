from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.timeline import take_page

#: Lines of a page, and most that one may ask for.
PAGE, MOST = 30, 200


class AccountAdminTimeline(models.AbstractModel):
    """Everything that happened on an account or a national account, newest first."""

    _name = "account.admin.timeline"
    _description = "Timeline of an Account"

    @api.model
    def get_page(self, model, res_id, cursor=None, kinds=None, limit=PAGE):
        """A page of the timeline, of what the user may read.

        :param str model: ``res.partner`` or ``national.account``
        :param int res_id: a customer, one of its contacts, or a national account
        :param dict cursor: of the page before
        :param list kinds: those to show, all if none
        :param int limit: lines
        :return: dict with ``lines``, ``cursor``, ``more`` and, of the first page,
            ``kinds``
        :raise AccessError: for who does not work on accounts
        :raise UserError: for what has no timeline
        """
        self.env["national.account"].check_access("read")
        if model not in ("res.partner", "national.account"):
            raise UserError(self.env._("Only accounts have a timeline."))
        record = self.env[model].browse(res_id)
        record.check_access("read")
        accounts, nationals = self._find_accounts(record)
        sources = self._get_sources()
        chosen = {k: s for k, s in sources.items() if not kinds or k in kinds}
        cursors = self._read_cursor(cursor, chosen)
        limit = max(1, min(int(limit), MOST))
        company = self.env.company
        lists = {
            kind: source._read_timeline(
                company, accounts, nationals, limit, cursors.get(kind)
            )
            for kind, source in chosen.items()
        }
        page, after, more = take_page(lists, limit, cursors)
        return {
            "lines": self._show(page, sources, is_group=bool(nationals)),
            "cursor": {
                kind: [fields.Datetime.to_string(moment), last]
                for kind, (moment, last) in after.items()
            },
            "more": more,
            "kinds": [
                [kind, source._get_timeline_label()] for kind, source in sources.items()
            ],
        }

    @api.model
    def _find_accounts(self, record):
        """Accounts whose timeline it is, and the national account if it is one's."""
        if record._name == "res.partner":
            return record.commercial_partner_id, self.env["national.account"]
        company = self.env.company
        members = record._get_members(company, company._collections_today())
        return self.env["res.partner"].browse(members[record.id]), record

    @api.model
    def _get_sources(self):
        """Models of what happened that the user may read: dict kind -> model."""
        names = self.env.registry.descendants(
            ["account.admin.timeline.mixin"], "_inherit"
        )
        return {
            model._timeline_kind: model
            for model in (self.env[name] for name in sorted(names))
            if model._timeline_model
            and self.env[model._timeline_model].has_access("read")
        }

    @api.model
    def _read_cursor(self, cursor, chosen):
        """As the client gave it back; what makes no sense begins at the newest."""
        found = {}
        for kind, value in (cursor or {}).items():
            try:
                moment, last = value
                if kind in chosen:
                    found[kind] = (datetime.fromisoformat(moment), int(last))
            except (TypeError, ValueError):
                continue
        return found

    @api.model
    def _show(self, page, sources, is_group):
        """Lines for the screen, each list of records told at once.

        :param bool is_group: say of each line on which account it happened
        """
        ids, told, whose = {}, {}, {}
        for event in page:
            ids.setdefault(event.kind, []).append(event.id)
        for kind, mine in ids.items():
            source = sources[kind]
            records = self.env[source._timeline_model].browse(mine)
            told[kind] = source._tell_timeline(records)
            name = source._timeline_account
            if is_group and name in records._fields:
                for record in records:
                    whose[kind, record.id] = record[name].display_name or ""
        lines = []
        for event in page:
            source, words = sources[event.kind], told[event.kind][event.id]
            lines.append(
                {
                    "key": f"{event.kind}-{event.id}",
                    "kind": event.kind,
                    "icon": source._timeline_icon,
                    "date": self._format_day(event.moment, source),
                    "title": words.title,
                    "note": words.note or "",
                    "whose": whose.get((event.kind, event.id), ""),
                    "amount": words.currency.format(words.amount)
                    if words.amount is not None
                    else "",
                    "tone": words.tone,
                    "model": source._timeline_model,
                    "id": event.id,
                }
            )
        return lines

    @api.model
    def _format_day(self, moment, source):
        """The day of it, where the reader is."""
        model = self.env[source._timeline_model]
        if model._fields[source._timeline_date].type == "datetime":
            moment = fields.Datetime.context_timestamp(self, moment)
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return moment.strftime(lang.date_format)

    @api.model
    def open_line(self, model, res_id):
        """The record behind a line."""
        self.env["national.account"].check_access("read")
        for source in self._get_sources().values():
            if source._timeline_model == model:
                record = self.env[model].browse(res_id)
                record.check_access("read")
                return source._get_timeline_target(record)._get_records_action()
        raise UserError(self.env._("There is nothing to open."))
