"""The question: typed, validated, immutable tables plus the rules in force, and what is wrong with them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    import polars as pl
    from pydantic import BaseModel

SHORT = 5_000
"""Cells up to which a column of texts is numbered by a table of Python's own: in long ones few texts are many cells."""


class Severity(StrEnum):
    """How bad a problem with the data is: an error stops planning, a warning is planned but told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing that is wrong with the data, told so that its reader can mend it.

    Attributes:
        severity: Error (cannot plan) or warning (planned, but know this).
        code: Stable short name of the kind of problem, such as ``unknown-node``.
        message: What is wrong, in one sentence with its figures.
        expected: What was expected instead.
        mend: What the user can do about it.
        file: Name of the file as the case names it.
        sheet: Sheet of a workbook.
        row: Row as the user counts it in the file (header is row 1).
        column: Name of the column.
        value: The offending value as text.
    """

    severity: Severity
    code: str
    message: str
    expected: str = ""
    mend: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    @property
    def where(self) -> str:
        """Place of the problem as ``file, sheet, row, column``, empty parts left out."""
        parts = [
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column}" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)

    def as_dict(self) -> dict[str, Any]:
        """The problem as plain JSON values, empty ones left out."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value not in ("", None)}


@dataclass(slots=True)
class Problems:
    """All that is wrong with a case, collected at once instead of one at a time."""

    items: list[DataProblem] = field(default_factory=list)

    def error(self, code: str, message: str, **where: Any) -> None:  # noqa: ANN401 - fields of DataProblem, which checks them
        """Note something that makes planning impossible; ``where`` are fields of :class:`DataProblem`."""
        self.items.append(DataProblem(Severity.ERROR, code, message, **where))

    def warning(self, code: str, message: str, **where: Any) -> None:  # noqa: ANN401 - fields of DataProblem, which checks them
        """Note something that is planned with, but that the user should know."""
        self.items.append(DataProblem(Severity.WARNING, code, message, **where))

    def __iter__(self) -> Iterator[DataProblem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def errors(self) -> list[DataProblem]:
        """The problems that stop planning."""
        return [item for item in self.items if item.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[DataProblem]:
        """The problems that are planned with."""
        return [item for item in self.items if item.severity is Severity.WARNING]

    def raise_errors(self) -> None:
        """Raise :class:`BadCase` if any error was noted."""
        if self.errors:
            raise BadCase(self)


class BadCase(ValueError):  # noqa: N818 - the name users see
    """The case cannot be planned; ``problems`` says all that is wrong with it."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        lines = [f"{p.where}: {p.message}" if p.where else p.message for p in problems.errors]
        super().__init__("\n".join(lines))


class BadRequest(ValueError):  # noqa: N818 - the name users see
    """What is asked cannot be done: an unknown method, a pin on a decision that there is not, a wrong change."""


class Priced(Protocol):
    """Settings of a case, of whatever planner: all amounts of the case are in one currency."""

    currency: str


