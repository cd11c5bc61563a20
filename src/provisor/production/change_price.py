"""A small price on every decision that is not as in an earlier plan, so that what need not move does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.problem import Block
from provisor.production.stated import Stated

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.plan import Plan
    from provisor.production.model.context import Model

Key = tuple[str | int, ...]

SHARE = 0.01
"""Price of a mix more or less than before, as a share of what it costs to make; of a product made on another day, or
a departure more or less, as much as of one mix."""

PRICED = ("made", "used")
"""Families of columns that are priced as they are; mixes are priced by what they differ."""


def priced(stated: Stated, plan: Plan) -> Stated:
    """The problem with a price on decisions that differ from a plan's.

    For made and used, 0 or 1, the price is ``p (1 - v) x + p v (1 - x)``, with ``v`` the value in the plan; for mixes
    ``p d`` with a further column ``d >= |mixes - v|``. The objective is never below the true one.
    """
    model, problem = stated.model, stated.problem
    before = _before(model, plan)
    price = SHARE * model.network.costs["production_per_unit"] * _typical_mix(model)
    cost, offset = problem.cost.copy(), problem.offset
    for family in PRICED:
        for key, column in model.columns.get(family, {}).items():
            value = float(before[family].get(key, 0.0) > 0)
            cost[column] += price * (1 - 2 * value)
            offset += price * value
    return Stated(model, _with_distances(model, replace(problem, cost=cost, offset=offset), before["mixes"]))


def _typical_mix(model: Model) -> float:
    """Mean units of a mix; of a case where nothing is made in mixes."""
    products = model.network.products.values()
    sizes = [product.units_per_mix for product in products if product.units_per_mix]
    return float(np.mean(sizes or [product.units_per_case for product in products]))


def _before(model: Model, plan: Plan) -> dict[str, dict[Key, float]]:
    """What was made, in mixes and at all, and which trucks left, by keys of the columns."""
    start = model.network.start
    units: dict[Key, float] = {}
    for node, product, day, made in (
        plan.table("production").select("node", "product", "date", "units").iter_rows()
    ):
        units[node, product, (day - start).days] = made
    left = plan.table("departures").select("truck", "date").drop_nulls().unique().iter_rows()
    mixes: dict[Key, float] = {}
    for (node, code, t), made in units.items():
        product = model.network.products.get(str(code))
        if product is not None and product.units_per_mix:
            mixes[node, code, t] = made / product.units_per_mix
    used: dict[Key, float] = {(truck, (day - start).days): 1.0 for truck, day in left}
    return {"made": units, "mixes": mixes, "used": used}


def _with_distances(model: Model, problem: Problem, before: dict[Key, float]) -> Problem:
    """The problem with a priced column for each number of mixes, no less than what it differs."""
    mixes = model.columns.get("mixes", {})
    if not mixes:
        return problem
    sizes = {code: product.units_per_mix or 0.0 for code, product in model.network.products.items()}
    unit = SHARE * model.network.costs["production_per_unit"]
    values = np.array([before.get(key, 0.0) for key in mixes])
    prices = np.array([unit * sizes[str(key[1])] for key in mixes])
    count, rows, columns = len(mixes), problem.matrix.shape[0], problem.matrix.shape[1]
    of_mixes = sp.csr_array(
        (np.ones(count), (np.arange(count), np.array(list(mixes.values())))), shape=(count, columns)
    )
    one = sp.eye_array(count, format="csr")
    above = sp.hstack([of_mixes, -one])
    below = sp.hstack([-of_mixes, -one])
    keys = tuple(tuple(map(str, key)) for key in mixes)
    wider = replace(
        problem,
        matrix=sp.csr_array(sp.hstack([problem.matrix, sp.csr_array((rows, count))])),
        lower=_more(problem.lower, count, 0.0),
        upper=_more(problem.upper, count, np.inf),
        cost=np.concatenate([problem.cost, prices]),
        integer=np.concatenate([problem.integer, np.zeros(count, dtype=bool)]),
        columns=(*problem.columns, Block("moved", columns, keys)) if problem.columns else (),
    )
    free = np.full(count, -np.inf)
    wider = wider.with_rows("moved_up", sp.csr_array(above), free, values)
    return wider.with_rows("moved_down", sp.csr_array(below), free, -values)


def _more(bounds: Floats, count: int, value: float) -> Floats:
    return np.concatenate([bounds, np.full(count, value)])
