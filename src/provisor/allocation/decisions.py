"""Decisions of a plan, and what follows from them: pieces, sales, slack, and every line of the objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.demand import expected_sales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Routes:
    """Shipments: lane, pair, period of arrival (from 0) and pieces of each."""

    lane: Whole
    pair: Whole
    period: Whole
    pieces: Whole


@dataclass(frozen=True)
class Transfers:
    """Transfers: lane, pair that gives, pair that takes, period (from 0) and pieces of each."""

    lane: Whole
    giver: Whole
    taker: Whole
    period: Whole
    pieces: Floats

    @classmethod
    def none(cls) -> Transfers:
        """No transfers."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty, empty, np.zeros(0))


@dataclass(frozen=True)
class Decisions:
    """What is decided.

    Attributes:
        carried: Whether a pair hangs, by pair and period.
        returned: Pieces to be taken back by pair and period, where the pair is carried; of a pair that is not
            carried everything that is left goes back, if it may.
        routes: Shipments.
        transfers: Transfers.
    """

    carried: Flags
    returned: Floats
    routes: Routes
    transfers: Transfers


@dataclass(frozen=True)
class Outcome:
    """What follows, by pair and period.

    Attributes:
        decisions: The decisions.
        opening: Pieces there before anything moves.
        shipped: Pieces that arrive from centres.
        transferred: Pieces that come from stores less those that go to stores.
        returned: Pieces taken back.
        pieces: Pieces there; on display if the pair is carried.
        sales: Expected sales.
    """

    decisions: Decisions
    opening: Floats
    shipped: Floats
    transferred: Floats
    returned: Floats
    pieces: Floats
    sales: Floats

    @property
    def carried(self) -> Flags:
        """Whether a pair hangs."""
        return self.decisions.carried


def outcome_of(arrays: Arrays, decisions: Decisions) -> Outcome:
    """Play decisions through, period by period."""
    pairs, shape = arrays.pairs, decisions.carried.shape
    shipped, transferred = np.zeros(shape), np.zeros(shape)
    routes, transfers = decisions.routes, decisions.transfers
    np.add.at(shipped, (routes.pair, routes.period), routes.pieces)
    np.add.at(transferred, (transfers.taker, transfers.period), transfers.pieces)
    np.add.at(transferred, (transfers.giver, transfers.period), -transfers.pieces)
    opening, returned, pieces, sales = (np.zeros(shape) for _ in range(4))
    opening[:, 0] = pairs.opening
    goes_back = ~pairs.given.frozen if arrays.rules.returns else np.zeros(shape, dtype=bool)
    for k in range(shape[1]):
        carried = decisions.carried[:, k]
        if k:
            opening[:, k] = pieces[:, k - 1] - sales[:, k - 1]
        there = opening[:, k] + shipped[:, k] + transferred[:, k]
        leftover = np.where(goes_back[:, k], np.maximum(there, 0.0), 0.0)
        returned[:, k] = np.where(carried, decisions.returned[:, k], leftover)
        pieces[:, k] = there - returned[:, k]
        on = np.flatnonzero(carried & (pieces[:, k] > 0))
        sales[on, k] = expected_sales(pieces[on, k], pairs.mean[on, k], pairs.dispersion[on])
    return Outcome(decisions, opening, shipped, transferred, returned, pieces, sales)