@dataclass(frozen=True)
class Case:
    """The question put to a planner. It never changes and never holds results.

    Attributes:
        planner: Name of the planner, such as ``production``.
        name: The user's name of the case.
        tables: Typed tables by name; columns and units are the planner's schemas.
        settings: Planner-specific scalar keys of ``case.yaml`` (start, days, ...), typed by the planner.
        rules: The switches in force, a frozen pydantic model of the planner.
        warnings: What the user should know about the data.
        folder: Folder of ``case.yaml``, where relative paths start; not part of the fingerprint.
    """

    planner: str
    name: str
    tables: Mapping[str, pl.DataFrame]
    settings: BaseModel
    rules: BaseModel
    warnings: tuple[DataProblem, ...] = ()
    folder: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __reduce__(self) -> tuple[Any, ...]:
        """For other processes: a proxy of tables cannot be pickled, they can."""
        values = [getattr(self, one.name) for one in fields(self)]
        return Case, tuple(dict(value) if value is self.tables else value for value in values)

    def table(self, name: str) -> pl.DataFrame:
        """Table by name.

        Raises:
            KeyError: There is no such table; the message lists those there are.
        """
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(sorted(self.tables))}")
        return self.tables[name]

    @property
    def currency(self) -> str:
        """Currency of all amounts, as it is written after them."""
        return cast("Priced", self.settings).currency

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over planner, settings, rules and all tables, independent of the order of rows."""
        digest = hashlib.sha256()
        head = [self.planner, self.settings.model_dump(mode="json"), self.rules.model_dump(mode="json")]
        digest.update(json.dumps(head, sort_keys=True).encode())
        for name, parts in self._contents.items():
            for part in (name.encode() + b"\n" + parts[0], parts[1]):
                digest.update(part)
        return f"sha256:{digest.hexdigest()}"

    @property
    def inputs(self) -> dict[str, Any]:
        """What a plan keeps of its case, so that it can be told what differs in another's, as plain JSON values.

        Settings, rules, and of each table the number of rows and a SHA-256 of them.
        """
        tables = {
            name: {
                "rows": self.tables[name].height,
                "fingerprint": f"sha256:{hashlib.sha256(b''.join(parts)).hexdigest()}",
            }
            for name, parts in self._contents.items()
        }
        settings, rules = self.settings.model_dump(mode="json"), self.rules.model_dump(mode="json")
        return {"settings": settings, "rules": rules, "tables": tables}

    @cached_property
    def _contents(self) -> dict[str, tuple[bytes, bytes]]:
        """Of each table, in order of the names: columns and number of rows, and a digest of the rows."""
        return {
            name: (f"{','.join(frame.columns)}\n{frame.height}".encode(), _rows_digest(frame))
            for name, frame in sorted(self.tables.items())
        }


def _rows_digest(frame: pl.DataFrame) -> bytes:
    """128 bits of a table's rows in whatever order: the cells of a row are mixed, the rows are added up."""
    import numpy as np  # noqa: PLC0415 - help answers at once

    rows = np.zeros(frame.height, dtype=np.uint64)
    for column in frame.get_columns():
        rows = _mixed(rows * np.uint64(3) + _cell_hashes(column))
    sums = [part.sum(dtype=np.uint64) for part in (rows, _mixed(rows + np.uint64(1)))]
    return b"".join(int(part).to_bytes(8, "little") for part in sums)


def _cell_hashes(column: pl.Series) -> np.ndarray:
    """A 64-bit number for each cell, the same for equal cells on every machine and version."""
    import numpy as np  # noqa: PLC0415 - help answers at once
    import polars as pl  # noqa: PLC0415 - help answers at once

    nulls = column.null_count() > 0
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Date):
        whole = column.dtype.is_integer() or not column.dtype.is_numeric()
        physical = column.cast(pl.Int64 if whole else pl.Float64)
        cells = _mixed(((physical.fill_null(0) if nulls else physical).to_numpy() + 0).view(np.uint64))
    else:
        if isinstance(column.dtype, pl.List):
            column = column.cast(pl.List(pl.String)).list.join("\x1f")
        cells = _text_hashes(column.cast(pl.String))
    return np.where(column.is_null().to_numpy(), np.uint64(0x9E3779B97F4A7C15), cells) if nulls else cells


def _text_hashes(column: pl.Series) -> np.ndarray:
    """The same for texts, each different one hashed once; whatever for those that are empty."""
    import numpy as np  # noqa: PLC0415 - help answers at once
    import polars as pl  # noqa: PLC0415 - help answers at once

    if column.len() <= SHORT:
        cells = column.to_list()
        numbers = {text: 0 if text is None else _text_hash(text) for text in set(cells)}
        return np.array([numbers[text] for text in cells], dtype=np.uint64)
    known = column.drop_nulls().unique()
    place = column.cast(pl.Enum(known)).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    hashes: np.ndarray = np.array([*map(_text_hash, known), 0], dtype=np.uint64)[place]
    return hashes


def _text_hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _mixed(cells: np.ndarray) -> np.ndarray:
    """The finalizer of splitmix64: every bit of a number touches every bit of the result."""
    import numpy as np  # noqa: PLC0415 - help answers at once

    cells = (cells ^ (cells >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    cells = (cells ^ (cells >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = cells ^ (cells >> np.uint64(31))
    return mixed
