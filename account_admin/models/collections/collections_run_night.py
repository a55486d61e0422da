"""The night: each company once, under its lock, in batches that are committed."""

import logging
import time

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

#: Accounts applied in one transaction.
BATCH = 1000
#: First key of the PostgreSQL advisory lock that one night of a company holds.
NIGHT_LOCK = 7_190_001


class CollectionsRun(models.Model):
    _inherit = "collections.run"

    @api.model
    def _cron_run_night(self):
        """Escalate every company once; run by the scheduled action as the superuser.

        Running it again, late or in two workers at once changes nothing that was done.
        """
        companies = self._get_companies_of_tonight()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for position, company in enumerate(companies, start=1):
            waiting = len(companies) - position
            in_time = self._run_isolated(company, waiting)
            left = cron._commit_progress(remaining=waiting + (not in_time))
            if not (in_time and left):
                break

    @api.model
    def _get_companies_of_tonight(self):
        """Whose accounts are judged tonight, in this order."""
        return self.env["res.company"].search([("active", "=", True)], order="id")

    @api.model
    def _run_isolated(self, company, waiting):
        """One company's night; its trouble does not stop the others.

        :param int waiting: companies after this one, for the cron's progress
        :return: whether it is over for tonight; otherwise it has to be resumed
        """
        try:
            return self._run_company(company, waiting)
        except LockError as error:
            _logger.info("%s", error)
        except OperationalError:
            # another transaction changed the same rows: nothing half-done, run again
            _logger.info("The night of %s gave way and will be resumed.", company.name)
            return False
        except UserError as error:
            _logger.info("The night of %s failed: %s", company.name, error)
        except Exception:
            _logger.exception("The night of %s failed.", company.name)
        return True

    @api.model
    def _run_company(self, company, waiting=0):
        """One company's night under its lock; what stops it is noted on the run.

        :param int waiting: companies after this one, for the cron's progress
        :return: whether it was finished in time
        :raises LockError: it is running elsewhere
        :raises OperationalError: another transaction changed the same rows
        :raises Exception: whatever else stopped it, committed as the run's message
        """
        self = self.with_company(company).with_context(lang=company.partner_id.lang)
        if not self._lock(company):
            raise LockError(
                self.env._(
                    "The night of %s is running elsewhere.", company.display_name
                )
            )
        try:
            # a new transaction, to see what the last holder of the lock committed
            self.env["ir.cron"]._commit_progress(remaining=waiting + 1)
            return self._run_locked(company, waiting)
        except OperationalError:
            self.env.cr.rollback()
            raise
        except Exception as error:
            self.env.cr.rollback()
            self._note_failure(company, str(error))
            self.env["ir.cron"]._commit_progress(remaining=waiting)
            raise
        finally:
            self._unlock(company)

    @api.model
    def _run_locked(self, company, waiting):
        started = time.monotonic()
        run = self._start(company, company._collections_today())
        self.env["ir.cron"]._commit_progress(remaining=waiting + 1)
        decisions = run._decide_all()
        run.account_count = len(decisions)
        work = [judged for judged in decisions.values() if judged.todo]
        run._report_problems(decisions)
        done, in_time = 0, True
        for batch in split_every(BATCH, work, list):
            run._apply_isolated(batch)
            done += len(batch)
            left = self.env["ir.cron"]._commit_progress(
                processed=len(batch), remaining=waiting + 1 + len(work) - done
            )
            if not left and done < len(work):
                in_time = False
                break
        if in_time:
            run._tell_persons(decisions)
            self.env["collections.hold"]._follow_causes(company)
            self.env["collections.standing"]._refresh(company)
            self.env["collections.dispute"]._tell_late(company, run.date)
            company.collections_shown_on = run.date
        run.write(
            {
                "state": "done" if in_time else "interrupted",
                "seconds": run.seconds + time.monotonic() - started,
            }
        )
        return in_time

    def _tell_persons(self, decisions):
        """Tell what waits for a person's decision, in batches that are committed."""
        with_case = [judged for judged in decisions.values() if judged.state]
        for batch in split_every(BATCH, with_case, list):
            self.env["collections.case"]._tell_persons(self, batch)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _note_failure(self, company, message):
        """Write on the run of this night why it failed."""
        run = self.search([("company_id", "=", company.id), ("state", "=", "running")])
        run = run or self._start(company, company._collections_today())
        run.write({"state": "failed", "message": message})

    @api.model
    def _start(self, company, day):
        """The run of this night: a new one, or the one that was cut off."""
        running = self.search(
            [("company_id", "=", company.id), ("state", "=", "running")]
        )
        running.write({"state": "interrupted"})
        # before the insert: the database allows one running night a company
        running.flush_recordset(["state"])
        return self.create({"company_id": company.id, "date": day})

    @api.model
    def _lock(self, company):
        """Take the company's night for this connection; false if another has it."""
        query = SQL("SELECT pg_try_advisory_lock(%s, %s)", NIGHT_LOCK, company.id)
        return self.env.execute_query(query)[0][0]

    @api.model
    def _unlock(self, company):
        self.env.execute_query(
            SQL("SELECT pg_advisory_unlock(%s, %s)", NIGHT_LOCK, company.id)
        )
