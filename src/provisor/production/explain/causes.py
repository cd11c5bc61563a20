"""Causes of shortages, waste, and trucks that leave with empty places or stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.case import BadRequest
from provisor.explaining import Cause
from provisor.production.changes.common import horizon
from provisor.production.changes.trucks import leaves
from provisor.production.data.context import units as units_said
from provisor.production.explain.shortage import shortage
from provisor.tables.naming import unknown
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.explaining import Question
    from provisor.plan import Plan

_TABLES = {"product": "products", "node": "nodes", "truck": "trucks"}


def causes(case: Case, plan: Plan, question: Question) -> list[Cause]:
    """Causes of what a question names, the weightiest first.

    Raises:
        BadRequest: The question names what the case does not have, or there is no such thing in the plan.
    """
    where = question.where
    wrong = [
        text
        for name, table in _TABLES.items()
        if name in where
        for text in unknown(case, table, name, [where[name]])
    ]
    days = [str(day) for day in horizon(case)]
    if "date" in where and where["date"] not in days:
        wrong.append(f"{where['date']} is no day of the horizon, {days[0]} to {days[-1]}")
    if wrong:
        raise BadRequest("\n".join(wrong))
    found = {"shortage": shortage, "waste": waste, "truck": truck}[question.subject](case, plan, where)
    return sorted(found, key=lambda cause: -cause.amount)


def meant(table: pl.DataFrame, where: Mapping[str, str]) -> pl.DataFrame:
    """Rows of a table that a question means."""
    for name, value in where.items():
        table = table.filter(pl.col(name).cast(pl.String) == value)
    return table


def waste(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """What is thrown away, by where it comes from: there from the start or on the road then, or made since."""
    thrown = meant(plan.table("disposal"), where)
    if thrown["units"].sum() <= 0:
        raise BadRequest("nothing is thrown away there")
    known = pl.concat([case.table(name).select("product", "batch") for name in ("stock", "transit")]).unique()
    thrown = thrown.with_columns(batch=pl.col("batch").str.split(">").list.first())
    old = thrown.join(known, on=["product", "batch"], how="semi")
    new = thrown.join(known, on=["product", "batch"], how="anti")
    total, place = float(thrown["units"].sum()), dict(where)
    found = []
    for name, rows, what in (
        ("stock", old, "were there or on the road at the start and could not be sold while alive"),
        ("overproduction", new, "were made in the horizon and not sold while alive"),
    ):
        amount = float(rows["units"].sum())
        if amount > 0:
            facts = {"units": amount, "of": total, "batches": float(rows["batch"].n_unique())}
            words = f"{units_said(amount)} of {units_said(total)} thrown away {what}, {facts['batches']:.0f} batches"
            found.append(Cause(name, place, amount, "unit", words, facts))
    return found


def truck(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """Departures of a truck with what stands on each, and why it stays where it does."""
    if set(where) != {"truck", "date"}:
        raise BadRequest("name the truck and the day, as truck=... date=...")
    row = case.table("trucks").filter(pl.col("truck") == where["truck"]).to_dicts()[0]
    day = next(day for day in horizon(case) if str(day) == where["date"])
    name, place = f"Truck {where['truck']}", dict(where)
    if not leaves(row, [day]):
        return [
            Cause("schedule", place, 1.0, "departure", f"{name} does not run on {day}", {"scheduled": 0.0})
        ]
    loads = meant(plan.table("departures"), where)
    pallets, units = float(loads["pallets"].sum()), float(loads["units"].sum())
    facts = {"scheduled": 1.0, "places": float(row["pallets"]), "pallets": pallets, "units": units}
    if units <= 0:
        price = f"{row['pallets']} places for {money(row['cost_fixed'], case.currency)}"
        words = f"{name} could leave on {day} with {price}, and it is not worth it"
        return [Cause("not_worth_it", place, 1.0, "departure", words, facts)]
    empty = max(0.0, row["pallets"] - pallets)
    load = f"{units_said(units)} on {pallets:.0f} pallets"
    words = f"{name} leaves on {day} with {load}; {empty:.0f} of {row['pallets']} places stay empty"
    return [Cause("load", place, empty, "pallet", words, facts)]
