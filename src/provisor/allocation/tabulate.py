"""Makes the tables of a plan from its decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.account import Miss, misses, pair_lines
from provisor.allocation.decisions import Outcome, outcome_of
from provisor.allocation.reasons import with_reasons
from provisor.allocation.tables import ALLOCATION, COMPONENTS, COST_LINES, ROUTES, SLACK, TRANSFERS
from provisor.allocation.worth import ratio_worth, worth_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Decisions
    from provisor.allocation.worth import Worth
    from provisor.tables.schema import Schema

DUST = 1e-9

COMPONENT_OF = {"role-minimum": "role_minimum", "role-maximum": "role_maximum", "price-bands": "price_bands",
                "core-subcategories": "core_subcategories"}  # fmt: skip
"""Component that a priced rule is charged to, where it is not called like the rule."""


@dataclass(frozen=True)
class Tabulated:
    """Tables and costs of decisions.

    Attributes:
        tables: Tables of the plan by name.
        costs: Amount by component.
        outcome: What follows from the decisions.
    """

    tables: dict[str, pl.DataFrame]
    costs: dict[str, float]
    outcome: Outcome

    @property
    def objective(self) -> float:
        """Sum of all components."""
        return sum(self.costs.values())


def objective_of(arrays: Arrays, decisions: Decisions, worth: Worth | None = None) -> float:
    """Value of decisions, without tables; by the case's objective if not told."""
    outcome = outcome_of(arrays, decisions)
    worth = worth or counted(arrays, outcome)
    gained = sum(float(part.sum()) for part in pair_lines(arrays, outcome, worth).values())
    return gained + worth.misses * sum(miss.amount * miss.price for miss in misses(arrays, outcome))


def counted(arrays: Arrays, outcome: Outcome) -> Worth:
    """Coefficients by which the lines of a plan add up to its objective."""
    if not arrays.rules.is_ratio:
        return worth_of(arrays)
    return ratio_worth(arrays, 0.0, max(float(outcome.pieces.sum()), 1.0))


def tabulate(arrays: Arrays, decisions: Decisions) -> Tabulated:
    """Play decisions through and write down what they are and what they are worth."""
    outcome = outcome_of(arrays, decisions)
    worth = counted(arrays, outcome)
    lines, missed = pair_lines(arrays, outcome, worth), misses(arrays, outcome)
    costs = cost_table(arrays, lines, missed, worth)
    by_component = dict(costs.group_by("component").agg(pl.col("amount").sum()).iter_rows())
    tables = {
        "allocation": allocation_table(arrays, outcome, lines),
        "routes": route_table(arrays, outcome),
        "transfers": transfer_table(arrays, outcome),
        "slack": slack_table(arrays, missed),
        "costs": costs,
    }
    return Tabulated(tables, {name: float(by_component.get(name, 0.0)) for name in COMPONENTS}, outcome)


def allocation_table(arrays: Arrays, outcome: Outcome, lines: dict[str, NDArray[np.float64]]) -> pl.DataFrame:
    """Every pair and period that hangs, hung before, or has pieces."""
    pairs = arrays.pairs
    told = outcome.carried | (outcome.opening > DUST) | (outcome.pieces > DUST) | (outcome.shipped > 0)
    told |= pairs.before[:, None]
    told[:, 1:] |= outcome.carried[:, :-1]
    pair, period = np.nonzero(told)
    centre = _main_centre(arrays, outcome)[pair, period]
    value = sum((part[pair, period] for part in lines.values()), np.zeros(pair.size))
    named = pl.DataFrame(
        {
            "period": period + 1,
            "store": _names(arrays.store_names, pairs.store[pair]),
            "product": _names(arrays.product_names, pairs.product[pair]),
            "carried": outcome.carried[pair, period],
            "pieces": outcome.pieces[pair, period],
            "opening": outcome.opening[pair, period],
            "shipped": np.rint(outcome.shipped[pair, period]).astype(np.int64),
            "from_centre": _names(arrays.centre_names, centre),
            "transferred": outcome.transferred[pair, period],
            "returned": outcome.returned[pair, period],
            "sales": outcome.sales[pair, period],
            "value": value,
        }
    )
    return _typed(with_reasons(arrays, outcome, named, (pair, period)), ALLOCATION)


