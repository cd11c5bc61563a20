"""The dual route: prices on every limit prove the bound, and guide a plan; see docs/allocation/kernel.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.decisions import Decisions, Routes, Transfers

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.blocks import Blocks
    from provisor.allocation.kernel.result import Holding


def decisions_of(arrays: Arrays, blocks: Blocks, holding: Holding) -> Decisions:
    """Decisions of a choice of levels."""
    pairs, stated = arrays.pairs, blocks.problem.pairs
    carried = np.zeros((pairs.count, 1), dtype=bool)
    held = holding.level >= 0
    carried[blocks.order, 0] = held
    level = np.maximum(holding.level, 0).astype(np.int64)
    first, opening = stated.first.astype(np.int64), stated.opening.astype(np.int64)
    shown = first + np.minimum(level, np.maximum(opening - first, 0))
    returned = np.zeros((pairs.count, 1))
    returned[blocks.order, 0] = np.where(held & ~blocks.empty, np.maximum(opening - shown, 0), 0)
    returned[pairs.given.frozen[:, 0], 0] = 0.0
    pair, source = np.nonzero(holding.sent)
    e = blocks.order[pair]
    routes = Routes(
        blocks.lane[pairs.store[e], source],
        e,
        np.zeros(e.size, dtype=np.int64),
        holding.sent[pair, source].astype(np.int64),
    )
    return Decisions(carried, returned, routes, Transfers.none())
