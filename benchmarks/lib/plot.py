"""Plots of figures as SVG, drawn with reportlab like the add-on's own charts."""

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.axes import LogXValueAxis, LogYValueAxis
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor

WIDTH, HEIGHT = 760, 400
GREY, GRID = HexColor("#6C757D"), HexColor("#E9ECEF")
COLORS = ("#71639E", "#35979C", "#D65F3F", "#E0A030", "#5B8C5A", "#A8322D")


def log_log(series, x_label, y_label):
    """Lines over two logarithmic axes, so that a slope is an exponent.

    A dashed line shows what grows with x itself.

    :param dict series: name -> list of (x, y), positive numbers, the same x in each
    :return: source of an SVG picture
    """
    chart = LinePlot()
    chart.x, chart.y, chart.width, chart.height = 64, 48, WIDTH - 300, HEIGHT - 80
    chart.data = [_proportional(series), *series.values()]
    chart.lines[0].strokeColor, chart.lines[0].strokeDashArray = GREY, (4, 4)
    for number, color in enumerate(COLORS[: len(series)], start=1):
        line = chart.lines[number]
        line.strokeColor, line.strokeWidth = HexColor(color), 2
        line.symbol = makeMarker("FilledCircle", size=6, fillColor=HexColor(color))
    chart.xValueAxis, chart.yValueAxis = LogXValueAxis(), LogYValueAxis()
    ys = [y for points in series.values() for _x, y in points]
    chart.yValueAxis.valueMin = min(ys) / 1.5
    chart.yValueAxis.valueMax = max(ys) * 1.5
    for axis in (chart.xValueAxis, chart.yValueAxis):
        axis.labelTextFormat = _tick
        axis.labels.fontName, axis.labels.fontSize = "Helvetica", 9
        axis.visibleGrid, axis.gridStrokeColor = 1, GRID
        axis.strokeColor = GREY
    drawing = Drawing(WIDTH, HEIGHT)
    # readable on a dark page, too
    drawing.add(
        Rect(0, 0, WIDTH, HEIGHT, fillColor=HexColor("#FFFFFF"), strokeColor=None)
    )
    drawing.add(chart)
    middle = chart.x + chart.width / 2
    drawing.add(_text(middle, 12, x_label, "middle"))
    drawing.add(_text(8, HEIGHT - 18, y_label, "start"))
    drawing.add(_legend(list(series), chart.x + chart.width + 24))
    return renderSVG.drawToString(drawing)


def _proportional(series):
    """From the lowest first point: what would grow with x itself."""
    points = min(series.values(), key=lambda found: found[0][1])
    first, start = points[0]
    return [(x, start * x / first) for x, _y in points]


def _tick(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _text(x, y, text, anchor):
    return String(
        x, y, text, fontName="Helvetica", fontSize=10, fillColor=GREY, textAnchor=anchor
    )


def _legend(names, x):
    legend = Legend()
    legend.x, legend.y, legend.boxAnchor = x, HEIGHT - 40, "nw"
    legend.alignment, legend.columnMaximum = "right", len(names) + 1
    legend.fontName, legend.fontSize = "Helvetica", 10
    legend.dx, legend.dy, legend.deltay = 14, 3, 20
    legend.dxTextSpace, legend.strokeColor = 8, None
    colors = [HexColor(color) for color in COLORS]
    legend.colorNamePairs = [
        *zip(colors, names, strict=False),
        (GREY, "proportional (exponent 1)"),
    ]
    return legend
