from odoo import api, fields, models
from odoo.tools import format_date

from ..base.actions import open_window
from ..base.isolation import apply_isolated, describe

#: Letters rendered by one call of the PDF renderer, and printed while somebody waits.
BATCH = 50


class CollectionsLetterRun(models.Model):
    """Letters of notices that are too many to print while somebody waits."""

    _name = "collections.letter.run"
    _description = "Letter Run"
    _inherit = ["account.admin.batch.run.mixin"]
    _evidence_period = "collections_keep_notices"
    _evidence_files_kept = True
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True, help="The company's day.")
    notice_ids = fields.One2many(
        comodel_name="collections.notice", inverse_name="letter_run_id"
    )
    total_count = fields.Integer(
        string="Number of Letters",
        compute="_compute_counts",
        help="Letters that it was asked to print.",
    )
    printed_count = fields.Integer(
        string="Printed",
        compute="_compute_counts",
        help="Letters that are in its files.",
    )
    failed_count = fields.Integer(
        string="Not Printed",
        compute="_compute_counts",
        help="Letters that could not be printed; each says why.",
    )
    progress = fields.Float(compute="_compute_counts", help="Percent done.")

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "Letters of %s", format_date(self.env, run.date)
            )

    @api.depends("notice_ids.state")
    def _compute_counts(self):
        groups = self.env["collections.notice"]._read_group(
            [("letter_run_id", "in", self.ids)], ["letter_run_id", "state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in groups}
        states = dict(self.env["collections.notice"]._fields["state"].selection)
        for run in self:
            by = {state: counts.get((run.id, state), 0) for state in states}
            total = sum(by.values())
            run.total_count = total
            run.printed_count = by["sent"]
            run.failed_count = total - by["sent"] - by["queued"]
            run.progress = 100 - 100 * by["queued"] / (total or 1)

    @api.model
    def _get_concerned(self, partners):
        # a file of many letters has a copy; each letter of the others is kept by itself
        return self.env["collections.notice"]._get_concerned(partners).letter_run_id

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view_notices(self):
        """The letters of the run, those that could not be printed with their reason."""
        return open_window(
            self.env,
            "collections_notice_action",
            ", ".join(self.mapped("display_name")),
            domain=[("letter_run_id", "in", self.ids)],
            context={},
        )

    # ------------------------------------------------------------------
    # RUN
    # ------------------------------------------------------------------

    @api.model
    def _start(self, notices):
        """A run for the letters of each company.

        :param notices: queued letters that no other run has
        """
        runs = self.browse()
        for company, letters in notices.grouped("company_id").items():
            run = self.create(
                {"company_id": company.id, "date": company._collections_today()}
            )
            letters.letter_run_id = run
            runs |= run
        self._trigger()
        return runs

    @api.model
    def _cron_print(self):
        """Print what waits, as the superuser, each company with its own today."""
        self._go_on_with_all()

    @api.model
    def _get_cron(self):
        return self.env.ref("account_admin.ir_cron_letters")

    def _is_prepared(self):
        return True

    def _cancel_waiting(self):
        self.notice_ids.filtered(lambda n: n.state == "queued").letter_run_id = False

    def _find_waiting(self):
        notices = self.env["collections.notice"]
        queued = [("letter_run_id", "=", self.id), ("state", "=", "queued")]
        batch = notices.search(queued, order="id", limit=BATCH)
        return batch, notices.search_count(queued)

    def _deliver_batch(self, batch):
        """Print together; if that fails, one at a time, and say which could not be."""

        def fail(notice, error):
            sentence = self.env._(
                "The letter to %(account)s could not be printed: %(error)s",
                account=notice.partner_id.display_name,
                error=describe(error),
            )
            notice._fail("template", {notice: sentence})

        apply_isolated(self.env, batch, self._print, fail)

    def _print(self, notices):
        """Recheck, address and render; the report keeps each letter as an attachment.

        A letter that the guard stops is settled by it and leaves the batch.
        """
        letters = notices._deliver_letters()
        if letters:
            report = self.env["ir.actions.report"].with_context(
                force_report_rendering=True, account_admin_letters_alone=True
            )
            report._render_qweb_pdf(
                "account_admin.action_report_notice_letter", letters.ids
            )
            found = self._find_files(letters).mapped("res_id")
            for letter in letters - letters.browse(found):
                # its pages could not be told apart from the others': a call of its own
                report._render_qweb_pdf(
                    "account_admin.action_report_notice_letter", letter.ids
                )

    @api.model
    def _find_files(self, letters):
        """What the report kept of each letter."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", letters._name),
                ("res_id", "in", letters.ids),
                ("res_field", "=", False),
                ("name", "=like", "letter_%.pdf"),
            ]
        )

    def _find_letters(self):
        printed = self.notice_ids.filtered(lambda notice: notice.state == "sent")
        order = printed.sorted(lambda n: (n.contact_id.name or "", n.id)).ids
        place = {notice: number for number, notice in enumerate(order)}
        return self._find_files(printed).sorted(lambda file: place[file.res_id])
