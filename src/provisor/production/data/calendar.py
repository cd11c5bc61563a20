"""The working calendar: one row per making node and day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import Context, days_said, known_only
from provisor.tables.grid import ROW, Sheet
from provisor.tables.schema import Schema
from provisor.tables.validate import check_key, note_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_OVERTIME = 2.0
"""Most hours of overtime on a fixed day where the calendar does not say."""

_KEY = Schema("calendar", "", [], key=("node", "date"))


def read_calendar(context: Context, nodes: Sequence[str], makers: Sequence[str]) -> Sheet | None:
    """Days of the horizon and those looked ahead, for every node that makes."""
    sheet = context.sheet("calendar", needed=bool(makers))
    if sheet is None:
        return None
    sheet = _for_each_maker(context, sheet, nodes, makers)
    sheet = sheet.of(sheet.frame.filter(pl.col("date").is_between(context.keys.start, _last_day(context))))
    check_key(sheet, _KEY, context.problems)
    sheet = _rates(context, _overtime(context, sheet))
    _missing_days(context, sheet, makers)
    return sheet


def _last_day(context: Context) -> date:
    return context.keys.end - timedelta(days=1)


def _for_each_maker(context: Context, sheet: Sheet, nodes: Sequence[str], makers: Sequence[str]) -> Sheet:
    """Rows without a node apply to every node that makes; rows of other nodes are not used."""
    named = known_only(context, sheet, "node", nodes, "unknown-node", "node").frame
    common = sheet.frame.filter(pl.col("node").is_null()).drop("node")
    for_all = common.join(pl.DataFrame({"node": list(makers)}, schema={"node": pl.String}), how="cross")
    frame = pl.concat([named, for_all.select(named.columns)])
    return sheet.of(frame.filter(pl.col("node").is_in(list(makers))))


def _overtime(context: Context, sheet: Sheet) -> Sheet:
    empty = sheet.frame.filter(pl.col("overtime_hours").is_null() & pl.col("is_fixed_day"))
    if empty.height:
        days = f"{empty['date'].n_unique()} days of the horizon"
        context.tell(
            "assumed",
            f"the calendar gives no overtime_hours for {days}; taken as {DEFAULT_OVERTIME:g} h",
            sheet,
            "add a column overtime_hours",
        )
    hours = pl.when("is_fixed_day").then(pl.lit(DEFAULT_OVERTIME)).otherwise(0.0)
    return sheet.of(sheet.frame.with_columns(pl.col("overtime_hours").fill_null(hours)))


def _rates(context: Context, sheet: Sheet) -> Sheet:
    """Rates that a kind of day does not use may be empty; those it uses may not."""
    fixed = pl.col("is_fixed_day")
    for column, used in (("regular_rate", fixed), ("overtime_rate", fixed), ("premium_rate", ~fixed)):
        empty = sheet.frame.filter(pl.col(column).is_null() & used).unique(ROW)
        note_cells(
            sheet,
            column,
            empty.select(ROW, pl.col(column).cast(pl.String).alias("value")),
            "empty-cell",
            "the price of an hour on such a day",
            context.problems,
        )
    columns = ("regular_rate", "overtime_rate", "premium_rate", "minimum_hours")
    return sheet.of(sheet.frame.with_columns(pl.col(column).fill_null(0.0) for column in columns))


def _missing_days(context: Context, sheet: Sheet, makers: Sequence[str]) -> None:
    keys = context.keys
    horizon = {keys.start + timedelta(days=number) for number in range(keys.horizon)}
    for node in makers:
        missing = horizon - set(sheet.frame.filter(pl.col("node") == node)["date"])
        if missing:
            message = f"the calendar has no row for {node} on {len(missing)} days of the horizon "
            context.tell(
                "missing-days", f"{message}({days_said(missing)}); nothing can be made there then", sheet
            )
