"""Columns of the exact model, each with what it adds to the objective."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.demand import expected_sales
from provisor.allocation.model.context import Model, Moves, Shipments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


def declare(model: Model) -> None:
    """Declare all columns of pairs; slack columns come with their rows."""
    _carried(model)
    _steps(model)
    _opened(model)
    _standing(model)
    _shipments(model)
    _moves(model)


def _carried(model: Model) -> None:
    """``x``: whether a pair hangs; worth what its least pieces are, less opening it in the first period."""
    arrays, extents, pairs = model.arrays, model.extents, model.arrays.pairs
    least = extents.least.astype(np.float64)
    dispersion = np.repeat(pairs.dispersion, model.periods)
    model.first_sales = expected_sales(least.ravel(), pairs.mean.ravel(), dispersion).reshape(least.shape)
    must = pairs.given.carried
    at = np.flatnonzero((extents.may | must).ravel())
    worth = _display_worth(model, at, least.ravel()[at], model.first_sales.ravel()[at])
    new = (at % model.periods == 0) & ~pairs.before[at // model.periods]
    columns = model.statement.columns(
        "carried", model.keys(at), lower=must.ravel()[at].astype(float), upper=1.0,
        cost=-(worth + model.worth.opening * new), integer=True,
    )  # fmt: skip
    model.carried = _placed(model, at, columns)
    del arrays


def _steps(model: Model) -> None:
    """``z``: each piece beyond the least, at most as far as the pair hangs (``z <= x`` is a row)."""
    extents = model.extents
    further = np.where(model.carried >= 0, extents.most - extents.least, 0).ravel()
    at = np.repeat(np.arange(further.size), further)
    first = np.cumsum(further) - further
    n = np.arange(at.size) - first[at] + extents.least.ravel()[at] + 1
    model.step_at, model.step_chance = at, model.chances(at, n)
    worth = _display_worth(model, at, np.ones(at.size), model.step_chance)
    keys = [(*key, str(piece)) for key, piece in zip(model.keys(at), n, strict=True)]
    model.step_column = model.statement.columns("piece", keys, upper=1.0, cost=-worth)


def _display_worth(model: Model, at: Whole, pieces: Floats, sales: Floats) -> Floats:
    """What pieces on display with their expected sales add to the objective."""
    worth, pair = model.worth, at // model.periods
    last = at % model.periods == model.periods - 1
    left = np.where(last, worth.left[pair], worth.held[pair]) + worth.unsold[pair]
    gained: Floats = worth.sale[pair] * sales + worth.piece[pair] * pieces + left * (pieces - sales)
    return gained


def _opened(model: Model) -> None:
    """``o >= x(k) - x(k-1)``: a pair taken up after the first period, at its price."""
    if model.periods == 1:
        return
    later = np.arange(model.carried.size).reshape(model.carried.shape)[:, 1:]
    at = later[model.carried[:, 1:] >= 0]
    columns = model.statement.columns("opened", model.keys(at), upper=1.0, cost=-model.worth.opening)
    before = model.carried.ravel()[at - 1]
    rows, there = np.arange(at.size), before >= 0
    model.statement.rows(
        "opened",
        model.keys(at),
        [
            (rows, columns, np.ones(at.size)),
            (rows, model.carried.ravel()[at], -np.ones(at.size)),
            (rows[there], before[there], np.ones(int(there.sum()))),
        ],
        lower=0.0,
    )


def _standing(model: Model) -> None:
    """``room``: pieces kept off display; ``returned``: pieces taken back. Only where there can be pieces."""
    pairs, worth, extents = model.arrays.pairs, model.worth, model.extents
    there = np.repeat((pairs.opening > 0)[:, None], model.periods, axis=1)
    there[:, 1:] |= np.logical_or.accumulate(model.carried >= 0, axis=1)[:, :-1]
    at = np.flatnonzero((there & extents.room).ravel())
    last = at % model.periods == model.periods - 1
    value = np.where(last, worth.left[at // model.periods], worth.held[at // model.periods])
    model.room = _placed(model, at, model.statement.columns("room", model.keys(at), cost=-value))
    movable = there & extents.moves if model.arrays.rules.returns else np.zeros_like(there)
    for name, first in (("returned", True), ("returned_later", False)):
        chosen = movable.copy()
        chosen[:, 0] &= first
        chosen[:, 1:] &= not first
        at = np.flatnonzero(chosen.ravel())
        value = worth.taken_back[at // model.periods] + worth.returned
        columns = model.statement.columns(name, model.keys(at), cost=-value, integer=first)
        placed = _placed(model, at, columns)
        model.returned = placed if first else np.maximum(model.returned, placed)


def _shipments(model: Model) -> None:
    """``y``: packs that arrive on a lane, wherever the centre can have the product in time."""
    arrays, lanes, pairs = model.arrays, model.arrays.lanes, model.arrays.pairs
    wanted = (model.carried >= 0) & model.extents.moves
    supplied = arrays.supply.cumsum(axis=2) > 0
    found: list[tuple[Whole, Whole, Whole]] = []
    order = np.argsort(pairs.store, kind="stable")
    start = np.searchsorted(pairs.store[order], np.arange(len(arrays.store_names) + 1))
    for lane, (w, j, lead) in enumerate(zip(lanes.centre, lanes.store, lanes.lead, strict=True)):
        mine = order[start[j] : start[j + 1]]
        for k in range(int(lead), model.periods):
            able = wanted[mine, k]
            if arrays.rules.stock:
                able = able & supplied[w, pairs.product[mine], k - lead]
            chosen = mine[able]
            found.append((np.full(chosen.size, lane), chosen, np.full(chosen.size, k)))
    lanes_of, pair, period = (_joined([entry[part] for entry in found]) for part in range(3))
    pack = arrays.pack[pairs.product[pair]]
    cost = pack * (model.worth.goods[pair] + model.worth.ways * lanes.cost[lanes_of])
    keys = [
        (arrays.centre_names[w], *key)
        for w, key in zip(lanes.centre[lanes_of], model.keys(pair * model.periods + period), strict=True)
    ]
    columns = model.statement.columns("shipped", keys, cost=-cost, integer=True)
    model.shipments = Shipments(lanes_of, pair, period, columns)


def _moves(model: Model) -> None:
    """``t``: pieces that a pair passes on to the same product in another store."""
    arrays, lanes, pairs = model.arrays, model.arrays.transfer_lanes, model.arrays.pairs
    place = {
        (int(j), int(i)): e for e, (j, i) in enumerate(zip(pairs.store, pairs.product, strict=True))
    } if lanes.giver.size else {}  # fmt: skip
    of_store: dict[int, list[int]] = {}
    for e in range(pairs.count if lanes.giver.size else 0):
        of_store.setdefault(int(pairs.store[e]), []).append(e)
    found: list[tuple[int, int, int, int]] = []
    moves = model.extents.moves
    for lane, (giver, taker) in enumerate(zip(lanes.giver, lanes.taker, strict=True)):
        for e in of_store.get(int(giver), []):
            other = place.get((int(taker), int(pairs.product[e])))
            for k in range(model.periods if other is not None else 0):
                there = pairs.opening[e] > 0 or (k > 0 and (model.carried[e, :k] >= 0).any())
                if (
                    other is not None
                    and there
                    and moves[e, k]
                    and moves[other, k]
                    and model.carried[other, k] >= 0
                ):
                    found.append((lane, e, other, k))
    ways, giving, taking, period = (
        np.array([entry[part] for entry in found], dtype=np.int64) for part in range(4)
    )
    keys = [
        (arrays.store_names[pairs.store[e]], *key)
        for e, key in zip(giving, model.keys(taking * model.periods + period), strict=True)
    ]
    columns = model.statement.columns(
        "transferred", keys, cost=-model.worth.ways * lanes.cost[ways], integer=model.periods == 1
    )
    model.moves = Moves(ways, giving, taking, period, columns)


def _placed(model: Model, at: Whole, columns: Whole) -> Whole:
    """Columns by pair and period, -1 where there is none."""
    placed = np.full(model.arrays.pairs.count * model.periods, -1, dtype=np.int64)
    placed[at] = columns
    return placed.reshape(-1, model.periods)


def _joined(parts: list[Whole]) -> Whole:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)
