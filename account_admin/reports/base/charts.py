"""Charts as SVG: drawn as lines and areas, so that they print sharp at any size."""

import base64

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

WIDTH, HEIGHT = 720, 190
FONT, SIZE = "Helvetica", 9
#: Of ages from not due to oldest: calm to alarming.
AGES = ("#8FB8A8", "#F2D388", "#F0B061", "#E88A4A", "#D65F3F", "#A8322D", "#7A1F24")
PAIR = ("#71639E", "#35979C")


def bars(labels, series, stacked=False, colors=PAIR):
    """Bars of one or more series.

    :param list labels: text under each group of bars
    :param dict series: name -> list of numbers, one a label
    :param bool stacked: on top of each other instead of side by side
    :return: address of the picture, for ``<img src>``
    """
    chart = VerticalBarChart()
    chart.data = [[float(value) for value in values] for values in series.values()]
    chart.categoryAxis.style = "stacked" if stacked else "parallel"
    chart.groupSpacing = 8
    for number, color in zip(range(len(series)), _cycle(colors), strict=False):
        chart.bars[number].fillColor = HexColor(color)
        chart.bars[number].strokeColor = None
    return _draw(chart, labels, list(series), colors)


def lines(labels, series, colors=PAIR):
    """Lines of one or more series; where a figure is missing there is no point.

    :param dict series: name -> list of numbers or ``None``
    :return: address of the picture, for ``<img src>``; ``None`` without any figure
    """
    series = {
        name: values
        for name, values in series.items()
        if any(value is not None for value in values)
    }
    if not series:
        return None
    chart = HorizontalLineChart()
    chart.data = [
        [None if value is None else float(value) for value in values]
        for values in series.values()
    ]
    for number, color in zip(range(len(series)), _cycle(colors), strict=False):
        chart.lines[number].strokeColor = HexColor(color)
        chart.lines[number].strokeWidth = 2
        chart.lines[number].symbol = makeMarker("FilledCircle", size=5)
    return _draw(chart, labels, list(series), colors)


def _cycle(colors):
    while True:
        yield from colors


def _label(value):
    return f"{value:,.0f}"


def _room(values):
    """Width of the widest label at the left of a chart, and a little more.

    The font of the browser that prints may be wider than the one measured here, and the
    axis ends above the largest value.
    """
    ends = (1.5 * max(values), 1.5 * min(values))
    widest = max(stringWidth(_label(value), FONT, SIZE) for value in ends)
    return max(60, 14 + 1.3 * widest)


def _draw(chart, labels, names, colors):
    chart.categoryAxis.categoryNames = list(labels)
    chart.categoryAxis.labels.fontName = FONT
    chart.categoryAxis.labels.fontSize = SIZE
    chart.categoryAxis.strokeColor = HexColor("#ADB5BD")
    axis = chart.valueAxis
    values = [v for row in chart.data for v in row if v is not None] or [0]
    axis.forceZero = 1
    if not any(values):
        axis.valueMin, axis.valueMax = 0, 1
    axis.labels.fontName = FONT
    axis.labels.fontSize = SIZE
    axis.labelTextFormat = _label
    axis.visibleGrid = 1
    axis.gridStrokeColor = HexColor("#E9ECEF")
    axis.strokeColor = None
    # stacked bars are as high as all of them together
    heights = [
        sum(value or 0 for value in column) for column in zip(*chart.data, strict=True)
    ]
    chart.x, chart.y = _room([*values, *heights]), 24
    chart.width, chart.height = WIDTH - chart.x - 10, HEIGHT - 56
    drawing = Drawing(WIDTH, HEIGHT)
    drawing.add(chart)
    drawing.add(_legend(names, colors))
    svg = renderSVG.drawToString(drawing)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _legend(names, colors):
    legend = Legend()
    legend.x, legend.y = 60, HEIGHT - 8
    legend.boxAnchor = "nw"
    legend.columnMaximum = 1
    legend.alignment = "right"
    widest = max(stringWidth(name, FONT, SIZE) for name in names)
    legend.deltax = 30 + 1.3 * widest
    legend.variColumn = 0
    legend.dx = legend.dy = 8
    legend.fontName, legend.fontSize = FONT, SIZE
    legend.strokeColor = None
    legend.colorNamePairs = [
        (HexColor(color), name)
        for name, color in zip(names, _cycle(colors), strict=False)
    ]
    return legend
