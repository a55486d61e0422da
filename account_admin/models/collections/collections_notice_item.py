"""What a notice asks for, item by item: shown, approved, sent, and then remembered."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.escalation import Item, is_of_step, met_by
from ...engine.money import to_decimal
from ..base.bulk import insert_rows


class CollectionsNoticeItem(models.Model):
    """An open item as a notice asked for it: the progress of a debt."""

    _name = "collections.notice.item"
    _description = "Item of a Notice"
    _order = "is_own desc, due, id"
    _rec_name = "name"

    notice_id = fields.Many2one(
        comodel_name="collections.notice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Open Item",
        index="btree_not_null",
        ondelete="set null",
    )
    name = fields.Char(string="Number", help="Number of the invoice or entry.")
    due = fields.Date(help="When the item was due.")
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, ondelete="restrict"
    )
    residual = fields.Monetary(string="Open", help="Open when the notice was made.")
    asked = fields.Monetary(help="Asked for: open, less what may not be chased.")
    is_own = fields.Boolean(
        string="About This Step",
        help="The item has reached the step itself; the others are also past due.",
    )
    is_listed = fields.Boolean(
        help="The notice names the item; one that is due today may meet a step unnamed."
    )
    met_days = fields.Integer(
        help="Days past due of the last step that the item has met with this notice."
    )

    def write(self, vals):
        self._check_not_sent()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_not_sent()

    def _check_not_sent(self):
        """:raise UserError: what a sent notice asked for stays"""
        for item in self.filtered(lambda item: item.notice_id.state == "sent"):
            raise UserError(
                self.env._(
                    "%(item)s was asked for by a notice to %(account)s that was sent:"
                    " what it was is not changed.",
                    item=item.name or "",
                    account=item.notice_id.partner_id.display_name,
                )
            )

    # ------------------------------------------------------------------
    # PROGRESS
    # ------------------------------------------------------------------

    @api.model
    def _get_progress(self, item_ids):
        """How far items are: by the notices that were sent and asked for them.

        What was sent before a dispute of an item ended does not count where its reason
        has the item start again at the first step.

        :return: dict item id -> (days of the last step it met or None, date of the
            last notice), for items that were ever asked for
        """
        self.flush_model()
        self.env["collections.notice"].flush_model(["met_on"])
        disputes = self.env["collections.dispute"]
        disputes.flush_model(["move_id", "line_id", "resume", "resume_on"])
        rows = self.env.execute_query(
            SQL(
                """SELECT asked.item_id, MAX(asked.met_days), MAX(notice.met_on)
                     FROM collections_notice_item asked
                     JOIN collections_notice notice ON notice.id = asked.notice_id
                     LEFT JOIN (%s) restart ON restart.item_id = asked.item_id
                    WHERE asked.item_id = ANY(%s) AND notice.met_on IS NOT NULL
                      AND (restart.day IS NULL OR notice.met_on >= restart.day)
                      AND (asked.asked > 0 OR asked.met_days IS NOT NULL)
                    GROUP BY asked.item_id""",
                disputes._restarts_sql(),
                list(item_ids),
            )
        )
        return {item: (met, last) for item, met, last in rows}

    @api.model
    def _get_last_steps(self, item_ids, day):
        """The last step that items have met until a day.

        :return: dict item id -> (id of the policy's step, date it was sent)
        """
        self.flush_model()
        self.env["collections.notice"].flush_model(["met_on", "step_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (asked.item_id)
                          asked.item_id, met.id, notice.met_on
                     FROM collections_notice_item asked
                     JOIN collections_notice notice ON notice.id = asked.notice_id
                     JOIN collections_policy_step sent ON sent.id = notice.step_id
                     JOIN collections_policy_step met
                       ON met.policy_id = sent.policy_id AND met.days = asked.met_days
                    WHERE asked.item_id = ANY(%s) AND notice.met_on <= %s
                    ORDER BY asked.item_id, asked.met_days DESC, notice.met_on DESC""",
                list(item_ids),
                day,
            )
        )
        return {item: (step, sent_on) for item, step, sent_on in rows}

    @api.model
    def _get_candidates(self, rows):
        """Items that may lead, as the engine sees them.

        :param rows: dicts of :meth:`account.admin.open.item._get_items`
        :return: list of :class:`~..engine.escalation.Item`
        """
        chaseable = [row for row in rows if row["chaseable"] > 0]
        progress = self._get_progress([row["id"] for row in chaseable])
        return [
            Item(
                row["id"],
                row["due"],
                row["chaseable_company"],
                *progress.get(row["id"], (None, None)),
            )
            for row in chaseable
        ]

    def _as_item(self):
        """The item as it was asked for, where it is not open any more.

        :return: a dict as of :meth:`account.admin.open.item._get_items`
        """
        self.ensure_one()
        residual, asked = to_decimal(self.residual), to_decimal(self.asked)
        return {
            "id": self.item_id.id,
            "move_id": self.item_id.move_id.id,
            "name": self.name,
            "date": self.item_id.date,
            "due": self.due,
            "days": (self.notice_id._get_day() - self.due).days,
            "currency_id": self.currency_id.id,
            "residual": residual,
            "chaseable": asked,
            **dict.fromkeys(("held", "disputed", "in_process", "promised"), Decimal(0)),
            "credited": residual - asked,
        }

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.model
    def _replace(self, day, rows_of, policies):
        """Note what notices ask for, instead of what was noted before.

        :param date day: the company's day
        :param dict rows_of: notice -> (items of its account, ids of those it lists), as
            dicts of :meth:`account.admin.open.item._get_items`
        :param dict policies: policy id -> :class:`~..engine.escalation.Policy`
        """
        notices = self.env["collections.notice"].browse([n.id for n in rows_of])
        self.search([("notice_id", "in", notices.ids)]).unlink()
        progress = self._get_progress(
            {row["id"] for rows, _listed in rows_of.values() for row in rows}
        )
        insert_rows(
            self,
            [
                vals
                for notice, (rows, listed) in rows_of.items()
                for vals in self._prepare_rows(
                    day, notice, rows, listed, progress, policies
                )
            ],
        )
        notices.invalidate_recordset(["item_ids"], flush=False)

    @api.model
    def _prepare_rows(self, day, notice, rows, listed, progress, policies):
        policy = policies[notice.step_id.policy_id.id]
        step = next(s for s in policy.steps if s.id == notice.step_id.id)
        for row in rows:
            before, _last = progress.get(row["id"], (None, None))
            met = None
            # what may not be chased goes on where it was once it may
            if row["chaseable"] > 0:
                met = met_by(day, policy, step, row["due"], before)
            if row["id"] not in listed and met is None:
                continue
            yield {
                "notice_id": notice.id,
                "company_id": notice.company_id.id,
                "item_id": row["id"],
                "name": row["name"],
                "due": row["due"],
                "currency_id": row["currency_id"],
                "residual": row["residual"],
                "asked": row["chaseable"] if row["id"] in listed else 0,
                "is_own": is_of_step(day, step, row["due"], before),
                "is_listed": row["id"] in listed,
                "met_days": met,
            }
