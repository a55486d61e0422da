from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...engine import dispute as engine
from ...engine.calendar import NoWorkingDay
from ..base.account_admin_evidence import as_own, is_own, not_own
from ..base.bounds import bounded

#: What a dispute was about: fixed once it is closed.
FACTS = {
    *("move_id", "move_name", "line_id", "company_id", "partner_id", "currency_id"),
    *("amount", "date", "closed_on", "resolution", "state", "reason_id"),
    *("agreed_amount", "credit_move_id", "resume", "resume_on"),
}


@bounded
class CollectionsDispute(models.Model):
    _name = "collections.dispute"
    _description = "Dispute"
    _inherit = [
        "account.admin.readonly.mixin",
        "account.admin.cover.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _moved_by = ("move_id",)
    _rec_name = "move_name"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        index=True,
        ondelete="set null",
        check_company=True,
        domain=[("state", "=", "posted")],
        help="The posted invoice that is contested.",
    )
    move_name = fields.Char(
        string="Number",
        readonly=True,
        help="Of the invoice, kept where that is deleted.",
    )
    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Instalment",
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_id', '=', move_id), ('account_type', '=', 'asset_receivable')]",
        help="Only this instalment; the whole invoice when empty.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_from_move",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        compute="_compute_from_move",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_from_move",
        store=True,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Disputed Amount",
        help="The part that is not chased meanwhile; 0 for all of it.",
        tracking=True,
    )
    reason_id = fields.Many2one(
        comodel_name="collections.dispute.reason",
        compute="_compute_reason_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="What the customer says is wrong.",
    )
    desk_id = fields.Many2one(
        related="reason_id.desk_id",
        store=True,
        help="The kind of work that settling it is.",
    )
    description = fields.Text(
        help="What was said, and what was agreed; for colleagues only."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        domain=[("share", "=", False)],
        tracking=True,
        help="Who settles it: by its reason, else whoever notes it.",
    )
    date = fields.Date(
        string="Since",
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="From this day on it is not chased.",
    )
    due_on = fields.Date(
        string="Settle By",
        compute="_compute_due_on",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="By the reason's days; after it the dispute is late and the responsible"
        " person is told.",
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Open after the day by which it was to be settled.",
    )
    told_late_on = fields.Date(
        readonly=True, copy=False, help="When the responsible person was told."
    )
    approver_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer's Approver",
        domain="[('commercial_partner_id', '=', partner_id)]",
        ondelete="restrict",
        help="Who at the customer says whether what we agree on is accepted, such as"
        " the buyer.",
    )
    approver_role_ids = fields.Many2many(
        related="approver_id.collections_role_ids",
        string="Approver's Roles",
        help="What this contact answers for.",
    )
    approved_on = fields.Date(
        tracking=True, copy=False, help="When the customer's approver agreed."
    )
    approval_note = fields.Char(
        string="Approval",
        copy=False,
        help="What was agreed, and where it is written.",
    )
    has_proof = fields.Boolean(
        string="Proof",
        compute="_compute_has_proof",
        search="_search_has_proof",
        help="A file is attached to the dispute.",
    )
    proof_count = fields.Integer(
        string="Files",
        compute="_compute_has_proof",
        help="Files that are attached to the dispute as proof.",
    )
    closed_on = fields.Date(
        readonly=True, copy=False, help="The day on which it was settled."
    )
    resolution = fields.Selection(
        selection=[
            (engine.RIGHT, "Customer was right"),
            (engine.PARTLY, "Customer was right in part"),
            (engine.WRONG, "Customer was wrong"),
            (engine.WITHDRAWN, "Withdrawn"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
        help="How it ended.",
    )
    agreed_amount = fields.Monetary(
        readonly=True,
        copy=False,
        tracking=True,
        help="What we agreed to credit. It is not chased while its credit note is a"
        " draft.",
    )
    credit_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The draft made for what was agreed; bookkeeping posts it.",
    )
    credit_state = fields.Selection(
        related="credit_move_id.state",
        string="Credit Note Is",
        help="What was agreed is off the invoice once it is posted.",
    )
    resume = fields.Selection(
        selection=lambda self: self.env["collections.dispute.reason"]
        ._fields["resume"]
        .selection,
        string="Goes On",
        readonly=True,
        copy=False,
        help="How it is chased again, by its reason on the day it was settled.",
    )
    resume_on = fields.Date(
        string="Chased Again From",
        readonly=True,
        copy=False,
        help="From this day on what is left of it is chased.",
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Closed")],
        compute="_compute_state",
        store=True,
        help="Open: the amount is not chased. Closed: the invoice goes on as the reason"
        " says.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A disputed amount cannot be negative."
    )
    _closed_in_order = models.Constraint(
        "CHECK(closed_on IS NULL OR closed_on >= date)",
        "A dispute cannot be closed before it began.",
    )

    _resumes_once_closed = models.Constraint(
        "CHECK((closed_on IS NULL) = (resume_on IS NULL))",
        "What was disputed is chased again once it is settled, not before.",
    )

    @api.depends("move_id", "line_id")
    def _compute_from_move(self):
        for dispute in self:
            move, line = dispute.move_id, dispute.line_id
            if not move:
                # deleted since: what was disputed stays
                dispute.company_id = dispute.company_id
                dispute.currency_id = dispute.currency_id
                dispute.partner_id = dispute.partner_id
                continue
            dispute.company_id = move.company_id
            dispute.currency_id = (line or move).currency_id
            dispute.partner_id = (line or move).partner_id.commercial_partner_id

    @api.depends("company_id")
    def _compute_date(self):
        for dispute in self:
            company = dispute.company_id or self.env.company
            dispute.date = dispute.date or company._collections_today()

    @api.depends("company_id")
    def _compute_reason_id(self):
        for dispute in self:
            company = dispute.company_id or self.env.company
            reason = dispute.reason_id or dispute.reason_id._get_default(company)
            dispute.reason_id = reason

    @api.depends("reason_id")
    def _compute_user_id(self):
        """Whose reason it is; who sees only some accounts keeps what is nobody's."""
        # a stored field is computed with all rights: the question is the user's
        is_limited = self.sudo(False).env["res.partner"]._collections_is_limited()
        for dispute in self:
            # sudo: who settles it is the same for every user
            settler = dispute.reason_id.sudo().user_id
            owner = dispute.partner_id.sudo().collections_responsible_id
            if not settler or (is_limited and not owner):
                settler = dispute.user_id or self.env.user
            dispute.user_id = settler.with_env(self.env)

    @api.depends("date", "reason_id")
    def _compute_due_on(self):
        calendars = {}
        for dispute in self:
            if dispute.closed_on or not (dispute.date and dispute.reason_id):
                dispute.due_on = dispute.due_on
                continue
            company = dispute.company_id or self.env.company
            key = company, dispute.date
            if key not in calendars:
                calendars[key] = company._collections_working_days(dispute.date)
            days = dispute.reason_id.settle_days
            try:
                dispute.due_on = engine.get_due_day(calendars[key], dispute.date, days)
            except NoWorkingDay:
                raise UserError(
                    self.env._(
                        "The working hours of %s have no working day: there is no day"
                        " to settle a dispute by.",
                        company.name,
                    )
                ) from None

    @api.depends("due_on", "closed_on")
    def _compute_is_late(self):
        for dispute in self:
            today = (dispute.company_id or self.env.company)._collections_today()
            due = dispute.due_on
            dispute.is_late = bool(not dispute.closed_on and due and due < today)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("due_on", "<", company._collections_today())
            for company in self.env.companies
        ) & Domain("closed_on", "=", False)
        return late if True in value else ~late

    @api.depends("message_attachment_count")
    def _compute_has_proof(self):
        for dispute in self:
            dispute.proof_count = dispute.message_attachment_count
            dispute.has_proof = bool(dispute.proof_count)

    @api.model
    def _search_has_proof(self, operator, value):
        if operator != "in":
            return NotImplemented
        files = SQL(
            "(SELECT res_id FROM ir_attachment WHERE res_model = %s AND res_id > 0)",
            self._name,
        )
        domain = Domain("id", "in", files)
        return domain if True in value else ~domain

    @api.depends("closed_on")
    def _compute_state(self):
        for dispute in self:
            dispute.state = "closed" if dispute.closed_on else "open"

    @api.constrains("move_id", "line_id", "amount")
    def _check_item(self):
        for dispute in self:
            lines = dispute._get_lines()
            name = dispute.move_id.display_name or ""
            if not dispute.move_id:
                raise ValidationError(self.env._("Choose the invoice to dispute."))
            if dispute.line_id and dispute.line_id.move_id != dispute.move_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is no item of %(name)s: choose one of its own.",
                        item=dispute.line_id.display_name,
                        name=name,
                    )
                )
            if not lines or lines.filtered(
                lambda line: line.account_type != "asset_receivable"
            ):
                raise ValidationError(
                    self.env._("%s has no receivable item to dispute.", name)
                )
            if len(lines.partner_id.commercial_partner_id) > 1:
                raise ValidationError(
                    self.env._("%s is for several accounts: choose its item.", name)
                )
            total = sum(lines.mapped("amount_currency"))
            if dispute.currency_id.compare_amounts(dispute.amount, total) > 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s is for %(total)s: no more than that can be disputed.",
                        name=name,
                        total=dispute.currency_id.format(total),
                    )
                )

    @api.constrains("approver_id", "approved_on", "partner_id")
    def _check_approver(self):
        for dispute in self:
            approver, today = dispute.approver_id, dispute.company_id
            today = today and today._collections_today()
            if approver and approver.commercial_partner_id != dispute.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is no contact of %(account)s: choose one of its"
                        " own to approve.",
                        contact=approver.display_name,
                        account=dispute.partner_id.display_name,
                    )
                )
            if dispute.approved_on and not approver:
                raise ValidationError(
                    self.env._(
                        "Say who at %s approved it.", dispute.partner_id.display_name
                    )
                )
            if dispute.approved_on and today and dispute.approved_on > today:
                raise ValidationError(
                    self.env._(
                        "%s cannot have been approved on a day to come: enter the day"
                        " it was.",
                        dispute.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("closed_on"):
                # settled from the start, as data that is loaded is
                vals.setdefault("resume", engine.ON)
                vals.setdefault("resume_on", vals["closed_on"])
        disputes = super().create(vals_list)
        disputes._keep_names()
        disputes._log("disputed")
        disputes._touch_cases()
        return disputes

    def write(self, vals):
        if is_own(self.env):
            return super(CollectionsDispute, not_own(self)).write(vals)
        if not self.env.su:
            # what nobody may set by hand is said before what is closed
            self._check_kept(vals)
        for dispute in self.filtered("closed_on"):
            if FACTS.intersection(vals):
                raise UserError(
                    self.env._(
                        "The dispute of %s is closed and is not changed: reopen it, or"
                        " make a new one.",
                        dispute.display_name,
                    )
                )
        result = super().write(vals)
        if "move_id" in vals:
            self._keep_names()
        if "due_on" in vals and "told_late_on" not in vals:
            self._write_kept({"told_late_on": False})
        self._touch_cases()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Disputes are kept: withdraw the one that does not hold.")
        )

    def _keep_names(self):
        """Note the number of the invoice, for when that is gone."""
        for name, same in self.grouped(lambda d: d.move_id.display_name).items():
            # of a closed one, too
            as_own(same)._write_kept({"move_name": name})

    def _touch_cases(self):
        """The cases of the disputed accounts show it at once."""
        for company, disputes in self.grouped("company_id").items():
            self.env["collections.upkeep"]._touch(company, disputes.partner_id)

    def _get_lines(self):
        """The receivable items that are disputed."""
        self.ensure_one()
        return self.line_id or self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _log(self, kind):
        """Tell the open cases of the disputed accounts."""
        # sudo: whoever may dispute need not see the case that hears of it
        Case = self.env["collections.case"].sudo()
        events = []
        for company, disputes in self.grouped("company_id").items():
            cases = Case._get_open_of(company, disputes.partner_id)
            events += [
                {
                    "case_id": case.id,
                    "partner_id": case.partner_id.id,
                    "company_id": company.id,
                    "kind": kind,
                    "item_name": dispute.display_name,
                    "note": dispute.reason_id.name,
                }
                for dispute in disputes
                if (case := cases.get(dispute.partner_id.id))
            ]
        Case._log_events(events)

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _live_sql(self, day):
        """SQL: a ``dispute`` speaks against chasing on a day."""
        return SQL(
            """dispute.date <= %(day)s
               AND (dispute.resume_on IS NULL OR dispute.resume_on > %(day)s
                    OR dispute.agreed_amount > 0 AND EXISTS (
                        SELECT FROM account_move credit
                         WHERE credit.id = dispute.credit_move_id
                           AND credit.state = 'draft'))""",
            day=day,
        )

    @api.model
    def _amount_sql(self, day):
        """SQL: how much of its items a live ``dispute`` keeps from being chased.

        Once it was settled, what we agreed to credit and did not post yet.
        """
        return SQL(
            """CASE WHEN dispute.resume_on IS NULL OR dispute.resume_on > %s
                    THEN COALESCE(NULLIF(dispute.amount, 0), 1e18)
                    ELSE dispute.agreed_amount END""",
            day,
        )

    @api.model
    def _get_resumed(self, company, day, heads):
        """Last day, up to ``day``, from which a dispute of each account went on.

        Those that start again at the first step are told by :meth:`_get_restarts`.

        :return: dict account id -> date
        """
        self.flush_model(["partner_id", "resume_on", "resume", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MAX(resume_on) FROM collections_dispute
                    WHERE company_id = %s AND resume_on <= %s AND resume <> %s
                    GROUP BY partner_id""",
                company.id,
                day,
                engine.FIRST,
            )
        )
        resumed = {}
        for partner, resume_on in rows:
            account = heads.get(partner, partner)
            resumed[account] = max(resume_on, resumed.get(account, resume_on))
        return resumed

    @api.model
    def _restarts_sql(self):
        """SQL of items that start again at the first step: ``item_id``, ``day``."""
        return SQL(
            """SELECT line.id AS item_id, MAX(dispute.resume_on) AS day
                 FROM collections_dispute dispute
                 JOIN account_move_line line ON line.move_id = dispute.move_id
                  AND (dispute.line_id IS NULL OR line.id = dispute.line_id)
                WHERE dispute.resume = %s AND dispute.resume_on IS NOT NULL
                GROUP BY line.id""",
            engine.FIRST,
        )

    @api.model
    def _get_restarts(self, item_ids, day):
        """Items that started again at the first step: dict item id -> the day."""
        self.flush_model(["move_id", "line_id", "resume_on", "resume"])
        rows = self.env.execute_query(
            SQL(
                """SELECT item_id, day FROM (%s) AS restart
                    WHERE item_id = ANY(%s) AND day <= %s""",
                self._restarts_sql(),
                list(item_ids),
                day,
            )
        )
        return dict(rows)

    @api.model
    def _get_sentences(self, company, accounts):
        """What settled disputes still change about how accounts are chased, in words.

        :param accounts: ids of commercial partners, of head offices for their members
        :return: dict account id -> list of sentences
        """
        today = company._collections_today()
        # sudo: who is chased for whom, and why, is told with the case; that was checked
        heads = self.env["collections.policy"].sudo()._get_heads(company, today)
        partners = {*accounts, *(m for m, head in heads.items() if head in accounts)}
        disputes = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", list(partners)),
                ("closed_on", "!=", False),
                "|",
                ("resume_on", ">", today),
                "|",
                ("credit_move_id.state", "=", "draft"),
                ("resume", "=", engine.FIRST),
            ],
            order="closed_on, id",
        )
        sentences = {}
        for dispute in disputes:
            sentence = dispute._get_sentence(today)
            if sentence:
                account = heads.get(dispute.partner_id.id, dispute.partner_id.id)
                sentences.setdefault(account, []).append(sentence)
        return sentences

    def _get_sentence(self, today):
        """What a settled dispute still changes; empty where its items are paid."""
        self.ensure_one()
        values = {
            "invoice": self.display_name,
            "closed": format_date(self.env, self.closed_on),
            "day": format_date(self.env, self.resume_on),
            "amount": self.currency_id.format(self.agreed_amount),
        }
        if all(line.reconciled for line in self._get_lines()):
            return ""
        if self.resume_on > today:
            return self.env._(
                "The dispute of %(invoice)s was settled on %(closed)s: it is chased"
                " again from %(day)s.",
                **values,
            )
        if self.credit_move_id.state == "draft":
            return self.env._(
                "The dispute of %(invoice)s was settled on %(closed)s: %(amount)s wait"
                " for their credit note to be posted.",
                **values,
            )
        return self.env._(
            "The dispute of %(invoice)s was settled on %(closed)s: it is chased from"
            " the first step on.",
            **values,
        )
