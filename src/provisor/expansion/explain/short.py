"""Why demand is not served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.case import BadRequest
from provisor.expansion.changes.common import settings_of
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of
from provisor.expansion.tiers import Tier
from provisor.explaining import Cause
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.expansion.network import Network
    from provisor.plan import Plan

LEAST = 0.01
"""Packs that are none."""

DEAR = 1e4
"""Price of a pack lost where nothing else costs anything: as little is lost as can be."""


def short(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """What of the demand not served comes too early, has no room whatever is built, or is not worth serving.

    Too early is what is lost before the first order of the product can arrive anywhere. What has no room is the least
    that the months by themselves leave unserved if all is built that may be and all is rented that can be.

    Raises:
        BadRequest: There is no such demand in the plan.
    """
    lost = plan.table("lost_sales")
    for name, value in where.items():
        lost = lost.filter(pl.col(name).cast(pl.String) == value)
    total = float(lost["units"].sum())
    if total < LEAST:
        raise BadRequest("all demand is served there")
    network = network_of(case)
    early = _early(network, lost)
    late = total - early
    room = min(late, _no_room(network, lost))
    return [
        cause
        for cause in (
            _too_early(network, early, total, where),
            _without_room(room, total, where),
            _not_worth(case, late - room, total, where),
        )
        if cause.amount > LEAST
    ]


def _early(network: Network, lost: pl.DataFrame) -> float:
    """Packs lost before anything of their product can arrive."""
    first = dict(zip(network.skus, network.first_arrival.min(axis=1).tolist(), strict=True))
    day = (pl.col("month") - 1) * network.month_days + pl.col("day") - 1
    before = day < pl.col("sku").replace_strict(first, return_dtype=pl.Int64)
    return float(lost.filter(before)["units"].sum())


def _no_room(network: Network, lost: pl.DataFrame) -> float:
    """Least packs that months leave unserved for want of room, of products and months with lost demand."""
    free = replace(
        network,
        settings=network.settings.model_copy(
            update={
                "lost_sale_per_pack": DEAR,
                "overflow_per_cuft_day": None if network.settings.overflow_per_cuft_day is None else 0.0,
            }
        ),
        tiers=tuple(tuple(Tier(tier.upto, 0.0) for tier in tiers) for tiers in network.tiers),
        fixed_cost=np.zeros_like(network.fixed_cost),
    )
    found = find_design(free, whole=False)
    if found.result.x is None:
        return 0.0
    least: Floats = found.result.x[found.model.lost] * network.month_days
    place = {month: number for number, month in enumerate(found.months)}
    return sum(
        float(least[place[month - 1], network.skus.index(sku)])
        for month, sku in lost.select("month", "sku").unique().iter_rows()
    )


def _too_early(network: Network, amount: float, total: float, where: Mapping[str, str]) -> Cause:
    longest = int(network.first_arrival.max())
    words = (
        f"{amount:,.0f} of {total:,.0f} packs not served come too early: nothing ordered arrives before its lead time, "
        f"up to {longest} days, and what is there before the first day is gone by then"
    )
    return Cause("too_early", dict(where), amount, "pack", words, {"lost": total, "early": amount})


def _without_room(amount: float, total: float, where: Mapping[str, str]) -> Cause:
    words = (
        f"{amount:,.0f} of {total:,.0f} packs not served have no room for the stock that serving them asks for, "
        "even if all is built that may be"
    )
    return Cause("room", dict(where), amount, "pack", words, {"lost": total, "no_room": amount})


def _not_worth(case: Case, amount: float, total: float, where: Mapping[str, str]) -> Cause:
    price = settings_of(case).lost_sale_per_pack or 0.0
    words = (
        f"{amount:,.0f} of {total:,.0f} packs not served could be served, but that would cost more than the "
        f"{money(price, case.currency)} that a pack lost costs"
    )
    return Cause(
        "not_worth_it", dict(where), amount, "pack", words, {"lost": total, "lost_sale_per_pack": price}
    )
