import hashlib
import io
import zipfile

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...models.base.bounds import bounded
from ...models.reporting.account_admin_audit_pack import format_sums
from ...reports.reporting import licensing_pack_xlsx

QUARTERS = [("1", "Q1"), ("2", "Q2"), ("3", "Q3"), ("4", "Q4")]


@bounded
class LicensingPack(models.TransientModel):
    """A quarter's royalties on paper: summary, guarantees, flags, what comes up."""

    _name = "licensing.pack"
    _description = "Quarterly Pack"
    _inherit = ["account.admin.wizard.mixin"]

    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Licensor",
        required=True,
        default=lambda self: self.env.company,
    )
    quarter = fields.Selection(
        selection=QUARTERS,
        required=True,
        default=lambda self: str((self._default_day().month + 2) // 3),
        help="Statements whose period ends in it.",
    )
    year = fields.Integer(
        required=True, default=lambda self: self._default_day().year, aggregator=None
    )
    content = fields.Selection(
        selection=[
            ("pack", "Everything"),
            ("summary", "Royalty Summary"),
            ("pace", "Guarantee Pace"),
        ],
        required=True,
        default="pack",
        help="The royalty summary, the pace of guarantees, or both.",
    )
    group_by = fields.Selection(
        selection=[
            ("partner", "Licensee"),
            ("contract", "Contract"),
            ("property", "Property"),
            ("category", "Category"),
            ("territory", "Territory"),
            ("channel", "Channel"),
        ],
        string="Summary by",
        required=True,
        default="partner",
        help="What the rows of the summary are.",
    )

    _year_range = models.Constraint(
        "CHECK (year BETWEEN 1900 AND 9000)", "Write the year in four digits."
    )

    @api.model
    def _default_day(self):
        """A day of the last quarter that is over."""
        return self.env.company._collections_today() - relativedelta(months=3)

    @api.depends("quarter", "year")
    def _compute_display_name(self):
        for pack in self:
            pack.display_name = self.env._(
                "Royalties %(year)s Q%(quarter)s", year=pack.year, quarter=pack.quarter
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_print(self):
        """The pack as PDF."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("account_admin.action_report_licensing_pack").report_action(
            self, config=False
        )

    def action_xlsx(self):
        """The pack as a workbook, a sheet for each part."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/licensing-pack/{self.id}",
            "target": "download",
        }

    def action_zip(self):
        """The PDF and the workbook in one zip."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/licensing_pack/{self.id}/zip",
            "target": "download",
        }

    def _get_zip(self):
        """Both files, of the same moment, and their checksums.

        :return: (file name, bytes)
        """
        self.ensure_one()
        files = dict([self._get_pdf(), self._get_xlsx()])
        sums = {
            name: (hashlib.sha256(content).hexdigest(), len(content))
            for name, content in files.items()
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in files.items():
                target.writestr(name, content)
            target.writestr("SHA256SUMS", format_sums(sums))
        return f"{self.display_name}.zip", buffer.getvalue()

    def _get_pdf(self):
        """:return: (file name, bytes)"""
        self.ensure_one()
        report = self.env["ir.actions.report"]
        content, _kind = report.with_context(
            force_report_rendering=True
        )._render_qweb_pdf("account_admin.action_report_licensing_pack", self.ids)
        return f"{self.display_name}.pdf", content

    def _get_xlsx(self):
        """:return: (file name, bytes)"""
        self.ensure_one()
        return f"{self.display_name}.xlsx", licensing_pack_xlsx.build(self)
