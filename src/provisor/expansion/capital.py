"""What the problem of what to build tells beside its answer: prices, ranges of shares, need by year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import scipy.sparse as sp

from provisor.engine.backends import back_end
from provisor.engine.backends.warm import WarmLp
from provisor.engine.result import Limits, SolveStatus
from provisor.expansion import summary_tables as schema
from provisor.expansion.design import Found, find_design
from provisor.expansion.dominance import binding_months
from provisor.expansion.homes import is_dedicated
from provisor.expansion.network import MONTHS_OF_YEAR
from provisor.expansion.tables import MEASURES
from provisor.expansion.tabulate import typed_as
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Result
    from provisor.expansion.network import Network

NOTHING = 1e-9
MOST_MONTHS = 8
"""Months of which the ranges of shares are looked for; each takes a linear problem or two for every share."""

MARGIN = 1e-7
"""Share of the cost of expansion by which a share of equal cost may differ."""


def prices(network: Network) -> pl.DataFrame:
    """Table :data:`PRICES`: what one more unit of each limit that binds would save of the cost of building.

    The duals are those of the linear problem: whole shelves left out, and what else is whole, such as a site that
    is opened or a tier that is reached, held as it is in the cheapest design.
    """
    found = find_design(network, whole=False)
    if found.design is None:
        return schema.PRICES.empty()
    if found.result.duals is None:
        found = replace(found, result=_with_whole_held(found))
    problem = found.model.problem().relaxed()
    rows = [*_room_prices(network, found, problem), *_area_prices(network, found), _day_price(network)]
    names = schema.PRICES.dtypes
    return pl.DataFrame([row for row in rows if row], schema=dict(names), orient="row")


def _with_whole_held(found: Found) -> Result:
    """The linear problem in which whole columns are held where they are."""
    result = back_end("highs").solve(_held(found), Limits())
    if result.duals is None:
        raise ValueError(f"no prices were found: {result.status}")
    return result


def _held(found: Found) -> Problem:
    problem = found.model.problem()
    if found.result.x is None:
        raise ValueError("there is a design, but no values of its columns")
    at = np.round(found.result.x)
    lower, upper = (np.where(problem.integer, at, bound) for bound in (problem.lower, problem.upper))
    return problem.relaxed().with_bounds(lower, upper)


def _room_prices(network: Network, found: Found, problem: Problem) -> list[tuple[Any, ...]]:
    duals, block, rows = found.result.duals, problem.row_block("room"), []
    currency = network.settings.currency
    if duals is None:
        return []
    if is_dedicated(network):
        return _home_prices(network, duals, problem)
    for row, key in enumerate(block.keys, block.start):
        price = -float(duals[row])
        if price <= NOTHING:
            continue
        month, facility, kind, measure = key
        site, number = network.facilities.index(facility), network.rooms.index(kind)
        unit = MEASURES[measure]
        words = f"one more {unit} of {kind} {measure} at {facility} in month {month} would save {price:,.4f} {currency}"
        rows.append((measure, facility, kind, None, int(month), unit, price, words))
        for place in np.flatnonzero((network.room_number == number) & (network.sqft[site] > 0)):
            name, one = network.types[place], network.added_room[site, place, network.measures.index(measure)]
            words = f"one more {name} shelf at {facility} in month {month} would save {money(price * one, currency)}"
            rows.append(("shelf", facility, name, None, int(month), "shelf", float(price * one), words))
    return rows


def _home_prices(network: Network, duals: Floats, problem: Problem) -> list[tuple[Any, ...]]:
    """What one more shelf of a type at a site would save where each shelf holds one product."""
    block, last, currency = problem.row_block("homes"), network.months, network.settings.currency
    rows = []
    for row, (facility, kind) in enumerate(block.keys, block.start):
        price = -float(duals[row])
        if price > NOTHING:
            words = f"one more {kind} shelf at {facility} would save {money(price, currency)}"
            rows.append(("shelf", facility, kind, None, last, "shelf", price, words))
    return rows


def _area_prices(network: Network, found: Found) -> list[tuple[Any, ...]]:
    """What one more sqft of a site's limit would save: how much the last tier at its bound costs less."""
    reduced, rows = found.result.reduced_costs, []
    if reduced is None or found.design is None:
        return []
    for site in np.flatnonzero(network.growing):
        full = found.design.area[-1, site] >= network.limit[site] * (1 - NOTHING)
        columns = found.model.building.area[-1][site]
        price = -float(reduced[columns[-1]]) if full and columns.size else 0.0
        if price > NOTHING:
            name = network.facilities[site]
            words = (
                f"one more sqft of the limit of {name} would save {price:,.4f} {network.settings.currency}"
            )
            rows.append(("area", name, None, None, None, "sqft", price, words))
    return rows


