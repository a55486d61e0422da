"""The account review as slides, to be shown in a meeting: tables and charts to edit."""

import io

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine import aging
from ...models.base.formatting import Formatter

try:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt
except ImportError:  # optional: whoever makes no slides needs none of it
    Presentation = None

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
#: Layouts of the library's own template.
TITLE, TITLE_ONLY = 0, 5
#: Open matters on a slide; all are in the review itself.
LISTED = 10
GOOD, BAD = "2E7D32", "B3261E"


class ReviewReport(models.AbstractModel):
    _inherit = "report.account_admin.review_partner"

    @api.model
    def _action_slides(self, account):
        """Where the slides of an account's review are to be had.

        :param int account: id of the account
        :raise UserError: the server cannot make any
        """
        self._check_slides()
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/slides/{self._accounts}/{account}",
            "target": "download",
        }

    @api.model
    def _check_slides(self):
        if Presentation is None:
            raise UserError(
                self.env._(
                    "Slides need the Python library python-pptx, which is not there:"
                    " have “pip install python-pptx” run where Odoo runs, and Odoo"
                    " restarted. The review as PDF works without it."
                )
            )

    @api.model
    def _get_pptx(self, account):
        """Slides of one account.

        :param int account: its id
        :return: name and bytes of the presentation
        """
        self._check_slides()
        values = self._get_report_values([account])
        record = values["docs"]
        slides = Slides()
        self._add_slides(slides, record, values["reviews"][record], values)
        name = self.env._("Account review %s", record.name)
        return f"{name}.pptx".replace("/", "-"), slides.close()

    @api.model
    def _add_slides(self, slides, record, review, values):
        env, company = self.env, values["company"]
        day = env._("Account review, %s", values["day"])
        slides.title(record.name, f"{day}\n{company.name}")
        slides.table(env._("Figures"), self._list_figures(review, values))
        labels = [
            format_date(env, month["last"], date_format="MMM yy")
            for month in review["months"]
        ]
        inputs = [month["inputs"] for month in review["months"]]
        currency = company.currency_id.name
        slides.bars(
            env._("Invoiced and paid, %s", currency),
            labels,
            {
                env._("Invoiced"): [month.sales[0] for month in inputs],
                env._("Paid"): [month.paid for month in inputs],
            },
        )
        _first, *ages = aging.bucket_labels(company._collections_limits())
        slides.bars(
            env._("Open by days past due, %s", currency),
            labels,
            {
                age: [month.endings[number] for month in inputs]
                for number, age in enumerate([env._("Not due"), *ages])
            },
            stacked=True,
        )
        if review["plan"]:
            self._add_plan(slides, review, values)
        rows = self._list_matters(review, values)
        if len(rows) > 1:
            slides.table(env._("Open matters"), rows)

    @api.model
    def _list_figures(self, review, values):
        env, year, money, days = (
            *(self.env, review["year"], values["money"], values["days"]),
        )
        rows = [
            (env._("Invoiced in twelve months"), money(year["sales"])),
            (env._("The twelve before"), money(year["sales_before"])),
            (env._("Paid in twelve months"), money(year["paid"])),
            (env._("Days to pay"), days(year["days_to_pay"]) or "-"),
            (env._("Days late"), days(year["days_late"]) or "-"),
            (
                env._("Promises kept"),
                "-" if year["kept_rate"] is None else f"{days(year['kept_rate'])} %",
            ),
        ]
        for balance in review["balances"]:
            open_in = env._("Open, %s", balance["currency"].name)
            rows += [(open_in, balance["open"]), (env._("Overdue"), balance["overdue"])]
        return [("", ""), *rows]

    @api.model
    def _add_plan(self, slides, review, values):
        """What was planned, booked and is foreseen; sales by month as a chart."""
        env, plan = self.env, review["plan"]
        heads = (
            *("", env._("Planned"), env._("Actual"), env._("Difference"), "%"),
            *(env._("Sign"), env._("Year"), env._("Forecast"), env._("Left")),
        )
        names = (
            *("measure", "compared_plan", "actual", "difference", "percent"),
            *("sign_name", "total", "forecast", "left_amount"),
        )
        rows = [tuple(row[name] for name in names) for row in review["plan_rows"]]
        colors = {
            (number, 5): GOOD if row["sign"] == "good" else BAD
            for number, row in enumerate(review["plan_rows"], start=1)
            if row["sign"] in ("good", "bad")
        }
        until = values["date"](plan.as_of)
        title = env._("Plan against actual, months until %s", until)
        slides.table(title, [heads, *rows], colors)
        months = env["account.admin.plan.month"].search(
            [("plan_id", "=", plan.id), ("measure", "=", "sales")], order="month"
        )
        slides.bars(
            env._("Sales by month, %s", plan.currency_id.name),
            [format_date(env, m.month, date_format="MMM") for m in months],
            {
                env._("Planned"): months.mapped("planned"),
                env._("Actual"): [
                    None if m.actual is False else m.actual for m in months
                ],
                env._("Forecast"): [
                    None if m.forecast is False else m.forecast for m in months
                ],
            },
        )

    @api.model
    def _list_matters(self, review, values):
        """Cases, disputes and promises that are open, and how many more."""
        env, date = self.env, values["date"]
        text = Formatter(env, env.lang or "en_US")
        rows = [
            (
                env._("Case"),
                case.step_id.name or "",
                text.amount(case.asked_amount, case.currency_id),
            )
            for case in review["cases"]
        ]
        rows += [
            (
                env._("Dispute"),
                dispute.move_id.name or "",
                text.amount(dispute.amount, dispute.currency_id),
            )
            for dispute in review["disputes"]
        ]
        rows += [
            (
                env._("Promise"),
                env._("by %s", date(promise.date)),
                text.amount(promise.amount, promise.currency_id),
            )
            for promise in review["promises"]
        ]
        if len(rows) > LISTED:
            more = env._("%s more", len(rows) - LISTED)
            rows = [*rows[:LISTED], (more, "", "")]
        return [("", "", env._("Amount")), *rows]


