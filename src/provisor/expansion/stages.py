"""Ways to a daily plan for what is built: constant shares, with trucks or without, and the problem in buckets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve
from provisor.expansion.certify import Bound, Candidate
from provisor.expansion.design import Design, Found, built, find_design
from provisor.expansion.flow import Flow, excess_loads, fits, overfull, with_rent
from provisor.expansion.model.days import DaysModel, days_model, even_buckets
from provisor.expansion.model.pins import delivered, keeps_shares
from provisor.expansion.packs import in_whole_packs
from provisor.expansion.prices import daily_prices, price_bound
from provisor.expansion.spread import flow_of
from provisor.expansion.steady import steady_flow, steady_shares
from provisor.expansion.trucks import spare_loads, spare_room, within_trucks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from provisor.engine.problem import Floats
    from provisor.expansion.network import Network

    Seconds = Callable[[], float]

LOAD_ROUNDING = 1e-7


def steady(network: Network, found: Found, solver: str = "highs") -> Candidate | None:
    """The plan of constant shares, in whole packs where they must be; none where it has no room.

    Whole packs take at most :func:`most_added` more room: shares that leave it free are looked for first, then shares
    that happen to do without, then designs with the room that lacked, last one with all of it.
    """
    nothing, spare = np.zeros_like(network.capacity), spare_room(network)
    design, more = found.design, nothing
    for reserve in (spare, nothing, nothing, nothing, spare):
        if more.any() or (reserve.any() and design is not found.design):
            kept = np.maximum(more, reserve)
            design = find_design(network, months=found.months, reserve=kept, solver=solver).design
        flow = None if design is None else _steady_flow(design, np.maximum(reserve, more))
        if design is None or flow is None:
            continue
        if fits(design, flow):
            return Candidate(design, flow, "constant shares of the sites", found.model.problem().size)
        more = np.minimum(more + overfull(design, flow), spare)
    return None


def _steady_flow(design: Design, reserve: Floats) -> Flow | None:
    """The plan of constant shares with some room kept free, in whole packs where they must be."""
    network = design.network
    shares = None if delivered(network).any() else steady_shares(design, reserve)
    if shares is None:
        return None
    flow = steady_flow(network, shares)
    if not keeps_shares(network, flow.ship):
        return None
    return with_rent(design, in_whole_packs(network, flow) if network.rules.whole_packs else flow)


def steady_in_trucks(
    network: Network, found: Found, seconds: Seconds, solver: str = "highs"
) -> Candidate | None:
    """The plan of constant shares with goods brought earlier where trucks ask for it; none where that cannot be."""
    spare = spare_room(network)
    for design in designs(network, found, spare, solver):
        shares = None if delivered(network).any() else steady_shares(design, spare)
        flow = (
            None if shares is None else within_trucks(design, steady_flow(network, shares), seconds, solver)
        )
        candidate = (
            None if flow is None else finished(design, flow, "constant shares, goods early for trucks")
        )
        if candidate is not None:
            return replace(candidate, size=found.model.problem().size)
    return None


def designs(network: Network, found: Found, spare: Floats, solver: str) -> Iterator[Design]:
    """The cheapest design, and the cheapest one with room for whole packs if that is another."""
    if found.design is not None:
        yield found.design
    if spare.any():
        more = find_design(network, months=found.months, reserve=spare, solver=solver).design
        if more is not None and (found.design is None or more.cost > found.design.cost):
            yield more


def finished(design: Design, flow: Flow, method: str) -> Candidate | None:
    """A daily plan in whole packs, if it has room and trucks for them."""
    network = design.network
    if network.rules.whole_packs:
        flow = in_whole_packs(network, flow)
    if not fits(design, flow):
        return None
    if network.rules.trucks == "hard" and excess_loads(network, flow.arrivals).max() > LOAD_ROUNDING:
        return None
    return Candidate(design, flow, method)


def refined(days: int) -> tuple[int, ...]:
    """Buckets that grow through the month, for stock that runs down after a step.

    >>> refined(21), refined(3)
    ((1, 1, 2, 5, 12), (1, 1, 1))
    """
    lengths, left = [1], days - 1
    for step in (1, 2, 5):
        if left > step:
            lengths.append(step)
            left -= step
    return (*lengths, left) if left else tuple(lengths)


@dataclass(frozen=True)
class BucketSolve:
    """The problem in some buckets: a plan for what is built, and a bound for every plan."""

    network: Network
    found: Found
    lengths: tuple[int, ...]
    solver: str
    tried: list[Design] = field(default_factory=list)

    @property
    def method(self) -> str:
        """What it is, for the certificate."""
        if max(self.lengths) == 1:
            return "every day"
        return f"buckets of {', '.join(map(str, self.lengths))} days, spread over their days"

    def candidate(self, seconds: Seconds) -> Candidate | None:
        """A plan for the cheapest design, or for one that the buckets choose where it does not do."""
        spare = spare_room(self.network)
        for design in designs(self.network, self.found, spare, self.solver):
            if self._tried(design):
                return None  # those after it cost more
            candidate = self.candidate_for(design, seconds)
            if candidate is not None:
                return candidate
        return self.chosen_candidate(seconds)

    def chosen_candidate(self, seconds: Seconds) -> Candidate | None:
        """A plan for what the buckets would build, where running and building have to be weighed."""
        chosen = self._chosen(seconds)
        return None if chosen is None else self.candidate_for(chosen, seconds)

    def candidate_for(self, design: Design, seconds: Seconds) -> Candidate | None:
        """A plan for what is built; none where the buckets have none, time is short, or it has been tried."""
        if self._tried(design):
            return None
        self.tried.append(design)
        model = self._model(design, spare=True)
        problem = model.problem()
        result = solve(problem, Limits(seconds=seconds()), self.solver)
        if result.x is None:
            return None
        flow = within_trucks(design, flow_of(model, result.x), seconds, self.solver)
        candidate = None if flow is None else finished(design, flow, self.method)
        return None if candidate is None else replace(candidate, size=problem.size)

    def _tried(self, design: Design) -> bool:
        return any(np.array_equal(design.shelves, other.shelves) for other in self.tried)

    def bound(self, seconds: Seconds) -> Bound | None:
        """A bound from the prices of the problem in buckets; in buckets of days from the problem itself."""
        model = self._model(None)
        problem = model.problem().relaxed()
        result = solve(problem, Limits(seconds=seconds()), self.solver)
        if result.status is not SolveStatus.OPTIMAL or result.duals is None or result.bound is None:
            return None
        if model.lengths.max() == 1:
            return Bound(result.bound, "the linear relaxation of every day with building in it")
        relaxed = replace(self.network, rules=self.network.rules.model_copy(update={"whole_shelves": False}))
        value = price_bound(relaxed, daily_prices(model, problem, result.duals), seconds)
        return None if value is None else Bound(value, "prices of room and trucks, every product by itself")

    def _model(self, design: Design | None, *, spare: bool = False) -> DaysModel:
        network = self.network
        buckets = even_buckets(network, self.lengths)
        if not spare:
            return days_model(network, design, buckets)
        return days_model(network, design, buckets, spare_room(network), spare_loads(network))

    def _chosen(self, seconds: Seconds) -> Design | None:
        """What the problem in buckets builds; shelves rounded up where they must be whole."""
        model = self._model(None, spare=True)
        problem = model.problem().relaxed()
        result = solve(problem, Limits(seconds=seconds()), self.solver)
        if result.x is None or model.building is None:
            return None
        x = result.x.copy()
        if self.network.rules.whole_shelves:
            columns = model.building.shelves[model.building.shelves >= 0]
            x[columns] = np.ceil(x[columns] - 1e-6)
        design = built(model.building, x)
        return design if (design.area <= self.network.limit[None] * (1 + LOAD_ROUNDING)).all() else None
