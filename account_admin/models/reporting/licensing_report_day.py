"""For which day stored rows of reports count, and how they are brought up to it.

A reader never sees a row that is behind, and never writes: what changed since, or was
worked out for another day, is worked out in the reader's own query
(``licensing.stored.report``), as exact as if nothing were stored and by the reader's
own snapshot, a read-only one included. Once the reader's transaction is over the rows
are stored by a transaction of their own, and at night for every company. One
transaction at a time stores; whoever finds it at work leaves it to it.

A transaction sees the notes of exactly those changes that it sees, so it stores what
they came to and deletes these notes; the note of a later change stays for the next.
"""

import logging
from dataclasses import dataclass
from functools import partial

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..base.bulk import store_rows
from ..base.isolation import describe

_logger = logging.getLogger(__name__)

#: Key of the PostgreSQL advisory lock of the transaction that stores rows.
STORE_LOCK = 7_190_426
#: Models whose rows are stored.
REPORTS = (
    "licensing.pool.pace",
    "licensing.forecast",
    "licensing.upcoming",
    "licensing.red.flag",
)
#: SQL of the decimals that currencies round to, as one text.
_DECIMALS = SQL(
    "(SELECT MD5(STRING_AGG(id || ':' || decimal_places, ',' ORDER BY id))"
    " FROM res_currency)"
)


@dataclass(frozen=True)
class Standing:
    """How far the stored rows of some companies are."""

    #: Ids of companies whose rows are those of today.
    current: tuple
    #: Ids of companies whose rows are of another day, or were never stored.
    behind: tuple
    #: Ids of contracts, of whatever company, that changed since.
    changed: tuple


class LicensingReportDay(models.Model):
    """The day for which the rows of a company's licensing reports were worked out."""

    _name = "licensing.report.day"
    _description = "Day of Licensing Reports"
    _log_access = False
    _rec_name = "company_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    day = fields.Date(
        required=True, readonly=True, help="The company's day that the rows count for."
    )
    zone = fields.Char(
        string="Time Zone", required=True, readonly=True, help="The company's then."
    )
    decimals = fields.Char(
        required=True,
        readonly=True,
        help="A digest of the decimals that currencies were rounded to.",
    )

    _company_uniq = models.UniqueIndex("(company_id)")

    def init(self):
        # what a new version computes may differ: nothing stored counts any more
        self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(self._table)))

    # ------------------------------------------------------------------
    # WHAT IS BEHIND
    # ------------------------------------------------------------------

    @api.model
    def _asked_sql(self, companies):
        """SQL of some companies as they are now, for a ``FROM``."""
        return SQL(
            "UNNEST(%s::int[], %s::date[], %s::text[])"
            " AS asked (company_id, day, zone)",
            companies.ids,
            [company._collections_today() for company in companies],
            # sudo: the time zone is the company's, whoever may see its settings
            [company.collections_tz or "UTC" for company in companies.sudo()],
        )

    @api.model
    def _get_standing(self, companies):
        """How far the stored rows of companies are, in one query.

        :rtype: Standing
        """
        self.env.flush_all()
        asked = self._asked_sql(companies)
        [(current, changed)] = self.env.execute_query(
            SQL(
                """SELECT ARRAY(SELECT known.company_id FROM licensing_report_day known
                                  JOIN %s ON asked.company_id = known.company_id
                                 WHERE known.day = asked.day AND known.zone = asked.zone
                                   AND known.decimals = %s),
                          ARRAY(SELECT DISTINCT contract_number
                                  FROM licensing_report_change)""",
                asked,
                _DECIMALS,
            )
        )
        return Standing(
            current=tuple(current),
            behind=tuple(set(companies.ids) - set(current)),
            changed=tuple(changed),
        )

    # ------------------------------------------------------------------
    # STORING
    # ------------------------------------------------------------------

    @api.model
    def _store_after(self, companies):
        """Store what is behind of companies once this transaction is over."""
        hooks = self.env.cr.postcommit
        if self._name not in hooks.data:
            wanted = hooks.data[self._name] = set()
            hooks.add(partial(store_isolated, self.env.registry, wanted))
        hooks.data[self._name].update(companies.ids)

    @api.model
    def _store(self, companies):
        """Bring the stored rows of companies up to now, as the superuser.

        Contracts that changed are brought up to now in every company.
        """
        standing = self._get_standing(companies)
        notes, numbers = self._read_notes()
        every = companies.search([("active", "in", (True, False))])
        others = every.browse(set(every.ids) - set(standing.behind))
        for name in REPORTS:
            report = self.env[name]
            if standing.behind:
                query = report._computed_sql(companies.browse(standing.behind))
                scope = SQL("company_id = ANY(%s)", list(standing.behind))
                store_rows(report, query, scope)
            if numbers:
                query = report._computed_sql(others, numbers)
                scope = SQL(
                    "contract_id = ANY(%s) AND company_id <> ALL(%s)",
                    *(numbers, list(standing.behind)),
                )
                store_rows(report, query, scope)
        self._delete_notes(notes)
        self._note_day(companies.browse(standing.behind), others - companies)

    @api.model
    def _read_notes(self):
        """Notes of changes that this transaction sees.

        :return: (their ids, ids of the contracts)
        """
        [(notes, numbers)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(ARRAY_AGG(id), '{}'),
                          COALESCE(ARRAY_AGG(DISTINCT contract_number), '{}')
                     FROM licensing_report_change"""
            )
        )
        return notes, numbers

    @api.model
    def _delete_notes(self, notes):
        self.env.cr.execute(
            SQL("DELETE FROM licensing_report_change WHERE id = ANY(%s)", notes)
        )

    @api.model
    def _note_day(self, stored, others):
        """Companies were stored for today; rows of others count for their day only."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM licensing_report_day known USING %s
                    WHERE known.company_id = asked.company_id
                      AND (known.day, known.zone, known.decimals)
                          IS DISTINCT FROM (asked.day, asked.zone, %s)""",
                self._asked_sql(others),
                _DECIMALS,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO licensing_report_day (company_id, day, zone, decimals)
                   SELECT asked.company_id, asked.day, asked.zone, %s FROM %s
                       ON CONFLICT (company_id) DO UPDATE
                      SET day = EXCLUDED.day, zone = EXCLUDED.zone,
                          decimals = EXCLUDED.decimals""",
                _DECIMALS,
                self._asked_sql(stored),
            )
        )
        self.invalidate_model(flush=False)


def store_isolated(registry, companies):
    """Store what is behind of companies in a transaction of its own.

    Whatever goes wrong is told in the log only: readers work it out themselves.

    :param set companies: ids
    """
    try:
        with registry.cursor() as guard:
            guard.execute(SQL("SELECT pg_try_advisory_xact_lock(%s)", STORE_LOCK))
            if not guard.fetchone()[0]:
                return
            # a cursor of its own: it sees what was stored before the lock was taken
            with registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                days = env["licensing.report.day"]
                days._store(env["res.company"].browse(sorted(companies)).exists())
    except OperationalError as error:  # the server restarts, or the like
        _logger.info("Rows of licensing reports were not stored: %s", describe(error))
    except Exception:  # a report is read all the same
        _logger.warning("Rows of licensing reports were not stored.", exc_info=True)
