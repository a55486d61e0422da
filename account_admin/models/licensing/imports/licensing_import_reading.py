import hashlib
from dataclasses import replace

from odoo import api, models

from ....engine import report_file
from ...base.bulk import without_gc
from ...base.isolation import describe, isolate
from ...base.next_odoo import from_binary, to_binary
from .licensing_alias import NONE
from .licensing_import_matching import FIELDS, Matcher
from .licensing_import_problem import BLOCKING

#: Rows shown, and values that are listed to be matched.
SHOWN, LISTED = 20, 1_000
#: How often work on a file may begin without an end, as when a process is killed.
ATTEMPTS = 3
#: Rows from which on a file that was read is not taken apart again.
KEPT = 500


class LicensingImportReading(models.Model):
    """Reading a file: its problems, totals and unmatched values, and no more."""

    _inherit = "licensing.import"

    def _learn(self):
        """Remember what a person of the desk said of columns and values."""
        if self.env.user.share:
            return
        meanings = {}
        changed = self.column_ids.filtered(
            lambda column: column.text and column.field_name != column.proposed
        )
        for column in changed:
            usual = report_file.match(column.text, {})
            said = column.field_name
            meanings["column", column.text] = said if said != usual else False
        for value in self.value_ids:
            target = value._get_target()
            if target:
                meanings[value.kind, value.text] = target
        self.env["licensing.alias"]._learn(self.profile_id, meanings)
        for said, columns in changed.grouped("field_name").items():
            columns.proposed = said

    def _read(self):
        """Read the file and show what it says.

        :return: (the engine's report, ``Matched``); ``None`` for one that is refused
        """
        self.ensure_one()
        self._tell(5)
        try:
            with without_gc():
                report = report_file.read(
                    self._get_content(),
                    self.filename or "",
                    self._get_engine_profile(),
                )
        except report_file.Refused as refused:
            self._forget()
            self._keep([refused.problem], 1, {"state": "refused", "line_count": 0})
            self._tell_of_headings(False)
            return None
        self._tell(40)
        matched = Matcher(self).match(report)
        self._tell(50)
        self._show(report, matched)
        self._keep_rows(report)
        self._tell_of_headings(True)
        return report, matched

    def _read_again(self):
        """As :meth:`_read`; a long file that is still understood alike is not parsed.

        :return: as from :meth:`_read`
        """
        self.ensure_one()
        if self.rows_read_by and self.rows_read_by == self._get_reading_key():
            content = self.with_context(bin_size=False).rows_read
            report = report_file.load_rows(from_binary(content))
            matched = Matcher(self).match(report)
            if not self._find_unknown(report, matched):
                return report, matched
        return self._read()

    def _keep_rows(self, report):
        """Keep the rows of a long file without problems until it is submitted."""
        keep = len(report.rows) >= KEPT and not self.blocking_count
        self._write_kept(
            {
                "rows_read": keep and to_binary(report_file.dump_rows(report.rows)),
                "rows_read_by": keep and self._get_reading_key(),
            }
        )

    def _get_reading_key(self):
        """The file and everything that decides on how it is read, as a checksum."""
        profile = self._get_engine_profile()
        known = f"{report_file.FORMAT} {self.checksum} {profile!r}"
        return hashlib.sha256(known.encode()).hexdigest()

    def _get_engine_profile(self):
        """What is known of the file before it is read, as the engine's ``Profile``."""
        return replace(
            self.profile_id._to_engine(),
            period=(self.statement_id.date_start, self.statement_id.date_end),
            ignored=report_file.parse_rows(self.ignored_rows),
        )

    def _tell(self, percent):
        """Show how far it is, in the background only."""
        if self.env.context.get("licensing_tell"):
            # sudo: nobody may write the progress, the work itself does
            self.env["licensing.import.progress"].sudo()._tell(self.id, percent)

    def _forget(self):
        # sudo: nobody may delete what was read, another reading does
        found = self.sudo()
        for name in ("column_ids", "value_ids", "total_ids", "problem_ids"):
            found[name].unlink()

    def _keep(self, problems, blocking, vals):
        # sudo: nobody may make problems, reading does
        self.env["licensing.import.problem"].sudo().create(
            [
                {
                    "import_id": self.id,
                    "row": problem.row,
                    "column": problem.column,
                    "code": problem.code,
                    "value": problem.value,
                    "blocking": problem.code in BLOCKING,
                }
                for problem in problems
            ]
        )
        self._write_kept(
            {"blocking_count": blocking, "problem_count": len(problems), **vals}
        )

    def _show(self, report, matched):
        """Keep what was read for a person to see."""
        self._forget()
        more = self._find_unknown(report, matched)
        self._keep_columns(report)
        self._keep_values(report, matched)
        self._keep_totals(report, matched)
        unknown = sum(problem.code in BLOCKING for problem in more)
        self._keep(
            [*report.problems.found, *more],
            report.problems.blocking_count + unknown,
            {
                "state": "read",
                "sheet_read": report.sheet,
                "header_row": report.header_row,
                "line_count": len(report.rows),
                "unmatched_count": len(matched.unmatched),
                "decided": self._describe(report.decided),
                "preview": self._make_preview(report),
            },
        )

    def _find_unknown(self, report, matched):
        """Rows whose currency or sale type is not known: they cannot be lines."""
        found = []
        for kind in ("currency", "sale_type"):
            texts = {text for other, text in matched.unmatched if other == kind}
            if not texts:
                continue
            rows = [row for row in report.rows if getattr(row, kind) in texts]
            found += [
                report_file.Problem(
                    f"unknown_{kind}", row.number, kind, getattr(row, kind)[:80]
                )
                for row in rows[:200]
            ]
        return found

    def _keep_columns(self, report):
        learnt = self.profile_id._to_engine().columns
        rows = [
            {
                "import_id": self.id,
                "index": column.index,
                "text": column.text,
                "sample": column.sample[:80],
                "field_name": column.field
                or (report_file.normalise(column.text) in learnt and NONE),
            }
            for column in report.columns
        ]
        # sudo: nobody may make columns, reading does
        self.env["licensing.import.column"].sudo().create(
            [{**row, "proposed": row["field_name"]} for row in rows]
        )

    def _keep_values(self, report, matched):
        """What matches nothing, with its first row, to be matched by a person."""
        listed = set(matched.unmatched[:LISTED])
        names = list(FIELDS.items())
        first = {}
        for row in report.rows if listed else ():
            for kind, name in names:
                text = getattr(row, name)
                if text and (kind, text) in listed:
                    first.setdefault((kind, text), row)
        counts = {kind: report.distinct(name) for kind, name in names}
        # sudo: nobody may make values, reading does
        self.env["licensing.import.value"].sudo().create(
            [
                {
                    "import_id": self.id,
                    "kind": kind,
                    "text": text,
                    "count": counts[kind][text],
                    "row": row.number,
                    "description": row.description,
                }
                for (kind, text), row in first.items()
            ]
        )

    @api.model
    def _describe(self, decided):
        """How the file was read, in words."""
        order = {
            "dmy": self.env._("dates day first"),
            "mdy": self.env._("dates month first"),
            "ymd": self.env._("dates year first"),
        }
        decimal = {
            ",": self.env._("decimal comma"),
            ".": self.env._("decimal point"),
        }
        percent = {
            "percent": self.env._("a rate of 5 is 5 percent"),
            "fraction": self.env._("a rate of 0.05 is 5 percent"),
        }
        said = (
            order.get(decided["date_order"]),
            decimal.get(decided["decimal"]),
            percent.get(decided["percent"]),
        )
        return ", ".join(filter(None, said))

    def _make_preview(self, report):
        """Header and first rows as texts: {"header": [...], "rows": [[...]]}."""
        names = [c.field for c in report.columns if c.field]
        labels = dict(
            self.env["licensing.alias"]
            ._fields["field_name"]
            ._description_selection(self.env)
        )
        names = list(dict.fromkeys(names))
        return {
            "header": [self.env._("Row"), *(labels[name] for name in names)],
            "rows": [
                [str(row.number), *(_show(getattr(row, name)) for name in names)]
                for row in report.rows[:SHOWN]
            ],
        }

    # ------------------------------------------------------------------
    # IN THE BACKGROUND
    # ------------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """Read or submit the files that wait, one a commit."""
        waiting = self.search([("state", "in", ("queued", "writing"))], order="id")
        for number, one in enumerate(waiting.ids):
            one = self.browse(one).try_lock_for_update()
            if not one or one.state not in ("queued", "writing"):
                continue
            progress = self.env["licensing.import.progress"]
            if progress._begin(one.id) > ATTEMPTS:
                one._refuse(self.env._("it was given up after several attempts."))
            else:
                one.with_context(licensing_tell=True)._work_isolated()
            progress._drop(one.id)
            left = len(waiting) - number - 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _work_isolated(self):
        """Do what waits; a file that fails says so and lets the others go on."""
        state = self.state
        user = self.requested_by_id or self.env.user
        # sudo: the user's rights were checked when it was asked for
        one = self.with_company(self.company_id).with_user(user).sudo()
        one = one.with_context(lang=user.lang)
        isolate(
            self.env,
            one,
            lambda file: file._read() if state == "queued" else file._submit(),
            lambda _file, error: self._refuse(describe(error)[:200]),
        )
        self._tell_of_failure(state)

    def _refuse(self, why):
        """Refuse a file that could not be worked on."""
        self._forget()
        problem = report_file.Problem("failed", 0, "", why)
        self._keep([problem], 1, {"state": "refused"})


def _show(value):
    """A value as the preview shows it."""
    return "" if value is None else str(value)
