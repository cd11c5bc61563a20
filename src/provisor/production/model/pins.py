"""Decisions taken by the user: bounds and rows that leave no choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.planner import BadRequest

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.production.elements import Product
    from provisor.production.model.context import Model
    from provisor.production.rules import Pin

LEAST_LOAD = 1.0
"""Units carried at least by a truck pinned to leave, where goods need not be whole cases; units made at least."""


Sum = tuple[tuple[str, str], list[int], float, float]
"""Truck and day, columns of its goods, and limits of their sum."""


@dataclass
class _Pinned:
    """A problem being closed on what is pinned: bounds of columns, and sums of loads within limits."""

    model: Model
    lower: Floats
    upper: Floats
    sums: list[Sum] = field(default_factory=list)

    def close(self, column: int, value: float, pin: Pin) -> None:
        """Leave a column only one value; raises BadRequest where another pin or the column excludes it."""
        if not self.lower[column] - 1e-9 <= value <= self.upper[column] + 1e-9:
            most = f"from {self.lower[column]:g} to {self.upper[column]:g}"
            raise BadRequest(f"{_said(pin)}: {value:g} is not possible there, only {most}")
        self.lower[column] = self.upper[column] = value

    def open_from(self, column: int, least: float, pin: Pin) -> None:
        """Leave a column no value below the least; raises BadRequest where another pin or the column excludes it."""
        if self.upper[column] < least:
            raise BadRequest(f"{_said(pin)}: at least {least:g} is not possible there")
        self.lower[column] = max(self.lower[column], least)


def pins(model: Model, problem: Problem, pinned: tuple[Pin, ...]) -> Problem:
    """The problem in which all that is pinned has the value it is pinned to.

    Raises:
        BadRequest: A pin names a decision that there is not, such as production on a day without a shift, or
            an amount that it cannot take.
    """
    if not pinned:
        return problem
    closed = _Pinned(model, problem.lower.copy(), problem.upper.copy())
    for pin in pinned:
        if pin.decision == "production":
            _pin_production(closed, pin)
        else:
            _pin_departure(closed, pin)
    return _with_sums(problem.with_bounds(closed.lower, closed.upper), closed.sums)


def _said(pin: Pin) -> str:
    what = f"{pin.product} at {pin.node}" if pin.decision == "production" else f"truck {pin.truck}"
    return f"pin of {pin.decision}, {what} on {pin.day}"


def _with_sums(problem: Problem, sums: list[Sum]) -> Problem:
    """The problem with a row for each sum of columns that has limits."""
    if not sums:
        return problem
    row = [number for number, (_, columns, _, _) in enumerate(sums) for _ in columns]
    column = [column for _, columns, _, _ in sums for column in columns]
    shape = len(sums), problem.matrix.shape[1]
    matrix = sp.csr_array(sp.coo_array((np.ones(len(column)), (row, column)), shape=shape, dtype=np.float64))
    lower = np.array([least for _, _, least, _ in sums])
    upper = np.array([most for *_, most in sums])
    wider = problem.with_rows("pins", matrix, lower, upper)
    named = replace(wider.rows[-1], keys=tuple(key for key, *_ in sums))
    return replace(wider, rows=(*wider.rows[:-1], named))


def _pin_production(closed: _Pinned, pin: Pin) -> None:
    model = closed.model
    key = pin.node or "", pin.product or "", (pin.day - model.network.start).days
    if pin.used is not None and pin.mixes is None and pin.units is None:
        _pin_made(closed, pin, key)
        return
    units = _units(closed, pin)
    made, column, mixes = (model.column(family, *key) for family in ("made", "units", "mixes"))
    if made is None or column is None:
        if units:
            raise BadRequest(f"{_said(pin)}: nothing can be made there then")
        return
    size = model.network.products[key[1]].units_per_mix
    if mixes is not None and size:
        if abs(units / size - round(units / size)) > 1e-9:
            raise BadRequest(f"{_said(pin)}: {units:g} units are no whole mixes of {size:g}")
        closed.close(mixes, round(units / size), pin)
    closed.close(column, units, pin)
    closed.close(made, float(units > 0), pin)


def _pin_made(closed: _Pinned, pin: Pin, key: tuple[str, str, int]) -> None:
    """Any amount from the least on, or nothing."""
    _product(closed, pin)
    made, column, mixes = (closed.model.column(family, *key) for family in ("made", "units", "mixes"))
    if made is None or column is None:
        if pin.used:
            raise BadRequest(f"{_said(pin)}: nothing can be made there then")
        return
    closed.close(made, float(bool(pin.used)), pin)
    if pin.used:
        closed.open_from(column, LEAST_LOAD, pin)
    if pin.used and mixes is not None:
        closed.open_from(mixes, 1.0, pin)


def _product(closed: _Pinned, pin: Pin) -> Product:
    """Product of a pin of production, whose node must be there too."""
    product = closed.model.network.products.get(pin.product or "")
    if pin.node not in closed.model.network.nodes or product is None:
        raise BadRequest(f"{_said(pin)}: there is no such node or product")
    return product


def _units(closed: _Pinned, pin: Pin) -> float:
    """Units that a pin of production asks for."""
    product = _product(closed, pin)
    if pin.mixes is not None:
        if product.units_per_mix is None:
            raise BadRequest(f"{_said(pin)}: {product.code} is not made in mixes; pin units")
        return pin.mixes * product.units_per_mix
    if pin.units is None:
        raise BadRequest(f"{_said(pin)}: it gives neither mixes nor units nor used")
    return pin.units


def _pin_departure(closed: _Pinned, pin: Pin) -> None:
    model, day = closed.model, (pin.day - closed.model.network.start).days
    if pin.used is None and pin.units is None:
        raise BadRequest(f"{_said(pin)}: it gives neither used nor units")
    if pin.truck not in model.network.trucks:
        raise BadRequest(f"{_said(pin)}: there is no such truck")
    if pin.used is not None:
        _pin_use(closed, pin, day)
    if pin.units is not None:
        _pin_load(closed, pin, day, pin.units)


def _pin_use(closed: _Pinned, pin: Pin, day: int) -> None:
    used = closed.model.column("used", pin.truck or "", day)
    loads = _loads(closed.model, pin.model_copy(update={"product": None, "stop": None}), day)
    if pin.used and (used is None or not loads):
        raise BadRequest(f"{_said(pin)}: it cannot leave with goods then")
    if used is not None:
        closed.close(used, float(bool(pin.used)), pin)
    if pin.used:
        closed.sums.append(((pin.truck or "", str(day)), loads, _least(closed.model), np.inf))


def _pin_load(closed: _Pinned, pin: Pin, day: int, units: float) -> None:
    network = closed.model.network
    loads = _loads(closed.model, pin, day)
    if units and not loads:
        raise BadRequest(f"{_said(pin)}: no such goods can leave on it then")
    product = network.products.get(pin.product or "")
    if product is not None and network.rules.whole_cases:
        cases = units / product.units_per_case
        if abs(cases - round(cases)) > 1e-9:
            raise BadRequest(
                f"{_said(pin)}: {units:g} units are no whole cases of {product.units_per_case:g}"
            )
    if loads:
        closed.sums.append(((pin.truck or "", str(day)), loads, units, units))


def _loads(model: Model, pin: Pin, day: int) -> list[int]:
    """Columns of the goods that a pin speaks of: its truck, day and, if given, stop and product."""
    lanes = {
        lane.index
        for lane in model.network.lanes_of(pin.truck or "")
        if pin.stop is None or lane.stop == pin.stop
    }
    return [
        column
        for (lane, product, _, t), column in model.columns.get("ship", {}).items()
        if lane in lanes and t == day and pin.product in (None, product)
    ]


def _least(model: Model) -> float:
    """Fewest units with which a truck leaves."""
    if not model.network.rules.whole_cases:
        return LEAST_LOAD
    return min(product.units_per_case for product in model.network.products.values())
