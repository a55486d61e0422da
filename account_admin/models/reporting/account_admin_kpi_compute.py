"""Computing the key figures of a month from the ledger; writes nothing."""

import logging
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date, split_every
from odoo.tools.date_utils import end_of

from ...engine import aging, kpi
from ..base.bulk import insert_rows, update_rows
from ..base.isolation import describe, isolate
from .account_admin_kpi import SCOPES
from .account_admin_open_item_kpi import HISTORY

KEY = ("partner_id", "national_account_id", "user_id")
FIGURES = tuple(kpi.Figures.__slots__)
#: Inputs that a row keeps as the engine has them.
PLAIN = (
    *("beginning", "ending", "current", "receivable", "disputed", "paid", "paid_days"),
    *("late_days", "kept", "partial", "broken"),
    *("kept_amount", "partial_amount", "broken_amount"),
)
AMOUNTS = (
    *PLAIN,
    *("overdue", "sales", "sales_window", "window_days", "rollable", "rolled"),
    "account_count",
)
KEY_OF = {
    "company": "partner_id",
    "administrator": "user_id",
    "national": "national_account_id",
}
_logger = logging.getLogger(__name__)
#: Months that the first run fills in.
BACKFILL = 12
#: Rows written in one statement.
BATCH = 5000


class AccountAdminKpi(models.Model):
    _inherit = "account.admin.kpi"

    @api.model
    @api.private
    def get_kpis(self, company, month, scope="company"):
        """Key figures of a month, computed from the ledger as it is now.

        Nothing is written; the frozen ones are found with ``search``.

        :param company: one ``res.company``
        :param date month: any day of the month
        :param str scope: ``company``, ``administrator``, ``national`` or ``account``
        :return: list of dicts with the columns of the model: ``scope``,
            ``partner_id``, ``national_account_id`` and ``user_id`` (id or ``None``),
            the inputs as ``Decimal`` in company currency (counts as int), the figures
            as ``Decimal`` with two decimals in days or percent, ``None`` where there is
            nothing to divide by, and ``buckets``: list of dicts ``label``, ``ending``,
            ``balance``, ``rolled`` and ``rate`` (floats)
        :raise ValueError: on an unknown scope
        :raise UserError: when the company has no receivable account
        """
        if scope not in dict(SCOPES):
            raise ValueError(f"Unknown scope {scope!r}: one of {list(dict(SCOPES))}.")
        month = end_of(fields.Date.to_date(month), "month")
        return [
            row for row in self._iterate_rows(company, month) if row["scope"] == scope
        ]

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _iterate_rows(self, company, month):
        """Every row of a month, from the ledger; writes nothing.

        One by one: those of tens of thousands of accounts are large.

        :param date month: last day of the month
        :return: iterator of dicts as :meth:`get_kpis` gives them
        """
        # sudo: figures count every item, no access rule may hide one
        self = self.sudo().with_company(company)
        inputs = self.env["account.admin.open.item"]._get_kpi_inputs(company, month)
        partners = [partner for partner in inputs if partner]
        users, nationals = self._get_assigned(company, month, partners)
        window = company._collections_setting("kpi_months")
        live = {key for key, part in inputs.items() if _is_live(part, window)}
        row = self._get_row_maker(company, month)
        for scope, key, members in _get_groups(inputs, users, nationals):
            count = len(live.intersection(members))
            if count or scope == "company":
                summed = kpi.total(inputs[partner] for partner in members)
                yield row(scope, {KEY_OF[scope]: key}, summed, count)
        for partner in partners:
            # what a row was made of is not held until the last one is made
            part = inputs.pop(partner)
            if partner not in live:
                continue
            keys = {
                "partner_id": partner,
                "national_account_id": nationals.get(partner),
                "user_id": users.get(partner) or None,
            }
            yield row("account", keys, part, 1)

    def _read_booked(self, company, name):
        """An amount of these rows of a company by today's books.

        :param str name: ``ending``, ``sales`` or ``paid``
        :return: dict (month, scope, id of the account, national account, user or
            ``None``) -> ``Decimal``
        """
        items = self.env["account.admin.open.item"]
        items._flush_kpi_reads()
        scopes, months = set(self.mapped("scope")), sorted(set(self.mapped("month")))
        accounts = self.partner_id.ids if scopes == {"account"} else None
        booked = {}
        for month, found in items._get_kpi_booked(
            name, company, months, accounts
        ).items():
            for partner, amount in found.items():
                booked[month, "account", partner] = amount
            booked[month, "company", None] = sum(found.values())
            if scopes & {"administrator", "national"}:
                partners = [partner for partner in found if partner]
                assigned = self._get_assigned(company, month, partners)
                for scope, key, members in _get_groups(found, *assigned):
                    booked[month, scope, key] = sum(found[one] for one in members)
        return booked

    @api.model
    def _get_assigned(self, company, month, partners):
        """Whose an account was in a month: as frozen, else as it is.

        :return: dicts commercial partner id -> user id, and -> national account id
        """
        frozen = self._read_assigned(company, month)
        users = self.env["res.partner"]._collections_get_responsible(company, partners)
        users |= frozen["users"]
        nationals = self._get_nationals(company, month, partners, frozen["nationals"])
        return users, nationals

    @api.model
    def _get_row_maker(self, company, month):
        """A function (scope, keys, inputs, number of accounts) -> row."""
        window = company._collections_setting("kpi_months")
        days = _days_of_months(month, HISTORY)
        labels = aging.bucket_labels(company._collections_limits())

        def make(scope, keys, inputs, count):
            sales = inputs.sales
            return {
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "month": month,
                "scope": scope,
                **dict.fromkeys(KEY),
                **keys,
                "account_count": count,
                **{name: getattr(inputs, name) for name in PLAIN},
                "overdue": inputs.ending - inputs.current,
                "sales": sales[0],
                "sales_window": sum(sales[:window]),
                "window_days": sum(days[:window]),
                "rollable": sum(inputs.balances[:-1]),
                "rolled": sum(inputs.rolled[:-1]),
                "buckets": _get_buckets(labels, inputs),
                **_get_figures(inputs, days, window),
            }

        return make

    @api.model
    def _read_assigned(self, company, month):
        """Whose the accounts were when a month was frozen.

        :return: dict with ``users``: commercial partner id -> user id or None, and
            ``nationals``: ids of the national accounts that have a row
        """
        found = self.search_fetch(
            [
                ("company_id", "=", company.id),
                ("month", "=", month),
                ("scope", "in", ("account", "national")),
            ],
            ["scope", "partner_id", "user_id", "national_account_id"],
        )
        accounts = found.filtered(lambda row: row.scope == "account")
        return {
            "users": {row.partner_id.id: row.user_id.id for row in accounts},
            "nationals": set((found - accounts).national_account_id.ids),
        }

    @api.model
    def _get_nationals(self, company, month, partners, frozen):
        """National account of each commercial partner on a day.

        One that was archived since still has its frozen months.

        :return: dict commercial partner id -> national account id
        """
        accounts = self.env["national.account"]
        every = accounts.with_context(active_test=False)
        archived = every._get_of_members(company, month, partners)
        active = accounts._get_of_members(company, month, partners)
        found = {key: one for key, one in archived.items() if one.id in frozen} | active
        return {partner: account.id for partner, account in found.items()}

    # ------------------------------------------------------------------
    # FREEZING
    # ------------------------------------------------------------------

    @api.model
    def _cron_freeze(self):
        """Freeze the months that are over; run by the scheduled action daily.

        The first run fills in up to :data:`BACKFILL` months. A month that is frozen is
        left alone, so running twice or being cut off repeats nothing. A company that
        fails is named in the log, the others go on.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        work = [
            (company, month)
            for company in companies
            for month in self._get_missing_months(company)
        ]
        cron._commit_progress(remaining=len(work))
        failed = set()
        for company, month in work:
            if company not in failed and not self._freeze_isolated(company, month):
                failed.add(company)
            if not cron._commit_progress(processed=1):
                break

    @api.model
    def _get_missing_months(self, company):
        """Last days of the months of a company that are over but not frozen."""
        receivables = self.env["account.admin.open.item"]._find_receivable_accounts(
            company
        )
        self.env["account.move.line"].flush_model(
            ["account_id", "company_id", "parent_state", "date"]
        )
        [(first,)] = self.env.execute_query(
            SQL(
                """SELECT MIN(date) FROM account_move_line
                    WHERE account_id = ANY(%s) AND company_id = %s
                      AND parent_state = 'posted'""",
                receivables.ids,
                company.id,
            )
        )
        if not first:
            return []
        frozen = set(
            self.search(
                [("company_id", "=", company.id), ("scope", "=", "company")]
            ).mapped("month")
        )
        month = company._collections_today().replace(day=1) - timedelta(days=1)
        months = []
        for _number in range(BACKFILL):
            if month >= first and month not in frozen:
                months.append(month)
            month = month.replace(day=1) - timedelta(days=1)
        return months[::-1]

    @api.model
    def _freeze_isolated(self, company, month):
        """Freeze one month; whether it went well."""

        def freeze(_month):
            self._freeze(company, month)
            return True

        def note(_month, error):
            _logger.error(
                "The key figures of %s for %s could not be frozen: %s",
                company.display_name,
                month,
                describe(error),
            )

        return bool(isolate(self.env, month, freeze, note))

    # ------------------------------------------------------------------
    # FREEZE
    # ------------------------------------------------------------------

    @api.model
    def _freeze(self, company, month):
        """Write the rows of a month, or bring frozen ones up to date.

        :return: dict with ``new`` (list of keys, see ``_key``), ``changed`` (list of
            (old, new) rows) and ``gone`` (list of rows)
        """
        old, now = self._read_rows(company, month), fields.Datetime.now()
        stamps = {
            "frozen_on": min((row["frozen_on"] for row in old.values()), default=now),
            "recomputed_on": now if old else None,
        }
        new, changed, kept = [], [], set()
        for batch in split_every(BATCH, self._iterate_rows(company, month), list):
            rows = {_key(row): row for row in batch}
            fresh = [key for key in rows if key not in old]
            insert_rows(self, [_jsonable(rows[key]) | stamps for key in fresh])
            differing = [
                (old[key], row)
                for key, row in rows.items()
                if key in old and _differs(old[key], row)
            ]
            update_rows(
                self, [{"id": was["id"], **_jsonable(row)} for was, row in differing]
            )
            new += fresh
            changed += differing
            kept.update(rows)
        gone = [row for key, row in old.items() if key not in kept]
        self.browse([row["id"] for row in gone]).unlink()
        self.browse([row["id"] for row in old.values()]).exists().write(
            {"recomputed_on": now}
        )
        self.invalidate_model()
        return {"new": new, "changed": changed, "gone": gone}

    @api.model
    def _recompute_sentence(self, company, month):
        """Compute a month again; what changed, in words."""
        found = self._freeze(company, month)
        head = self.env._(
            "%(company)s, %(month)s:",
            company=company.display_name,
            month=format_date(self.env, month, date_format="MMMM y"),
        )
        number = sum(map(len, found.values()))
        if not number:
            return self.env._("%(head)s nothing changed.", head=head)
        figures = [
            self.env._(
                "%(figure)s %(old)s, now %(new)s",
                figure=self._fields[name]._description_string(self.env),
                old=self.env._("none") if was[name] is None else was[name],
                new=self.env._("none") if row[name] is None else row[name],
            )
            for was, row in found["changed"]
            if row["scope"] == "company"
            for name in ("ending", *FIGURES)
            if was[name] != row[name]
        ]
        return self.env._(
            "%(head)s %(number)s rows changed. %(figures)s",
            head=head,
            number=number,
            figures="; ".join(figures)
            or self.env._("The company's figures are the same."),
        )

    @api.model
    def _read_rows(self, company, month):
        """The frozen rows of a month as :meth:`_iterate_rows` has them, with ``id``.

        :return: dict key (see ``_key``) -> row
        """
        ids = self._search([("company_id", "=", company.id), ("month", "=", month)])
        return {_key(row): row for row in self._read_exact(ids.subselect())}

    @api.model
    def _read_exact(self, ids):
        """Frozen rows with their amounts and figures as ``Decimal``.

        :param SQL ids: those to read, for ``IN``
        """
        self.flush_model()
        columns = ("id", "scope", "currency_id", *KEY, "frozen_on", "buckets")
        exact = (*AMOUNTS, *FIGURES)
        query = SQL(
            "SELECT %s, %s FROM account_admin_kpi WHERE id IN %s ORDER BY id",
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(SQL("%s::text", SQL.identifier(name)) for name in exact),
            ids,
        )
        rows = []
        for values in self.env.execute_query(query):
            row = dict(zip((*columns, *exact), values, strict=True))
            for name in exact:
                row[name] = None if row[name] is None else Decimal(row[name])
            rows.append(row)
        return rows


def _get_groups(partners, users, nationals):
    """Yield scope, id and commercial partners of every group of accounts."""
    yield "company", None, list(partners)
    for scope, of_partner in (("administrator", users), ("national", nationals)):
        groups = {}
        for partner in partners:
            groups.setdefault(of_partner.get(partner) or None, []).append(partner)
        if scope == "national":
            groups.pop(None, None)
        for key, members in groups.items():
            yield scope, key, members


def _is_live(inputs, window):
    """Whether an account owes, buys, pays, promises or did so in the window."""
    plain = (getattr(inputs, name) for name in PLAIN)
    return any(plain) or any(inputs.balances) or any(inputs.sales[:window])


def _get_figures(inputs, days, window):
    found = kpi.figures(inputs, days, window)
    return {name: kpi.round_figure(getattr(found, name)) for name in FIGURES}


def _get_buckets(labels, inputs):
    rates = kpi.roll_rates(inputs.balances, inputs.rolled)
    columns = (inputs.endings, inputs.balances, inputs.rolled, rates)
    return [
        {
            "label": label,
            "ending": _to_float(ending),
            "balance": _to_float(balance),
            "rolled": _to_float(rolled),
            "rate": None if rate is None else _to_float(kpi.round_figure(rate)),
        }
        for label, ending, balance, rolled, rate in zip(labels, *columns, strict=True)
    ]


def _to_float(value):
    # one nought for all: most of the figures are
    return float(value) if value else 0.0


def _days_of_months(month, number):
    """Days of ``number`` months, ``month`` first and then back."""
    days = []
    for _month in range(number):
        days.append(month.day)
        month = month.replace(day=1) - timedelta(days=1)
    return tuple(days)


def _key(row):
    """What makes a row unique in its company and month."""
    own = row["partner_id"] or row["national_account_id"] or row["user_id"]
    return row["scope"], own


def _differs(old, new):
    names = ("currency_id", *KEY, *AMOUNTS, *FIGURES, "buckets")
    return any(old[name] != new[name] for name in names)


def _jsonable(row):
    return {**row, "month": row["month"].isoformat()}
