"""Opening files of tables: workbooks, CSV and Parquet, whatever they are called, with clear refusals."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.broken_cells import broken_cells
from provisor.tables.grid import ROW, BrokenCell, Grid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST_FILE = 200_000_000
"""Bytes from which on a file is refused."""

LARGEST_UNPACKED = 2_000_000_000
"""Bytes a workbook may unpack to."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KINDS = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xlsb": "workbook",
    ".xls": "workbook",
    ".ods": "workbook",
    ".csv": "text",
    ".txt": "text",
    ".tsv": "text",
    ".parquet": "parquet",
}


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)
"""What the parts of a damaged archive raise on reading."""


class Unreadable(ValueError):  # noqa: N818 - what the file is
    """A file that cannot be read; ``code`` and ``mend`` are those of the problem."""

    def __init__(self, code: str, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.code, self.mend = code, mend


@dataclass(frozen=True)
class TableFile:
    """An opened file.

    Attributes:
        name: Name of the file as the case names it.
        sheets: Names of its sheets, in order; one empty name for a file that is one table.
        load: Reads a sheet's cells; raises Unreadable.
        typed: Reads the one table of a file that keeps the types of its columns; raises Unreadable.
    """

    name: str
    sheets: tuple[str, ...]
    load: Callable[[str], Grid]
    typed: Callable[[], pl.DataFrame] | None = None


def open_file(path: Path, name: str) -> TableFile:
    """Open a file of tables.

    Raises:
        Unreadable: The file is missing, too large, encrypted, cut off, or not what its name says.
    """
    kind = _checked_kind(path)
    if kind == "workbook":
        return _open_workbook(path, name)
    if kind == "parquet":
        return TableFile(name, ("",), partial(_parquet, path, name), partial(_parquet_frame, path))
    return TableFile(name, ("",), partial(_text, path, name))


def _checked_kind(path: Path) -> str:
    """Kind of a file by its content, which must be what the name says."""
    if not path.is_file():
        raise Unreadable(
            "file-missing", "there is no such file", "check the name; it is relative to case.yaml"
        )
    size = path.stat().st_size
    if size >= LARGEST_FILE:
        message = f"has {size / 1e6:,.0f} MB; files from {LARGEST_FILE / 1e6:,.0f} MB on are not read"
        raise Unreadable("file-too-large", message, "save only what is needed, or use Parquet")
    if size == 0:
        raise Unreadable("file-empty", "is empty")
    named = _KINDS.get(path.suffix.lower())
    if named is None:
        raise Unreadable("file-kind", f"is of an unknown kind {path.suffix!r}", f"use {', '.join(_KINDS)}")
    content = _content_kind(path)
    if content != named:
        raise Unreadable(
            "not-what-its-name-says",
            f"is called {path.suffix} but its content is {_SAID[content]}",
            "save it again under its true kind",
        )
    return named


_SAID = {
    "workbook": "a workbook",
    "text": "text",
    "parquet": "Parquet",
    "binary": "neither a workbook nor text",
}


def _content_kind(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    return "binary" if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) else "text"


def _open_workbook(path: Path, name: str) -> TableFile:
    import fastexcel  # noqa: PLC0415 - only where workbooks are read

    _refuse_locked(path)
    try:
        reader = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise _broken_workbook(error) from error

    def load(sheet: str) -> Grid:
        try:
            cells = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
        except fastexcel.FastExcelError as error:
            raise _broken_workbook(error) from error
        return Grid(_numbered(cells, 1), name, sheet, _broken_cells(path, sheet))

    return TableFile(name, tuple(reader.sheet_names), load)


def _broken_cells(path: Path, sheet: str) -> tuple[BrokenCell, ...]:
    try:
        return broken_cells(path, sheet)
    except _DAMAGED as error:
        raise _broken_workbook(error) from error


def _broken_workbook(error: Exception) -> Unreadable:
    reason = _first_line(error).removeprefix("calamine error: ")
    return Unreadable("broken-workbook", f"is cut off or damaged ({reason})", "save it again from Excel")


def _refuse_locked(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(8) == _OLE:
            stream.seek(0)
            if _ENCRYPTED in stream.read():
                raise Unreadable("encrypted", "is protected by a password", "save it without a password")
            return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except _DAMAGED as error:
        raise _broken_workbook(error) from error
    if unpacked > LARGEST_UNPACKED:
        raise Unreadable("file-too-large", f"unpacks to {unpacked / 1e9:.1f} GB")


def _parquet_frame(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Unreadable("broken-parquet", f"is not readable Parquet ({_first_line(error)})") from error


def _parquet(path: Path, name: str, sheet: str) -> Grid:
    frame = _parquet_frame(path)
    try:
        cells = frame.select(_as_text(column, dtype) for column, dtype in frame.schema.items())
    except pl.exceptions.PolarsError as error:
        raise Unreadable("broken-parquet", f"is not readable Parquet ({_first_line(error)})") from error
    header = pl.DataFrame({column: [column] for column in cells.columns}, schema=cells.schema)
    return Grid(_numbered(pl.concat([header, cells]), 1), name, sheet)


def _as_text(column: str, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        return pl.col(column).cast(pl.List(pl.String)).list.join(";")
    return pl.col(column).cast(pl.String)


def _text(path: Path, name: str, sheet: str) -> Grid:
    data = path.read_bytes()
    head = data[:65536]
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else _encoding(data)
    text = data if encoding == "utf-8-sig" else data.decode(encoding, errors="replace").encode()
    separator = _separator(head.decode(encoding, errors="replace"))
    try:
        cells = pl.read_csv(text, has_header=False, infer_schema=False, separator=separator)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise Unreadable("broken-csv", f"is not a readable table ({_first_line(error)})") from error
    return Grid(_numbered(cells, 1), name, sheet)


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(head: str) -> str:
    first = next((line for line in head.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)


def _numbered(cells: pl.DataFrame, first: int) -> pl.DataFrame:
    """Columns ``0``, ``1``, ... without empty text, and the rows as the user counts them."""
    names = {old: str(number) for number, old in enumerate(cells.columns)}
    tidy = cells.rename(names).with_columns(pl.all().str.strip_chars().replace("", None))
    return tidy.with_row_index(ROW, offset=first).with_columns(pl.col(ROW).cast(pl.Int64))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