class Slides:
    """A presentation that is put together slide by slide, wide screen."""

    def __init__(self):
        self._show = Presentation()
        self._show.slide_width, self._show.slide_height = Inches(13.333), Inches(7.5)

    def title(self, title, subtitle):
        slide = self._add(TITLE, title)
        box = slide.placeholders[1]
        box.text_frame.text = subtitle
        _place(box, 1, 4, 11.333, 1.5)
        _place(slide.shapes.title, 1, 2, 11.333, 1.7)

    def table(self, title, rows, colors=None):
        """A slide with a table.

        :param list rows: tuples of texts, the first are the headings
        :param dict colors: (row, column) -> colour of a text, as RRGGBB
        """
        slide = self._add(TITLE_ONLY, title)
        size = (Inches(0.6), Inches(1.5), Inches(12.1), Inches(0.4 * len(rows)))
        table = slide.shapes.add_table(len(rows), len(rows[0]), *size).table
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = table.cell(number, column)
                cell.text = str(text)
                font = cell.text_frame.paragraphs[0].font
                font.size = Pt(14 if len(row) < 6 else 11)
                color = (colors or {}).get((number, column))
                if color:
                    font.bold, font.color.rgb = True, RGBColor.from_string(color)

    def bars(self, title, labels, series, stacked=False):
        """A slide with a chart that can be edited.

        :param dict series: name -> numbers or None, one a label
        """
        slide = self._add(TITLE_ONLY, title)
        data = CategoryChartData()
        data.categories = labels
        for name, values in series.items():
            data.add_series(name, [None if v is None else float(v) for v in values])
        kinds = (XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.COLUMN_STACKED)
        size = (Inches(0.6), Inches(1.5), Inches(12.1), Inches(5.6))
        chart = slide.shapes.add_chart(kinds[stacked], *size, data).chart
        chart.has_legend, chart.has_title = True, False
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        for axis in (chart.category_axis, chart.value_axis):
            axis.tick_labels.font.size = Pt(12)

    def close(self):
        """Finish.

        :return: the file's bytes
        """
        buffer = io.BytesIO()
        self._show.save(buffer)
        return buffer.getvalue()

    def _add(self, layout, title):
        slide = self._show.slides.add_slide(self._show.slide_layouts[layout])
        slide.shapes.title.text_frame.text = title
        _place(slide.shapes.title, 0.6, 0.4, 12.1, 0.9)
        slide.shapes.title.text_frame.paragraphs[0].font.size = Pt(
            40 if layout == TITLE else 28
        )
        return slide


def _place(shape, left, top, width, height):
    """Put a shape where it belongs on a wide slide, in inches."""
    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)