def _day_price(network: Network) -> tuple[Any, ...] | None:
    """What one day on hand less of every product would save of the cost of building."""
    now = find_design(network, whole=False)
    less = replace(network, days_on_hand=np.maximum(network.days_on_hand - 1.0, 0.0))
    then = find_design(less, whole=False)
    if now.design is None or then.design is None:
        return None
    price = now.objective - then.objective
    words = f"one day on hand less of every product would save {money(price, network.settings.currency)}"
    return ("days-on-hand", None, None, None, None, "day", price, words)


def share_ranges(network: Network, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`SHARE_RANGES`: least and largest share of a site at equal cost of building, months that bind.

    What is whole beside shelves, such as a site that is opened, stays as it is in the cheapest design. Empty where
    the shares do not matter to what is built. Where many months bind, as with rent, those of most demand are looked at.
    """
    found = find_design(network, whole=False)
    if found.design is None or found.model.ship.flat[0] < 0 or found.result.objective is None:
        return schema.SHARE_RANGES.empty()
    problem = _held(found)
    most = found.result.objective
    fixed = problem.with_rows(
        "cost",
        _row(problem.cost),
        np.array([-np.inf]),
        np.array([most + MARGIN * max(abs(most), 1.0) - problem.offset]),
    )
    search = WarmLp(fixed)
    every = np.arange(problem.cost.size)
    search.change_costs(every, np.zeros_like(problem.cost))
    shares = _shares(network, tables)
    rows = []
    looked_at = _heaviest(network, found.months)
    for month, sku, site in np.ndindex(*found.model.ship.shape):
        column, number = int(found.model.ship[month, sku, site]), found.months[month]
        if number not in looked_at:
            continue
        demand = float(network.average[number, sku])
        if demand <= 0:
            continue
        ends = [_end(search, column, sign) / demand for sign in (1.0, -1.0)]
        place = (number + 1, network.skus[sku], network.facilities[site])
        rows.append((*place, float(shares[number, sku, site]), *ends))
    return typed_as(
        schema.SHARE_RANGES, pl.DataFrame(rows, schema=dict(schema.SHARE_RANGES.dtypes), orient="row")
    )


def _heaviest(network: Network, months: Sequence[int]) -> set[int]:
    """The months of most demand, at most :data:`MOST_MONTHS`."""
    return set(sorted(months, key=lambda month: -float(network.average[month].sum()))[:MOST_MONTHS])


def _row(values: Floats) -> sp.csr_array:
    return sp.csr_array(values.reshape(1, -1))


def _end(search: WarmLp, column: int, sign: float) -> float:
    """Least (sign 1) or largest (sign -1) value of a column."""
    place = np.array([column])
    search.change_costs(place, np.array([sign]))
    result = search.solve()
    search.change_costs(place, np.zeros(1))
    if result.status is not SolveStatus.OPTIMAL or result.x is None:
        raise ValueError(f"the range of a share was not found: {result.status}")
    return max(0.0, float(result.x[column]))


def _shares(network: Network, tables: Mapping[str, pl.DataFrame]) -> Floats:
    """Share of each site in the shipments of a month, M x S x F."""
    units = tables["shipment_plan_daily"].sort("month", "day", "sku", "facility")
    order = np.argsort(np.array(network.facilities))
    by_day = units["units_shipped"].to_numpy().reshape(network.months, -1, len(network.skus), order.size)
    total = np.empty((network.months, len(network.skus), order.size))
    total[:, :, order] = by_day.sum(axis=1)
    whole = total.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(total, whole, out=np.zeros_like(total), where=whole > 0))


def need_by_year(network: Network) -> pl.DataFrame:
    """Table :data:`NEED_BY_YEAR`: the cheapest design for the months up to the end of each year."""
    rows = []
    single = replace(network, rules=network.rules.model_copy(update={"phases": False}))
    for year in range(network.years):
        last = min((year + 1) * MONTHS_OF_YEAR, network.months)
        found = find_design(single, months=binding_months(single, range(last)))
        for site in np.flatnonzero(network.growing):
            area = shelves = cost = None
            if found.design is not None:
                area = float(found.design.area[-1, site])
                shelves = float(found.design.shelves[-1, site].sum())
                cost = found.design.cost
            rows.append((year + 1, last, network.facilities[site], area, shelves, cost))
    names = dict(schema.NEED_BY_YEAR.dtypes)
    return typed_as(schema.NEED_BY_YEAR, pl.DataFrame(rows, schema=names, orient="row"))
