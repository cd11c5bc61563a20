"""Why shelves are added, or why not: from the plan's tables and the worth of one shelf more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.case import BadRequest
from provisor.expansion.changes.common import settings_of
from provisor.expansion.tables import MEASURES
from provisor.expansion.tiers import Tier, price_of
from provisor.explaining import Cause
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.plan import Plan

FULL = 1 - 1e-6
"""Share of room used at which it is full."""

NOTHING = 1e-6

SHELF = ("facility", "storage_type")


def built(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """For each type of shelf at each site that is asked about: what asks for those added, or why none are.

    Raises:
        BadRequest: There is no such shelf.
    """
    rows = _meant(case.table("shelving"), where)
    if rows.is_empty():
        raise BadRequest("there are no such shelves")
    return [_cause(case, plan, row) for row in rows.to_dicts()]


def _meant(table: pl.DataFrame, where: Mapping[str, str]) -> pl.DataFrame:
    for name in SHELF:
        if name in where:
            table = table.filter(pl.col(name) == where[name])
    return table


def _cause(case: Case, plan: Plan, shelf: Mapping[str, Any]) -> Cause:
    site, kind = (shelf[name] for name in SHELF)
    here = (pl.col("facility") == site) & (pl.col("storage_type") == kind)
    added = float(plan.table("shelf_additions").filter(here)["shelves_added"].sum())
    place = {"facility": site, "storage_type": kind}
    facts, said = _fullest(plan, here)
    if added > NOTHING:
        return _asked_for(case, plan, shelf, added, {**facts, "shelves_added": added}, said)
    row = case.table("sites").filter(pl.col("facility") == site).row(0, named=True)
    none = f"No {kind} shelves are added at {site}"
    if not row["expandable"] or row["limit_sqft"] <= 0:
        return Cause("may_not_grow", place, 0.0, "shelf", f"{none}, which may not grow; {said}", facts)
    pinned = [
        pin
        for pin in settings_of(case).pins
        if pin.of_building and pin.facility == site and pin.most <= NOTHING
    ]
    if any(pin.storage_type in (None, kind) for pin in pinned):
        return Cause("pinned", place, 0.0, "shelf", f"{none}: a pin forbids it; {said}", facts)
    if facts.get("share", 0.0) < FULL:
        return Cause("enough", place, 0.0, "shelf", f"{none}: those there hold all stock; {said}", facts)
    return _not_worth(case, plan, shelf, facts, f"{none}, though {said}")


def _fullest(plan: Plan, here: pl.Expr) -> tuple[dict[str, float], str]:
    """The fullest day of shelves, by the measure that limits most."""
    rows = plan.table("peaks").filter(here & pl.col("limits") & pl.col("share").is_not_null()).sort("share")
    if rows.is_empty():
        return {}, "nothing is kept there by itself"
    row = rows.row(-1, named=True)
    facts = {name: float(row[name]) for name in ("month", "day", "used", "capacity", "share")}
    unit = MEASURES[row["measure"]]
    full = f"{100 * row['share']:,.1f} % of the {row['measure']} is taken"
    return facts, (
        f"on the fullest day (month {row['month']}, day {row['day']}) {full}, "
        f"{row['used']:,.0f} of {row['capacity']:,.0f} {unit}"
    )


def _prices(plan: Plan, site: str, kind: str) -> pl.DataFrame:
    """Worth of one more shelf by month."""
    table = plan.table("prices").filter(
        (pl.col("limit") == "shelf") & (pl.col("facility") == site) & (pl.col("storage_type") == kind)
    )
    return table.sort("price", descending=True)


def _asked_for(
    case: Case, plan: Plan, shelf: Mapping[str, Any], added: float, facts: dict[str, float], said: str
) -> Cause:
    """The months that ask for shelves; a pin, or whole packs, where none does."""
    site, kind = (shelf[name] for name in SHELF)
    place = {"facility": site, "storage_type": kind}
    count = f"{added:,.6g} {kind} shelves are added at {site}"
    pins = [
        pin for pin in settings_of(case).pins if pin.of_building and pin.facility == site and pin.least > 0
    ]
    if any(pin.storage_type in (None, kind) for pin in pins):
        return Cause("pinned", place, added, "shelf", f"{count}: a pin asks for it; {said}", facts)
    months = _prices(plan, site, kind)
    if months.is_empty():
        words = f"{count}, though no single month asks for one more; {said}"
        return Cause("whole_or_weighed", place, added, "shelf", words, facts)
    row = months.row(0, named=True)
    facts = {**facts, "asking_month": float(row["month"]), "worth": float(row["price"])}
    price = money(facts["worth"], case.currency)
    words = f"{count} for the stock of month {row['month']}, in which one more would save {price}; {said}"
    return Cause("room", place, added, "shelf", words, facts)


def _not_worth(case: Case, plan: Plan, shelf: Mapping[str, Any], facts: dict[str, float], said: str) -> Cause:
    """Full shelves of which one more costs more than it would save."""
    site, kind = (shelf[name] for name in SHELF)
    area = float(plan.table("expansion_decisions").filter(pl.col("facility") == site)["sqft_added"].sum())
    months = _prices(plan, site, kind)
    worth = float(months["price"][0]) if months.height else 0.0
    facts = {**facts, "worth": worth}
    place = {"facility": site, "storage_type": kind}
    limit = float(case.table("sites").filter(pl.col("facility") == site)["limit_sqft"][0])
    if area + shelf["sqft_per_shelf"] > limit * (1 + NOTHING):
        words = f"{said}: the site has no area left of its {limit:,.0f} sqft"
        return Cause("limit", place, 0.0, "shelf", words, {**facts, "limit_sqft": limit})
    cost = _cost_of_next(case, site, area, float(shelf["sqft_per_shelf"]))
    costs, saves = (money(amount, case.currency) for amount in (cost, worth))
    words = f"{said}: the next one costs {costs} and would save {saves} of building elsewhere"
    return Cause("not_worth_it", place, 0.0, "shelf", words, {**facts, "cost": cost})


def _cost_of_next(case: Case, site: str, area: float, sqft: float) -> float:
    """Price of the area of one more shelf."""
    rows = case.table("tiers").filter(pl.col("facility") == site).sort("tier")
    tiers = [Tier(upto, price) for upto, price in rows.select("upto_sqft", "price_per_sqft").iter_rows()]
    return price_of(tiers, area + sqft) - price_of(tiers, area)
