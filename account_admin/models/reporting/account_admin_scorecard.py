from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..base.actions import open_window
from ..base.blank_float import BlankFloat, ratio_sql

#: Figure -> numerator and denominator for a group of rows: the formulas of
#: ``engine/desk/scorecard.py`` over sums; a test compares the two.
RATIOS = {
    "right_party_rate": ("SUM(%(right_party)s) * 100.0", "SUM(%(dials)s)"),
    "contact_rate": ("SUM(%(right_party)s) * 100.0", "SUM(%(connects)s)"),
    "promise_rate": ("SUM(%(promises)s) * 100.0", "SUM(%(right_party)s)"),
    "kept_rate": (
        "SUM(%(kept)s) * 100.0",
        "SUM(%(kept)s + %(partial)s + %(broken)s)",
    ),
    "dial_target_rate": (
        "SUM(%(dials)s) FILTER (WHERE %(target_dials)s > 0) * 100.0",
        "SUM(%(target_dials)s)",
    ),
    "contact_target_rate": (
        "SUM(%(right_party)s) FILTER (WHERE %(target_right_party)s > 0) * 100.0",
        "SUM(%(target_right_party)s)",
    ),
    "amount_target_rate": (
        "SUM(%(collected)s) FILTER (WHERE %(target_amount)s > 0) * 100.0",
        "SUM(%(target_amount)s)",
    ),
    "cei": (
        "SUM(%(beginning)s + %(sales)s - %(ending)s) * 100.0",
        "SUM(%(beginning)s + %(sales)s - %(current)s)",
    ),
}
#: Figures of money: those of several currencies make none.
OF_MONEY = ("amount_target_rate", "cei")
#: Columns of those formulas.
INPUTS = (
    *("dials", "connects", "right_party", "promises", "kept", "partial", "broken"),
    *("collected", "beginning", "sales", "ending", "current"),
    *("target_dials", "target_right_party", "target_amount"),
)
#: Balances of a day: those of several months make no sum.
BALANCES = ("beginning", "beginning_current", "ending", "current")
BALANCES += ("overdue_before", "overdue")


