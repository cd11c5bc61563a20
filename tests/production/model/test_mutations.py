"""A model with one rule less makes a plan that the auditor finds at fault, by that rule; with the rule it is clean.

Rules are taken away in two ways: rows of one family are left out of the exact problem, or the model is told of another
case than the one its plan is audited against.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.production.cases import best_plan, optimum, states
from tests.production.model.binding import (
    bakery,
    brands,
    changed,
    cold,
    crowded_store,
    dropped,
    far_shop,
    late_start,
    leftover,
    narrow_leg,
    old_bread,
    pinned,
    road,
    shop,
    stale,
    stocked,
    thawing,
    two_days,
    two_ends,
    waiting,
    wednesday,
    weekend,
)

from provisor.production.audit import RULES, audit
from provisor.production.model.columns import pallet_costs
from provisor.production.tables import PLAN_TABLES
from provisor.production.tabulate import tabulate

if TYPE_CHECKING:
    import polars as pl
    from tests.production.cases import World

    from provisor.engine.problem import Problem

LABOUR, STOCKED = (schema for name in ("labour", "stock") for schema in PLAN_TABLES if schema.name == name)


@dataclass(frozen=True)
class Removed:
    """Rows left out where they bind, and the rule of the auditor that then finds something."""

    world: World
    rows: tuple[str, ...]
    rule: str


UNTRACED = "no batch"
"""In the place of a rule: the tracer finds no batch for what the solution moves, so that no table can show it."""

REMOVED = {
    "sold from nothing": Removed(leftover(90), ("balance",), UNTRACED),
    "sold more than is wanted": Removed(leftover(20).where(end="waste"), ("demand",), "demand"),
    "a full store": Removed(crowded_store(), ("storage_capacity",), "storage-capacity"),
    "a full leg": Removed(narrow_leg(), ("leg_capacity",), "leg-capacity"),
    "pallets in store for nothing": Removed(cold(), ("storage_pallets",), "storage-pallets"),
    "pallets that enter for nothing": Removed(cold(), ("storage_entry",), "costs"),
    "nothing left": Removed(leftover(10, 10), ("ending",), "end"),
    "too much credit": Removed(leftover(10, 90), ("credit",), "end"),
    "two last stops": Removed(two_ends(), ("one_last_stop",), "trucks"),
    "a last stop not chosen": Removed(two_ends(), ("chosen_stop",), "trucks"),
    "more pallets than places": Removed(stocked((40, 40)), ("truck_pallets",), "truck-pallets"),
    "goods on no pallet": Removed(stocked((40, 40)), ("pallet_load",), "truck-pallets"),
    "broken cases": Removed(stocked((37,)), ("cases",), "cases"),
    "goods not yet made on a morning truck": Removed(shop("08:00"), ("loading",), UNTRACED),
    "more loaded than made by then": Removed(late_start(), ("same_day_rate",), "loading"),
    "a part mix": Removed(bakery(30), ("mixes",), "mixes"),
    "products not counted": Removed(bakery(max_hours=9.5), ("made", "fixed_hours"), "hours"),
    "starts not counted": Removed(
        bakery(max_hours=9.5).where(changeover="starts"), ("starts", "fixed_hours"), "hours"
    ),
    "starts not charged": Removed(bakery(), ("starts",), "starts"),
    "brands not counted": Removed(brands(), ("brand", "fixed_hours"), "hours"),
    "too many hours": Removed(bakery(max_hours=6.0), ("hours", "fixed_hours"), "hours"),
    "hours not paid": Removed(bakery(), ("labour", "fixed_hours"), "labour"),
    "fewer hours paid than the least": Removed(weekend(), ("minimum_hours",), "labour"),
    "a pin forgotten": Removed(pinned(), ("pins",), "pins"),
}

WITHOUT_EFFECT = {
    "same_day_made": "what is not there cannot leave by balance either",
    "shelf_life": "what is of no use is thrown away or kept at the same cost, and no sale of old goods is a column",
    "made_whole": "a product that is made without units costs, so no plan has one",
    "fixed_hours": "regular hours cost no less where nothing is made; the rows are stronger where run is divisible",
    "run": "hours are limited by run already; the rows are stronger where run is divisible",
    "brand_made": "a brand that is not made costs hours, so no plan has one",
}
"""Families that no plan can show the lack of: they only make the problem easier to solve."""


def without(problem: Problem, names: tuple[str, ...]) -> Problem:
    """The problem with the rows of some families left free."""
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    for name in names:
        block = problem.row_block(name)
        lower[block.start : block.stop], upper[block.start : block.stop] = -np.inf, np.inf
    return replace(problem, row_lower=lower, row_upper=upper)


def claimed(model, problem, x) -> dict[str, float]:
    """Costs as the solution's own columns have them."""
    network, costs = model.network, model.network.costs

    def total(*families):
        columns = [column for name in families for column in model.columns.get(name, {}).values()]
        return float(problem.cost[columns] @ x[columns])

    starts = sum(x[column] for column in model.columns.get("start", {}).values())
    credit = network.end_value * sum(x[column] for column in model.columns.get("credited", {}).values())
    return {
        "production": total("units"),
        "labour": total("regular", "overtime", "premium"),
        "transport": total("ship"),
        "departures": total("used"),
        "storage": total("stock", "store_pallets", "entry"),
        "starts": starts * costs["start_cost"],
        "start_waste": starts * costs["start_waste_units"] * costs["production_per_unit"],
        "shortage": total("short"),
        "disposal": total("dispose"),
        "end_value": -credit,
        "end_waste": total("left", "credited") + credit,
    }


