"""The forecast: long or as the planning system exports it, one column per day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import Context, days_said, known_only, table_of, units
from provisor.production.data.forms import LONG_FORECAST, WIDE_FORECAST
from provisor.production.tables import DEMAND
from provisor.tables import cells
from provisor.tables.grid import ROW, Grid, Sheet
from provisor.tables.read_sheet import match_columns, read_sheet, typed
from provisor.tables.schema import LARGEST
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.production.data.products import Codes

APPROVED = "Approved Forecast"
"""Key figure planned with where an export holds several and the case names none."""


def read_demand(context: Context, nodes: Sequence[str], codes: Codes) -> Sheet | None:
    """The forecast of known nodes and products: columns node, product, date, units (empty where blank)."""
    sheet = forecast_sheet(context)
    if sheet is None:
        return None
    sheet = known_only(context, sheet, "node", nodes, "unknown-node", "node")
    return codes.resolve(context, sheet, "product")


def forecast_sheet(context: Context) -> Sheet | None:
    """The forecast as its file has it, long, with the codes of the file."""
    grid = context.grid("demand")
    if grid is None:
        return context.sheet("demand", LONG_FORECAST)
    header = _wide_header(grid)
    return (
        read_sheet(grid, LONG_FORECAST, context.problems) if header is None else _wide(context, grid, header)
    )


def _wide_header(grid: Grid) -> int | None:
    """Row with the headers of an export with one column per day, none for other forms."""
    header = grid.header(name for column in WIDE_FORECAST.columns for name in column.headers)
    return header if header is not None and _day_columns(grid, header) else None


def _day_columns(grid: Grid, header: int) -> dict[str, date]:
    """Day by grid column, where a header is a day."""
    names = pl.DataFrame(
        {"column": grid.frame.drop(ROW).columns, "cell": grid.frame.drop(ROW).row(header)},
        schema={"column": pl.String, "cell": pl.String},
    )
    days = names.with_columns(cells.date(pl.col("cell")).alias("day")).drop_nulls("day")
    return dict(days.select("column", "day").iter_rows())


def _wide(context: Context, grid: Grid, header: int) -> Sheet | None:
    matched = match_columns(grid, header, WIDE_FORECAST, context.problems)
    if matched is None:
        return None
    days = _day_columns(grid, header)
    labels = _of_figure(context, typed(grid, header, WIDE_FORECAST, matched, context.problems))
    long = (
        grid.body(header)
        .select(ROW, *days)
        .join(labels.frame.drop_nulls(["node", "product"]), on=ROW, maintain_order="left")
        .unpivot(on=list(days), index=[ROW, "node", "product"], variable_name="column", value_name="text")
        .with_columns(
            pl.col("column").replace_strict(days, return_dtype=pl.Date).alias("date"),
            pl.col("text").cast(pl.Float64, strict=False).alias("units"),
        )
    )
    sheet = labels.of(long)
    _check_figures(context, sheet)
    _check_days_once(context, grid, days)
    return sheet.of(long.select(ROW, "node", "product", "date", "units"))


def _check_figures(context: Context, sheet: Sheet) -> None:
    """Note cells that are no number, not finite, negative or too large, under the header of their day."""
    figure = pl.col("units")
    readable = figure.is_not_null() & figure.is_finite() & (figure >= 0) & (figure <= LARGEST)
    bad = sheet.frame.filter(pl.col("text").is_not_null() & ~readable.fill_null(value=False))
    for (day,), rows in bad.group_by("date", maintain_order=True):
        note_cells(
            sheet,
            f"{day:%d.%m.%Y}",
            rows.select(ROW, pl.col("text").alias("value")),
            "not-a-value",
            f"a number of units, at least 0 and at most {LARGEST:,.0f}",
            context.problems,
        )


def _check_days_once(context: Context, grid: Grid, days: dict[str, date]) -> None:
    twice = {day for day in days.values() if list(days.values()).count(day) > 1}
    for day in sorted(twice):
        context.problems.error("duplicate-key", f"the day {day} has more than one column", **grid.place)


def _of_figure(context: Context, labels: Sheet) -> Sheet:
    """Rows of the key figure planned with; rows of others are left out, told."""
    figures = labels.frame["key_figure"].drop_nulls().unique().sort().to_list()
    wanted = context.keys.key_figure
    if wanted is None and len(figures) > 1 and APPROVED in figures:
        wanted = APPROVED
        others = ", ".join(figure for figure in figures if figure != wanted)
        context.tell("assumed", f"the key figure {APPROVED} is planned with; not used: {others}", labels)
    if wanted is None and len(figures) <= 1:
        return labels
    if wanted not in figures:
        context.problems.error(
            "key-figure",
            f"the forecast has the key figures {', '.join(figures) or 'none'}",
            expected=wanted or "one key figure",
            mend="say key_figure: in case.yaml",
            **labels.place("key_figure"),
        )
        return labels
    return labels.of(labels.frame.filter(pl.col("key_figure") == wanted))


def demand_table(context: Context, sheet: Sheet) -> pl.DataFrame:
    """The case's table: days of the horizon and those beyond that price what is left, zero rows dropped."""
    figures = sheet.frame.drop_nulls(["node", "product", "date"]).sort("node", "product", "date")
    series = figures.group_by("node", "product", "date", maintain_order=True).agg(
        pl.col("units").sum().alias("units"), pl.col("units").count().alias("given")
    )
    first, last = context.keys.start, context.keys.end + timedelta(days=context.keys.beyond - 1)
    _tell_blank(context, sheet, series)
    _tell_dropped(context, sheet, series, first, last)
    kept = series.filter(pl.col("date").is_between(first, last))
    whole = pl.concat([kept, _cover(context, sheet, series, last)])
    return table_of(whole.filter(pl.col("units") > 0), DEMAND)


