from odoo import fields, models
from odoo.exceptions import UserError

from ...base.actions import open_window
from ..statements.licensing_desk_mixin import ASKED
from ..statements.licensing_statement import LATE, STATEMENT_OPEN_STATES


class LicensingStatementImport(models.Model):
    """What a licensee reports: a file, or explicitly that nothing was sold."""

    _inherit = "licensing.statement"

    import_ids = fields.One2many(
        comodel_name="licensing.import", inverse_name="statement_id", string="Files"
    )
    import_count = fields.Integer(
        compute="_compute_import_count",
        string="Files Sent",
        help="Files that were read for this statement, those that were replaced"
        " included.",
    )

    def _compute_import_count(self):
        groups = self.env["licensing.import"]._read_group(
            [("statement_id", "in", self.ids)], ["statement_id"], ["__count"]
        )
        counts = {statement.id: count for statement, count in groups}
        for statement in self:
            statement.import_count = counts.get(statement.id, 0)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_import(self):
        """Upload a file, or go on with the one that was left."""
        self.ensure_one()
        self._check_reportable()
        going_on = self.import_ids.filtered(lambda one: one.state != "submitted")[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report File"),
            "res_model": "licensing.import",
            "view_mode": "form",
            "res_id": going_on.id,
            "context": {"default_statement_id": self.id},
        }

    def action_view_imports(self):
        """The files of these statements."""
        return open_window(
            self.env,
            "licensing_import_action",
            self.env._("Report Files of %s", self[:1].display_name)
            if len(self) == 1
            else "",
            domain=[("statement_id", "in", self.ids)],
            context={},
        )

    def action_no_sales(self):
        """The licensee says that nothing was sold: submitted, without lines.

        :raise UserError: when there are lines, or it is approved
        """
        for statement in self:
            statement._check_reportable()
            statement.lock_for_update()
            if statement.line_ids[:1]:
                raise UserError(
                    self.env._(
                        "%s has lines: delete them first if nothing was sold.",
                        statement.display_name,
                    )
                )
            statement._submit_lines(0, no_sales=True)
            statement.message_post(body=self.env._("Reported: no sales."))
        return True

    def action_template(self):
        """A workbook for the licensee to fill in."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/licensing/template/statement/{self.id}",
            "target": "download",
        }

    def _check_reportable(self):
        """Whether the user may report on it now.

        :raise UserError: naming what is approved
        """
        self.check_access("write")
        for statement in self.filtered(lambda s: s.state not in STATEMENT_OPEN_STATES):
            raise UserError(
                self.env._("%s is approved: revise it.", statement.display_name)
            )

    def _submit_lines(self, line_count, no_sales=False):
        """Its lines are there, as reported: figures of other lines are dropped.

        :param int line_count: how many there are
        """
        self.ensure_one()
        none = ("gross", "net", "units", "royalty", "adjustment", "fees")
        none += ("reported_royalty", "recouped", "payable", "adjustment_net")
        self._write_kept(
            {
                **dict.fromkeys((*none, "blocking_count", "finding_count"), 0),
                "computed_on": False,
                "line_count": line_count,
                "no_sales": no_sales,
                "state": "submitted",
                "submitted_on": fields.Datetime.now(),
            }
        )
        # nobody has to ask for it, or about its headings, any more
        self._settle_activities(ASKED, LATE)
