"""Writing tables as a workbook for people: one sheet per table, typed and filtered, headers with notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.currency import MONEY, said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from provisor.tables.schema import Column, Schema

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""

WIDEST = 44
"""Width of the widest column, in characters."""

_NUMBER_FORMATS = {pl.Int64: "#,##0", pl.Float64: "#,##0.######", pl.Date: "yyyy-mm-dd"}
_MONEY = "#,##0.00"
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


@dataclass(frozen=True)
class SheetOut:
    """One sheet to write.

    Attributes:
        name: Name of the sheet.
        frame: Its rows.
        schema: Units and meanings for the headers' notes, if there is one.
        currency: Currency that the notes say for money.
    """

    name: str
    frame: pl.DataFrame
    schema: Schema | None = None
    currency: str = MONEY


def write_workbook(path: Path, sheets: Iterable[SheetOut], keys: Mapping[str, object] | None = None) -> None:
    """Write a workbook; a file of that name is replaced only once the new one is whole.

    Args:
        path: File to write.
        sheets: Sheets in order.
        keys: Keys and values for a first sheet ``case``, such as :func:`provisor.reading.read_case` reads.

    Raises:
        ValueError: A table has more rows than a sheet can hold.
    """
    part = path.with_name(f".{path.name}.part")
    workbook = new_workbook(part)
    try:
        if keys is not None:
            rows = [(key, str(value)) for key, value in keys.items()]
            add_table(workbook, SheetOut("case", pl.DataFrame(rows, schema=["key", "value"], orient="row")))
        for sheet in sheets:
            add_table(workbook, sheet)
        workbook.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def new_workbook(path: Path) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
    """An xlsxwriter workbook in which text is always text: never a formula, link or number."""
    import xlsxwriter  # noqa: PLC0415 - only where workbooks are written

    return xlsxwriter.Workbook(str(path), _OPTIONS)


def add_table(workbook: Any, sheet: SheetOut) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
    """Add a table as a sheet and give the sheet; header frozen, filtered and noted, columns wide enough.

    Raises:
        ValueError: The table has more rows than a sheet can hold.
    """
    frame = sheet.frame
    if frame.height > MOST_ROWS:
        message = (
            f"table {sheet.name} has {frame.height:,} rows; a sheet holds {MOST_ROWS:,}; export CSV instead"
        )
        raise ValueError(message)
    worksheet = workbook.add_worksheet(sheet.name[:31])
    bold = workbook.add_format({"bold": True, "bottom": 1})
    columns = {} if sheet.schema is None else {column.name: column for column in sheet.schema.columns}
    for number, series in enumerate(frame.iter_columns()):
        worksheet.write_string(0, number, series.name, bold)
        _note(worksheet, number, columns.get(series.name), sheet.currency)
        style = workbook.add_format(_style(series, columns.get(series.name)))
        _cells(worksheet, number, series, style)
        worksheet.set_column(number, number, _width(series), style)
    worksheet.freeze_panes(1, 0)
    if frame.width:
        worksheet.autofilter(0, 0, frame.height, frame.width - 1)
    return worksheet


def _note(worksheet: Any, number: int, column: Column | None, currency: str) -> None:  # noqa: ANN401
    """Meaning and unit of a column as a note of its header."""
    if column is not None and column.meaning:
        unit = f" ({said_in(column.unit, currency)})" if column.unit else ""
        worksheet.write_comment(0, number, f"{column.meaning}{unit}")


def _style(series: pl.Series, column: Column | None) -> dict[str, str]:
    if column is not None and column.unit == MONEY:
        return {"num_format": _MONEY}
    known = next((form for dtype, form in _NUMBER_FORMATS.items() if series.dtype == dtype), None)
    return {} if known is None else {"num_format": known}


def _cells(worksheet: Any, number: int, series: pl.Series, style: Any) -> None:  # noqa: ANN401
    if isinstance(series.dtype, pl.List):
        series = series.cast(pl.List(pl.String)).list.join("; ")
    write = worksheet.write_string if series.dtype == pl.String else worksheet.write
    for row, value in enumerate(series, 1):
        if value is not None and value != "":
            write(row, number, value, style)


def _width(series: pl.Series) -> int:
    if isinstance(series.dtype, pl.List):
        series = series.cast(pl.List(pl.String)).list.join("; ")
    longest = series.head(1000).cast(pl.String).str.len_chars().max()
    return min(WIDEST, max(len(series.name), longest if isinstance(longest, int) else 0) + 3)
