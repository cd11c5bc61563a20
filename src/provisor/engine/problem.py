"""A mixed-integer linear problem as arrays with names: what every back end is given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Block:
    """A named run of rows or columns.

    Attributes:
        name: Name of the family, such as ``balance`` or ``production``.
        start: Index of its first row or column.
        keys: One label per row or column, such as ``("6122", "P1", "2025-10-17")``.
    """

    name: str
    start: int
    keys: tuple[tuple[str, ...], ...]

    @property
    def stop(self) -> int:
        """Index after its last row or column."""
        return self.start + len(self.keys)

    @property
    def slice(self) -> slice:
        """Its place among all rows or columns."""
        return slice(self.start, self.stop)


@dataclass(frozen=True)
class Problem:
    """Minimise ``cost @ x + offset`` with ``row_lower <= matrix @ x <= row_upper`` and bounds on x.

    Attributes:
        matrix: Coefficients, rows by columns (CSR).
        row_lower: Lower limit by row, ``-inf`` for none.
        row_upper: Upper limit by row, ``inf`` for none.
        lower: Lower bound by column.
        upper: Upper bound by column.
        cost: Objective coefficient by column; the sense is always to minimise.
        integer: Whether the column takes whole values.
        offset: Constant of the objective.
        rows: Row families in order; together they cover every row, or the tuple is empty.
        columns: Column families in order; together they cover every column, or the tuple is empty.
    """

    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    integer: Flags
    offset: float = 0.0
    rows: tuple[Block, ...] = ()
    columns: tuple[Block, ...] = ()

    @property
    def size(self) -> dict[str, int]:
        """Rows, columns, integers and nonzeros."""
        return {
            "rows": int(self.matrix.shape[0]),
            "columns": int(self.matrix.shape[1]),
            "integers": int(self.integer.sum()),
            "nonzeros": int(self.matrix.nnz),
        }

    def column_block(self, name: str) -> Block:
        """Column family by name; raises KeyError if there is none."""
        return _find(self.columns, name)

    def row_block(self, name: str) -> Block:
        """Row family by name; raises KeyError if there is none."""
        return _find(self.rows, name)

    def row_name(self, index: int) -> str:
        """Name of a row as ``family[key, key]``."""
        return _name(self.rows, index, "row")

    def column_name(self, index: int) -> str:
        """Name of a column as ``family[key, key]``."""
        return _name(self.columns, index, "column")

    def with_bounds(self, lower: Floats, upper: Floats) -> Problem:
        """The same problem with other bounds on the columns."""
        return replace(self, lower=lower, upper=upper)

    def relaxed(self, keep: Flags | None = None) -> Problem:
        """The same problem with whole values asked only of the columns in ``keep`` (none by default)."""
        integer = np.zeros_like(self.integer) if keep is None else self.integer & keep
        return replace(self, integer=integer)

    def with_columns(self, cost: Floats) -> Problem:
        """The same with continuous columns more, from 0 up and in no row yet; the blocks of columns are forgotten."""
        more = np.zeros(cost.size)
        return replace(
            self,
            matrix=sp.csr_array(sp.hstack([self.matrix, sp.csr_array((self.matrix.shape[0], cost.size))])),
            lower=np.concatenate([self.lower, more]),
            upper=np.concatenate([self.upper, more + np.inf]),
            cost=np.concatenate([self.cost, cost]),
            integer=np.concatenate([self.integer, more > 0]),
            columns=(),
        )

    def with_rows(self, name: str, more: sp.csr_array, lower: Floats, upper: Floats) -> Problem:
        """The same problem with a further family of rows, keyed by number."""
        start = self.matrix.shape[0]
        block = Block(name, start, tuple((str(i),) for i in range(more.shape[0])))
        return replace(
            self,
            matrix=sp.csr_array(sp.vstack([self.matrix, more])),
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
            rows=(*self.rows, block) if self.rows or start == 0 else (),
        )

    def objective(self, x: Floats) -> float:
        """Value of the objective at ``x``."""
        return float(self.cost @ x + self.offset)

    def violation(self, x: Floats) -> float:
        """Largest violation of a row, bound or whole value at ``x``, in the row's or column's own unit."""
        activity = self.matrix @ x
        parts = [
            self.row_lower - activity,
            activity - self.row_upper,
            self.lower - x,
            x - self.upper,
            np.abs(x - np.round(x))[self.integer],
        ]
        return max(0.0, *(float(part.max()) for part in parts if part.size))


@dataclass
class Statement:
    """Collects column and row families and joins them into a :class:`Problem`.

    For ragged families over flat keys, where a padded array would be mostly empty.

    >>> statement = Statement()
    >>> x = statement.columns("x", [("a",), ("b",)], upper=4.0, cost=[1.0, 2.0])
    >>> statement.rows("need", [("all",)], [(np.zeros(2, int), x, np.ones(2))], lower=3.0)
    >>> statement.problem().size
    {'rows': 1, 'columns': 2, 'integers': 0, 'nonzeros': 2}
    """

    offset: float = 0.0
    _columns: list[Block] = field(default_factory=list)
    _column_data: list[tuple[Floats, Floats, Floats, Flags]] = field(default_factory=list)
    _rows: list[Block] = field(default_factory=list)
    _row_data: list[tuple[Floats, Floats]] = field(default_factory=list)
    _entries: list[tuple[NDArray[Any], NDArray[Any], Floats]] = field(default_factory=list)

    def columns(
        self,
        name: str,
        keys: Iterable[tuple[str, ...]],
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        integer: bool = False,
    ) -> NDArray[np.int64]:
        """Declare a family of columns and return their indices; numbers or one number per key."""
        start = self._columns[-1].stop if self._columns else 0
        block = Block(name, start, tuple(keys))
        count = len(block.keys)
        self._columns.append(block)
        data = (_full(lower, count), _full(upper, count), _full(cost, count), np.full(count, integer))
        self._column_data.append(data)
        return np.arange(start, start + count)

    def rows(
        self,
        name: str,
        keys: Iterable[tuple[str, ...]],
        terms: Iterable[tuple[ArrayLike, ArrayLike, ArrayLike]],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> None:
        """Declare a family of rows; each term is (row within the family, column index, coefficient)."""
        start = self._rows[-1].stop if self._rows else 0
        block = Block(name, start, tuple(keys))
        count = len(block.keys)
        self._rows.append(block)
        self._row_data.append((_full(lower, count), _full(upper, count)))
        for place, index, coefficient in terms:
            row, column = np.atleast_1d(np.asarray(place)), np.atleast_1d(np.asarray(index))
            if row.size and (row.min() < 0 or row.max() >= count):
                raise IndexError(f"term of {name} names a row outside 0..{count - 1}")
            self._entries.append((row + start, column, _full(coefficient, row.size)))

    def problem(self) -> Problem:
        """Join all families; coefficients of the same row and column add up."""
        columns = self._columns[-1].stop if self._columns else 0
        rows = self._rows[-1].stop if self._rows else 0
        row, column, value = (_join([entry[i] for entry in self._entries]) for i in range(3))
        matrix = sp.csr_array(
            sp.coo_array((value, (row.astype(np.int64), column.astype(np.int64))), shape=(rows, columns))
        )
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        lower, upper, cost, integer = (_join([data[i] for data in self._column_data]) for i in range(4))
        row_lower, row_upper = (_join([data[i] for data in self._row_data]) for i in range(2))
        return Problem(
            matrix, row_lower, row_upper, lower, upper, cost, integer.astype(bool),
            self.offset, tuple(self._rows), tuple(self._columns),
        )  # fmt: skip


def stack_keys(*parts: Mapping[str, Any] | Iterable[Any]) -> list[tuple[str, ...]]:
    """All combinations of the labels in ``parts``, last one fastest, as text."""
    keys: list[tuple[str, ...]] = [()]
    for part in parts:
        labels = [str(label) for label in part]
        keys = [(*key, label) for key in keys for label in labels]
    return keys


def _full(value: ArrayLike, count: int) -> Floats:
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (count,)))


def _join(parts: list[Any]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)


def _find(blocks: tuple[Block, ...], name: str) -> Block:
    for block in blocks:
        if block.name == name:
            return block
    raise KeyError(f"no family {name!r}; there are {', '.join(block.name for block in blocks)}")


def _name(blocks: tuple[Block, ...], index: int, kind: str) -> str:
    for block in blocks:
        if block.start <= index < block.stop:
            return f"{block.name}[{', '.join(block.keys[index - block.start])}]"
    return f"{kind} {index}"
