"""Decisions forced or forbidden, as changes of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.case import BadRequest
from provisor.expansion.changes.common import settings_of
from provisor.expansion.changes.pins import PinDecision, beyond
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.explaining import Question
    from provisor.plan import Plan
    from provisor.scenario import Change

NOTHING = 1e-6

TABLES = {
    "sku": ("products", "sku"),
    "facility": ("sites", "facility"),
    "storage_type": ("shelving", "storage_type"),
}
"""Table and column of the names in a question."""

MOVING = {"sku", "share", "month", "delivery", "packs"}
"""Keys that speak of goods, not of building."""


def forced(case: Case, plan: Plan, question: Question) -> list[Change]:
    """The pin that has it otherwise than in the plan.

    Raises:
        BadRequest: The question names no decision of the case, or one that is as it is asked for already.
    """
    where = question.where
    wrong = [
        text
        for name, (table, column) in TABLES.items()
        if name in where
        for text in unknown(case, table, column, [where[name]])
    ]
    if "facility" not in where:
        wrong.append("name the site as facility=...")
    if {"storage_type", "shelves"} & set(where) and MOVING & set(where):
        wrong.append(
            "ask for building by facility, storage_type and shelves, or for goods by sku and facility"
        )
    if wrong:
        raise BadRequest("\n".join(wrong))
    if "delivery" in where:
        pin = _delivery(case, plan, where, wanted=question.negated)
    elif "sku" in where:
        pin = _share(case, plan, where, wanted=question.negated)
    else:
        pin = _building(case, plan, where, wanted=question.negated)
    found = beyond(case, pin.pin())
    if found:
        raise BadRequest("\n".join(found))
    return [pin]


def _building(case: Case, plan: Plan, where: Mapping[str, str], *, wanted: bool) -> PinDecision:
    site = where["facility"]
    mine = pl.col("facility") == site
    kind = where.get("storage_type")
    of_kind = pl.lit(value=True) if kind is None else pl.col("storage_type") == kind
    there = float(plan.table("shelf_additions").filter(mine & of_kind)["shelves_added"].sum())
    shelves = f"{kind or ''} shelves".strip()
    if not wanted:
        if there <= NOTHING:
            raise BadRequest(f"no {shelves} are added at {site}; ask why not, or why shelves facility={site}")
        if kind is None:
            return PinDecision(decision="sqft", facility=site, amount=0.0)
        return PinDecision(decision="shelves", facility=site, storage_type=kind, amount=0.0)
    if kind is None:
        types = case.table("shelving").filter(mine)["storage_type"].to_list()
        raise BadRequest(f"say of which type, as storage_type=...; {site} has {', '.join(types)}")
    if "shelves" in where:
        count = number(where, "shelves")
        if abs(count - there) <= NOTHING:
            raise BadRequest(f"{there:,.6g} {shelves} are added at {site} already")
        return PinDecision(decision="shelves", facility=site, storage_type=kind, amount=count)
    if there > NOTHING:
        raise BadRequest(
            f"{there:,.6g} {shelves} are added at {site}; ask why, or say how many, as shelves=..."
        )
    return PinDecision(decision="shelves", facility=site, storage_type=kind, amount=1.0, holds="at_least")


def number(where: Mapping[str, str], key: str) -> float:
    """A number in a question.

    Raises:
        BadRequest: It is none, or below 0.
    """
    try:
        value = float(where[key])
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise BadRequest(f"{key}={where[key]}: expected a number from 0 on")
    return value


def month_of(case: Case, where: Mapping[str, str], key: str) -> int | None:
    """A month in a question, none where it names none.

    Raises:
        BadRequest: It is no month of the horizon.
    """
    if key not in where:
        return None
    months = settings_of(case).months
    if not where[key].isdecimal() or not 1 <= int(where[key]) <= months:
        raise BadRequest(f"{key}={where[key]}: expected a month of the horizon, 1 to {months}")
    return int(where[key])


def _share(case: Case, plan: Plan, where: Mapping[str, str], *, wanted: bool) -> PinDecision:
    site, sku, month = where["facility"], where["sku"], month_of(case, where, "month")
    shipped = plan.table("shipment_plan_daily").filter(pl.col("sku") == sku)
    if month is not None:
        shipped = shipped.filter(pl.col("month") == month)
    own, whole = (float(rows["units_shipped"].sum()) for rows in (shipped.filter(facility=site), shipped))
    there = own / whole if whole else 0.0
    when = "" if month is None else f" in month {month}"
    said = f"{site} serves {100 * there:,.4g} % of {sku}{when}"
    if not wanted:
        if own <= NOTHING:
            raise BadRequest(f"{said}; ask why not, with share=...")
        return PinDecision(decision="share", facility=site, sku=sku, month=month, amount=0.0)
    if "share" not in where:
        raise BadRequest("say which share of the demand it is to serve at least, as share=0.5")
    share = number(where, "share")
    if share > 1:
        raise BadRequest(f"share={where['share']}: a share is at most 1")
    least = _least_share(plan, sku, site, month)
    if least >= share - NOTHING:
        raise BadRequest(
            f"{said}, in no month less than {100 * least:,.4g} %; that is at least {where['share']} already"
        )
    return PinDecision(decision="share", facility=site, sku=sku, month=month, amount=share, holds="at_least")


def _least_share(plan: Plan, sku: str, site: str, month: int | None) -> float:
    """Least share of any month that is asked about."""
    shipped = plan.table("shipment_plan_daily").filter(pl.col("sku") == sku)
    if month is not None:
        shipped = shipped.filter(pl.col("month") == month)
    own = pl.col("units_shipped").filter(pl.col("facility") == site).sum()
    parts = shipped.group_by("month").agg(own=own, whole=pl.col("units_shipped").sum())
    shares = parts.filter(pl.col("whole") > 0).select(pl.col("own") / pl.col("whole")).to_series()
    return min(shares.to_list(), default=0.0)


def _delivery(case: Case, plan: Plan, where: Mapping[str, str], *, wanted: bool) -> PinDecision:
    if "sku" not in where:
        raise BadRequest("name the product as sku=...")
    site, sku, month = where["facility"], where["sku"], month_of(case, where, "delivery")
    arrived = plan.table("deliveries_daily").filter(
        (pl.col("sku") == sku) & (pl.col("facility") == site) & (pl.col("arrival_month") == month)
    )
    there = float(arrived["units_delivered"].sum())
    said = f"{there:,.6g} packs of {sku} arrive at {site} in month {month}"
    if not wanted:
        if there <= NOTHING:
            raise BadRequest(f"{said}; ask why not, with packs=...")
        return PinDecision(decision="delivery", facility=site, sku=sku, month=month, amount=0.0)
    packs = number(where, "packs") if "packs" in where else _inbound_pack(case, sku)
    if there >= packs - NOTHING:
        raise BadRequest(f"{said} already; ask for more, as packs=...")
    return PinDecision(
        decision="delivery", facility=site, sku=sku, month=month, amount=packs, holds="at_least"
    )


def _inbound_pack(case: Case, sku: str) -> float:
    """Sell packs of an inbound pack."""
    return float(case.table("products").filter(pl.col("sku") == sku)["ratio"][0])
