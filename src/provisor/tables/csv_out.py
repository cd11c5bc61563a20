"""Writing tables as CSV that a spreadsheet cannot take for formulas, and reading them back unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    from pathlib import Path

_FORMULA = r"^(['=+\-@\t\r])"
_GUARDED = r"^'(['=+\-@\t\r])"


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would take for a formula.

    >>> guarded(pl.DataFrame({"product": ["=1+1", "P1"]}))["product"].to_list()
    ["'=1+1", 'P1']
    """
    return frame.with_columns(cs.string().str.replace(_FORMULA, "'$1"))


def unguarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The table before :func:`guarded`."""
    return frame.with_columns(cs.string().str.replace(_GUARDED, "$1"))


def write_csv(path: Path, frame: pl.DataFrame) -> None:
    """Write a table as CSV with a header, guarded; lists become text joined by semicolons."""
    joined = frame.with_columns(cs.list().cast(pl.List(pl.String)).list.join(";"))
    guarded(joined).write_csv(path)
