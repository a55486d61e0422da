"""Papers of accounts by type: handed in, reviewed by a second person, expiring."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...engine.days import add_days, add_months
from ..base.bounds import bounded
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)

#: What was handed in stays as it was reviewed.
REVIEWED = {
    *("type_id", "partner_id", "company_id", "number", "issuer"),
    *("date_start", "date_end", "amount", "currency_id"),
}


@bounded
class AccountAdminDocument(models.Model):
    _name = "account.admin.document"
    _description = "Document of an Account"
    _inherit = [
        "mail.thread.main.attachment",
        "mail.activity.mixin",
        "account.admin.readonly.mixin",
    ]
    _order = "date_end desc, id desc"
    _moved_by = ("partner_id",)
    _check_company_auto = True

    type_id = fields.Many2one(
        comodel_name="account.admin.document.type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="What paper it is; the type says what has to be on it.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The company that it is about. A national account shows those of its"
        " members.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: it counts in all of our companies.",
    )
    number = fields.Char(tracking=True, help="As it is numbered on the paper.")
    issuer = fields.Char(
        tracking=True, help="Who made it out: an insurer, a tax office, a register."
    )
    date_start = fields.Date(
        string="From", tracking=True, help="The first day on which it counts."
    )
    date_end = fields.Date(
        string="Until",
        tracking=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        help="The last day on which it counts; for good when empty.",
    )
    has_amount = fields.Boolean(related="type_id.has_amount")
    amount = fields.Monetary(tracking=True, help="Such as what an insurance covers.")
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        default=lambda self: self.env.company.currency_id,
    )
    state = fields.Selection(
        selection=[
            ("draft", "To Hand In"),
            ("submitted", "To Review"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="It counts once it is accepted.",
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed In By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Never reviews it.",
    )
    reviewed_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who accepted or rejected it.",
    )
    reviewed_on = fields.Date(readonly=True, copy=False, help="The day of the review.")
    reason = fields.Char(
        string="What Is Wrong",
        copy=False,
        tracking=True,
        help="Say it before you reject the document.",
    )
    reminded_on = fields.Date(
        readonly=True, copy=False, help="When somebody was asked to get a new one."
    )
    is_expired = fields.Boolean(
        string="Expired",
        compute="_compute_is_expired",
        search="_search_is_expired",
        help="Its last day is over.",
    )
    is_last = fields.Boolean(
        string="Latest of Its Type",
        compute="_compute_is_last",
        search="_search_is_last",
        help="The account has none of the type that counts longer.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "The last day of a document is before its first: correct one of the two.",
    )
    _amount_in_order = models.Constraint(
        "CHECK(amount >= 0)", "The amount on a document cannot be below zero."
    )
    _counting_idx = models.Index(
        "(partner_id, type_id, date_end) WHERE state = 'accepted'"
    )

    @api.depends("type_id", "date_start")
    def _compute_date_end(self):
        for document in self:
            months = document.type_id.valid_months
            if months and document.date_start and document.state == "draft":
                # a year from 1 July is over on 30 June
                document.date_end = add_days(
                    add_months(document.date_start, months), -1
                )

    @api.depends("date_end", "company_id")
    def _compute_is_expired(self):
        for document in self:
            day = document._get_day()
            document.is_expired = bool(document.date_end and document.date_end < day)

    @api.model
    def _search_is_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        expired = Domain("date_end", "<", self.env.company._collections_today())
        return expired if True in value else ~expired

    @api.depends("state", "date_end", "type_id", "partner_id")
    def _compute_is_last(self):
        last = self.search([("id", "in", self.ids), ("is_last", "=", True)])
        for document in self:
            document.is_last = document._origin in last

    @api.model
    def _search_is_last(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("id", "in", self._search_last_ids())
        return domain if True in value else ~domain

    @api.model
    def _search_last_ids(self):
        """SQL: of each account and type, the accepted document that counts longest."""
        return SQL(
            """(SELECT DISTINCT ON (partner_id, type_id, company_id) id
                  FROM account_admin_document WHERE state = 'accepted'
                 ORDER BY partner_id, type_id, company_id,
                          COALESCE(date_end, 'infinity') DESC, id DESC)"""
        )

    @api.depends("type_id", "number", "partner_id")
    def _compute_display_name(self):
        for document in self:
            # sudo: who may see the document may see whose it is
            said = (
                document.type_id.name,
                document.number,
                document.partner_id.sudo().name,
            )
            document.display_name = ", ".join(filter(None, said))

    def _get_day(self):
        """Today, where the document counts."""
        return (self.company_id or self.env.company)._collections_today()

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        if REVIEWED & set(vals) and not self.env.su:
            self._check_open()
        return super().write(vals)

    def _check_open(self):
        """Refuse to change what was handed in.

        :raise UserError: naming the document
        """
        for document in self.filtered(
            lambda one: one.state in ("submitted", "accepted")
        ):
            raise UserError(
                self.env._(
                    "%s was handed in: take it back before the review, or enter a new"
                    " one beside it.",
                    document.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        self._check_open()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_submit(self):
        """Hand it in; where nobody reviews the type, it counts at once."""
        self.check_access("write")
        for document in self:
            document._check_state("draft", "rejected")
            document._check_complete()
        self._write_kept(
            {"state": "submitted", "submitted_by_id": self.env.uid, "reason": False}
        )
        self.filtered(lambda one: not one.type_id.is_reviewed)._end("accepted")
        return True

    def action_take_back(self):
        """It was handed in by mistake: change it, hand it in again."""
        self.check_access("write")
        for document in self:
            document._check_state("submitted")
        self._write_kept({"state": "draft", "submitted_by_id": False})
        return True

    def action_accept(self):
        """It is in order."""
        self.check_access("write")
        for document in self:
            document._check_state("submitted")
            document._check_second_person()
        return self._end("accepted")

    def action_reject(self):
        """It is not in order, and why."""
        self.check_access("write")
        for document in self:
            document._check_state("submitted")
            document._check_second_person()
            if not (document.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say on %s what is wrong before you reject it.",
                        document.display_name,
                    )
                )
        return self._end("rejected")

    def _reject(self, reason):
        """Reject for a reason: see :meth:`action_reject`."""
        self.reason = reason
        return self.action_reject()

    def _end(self, state):
        for document_day, documents in self.grouped(lambda one: one._get_day()).items():
            documents._write_kept(
                {
                    "state": state,
                    "reviewed_by_id": self.env.uid,
                    "reviewed_on": document_day,
                }
            )
        if state == "accepted":
            accounts = self.partner_id.ids
            concerned = Domain("partner_id", "in", accounts)
            concerned |= Domain("national_account_id.partner_id", "in", accounts)
            self.env["account.admin.obligation"]._follow_papers(
                concerned & Domain("document_type_id", "in", self.type_id.ids)
            )
        return True

    def _check_state(self, *states):
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(document)s is not “%(wanted)s” but “%(state)s”.",
                    document=self.display_name,
                    wanted=labels[states[0]],
                    state=labels[self.state],
                )
            )

    def _check_second_person(self):
        if self.submitted_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "You handed in %s: another person reviews it.", self.display_name
                )
            )

    def _check_complete(self):
        """Refuse what cannot be reviewed.

        :raise ValidationError: naming the document and what is missing
        """
        if self.type_id.has_end and not self.date_end:
            raise ValidationError(
                self.env._(
                    "%(document)s needs a last day: a %(type)s expires.",
                    document=self.display_name,
                    type=self.type_id.name,
                )
            )
        # sudo: counted, whoever may read files
        if not self.sudo().message_attachment_count:
            raise ValidationError(
                self.env._(
                    "%s has no file: attach the paper before you hand it in.",
                    self.display_name,
                )
            )

    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    @api.model
    def _get_last_days(self, company, accounts=None, vital=False):
        """The day on which the first of an account's types has run out.

        Only types of which the account ever had a document; what counts for good never
        runs out.

        :param accounts: ids of commercial partners, all if ``None``
        :param bool vital: only types that count for the standing
        :return: dict commercial partner id -> (date, name of the type)
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (account) account, ends, type_id
                     FROM (SELECT partner.commercial_partner_id AS account, type_id,
                                  MAX(COALESCE(date_end, 'infinity')) AS ends
                             FROM account_admin_document document
                             JOIN res_partner partner ON partner.id = partner_id
                             JOIN account_admin_document_type kind
                                  ON kind.id = type_id AND kind.active
                                  AND (kind.is_vital OR NOT %(vital)s)
                            WHERE document.state = 'accepted'
                              AND (document.company_id IS NULL
                                   OR document.company_id = %(company)s)
                              AND %(among)s
                            GROUP BY 1, 2) last
                    WHERE ends < 'infinity'
                    ORDER BY account, ends, type_id""",
                company=company.id,
                vital=vital,
                among=SQL("TRUE")
                if accounts is None
                else SQL("partner.commercial_partner_id = ANY(%s)", list(accounts)),
            )
        )
        types = self.env["account.admin.document.type"].browse(row[2] for row in rows)
        names = dict(zip(types._ids, types.mapped("name"), strict=False))
        return {account: (ends, names[kind]) for account, ends, kind in rows}

    # ------------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Ask for what runs out; a company that fails is named in the log."""
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            isolate(self.env, company, self._remind, self._tell_failed)
            if not cron._commit_progress(processed=1):
                break

    @api.model
    def _tell_failed(self, company, error):
        _logger.error("Documents of %s: %s", company.name, describe(error))

    @api.model
    def _remind(self, company):
        """Ask the administrators of accounts for new documents, once for each."""
        day = company._collections_today()
        found = self.search(
            [
                ("state", "=", "accepted"),
                ("reminded_on", "=", False),
                ("date_end", "!=", False),
                ("is_last", "=", True),
                ("company_id", "in", [False, company.id]),
                ("partner_id.company_id", "in", [False, company.id]),
            ]
        ).filtered(lambda one: add_days(one.date_end, -one.type_id.remind_days) <= day)
        # an obligation reminds of what it is counted from itself
        owed = self.env["account.admin.obligation"]._get_counted_papers(company)
        found = found.filtered(
            lambda one: (
                (one.partner_id.commercial_partner_id.id, one.type_id.id) not in owed
            )
        )
        users = self.env["res.partner"]._collections_get_responsible(
            company, found.partner_id.commercial_partner_id.ids
        )
        for user, documents in found.grouped(
            lambda one: users.get(one.partner_id.commercial_partner_id.id)
        ).items():
            if user:
                documents._ask_for_new(user)
        found.filtered(
            lambda one: users.get(one.partner_id.commercial_partner_id.id)
        )._write_kept({"reminded_on": day})

    def _ask_for_new(self, user):
        """Activities, one on each document: get a new one."""
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id(self._name)
        self.mapped("display_name")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": model,
                    "res_id": document.id,
                    "summary": self.env._(
                        "%(type)s runs out on %(day)s: ask for a new one",
                        type=document.type_id.name,
                        day=format_date(self.env, document.date_end),
                    ),
                    "date_deadline": document.date_end,
                    "user_id": user,
                }
                for document in self
            ]
        )
