"""A bound from prices: room and trucks paid for instead of limited, every product planned by itself.

Theorem. Whatever prices (at least 0) are put on room and truckloads, the cheapest plans of the single products with
these prices, plus the cheapest building with what its room earns, less what the room and trucks there are would earn,
is a lower bound for every plan of the case (Lagrange). Prices from the problem in buckets make it tight; each bucket's
price is spread evenly over its days. Without limits between them the products fall apart into small daily problems.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends import back_end
from provisor.engine.problem import Statement
from provisor.engine.result import Limits, SolverError, SolveStatus
from provisor.expansion.model.building import build
from provisor.expansion.model.days import Prices, days_model, even_buckets

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Floats, Problem
    from provisor.expansion.model.days import DaysModel
    from provisor.expansion.network import Network


def daily_prices(model: DaysModel, problem: Problem, duals: Floats) -> Prices:
    """Prices of room and loads by day, from the duals of the problem in buckets with building in it."""
    network, days = model.network, model.lengths.astype(np.int64)
    settings = network.settings
    room = np.zeros((days.size, *network.capacity.shape))
    for name, places in (("room", slice(None)), ("room_first_morning", np.flatnonzero(days > 1))):
        if any(block.name == name for block in problem.rows):
            found = np.maximum(-duals[problem.row_block(name).slice], 0.0)
            room[places] += found.reshape(room[places].shape)
    room /= model.lengths[:, None, None, None]
    if settings.overflow_per_cuft_day is not None:
        room[..., 0] = np.minimum(room[..., 0], settings.overflow_per_cuft_day)
    loads = np.zeros((days.size, *network.truck_rows.shape, network.load.shape[0]))
    if network.truck_rows.any():
        found = np.maximum(-duals[problem.row_block("trucks").slice], 0.0)
        pairs = network.truck_rows
        loads[:, pairs] = found.reshape(days.size, int(pairs.sum()), -1) / model.lengths[:, None, None]
    if network.rules.trucks == "soft":
        total = loads.sum(axis=3, keepdims=True)
        loads *= np.minimum(1.0, settings.excess_truck_cost / np.maximum(total, 1e-12))
    return Prices(np.repeat(room, days, axis=0), np.repeat(loads, days, axis=0))


def price_bound(network: Network, prices: Prices, seconds: Callable[[], float]) -> float | None:
    """The bound of some prices by day; none if time was too short.

    Raises:
        SolverError: A product's problem failed.
    """
    total = _building(network, prices)
    total -= float(np.einsum("dftk,ftk->", prices.room, network.capacity))
    trucks = np.where(network.truck_rows, network.trucks, 0.0)
    total -= float(np.einsum("dufl,uf->", prices.loads, trucks))
    every_day = even_buckets(network, (1,) * network.month_days)
    for sku in range(len(network.skus)):
        model = days_model(network.only(np.array([sku])), None, every_day, prices=prices)
        result = back_end("highs").solve(model.problem(), Limits(seconds=seconds()))
        if result.status is SolveStatus.LIMIT:
            return None
        if result.objective is None:
            raise SolverError(f"no bound for {network.skus[sku]}: {result.status}, {result.message}")
        total += result.objective
    return total


def _building(network: Network, prices: Prices) -> float:
    """Least cost of building less what the room built would earn at the prices (a linear relaxation)."""
    state = Statement()
    building = build(network, state, network.years if network.rules.phases else 1)
    problem = state.problem().relaxed()
    cost = problem.cost.copy()
    months = np.repeat(np.arange(network.months), network.month_days)
    for phase, columns in enumerate(building.shelves):
        mine = np.array([building.phase_of(int(month)) == phase for month in months])
        earned = np.einsum("dftk,ftk->ft", prices.room[mine][:, :, network.room_number], network.added_room)
        there = columns >= 0
        cost[columns[there]] -= earned[there]
    result = back_end("highs").solve(replace(problem, cost=cost), Limits())
    if result.objective is None:
        raise SolverError(f"no bound for building: {result.status}, {result.message}")
    return result.objective
