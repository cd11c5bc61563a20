"""Demand by month, or by day where the case plans by daily data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.client_forms import MONTHLY_DEMAND
from provisor.expansion.data.context import counted, known_only, listed, names_in, note_values, table_of
from provisor.expansion.tables import DAILY_DEMAND, DEMAND
from provisor.tables.grid import ROW, plain
from provisor.tables.read_sheet import read_sheet
from provisor.tables.schema import LARGEST
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.tables.grid import Grid, Sheet

_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {
    **{name: number for number, name in enumerate(_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_NAMES, 1)},
    **{str(number): number for number in range(1, 13)},
    **{f"{number:02}": number for number in range(1, 10)},
    "sept": 9,
}
_WORDS = ("Month", "Year")


def read_demand(context: Context, skus: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The case's tables of monthly and daily demand; the second is empty unless ``rules.demand`` asks for it."""
    if context.keys.rules.demand == "daily":
        return _read_daily(context, skus)
    grid = context.grid("demand")
    wide = grid is not None and context.form("demand") is MONTHLY_DEMAND
    sheet = _wide(context, grid, skus) if wide and grid is not None else _long(context, skus)
    if context.grid("daily_demand") is not None:
        context.tell(
            "unused", "daily demand is not used: rules.demand is not daily", context.key("rules", "demand")
        )
    if sheet is None:
        return DEMAND.empty(), DAILY_DEMAND.empty()
    _tell_unit(context, sheet)
    sheet = _within(context, sheet)
    _check_months(context, sheet, skus)
    return table_of(sheet.frame.drop_nulls(), DEMAND), DAILY_DEMAND.empty()


def _long(context: Context, skus: list[str]) -> Sheet | None:
    sheet = context.sheet("demand")
    return None if sheet is None else known_only(context, sheet, "sku", skus, "product")


def _wide(context: Context, grid: Grid, skus: list[str]) -> Sheet | None:
    """The users' form: one row per month, one column per product."""
    sheet = read_sheet(grid, MONTHLY_DEMAND, context.problems)
    header = grid.header(_WORDS)
    if sheet is None or header is None:
        return None
    months = _numbered(context, sheet)
    names = grid.names(header)
    strange = [name for name in names if plain(name) not in ("month", "year") and name not in skus]
    if strange:
        context.tell("unused", f"columns {listed(strange)} are not used: there is no such product", sheet)
    for sku in skus:
        if sku not in names:
            message = f"there is no column for the product {sku}"
            context.problems.error(
                "missing-column", message, mend=f"add a column {sku}, or drop the product", **sheet.place(sku)
            )
    body = grid.body(header)
    frames = [
        _column(context, sheet, body.select(ROW, pl.col(names[sku]).alias("text")), sku)
        for sku in skus
        if sku in names
    ]
    if not frames:
        return None
    frame = pl.concat(frames).join(
        months.frame.select(ROW, "month"), on=ROW, how="inner", maintain_order="left"
    )
    return months.of(frame.select(ROW, "month", "sku", "quantity"))


def _numbered(context: Context, sheet: Sheet) -> Sheet:
    """Months as numbers of the horizon, 1 the first; a month that stands there twice is noted."""
    start = context.keys.start
    number = (
        pl.col("month")
        .str.to_lowercase()
        .str.replace(r"\.0*$", "")
        .replace_strict(_MONTHS, default=None, return_dtype=pl.Int64)
    )
    bad = sheet.frame.filter(pl.col("month").is_not_null() & number.is_null())
    note_values(
        context, sheet, "month", bad, "not-a-value", "the name of a month, such as January, or its number"
    )
    index = (pl.col("year") - start.year) * 12 + number - start.month + 1
    frame = sheet.frame.with_columns(index.alias("__month")).filter(pl.col("__month").is_not_null())
    again = frame.filter(~pl.col("__month").is_first_distinct())
    said = pl.format("{} {}", "month", "year")
    note_cells(
        sheet,
        "month",
        again.select(ROW, said.alias("value")),
        "duplicate-key",
        "each month once",
        context.problems,
    )
    once = frame.filter(pl.col("__month").is_first_distinct())
    return sheet.of(once.with_columns(pl.col("__month").alias("month")))


