"""Makes the tables of a plan from a solution of the model."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.production.costing import Row, cost_rows, labour_rows, whole
from provisor.production.ledger import DUST
from provisor.production.tables import COMPONENTS, PLAN_TABLES
from provisor.production.trace import Traced, trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.engine.problem import Floats
    from provisor.production.model.context import Model
    from provisor.production.network import Network

DECIDED = ("units", "ship", "sold", "dispose", "change")
"""Families of columns whose amounts are traced to batches."""


@dataclass(frozen=True)
class Tabulated:
    """Tables and costs of a solution, and how many units no batch could give."""

    tables: dict[str, pl.DataFrame]
    costs: dict[str, float]
    missed: float

    @property
    def objective(self) -> float:
        """Sum of all costs."""
        return sum(self.costs.values())


def tabulate(model: Model, x: Floats) -> Tabulated:
    """Trace a solution of the whole network and add up what it costs."""
    amounts = {
        family: {
            key: float(x[column]) for key, column in model.columns.get(family, {}).items() if x[column] > DUST
        }
        for family in DECIDED
    }
    network = model.network
    traced = trace(network, model.lives, amounts)
    rows = defaultdict(list, traced.rows)
    for table, key in _KEYS.items():
        rows[table] = _joined(rows[table], key)
    rows["shortage"] = _short(network, rows)
    rows["departures"] = _counted(network, rows["departures"], _LOAD, ("cases", "pallets"))
    rows["stock"] = _counted(network, rows["stock"], _pile(network), ("pallets",))
    rows["labour"] = labour_rows(network, rows)
    rows["costs"] = cost_rows(network, rows)
    costs = dict.fromkeys(COMPONENTS, 0.0)
    for row in rows["costs"]:
        costs[row["component"]] += row["amount"]
    tables = {schema.name: schema.frame(_without_helpers(rows[schema.name])) for schema in PLAN_TABLES}
    return Tabulated({name: _sorted(table) for name, table in tables.items()}, costs, _missed(traced))


_KEYS = {
    "sales": ("date", "node", "product", "batch"),
    "disposal": ("date", "node", "product", "batch"),
    "state_changes": ("date", "node", "product", "batch", "to_state"),
}
"""Tables of which several rows may come about for one key: goods of a batch come over two lanes, say."""

_LOAD = ("date", "truck", "leg", "origin", "stop", "product", "state")


def _pile(network: Network) -> tuple[str, ...]:
    pile = ("date", "node", "product", "state")
    return (*pile, "batch") if network.rules.pallets_by == "batch" else pile


def _missed(traced: Traced) -> float:
    return sum(traced.missed.values())


def _short(network: Network, rows: Mapping[str, list[Row]]) -> list[Row]:
    sold: dict[tuple[Any, ...], float] = defaultdict(float)
    for row in rows["sales"]:
        sold[row["node"], row["product"], row["date"]] += row["units"]
    short = []
    for (node, product, t), units in network.demand.items():
        if not 0 <= t < network.days:
            continue
        missing = units - sold[node, product, network.day(t)]
        if missing > DUST:
            row = {
                "date": network.day(t),
                "node": node,
                "product": product,
                "demand": units,
                "units": missing,
            }
            short.append(row)
    return short


def _joined(rows: list[Row], key: Sequence[str]) -> list[Row]:
    """Rows of the same key as one."""
    joined: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        name = tuple(row[part] for part in key)
        if name in joined:
            joined[name]["units"] += row["units"]
        else:
            joined[name] = dict(row)
    return list(joined.values())


def _counted(network: Network, rows: list[Row], group: Sequence[str], counts: Sequence[str]) -> list[Row]:
    """Add to each row the cases or pallets that it begins, so that the rows of a group add up."""
    loaded: dict[tuple[Any, ...], float] = defaultdict(float)
    counted = []
    for row in _joined(rows, (*group, "batch")):
        product = network.products[row["product"]]
        sizes = {"cases": product.units_per_case, "pallets": product.units_per_pallet}
        key = tuple(row[part] for part in group)
        before, loaded[key] = loaded[key], loaded[key] + row["units"]
        begun = {name: whole(loaded[key] / sizes[name]) - whole(before / sizes[name]) for name in counts}
        counted.append({**row, **begun})
    return counted


def _without_helpers(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "expires"} for row in rows]


def _sorted(table: pl.DataFrame) -> pl.DataFrame:
    keys = [column for column, dtype in table.schema.items() if dtype in (pl.Date, pl.String)]
    return table.sort(keys, nulls_last=True) if keys else table
