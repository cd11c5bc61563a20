"""What no planning can change: the cost of the goods' flow alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.engine.result import Limits, SolverError, SolveStatus
from provisor.engine.worker import solve
from provisor.production.merging import merged
from provisor.production.model import build

if TYPE_CHECKING:
    from provisor.production.network import Network

FREE = ("start_cost", "start_waste_units", "storage_per_pallet_day_frozen", "storage_per_pallet_entry_frozen",
        "storage_per_pallet_day_ambient", "storage_per_pallet_entry_ambient")  # fmt: skip


def flow_floor(network: Network) -> float:
    """Least cost with divisible mixes and pallets, free starts, departures and pallets, and no hours lost.

    A plan's cost above this floor is what planning can change.

    Raises:
        SolverError: The linear problem could not be solved.
    """
    nodes = {
        code: replace(node, startup=0.0, shutdown=0.0, changeover=0.0) for code, node in network.nodes.items()
    }
    trucks = {code: replace(truck, cost_fixed=0.0) for code, truck in network.trucks.items()}
    rules = network.rules.model_copy(update={"changeover": "count"})
    costs = {**network.costs, **dict.fromkeys(FREE, 0.0)}
    small = merged(replace(network, nodes=nodes, trucks=trucks, rules=rules, costs=costs))
    _, problem = build(small.network, fixed_cost=small.fixed_cost)
    result = solve(problem.relaxed(), Limits())
    if result.status is not SolveStatus.OPTIMAL or result.objective is None:
        raise SolverError(f"the flow of goods alone ended as {result.status.value}: {result.message}")
    return result.objective
