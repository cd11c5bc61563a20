"""What the problem of what to build tells beside its answer: prices and need by year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from provisor.engine.backends import back_end
from provisor.engine.result import Limits
from provisor.expansion import summary_tables as schema
from provisor.expansion.design import Found, find_design
from provisor.expansion.dominance import binding_months
from provisor.expansion.homes import is_dedicated
from provisor.expansion.network import MONTHS_OF_YEAR
from provisor.expansion.tables import MEASURES
from provisor.expansion.tabulate import typed_as
from provisor.wording import money

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Result
    from provisor.expansion.network import Network

NOTHING = 1e-9


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
    result = back_end("highs").solve(held(found), Limits())
    if result.duals is None:
        raise ValueError(f"no prices were found: {result.status}")
    return result


def held(found: Found) -> Problem:
    """The linear problem in which what is whole beside shelves, such as a site that is opened, stays as it was found.

    Raises:
        ValueError: Nothing was found.
    """
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
