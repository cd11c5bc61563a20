"""The dual route: prices on every limit prove the bound and guide a plan; see docs/allocation/kernel.md.

The kernel knows no transfers. With them, an opening piece that is not on display is credited with what it could save
another store: what a piece from a centre costs there at the prices found, less the way. No transfer is then worth
more than its giver is credited with, so that the bound holds with transfers too; where prices moved since the
credit was set, the difference is added to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.blocks import Blocks, blocks_of
from provisor.allocation.decisions import Decisions, Routes, Transfers
from provisor.allocation.handing import Ways, hand_over, ways_between
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel
from provisor.allocation.prices import DUST, Price
from provisor.allocation.route import Clock, Found
from provisor.engine.backends import back_end
from provisor.planner import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.kernel.problem import Sources
    from provisor.allocation.kernel.result import Holding, KernelResult, Prices
    from provisor.allocation.worth import Worth
    from provisor.planner import SolveOptions

    Floats = NDArray[np.float64]

FIRST_SHARE = 0.6
"""Share of the time for the plan where a second solve has to prove the bound with transfers."""

RESERVE = 0.9
"""Share of the time left that the kernel may take; the rest is for the tables."""


def solve_by_prices(
    arrays: Arrays, worth: Worth, options: SolveOptions, gap: float, clock: Clock, *, prove: bool = True
) -> Found:
    """Solve with the kernel; without ``prove`` a plan is all that is wanted, and no bound counts.

    Raises:
        BadRequest: The case has several periods, or stock that may not be taken back.
    """
    ways = ways_between(arrays)
    blocks = blocks_of(arrays, worth)
    share = RESERVE * (FIRST_SHARE if ways.giver.size and prove else 1.0)
    limits = KernelLimits(share * clock.left, gap, options.threads, options.seed, solver=options.solver)
    result = solve_kernel(blocks.problem, limits)
    value = None if result.holding is None else result.holding.value
    options.on_progress(Progress(clock.seconds, value, result.bound, "prices"))
    decisions = None if result.holding is None else decisions_of(arrays, blocks, result.holding)
    bound, proof = result.bound, result.proof
    if ways.giver.size and prove:
        bound = _with_transfers(arrays, worth, ways, result, limits, clock)
        proof += "; an opening piece not on display credited with what it could save another store"
    if ways.giver.size and decisions is not None:
        decisions = hand_over(arrays, worth, ways, decisions)
    pairs = blocks.problem.pairs
    return Found(
        decisions,
        bound,
        False,
        "prices on all limits, greedy choice by them, exchanges, exact model of what is in question",
        proof,
        f"kernel with {options.solver} {back_end(options.solver).version()}",
        {"rows": sum(limit.lower.size for limit in blocks.problem.place_limits), "columns": int(pairs.gain.size),
         "integers": int(pairs.gain.size), "nonzeros": int(pairs.gain.size)},
        prices_of(arrays, result),
        {"dual_steps": float(result.steps), **{f"seconds_{k}": v for k, v in result.seconds.items()}},
    )  # fmt: skip


def _with_transfers(
    arrays: Arrays,
    worth: Worth,
    ways: Ways,
    first: KernelResult,
    limits: KernelLimits,
    clock: Clock,
) -> float:
    """Bound with transfers; see the module's words."""
    wide = blocks_of(arrays, worth, worth.taken_back + worth.returned).problem.sources
    if wide is None:
        raise ValueError("a case has centres")
    credit = worth.taken_back + worth.returned
    np.maximum.at(credit, ways.giver, _saving(arrays, worth, ways, first.prices, wide))
    blocks = blocks_of(arrays, worth, credit)
    again = solve_kernel(
        blocks.problem, replace(limits, seconds=RESERVE * clock.left, prices=first.prices, exact=False)
    )
    excess = np.zeros(arrays.pairs.count)
    later = _saving(arrays, worth, ways, again.prices, wide)
    np.maximum.at(excess, ways.giver, np.maximum(later - credit[ways.giver], 0.0))
    return again.bound + float((excess * arrays.pairs.opening).sum())


def _saving(arrays: Arrays, worth: Worth, ways: Ways, prices: Prices, sources: Sources) -> Floats:
    """What a transferred piece saves its taker at most, by way: a piece from a centre at the prices, less the way."""
    store, product = arrays.pairs.store[ways.taker], arrays.pairs.product[ways.taker]
    price = sources.cost[store] + prices.stock[product] + prices.throughput
    if sources.lane is not None:
        price = price + prices.lane[store]
    if prices.budget.size:
        price = price + prices.budget[0] * sources.goods[product][:, None]
    saved: Floats = price.min(axis=1) - worth.goods[ways.taker] + worth.ways * ways.cost
    return saved


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


def prices_of(arrays: Arrays, result: KernelResult) -> tuple[Price, ...]:
    """Shadow prices of stock, throughput and the limits of stores."""
    stock, throughput = result.prices.stock, result.prices.throughput
    found = [
        Price("stock", (arrays.centre_names[w], arrays.product_names[i]), 1, float(stock[i, w]))
        for i, w in np.argwhere(stock > DUST).tolist()
    ]
    found += [
        Price("throughput", (arrays.centre_names[w],), 1, float(throughput[w]))
        for w in np.flatnonzero(throughput > DUST).tolist()
    ]
    for rule, prices in result.prices.place.items():
        found.extend(
            Price(rule, (arrays.store_names[j], str(c)), 1, float(prices[j, c]))
            for j, c in np.argwhere(np.abs(prices) > DUST).tolist()
        )
    return tuple(found)
