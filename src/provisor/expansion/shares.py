"""A daily plan of monthly shares: what stands above the levels leaves first, the rest of a month follows in parts.

Its problem (:mod:`provisor.expansion.model.shares`) is a bound for every plan, whatever is built; the plan is checked
for room on every day, and where it lacks some the problem is solved again with that room kept free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve
from provisor.expansion.certify import Bound, Candidate
from provisor.expansion.flow import Flow, fits, overfull_by_month
from provisor.expansion.model.pins import delivered
from provisor.expansion.model.shares import shares_model
from provisor.expansion.packs import in_whole_packs
from provisor.expansion.spread import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from provisor.engine.problem import Floats
    from provisor.expansion.design import Design
    from provisor.expansion.model.shares import SharesModel
    from provisor.expansion.network import Network

    Seconds = Callable[[], float]

ROUNDS = 4
"""Times that room lacking on some days is kept free in the months of those days."""


def applies(network: Network) -> bool:
    """Whether the days of a month have this closed form: days on hand of own shipments, all demand served by day."""
    rules, settings = network.rules, network.settings
    priced = settings.lost_sale_per_pack is not None or settings.overflow_per_cuft_day is not None
    return (
        rules.days_on_hand == "own"
        and rules.pipeline
        and not priced
        and rules.demand != "monthly"
        and rules.trucks != "soft"
    )


def monthly_bound(network: Network, seconds: Seconds, solver: str = "highs") -> Bound | None:
    """The problem of monthly shares with building in it, whole shelves and binaries left out; none if time is short."""
    problem = shares_model(network, None).problem().relaxed()
    result = solve(problem, Limits(seconds=seconds()), solver)
    if result.status is not SolveStatus.OPTIMAL or result.bound is None:
        return None
    return Bound(result.bound, "monthly shares of the sites and building together, days in closed form")


def monthly(
    network: Network, designs: Iterable[Design], seconds: Seconds, solver: str = "highs"
) -> Candidate | None:
    """A plan of monthly shares for one of some designs; none if none of them has room for it. Trucks are left out."""
    for design in designs if not delivered(network).any() else ():
        reserve = np.zeros((network.months, *network.capacity.shape))
        for _ in range(ROUNDS):
            model = shares_model(network, design, reserve)
            problem = model.problem()
            result = solve(problem, Limits(seconds=seconds()), solver)
            if result.x is None:
                break
            flow = monthly_flow(model, result.x)
            flow = in_whole_packs(network, flow) if network.rules.whole_packs else flow
            if fits(design, flow):
                return Candidate(design, flow, "monthly shares of the sites", problem.size)
            reserve = reserve + overfull_by_month(design, flow)
    return None


def monthly_flow(model: SharesModel, x: Floats) -> Flow:
    """The plan of a solution: every site ships its part of the month, what stands above its level first."""
    network = model.network
    ship = np.maximum(values(model.ship, x), 0.0)
    demand = network.average[:, :, None]
    whole = ship.sum(axis=2, keepdims=True)
    ship *= np.divide(demand, whole, out=np.zeros_like(whole), where=whole > 0)
    levels = network.days_on_hand[None] * ship
    before = levels[0] if network.rules.opening == "level" else network.opening
    opening, stocks, ships = before, [], []
    for month in range(network.months):
        shipped = _shipped(network, month, ship[month], before - levels[month])
        stock = np.maximum(levels[month][None], before[None] - np.cumsum(shipped, axis=0))
        stocks.append(stock)
        ships.append(shipped)
        before = stock[-1]
    days, sites = network.horizon, len(network.facilities)
    return Flow(
        opening,
        np.concatenate(stocks),
        np.concatenate(ships),
        np.zeros((days, len(network.skus))),
        np.zeros((days, sites, len(network.types))),
    )


def _shipped(network: Network, month: int, average: Floats, above: Floats) -> Floats:
    """Shipments of the days of a month, D x S x F, of average ones, S x F, with stock above the levels first."""
    quota = average * network.month_days
    first = np.clip(above, 0.0, quota)
    rest = quota - first
    gone = np.cumsum(network.daily[month], axis=0)
    drain = np.minimum(gone, first.sum(axis=1))
    so_far = _part(first)[None] * drain[:, :, None] + _part(rest)[None] * (gone - drain)[:, :, None]
    return np.asarray(np.maximum(np.diff(so_far, axis=0, prepend=np.zeros_like(so_far[:1])), 0.0))


def _part(amounts: Floats) -> Floats:
    """Parts of the sites, S x F."""
    whole = amounts.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(amounts, whole, out=np.zeros_like(amounts), where=whole > 0))
