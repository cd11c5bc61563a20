"""A workbook of long tables, written row by row so that memory does not grow with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.tables.excel_out import MOST_ROWS, WIDEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import polars as pl

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
}


@dataclass(frozen=True)
class Sheet:
    """One table of the workbook.

    Attributes:
        name: Name of its sheet; of further sheets with a number, if it is longer than a sheet.
        table: The table.
        frozen: Columns that stay in view.
    """

    name: str
    table: pl.DataFrame
    frozen: int = 0

    def parts(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Names and rows of its sheets."""
        for number, start in enumerate(range(0, max(self.table.height, 1), MOST_ROWS), 1):
            name = self.name if number == 1 else f"{self.name[: 31 - len(str(number)) - 1]} {number}"
            yield name, self.table.slice(start, MOST_ROWS)


def write_book(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write a workbook; a file of that name is replaced only once the new one is whole."""
    import xlsxwriter  # noqa: PLC0415 - only where workbooks are written

    part = path.with_name(f".{path.name}.part")
    workbook = xlsxwriter.Workbook(str(part), _OPTIONS)
    try:
        header = workbook.add_format({"bold": True, "bottom": 1})
        for sheet in sheets:
            for name, rows in sheet.parts():
                _write_rows(workbook.add_worksheet(name), rows, header, sheet.frozen)
        workbook.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_rows(worksheet: Any, rows: pl.DataFrame, header: Any, frozen: int) -> None:  # noqa: ANN401 - untyped
    for number, series in enumerate(rows.iter_columns()):
        longest = series.head(1000).cast(str, strict=False).str.len_chars().max()
        cells = longest if isinstance(longest, int) else 0
        worksheet.set_column(number, number, min(WIDEST, max(len(series.name), cells) + 2))
    worksheet.freeze_panes(1, frozen)
    worksheet.autofilter(0, 0, max(rows.height, 1), max(rows.width - 1, 0))
    worksheet.write_row(0, 0, rows.columns, header)
    for number, row in enumerate(rows.iter_rows(), 1):
        worksheet.write_row(number, 0, row)
