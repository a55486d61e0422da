from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.base.actions import open_window
from ...models.base.bounds import bounded
from ...reports.base.fitting import (
    LANDSCAPE_LARGEST,
    LANDSCAPE_ROOM,
    fit,
    longest_word,
)
from ...reports.reporting import aging_xlsx

#: More items than these make a PDF that nobody turns the pages of.
PDF_ITEMS = 5000


@bounded
class AccountAdminAgingWizard(models.TransientModel):
    """Which aging is wanted; shows, prints or exports it."""

    _name = "account.admin.aging.wizard"
    _description = "Aged Receivables"
    _inherit = ["account.admin.wizard.mixin"]

    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="Everything open at the end of that day, as the books stand now. A day in"
        " the future ages today's items on to that day.",
    )
    company_ids = fields.Many2many(
        comodel_name="res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.companies,
        help="Whose receivables are reported.",
    )
    group_by = fields.Selection(
        selection=[
            ("account", "Account"),
            ("national", "National account"),
            ("administrator", "Administrator"),
            ("salesperson", "Salesperson"),
            ("country", "Country"),
            ("currency", "Currency"),
            ("company", "Company"),
        ],
        default="account",
        required=True,
        help="What the rows of the report are.",
    )
    detail = fields.Selection(
        selection=[
            ("groups", "Totals only"),
            ("accounts", "Each account"),
            ("items", "Each open item"),
        ],
        default="accounts",
        required=True,
        help="How far each row is broken down.",
    )
    currency = fields.Selection(
        selection=[
            ("company", "Company's, as booked"),
            ("item", "Each item's own"),
            ("other", "Another one, at the day's rate"),
        ],
        string="Amounts in",
        default="company",
        required=True,
        help="The company's currency as booked, each item's own, or another at the"
        " rate of the day.",
    )
    other_currency_id = fields.Many2one(
        comodel_name="res.currency",
        help="All amounts are converted into it, at the rate of the day.",
    )
    without_disputed = fields.Boolean(
        string="Leave Out Disputed Parts",
        help="The disputed part of an item is not counted; the tie-out still shows it.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        context={"active_test": False},
        string="Accounts",
        domain=[("parent_id", "=", False)],
        help="Leave empty for all accounts.",
    )
    national_account_ids = fields.Many2many(
        comodel_name="national.account",
        context={"active_test": False},
        string="National Accounts",
        help="Their head offices and members of that day; all accounts when empty.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Administrators",
        domain=[("share", "=", False)],
        help="Only accounts that they look after; all when empty.",
    )
    tie_out = fields.Html(
        compute="_compute_tie_out",
        sanitize=False,
        help="The report beside the balance of each receivable account in the ledger.",
    )

    @api.depends("date")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Aged receivables %(day)s", day=wizard._get_day_text()
            )

    @api.depends("date", "company_ids")
    def _compute_tie_out(self):
        for wizard in self:
            wizard.tie_out = (
                self.env["ir.qweb"]._render(
                    "account_admin.aging_tie_out",
                    {"rows": wizard._get_tie_out(), "format": wizard._format},
                )
                if wizard.date and wizard.company_ids
                else False
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view(self):
        """Open the items of the day as list, pivot and graph."""
        self.ensure_one()
        self._check_options()
        groups = {
            f"search_default_group_{name}": number
            for number, name in enumerate(self._get_groups(), start=1)
        }
        return open_window(
            self.env,
            "aged_item_action",
            self._get_title(),
            domain=list(self._get_domain()),
            context={
                **groups,
                "aging_day": str(self.date),
                "aging_currency": self._get_currency(),
                "aging_without_disputed": self.without_disputed,
                "allowed_company_ids": self.company_ids.ids,
            },
        )

    def _get_title(self):
        """The day, and what was chosen, as the list of the items is called."""
        parts = [self.env._("Aging on %s", self._get_day_text()), *self._get_chosen()]
        if self.currency == "other":
            parts.append(self.other_currency_id.name)
        if self.without_disputed:
            parts.append(self.env._("without disputed parts"))
        return ", ".join(parts)

    def _get_chosen(self):
        """Names of the accounts, national accounts and administrators it is for."""
        return [
            *self.partner_ids.mapped("display_name"),
            *self.national_account_ids.mapped("display_name"),
            *self.user_ids.mapped("display_name"),
        ]

    def action_print(self):
        """The report as PDF."""
        self.ensure_one()
        self._check_options()
        if self.detail == "items":
            self._check_not_too_long()
        return self.env.ref("account_admin.action_report_aging").report_action(
            self, config=False
        )

    def action_xlsx(self):
        """The report as a workbook."""
        self.ensure_one()
        self._check_options()
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/aging/{self.id}",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # DATA
    # ------------------------------------------------------------------

    def _check_options(self):
        """:raise UserError: for options that cannot be reported on"""
        self.company_ids.check_access("read")
        if not self.env.su and self.company_ids - self.env.user.company_ids:
            raise UserError(self.env._("Choose of the companies you work for."))
        if self.currency == "other":
            if not self.other_currency_id:
                raise UserError(self.env._("Choose the currency to convert to."))
            items = self.env["account.admin.open.item"]
            for company in self.company_ids:
                items._converted_sql(company, self.other_currency_id, self.date)

    def _check_not_too_long(self):
        aged = self.env["account.admin.aged.item"]._with_options(
            self.company_ids, self.date, self._get_options()
        )
        count = aged.search_count(self._get_domain(), limit=PDF_ITEMS + 1)
        if count > PDF_ITEMS:
            raise UserError(
                self.env._(
                    "More than %s items: take the workbook, or fewer accounts.",
                    PDF_ITEMS,
                )
            )

    def _get_currency(self):
        """The currency as ``account.admin.aged.item`` takes it."""
        return self.other_currency_id.id if self.currency == "other" else self.currency

    def _get_groups(self):
        """Names of the groupings, the outer one first."""
        if self.detail == "groups" or self.group_by == "account":
            return (self.group_by,)
        return (self.group_by, "account")

    def _get_domain(self):
        domain = Domain("company_id", "in", self.company_ids.ids)
        if self.partner_ids:
            domain &= Domain("partner_id", "in", self.partner_ids.ids)
        if self.national_account_ids:
            domain &= Domain("national_account_id", "in", self.national_account_ids.ids)
        if self.user_ids:
            domain &= Domain("user_id", "in", self.user_ids.ids)
        return domain

    def _get_options(self):
        """Options of :meth:`account.admin.aged.item.get_aging`."""
        return {
            "currency": self._get_currency(),
            "without_disputed": self.without_disputed,
            "domain": self._get_domain(),
        }

    def _get_aging(self):
        """What the report shows; see :meth:`account.admin.aged.item.get_aging`."""
        return self.env["account.admin.aged.item"].get_aging(
            self.company_ids, self.date, self._get_groups(), **self._get_options()
        )

    def _get_items(self, columns):
        """See :meth:`account.admin.aged.item.get_aged_items`."""
        return self.env["account.admin.aged.item"].get_aged_items(
            self.company_ids, columns, self.date, **self._get_options()
        )

    def _get_rows(self, aging, currency):
        """Rows of the printed table of one currency; groups have ``is_group``."""
        if self.detail != "items":
            return self._roll_up(
                [row for row in aging["groups"] if row["currency"] == currency],
                [row for row in aging["rows"] if row["currency"] == currency],
            )
        count = len(aging["labels"])
        buckets = [f"bucket_{n}" for n in range(count)]
        fields_ = ["partner_id", "report_currency_id", "name", "due", "days"]
        names = {row["keys"][-1] or None: row["names"] for row in aging["rows"]}
        return [
            {
                "names": names[partner],
                "number": name,
                "due": due,
                "days": days,
                "buckets": amounts[:count],
                "total": amounts[count],
                "disputed": amounts[count + 1],
            }
            for partner, used, name, due, days, *amounts in self._get_items(
                [*fields_, *buckets, "amount", "disputed_amount"]
            )
            if used == currency.id
        ]

    def _roll_up(self, groups, rows):
        """Each group's sum with its accounts below."""
        if len(self._get_groups()) == 1:
            return rows
        inner = {}
        for row in rows:
            inner.setdefault(row["keys"][0], []).append(
                {**row, "names": ["", row["names"][1]]}
            )
        return [
            shown
            for group in groups
            for shown in (
                {**group, "names": [*group["names"], ""], "is_group": True},
                *inner[group["keys"][0]],
            )
        ]

    def _get_tie_out(self):
        aged = self.env["account.admin.aged.item"]
        return aged._with_options(self.company_ids, self.date, {})._get_tie_out_rows()

    @api.model
    def _get_transfer_note(self):
        return self.env._(
            "Matched elsewhere: what was settled against items of another receivable"
            " account or another company of the group. The ledger moves no balance for"
            " that, so it counts from the day of the match."
        )

    def _get_day_text(self):
        return format_date(self.env, self.date)

    @api.model
    def _format(self, amount, currency):
        return currency.format(float(amount))

    def _get_text_size(self, rows, total, currency):
        """Size in em of the printed table: its longest amounts stay on the page."""
        amounts = [
            [*row["buckets"], row["total"], row["disputed"] or 0]
            for row in (total, *rows)
        ]
        # the longest of a column, without formatting each
        longest = [
            self._format(-max(map(abs, column)), currency)
            for column in zip(*amounts, strict=True)
        ]
        words = [
            max(map(longest_word, names), key=len)
            for names in zip(*(row["names"] for row in rows), strict=True)
        ]
        if self.detail == "items":
            numbers = [str(row["number"] or "") for row in rows]
            words += [max(numbers, key=len, default=""), "00/00/0000", "00000"]
        return fit([[*words, *longest]], LANDSCAPE_ROOM, LANDSCAPE_LARGEST)

    @api.model
    def _format_share(self, part, whole):
        return f"{formatLang(self.env, float(100 * part / whole), digits=1)} %"

    def _get_group_labels(self):
        """Headers of the grouping columns."""
        labels = dict(self._fields["group_by"]._description_selection(self.env))
        return [labels[name] for name in self._get_groups()]

    def _get_heading(self):
        """Title and what was chosen, a line each, for the PDF and the workbook."""
        labels = self._fields["currency"]._description_selection(self.env)
        lines = [
            self.env._("Aged receivables"),
            self.env._(
                "Open on %(day)s, %(companies)s",
                day=self._get_day_text(),
                companies=", ".join(self.company_ids.mapped("name")),
            ),
            self.env._(
                "Amounts: %(currency)s",
                currency=self.other_currency_id.name
                if self.currency == "other"
                else dict(labels)[self.currency],
            ),
        ]
        chosen = self._get_chosen()
        if chosen:
            lines.append(self.env._("Only: %s", ", ".join(chosen)))
        return lines

    def _get_notes(self, aging):
        """Footnotes that a reader who does not speak accounting needs."""
        notes = [
            self.env._(
                "Open is what was not yet paid or credited at the end of the day."
                " Credits and payments not matched yet count as negative amounts."
            ),
            self.env._(
                "An item is overdue from the day after its due date; the columns count"
                " the days since then. The columns add up to the total."
            ),
        ]
        if self.without_disputed:
            notes.append(self.env._("Disputed parts are left out of the amounts."))
        today = self.env.company._collections_today()
        if self.date > today:
            notes.append(
                self.env._(
                    "The day lies in the future: what is open today is aged on to it."
                )
            )
        if not aging["rows"]:
            notes.append(self._get_empty_note())
        if not self.env.user.has_group(
            "account_admin.group_account_admin_all"
        ) and not self.env.user.has_group("account_admin.group_account_admin_auditor"):
            notes.append(
                self.env._("You see your own accounts; the tie-out covers all of them.")
            )
        return notes

    def _get_empty_note(self):
        """Why there is nothing to see."""
        items = self.env["account.admin.open.item"]
        accounts = self.env["account.account"].union(
            *(items._find_receivable_accounts(c) for c in self.company_ids)
        )
        # sudo: only the day of the first entry is told
        first = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("account_id", "in", accounts.ids),
                    ("company_id", "in", self.company_ids.ids),
                    ("parent_state", "=", "posted"),
                ],
                order="date",
                limit=1,
            )
        )
        if first and first.date > self.date:
            return self.env._(
                "Nothing was open on that day: the first entry is of %s.",
                format_date(self.env, first.date),
            )
        return self.env._("Nothing was open on that day.")

    def _get_xlsx(self):
        """The report's file.

        :return: (name, bytes)
        """
        self.ensure_one()
        self._check_options()
        return f"{self.display_name}.xlsx", aging_xlsx.build(self)
