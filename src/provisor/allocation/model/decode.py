"""Decisions from a solution of the exact model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.decisions import Decisions, Routes, Transfers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.model.context import Model

    Floats = NDArray[np.float64]

DUST = 1e-6
"""Amounts below this are none."""


def decisions_of(model: Model, x: Floats) -> Decisions:
    """Decisions of a solution: whole where they are whole in the model."""
    carried = _values(model.carried, x) > 0.5
    shipped, moves = model.shipments, model.moves
    pack = model.arrays.pack[model.arrays.pairs.product[shipped.pair]]
    pieces = np.rint(x[shipped.column]).astype(np.int64) * pack
    sent = pieces > 0
    moved = x[moves.column]
    if model.periods == 1:
        moved = np.rint(moved)
    given = moved > DUST
    returned = _values(model.returned, x)
    returned[:, 0] = np.rint(returned[:, 0])
    return Decisions(
        carried,
        np.where(returned > DUST, returned, 0.0),
        Routes(shipped.lane[sent], shipped.pair[sent], shipped.period[sent], pieces[sent]),
        Transfers(
            moves.lane[given], moves.giver[given], moves.taker[given], moves.period[given], moved[given]
        ),
    )


def _values(columns: NDArray[np.int64], x: Floats) -> Floats:
    """Values of columns by pair and period, 0 where there is none."""
    return np.where(columns >= 0, x[columns], 0.0)
