"""Builds a :class:`Problem` one column and one row at a time, each with its name.

For models of up to some hundred thousand columns whose families are ragged: a row reads like its formula.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.problem import Block, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

Term = tuple[int, float]
"""Column index and coefficient."""

Key = tuple[str | int, ...]


@dataclass
class _Family:
    """Indices and labels of one family, in the order they were added."""

    indices: list[int] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)


@dataclass
class Builder:
    """Collects columns and rows; families may be added to in any order.

    >>> builder = Builder()
    >>> x = builder.column("x", ("a",), upper=4.0, cost=2.0)
    >>> y = builder.column("y", ("a",), cost=3.0, integer=True)
    >>> builder.row("need", ("a",), [(x, 1.0), (y, 2.0)], lower=6.0)
    >>> builder.problem().size
    {'rows': 1, 'columns': 2, 'integers': 1, 'nonzeros': 2}
    """

    offset: float = 0.0
    _lower: list[float] = field(default_factory=list)
    _upper: list[float] = field(default_factory=list)
    _cost: list[float] = field(default_factory=list)
    _integer: list[bool] = field(default_factory=list)
    _row_lower: list[float] = field(default_factory=list)
    _row_upper: list[float] = field(default_factory=list)
    _entry_row: list[int] = field(default_factory=list)
    _entry_column: list[int] = field(default_factory=list)
    _entry_value: list[float] = field(default_factory=list)
    _columns: dict[str, _Family] = field(default_factory=dict)
    _rows: dict[str, _Family] = field(default_factory=dict)

    def column(
        self,
        family: str,
        key: Key,
        *,
        lower: float = 0.0,
        upper: float = float("inf"),
        cost: float = 0.0,
        integer: bool = False,
    ) -> int:
        """Add a column and return its index."""
        index = len(self._lower)
        self._lower.append(lower)
        self._upper.append(upper)
        self._cost.append(cost)
        self._integer.append(integer)
        _note(self._columns, family, key, index)
        return index

    def charge(self, column: int, cost: float) -> None:
        """Add to the objective coefficient of a column."""
        self._cost[column] += cost

    def row(
        self,
        family: str,
        key: Key,
        terms: Iterable[Term],
        *,
        lower: float = -float("inf"),
        upper: float = float("inf"),
    ) -> None:
        """Add a row ``lower <= sum of terms <= upper``; terms of the same column add up."""
        index = len(self._row_lower)
        self._row_lower.append(lower)
        self._row_upper.append(upper)
        for column, value in terms:
            self._entry_row.append(index)
            self._entry_column.append(column)
            self._entry_value.append(value)
        _note(self._rows, family, key, index)

    def problem(self) -> Problem:
        """The problem with columns and rows sorted by family, order within a family kept.

        Column indices given out by :meth:`column` hold only if families were declared one after the other;
        otherwise ``ValueError`` is raised.
        """
        shape = (len(self._row_lower), len(self._lower))
        row_order, rows = _blocks(self._rows)
        column_order, columns = _blocks(self._columns)
        if column_order != list(range(shape[1])):
            raise ValueError("declare each family of columns in one go")
        matrix = sp.csr_array(
            sp.coo_array(
                (self._entry_value, (self._entry_row, self._entry_column)), shape=shape, dtype=np.float64
            )
        )
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        order = np.array(row_order, dtype=np.int64)
        return Problem(
            matrix=sp.csr_array(matrix[order, :]),
            row_lower=np.array(self._row_lower, dtype=np.float64)[order],
            row_upper=np.array(self._row_upper, dtype=np.float64)[order],
            lower=np.array(self._lower, dtype=np.float64),
            upper=np.array(self._upper, dtype=np.float64),
            cost=np.array(self._cost, dtype=np.float64),
            integer=np.array(self._integer, dtype=bool),
            offset=self.offset,
            rows=rows,
            columns=columns,
        )


def _note(families: dict[str, _Family], family: str, key: Key, index: int) -> None:
    entry = families.setdefault(family, _Family())
    entry.indices.append(index)
    entry.keys.append(key)


def _blocks(families: dict[str, _Family]) -> tuple[list[int], tuple[Block, ...]]:
    """Order of indices by family, and the families as blocks."""
    order: list[int] = []
    blocks: list[Block] = []
    for name, family in families.items():
        keys = tuple(tuple(str(part) for part in key) for key in family.keys)
        blocks.append(Block(name, len(order), keys))
        order.extend(family.indices)
    return order, tuple(blocks)
