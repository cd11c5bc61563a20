"""Why loads of suppliers are above their trucks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.case import BadRequest
from provisor.expansion.changes.common import rules_of, settings_of
from provisor.expansion.floor import least_excess
from provisor.expansion.network import network_of
from provisor.explaining import Cause
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.expansion.network import Network
    from provisor.plan import Plan

NOTHING = 1e-6


def loads(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """For each supplier with loads above its trucks: how many of them no plan avoids, and what the rest is.

    What no plan avoids is counted over all sites and months: what the supplier must have brought by the end of a
    month, less all its trucks up to then.

    Raises:
        BadRequest: No loads are above the trucks there, or trucks play no part.
    """
    if rules_of(case).trucks == "off":
        raise BadRequest("trucks play no part under rules.trucks: off")
    rows = plan.table("dock_schedule").filter(pl.col("excess") > NOTHING)
    for name, value in where.items():
        rows = rows.filter(pl.col(name).cast(pl.String) == value)
    if rows.is_empty():
        raise BadRequest("no load is above the trucks there")
    network = network_of(case)
    least = least_excess(network)
    suppliers = rows["supplier"].unique(maintain_order=True).to_list()
    return [
        cause
        for supplier in suppliers
        for cause in _causes(
            case, network, least, supplier, rows.filter(pl.col("supplier") == supplier), where
        )
    ]


def _causes(
    case: Case,
    network: Network,
    least: Mapping[int, float],
    supplier: str,
    rows: pl.DataFrame,
    where: Mapping[str, str],
) -> list[Cause]:
    number = network.suppliers.index(supplier)
    total, days = float(rows["excess"].sum()), rows.select("month", "day").n_unique()
    place = {**where, "supplier": supplier}
    whole = not {"facility", "month"} & set(where)
    needed, allowed = _average_day(network, number)
    facts = {
        "excess": total, "days": float(days), "needed_per_day": needed, "allowed_per_day": allowed,
        "unavoidable": least.get(number, 0.0),
    }  # fmt: skip
    said = f"{total:,.1f} truckloads of {supplier} are above its trucks, on {days:,} days"
    day = f"an average day of its busiest month takes {needed:,.1f}, and {allowed:,.0f} are allowed at all sites"
    found = []
    if number in least:
        amount = min(total, least[number]) if whole else total
        part = f"; of all its loads at least {least[number]:,.1f} are above them in any plan"
        found.append(Cause("too_much", place, amount, "truckload", f"{said}: {day}{part}", facts))
    rest = total - least.get(number, 0.0)
    if number not in least or (whole and rest > NOTHING):
        words = f"{rest if number in least else total:,.1f} of {said}" if number in least else said
        found.append(
            Cause(
                "steps", place, rest if whole else total, "truckload", f"{words}: {_choice(case, day)}", facts
            )
        )
    return found


def _choice(case: Case, day: str) -> str:
    """Why loads stay above trucks that could bring them."""
    if rules_of(case).trucks == "report":
        return (
            f"{day}, but rules.trucks: report does not charge them, so that nothing is brought early for it"
        )
    price = settings_of(case).excess_truck_cost
    each = money(price, case.currency)
    return (
        f"{day}; each costs {each}, and to bring goods early, or elsewhere, would cost more or have no room"
    )


def _average_day(network: Network, supplier: int) -> tuple[float, float]:
    """Truckloads on an average day of a supplier's busiest month, and trucks allowed at all sites."""
    mine = network.supplier_of == supplier
    by_month = network.average[:, mine] @ network.load[:, mine].T
    return float(by_month.max()), float(network.trucks[supplier].sum())
