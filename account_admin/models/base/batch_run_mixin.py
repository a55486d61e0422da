"""Long work in batches: progress, restart, and its letters in files of some hundred."""

import gc
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from .account_admin_evidence import as_own, bytes_of
from .isolation import describe, isolate

_logger = logging.getLogger(__name__)

#: Letters in one file: merging takes half a megabyte a letter.
LETTERS = 250


class AccountAdminBatchRunMixin(models.AbstractModel):
    """A run that a scheduled action carries on with, batch by batch.

    Every batch is committed with what it made, so that a run that was cut goes on where
    it stopped. Models give the hooks below and the fields
    ``company_id`` and ``date``.
    """

    _name = "account.admin.batch.run.mixin"
    _description = "Run in Batches"
    _inherit = ["account.admin.readonly.mixin", "account.admin.evidence.mixin"]

    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="new",
        required=True,
        readonly=True,
        help="It goes on in the background; failed: what is done stays done.",
    )
    reason = fields.Char(readonly=True, help="Why it failed, or who stopped it.")
    letters_ids = fields.Many2many(
        comodel_name="ir.attachment",
        readonly=True,
        help="The letters of the run in one file, to print; over 250 make several.",
    )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_print_letters(self):
        """The letters in one file; a list of files where there are many letters."""
        self.check_access("read")
        self.ensure_one()
        if not self.letters_ids:
            raise UserError(self.env._("This run has no letters."))
        if len(self.letters_ids) > 1:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Letters"),
                "res_model": "ir.attachment",
                "view_mode": "kanban,list,form",
                "domain": [("id", "in", self.letters_ids.ids)],
            }
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.letters_ids.id}?download=true",
            "target": "download",
        }

    def action_retry(self):
        """Go on with a run that failed."""
        self.check_access("write")
        for run in self.filtered(lambda run: run.state == "failed"):
            # sudo: of whom it has something to deliver is not the user's question
            state = "running" if run.sudo()._is_prepared() else "new"
            run._write_kept({"state": state, "reason": False})
        self._trigger()
        return True

    def action_cancel(self):
        """Stop; what has left stays sent."""
        self.check_access("write")
        runs = self.filtered(lambda run: run.state in ("new", "running"))
        runs._write_kept({"state": "cancelled"})
        # sudo: whoever may stop a run stops all of it, whosever accounts are in it
        runs.sudo()._cancel_waiting()
        return True

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    @api.model
    def _get_cron(self):
        """The scheduled action that carries on with these runs."""
        raise NotImplementedError

    def _is_prepared(self):
        """Whether it is known what to deliver."""
        raise NotImplementedError

    def _cancel_waiting(self):
        """Let go of what was not delivered."""
        raise NotImplementedError

    def _prepare(self):
        """Get a new run ready and set it running."""
        self.state = "running"

    def _find_waiting(self):
        """The next records to deliver together, in order.

        :return: (records, how many wait in all)
        """
        raise NotImplementedError

    def _deliver_batch(self, batch):
        """Deliver some of the records; the failure of one must not stop the others."""
        raise NotImplementedError

    def _find_letters(self):
        """The attachments with the letters that were made, in the order to print."""
        raise NotImplementedError

    def _get_covers(self, letters):
        """What comes before the letters of a file: a list of PDFs as bytes."""
        return []

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _trigger(self):
        # sudo: whoever may start a run may have it looked at earlier
        self._get_cron().sudo()._trigger()

    @api.model
    def _go_on_with_all(self):
        """Carry on with every run that is not over, the oldest first.

        :return: whether all are over; otherwise the time was up
        """
        for run in self.search([("state", "in", ("new", "running"))], order="id"):
            if not run.with_company(run.company_id)._go_on_isolated():
                return False
        return True

    def _go_on_isolated(self):
        """Go on with a run; one that fails says why and lets the others go on.

        :return: whether it is over; otherwise the time was up
        """

        def fail(run, error):
            run.write({"state": "failed", "reason": describe(error)})
            progress._commit_progress()

        progress = self.env["ir.cron"]
        if self.state == "new":
            isolate(self.env, self, lambda run: run._prepare(), fail)
            progress._commit_progress()
        if self.state == "failed":
            return True
        try:
            return self._deliver_waiting()
        except OperationalError:
            raise
        except Exception as error:  # batches are committed: there is no going back
            self.env.cr.rollback()
            _logger.exception("%s of %s", self._description, self.company_id.name)
            fail(self, error)
            return True

    def _deliver_waiting(self):
        """Deliver batch after batch.

        :return: whether the run is done; otherwise the time was up
        """
        self.ensure_one()
        batch, remaining = self._find_waiting()
        while batch:
            self.with_company(self.company_id)._deliver_batch(batch)
            count = len(batch)
            self._let_go()
            left = self.env["ir.cron"]._commit_progress(
                count, remaining=max(remaining - count, 1)
            )
            if not left:
                return False
            batch, remaining = self._find_waiting()
        return self._finish()

    def _let_go(self):
        """Give back the memory of files that are in the store now."""
        self.env.invalidate_all()
        # PDFs are made of objects in circles: some hundred megabytes in a long run
        gc.collect()

    def _finish(self):
        """Merge the letters, a file a commit, and close the run.

        :return: whether it is done; otherwise the time was up
        """
        letters = self._find_letters()
        files = [letters[n : n + LETTERS] for n in range(0, len(letters), LETTERS)]
        for number in range(len(self.letters_ids), len(files)):
            self.letters_ids |= self._merge_letters(files[number], number, len(files))
            self._let_go()
            if not self.env["ir.cron"]._commit_progress(remaining=1):
                return False
        self.state = "done"
        self.env["ir.cron"]._commit_progress(remaining=0)
        return True

    def _merge_letters(self, letters, number, count):
        """One file of letters, to print."""
        name = self.env._("Letters %s", self.date)
        if count > 1:
            name = f"{name} ({number + 1}/{count})"
        file = as_own(self.env["ir.attachment"]).create(
            {
                "name": f"{name}.pdf",
                "raw": merge_pdf([*self._get_covers(letters), *map(bytes_of, letters)]),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.env["account.admin.evidence"]._seal([(self, file, None)])
        return file.with_env(self.env)
