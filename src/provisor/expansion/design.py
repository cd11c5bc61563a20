"""What is built: shelves and area by site and phase, its cost, and the proof that nothing cheaper would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends import back_end
from provisor.engine.result import Limits, SolverError, SolveStatus
from provisor.engine.worker import solve
from provisor.expansion.dominance import binding_months
from provisor.expansion.earlier import charged
from provisor.expansion.homes import is_dedicated
from provisor.expansion.model.peak import PeakModel, peak_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Result
    from provisor.expansion.model.building import Building
    from provisor.expansion.network import Network

SECONDS = 60.0
"""Time limit of the problem of what to build; it takes milliseconds."""

WHOLE = 1e-6
"""Distance from a whole number at which a shelf count is that number."""

GAP = 1e-9


@dataclass(frozen=True)
class Design:
    """Shelves and area added.

    Attributes:
        network: The case.
        shelves: Shelves added up to the start of a year, phases x F x T; one phase unless rules.phases.
        area: Area added up to it, phases x F.
        assigned: Shelves that hold one product only, S x F x T; none where shelves are shared.
        origin: The design that gave its shelves to products, where this is what is left of it.
    """

    network: Network
    shelves: Floats
    area: Floats
    assigned: Floats | None = None
    origin: Design | None = None

    @property
    def phases(self) -> int:
        """Number of phases."""
        return int(self.shelves.shape[0])

    def phase_of(self, month: int) -> int:
        """Number of the last phase built before a month (from 0)."""
        return min(self.network.year_of(month), self.phases - 1)

    def capacity(self, month: int) -> Floats:
        """What the shelves take in a month by room, F x T x K."""
        added = self.shelves[self.phase_of(month)][:, :, None] * self.network.added_room
        return np.asarray(self.network.capacity + self.network.by_room(added))

    def capacities(self) -> Floats:
        """What the shelves take, M x F x T x K."""
        return np.stack([self.capacity(month) for month in range(self.network.months)])

    @property
    def expansion_cost(self) -> float:
        """Cost of the area, each phase at its worth today."""
        return sum(self.phase_costs())

    def phase_costs(self) -> list[float]:
        """Cost of the area added in each phase, at its worth today."""
        rate, before, costs = self.network.settings.discount_rate, 0.0, []
        for phase in range(self.phases):
            up_to = self.network.expansion_cost(self.area[phase])
            costs.append((up_to - before) * (1 + rate) ** -phase)
            before = up_to
        return costs

    @property
    def fixed_costs(self) -> Floats:
        """Fixed costs of building by phase and site, at their worth today, phases x F."""
        rate = self.network.settings.discount_rate
        steps = np.diff(self.area, axis=0, prepend=np.zeros((1, self.area.shape[1])))
        worth = (1 + rate) ** -np.arange(self.phases, dtype=np.float64)
        return np.asarray((steps > WHOLE) * self.network.fixed_cost[None, :] * worth[:, None])

    @property
    def cost(self) -> float:
        """Cost of building."""
        return self.expansion_cost + float(self.fixed_costs.sum())


@dataclass(frozen=True)
class Found:
    """Outcome of the problem of what to build.

    Attributes:
        design: Cheapest design; none where the months cannot all be served within the limits.
        bound: No plan that keeps all rules costs less to build (and to rent or lose, where priced).
        objective: Value of the problem: cost of the design, and what is rented or lost in average months.
        months: Months that were looked at.
        model: The problem.
        result: What the solver said, an earlier plan left out of account.
    """

    design: Design | None
    bound: float
    objective: float
    months: tuple[int, ...]
    model: PeakModel
    result: Result


def find_design(
    network: Network,
    *,
    months: Sequence[int] | None = None,
    reserve: Floats | None = None,
    whole: bool | None = None,
    solver: str = "highs",
) -> Found:
    """Find the cheapest design for the months that can bind.

    Args:
        network: The case.
        months: Months (from 0) to look at; those that no other dominates if not given.
        reserve: Room kept free, F x T x K.
        whole: Whether shelves are whole; as the rules say if not given.
        solver: Name of the back end.

    Raises:
        SolverError: The solver ended without an answer.
    """
    if whole is not None:
        network = replace(network, rules=network.rules.model_copy(update={"whole_shelves": whole}))
    looked = binding_months(network) if months is None else list(months)
    model = peak_model(network, looked, reserve)
    problem = model.problem()
    result = _solved(problem, solver)
    if result.status in {SolveStatus.INFEASIBLE, SolveStatus.INFEASIBLE_OR_UNBOUNDED}:
        return Found(None, float("inf"), float("inf"), tuple(looked), model, result)
    if result.x is None or result.objective is None or result.bound is None:
        raise SolverError(f"the design was not found: {result.status}, {result.message}")
    design = design_of(model, _near(model, problem, result.x, solver))
    return Found(design, result.bound, result.objective, tuple(looked), model, result)


def _near(model: PeakModel, problem: Problem, x: Floats, solver: str) -> Floats:
    """The solution nearest to an earlier plan among those that cost nearly the same; as it is where there is none."""
    earlier = model.network.earlier
    if earlier is None:
        return x
    near = _solved(charged(problem, model.building, earlier), solver)
    return x if near.x is None else near.x[: x.size]


def _solved(problem: Problem, solver: str) -> Result:
    """In place where it takes milliseconds, in a process of its own with any other solver."""
    limits = Limits(seconds=SECONDS, gap=GAP)
    return back_end(solver).solve(problem, limits) if solver == "highs" else solve(problem, limits, solver)


def design_of(model: PeakModel, x: Floats) -> Design:
    """Shelves and area of a solution; what is nearly whole becomes whole where it must be."""
    design = built(model.building, x)
    if not is_dedicated(model.network):
        return design
    given = np.where(model.assigned >= 0, x[np.maximum(model.assigned, 0)], 0.0)
    whole = model.network.rules.whole_shelves
    return replace(
        design, assigned=np.asarray(np.round(given) if whole else np.maximum(given, 0.0), np.float64)
    )


def built(building: Building, x: Floats) -> Design:
    """Shelves and area of the columns of what is built."""
    network = building.network
    added = np.where(building.shelves >= 0, x[np.maximum(building.shelves, 0)], 0.0)
    shelves = np.round(added) if network.rules.whole_shelves else np.where(added < WHOLE, 0.0, added)
    taken = np.einsum("yft,ft->yf", shelves, network.sqft)
    bought = np.array([[float(x[columns].sum()) for columns in year] for year in building.area])
    pinned = {pin.facility for pin in network.settings.pins if pin.decision == "sqft"}
    more = np.array([facility in pinned for facility in network.facilities])
    area = np.where(more[None, :], np.maximum(taken, bought), taken)
    return Design(network, np.asarray(shelves, dtype=np.float64), np.maximum.accumulate(area, axis=0))
