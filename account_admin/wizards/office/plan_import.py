"""A plan's workbook is read, shown beside the plan, and only then taken in."""

from datetime import date

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine.money import to_decimal
from ...engine.office.plan_file import read_plan
from ...models.base.next_odoo import from_binary

#: Problems that are shown at once.
SHOWN = 50


class AccountAdminPlanImport(models.TransientModel):
    _name = "account.admin.plan.import"
    _description = "Import of a Plan"
    _inherit = ["account.admin.wizard.mixin"]

    plan_id = fields.Many2one(
        comodel_name="account.admin.plan",
        required=True,
        ondelete="cascade",
        help="The draft that takes the figures of the file.",
    )
    file = fields.Binary(
        attachment=False,
        help="The workbook that the plan's “XLSX” gave, with other amounts.",
    )
    filename = fields.Char()
    state = fields.Selection(
        selection=[("draft", "Choose"), ("good", "Compare"), ("bad", "Correct")],
        default="draft",
        required=True,
        readonly=True,
        help="Nothing is taken in before you have seen what changes.",
    )
    problems = fields.Text(
        readonly=True, help="What has to be corrected in the file, a line each."
    )
    remarks = fields.Text(readonly=True, help="What was read otherwise than it stands.")
    change_ids = fields.One2many(
        comodel_name="account.admin.plan.import.change",
        inverse_name="import_id",
        readonly=True,
        help="Amounts that differ; all others stay.",
    )

    def action_read(self):
        """Read the file and show what it would change."""
        self.ensure_one()
        reading = self._read()
        told, wrong = self._get_sentences(reading)
        # sudo: what a file says nobody writes by hand; the wizard is the user's own
        found = self.sudo()
        found.change_ids.unlink()
        found.write(
            {
                "state": "good" if reading.is_good else "bad",
                "problems": "\n".join(wrong),
                "remarks": "\n".join(told),
            }
        )
        if reading.is_good:
            self.env["account.admin.plan.import.change"].sudo().create(
                self._prepare_changes(reading)
            )
        return self._reopen()

    def action_apply(self):
        """Take the figures in, all or none; the file is read again."""
        self.ensure_one()
        self.plan_id.check_access("write")
        reading = self._read()
        if not reading.is_good:
            return self.action_read()
        lines = self.plan_id.line_ids
        self.plan_id.write(
            {
                "line_ids": [
                    Command.update(
                        line.id,
                        dict(
                            zip(
                                line._month_names,
                                map(float, reading.months[line.measure]),
                                strict=True,
                            )
                        ),
                    )
                    for line in lines
                ]
            }
        )
        return {"type": "ir.actions.act_window_close"}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a Plan"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------------
    # READING
    # ------------------------------------------------------------------

    def _read(self):
        """What the file says.

        :rtype: engine.office.plan_file.Reading
        :raise UserError: there is no file, or the plan cannot be changed
        """
        if not self.file:
            raise UserError(
                self.env._("Choose a file first: the plan's “XLSX” gives one.")
            )
        plan = self.plan_id
        plan.check_access("read")
        plan._check_draft()
        return read_plan(
            from_binary(self.with_context(bin_size=False).file),
            self.filename or "",
            (plan.id, plan.year, plan.version),
            self._get_measures(),
            plan.currency_id.decimal_places,
        )

    def _get_measures(self):
        """Names on the sheet: the user's words, else English ones -> measure."""
        plans = self.env["account.admin.plan"]
        english = plans.with_context(lang="en_US")._get_measure_labels()
        names = {label.lower(): measure for measure, label in english.items()}
        mine = plans._get_measure_labels()
        return names | {label.lower(): measure for measure, label in mine.items()}

    def _prepare_changes(self, reading):
        """Amounts of the file that the plan does not have."""
        plan, rows = self.plan_id, []
        for line in plan.line_ids:
            pairs = zip(line._months, reading.months[line.measure], strict=True)
            rows += [
                {
                    "import_id": self.id,
                    "currency_id": line.currency_id.id,
                    "measure": line.measure,
                    "month": date(plan.year, month, 1),
                    "before": float(before),
                    "after": float(after),
                }
                for month, (before, after) in enumerate(pairs, start=1)
                if to_decimal(before) != after
            ]
        return rows

    def _get_sentences(self, reading):
        """What is told, and what has to be corrected: two lists of sentences."""
        texts = (
            self.env["licensing.import.problem"]._get_refusals()
            | self._get_file_sentences()
            | self._get_month_sentences()
            | self._get_row_sentences()
            | self._get_cell_sentences()
        )
        told, wrong = [], []
        for fault in reading.faults:
            place = f"{fault.column}{fault.row}"
            sentence = texts[fault.code] % {
                "row": fault.row,
                "place": place,
                "value": fault.value,
                "year": self.plan_id.year,
                "version": self.plan_id.version,
                "plan": self.plan_id.display_name,
            }
            (told if fault.is_told else wrong).append(sentence)
        if len(wrong) > SHOWN:
            more = self.env._("And %(number)s more.", number=len(wrong) - SHOWN)
            wrong = [*wrong[:SHOWN], more]
        return told, wrong

    @api.model
    def _get_file_sentences(self):
        """Of the file as a whole: dict code -> text with places."""
        return {
            "no_key": self.env._(
                "The file does not say which plan it is: download the plan again and"
                " enter the amounts there."
            ),
            "other_plan": self.env._(
                "%(place)s: this is the file of another plan (%(value)s), not of"
                " %(plan)s: choose that plan, or its own file."
            ),
            "other_year": self.env._(
                "%(place)s: the file is for %(value)s and the plan for %(year)s: take"
                " the file of this year."
            ),
            "other_version": self.env._(
                "%(place)s: the file is of version %(value)s and the plan is version"
                " %(version)s: download this version and enter the amounts there."
            ),
            "measure_missing": self.env._(
                "No row is “%(value)s”: a plan has a row for each measure, put it back."
            ),
        }

    @api.model
    def _get_month_sentences(self):
        """Of the row of months: dict code -> text with places."""
        return {
            "no_months": self.env._(
                "No row has the months as headings (%(value)s and so on): put them"
                " back as in the downloaded file."
            ),
            "month_missing": self.env._(
                "Row %(row)s: month %(value)s is missing: put its column back."
            ),
            "month_twice": self.env._(
                "%(place)s: month %(value)s is there twice: keep one column."
            ),
            "month_of_other_year": self.env._(
                "%(place)s: %(value)s is no month of %(year)s: take the file of this"
                " year."
            ),
            "no_such_month": self.env._(
                "%(place)s: %(value)s is no month: write it as 2026-12."
            ),
        }

    @api.model
    def _get_row_sentences(self):
        """Of a row: dict code -> text with places."""
        return {
            "no_measure": self.env._(
                "Row %(row)s has amounts and no name: say which measure it is, or empty"
                " it."
            ),
            "unknown_measure": self.env._(
                "%(place)s: “%(value)s” is no measure of a plan: use the names of the"
                " downloaded file."
            ),
            "measure_twice": self.env._(
                "%(place)s: “%(value)s” is there twice: keep one row."
            ),
        }

    @api.model
    def _get_cell_sentences(self):
        """Of a cell: dict code -> text with places."""
        return {
            "empty_cell": self.env._(
                "%(place)s is empty: enter 0 where nothing is planned."
            ),
            "text": self.env._(
                "%(place)s: “%(value)s” is no number: enter the amount in digits."
            ),
            "percent": self.env._(
                "%(place)s: %(value)s is a percentage: enter the amount."
            ),
            "formula": self.env._(
                "%(place)s is a formula; its result %(value)s was read."
            ),
            "formula_only": self.env._(
                "%(place)s is a formula without a result: open the file in a"
                " spreadsheet and save it, or enter the amount."
            ),
            "cell_error": self.env._(
                "%(place)s shows the error %(value)s: enter the amount."
            ),
            "amount_too_large": self.env._(
                "%(place)s: %(value)s is more than a plan takes: check the amount."
            ),
            "negative": self.env._(
                "%(place)s: %(value)s is below 0: a budget or a number of products is 0"
                " or more."
            ),
            "not_whole": self.env._(
                "%(place)s: %(value)s is no whole number: products are counted."
            ),
            "over_sales": self.env._(
                "%(place)s: a margin of %(value)s is more than 100 %% of the month's"
                " sales: correct one of the two."
            ),
        }