class AccountAdminScorecard(models.Model):
    """What a person did and brought about in a month. Kept by the product only."""

    _name = "account.admin.scorecard"
    _description = "Scorecard"
    #: Figures, without free text about persons.
    _has_words = False
    _inherit = ["account.admin.readonly.mixin"]
    _order = "month desc, manager_id, user_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    month = fields.Date(required=True, readonly=True, help="The last day of the month.")
    until = fields.Date(
        string="Counted Until",
        required=True,
        readonly=True,
        help="The last day that is in these figures and in their targets.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for what nobody brought about, and for accounts of nobody.",
    )
    manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Team",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose people the person was among: the manager named in the user's"
        " settings. Of a month that is over it stays as it was.",
    )
    subject = fields.Char(
        string="Of",
        compute="_compute_subject",
        help="The person, or nobody.",
    )
    present_days = fields.Integer(
        string="Days Present",
        readonly=True,
        help="Working days of the company without those on which the person was away.",
    )

    # calls
    dials = fields.Integer(
        readonly=True, help="Calls that the person made. Calls that came in are apart."
    )
    connects = fields.Integer(
        readonly=True, help="Calls made that somebody answered, whoever it was."
    )
    right_party = fields.Integer(
        string="Contacts",
        readonly=True,
        help="Calls made on which somebody who answers for the account was spoken"
        " with.",
    )
    inbound = fields.Integer(
        string="Calls Taken", readonly=True, help="Calls that customers made to us."
    )
    right_party_rate = BlankFloat(
        string="Contacts of Dials (%)",
        digits=(16, 2),
        readonly=True,
        help="Of the calls made, those on which the right person was spoken with.",
    )
    contact_rate = BlankFloat(
        string="Contacts of Connects (%)",
        digits=(16, 2),
        readonly=True,
        help="Of the calls that somebody answered, those with the right person.",
    )

    # promises and disputes
    promises = fields.Integer(
        string="Promises Taken",
        readonly=True,
        help="Promises made in the month for which the person is responsible.",
    )
    kept = fields.Integer(
        string="Promises Kept",
        readonly=True,
        help="Promises that ended in the month, paid in full and in time.",
    )
    partial = fields.Integer(
        string="Promises Kept in Part",
        readonly=True,
        help="Promises that ended in the month, of which a part was paid in time.",
    )
    broken = fields.Integer(
        string="Promises Broken",
        readonly=True,
        help="Promises that ended in the month, of which nothing was paid in time.",
    )
    promise_rate = BlankFloat(
        string="Promises of Contacts (%)",
        digits=(16, 2),
        readonly=True,
        help="Promises taken, compared with the calls on which the right person was"
        " spoken with. More than 100 when promises came by other ways, too.",
    )
    kept_rate = BlankFloat(
        string="Promises Kept (%)",
        digits=(16, 2),
        readonly=True,
        help="Promises kept in full, of all that ended in the month.",
    )
    disputes = fields.Integer(
        string="Disputes Solved",
        readonly=True,
        help="Disputes closed in the month that the person was to settle.",
    )

    # money
    collected = fields.Monetary(
        readonly=True,
        help="Payments matched with invoices in the month: of a promise they keep, by"
        " who took it; else by who last spoke with the account in the thirty days"
        " before; else by nobody. All together are what was received.",
    )
    beginning = fields.Monetary(
        string="Open at Beginning",
        readonly=True,
        help="Owed when the month began by the accounts that the person looks after,"
        " credits subtracted.",
    )
    beginning_current = fields.Monetary(
        string="Not Due at Beginning",
        readonly=True,
        help="The part of what was open at the beginning that was not yet overdue.",
    )
    sales = fields.Monetary(
        string="Credit Sales",
        readonly=True,
        help="Invoices less credit notes of the month to these accounts.",
    )
    ending = fields.Monetary(
        string="Open at End",
        readonly=True,
        help="Owed by these accounts on the day until which is counted.",
    )
    current = fields.Monetary(
        string="Not Due at End",
        readonly=True,
        help="The part of what is open at the end that was not yet overdue.",
    )
    overdue_before = fields.Monetary(
        string="Overdue at Beginning",
        readonly=True,
        help="Overdue when the month began, credits subtracted.",
    )
    overdue = fields.Monetary(
        string="Overdue at End",
        readonly=True,
        help="Overdue on the day until which is counted, credits subtracted.",
    )
    overdue_reduced = fields.Monetary(
        readonly=True,
        help="By how much what is overdue went down in the month; negative where it"
        " grew.",
    )
    cei = BlankFloat(
        string="CEI (%)",
        digits=(16, 2),
        readonly=True,
        help="Collection effectiveness index: how much of what could be collected from"
        " these accounts was. Of several people it comes from their sums.",
    )

    # targets
    target_dials = fields.Integer(
        string="Target of Dials",
        readonly=True,
        help="Calls asked for on the days that the person was there.",
    )
    target_right_party = fields.Integer(
        string="Target of Contacts",
        readonly=True,
        help="Contacts asked for on the days that the person was there.",
    )
    target_amount = fields.Monetary(
        string="Target of Collected",
        readonly=True,
        help="Money asked for on the days that the person was there.",
    )
    dial_target_rate = BlankFloat(
        string="Dials of Target (%)",
        digits=(16, 2),
        readonly=True,
        help="Calls made, compared with the target of the days present.",
    )
    contact_target_rate = BlankFloat(
        string="Contacts of Target (%)",
        digits=(16, 2),
        readonly=True,
        help="Contacts, compared with the target of the days present.",
    )
    amount_target_rate = BlankFloat(
        string="Collected of Target (%)",
        digits=(16, 2),
        readonly=True,
        help="Money collected, compared with the target of the days present.",
    )

    # what the user may open
    dial_count = fields.Integer(
        string="Calls Made",
        compute="_compute_listed",
        help="Calls made, of the accounts that you may see.",
    )
    promise_count = fields.Integer(
        string="Promises Made",
        compute="_compute_listed",
        help="Promises taken, of the accounts that you may see.",
    )
    judged_count = fields.Integer(
        string="Promises Ended",
        compute="_compute_listed",
        help="Promises kept, kept in part or broken, of the accounts that you may see.",
    )
    dispute_count = fields.Integer(
        string="Disputes Closed",
        compute="_compute_listed",
        help="Disputes solved, of the accounts that you may see.",
    )
    is_partly_seen = fields.Boolean(
        compute="_compute_listed",
        help="Some of what was counted belongs to accounts that you may not see.",
    )

    _key = models.UniqueIndex(
        "(company_id, month, COALESCE(user_id, 0))",
        "A person has one scorecard a month in a company.",
    )
    _month_is_its_last_day = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month + 1) = 1)", "A month is named by its last day."
    )

    @api.depends("user_id")
    @api.depends_context("lang")
    def _compute_subject(self):
        for card in self:
            # sudo: whose figures they are is told by name
            card.subject = card.user_id.sudo().name or self.env._("Nobody")

    @api.depends("subject", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for card in self:
            card.display_name = self.env._(
                "%(whose)s, %(month)s",
                whose=card.subject,
                month=format_date(self.env, card.month, date_format="MMMM y"),
            )

    @api.depends("dials", "promises", "kept", "partial", "broken", "disputes")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_listed(self):
        """What the buttons list, in one query for each kind and month."""
        kinds = {
            "dial_count": ("collections.call", "day", self._get_dials_domain),
            "promise_count": ("collections.promise", "made_on", self._get_taken_domain),
            "judged_count": (
                "collections.promise",
                "judged_on",
                self._get_judged_domain,
            ),
            "dispute_count": (
                "collections.dispute",
                "closed_on",
                self._get_solved_domain,
            ),
        }
        for name, (model, day, get_domain) in kinds.items():
            counts = {}
            months = self.grouped(
                lambda card: (card.company_id, card.month, card.until)
            )
            for company, month, until in months:
                found = self.env[model]._read_group(
                    get_domain() & self._get_days_domain(company, day, month, until),
                    ["user_id"],
                    ["__count"],
                )
                counts |= {(company, month, until, user): n for user, n in found}
            for card in self:
                key = (card.company_id, card.month, card.until, card.user_id)
                card[name] = counts.get(key, 0)
        for card in self:
            counted = card.dials + card.promises + card.disputes
            counted += card.kept + card.partial + card.broken
            listed = card.dial_count + card.promise_count + card.dispute_count
            card.is_partly_seen = counted != listed + card.judged_count

    # ------------------------------------------------------------------
    # WHAT A FIGURE COUNTS
    # ------------------------------------------------------------------

    @api.model
    def _get_dials_domain(self):
        return Domain("direction", "=", "out")

    @api.model
    def _get_taken_domain(self):
        return Domain.TRUE

    @api.model
    def _get_judged_domain(self):
        return Domain("state", "in", ("kept", "partial", "broken"))

    @api.model
    def _get_solved_domain(self):
        return Domain("state", "=", "closed")

    @api.model
    def _get_days_domain(self, company, day, month, until):
        """Records of the days that a card counts.

        :param str day: name of the field of a record's day
        """
        return (
            Domain("company_id", "=", company.id)
            & Domain(day, ">=", month.replace(day=1))
            & Domain(day, "<=", until)
        )

    def _open(self, xml_id, title, day, domain):
        """The list of what a figure of this card counts."""
        self.ensure_one()
        days = self._get_days_domain(self.company_id, day, self.month, self.until)
        mine = Domain("user_id", "=", self.user_id.id) & days & domain
        return open_window(
            self.env,
            xml_id,
            self.env._("%(what)s: %(card)s", what=title, card=self.display_name),
            domain=list(mine),
            context={"create": False},
            views=[(False, "list"), (False, "form")],
            view_mode="list,form",
        )

    def action_view_dials(self):
        """The calls that were made."""
        title = self.env._("Calls made")
        domain = self._get_dials_domain()
        return self._open("collections_call_action", title, "day", domain)

    def action_view_promises(self):
        """The promises that were taken."""
        title, domain = self.env._("Promises taken"), self._get_taken_domain()
        return self._open("collections_promise_action", title, "made_on", domain)

    def action_view_judged(self):
        """The promises that ended."""
        title, domain = self.env._("Promises ended"), self._get_judged_domain()
        return self._open("collections_promise_action", title, "judged_on", domain)

    def action_view_disputes(self):
        """The disputes that were solved."""
        title, domain = self.env._("Disputes solved"), self._get_solved_domain()
        return self._open("collections_dispute_action", title, "closed_on", domain)

    @api.model
    def action_refresh(self):
        """Bring this month and the last one up to date, of the companies worked in."""
        self.check_access("read")
        for company in self.env.companies:
            # sudo: figures count everything and nobody writes them; checked above
            self.sudo()._refresh_current(company, company._collections_today())
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_download(self):
        """The workbook of everybody's month, of those whose cards the user may see."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/scorecard/{self[:1].id}",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Figures of a group are computed from its sums, never from other figures."""
        name, _colon, function = aggregate_spec.partition(":")
        if name in RATIOS and function in ("ratio", "avg"):
            self._column_sql(name, query)  # checks that it may be read
            columns = {column: self._column_sql(column, query) for column in INPUTS}
            alike = [self._column_sql("currency_id", query)] if name in OF_MONEY else []
            return ratio_sql(RATIOS[name], columns, *alike)
        found = super()._read_group_select(aggregate_spec, query)
        if name in BALANCES and function in ("sum", "sum_currency"):
            month = self._column_sql("month", query)
            return SQL("CASE WHEN COUNT(DISTINCT %s) = 1 THEN %s END", month, found)
        return found

    def _column_sql(self, name, query):
        return self._field_to_sql(self._table, name, query)
