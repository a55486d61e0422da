"""What is missing or wrong with each account: found for all of them at once."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...engine.quality import FULL
from ..base.actions import open_window
from ..base.bulk import insert_once, update_rows
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)

#: Contacts of these roles are whom accounts payable is asked for.
PAYABLE = ("contact_role_payable", "contact_role_dunning")


class AccountAdminQuality(models.Model):
    _name = "account.admin.quality"
    _description = "Finding about an Account's Data"
    _inherit = ["account.admin.readonly.mixin", "account.admin.cover.mixin"]
    _order = "points desc, partner_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The customer whose data are not in order.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        readonly=True,
        index=True,
        help="Who looks after the account.",
    )
    rule_id = fields.Many2one(
        comodel_name="account.admin.quality.rule",
        string="Finding",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What was found.",
    )
    points = fields.Integer(
        readonly=True, help="What it takes from the score of the account."
    )
    detail = fields.Char(readonly=True, help="What exactly was found.")
    remedy = fields.Char(related="rule_id.remedy")
    since = fields.Date(readonly=True, help="The day it was found first.")

    _once = models.UniqueIndex(
        "(company_id, partner_id, rule_id)", "A finding is listed once."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(
                self.env._("A finding goes by itself: correct the account.")
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    @api.model
    def action_open(self):
        """The list, after all accounts of the chosen companies were looked at."""
        self.check_access("read")
        self._refresh_all()
        return open_window(self.env, "quality_account_action")

    def action_mend(self):
        """The account, or the pairs that it may be a duplicate in."""
        self.ensure_one()
        if self.rule_id.key == "duplicate":
            account = self.partner_id.id
            return open_window(
                self.env,
                "duplicate_action",
                domain=["|", ("partner_id", "=", account), ("other_id", "=", account)],
                context={},
            )
        return self.partner_id._get_records_action()

    @api.model
    def _cron_refresh(self):
        """Look at the accounts of every company; one that fails is named in the log."""
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            isolate(self.env, company, self._refresh, self._tell_failed)
            if not cron._commit_progress(processed=1):
                break

    @api.model
    def _tell_failed(self, company, error):
        _logger.error("Data quality of %s: %s", company.name, describe(error))

    @api.model
    def _refresh_all(self):
        for company in self.env.companies:
            # sudo: what is found is written by the product for all who read it
            self.sudo()._refresh(company)

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    @api.model
    def _refresh(self, company):
        """Bring the findings of a company up to date; what is mended goes."""
        self.env["account.admin.duplicate"]._refresh(company)
        accounts = self._find_accounts(company)
        rules = self.env["account.admin.quality.rule"].search([("active", "=", True)])
        users = self.env["res.partner"]._collections_get_responsible(
            company, accounts.ids
        )
        wanted = {}
        for rule in rules:
            found = getattr(self, f"_find_{rule.key}")(company, accounts, users)
            for account, detail in found.items():
                wanted[account, rule.id] = {
                    "user_id": users.get(account) or None,
                    "points": rule.points,
                    "detail": detail or None,
                }
        self._store(company, wanted)

    @api.model
    def _store(self, company, wanted):
        """Write what differs.

        :param dict wanted: (partner id, rule id) -> values
        """
        rows = self.search_fetch(
            [("company_id", "=", company.id)],
            ["partner_id", "rule_id", "user_id", "points", "detail"],
        )
        known = {(row.partner_id.id, row.rule_id.id): row for row in rows}
        today = company._collections_today()
        gone = rows.filtered(
            lambda row: (row.partner_id.id, row.rule_id.id) not in wanted
        )
        # sudo: whoever looks at the list lets go what is mended
        gone.sudo().unlink()
        changed = [
            {"id": known[key].id, **values}
            for key, values in wanted.items()
            if key in known
            and values
            != {
                "user_id": known[key].user_id.id or None,
                "points": known[key].points,
                "detail": known[key].detail or None,
            }
        ]
        if changed:
            update_rows(self, changed)
        new = [
            {
                "partner_id": account,
                "rule_id": rule,
                "company_id": company.id,
                "since": today,
                **values,
            }
            for (account, rule), values in wanted.items()
            if (account, rule) not in known
        ]
        insert_once(self, new)

    @api.model
    def _find_accounts(self, company):
        """Customers whose data count: accounts that something was ever sold to."""
        return self.env["res.partner"].search(
            [
                ("customer_rank", ">", 0),
                ("parent_id", "=", False),
                ("company_id", "in", [False, company.id]),
            ]
        )

    # ------------------------------------------------------------------
    # RULES: dict commercial partner id -> detail, of those that are not in order
    # ------------------------------------------------------------------

    @api.model
    def _without(self, accounts, domain):
        """Those of accounts of which neither they nor a contact match a domain."""
        people = Domain("commercial_partner_id", "in", accounts.ids)
        groups = self.env["res.partner"]._read_group(
            people & domain, ["commercial_partner_id"]
        )
        having = {account.id for (account,) in groups}
        return {account: "" for account in accounts.ids if account not in having}

    @api.model
    def _find_no_payable(self, _company, accounts, _users):
        roles = [self.env.ref(f"account_admin.{name}").id for name in PAYABLE]
        return self._without(accounts, Domain("collections_role_ids", "in", roles))

    @api.model
    def _find_no_email(self, _company, accounts, _users):
        return self._without(accounts, Domain("email", "!=", False))

    @api.model
    def _find_no_phone(self, _company, accounts, _users):
        return self._without(accounts, Domain("phone", "!=", False))

    @api.model
    def _find_bounced(self, _company, accounts, _users):
        # sudo: an address whose mail came back is one for whoever mends it
        bounced = (
            self.env["account.admin.bounce"]
            .sudo()
            .search_fetch([("email", "!=", False)], ["email"])
        )
        people = self.env["res.partner"].search_fetch(
            [
                ("commercial_partner_id", "in", accounts.ids),
                ("email_normalized", "in", bounced.mapped("email")),
            ],
            ["commercial_partner_id", "email_normalized"],
            order="id",
        )
        return {
            account.id: ", ".join(sorted(set(mine.mapped("email_normalized"))))
            for account, mine in people.grouped("commercial_partner_id").items()
        }

    @api.model
    def _find_no_address(self, _company, accounts, _users):
        names = {
            name: accounts._fields[name]._description_string(self.env)
            for name in ("street", "city", "country_id")
        }
        found = {}
        for account in accounts:
            missing = [label for name, label in names.items() if not account[name]]
            if missing:
                found[account.id] = ", ".join(missing)
        return found

    @api.model
    def _find_no_vat(self, _company, accounts, _users):
        return {
            account.id: ""
            for account in accounts
            if account.is_company and not account.vat
        }

    @api.model
    def _find_expired(self, company, accounts, _users):
        today = company._collections_today()
        # sudo: a paper that has run out is one for whoever looks at the list
        last = (
            self.env["account.admin.document"]
            .sudo()
            ._get_last_days(company, accounts.ids)
        )
        return {
            account: f"{kind}, {format_date(self.env, ends)}"
            for account, (ends, kind) in last.items()
            if ends < today
        }

    @api.model
    def _find_missed(self, company, accounts, _users):
        # sudo: what was missed was, for whoever looks at the list
        obligations = self.env["account.admin.obligation"].sudo()
        missed = obligations._get_missed_days(company, accounts.ids)
        return {
            account: f"{name}, {format_date(self.env, day)}"
            for account, (day, name) in missed.items()
        }

    @api.model
    def _find_no_administrator(self, _company, accounts, users):
        return {account: "" for account in accounts.ids if not users.get(account)}

    @api.model
    def _find_duplicate(self, company, accounts, _users):
        pairs = self.env["account.admin.duplicate"].search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )
        ids, found = set(accounts.ids), {}
        for pair in pairs:
            for mine, other in (
                (pair.partner_id, pair.other_id),
                (pair.other_id, pair.partner_id),
            ):
                if mine.id in ids:
                    found.setdefault(mine.id, other.display_name)
        return found


class AccountAdminQualityAccount(models.Model):
    """The score of each account that something was found about."""

    _name = "account.admin.quality.account"
    _description = "Data Quality of an Account"
    _inherit = ["account.admin.cover.mixin"]
    _auto = False
    _order = "score, partner_id"
    _rec_name = "partner_id"
    _depends = {
        "account.admin.quality": ["partner_id", "company_id", "user_id", "points"],
    }

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Account", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        readonly=True,
        help="Who looks after the account.",
    )
    score = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Of 100: each finding takes the points of its rule.",
    )
    finding_count = fields.Integer(
        string="Findings", readonly=True, help="How much there is to correct."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT MIN(id) AS id, partner_id, company_id, user_id,
                      GREATEST(0, %s - SUM(points)) AS score, COUNT(*) AS finding_count
                 FROM account_admin_quality
                GROUP BY partner_id, company_id, user_id""",
            FULL,
        )

    def action_view_findings(self):
        """What was found about the account."""
        self.ensure_one()
        return open_window(
            self.env,
            "quality_action",
            self.env._("Findings about %s", self.partner_id.display_name),
            domain=[
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            context={},
        )
