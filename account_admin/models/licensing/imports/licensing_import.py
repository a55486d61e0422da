import hashlib
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ....engine import report_file
from ...base.bulk import without_gc
from ...base.next_odoo import from_binary
from ..statements.licensing_statement import STATEMENT_OPEN_STATES
from .licensing_import_lines import make_lines, replace_lines

#: Files of more rows are read, and submitted, in the background.
AT_ONCE = 20_000
MEASURES = ("lines", *report_file.AMOUNTS)


class LicensingImport(models.Model):
    """A report file of a licensee: what was read of it, and when it was submitted.

    It is read as often as one likes without touching the statement. What it says counts
    from *Submit* on.
    """

    _name = "licensing.import"
    _description = "Report File"
    _inherit = ["account.admin.readonly.mixin", "account.admin.evidence.mixin"]

    _evidence_period = "collections_keep_imports"
    _evidence_fields = ("file",)
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True
    statement_id = fields.Many2one(
        comodel_name="licensing.statement",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The statement that gets the rows.",
    )
    contract_id = fields.Many2one(
        related="statement_id.contract_id", store=True, index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    partner_id = fields.Many2one(related="statement_id.partner_id", store=True)
    profile_id = fields.Many2one(
        comodel_name="licensing.import.profile",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    file = fields.Binary(
        attachment=True, required=True, help="XLSX or CSV, as the licensee wrote it."
    )
    filename = fields.Char(help="As the file was called when it was sent.")
    ignored_rows = fields.Char(
        copy=False,
        help="Rows of this file that are not read, as 7, 12-15: totals, notes or what"
        " the licensee took back. Remembered for this file.",
    )
    rows_read = fields.Binary(
        attachment=True, readonly=True, help="The rows as they were read, to submit."
    )
    rows_read_by = fields.Char(readonly=True, help="What they were read by.")
    checksum = fields.Char(
        string="SHA-256",
        readonly=True,
        index=True,
        help="Tells whether the file is the one that was sent.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "New"),
            ("queued", "Being Read"),
            ("read", "Read"),
            ("refused", "Not Readable"),
            ("writing", "Being Submitted"),
            ("submitted", "Submitted"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="Read: it can be looked at. Submitted: the statement has its rows. Not"
        " readable: nothing could be made of it.",
    )
    progress = fields.Integer(
        compute="_compute_progress", help="Percent of a file in the background."
    )
    requested_by_id = fields.Many2one(
        comodel_name="res.users", string="Asked for by", readonly=True, copy=False
    )
    submitted_on = fields.Datetime(
        readonly=True, copy=False, help="When the statement got the rows."
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Submitted by",
        readonly=True,
        copy=False,
        help="Who submitted it: a colleague, or the licensee on its page.",
    )
    sheet_read = fields.Char(
        readonly=True, help="The sheet of the workbook that has the report."
    )
    header_row = fields.Integer(readonly=True, aggregator=None)
    line_count = fields.Integer(
        string="Rows",
        readonly=True,
        help="Rows that would become lines of the statement.",
    )
    decided = fields.Char(
        string="Read as",
        readonly=True,
        help="What the file was read by: order of dates, decimal sign, sign of"
        " deductions.",
    )
    preview = fields.Json(readonly=True)
    preview_html = fields.Html(
        string="First Rows",
        compute="_compute_preview_html",
        sanitize=False,
        help="The first rows as they would be submitted.",
    )
    column_ids = fields.One2many(
        comodel_name="licensing.import.column",
        inverse_name="import_id",
        help="What each heading was read as.",
    )
    value_ids = fields.One2many(
        comodel_name="licensing.import.value",
        inverse_name="import_id",
        help="Words that name no product, territory or channel yet.",
    )
    value_kinds = fields.Char(
        compute="_compute_value_kinds", help="Of its unmatched values, for the screen."
    )
    total_ids = fields.One2many(
        comodel_name="licensing.import.total",
        inverse_name="import_id",
        help="Sums to compare before submitting.",
    )
    problem_ids = fields.One2many(
        comodel_name="licensing.import.problem",
        inverse_name="import_id",
        help="What could not be read, row by row.",
    )
    blocking_count = fields.Integer(
        string="To Resolve",
        readonly=True,
        help="Problems that stop the file from being submitted.",
    )
    problem_count = fields.Integer(string="Problems", readonly=True)
    unmatched_count = fields.Integer(
        string="Unmatched",
        readonly=True,
        help="Words of the report that name nothing here yet.",
    )
    duplicate_id = fields.Many2one(
        comodel_name="licensing.import",
        string="Same File",
        compute="_compute_duplicate_id",
    )
    duplicate_text = fields.Char(
        compute="_compute_duplicate_id", help="The same file was submitted before."
    )
    is_confirmed = fields.Boolean(
        string="Submit It Again",
        help="The same file was submitted before; say that this is meant.",
    )
    # how the licensee writes: kept on its profile
    date_order = fields.Selection(related="profile_id.date_order", readonly=False)
    decimal = fields.Selection(related="profile_id.decimal", readonly=False)
    percent = fields.Selection(related="profile_id.percent", readonly=False)
    returns = fields.Selection(related="profile_id.returns", readonly=False)
    sheet = fields.Char(related="profile_id.sheet", readonly=False)
    sale_type = fields.Selection(related="profile_id.sale_type", readonly=False)
    currency_id = fields.Many2one(related="profile_id.currency_id", readonly=False)
    country_id = fields.Many2one(related="profile_id.country_id", readonly=False)

    @api.depends("checksum", "contract_id", "state")
    def _compute_duplicate_id(self):
        earlier = self.search(
            [
                ("checksum", "in", list(filter(None, self.mapped("checksum")))),
                ("state", "=", "submitted"),
            ],
            order="id",
        )
        first = {}
        for one in earlier:
            first.setdefault((one.contract_id, one.checksum), one)
        for one in self:
            found = first.get((one.contract_id, one.checksum))
            is_other = found and found != one._origin and one.state != "submitted"
            one.duplicate_id = found if is_other else False
            one.duplicate_text = one.duplicate_id and self.env._(
                "This very file was submitted on %(day)s for %(statement)s.",
                day=format_date(self.env, found.submitted_on),
                statement=found.statement_id.display_name,
            )

    @api.depends("state")
    def _compute_progress(self):
        # sudo: who sees the file may see how far it is
        rows = self.env["licensing.import.progress"].sudo()
        found = rows.search_fetch([("import_number", "in", self.ids)])
        percents = {row.import_number: row.percent for row in found}
        for one in self:
            waits = one.state in ("queued", "writing")
            one.progress = percents.get(one.id, 0) if waits else 0

    @api.depends("preview")
    def _compute_preview_html(self):
        for one in self:
            one.preview_html = one.preview and self.env["ir.qweb"]._render(
                "account_admin.licensing_import_preview", {"preview": one.preview}
            )

    @api.depends("value_ids.kind")
    def _compute_value_kinds(self):
        # a file may have thousands of values, and two kinds of them
        groups = self.env["licensing.import.value"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "kind"]
        )
        for one in self:
            one.value_kinds = " ".join(
                kind for found, kind in groups if found == one._origin
            )

    @api.constrains("ignored_rows")
    def _check_ignored_rows(self):
        for one in self:
            if report_file.parse_rows(one.ignored_rows) is None:
                raise ValidationError(
                    self.env._(
                        "“%s” is no list of rows: write their numbers, such as 7,"
                        " 12-15.",
                        one.ignored_rows,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        profiles = self.env["licensing.import.profile"]
        for one in records:
            one._write_kept({"profile_id": profiles._get_for(one.contract_id).id})
        records._after_upload()
        return records

    def write(self, vals):
        done = self.filtered(lambda one: one.state == "submitted")
        if done and not self.env.su:
            raise UserError(
                self.env._("%s was submitted, it stays as it is.", done[0].filename)
            )
        result = super().write(vals)
        if "file" in vals:
            self._after_upload()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for one in self.filtered(lambda one: one.state == "submitted"):
            raise UserError(
                self.env._("%s was submitted, it is kept.", one.filename or "")
            )

    def _after_upload(self):
        """Another file: what was read of the one before it is forgotten."""
        for one in self:
            one._forget()
            checksum = hashlib.sha256(one._get_content()).hexdigest()
            one._write_kept(
                {
                    "checksum": checksum,
                    "state": "draft",
                    "is_confirmed": False,
                    "ignored_rows": one._find_ignored(checksum),
                }
            )

    def _find_ignored(self, checksum):
        """Rows that a person left out of the same file before."""
        return self.search(
            [
                ("contract_id", "=", self.contract_id.id),
                ("checksum", "=", checksum),
                ("ignored_rows", "!=", False),
            ],
            order="id desc",
            limit=1,
        ).ignored_rows

    def _get_content(self):
        """The bytes of the file."""
        self.ensure_one()
        return from_binary(self.with_context(bin_size=False).file)

    def _get_file(self):
        """The file's ``ir.attachment``."""
        self.ensure_one()
        # sudo: whoever works on the report works on its file
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )

    def _is_large(self):
        return report_file.estimate_rows(self._get_content()) > AT_ONCE

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_read(self):
        """Read the file, with what was said of it; the statement is not touched."""
        self.ensure_one()
        self._check_mine()
        self._learn()
        if self._is_large():
            self._queue("queued")
        else:
            self._read()
        return True

    def _ignore_row(self, number, is_ignored):
        """Leave a row out, or take it in again, and read the file.

        :param int number: of the row in the file
        """
        self.ensure_one()
        self._check_mine()
        numbers = {*report_file.parse_rows(self.ignored_rows)} - {number}
        numbers |= {number} if is_ignored else set()
        self.ignored_rows = ", ".join(map(str, sorted(numbers))) or False
        return self.action_read()

    def action_keep(self):
        """Leave the file here, to go on another time; learns what was said of it."""
        self.ensure_one()
        self._check_mine()
        self._learn()
        return self.statement_id._get_records_action()

    def action_submit(self):
        """Put the rows on the statement, in the place of those it has.

        :raise UserError: while something of the file cannot be read, or it was
            submitted before and nobody said that this is meant
        """
        self.ensure_one()
        self._check_mine()
        self._check_submittable()
        self._learn()
        if self.line_count > AT_ONCE:
            self._queue("writing")
            return True
        if not self._submit():
            return True
        return self.statement_id._get_records_action()

    def _check_mine(self):
        """Whether the user may read and submit it now."""
        self.check_access("write")
        self.statement_id.check_access("write")
        if self.state in ("queued", "writing"):
            raise UserError(self.env._("%s is being worked on.", self.filename or ""))
        if self.state == "submitted":
            raise UserError(self.env._("%s was submitted.", self.filename or ""))

    def _check_submittable(self):
        if self.state != "read":
            raise UserError(self.env._("Read the file first."))
        if self.blocking_count:
            raise UserError(
                self.env._(
                    "%(count)s problems of %(file)s have to be solved before it is"
                    " submitted.",
                    count=self.blocking_count,
                    file=self.filename or "",
                )
            )
        if self.duplicate_id and not self.is_confirmed:
            raise UserError(
                self.env._(
                    "%s Tick “Submit It Again” if that is meant.", self.duplicate_text
                )
            )
        if self.statement_id.state not in STATEMENT_OPEN_STATES:
            raise UserError(
                self.env._("%s is approved: revise it.", self.statement_id.display_name)
            )

    def _queue(self, state):
        """Have the scheduled action do it."""
        self._write_kept({"state": state, "requested_by_id": self.env.uid})
        # sudo: whoever works on a file may have it looked at earlier
        self.env.ref("account_admin.ir_cron_licensing_import").sudo()._trigger()

    # ------------------------------------------------------------------
    # EVIDENCE
    # ------------------------------------------------------------------

    @api.model
    def _get_concerned(self, partners):
        wrote = self.search([("create_uid.partner_id", "in", partners.ids)])
        return super()._get_concerned(partners) | wrote

    def _forget_person(self, gone):
        result = super()._forget_person(gone)
        self.write({"filename": gone, "preview": False})
        return result

    # ------------------------------------------------------------------
    # TOTALS
    # ------------------------------------------------------------------

    def _keep_totals(self, report, matched):
        """Keep the totals for a person to see."""
        sums = self._name_currencies(report.sums(), matched)
        owns, previous = self._find_own(report, sums), self._read_previous()
        vals = []
        for currency in sorted({*sums, *previous}):
            own = owns.get(currency, {})
            for measure in MEASURES:
                amount = sums.get(currency, {}).get(measure, 0)
                before = previous.get(currency, {}).get(measure, 0)
                if not amount and not before and measure not in own:
                    continue
                difference = own.get(measure, amount) - amount
                vals.append(
                    {
                        "import_id": self.id,
                        "currency": currency,
                        "measure": measure,
                        "amount": amount,
                        "has_own": measure in own,
                        "own": own.get(measure, 0),
                        "difference": difference,
                        "previous": before,
                    }
                )
        # sudo: nobody may make control totals, reading does
        self.env["licensing.import.total"].sudo().create(vals)

    def _name_currencies(self, sums, matched):
        """Totals by the currency's code instead of the text of the file."""
        ids = matched.ids.get("currency", {})
        currencies = self.env["res.currency"].browse([*ids.values()])
        codes = {currency.id: currency.name for currency in currencies}
        default, found = self.profile_id.currency_id.name or "", {}
        for text, totals in sums.items():
            code = codes[ids[text]] if text in ids else (text or default)
            into = found.setdefault(code, dict.fromkeys(MEASURES, 0))
            for measure in MEASURES:
                into[measure] += totals[measure]
        return found

    def _find_own(self, report, sums):
        """The licensee's last total of each currency: code -> {measure: sum}."""
        only = next(iter(sums)) if len(sums) == 1 else None
        owns = {}
        for _row, text, amounts in report.totals:
            code = text.strip().upper() if text else None
            code = code if code in sums else only
            if code:
                owns[code] = amounts
        return owns

    def _read_previous(self):
        """Totals of the statement before: code -> {measure: sum}."""
        statement = self.statement_id
        before = statement.search(
            [
                ("contract_id", "=", statement.contract_id.id),
                ("date_end", "<", statement.date_start),
                ("state", "!=", "superseded"),
            ],
            order="date_end desc, revision desc",
            limit=1,
        )
        groups = self.env["licensing.statement.line"]._read_group(
            [("statement_id", "=", before.id)],
            ["currency_id"],
            ["__count", *(f"{name}:sum" for name in report_file.AMOUNTS)],
        )
        return {
            currency.name: dict(
                zip(MEASURES, (Decimal(str(n or 0)) for n in amounts), strict=True)
            )
            for currency, *amounts in groups
        }

    # ------------------------------------------------------------------
    # SUBMITTING
    # ------------------------------------------------------------------

    def _submit(self):
        """Put the rows of the file on the statement.

        :return: whether it was submitted; otherwise what was read says why not
        """
        self.ensure_one()
        statement = self.statement_id
        statement.lock_for_update()
        if statement.state not in STATEMENT_OPEN_STATES:
            raise UserError(
                self.env._("%s is approved: revise it.", statement.display_name)
            )
        with without_gc():
            read = self._read_again()
            if not read or self.blocking_count:
                return False
            self._put_lines(*read)
        self._log_submitted(len(read[0].rows))
        return True

    def _put_lines(self, report, matched):
        """Make the rows the statement's lines, computed by the terms of now."""
        self.env["licensing.statement.line"].check_access("create")
        # sudo: whoever submits was checked; what terms come to is the same for all
        statement = self.statement_id.sudo()
        lines = make_lines(self.env, report.rows, matched, self.profile_id)
        self._tell(60)
        _terms, reported, result = statement._compute_result(lines=lines)
        self._tell(70)
        replace_lines(
            statement,
            report.rows,
            lines,
            statement._prepare_lines(reported, result),
            lambda done: self._tell(70 + 30 * done / len(lines)),
        )
        statement._submit_lines(len(lines))
        statement._write_computed(reported, result)

    def _log_submitted(self, count):
        """Say when, by whom and which file, here and on the statement."""
        self._write_kept(
            {
                "state": "submitted",
                "submitted_on": fields.Datetime.now(),
                "submitted_by_id": self.env.uid,
                "rows_read": False,
                "rows_read_by": False,
            }
        )
        self.env["account.admin.evidence"]._seal([(self, self._get_file(), None)])
        is_licensees = self.env.user.share
        said = self.env
        if is_licensees:
            # the desk reads it, in its own language
            said = said(context={**said.context, "lang": self._get_desk_lang()})
        file = self.filename or said._("A file")
        body = said._(
            "%(file)s was submitted with %(count)s rows (SHA-256 %(checksum)s).",
            file=file,
            count=count,
            checksum=self.checksum,
        )
        if self.ignored_rows:
            body = said._(
                "%(file)s was submitted with %(count)s rows, rows %(ignored)s ignored"
                " (SHA-256 %(checksum)s).",
                file=file,
                count=count,
                ignored=self.ignored_rows,
                checksum=self.checksum,
            )
        self.statement_id.message_post(body=body)
        self._drop_others()
        if is_licensees:
            self._answer_by_file()
