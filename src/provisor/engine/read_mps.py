"""Reads problems from MPS files, fixed (without blanks in names) or free, plain or gzipped."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.problem import Block, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_INF = float("inf")


class BadMps(ValueError):  # noqa: N818 - says what it is
    """The file is no MPS file of a linear problem; the message says where and why."""


def read_mps(path: Path) -> Problem:
    """Read a problem; a maximum is turned into a minimum of the negated objective.

    Names are kept as ``row[NAME]`` and ``column[NAME]``. Free rows after the first, which is the objective,
    stay as rows without limits. An integer column without bounds is between 0 and 1, a column with a negative
    upper bound alone has no lower bound, as is the custom.

    Raises:
        BadMps: The file cannot be read as a linear problem.
    """
    reader = _Reader()
    with _opened(path) as file:
        for number, words in _lines(file):
            try:
                if not reader.take(words):
                    break
            except (KeyError, ValueError, IndexError) as error:
                raise BadMps(f"{path.name}, line {number}: {' '.join(words)}: {error}") from error
    return reader.problem()


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="latin-1")
    return path.open(encoding="latin-1")


def _lines(file: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines with words, the head of a section marked by a leading ``""``."""
    for number, line in enumerate(file, start=1):
        if line.startswith("*") or not line.strip():
            continue
        words = line.split()
        yield number, words if line[0].isspace() else ["", *words]


@dataclass
class _Reader:
    section: str = ""
    sense: float = 1.0
    objective: str | None = None
    whole: bool = False
    kinds: dict[str, str] = field(default_factory=dict)
    right: dict[str, float] = field(default_factory=dict)
    spread: dict[str, float] = field(default_factory=dict)
    columns: dict[str, bool] = field(default_factory=dict)
    entries: list[tuple[str, str, float]] = field(default_factory=list)
    lower: dict[str, float] = field(default_factory=dict)
    upper: dict[str, float] = field(default_factory=dict)

    def take(self, words: list[str]) -> bool:
        """Take in a line; whether more may come."""
        if words[0] == "":
            self._begin(words[1:])
            return self.section != "ENDATA"
        readers: dict[str, Callable[[list[str]], None]] = {
            "OBJSENSE": self._sense, "ROWS": self._row, "COLUMNS": self._column,
            "RHS": self._right, "RANGES": self._spread, "BOUNDS": self._bound,
        }  # fmt: skip
        if self.section not in readers:
            raise ValueError(f"a line in the section {self.section or 'before all sections'} cannot be read")
        readers[self.section](words)
        return True

    def _begin(self, words: list[str]) -> None:
        self.section = words[0].upper()
        known = ("NAME", "OBJSENSE", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA")
        if self.section not in known:
            raise ValueError(f"the section {self.section} is not that of a linear problem")
        if self.section == "OBJSENSE" and len(words) > 1:
            self._sense(words[1:])

    def _sense(self, words: list[str]) -> None:
        self.sense = {"MIN": 1.0, "MINIMIZE": 1.0, "MAX": -1.0, "MAXIMIZE": -1.0}[words[0].upper()]

    def _row(self, words: list[str]) -> None:
        kind, name = words[0].upper(), words[1]
        if kind not in ("N", "E", "L", "G") or name in self.kinds or name == self.objective:
            raise ValueError("the kind of row is unknown, or its name is not new")
        if kind == "N" and self.objective is None:
            self.objective = name
        else:
            self.kinds[name] = kind

    def _column(self, words: list[str]) -> None:
        if len(words) > 2 and words[1] == "'MARKER'":
            self.whole = {"'INTORG'": True, "'INTEND'": False}[words[2]]
            return
        name = words[0]
        self.columns.setdefault(name, self.whole)
        for row, value in _pairs(words[1:]):
            self._known(row)
            self.entries.append((row, name, value))

    def _known(self, row: str) -> None:
        if row != self.objective and row not in self.kinds:
            raise KeyError(f"no row {row}")

    def _right(self, words: list[str]) -> None:
        for row, value in _pairs(words[len(words) % 2 :]):
            self._known(row)
            self.right[row] = value

    def _spread(self, words: list[str]) -> None:
        for row, value in _pairs(words[len(words) % 2 :]):
            self._known(row)
            self.spread[row] = value

    def _bound(self, words: list[str]) -> None:
        kind = words[0].upper()
        if kind in ("FR", "MI", "PL", "BV"):
            name, value = words[2] if len(words) > 2 else words[1], 0.0
        else:
            name, value = words[-2], float(words[-1])
        if name not in self.columns:
            raise KeyError(f"no column {name}")
        if kind in ("BV", "LI", "UI"):
            self.columns[name] = True
        self._set_bound(kind, name, value)

    def _set_bound(self, kind: str, name: str, value: float) -> None:
        if kind in ("UP", "UI") and value < 0 and name not in self.lower:
            self.lower[name] = -_INF
        low, high = {
            "UP": (None, value), "UI": (None, value), "LO": (value, None), "LI": (value, None),
            "FX": (value, value), "FR": (-_INF, _INF), "MI": (-_INF, None), "PL": (None, _INF),
            "BV": (0.0, 1.0),
        }[kind]  # fmt: skip
        if low is not None:
            self.lower[name] = low
        if high is not None:
            self.upper[name] = high

    def problem(self) -> Problem:
        """The problem as read."""
        rows = {name: index for index, name in enumerate(self.kinds)}
        columns = {name: index for index, name in enumerate(self.columns)}
        cost = np.zeros(len(columns))
        triples = []
        for row, column, value in self.entries:
            if row == self.objective:
                cost[columns[column]] += self.sense * value
            else:
                triples.append((rows[row], columns[column], value))
        places = np.array([(row, column) for row, column, _ in triples], dtype=np.intp).reshape(-1, 2)
        values = np.array([value for _, _, value in triples], dtype=np.float64)
        matrix = sp.csr_array(sp.coo_array((values, (places[:, 0], places[:, 1])), (len(rows), len(columns))))
        limits = np.array([self._row_limits(name) for name in rows]).reshape(-1, 2)
        bounds = np.array([self._column_bounds(name) for name in columns]).reshape(-1, 2)
        return Problem(
            matrix, limits[:, 0].copy(), limits[:, 1].copy(), bounds[:, 0].copy(), bounds[:, 1].copy(), cost,
            np.array(list(self.columns.values()), dtype=bool),
            -self.sense * self.right.get(self.objective or "", 0.0),
            (Block("row", 0, tuple((name,) for name in rows)),),
            (Block("column", 0, tuple((name,) for name in columns)),),
        )  # fmt: skip

    def _row_limits(self, name: str) -> tuple[float, float]:
        kind, right, spread = self.kinds[name], self.right.get(name, 0.0), self.spread.get(name)
        low = right if kind in ("E", "G") else -_INF
        high = right if kind in ("E", "L") else _INF
        if spread is None or kind == "N":
            return low, high
        if kind == "L" or (kind == "E" and spread < 0):
            return right - abs(spread), right
        return right, right + abs(spread)

    def _column_bounds(self, name: str) -> tuple[float, float]:
        bounded = name in self.lower or name in self.upper
        default = 1.0 if self.columns[name] and not bounded else _INF
        return self.lower.get(name, 0.0), self.upper.get(name, default)


def _pairs(words: list[str]) -> Iterator[tuple[str, float]]:
    if len(words) % 2:
        raise ValueError("a name without a number")
    for name, value in zip(words[::2], words[1::2], strict=True):
        yield name, float(value)