def _column(context: Context, sheet: Sheet, cells: pl.DataFrame, sku: str) -> pl.DataFrame:
    """The demand of one product, by row; bad cells are noted and empty."""
    number = pl.col("text").cast(pl.Float64, strict=False)
    read = cells.with_columns(pl.when(number.is_finite()).then(number).alias("quantity"))
    empty = read.filter(pl.col("text").is_null())
    unread = read.filter(pl.col("text").is_not_null() & pl.col("quantity").is_null())
    below = read.filter(pl.col("quantity") < 0)
    above = read.filter(pl.col("quantity") > LARGEST)
    kinds = (
        ("empty-cell", empty, "a quantity, 0 for none"),
        ("not-a-value", unread, "a number such as 1234.5"),
        ("out-of-range", below, "at least 0"),
        ("out-of-range", above, f"at most {LARGEST:,.0f}"),
    )
    for code, bad, expected in kinds:
        note_cells(
            sheet, sku, bad.select(ROW, pl.col("text").alias("value")), code, expected, context.problems
        )
    return read.select(ROW, pl.lit(sku).alias("sku"), "quantity")


def _tell_unit(context: Context, sheet: Sheet) -> None:
    if "demand_unit" not in context.keys.rules.model_fields_set:
        context.tell(
            "assumed",
            f"no file says what demand counts; taken as {_UNITS[context.keys.rules.demand_unit]}",
            sheet,
            "set rules.demand_unit to packs or eaches",
        )


_UNITS = {"packs": "sell packs", "eaches": "eaches"}


def _within(context: Context, sheet: Sheet) -> Sheet:
    """The months of the horizon; others are told."""
    inside = pl.col("month").is_between(1, context.keys.months)
    outside = sheet.frame.filter(~inside)["month"].n_unique()
    if outside:
        context.tell(
            "unused",
            f"{counted(outside, 'month')} before or after the {context.keys.months} planned: not used",
            sheet,
        )
    return sheet.of(sheet.frame.filter(inside))


def _check_months(context: Context, sheet: Sheet, skus: list[str]) -> None:
    """Every product has a demand in every month."""
    months = set(range(1, context.keys.months + 1))
    gone = sorted(months - set(sheet.frame["month"]))
    if gone:
        _note_missing(
            context,
            sheet,
            f"there is no demand for {listed(_month_name(context, number) for number in gone)}",
        )
    for sku in skus:
        missing = sorted(months - set(gone) - set(sheet.frame.filter(pl.col("sku") == sku)["month"]))
        if missing and sku in names_in(sheet.frame, "sku"):
            _note_missing(
                context,
                sheet,
                f"there is no demand for {sku} in {listed(_month_name(context, number) for number in missing)}",
            )
        elif missing and context.form("demand") is not MONTHLY_DEMAND:
            _note_missing(context, sheet, f"there is no demand for {sku} in any month")


def _note_missing(context: Context, sheet: Sheet, message: str) -> None:
    mend = "add the months, 0 where nothing is asked for, or plan fewer months"
    context.problems.error(
        "missing-months",
        message,
        expected="each month of the horizon once",
        mend=mend,
        **sheet.place("month"),
    )


def _month_name(context: Context, number: int) -> str:
    """A month of the horizon for people, such as ``March 2027``."""
    years, month = divmod(context.keys.start.month + number - 2, 12)
    return f"{_NAMES[month].capitalize()} {context.keys.start.year + years}"


def _read_daily(context: Context, skus: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    sheet = context.sheet("daily_demand")
    if sheet is None:
        return DEMAND.empty(), DAILY_DEMAND.empty()
    _tell_unit(context, sheet)
    sheet = _within(context, known_only(context, sheet, "sku", skus, "product"))
    late = sheet.frame.filter(pl.col("day") > context.keys.days_per_month)
    note_values(context, sheet, "day", late, "out-of-range", f"1 to {context.keys.days_per_month}")
    counted = sheet.frame.group_by("month", "sku").agg(
        pl.col("day").n_unique().alias("__days"), pl.col(ROW).first()
    )
    short = counted.filter(pl.col("__days") < context.keys.days_per_month).sort("month", "sku")
    for row in short.head(20).iter_rows(named=True):
        name = _month_name(context, row["month"])
        message = (
            f"{row['sku']} has demand on {row['__days']} of {context.keys.days_per_month} days of {name}"
        )
        context.problems.error(
            "missing-days",
            message,
            expected="each business day once, 0 where nothing is asked for",
            **sheet.place("day", row[ROW]),
        )
    _check_months(context, sheet, skus)
    if context.grid("demand") is not None:
        context.tell(
            "unused", "monthly demand is not used: rules.demand is daily", context.key("rules", "demand")
        )
    daily = table_of(sheet.frame.drop_nulls(), DAILY_DEMAND)
    monthly = daily.group_by("month", "sku").agg(pl.col("quantity").sum())
    return table_of(monthly, DEMAND), daily