def stated(model, x, tables) -> dict[str, pl.DataFrame]:
    """The plan's tables with hours and pallets in store as the solution's own columns have them."""

    def value(family, *key):
        column = model.column(family, *key)
        return 0.0 if column is None else float(x[column])

    def day(row):
        return (row["date"] - model.network.start).days

    labour = tables["labour"].to_dicts()
    for row in labour:
        kinds = {kind: value(kind, row["node"], day(row)) for kind in ("regular", "overtime", "premium")}
        row.update(kinds, paid=sum(kinds.values()))
    stock = tables["stock"].to_dicts()
    for row in stock:
        if any(pallet_costs(model, row["state"])):
            pallets = value("store_pallets", row["node"], row["product"], row["state"], day(row))
            row["pallets"] = round(pallets)
    told = {name: table for name, table in tables.items() if name != "costs"}
    return {**told, "labour": LABOUR.frame(labour), "stock": STOCKED.frame(stock)}


def planned(world, removed=()):
    """The plan of the exact model without some rows, and the auditor's findings on it and its costs."""
    model, problem = states(world)
    result = optimum(without(problem, removed))
    plan = tabulate(model, result.x)
    figures = claimed(model, problem, result.x)
    return plan, audit(world.case(), stated(model, result.x, plan.tables), figures)


@pytest.mark.parametrize("name", REMOVED)
def test_the_whole_model_makes_a_clean_plan(name):
    plan, report = planned(REMOVED[name].world)
    assert plan.missed == 0
    assert [finding.words for finding in report.findings] == []
    assert report.cost_difference < 0.01


@pytest.mark.parametrize("name", REMOVED)
def test_without_its_rows_the_auditor_reports_the_rule(name):
    case = REMOVED[name]
    plan, report = planned(case.world, case.rows)
    found = {finding.rule for finding in report.findings}
    assert case.rule in found or (case.rule == UNTRACED and plan.missed > 1)


def test_every_family_of_rows_has_been_left_out():
    worlds = [case.world for case in REMOVED.values()]
    families = {block.name for world in worlds for block in states(world)[1].rows}
    assert families == {name for case in REMOVED.values() for name in case.rows} | set(WITHOUT_EFFECT)


@pytest.mark.parametrize("name", ["sold from nothing", "more loaded than made by then", "brands not counted"])
def test_the_plan_is_as_good_without_rows_that_only_help_the_solver(name):
    world = REMOVED[name].world
    _, problem = states(world)
    helpful = tuple({block.name for block in problem.rows} & set(WITHOUT_EFFECT))
    assert helpful
    plan, report = planned(world, helpful)
    assert report.ok
    assert plan.objective == pytest.approx(optimum(problem).objective)


@dataclass(frozen=True)
class Told:
    """The case, what the model believes it to be, and the rule of the auditor that finds the difference."""

    case: World
    believed: World
    rule: str


