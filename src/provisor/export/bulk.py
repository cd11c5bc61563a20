"""A worksheet whose rows below the header are written column by column, in bulk: a million cells in a second.

xlsxwriter keeps an object for every cell and writes it by itself, which for ten years of days takes minutes and a
gigabyte. Here it writes all else - header, formats, widths, filter, notes, texts - and polars the cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

CHUNK = 20_000
"""Rows that are written at once."""

LONGEST_TEXT = 32_767
"""Characters that a cell can hold."""

_EPOCH = pl.date(1899, 12, 30)


@dataclass(frozen=True)
class _Column:
    """Values of a column as the file says them, its style and the file's name of their type, if it has one."""

    values: pl.Series
    style: Any
    kind: str


class BulkSheet(Worksheet):  # type: ignore[misc]
    """A worksheet with a table of many rows; give it as ``worksheet_class`` to ``Workbook.add_worksheet``."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[_Column] = []

    def write_rows(self, columns: Sequence[pl.Series], styles: Sequence[Any]) -> None:
        """Write columns of equal length below the header, each in its style; empty cells stay empty.

        Text is always text. What is no number, such as the result of a division by zero, is shown as Excel's error.

        Raises:
            ValueError: A text is longer than a cell can hold.
        """
        self._columns = [self._column(column, style) for column, style in zip(columns, styles, strict=True)]
        if columns and columns[0].len():
            self._check_dimensions(columns[0].len(), len(columns) - 1)

    def _column(self, values: pl.Series, style: Any) -> _Column:  # noqa: ANN401 - xlsxwriter is untyped
        if values.dtype == pl.Date:
            days = values.to_frame().select((pl.col(values.name) - _EPOCH).dt.total_days())
            return _Column(days.to_series().cast(pl.String), style, "")
        if values.dtype == pl.Boolean:
            return _Column(values.cast(pl.Int8).cast(pl.String), style, "b")
        if values.dtype.is_numeric():
            return _Column(values.cast(pl.String), style, "")
        return _Column(self._texts(values.cast(pl.String)), style, "s")

    def _texts(self, values: pl.Series) -> pl.Series:
        """Numbers of texts in the table of texts that all sheets share."""
        texts = values.drop_nulls().unique(maintain_order=True)
        longest = texts.str.len_chars().max()
        if isinstance(longest, int) and longest > LONGEST_TEXT:
            raise ValueError(
                f"a text of {values.name} has {longest:,} characters; a cell holds {LONGEST_TEXT:,}"
            )
        numbers = [str(self.str_table._get_shared_string_index(text)) for text in texts]  # noqa: SLF001 - no other way
        return values.replace_strict(texts, pl.Series(numbers, dtype=pl.String), return_dtype=pl.String)

    def _write_sheet_data(self) -> None:
        """Write header and rows, in place of what xlsxwriter does; it calls this when the workbook is closed."""
        if not self._columns or not self._columns[0].values.len():
            super()._write_sheet_data()
            return
        self._xml_start_tag("sheetData")
        self._write_header()
        frame = pl.DataFrame([column.values.alias(str(at)) for at, column in enumerate(self._columns)])
        frame = frame.with_row_index("row", offset=2).with_columns(pl.col("row").cast(pl.String))
        cells = [self._cells(at, column) for at, column in enumerate(self._columns)]
        line = pl.concat_str(pl.lit('<row r="'), "row", pl.lit('">'), *cells, pl.lit("</row>"))
        for part in frame.iter_slices(CHUNK):
            self.fh.write("".join(part.select(line).to_series()))
        self._xml_end_tag("sheetData")

    def _write_header(self) -> None:
        """Write the first row the usual way."""
        rows: int = self.dim_rowmax
        self.dim_rowmax: int = 0
        self._write_rows()
        self.dim_rowmax = rows

    def _cells(self, at: int, column: _Column) -> pl.Expr:
        """The cells of a column as they stand in the file; nothing where they are empty."""
        start = f' s="{column.style._get_xf_index()}"'  # noqa: SLF001 - the number that cells name a style by
        kind = f' t="{column.kind}"' if column.kind else ""
        value = pl.col(str(at))
        place = (pl.lit(f'<c r="{xl_col_to_name(at)}'), pl.col("row"), pl.lit(f'"{start}'))
        written = pl.concat_str(*place, pl.lit(f"{kind}><v>"), value, pl.lit("</v></c>"))
        error = pl.concat_str(*place, pl.lit(' t="e"><v>#NUM!</v></c>'))
        odd = value.is_in(["NaN", "inf", "-inf"])
        return pl.when(value.is_null()).then(pl.lit("")).when(odd).then(error).otherwise(written)
