"""One plan table as a sheet for people: plain headers with units, formats, filter and frozen panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from provisor.currency import MONEY, said_in
from provisor.wording import plain

if TYPE_CHECKING:
    from provisor.tables.schema import Column, Schema

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""

WIDEST = 44
"""Width of the widest column, in characters."""

ROUNDING = 1e-6
"""Difference from a whole number that is shown as none."""

DATE_FORMAT = "ddd yyyy-mm-dd"
"""How days are shown."""

_UNIT_FORMATS = {MONEY: "#,##0.00", "share": "0.0%", "h": "0.00"}
_SHOWN_UNITS = {"share": "%"}


class Styles:
    """Cell formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401 - xlsxwriter is untyped
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
        """The format with these xlsxwriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]

    @property
    def header(self) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
        """Format of the header row of a table."""
        return self.get(bold=True, bottom=1, bg_color="#DCE6F1", text_wrap=True, valign="top")


def add_table(
    workbook: Any,  # noqa: ANN401 - xlsxwriter is untyped
    styles: Styles,
    name: str,
    frame: pl.DataFrame,
    schema: Schema | None,
    currency: str = MONEY,
) -> None:
    """Add a table as a sheet, with units of money in ``currency``.

    Raises:
        ValueError: The table has more rows than a sheet can hold.
    """
    if frame.height > MOST_ROWS:
        raise ValueError(
            f"table {name} has {frame.height:,} rows, a sheet holds {MOST_ROWS:,}; export to a folder"
        )
    from provisor.export.bulk import BulkSheet

    frame = frame.with_columns(cs.list().cast(pl.List(pl.String)).list.join("; "))
    worksheet = workbook.add_worksheet(plain(name)[:31], worksheet_class=BulkSheet)
    columns = {column.name: column for column in schema.columns} if schema else {}
    formats = []
    for number, series in enumerate(frame.iter_columns()):
        column = columns.get(series.name)
        formats.append(styles.get(num_format=number_format(series, column.unit if column else "")))
        header = _header(series.name, column, currency)
        worksheet.write_string(0, number, header, styles.header)
        if column is not None and column.meaning:
            worksheet.write_comment(0, number, column.meaning, {"x_scale": 1.5})
        worksheet.set_column(number, number, _width(series, header))
    worksheet.write_rows(frame.get_columns(), formats)
    worksheet.freeze_panes(1, _keys_in_front(frame, schema))
    worksheet.repeat_rows(0)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    if frame.width:
        worksheet.autofilter(0, 0, max(frame.height, 1), frame.width - 1)


def number_format(series: pl.Series, unit: str) -> str:
    """Excel number format of a column: money, shares, hours, whole numbers, days."""
    if series.dtype == pl.Date:
        return DATE_FORMAT
    if not series.dtype.is_numeric():
        return "@" if series.dtype == pl.String else "General"
    if unit in _UNIT_FORMATS:
        return _UNIT_FORMATS[unit]
    rounding = (series - series.round()).abs().max()
    whole = series.dtype.is_integer() or not isinstance(rounding, float) or rounding < ROUNDING
    return "#,##0" if whole else "#,##0.00"


def write_column(worksheet: Any, number: int, series: pl.Series, style: Any, first_row: int = 1) -> None:  # noqa: ANN401
    """Write the cells of a short column below its header; text is always text, empty cells stay empty."""
    write = _writer(worksheet, series.dtype)
    for row, value in enumerate(series, first_row):
        if value is not None:
            write(row, number, value, style)


def _writer(worksheet: Any, dtype: pl.DataType) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
    """What writes a cell of a type; asking every cell for its type takes most of the time of large sheets."""
    if dtype == pl.String:
        return worksheet.write_string
    if dtype == pl.Date:
        return worksheet.write_datetime
    return worksheet.write_number if dtype.is_numeric() else worksheet.write


def _header(name: str, column: Column | None, currency: str) -> str:
    unit = said_in(_SHOWN_UNITS.get(column.unit, column.unit), currency) if column else ""
    said = not unit or (len(unit) > 1 and plain(name).lower().startswith(unit))
    return plain(name) if said else f"{plain(name)} ({unit})"


def _keys_in_front(frame: pl.DataFrame, schema: Schema | None) -> int:
    """Number of leading columns, at most three, that name a row and so stay in view."""
    keys = set(schema.key) if schema else set()
    front = 0
    for name in frame.columns[:3]:
        if name not in keys:
            break
        front += 1
    return front


def _width(series: pl.Series, header: str) -> int:
    if series.dtype == pl.Date:
        return max(16, min(len(header) + 4, WIDEST))
    text = series.head(1000).cast(pl.String, strict=False)
    longest = text.str.len_chars().max() if series.dtype == pl.String else None
    cells = longest if isinstance(longest, int) else 10
    return min(WIDEST, max(len(header) + 4, cells + 2))
