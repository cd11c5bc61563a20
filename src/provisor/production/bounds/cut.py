"""An inequality that every plan keeps to, as a row of a matrix."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.engine.problem import Floats

LEAST_VIOLATION = 1.0
"""Units by which an inequality must be violated to be worth a row."""

MOST_OF_A_KIND = 30
"""Inequalities of a kind for one product in a round: the most violated."""


@dataclass
class Cut:
    """An inequality ``sum of coefficients x columns >= need``, in units."""

    need: float
    coefficients: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, columns: Iterable[int], each: float = 1.0) -> None:
        """Add columns to the left side."""
        for column in columns:
            self.coefficients[int(column)] += each


def as_rows(cuts: list[Cut], columns: int) -> tuple[sp.csr_array, Floats]:
    """Cuts as rows of a matrix and their lower limits, each divided by its largest coefficient."""
    scale = np.array([max(abs(value) for value in cut.coefficients.values()) for cut in cuts])
    entries = [
        (row, column, value / scale[row])
        for row, cut in enumerate(cuts)
        for column, value in cut.coefficients.items()
    ]
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = sp.csr_array(sp.coo_array((value, (row, column)), shape=(len(cuts), columns), dtype=np.float64))
    return matrix, np.array([cut.need for cut in cuts]) / scale