TOLD = {
    "the day's own production on a morning truck": Told(
        shop("08:00"), shop("08:00").where(loading="same_day"), "loading"
    ),
    "the day's own production on an afternoon truck": Told(
        shop().where(loading="previous_day"), shop(), "loading"
    ),
    "work that begins earlier than it does": Told(late_start(), shop(), "loading"),
    "bread sold at eleven days": Told(
        old_bread(6), old_bread(6).where(min_days_at_sale=False), "min-days-at-sale"
    ),
    "bread sold after its last day": Told(old_bread(-1), old_bread(-1).where(shelf_life=False), "shelf-life"),
    "age that begins again on arrival": Told(far_shop(5), far_shop(7), "min-days-at-sale"),
    "age that begins again, and again": Told(far_shop(3), far_shop(9), "shelf-life"),
    "a 45th pallet on a truck through its stop": Told(
        wednesday(), changed(wednesday(), "trucks", pallets=45), "truck-pallets"
    ),
    "a truck on a day it does not run": Told(changed(shop(), "trucks", weekdays=[2]), shop(), "trucks"),
    "a departure to two last stops": Told(
        two_ends(), changed(two_ends(), "trucks", stops=["T", "S"], alternatives=[]), "trucks"
    ),
    "a leg that is faster than it is": Told(
        far_shop(9), changed(far_shop(9), "legs", transit_days=1.0), "trucks"
    ),
    "broken cases": Told(stocked((37,)), stocked((37,)).where(whole_cases=False), "cases"),
    "a part mix": Told(bakery(30), bakery(30).where(mixes=False), "mixes"),
    "changeovers that take no time": Told(
        bakery(max_hours=9.5), bakery(max_hours=9.5, changeover_hours=0.0), "hours"
    ),
    "a startup that takes no time": Told(
        bakery(max_hours=9.5), bakery(max_hours=9.5, startup_hours=0.0), "hours"
    ),
    "a day without a shift": Told(dropped(weekend(), "calendar"), weekend(), "hours"),
    "more overtime than there is": Told(
        bakery(rate_units_per_hour=5.0),
        changed(bakery(rate_units_per_hour=5.0), "calendar", overtime_hours=12.0),
        "hours",
    ),
    "no hours paid at least": Told(weekend(), changed(weekend(), "calendar", minimum_hours=0.0), "labour"),
    "starts of every day": Told(two_days().where(starts="daily"), two_days(), "starts"),
    "pallets by product": Told(waiting().where(pallets_by="batch"), waiting(), "storage-pallets"),
    "a larger store": Told(
        crowded_store(), changed(crowded_store(), "nodes", capacity_units=90.0), "storage-capacity"
    ),
    "a wider leg": Told(narrow_leg(), narrow_leg().where(leg_capacity=False), "leg-capacity"),
    "a freezer that keeps all": Told(
        thawing(), changed(thawing(), "nodes", 1, storage="both"), "state-change"
    ),
    "less demand": Told(leftover(30), leftover(20), "demand"),
    "shortages allowed": Told(leftover(90).where(shortages=False), leftover(90), "demand"),
    "more stock than there is": Told(dropped(leftover(40), "stock"), leftover(40), "tables"),
    "a batch larger than it is": Told(leftover(40), changed(leftover(40), "stock", units=30.0), "balance"),
    "goods on the road that do not count": Told(road().where(transit_stock=False), road(), "balance"),
    "an end worth something": Told(leftover(10, 10).where(end="waste"), leftover(10, 10), "end"),
    "cheaper waste": Told(stale().cost(waste_multiplier=3.0), stale(), "disposal"),
    "a price of freshness": Told(leftover(40).where(freshness=1.0), leftover(40), "freshness"),
    "trucks for nothing": Told(stocked(), stocked().where(truck_cost=False), "costs"),
    "a pin forgotten": Told(pinned(), stocked(), "pins"),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_the_model_does_not_know_the_auditor_finds(name):
    told = TOLD[name]
    _, wrong = best_plan(told.believed)
    _, right = best_plan(told.case)
    report = audit(told.case.case(), wrong.tables, wrong.costs)
    assert told.rule in {finding.rule for finding in report.findings}
    assert right is None or audit(told.case.case(), right.tables, right.costs).ok


def test_every_rule_of_the_auditor_has_found_something():
    found = {case.rule for case in (*REMOVED.values(), *TOLD.values())} - {UNTRACED}
    assert found == {rule.id for rule in RULES}