def route_table(arrays: Arrays, outcome: Outcome) -> pl.DataFrame:
    """What each centre sends."""
    routes, lanes = outcome.decisions.routes, arrays.lanes
    named = pl.DataFrame(
        {
            "period": routes.period + 1,
            "sent": routes.period + 1 - lanes.lead[routes.lane],
            "centre": _names(arrays.centre_names, lanes.centre[routes.lane]),
            "store": _names(arrays.store_names, lanes.store[routes.lane]),
            "product": _names(arrays.product_names, arrays.pairs.product[routes.pair]),
            "pieces": routes.pieces,
        }
    )
    return _typed(named, ROUTES)


def transfer_table(arrays: Arrays, outcome: Outcome) -> pl.DataFrame:
    """What stores pass on."""
    moves, lanes = outcome.decisions.transfers, arrays.transfer_lanes
    named = pl.DataFrame(
        {
            "period": moves.period + 1,
            "from_store": _names(arrays.store_names, lanes.giver[moves.lane]),
            "to_store": _names(arrays.store_names, lanes.taker[moves.lane]),
            "product": _names(arrays.product_names, arrays.pairs.product[moves.taker]),
            "pieces": moves.pieces,
        }
    )
    return _typed(named, TRANSFERS)


def slack_table(arrays: Arrays, missed: list[Miss]) -> pl.DataFrame:
    """By how much priced rules are missed."""
    rows = [
        {
            "rule": miss.rule,
            "period": miss.period + 1,
            "store": arrays.store_names[miss.store] if miss.store >= 0 else None,
            "product": arrays.product_names[miss.product] if miss.product >= 0 else None,
            "group": _group_of(arrays, miss),
            "amount": miss.amount,
            "unit": miss.unit,
            "price": miss.price,
            "words": miss.words,
        }
        for miss in missed
    ]
    return _typed(SLACK.frame(rows), SLACK)


def _group_of(arrays: Arrays, miss: Miss) -> str | None:
    """Group of a miss: the cluster of its store for coherence, otherwise the class or what is counted."""
    return arrays.cluster.names[arrays.cluster.of[miss.store]] if miss.rule == "coherence" else miss.group


def cost_table(
    arrays: Arrays, lines: dict[str, NDArray[np.float64]], missed: list[Miss], worth: Worth
) -> pl.DataFrame:
    """Every line of the objective by component, period and store."""
    stores = len(arrays.store_names)
    found = []
    for component, amounts in lines.items():
        for k in range(arrays.periods):
            total = np.bincount(arrays.pairs.store, weights=amounts[:, k], minlength=stores)
            some = np.flatnonzero(total)
            found.append(
                pl.DataFrame(
                    {
                        "component": [component] * some.size,
                        "period": [k + 1] * some.size,
                        "store": [arrays.store_names[j] for j in some.tolist()],
                        "amount": total[some],
                    },
                    schema=COST_LINES.dtypes,
                )
            )
    rows = [
        {
            "component": COMPONENT_OF.get(miss.rule, miss.rule),
            "period": miss.period + 1,
            "store": arrays.store_names[miss.store] if miss.store >= 0 else None,
            "amount": worth.misses * miss.amount * miss.price,
        }
        for miss in missed
    ]
    everything = pl.concat([*found, COST_LINES.frame(rows)])
    joined = everything.group_by("component", "period", "store").agg(pl.col("amount").sum())
    return _typed(joined, COST_LINES)


def _main_centre(arrays: Arrays, outcome: Outcome) -> NDArray[np.int64]:
    """Centre that most pieces come from, by pair and period; -1 for none."""
    routes = outcome.decisions.routes
    order = np.lexsort((-routes.lane, routes.pieces))
    centre = np.full(outcome.carried.shape, -1, dtype=np.int64)
    centre[routes.pair[order], routes.period[order]] = arrays.lanes.centre[routes.lane[order]]
    return centre


def _names(names: list[str], number: NDArray[np.int64]) -> pl.Series:
    """Names by number, empty for -1."""
    known = pl.Series([*names, None], dtype=pl.String)
    return known.gather(np.where(number >= 0, number, len(names)))


def _typed(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema in its order and types, rows sorted by its key."""
    typed = table.select(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())
    return typed.sort(*schema.key, nulls_last=True)
