"""Pieces: where they come from and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.model.context import Model

    Whole = NDArray[np.int64]


def hull(model: Model) -> None:
    """``z <= x``: no further piece where the pair does not hang; ``room <= pieces there can be x (1 - x)``."""
    statement, at = model.statement, model.step_at
    rows = np.arange(at.size)
    statement.rows(
        "hull",
        ((str(row),) for row in rows),
        [
            (rows, model.step_column, np.ones(at.size)),
            (rows, model.carried.ravel()[at], -np.ones(at.size)),
        ],
        upper=0.0,
    )
    at = np.flatnonzero((model.room >= 0).ravel() & (model.carried >= 0).ravel())
    most = np.maximum(
        model.arrays.pairs.opening[at // model.periods], model.extents.most.max(axis=1)[at // model.periods]
    ).astype(np.float64)
    rows = np.arange(at.size)
    statement.rows(
        "room",
        model.keys(at),
        [(rows, model.room.ravel()[at], np.ones(at.size)), (rows, model.carried.ravel()[at], most)],
        upper=most,
    )


def filling(model: Model) -> None:
    """``z(n + 1) <= w(n) <= z(n)``, w whole: a piece is shown only after those before it, in all periods but the last.

    The value of pieces falls with n, so that a single period fills in order by itself; what is left over to a next
    one could be worth more than a sale now, and would then count as not sold.
    """
    at = model.step_at
    if model.periods == 1 or not at.size:
        return
    follows = np.flatnonzero((at[1:] == at[:-1]) & (at[1:] % model.periods < model.periods - 1))
    keys = [(str(row),) for row in follows]
    full = model.statement.columns("full", keys, upper=1.0, integer=True)
    row, one = np.arange(follows.size), np.ones(follows.size)
    for name, column, sign in (("filled", follows, 1.0), ("filling", follows + 1, -1.0)):
        terms = [(row, model.step_column[column], sign * one), (row, full, -sign * one)]
        model.statement.rows(name, keys, terms, lower=0.0)


def balance(model: Model) -> None:
    """``pieces + room + returned - shipped - transferred = opening``; later openings are ``pieces - sales + room``."""
    pairs = model.arrays.pairs
    involved = (model.carried >= 0) | (model.room >= 0) | (model.returned >= 0)
    involved |= pairs.opening[:, None] > 0
    at = np.flatnonzero(involved.ravel())
    row = np.full(involved.size, -1, dtype=np.int64)
    row[at] = np.arange(at.size)
    terms = []
    for place, column, amount in _standing(model):
        terms.append((row[place], column, amount))
    for place, column, amount in _leftover(model):
        later = place[(place % model.periods) < model.periods - 1]
        chosen = (place % model.periods) < model.periods - 1
        terms.append((row[later + 1], column[chosen], -amount[chosen]))
    opening = np.where(at % model.periods == 0, pairs.opening[at // model.periods], 0).astype(np.float64)
    model.statement.rows("balance", model.keys(at), terms, lower=opening, upper=opening)
    _leaving(model)


def _standing(model: Model) -> list[tuple[Whole, Whole, NDArray[np.float64]]]:
    """Terms of a pair-period's own balance."""
    shipped, moves = model.shipments, model.moves
    back = np.flatnonzero(model.returned.ravel() >= 0)
    pack = model.arrays.pack[model.arrays.pairs.product[shipped.pair]].astype(np.float64)
    one = np.ones(moves.column.size)
    return [
        model.displayed(),
        model.kept(),
        (back, model.returned.ravel()[back], np.ones(back.size)),
        (shipped.pair * model.periods + shipped.period, shipped.column, -pack),
        (moves.taker * model.periods + moves.period, moves.column, -one),
        (moves.giver * model.periods + moves.period, moves.column, one),
    ]


def _leftover(model: Model) -> list[tuple[Whole, Whole, NDArray[np.float64]]]:
    """What a pair-period leaves to the next."""
    place, column, amount = model.sold()
    return [model.displayed(), (place, column, -amount), model.kept()]


