"""Keeping the key figures of each month once it is over."""

import logging
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date, split_every

from ..base.bulk import insert_rows, update_rows
from ..base.isolation import describe, isolate
from .account_admin_kpi_compute import AMOUNTS, FIGURES, KEY

_logger = logging.getLogger(__name__)

#: Months that the first run fills in.
BACKFILL = 12
#: Rows written in one statement.
BATCH = 5000


class AccountAdminKpi(models.Model):
    _inherit = "account.admin.kpi"

    # ------------------------------------------------------------------
    # SCHEDULED ACTION
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
        """The frozen rows of a month as :meth:`_compute_rows` has them, with ``id``.

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


def _key(row):
    """What makes a row unique in its company and month."""
    own = row["partner_id"] or row["national_account_id"] or row["user_id"]
    return row["scope"], own


def _differs(old, new):
    names = ("currency_id", *KEY, *AMOUNTS, *FIGURES, "buckets")
    return any(old[name] != new[name] for name in names)


def _jsonable(row):
    return {**row, "month": row["month"].isoformat()}
