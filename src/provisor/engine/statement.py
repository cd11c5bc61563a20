"""Turns a linopy model into a :class:`~provisor.engine.problem.Problem`; linopy states, it does not solve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from linopy.constraints import ConstraintBase
from linopy.variables import Variable

from provisor.engine.problem import Block, Flags, Floats, Problem, stack_keys

if TYPE_CHECKING:
    from linopy import Model
    from linopy.matrices import MatrixAccessor
    from numpy.typing import NDArray
    from xarray import DataArray

Families = Iterable[tuple[str, Variable | ConstraintBase]]


def from_linopy(model: Model, offset: float = 0.0) -> Problem:
    """The problem that a linopy model states.

    Blocks are named after variables and constraints, in the order they were added; their keys are the
    coordinate labels as text. Masked entries are dropped.

    Args:
        model: A linear model with continuous, integer and binary variables.
        offset: Constant of the objective, which linopy cannot hold.

    Raises:
        ValueError: The model is quadratic, scaled, or has semi-continuous variables, special ordered sets
            or indicator constraints.
    """
    arrays = model.matrices
    _refuse_what_is_not_linear(model, arrays)
    columns = _blocks(model.variables.items(), arrays.vlabels)
    rows = _blocks(model.constraints.items(), arrays.clabels)
    size = (len(arrays.clabels), len(arrays.vlabels))
    matrix = sp.csr_array(size) if arrays.A is None else sp.csr_array(arrays.A, shape=size, dtype=np.float64)
    matrix.sum_duplicates()
    sign = -1.0 if model.objective.sense == "max" else 1.0
    row_lower, row_upper = _row_limits(np.asarray(arrays.b, dtype=np.float64), np.asarray(arrays.sense))
    return Problem(
        matrix=matrix,
        row_lower=row_lower,
        row_upper=row_upper,
        lower=np.array(arrays.lb, dtype=np.float64),
        upper=np.array(arrays.ub, dtype=np.float64),
        cost=sign * np.asarray(arrays.c, dtype=np.float64),
        integer=np.isin(arrays.vtypes, ["B", "I"]),
        offset=offset,
        rows=rows,
        columns=columns,
    )


def _refuse_what_is_not_linear(model: Model, arrays: MatrixAccessor) -> None:
    scaled = not np.all(arrays.var_scaling == 1) or model.objective.scaling != 1
    for found, what in (
        (not model.is_linear, "a quadratic objective"),
        (arrays.indicator_A is not None, "indicator constraints"),
        (np.any(arrays.vtypes == "S"), "semi-continuous variables"),
        (len(list(model.variables.sos)) > 0, "special ordered sets"),
        (scaled, "scaling"),
    ):
        if found:
            raise ValueError(f"a model with {what} cannot be stated as a linear problem")


def _row_limits(right: Floats, sense: NDArray[Any]) -> tuple[Floats, Floats]:
    first = sense.astype("U1")
    return np.where(first == "<", -np.inf, right), np.where(first == ">", np.inf, right)


def _blocks(families: Families, kept: NDArray[Any]) -> tuple[Block, ...]:
    """One block per family with the keys of the labels that are kept."""
    blocks: list[Block] = []
    start = 0
    for name, family in families:
        labels = family.labels
        keep: Flags = np.isin(labels.values.ravel(), kept)
        keys = stack_keys(*(_labels(labels, dimension) for dimension in labels.dims))
        block = Block(str(name), start, tuple(key for key, wanted in zip(keys, keep, strict=True) if wanted))
        blocks.append(block)
        start = block.stop
    return tuple(blocks)


def _labels(array: DataArray, dimension: str) -> list[str]:
    if dimension in array.indexes:
        return [str(label) for label in array.indexes[dimension].astype(str)]
    return [str(position) for position in range(array.sizes[dimension])]
