"""Decisions forced or forbidden, as changes of the case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from provisor.case import BadRequest
from provisor.production.changes.common import horizon
from provisor.production.changes.pins import PinDecision
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.explaining import Question
    from provisor.plan import Plan
    from provisor.scenario import Change

_TABLES = {"product": "products", "node": "nodes", "truck": "trucks"}


def forced(case: Case, plan: Plan, question: Question) -> list[Change]:
    """The pin that has it otherwise than in the plan.

    Raises:
        BadRequest: The question names no decision of the case, or one that is as it is asked for already.
    """
    where = dict(question.where)
    wrong = [
        text
        for name, table in _TABLES.items()
        if name in where
        for text in unknown(case, table, name, [where[name]])
    ]
    if "truck" in where and ("product" in where or "node" in where):
        wrong.append("ask for a truck with its date, or for a product with node and date")
    if "truck" not in where and "product" not in where:
        wrong.append("name a product or a truck")
    day = _day(case, where.get("date"), wrong)
    if wrong or day is None:
        raise BadRequest("\n".join(wrong))
    if "truck" in where:
        return [_truck(plan, where["truck"], day, wanted=question.negated)]
    return [_production(case, plan, where, day, wanted=question.negated)]


def _day(case: Case, given: str | None, wrong: list[str]) -> date | None:
    """Day of a question; what is wrong with it goes to ``wrong``."""
    if given is None:
        wrong.append("name the day as date=YYYY-MM-DD")
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        wrong.append(f"{given} is no date such as {horizon(case)[0]}")
        return None
    if day not in horizon(case):
        wrong.append(f"{day} is outside the horizon, {horizon(case)[0]} to {horizon(case)[-1]}")
        return None
    return day


def _truck(plan: Plan, truck: str, day: date, *, wanted: bool) -> PinDecision:
    loads = plan.table("departures").filter((pl.col("truck") == truck) & (pl.col("date") == day))
    leaves = float(loads["units"].sum()) > 0
    if leaves == wanted:
        said = (
            f"leaves on {day} with {loads['units'].sum():,.0f} units"
            if leaves
            else f"does not leave on {day}"
        )
        raise BadRequest(
            f"truck {truck} {said}; ask why {'not ' if not leaves else ''}truck={truck} date={day}"
        )
    return PinDecision(decision="departure", truck=truck, date=day, used=wanted)


def _production(case: Case, plan: Plan, where: Mapping[str, str], day: date, *, wanted: bool) -> PinDecision:
    node, product = where.get("node") or _only_maker(case), where["product"]
    makes = case.table("nodes").filter(pl.col("node") == node)["can_make"][0]
    if not makes:
        raise BadRequest(f"{node} makes nothing")
    rows = plan.table("production").filter(
        (pl.col("node") == node) & (pl.col("product") == product) & (pl.col("date") == day)
    )
    units = float(rows["units"].sum())
    pin = {"decision": "production", "node": node, "product": product, "date": day}
    if wanted and "mixes" in where:
        if not where["mixes"].isdecimal() or int(where["mixes"]) < 1:
            raise BadRequest(f"mixes={where['mixes']}: expected a whole number from 1 on")
        return PinDecision.model_validate({**pin, "mixes": int(where["mixes"])})
    if (units > 0) == wanted:
        said = f"{units:,.0f} units of {product} are made" if units else f"no {product} is made"
        raise BadRequest(f"{said} at {node} on {day}; ask it the other way round, or with mixes")
    return PinDecision.model_validate({**pin, "used": wanted})


def _only_maker(case: Case) -> str:
    makers = case.table("nodes").filter("can_make")["node"].to_list()
    if len(makers) != 1:
        raise BadRequest(f"name the node that makes: {', '.join(makers)}")
    return str(makers[0])
