"""Studies of a case that need no daily plan, by the names under which ``provisor study`` makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.case import BadRequest
from provisor.expansion import board
from provisor.expansion.network import network_of
from provisor.expansion.totals import policy_totals
from provisor.planner import Study
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from provisor.case import Case

    Values = Mapping[str, Sequence[float]]

DAYS: tuple[float, ...] = (0, 1, 2, 3, 5, 7, 10, 14)
"""Days on hand that the study of policies tries for each kind of supplier where none are given."""

FACTORS: tuple[float, ...] = (0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2)
"""Factors on demand that are tried where none are given."""

MOST_POLICIES = 400

MEANINGS = {
    "diagnosis": "stock at its days-on-hand level, shared evenly, against the shelves there are; nothing is optimized",
    "readings": "what has to be built under every reading of the brief",
    "policies": "what has to be built for each combination of days on hand by kind of supplier; "
    "--try KIND=DAYS,... chooses them",
    "totals": "what each combination of days on hand costs in all, every day of the horizon planned, with its proof; "
    "--try KIND=DAYS,... chooses them",
    "demand": "what has to be built if demand is more or less; --try demand=FACTOR,... chooses by how much",
    "frontier": "the largest multiple of the days on hand that can be kept if all is built that may be",
}
"""What each study shows."""


def study(case: Case, name: str, values: Values) -> Study:
    """Make a study.

    Args:
        case: The case.
        name: One of :data:`MEANINGS`.
        values: Values to try by key; what a study tries of itself where not given.

    Raises:
        BadRequest: A value has a key that the study does not know, or there are too many combinations.
    """
    return _MAKERS[name](case, values)


def _diagnosis(case: Case, values: Values) -> Study:
    _no_values("diagnosis", values)
    table = board.diagnosis(case)
    over = table.filter(pl.col("months_over") > 0)
    said = f"{over.height} of {table.height} limits would be passed in some month without building"
    if not over.height:
        return Study(table, (f"{said}.",))
    worst = over.row(0, named=True)
    where = f"{worst['measure']} of {worst['storage_type']} shelves at {worst['facility']}"
    much = f"{worst['share']:.0%} of what there is in month {worst['month']}"
    often = f"short in {worst['months_over']} months, first in month {worst['first_month_over']}"
    return Study(table, (f"{said}; the bottleneck is {where}: {much}, {often}.",))


def _readings(case: Case, values: Values) -> Study:
    _no_values("readings", values)
    table = board.assumption_board(case)
    said = _costs_said(table, "readings", case.currency)
    own = table.filter("chosen").row(0, named=True)
    return Study(table, (said, f"The case's own reading: {_cost_said(own, case.currency)}."))


def _policies(case: Case, values: Values) -> Study:
    table = board.policy_matrix(case, _days_tried("policies", case, values))
    return Study(table, (_costs_said(table, "policies", case.currency),))


def _totals(case: Case, values: Values) -> Study:
    table = policy_totals(case, _days_tried("totals", case, values))
    known = table.drop_nulls("total")
    said = f"{table.height} policies, {known.height} of them planned on every day of the horizon"
    if not known.height:
        return Study(table, (f"{said}.",))
    totals, gap = known["total"].to_list(), max(known["gap"].to_list())
    return Study(table, (f"{said}, {_range(totals, case.currency)}; largest proven gap {gap:.2%}.",))


def _days_tried(name: str, case: Case, values: Values) -> dict[str, list[float]]:
    """Days on hand to try by kind of supplier."""
    kinds = sorted(set(network_of(case).kinds))
    _known(name, values, kinds)
    tried = {kind: list(values.get(kind, DAYS)) for kind in kinds}
    count = 1
    for days in tried.values():
        if min(days) < 0:
            raise BadRequest(f"days on hand to try are at least 0, not {min(days):g}")
        count *= len(days)
    if count > MOST_POLICIES:
        raise BadRequest(
            f"{count:,} policies are too many, at most {MOST_POLICIES} are tried; give fewer days with "
            f"--try {kinds[0]}=2,5"
        )
    return tried


def _demand(case: Case, values: Values) -> Study:
    _known("demand", values, ["demand"])
    factors = list(values.get("demand", FACTORS))
    if min(factors) <= 0:
        raise BadRequest(f"factors on demand are above 0, not {min(factors):g}")
    table = board.sensitivity(case, factors)
    return Study(table, (_costs_said(table, "factors", case.currency),))


def _frontier(case: Case, values: Values) -> Study:
    _no_values("frontier", values)
    most = board.frontier(case)
    table = pl.DataFrame({"most_days_on_hand": [most]}, schema={"most_days_on_hand": pl.Float64})
    if most is None:
        return Study(table, ("Not even without any days on hand can all months be served.",))
    return Study(table, (f"At most {most:,.4g} times the days on hand of the case can be kept.",))


_MAKERS: dict[str, Callable[[Case, Values], Study]] = {
    "diagnosis": _diagnosis,
    "readings": _readings,
    "policies": _policies,
    "totals": _totals,
    "demand": _demand,
    "frontier": _frontier,
}


def _no_values(name: str, values: Values) -> None:
    _known(name, values, [])


def _known(name: str, values: Values, keys: Sequence[str]) -> None:
    for key in values:
        if key not in keys:
            there = f"it knows {', '.join(keys)}" if keys else "it takes none"
            raise BadRequest(f"the study {name} has no values {key!r} to try; {there}")


def _costs_said(table: pl.DataFrame, what: str, currency: str) -> str:
    """How far the costs of a table lie apart, and how many rows cannot be served."""
    known, none = table["cost"].drop_nulls().to_list(), table["cost"].null_count()
    said = f"{table.height} {what}"
    if known:
        said += f", {_range(known, currency)}"
    return f"{said}; {none} of them cannot be served whatever may be built."


def _range(costs: Sequence[float], currency: str) -> str:
    return f"from {money(min(costs), currency)} to {money(max(costs), currency)}"


def _cost_said(row: Mapping[str, Any], currency: str) -> str:
    if row["cost"] is None:
        return f"cannot be served, first in month {row['first_bad_month']}, in {row['bad_months']} months"
    return money(row["cost"], currency)
