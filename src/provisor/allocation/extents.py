"""How many pieces a pair shows at least and at most, by pair and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.planner import BadRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Extents:
    """What may be done with each pair and period.

    Attributes:
        may: Whether it may be carried.
        least: Pieces it shows at least if it is carried.
        most: Pieces it shows at most.
        moves: Whether anything may be shipped, transferred or taken back: not where it is frozen.
        room: Whether pieces may stay in the store room while it is not carried.
    """

    may: Flags
    least: Whole
    most: Whole
    moves: Flags
    room: Flags


def extents_of(arrays: Arrays) -> Extents:
    """Extents of all pairs.

    Raises:
        BadRequest: A pair must be carried that has no room for its presentation minimum.
    """
    pairs, told = arrays.pairs, arrays.pairs.given
    shape = pairs.alive.shape
    least = np.broadcast_to(arrays.least[pairs.product][:, None], shape)
    most = pairs.most if arrays.rules.returns else np.maximum(pairs.most, pairs.opening)
    most = np.broadcast_to(most[:, None], shape)
    still = told.frozen & told.carried
    least = np.where(still, 0, np.where(told.pieces >= 0, told.pieces, least))
    most = np.where(still, pairs.opening[:, None], np.where(told.pieces >= 0, told.pieces, most))
    cramped = told.carried & (most < least)
    if cramped.any():
        pair = int(np.flatnonzero(cramped.any(axis=1))[0])
        raise BadRequest(
            f"pins: {arrays.product_names[pairs.product[pair]]} in {arrays.store_names[pairs.store[pair]]} is to be "
            "carried, but its max_pieces are fewer than its presentation_min"
        )
    stays = told.frozen & ~told.carried
    room = stays if arrays.rules.returns else ~told.carried
    return Extents(arrays.eligible & (most >= least), least, most, ~told.frozen, room)