def _leaving(model: Model) -> None:
    """``returned + given + room <= opening``: what leaves, or stays off display, was there before."""
    pairs, moves = model.arrays.pairs, model.moves
    gives = np.zeros(model.carried.size, dtype=bool)
    gives[moves.giver * model.periods + moves.period] = True
    at = np.flatnonzero((model.returned >= 0).ravel() | (model.room >= 0).ravel() | gives)
    row = np.full(gives.size, -1, dtype=np.int64)
    row[at] = np.arange(at.size)
    back = np.flatnonzero(model.returned.ravel() >= 0)
    terms = [
        (row[back], model.returned.ravel()[back], np.ones(back.size)),
        (row[moves.giver * model.periods + moves.period], moves.column, np.ones(moves.column.size)),
    ]
    place, column, amount = model.kept()
    terms.append((row[place], column, amount))
    for place, column, amount in _leftover(model):
        chosen = (place % model.periods) < model.periods - 1
        target = row[place[chosen] + 1]
        known = target >= 0
        terms.append((target[known], column[chosen][known], -amount[chosen][known]))
    opening = np.where(at % model.periods == 0, pairs.opening[at // model.periods], 0).astype(np.float64)
    model.statement.rows("leaving", model.keys(at), terms, upper=opening)
    first = np.flatnonzero((at % model.periods == 0) & (opening > 0) & (model.carried.ravel()[at] >= 0))
    _vacating(model, at[first], row, terms)


def _vacating(
    model: Model, at: Whole, row: Whole, terms: list[tuple[Whole, Whole, NDArray[np.float64]]]
) -> None:
    """``returned + given + room >= opening x (1 - x)``: implied for whole x, and what makes the relaxation tight."""
    opening = model.arrays.pairs.opening[at // model.periods].astype(np.float64)
    chosen = np.full(int(row.max(initial=-1)) + 1, -1, dtype=np.int64)
    chosen[row[at]] = np.arange(at.size)
    kept = [
        (chosen[place], column, amount) for place, column, amount in terms if amount.size and amount.min() > 0
    ]
    tight = [(place[place >= 0], column[place >= 0], amount[place >= 0]) for place, column, amount in kept]
    tight.append((np.arange(at.size), model.carried.ravel()[at], opening))
    model.statement.rows("vacating", model.keys(at), tight, lower=opening)


def packs(model: Model) -> None:
    """Packs stay whole: a pair that is shipped packs of several pieces gives nothing back in that period.

    In the first period and where nothing comes from other stores, pieces beyond the opening then come in whole packs:
    the further pieces of a pack are shown together, or not at all.
    """
    shipped, arrays = model.shipments, model.arrays
    pack = arrays.pack[arrays.pairs.product]
    place = shipped.pair * model.periods + shipped.period
    at = np.unique(place[(pack[shipped.pair] > 1) & (model.returned.ravel()[place] >= 0)])
    either = model.statement.columns("unpacked", model.keys(at), upper=1.0, integer=True)
    row = np.full(model.carried.size, -1, dtype=np.int64)
    row[at] = np.arange(at.size)
    mine = row[place] >= 0
    most = model.extents.most.ravel()[at].astype(np.float64)
    own = np.arange(at.size)
    model.statement.rows(
        "packs-shipped",
        model.keys(at),
        [(row[place[mine]], shipped.column[mine], pack[shipped.pair[mine]].astype(np.float64)),
         (own, either, -most)],
        upper=0.0,
    )  # fmt: skip
    there = np.where(at % model.periods == 0, arrays.pairs.opening[at // model.periods], 0)
    there = np.maximum(there, model.extents.most[at // model.periods].max(axis=1)).astype(np.float64)
    model.statement.rows(
        "packs-returned",
        model.keys(at),
        [(own, model.returned.ravel()[at], np.ones(at.size)), (own, either, there)],
        upper=there,
    )
    _together(model, pack)


def _together(model: Model, pack: Whole) -> None:
    """``z(n) = z(n + 1)`` within a pack of the first period, 0 beyond the last whole one, x in the first."""
    pairs, extents = model.arrays.pairs, model.extents
    pair = model.step_at // model.periods
    taker = np.zeros(pairs.count, dtype=bool)
    taker[model.moves.taker] = True
    first = np.searchsorted(model.step_at, model.step_at, side="left")
    n = np.arange(model.step_at.size) - first + extents.least.ravel()[model.step_at] + 1
    beyond = n - pairs.opening[pair]
    whole = (model.step_at % model.periods == 0) & (pack[pair] > 1) & ~taker[pair] & (beyond > 0)
    whole &= model.arrays.pairs.given.pieces.ravel()[model.step_at] < 0
    ends = beyond % pack[pair] == 0
    last = np.append(model.step_at[1:] != model.step_at[:-1], True) if n.size else ends
    for name, chosen, other in (
        ("pack-together", whole & ~ends & ~last, lambda at: model.step_column[at + 1]),
        ("pack-started", whole & (beyond % pack[pair] != 1) & (n == extents.least.ravel()[model.step_at] + 1),
         lambda at: model.carried.ravel()[model.step_at[at]]),
    ):  # fmt: skip
        at = np.flatnonzero(chosen)
        own = np.arange(at.size)
        model.statement.rows(
            name,
            ((str(a),) for a in at),
            [(own, model.step_column[at], np.ones(at.size)), (own, other(at), -np.ones(at.size))],
            lower=0.0,
            upper=0.0,
        )
    at = np.flatnonzero(whole & ~ends & last)
    model.statement.rows(
        "pack-broken", ((str(a),) for a in at), [(np.arange(at.size), model.step_column[at], np.ones(at.size))],
        upper=0.0,
    )  # fmt: skip


def stock(model: Model) -> None:
    """``pieces sent so far <= stock and receipts so far``, by centre, product and period."""
    arrays, shipped = model.arrays, model.shipments
    if not arrays.rules.stock or not shipped.column.size:
        return
    lane, product = shipped.lane, arrays.pairs.product[shipped.pair]
    sent = shipped.period - arrays.lanes.lead[lane]
    key = arrays.lanes.centre[lane] * len(arrays.product_names) + product
    used, row = np.unique(key, return_inverse=True)
    pack = arrays.pack[product].astype(np.float64)
    terms = []
    for k in range(model.periods):
        chosen = sent <= k
        terms.append((row[chosen] * model.periods + k, shipped.column[chosen], pack[chosen]))
    supply = arrays.supply.cumsum(axis=2).reshape(-1, model.periods)[used]
    products = len(arrays.product_names)
    keys = [
        (arrays.centre_names[u // products], arrays.product_names[u % products], str(k + 1))
        for u in used
        for k in range(model.periods)
    ]  # fmt: skip
    model.statement.rows("stock", keys, terms, upper=supply.ravel().astype(np.float64))


def ways(model: Model) -> None:
    """Pieces on a lane and period are within its capacity; pieces of a centre and period within its throughput."""
    arrays, shipped = model.arrays, model.shipments
    lanes, pack = arrays.lanes, arrays.pack[arrays.pairs.product[shipped.pair]].astype(np.float64)
    limited = np.isfinite(lanes.capacity)[shipped.lane]
    _capped(model, "lane-capacity", shipped.lane[limited], shipped.period[limited],
            (shipped.column[limited], pack[limited]), lanes.capacity)  # fmt: skip
    if arrays.rules.throughput:
        centre, sent = lanes.centre[shipped.lane], shipped.period - lanes.lead[shipped.lane]
        limited = np.isfinite(arrays.throughput)[centre]
        _capped(model, "throughput", centre[limited], sent[limited],
                (shipped.column[limited], pack[limited]), arrays.throughput)  # fmt: skip


def transfers(model: Model) -> None:
    """Pieces on a transfer lane are within its capacity, those a store takes within ``max_transfer_in``."""
    arrays, moves = model.arrays, model.moves
    one = np.ones(moves.column.size)
    limited = np.isfinite(arrays.transfer_lanes.capacity)[moves.lane]
    _capped(model, "transfers", moves.lane[limited], moves.period[limited],
            (moves.column[limited], one[limited]), arrays.transfer_lanes.capacity)  # fmt: skip
    if arrays.rules.max_transfer_in is not None:
        store = arrays.pairs.store[moves.taker]
        most = np.full(len(arrays.store_names), float(arrays.rules.max_transfer_in))
        _capped(model, "transfers-in", store, moves.period, (moves.column, one), most)


def _capped(
    model: Model,
    name: str,
    place: Whole,
    period: Whole,
    terms: tuple[Whole, NDArray[np.float64]],
    most: NDArray[np.float64],
) -> None:
    """``sum of terms <= most`` by place and period."""
    used, row = np.unique(place * model.periods + period, return_inverse=True)
    keys = [(str(u // model.periods), str(u % model.periods + 1)) for u in used]
    model.statement.rows(name, keys, [(row, *terms)], upper=most[used // model.periods])


def budget(model: Model) -> None:
    """``sum of cost x pieces sent in a period <= budget``."""
    arrays, shipped = model.arrays, model.shipments
    if not arrays.rules.budget:
        return
    product = arrays.pairs.product[shipped.pair]
    money = (arrays.pack[product] * arrays.cost[product]).astype(np.float64)
    sent = shipped.period - arrays.lanes.lead[shipped.lane]
    for period, amount in arrays.tables["budget"].select("period", "amount").iter_rows():
        chosen = sent == period - 1
        rows = np.zeros(int(chosen.sum()), dtype=np.int64)
        terms = [(rows, shipped.column[chosen], money[chosen])]
        model.statement.rows(f"budget-{period}", [(str(period),)], terms, upper=amount)


def sell_through(model: Model) -> None:
    """``expected sales >= floor x pieces``, over all pairs and periods."""
    rules = model.arrays.rules
    if rules.valued != "sell_through" or rules.sell_through_by != "floor":
        return
    terms = []
    _, column, amount = model.sold()
    terms.append((np.zeros(column.size, dtype=np.int64), column, amount))
    for _, column, amount in (model.displayed(), model.kept()):
        terms.append((np.zeros(column.size, dtype=np.int64), column, -rules.sell_through_floor * amount))
    model.statement.rows("sell-through", [("all",)], terms, lower=0.0)