def _tell_dropped(context: Context, sheet: Sheet, series: pl.DataFrame, first: date, last: date) -> None:
    for said, part in (
        (f"before the start {first}", pl.col("date") < first),
        (f"after {last}", pl.col("date") > last),
    ):
        amount = series.filter(part)["units"].sum()
        if amount > 0:
            context.tell("outside-horizon", f"forecast {said} is not used: {units(amount)}", sheet)


def _tell_blank(context: Context, sheet: Sheet, series: pl.DataFrame) -> None:
    """Tell days of the horizon without any figure, and single empty cells, with what one would expect."""
    keys = context.keys
    horizon = pl.DataFrame({"date": [keys.start + timedelta(days=number) for number in range(keys.horizon)]})
    filled = series.filter(pl.col("given") > 0)
    days = horizon.join(filled.select("date").unique(), on="date", how="anti")
    pairs = series.select("node", "product").unique().join(days, how="cross")
    expected = _expected(pairs, filled)
    if days.height and expected > 0:
        context.tell(
            "blank-forecast",
            f"{days.height} days of the horizon have no forecast ({days_said(days['date'])}); "
            f"planned as 0, neighbouring weeks suggest {units(expected)}",
            sheet,
            "fill the days, or begin after them",
        )
    empty = series.filter((pl.col("given") == 0) & pl.col("date").is_in(horizon["date"].implode()))
    cells_blank = empty.join(days, on="date", how="anti")
    if cells_blank.height:
        context.tell(
            "blank-forecast",
            f"{cells_blank.height} cells of the forecast in the horizon are empty "
            f"({days_said(cells_blank['date'])}); planned as 0, neighbouring weeks suggest "
            f"{units(_expected(cells_blank, filled))}",
            sheet,
        )


def _expected(blank: pl.DataFrame, filled: pl.DataFrame) -> float:
    """Units of blank days, each the mean of the same weekday one and two weeks before and after."""
    around = [
        blank.select("node", "product", pl.col("date").alias("day"), pl.col("date").dt.offset_by(f"{weeks}w"))
        for weeks in (-2, -1, 1, 2)
    ]
    known = pl.concat(around).join(filled, on=["node", "product", "date"])
    return float(known.group_by("node", "product", "day").agg(pl.col("units").mean())["units"].sum())


def _cover(context: Context, sheet: Sheet, series: pl.DataFrame, last: date) -> pl.DataFrame:
    """Days beyond the horizon that the forecast does not reach, filled with weekdays of its last week."""
    given = series.filter(pl.col("given") > 0)
    final = given["date"].max()
    if not isinstance(final, date) or final >= last:
        return series.clear()
    week = given.filter(pl.col("date") > final - timedelta(days=7))
    first = max(final + timedelta(days=1), context.keys.end)
    missing = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    copied = [
        week.filter(pl.col("date").dt.weekday() == day.isoweekday()).with_columns(pl.lit(day).alias("date"))
        for day in missing
    ]
    filled = pl.concat([series.clear(), *copied])
    if filled.height:
        context.tell(
            "assumed",
            f"the forecast ends on {final}; what is left at the end is judged by its last week, "
            f"repeated for {days_said(missing)}: {units(filled['units'].sum())}",
            sheet,
        )
    return filled
