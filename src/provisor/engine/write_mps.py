"""Writes problems as free MPS files, plain or gzipped; :mod:`provisor.engine.read_mps` reads them."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from pathlib import Path

    from provisor.engine.problem import Problem


def write_mps(problem: Problem, path: Path) -> None:
    """Write a problem as a free MPS file with rows ``R0, R1, ...`` and columns ``C0, C1, ...``.

    Numbers are written so that they read back exactly, the upper limit of a ranged row as nearly as its
    spread allows.
    """
    lines = ["NAME provisor FREE", "ROWS", " N OBJ"]
    kinds = [_kind(low, high) for low, high in zip(problem.row_lower, problem.row_upper, strict=True)]
    lines.extend(f" {kind} R{row}" for row, kind in enumerate(kinds))
    lines.append("COLUMNS")
    lines.extend(_column_lines(problem))
    lines.append("RHS")
    if problem.offset:
        lines.append(f" RHS OBJ {_text(-problem.offset)}")
    lines.extend(_right_lines(problem, kinds))
    lines.append("RANGES")
    lines.extend(_range_lines(problem, kinds))
    lines.append("BOUNDS")
    lines.extend(_bound_lines(problem))
    lines.append("ENDATA\n")
    _write("\n".join(lines), path)


def _write(text: str, path: Path) -> None:
    if path.suffix == ".gz":
        with gzip.open(path, "wt", encoding="ascii") as file:
            file.write(text)
    else:
        path.write_text(text, encoding="ascii")


def _text(number: float) -> str:
    return repr(float(number))


def _kind(low: float, high: float) -> str:
    if low == high:
        return "E"
    if np.isinf(low):
        return "N" if np.isinf(high) else "L"
    return "G"


def _column_lines(problem: Problem) -> list[str]:
    by_column = sp.csc_array(problem.matrix)
    starts, rows, values = by_column.indptr, by_column.indices, by_column.data
    lines: list[str] = []
    whole = False
    for column, integer in enumerate(problem.integer):
        if integer != whole:
            lines.append(f" M{len(lines)} 'MARKER' '{'INTORG' if integer else 'INTEND'}'")
            whole = bool(integer)
        lines.append(f" C{column} OBJ {_text(problem.cost[column])}")
        entries = range(starts[column], starts[column + 1])
        lines.extend(f" C{column} R{rows[entry]} {_text(values[entry])}" for entry in entries)
    if whole:
        lines.append(" MEND 'MARKER' 'INTEND'")
    return lines


def _right_lines(problem: Problem, kinds: list[str]) -> list[str]:
    right = np.where(np.isinf(problem.row_lower), problem.row_upper, problem.row_lower)
    return [
        f" RHS R{row} {_text(right[row])}"
        for row, kind in enumerate(kinds)
        if kind != "N" and right[row] != 0
    ]


def _range_lines(problem: Problem, kinds: list[str]) -> list[str]:
    spread = problem.row_upper - problem.row_lower
    return [
        f" RANGE R{row} {_text(spread[row])}"
        for row, kind in enumerate(kinds)
        if kind == "G" and np.isfinite(spread[row])
    ]


def _bound_lines(problem: Problem) -> list[str]:
    lines: list[str] = []
    for column, (low, high) in enumerate(zip(problem.lower, problem.upper, strict=True)):
        if low == high:
            lines.append(f" FX BOUND C{column} {_text(low)}")
            continue
        if np.isinf(low):
            lines.append(f" {'FR' if np.isinf(high) else 'MI'} BOUND C{column}")
        elif low != 0:
            lines.append(f" LO BOUND C{column} {_text(low)}")
        if np.isfinite(high):
            lines.append(f" UP BOUND C{column} {_text(high)}")
        elif np.isfinite(low):
            lines.append(f" PL BOUND C{column}")
    return lines
