"""Charts of a plan as native charts of the workbook, with their figures on a sheet of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.export.sheets import Styles, write_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.planner import Chart

SHEET = "Charts"
DATA_SHEET = "Chart data"
FIRST_ROW = 2
"""Row of the first figure: above it are the chart's title and the headers."""

COLOURS = ("#4472C4", "#ED7D31", "#70AD47", "#FFC000", "#5B9BD5", "#A5A5A5", "#264478", "#9E480E", "#636363")
LINE_COLOUR = "#C00000"
HEIGHT, WIDTH, WIDEST = 380, 1000, 2600
ROWS_PER_CHART = 20
CHARTS_PER_PAGE = 3

LYING = ("bar", "gantt")
"""Kinds whose values run from left to right."""

_EPOCH = date(1899, 12, 30)
_KINDS: dict[str, dict[str, str]] = {
    "column": {"type": "column"},
    "stacked_column": {"type": "column", "subtype": "stacked"},
    "bar": {"type": "bar"},
    "gantt": {"type": "bar", "subtype": "stacked"},
}


@dataclass
class Drawn:
    """Charts drawn so far, and where their figures will stand."""

    workbook: Any
    styles: Styles
    placed: list[tuple[int, Chart]] = field(default_factory=list)

    def write_data(self) -> None:
        """Add the sheet of figures, the last of the workbook; none if nothing was drawn."""
        if not self.placed:
            return
        worksheet = self.workbook.add_worksheet(DATA_SHEET)
        for left, chart in self.placed:
            worksheet.write_string(0, left, chart.title, self.styles.get(bold=True))
            for number, series in enumerate(_figures(chart).iter_columns(), left):
                worksheet.write_string(1, number, series.name, self.styles.header)
                write_column(worksheet, number, series, self.styles.get(), FIRST_ROW)
                worksheet.set_column(number, number, 12)


def add_charts(workbook: Any, styles: Styles, charts: Sequence[Chart]) -> Drawn:  # noqa: ANN401 - untyped
    """Add the sheet of charts; call :meth:`Drawn.write_data` once all other sheets are there."""
    drawn = Drawn(workbook, styles)
    if not charts:
        return drawn
    worksheet = workbook.add_worksheet(SHEET)
    worksheet.hide_gridlines(2)
    worksheet.fit_to_pages(1, 0)
    page = ROWS_PER_CHART * CHARTS_PER_PAGE
    worksheet.set_h_pagebreaks(range(page, ROWS_PER_CHART * len(charts), page))
    left = 0
    for number, chart in enumerate(charts):
        worksheet.insert_chart(number * ROWS_PER_CHART, 0, _draw(workbook, chart, left))
        drawn.placed.append((left, chart))
        left += chart.table.width + 1
    return drawn


def _draw(workbook: Any, chart: Chart, left: int) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
    drawing = workbook.add_chart(_KINDS[chart.kind])
    bars = [name for name in chart.table.columns[1:] if name not in chart.lines]
    for number, name in enumerate(bars):
        drawing.add_series(_series(chart, left, name) | _bar_style(chart, number))
    if chart.lines:
        line = workbook.add_chart({"type": "line"})
        for name in chart.lines:
            line.add_series(_series(chart, left, name) | {"line": {"color": LINE_COLOUR, "width": 1.5}})
        drawing.combine(line)
    drawing.set_title({"name": chart.title, "name_font": {"size": 13}})
    drawing.set_size({"width": min(WIDEST, max(WIDTH, 16 * chart.table.height)), "height": HEIGHT})
    drawing.set_legend({"none": True} if len(bars) == 1 or chart.kind == "gantt" else {"position": "bottom"})
    across, upwards = _category_axis(chart), _value_axis(chart)
    if chart.kind in LYING:
        across, upwards = upwards, across
    drawing.set_x_axis(across)
    drawing.set_y_axis(upwards)
    return drawing


def _series(chart: Chart, left: int, name: str) -> dict[str, Any]:
    last = FIRST_ROW + chart.table.height - 1
    column = left + chart.table.columns.index(name)
    return {
        "name": [DATA_SHEET, 1, column],
        "categories": [DATA_SHEET, FIRST_ROW, left, last, left],
        "values": [DATA_SHEET, FIRST_ROW, column, last, column],
    }


def _bar_style(chart: Chart, number: int) -> dict[str, Any]:
    """Fill of a series; in a Gantt every other one is invisible and the rest is coloured by product."""
    if chart.kind != "gantt":
        return {"fill": {"color": COLOURS[number % len(COLOURS)]}, "gap": 60}
    if number % 2 == 0:
        return {"fill": {"none": True}, "border": {"none": True}, "gap": 40}
    points = [{"fill": {"color": COLOURS[row % len(COLOURS)]}} for row in range(chart.table.height)]
    return {"points": points, "gap": 40}


def _category_axis(chart: Chart) -> dict[str, Any]:
    if chart.kind == "gantt":
        return {"reverse": True}
    if chart.kind == "bar":
        return {"label_position": "low"}
    return {"label_position": "low", "num_font": {"rotation": -45 if chart.table.height > 12 else 0}}


def _value_axis(chart: Chart) -> dict[str, Any]:
    if chart.kind == "gantt" and chart.start is not None:
        first = (chart.start - _EPOCH).days
        days = chart.table.select(pl.sum_horizontal(pl.all().exclude(chart.table.columns[0]))).to_series()
        length = int(float(str(days.max())))
        shown = {"num_format": "d mmm", "label_position": "high", "major_unit": 7}
        return {"min": first, "max": first + length, **shown}
    values = chart.table.select(pl.all().exclude(chart.table.columns[0]))
    ends: dict[str, Any] = {} if _any(values, pl.all() < 0) else {"min": 0}
    if chart.units == "share":
        return ends | ({} if _any(values, pl.all() > 1) else {"max": 1}) | {"num_format": "0%"}
    return ends | {"name": chart.units, "num_format": "#,##0"}


def _any(values: pl.DataFrame, condition: pl.Expr) -> bool:
    return bool(values.select(pl.any_horizontal(condition.any())).item())


def _figures(chart: Chart) -> pl.DataFrame:
    """The figures as they stand on the sheet: days as text, a Gantt's first pieces as dates of Excel."""
    first = chart.table.columns[0]
    table = chart.table
    if table.schema[first] == pl.Date:
        table = table.with_columns(pl.col(first).dt.strftime("%a %d %b"))
    if chart.kind == "gantt" and chart.start is not None:
        table = table.with_columns(pl.col(table.columns[1]) + (chart.start - _EPOCH).days)
    return table
