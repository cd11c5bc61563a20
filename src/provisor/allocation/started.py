"""Decisions of an earlier plan, to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.decisions import Decisions, Routes, Transfers
from provisor.allocation.labels import numbers
from provisor.allocation.places import places
from provisor.allocation.tables import ALLOCATION, ROUTES, TRANSFERS
from provisor.planner import BadRequest
from provisor.tables.casting import Derived, coerce

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Whole = NDArray[np.int64]

_DECIDED = frozenset({"period", "store", "product", "carried", "returned"})
_FREE = Derived(
    frozenset({"transfers"}),
    {"allocation": frozenset(ALLOCATION.dtypes) - _DECIDED, "routes": frozenset({"sent"})},
)


def decisions_of(arrays: Arrays, tables: Mapping[str, pl.DataFrame]) -> Decisions:
    """Decisions of plan tables; what names no pair or lane of the case is left out.

    Raises:
        BadRequest: The tables cannot be read.
    """
    frames, unreadable = coerce(tables, (ALLOCATION, ROUTES, TRANSFERS), _FREE)
    if unreadable:
        raise BadRequest(f"the plan to start from: {unreadable[0].words}")
    shape = arrays.pairs.mean.shape
    carried, returned = np.zeros(shape, dtype=bool), np.zeros(shape)
    rows = frames["allocation"]
    pair, period = places(arrays, rows)
    known = pair >= 0
    carried[pair[known], period[known]] = rows["carried"].to_numpy()[known]
    returned[pair[known], period[known]] = rows["returned"].to_numpy()[known]
    return Decisions(
        carried, returned, _routes(arrays, frames["routes"]), _transfers(arrays, frames["transfers"])
    )


def _routes(arrays: Arrays, rows: pl.DataFrame) -> Routes:
    lane = _lanes(
        (numbers(rows["centre"], arrays.centre_names), numbers(rows["store"], arrays.store_names)),
        (arrays.lanes.centre, arrays.lanes.store),
        len(arrays.store_names),
    )
    pair, period = places(arrays, rows)
    known = (lane >= 0) & (pair >= 0)
    pieces = rows["pieces"].to_numpy().astype(np.int64)
    return Routes(lane[known], pair[known], period[known], pieces[known])


def _transfers(arrays: Arrays, rows: pl.DataFrame) -> Transfers:
    lane = _lanes(
        tuple(numbers(rows[name], arrays.store_names) for name in ("from_store", "to_store")),
        (arrays.transfer_lanes.giver, arrays.transfer_lanes.taker),
        len(arrays.store_names),
    )
    giver, period = places(arrays, rows.rename({"from_store": "store"}))
    taker, _ = places(arrays, rows.rename({"to_store": "store"}))
    known = (lane >= 0) & (giver >= 0) & (taker >= 0)
    pieces = rows["pieces"].to_numpy().astype(np.float64)
    return Transfers(lane[known], giver[known], taker[known], period[known], pieces[known])


def _lanes(wanted: tuple[Whole, ...], lanes: tuple[Whole, Whole], width: int) -> Whole:
    """Number of the lane between two places, -1 where there is none."""
    if not lanes[0].size:
        return np.full(wanted[0].size, -1, dtype=np.int64)
    key, asked = lanes[0] * width + lanes[1], wanted[0] * width + wanted[1]
    order = np.argsort(key, kind="stable")
    place = order[np.minimum(np.searchsorted(key, asked, sorter=order), key.size - 1)]
    there = (key[place] == asked) & (wanted[0] >= 0) & (wanted[1] >= 0)
    return np.where(there, place, -1).astype(np.int64)
