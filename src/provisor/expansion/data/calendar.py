"""Business days: as many in each month, on real weekdays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.context import counted, listed, note_values, table_of
from provisor.expansion.tables import CALENDAR
from provisor.tables.grid import ROW

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.tables.grid import Sheet

MOST_DAYS = 21
"""Days a month may have for its dates to stay with it: a year has 12 x 21 weekdays and some more."""

SATURDAY = 6
_LEAST_BACK = 2
_SETTLED = 24
"""Months before those asked for at which counting begins, so that a date does not depend on how many are asked."""


def read_calendar(context: Context, longest: int) -> pl.DataFrame:
    """Days of the horizon and of the months before it that orders reach back to.

    Args:
        context: Keys, sources and problems.
        longest: Longest lead time, in days.
    """
    keys = context.keys
    back = max(_LEAST_BACK, -(-longest // keys.days_per_month) + 1)
    sheet = context.sheet("calendar", needed=False)
    if sheet is not None:
        return _given(context, sheet, back)
    if keys.days_per_month > MOST_DAYS:
        context.problems.error(
            "no-calendar",
            f"{keys.days_per_month} business days do not fit into every month",
            expected=f"at most {MOST_DAYS}, or a table calendar with the dates",
            **context.key("days_per_month"),
        )
        return CALENDAR.empty()
    frame = business_days(keys.start, keys.months, back, keys.days_per_month)
    _tell_borrowed(context, frame)
    return frame


def business_days(start: date, months: int, back: int, per_month: int) -> pl.DataFrame:
    """The first ``per_month`` weekdays of each month; a month with fewer goes on into the next one.

    Args:
        start: First day of month 1.
        months: Months of the horizon.
        back: Months before it (0, -1, ...).
        per_month: Business days of a month, at most :data:`MOST_DAYS`.

    >>> business_days(date(2027, 2, 1), 1, 0, 21)["date"].to_list()[-1]
    datetime.date(2027, 3, 1)
    """
    rows = []
    free = _first_day(start, -back - _SETTLED)
    for month in range(1 - back - _SETTLED, months + 1):
        free = max(free, _first_day(start, month - 1))
        for day in range(1, per_month + 1):
            free = _weekday(free)
            if month >= 1 - back:
                rows.append((month, day, free))
            free += timedelta(days=1)
    return pl.DataFrame(rows, schema=CALENDAR.dtypes, orient="row")


def _first_day(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1)


def _weekday(day: date) -> date:
    while day.isoweekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _tell_borrowed(context: Context, frame: pl.DataFrame) -> None:
    start = context.keys.start
    first = (pl.col("month") + (start.month - 2)) % 12 + 1
    borrowed = frame.filter((pl.col("month") >= 1) & (pl.col("date").dt.month() != first))["date"]
    if len(borrowed):
        context.tell(
            "calendar",
            f"{len(borrowed)} months have fewer than {context.keys.days_per_month} weekdays and end in the next one "
            f"(their last days are {listed(borrowed)}); there are no holidays",
            mend="give a table calendar with the dates of your business days",
        )


def _given(context: Context, sheet: Sheet, back: int) -> pl.DataFrame:
    """A calendar of the user's: complete, rising, and reaching far enough back."""
    keys = context.keys
    wanted = pl.DataFrame(
        [
            (month, day)
            for month in range(1 - back, keys.months + 1)
            for day in range(1, keys.days_per_month + 1)
        ],
        schema={"month": pl.Int64, "day": pl.Int64},
        orient="row",
    )
    missing = wanted.join(sheet.frame, on=["month", "day"], how="anti", maintain_order="left")
    if missing.height:
        shown = listed(f"month {month} day {day}" for month, day in missing.iter_rows())
        context.problems.error(
            "missing-days",
            f"{counted(missing.height, 'business day')} missing: {shown}",
            expected=f"days 1 to {keys.days_per_month} of months {1 - back} to {keys.months}",
            mend="add them; months before 1 are those that orders reach back to",
            **sheet.place("date"),
        )
    late = sheet.frame.filter(pl.col("day") > keys.days_per_month)
    note_values(context, sheet, "day", late, "out-of-range", f"1 to {keys.days_per_month}")
    ordered = sheet.frame.filter(pl.col("month") <= keys.months).sort("month", "day")
    falling = ordered.filter(pl.col("date") <= pl.col("date").shift(1))
    note_values(
        context,
        sheet,
        "date",
        falling.select(ROW, "date"),
        "falling-date",
        "a date after that of the day before",
    )
    return table_of(ordered.drop_nulls(), CALENDAR)
