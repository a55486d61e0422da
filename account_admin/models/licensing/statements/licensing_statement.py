from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ....engine import royalty
from ...base.bounds import bounded
from ...base.bulk import update_rows

#: States in which the figures of a statement count.
STATEMENT_FINAL_STATES = ("approved", "invoiced")
#: States in which its lines may still change.
STATEMENT_OPEN_STATES = ("expected", "submitted", "in_review", "queried")


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
        late = [
            ("state", "=", "expected"),
            ("date_due", "<", fields.Date.context_today(self)),
        ]
        return late if True in value else ["!", "&", *late]
