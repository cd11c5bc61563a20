"""The production model: one function per family of constraints.

Stock is summed over batches made within the horizon. What ages is bounded by :mod:`provisor.production.life`,
which relaxes the age of single batches; :mod:`provisor.production.trace` then finds the batches. So the bound
of this model is a bound of the case, and a plan of it is one only after tracing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.model import flow, making, trucks
from provisor.production.model.columns import declare
from provisor.production.model.context import Model
from provisor.production.model.pins import pins

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Problem
    from provisor.production.network import Network
    from provisor.production.rules import Pin

__all__ = ["FAMILIES", "Model", "build"]

CONSTRAINTS: tuple[Callable[[Model], None], ...] = (
    flow.balance,
    flow.shelf_life,
    flow.system_age,
    flow.demand,
    flow.storage_capacity,
    flow.leg_capacity,
    flow.storage_pallets,
    flow.ending,
    trucks.trucks,
    trucks.truck_pallets,
    trucks.cases,
    trucks.loading,
    making.mixes,
    making.totals,
    making.starts,
    making.hours,
    making.labour,
)

FAMILIES: dict[str, Callable[..., object] | str] = {
    "balance": flow.balance,
    "shelf-life": flow.shelf_life,
    "min-days-at-sale": "columns.declare has a sale only of goods fresh enough",
    "state-change": "flow.prepare_inflow brings goods in by their state after arrival",
    "trucks": trucks.trucks,
    "loading": trucks.loading,
    "truck-pallets": trucks.truck_pallets,
    "cases": trucks.cases,
    "mixes": making.mixes,
    "hours": making.hours,
    "labour": making.labour,
    "starts": making.starts,
    "storage-pallets": flow.storage_pallets,
    "storage-capacity": flow.storage_capacity,
    "leg-capacity": flow.leg_capacity,
    "demand": flow.demand,
    "end": flow.ending,
    "disposal": "columns.declare has a disposal for every kind of goods at every node and day, at its cost",
    "freshness": "its price is never below zero: left out of the bound, added by costing",
    "pins": pins,
}
"""By rule of docs/production/rules.md: the function that states it, or why none is needed."""


def build(
    network: Network,
    *,
    whole_cases: bool = False,
    exact: bool = False,
    pinned: tuple[Pin, ...] = (),
    fixed_cost: float = 0.0,
) -> tuple[Model, Problem]:
    """State the model of a network.

    Args:
        network: The case over its days, or a smaller one with the same bound.
        whole_cases: Whether loads are counted in cases.
        exact: Whether every batch has its own age; otherwise the model is a smaller relaxation.
        pinned: Decisions taken by the user.
        fixed_cost: Constant of the objective.

    Raises:
        BadRequest: A pin names a decision that there is not, or an amount that it cannot take.
    """
    model = Model.of(network, whole_cases=whole_cases, exact=exact)
    declare(model)
    flow.prepare_inflow(model)
    for family in CONSTRAINTS:
        family(model)
    model.builder.offset = fixed_cost
    return model, pins(model, model.builder.problem(), pinned)
