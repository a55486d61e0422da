from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ....engine import royalty
from ...base.bounds import bounded
from ...base.bulk import update_rows
from ...base.isolation import apply_isolated
from ..terms.contract_states import LIVE
from .explainer import Explainer

#: States in which the figures of a statement count.
STATEMENT_FINAL_STATES = ("approved", "invoiced")
#: States in which its lines may still change.
STATEMENT_OPEN_STATES = ("expected", "submitted", "in_review", "queried")
#: States in which it is the licensee's turn, and those in which it is the desk's.
WAITING = ("expected", "queried")
REVIEWED = ("submitted", "in_review")
#: States whose figures were approved, so that the licensee may see them.
SHOWN = (*STATEMENT_FINAL_STATES, "superseded")
#: The activity about a late statement.
LATE = "mail.mail_activity_data_todo"
#: Findings that a new question names in full.
NAMED = 20


@bounded
class LicensingStatement(models.Model):
    """What a licensee reports for a period, and the royalty it comes to.

    It is expected before it is there: missing is not zero. Approved, it is never
    changed: a revision takes its place and bills the difference.
    """

    _name = "licensing.statement"
    _description = "Royalty Statement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "account.admin.readonly.mixin",
        "account.admin.evidence.mixin",
        "licensing.desk.mixin",
        "licensing.licensee.mixin",
    ]

    _evidence_period = "collections_keep_imports"
    _order = "date_end desc, contract_id, revision desc, id desc"
    _check_company_auto = True
    name = fields.Char(
        compute="_compute_name",
        search="_search_name",
        help="The contract's number and the period.",
    )
    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The contract whose terms apply.",
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="contract_id.partner_id", store=True, index=True
    )
    user_id = fields.Many2one(related="contract_id.user_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id", store=True)
    date_start = fields.Date(
        string="From", required=True, help="First day of the reported period."
    )
    date_end = fields.Date(
        string="Until", required=True, help="Last day of the reported period."
    )
    year = fields.Integer(
        string="Contract Year",
        aggregator=None,
        compute="_compute_year",
        store=True,
        help="The calendar year in which the contract year begins.",
    )
    date_due = fields.Date(string="Due", help="Until when it must be there.")
    revision = fields.Integer(
        default=0,
        readonly=True,
        aggregator=None,
        help="0 for the first version, one more for each correction.",
    )
    origin_id = fields.Many2one(
        comodel_name="licensing.statement",
        string="First Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What the engine knows the statement and its revisions by.",
    )
    revises_id = fields.Many2one(
        comodel_name="licensing.statement",
        string="Revision of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The statement that this one replaces; it bills the difference.",
    )
    state = fields.Selection(
        selection=[
            ("expected", "Expected"),
            ("submitted", "Submitted"),
            ("in_review", "In Review"),
            ("queried", "Queried"),
            ("approved", "Approved"),
            ("invoiced", "Invoiced"),
            ("superseded", "Superseded"),
        ],
        default="expected",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        help="Expected: no report yet. Submitted: reported. In review: a colleague"
        " looks at it. Queried: the licensee was asked. Approved and invoiced:"
        " the figures are final. Superseded: a revision took its place.",
    )
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", search="_search_is_late"
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        help="The licensing manager who made the figures final.",
    )
    no_sales = fields.Boolean(
        readonly=True, help="The licensee says that nothing was sold."
    )
    line_ids = fields.One2many(
        comodel_name="licensing.statement.line", inverse_name="statement_id"
    )
    line_count = fields.Integer(
        string="Number of Lines",
        readonly=True,
        copy=False,
        aggregator="sum",
        help="Lines as they were reported.",
    )
    finding_ids = fields.One2many(
        comodel_name="licensing.finding", inverse_name="statement_id"
    )
    blocking_count = fields.Integer(
        string="To Resolve",
        readonly=True,
        copy=False,
        help="Findings that stop approval.",
    )
    finding_count = fields.Integer(
        string="Findings",
        readonly=True,
        copy=False,
        help="What was reported otherwise than the contract says.",
    )
    # figures in the contract's currency, of the last computation
    gross = fields.Monetary(
        readonly=True,
        copy=False,
        help="Sales before deductions, in the contract's currency.",
    )
    net = fields.Monetary(
        readonly=True,
        copy=False,
        help="Gross sales less the deductions that the contract allows, in the"
        " contract's currency.",
    )
    units = fields.Float(readonly=True, copy=False, digits=(16, 2))
    royalty = fields.Monetary(
        readonly=True,
        copy=False,
        help="What was earned on these sales, before anything is recouped.",
    )
    reported_royalty = fields.Monetary(
        readonly=True, copy=False, help="What the licensee computed, where it says so."
    )
    adjustment = fields.Monetary(
        string="Change of Earlier Sales",
        readonly=True,
        copy=False,
        help="Part of the royalty that no line explains: earlier sales re-rated by a"
        " retroactive tier, deductions allowed after all.",
    )
    fees = fields.Monetary(
        readonly=True,
        copy=False,
        help="What is owed beside the royalty, such as a marketing fund.",
    )
    recouped = fields.Monetary(
        readonly=True,
        copy=False,
        help="The part of the royalty that earlier advances pay.",
    )
    payable = fields.Monetary(
        readonly=True, copy=False, help="To be invoiced, before fees and taxes."
    )
    computed_on = fields.Datetime(
        readonly=True, copy=False, help="When the figures were last worked out."
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The invoice or credit note that bills it.",
    )
    ledger_ids = fields.One2many(
        comodel_name="licensing.ledger",
        inverse_name="statement_id",
        help="What the approval booked: earned, recouped, payable.",
    )
    _period_uniq = models.UniqueIndex(
        "(contract_id, date_start, date_end) WHERE state <> 'superseded'"
        " AND revises_id IS NULL",
        "The contract already has a statement of this period.",
    )
    _revises_uniq = models.UniqueIndex(
        "(revises_id) WHERE revises_id IS NOT NULL",
        "The statement already has a revision.",
    )
    _period_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A period ends on or after its start."
    )
    question_ids = fields.One2many(
        comodel_name="licensing.question",
        inverse_name="statement_id",
        help="What the licensee was asked about this statement, and what it answered.",
    )
    earnings = fields.Text(
        readonly=True,
        copy=False,
        help="What the last computation earned in each pool, exact.",
    )
    is_previewed = fields.Boolean(compute="_compute_preview")
    recouped_preview = fields.Monetary(
        string="Would Be Recouped",
        compute="_compute_preview",
        help="Taken from what was paid ahead, if the statement were approved now.",
    )
    payable_preview = fields.Monetary(
        string="Would Be Billed",
        compute="_compute_preview",
        help="On the invoice, fees included and before taxes, if the statement were"
        " approved now.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        new = statements.filtered(lambda found: not found.origin_id)
        new.flush_recordset()
        update_rows(new, [{"id": found.id, "origin_id": found.id} for found in new])
        return statements

    @api.constrains("contract_id", "date_start", "date_end")
    def _check_overlap(self):
        """No day is reported in two statements; a revision is none of its own."""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """SELECT mine.id, other.id
                     FROM licensing_statement AS mine
                     JOIN licensing_statement AS other
                       ON other.contract_id = mine.contract_id
                      AND other.date_start <= mine.date_end
                      AND other.date_end >= mine.date_start
                      AND COALESCE(other.origin_id, other.id)
                          <> COALESCE(mine.origin_id, mine.id)
                    WHERE mine.id = ANY(%s) LIMIT 1""",
                self.ids,
            )
        )
        for mine, other in rows:
            raise ValidationError(
                self.env._(
                    "%(mine)s covers days that %(other)s covers already: correct its"
                    " period.",
                    mine=self.browse(mine).display_name,
                    other=self.browse(other).display_name,
                )
            )

    def write(self, vals):
        fixed = {"contract_id", "date_start", "date_end", "year"} & set(vals)
        if fixed and not self.env.su:
            for statement in self.filtered(
                lambda found: found.state not in STATEMENT_OPEN_STATES
                or found.revises_id
            ):
                raise UserError(
                    self.env._(
                        "%s is approved, or revises one that is: its contract and"
                        " period stand.",
                        statement.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        for statement in self:
            if statement.state not in STATEMENT_OPEN_STATES or statement.revises_id:
                raise UserError(
                    self.env._(
                        "%s is approved or revised: it stays. Revise it instead.",
                        statement.display_name,
                    )
                )

    @api.depends("contract_id.name", "date_start", "date_end", "revision")
    @api.depends_context("lang")
    def _compute_name(self):
        for statement in self:
            parts = [statement.contract_id.name, statement._show_period()]
            if statement.revision:
                parts.append(self.env._("revision %s", statement.revision))
            statement.name = ", ".join(filter(None, parts))

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _search_name(self, operator, value):
        """By the contract's number or title: a period is filtered by its dates."""
        return [("contract_id", operator, value)]

    @api.depends("contract_id.year_start_month", "date_start")
    def _compute_year(self):
        for statement in self:
            statement.year = statement.date_start and royalty.contract_year(
                statement.date_start, int(statement.contract_id.year_start_month or 1)
            )

    @api.depends("state", "date_due", "company_id")
    def _compute_is_late(self):
        days = {c: c._collections_today() for c in self.company_id}
        for statement in self:
            today = days.get(statement.company_id)
            statement.is_late = (
                statement.state == "expected"
                and bool(statement.date_due and today)
                and statement.date_due < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        expected = [("state", "=", "expected")]
        [(companies,)] = self._read_group(expected, [], ["company_id:recordset"])
        due = Domain.OR(
            Domain("company_id", "in", those.ids) & Domain("date_due", "<", day)
            for day, those in companies.grouped(
                lambda company: company._collections_today()
            ).items()
        )
        late = Domain(expected) & due
        return late if True in value else ~late

    # ------------------------------------------------------------------
    # EXPECTED STATEMENTS
    # ------------------------------------------------------------------

    @api.model
    def _cron_expect(self):
        """Make the statements that are expected of every company's licensees."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for position, company in enumerate(companies, start=1):
            self._expect(company)
            self._remind(company)
            remaining = len(companies) - position
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    @api.model
    def _expect(self, company):
        """Make the statement of each period that is over and has none.

        A contract whose periods cannot be told is its responsible's matter.
        """
        contracts = self.env["licensing.contract"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", (*LIVE, "expired", "terminated")),
            ]
        )
        apply_isolated(
            self.env,
            contracts,
            lambda part: self._expect_of(part, company._collections_today()),
            lambda contract, error: contract._ask_about_failure(contract, error),
        )

    @api.model
    def _expect_of(self, contracts, today):
        known = {}
        for row in self.search_fetch(
            [("contract_id", "in", contracts.ids)],
            ["contract_id", "date_start", "date_end"],
        ):
            known.setdefault(row.contract_id.id, []).append(row)
        self.create(
            [
                contract._prepare_expected(period)
                for contract in contracts
                for period in contract._get_periods(today)
                if not any(
                    row.date_start <= period.last and row.date_end >= period.first
                    for row in known.get(contract.id, ())
                )
            ]
        )

    @api.model
    def _remind(self, company):
        """An activity for each statement that is late, once."""
        kind = self.env.ref(LATE)
        own = [("activity_type_id", "=", kind.id), ("automated", "=", True)]
        late = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "expected"),
                ("date_due", "<", company._collections_today()),
                ("activity_ids", "not any", own),
            ]
        )
        desks = late._get_desk_users()
        for desk, statements in late.grouped(desks.get).items():
            statements.activity_schedule(
                LATE,
                user_id=(desk or self.env.user).id,
                summary=self.env._("Royalty statement is late: ask the licensee"),
            )

    # ------------------------------------------------------------------
    # QUESTIONS
    # ------------------------------------------------------------------

    def action_query(self):
        """Write to the licensee about what was found."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Query the Licensee"),
            "res_model": "licensing.question",
            "view_mode": "form",
            "target": "new",
            "context": {"default_statement_id": self.id},
        }

    def action_answered(self):
        """Note the answer to the open question."""
        self.ensure_one()
        return {**self.action_query(), "res_id": self._get_unanswered()[:1].id}

    def _get_unanswered(self):
        """Questions that were sent and wait for an answer, the newest first."""
        return self.question_ids.filtered(
            lambda found: found.asked_on and not found.answered_on
        )

    def action_view_move(self):
        """The invoice, credit note or entry that bills it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def _prepare_question(self, lang=None):
        """What was found about the lines, as questions in the licensee's language."""
        self = self.with_context(lang=lang or self.partner_id.lang or self.env.lang)
        asked = self.finding_ids._get_questions()
        if not asked:
            return ""
        first = self.env._("About your report we would like to know:")
        lines = [first, *asked[:NAMED]]
        if len(asked) > NAMED:
            lines.append(self.env._("and %s more rows.", len(asked) - NAMED))
        return "\n".join(lines)

    def _query(self):
        """Wait for the licensee's answer."""
        for statement in self:
            if statement.state not in ("submitted", "in_review", "queried"):
                raise UserError(
                    self.env._(
                        "%s is not in review: there is nothing to ask about.",
                        statement.display_name,
                    )
                )
        self._write_kept({"state": "queried"})

    def _go_back_to_review(self):
        """Once every question that was sent is answered."""
        for statement in self.filtered(lambda found: found.state == "queried"):
            if not statement._get_unanswered():
                statement._write_kept({"state": "in_review"})

    # ------------------------------------------------------------------
    # EXPLAIN AND PREVIEW
    # ------------------------------------------------------------------

    def action_explain(self):
        """How the royalty of the statement came about, rate by rate, pool by pool."""
        self.ensure_one()
        self.check_access("read")
        sections = Explainer(self).explain()
        return self.env["licensing.explanation"]._open(self.display_name, sections)

    @api.depends("earnings", "state", "fees")
    def _compute_preview(self):
        for statement in self:
            settlement = statement._preview_settlement()
            statement.is_previewed = bool(settlement)
            statement.recouped_preview = settlement and float(settlement.recouped)
            statement.payable_preview = settlement and (
                float(settlement.payable) + statement.fees
            )

    def _preview_settlement(self):
        """The settlement that an approval would make now.

        :return: ``royalty.Settlement``; ``None`` for what is not computed, is approved
            already, or changes later statements as well
        """
        self.ensure_one()
        is_open = self.state in STATEMENT_OPEN_STATES and self.state != "expected"
        if not is_open or not self.earnings or self.revises_id or self._get_after():
            return None
        # sudo: who reads the statement may read what it comes to
        statement = self.sudo()
        terms = statement.contract_id._get_terms()
        pools = statement.contract_id.commitment_ids
        return royalty.settle(
            terms,
            royalty.load_earnings(self.earnings),
            pools._preview_balances(terms, self.date_end),
            self.date_end,
            self.id,
        )
