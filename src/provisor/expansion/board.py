"""What if the brief were read otherwise, at once: assumption board, policy matrix, frontier, diagnosis.

All of it comes from the problem of what to build, milliseconds each; no daily plan is made.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import polars as pl

from provisor.expansion.arrays import CALENDAR_SHARE
from provisor.expansion.bad_months import bad_months
from provisor.expansion.data.spelling import kinds_as_spelt
from provisor.expansion.design import find_design
from provisor.expansion.dominance import binding_months
from provisor.expansion.infeasible import most_days_on_hand
from provisor.expansion.network import network_of
from provisor.expansion.rules import Rules
from provisor.expansion.tables import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from provisor.case import Case
    from provisor.expansion.design import Found
    from provisor.expansion.network import Network

READINGS: dict[str, tuple[str, ...]] = {
    "days_on_hand": ("own", "network", "pooled"),
    "storage": ("sell", "mixed", "inbound"),
    "check_time": ("evening", "morning"),
    "demand_unit": ("packs", "eaches"),
    "positions": ("false", "true"),
}
"""Switches of the assumption board with their readings: 72 together."""

ONLY_RULES = ("days_on_hand", "check_time")
"""Switches of the board that leave the arrays of a case as they are."""

_FLAGS = {"true": True, "false": False}


def with_rules(case: Case, changes: Mapping[str, Any]) -> Case:
    """The same case under other rules, validated."""
    rules = Rules.model_validate({**case.rules.model_dump(), **changes})
    return replace(case, rules=kinds_as_spelt(rules, case.table("suppliers")["kind"]))


def assumption_board(case: Case) -> pl.DataFrame:
    """Cost of building under every reading of the brief, side by side.

    Returns:
        One row per reading: its switches, whether it is the case's own, cost, sqft, first month that cannot be
        served and how many cannot (empty where all can).
    """
    rows: list[dict[str, Any]] = []
    laid_out: dict[tuple[Any, ...], Network] = {}
    for readings in product(*READINGS.values()):
        chosen = {name: _FLAGS.get(value, value) for name, value in zip(READINGS, readings, strict=True)}
        read = with_rules(case, chosen)
        arrays = tuple(value for name, value in chosen.items() if name not in ONLY_RULES)
        if arrays not in laid_out:
            laid_out[arrays] = network_of(read)
        network = replace(laid_out[arrays], rules=cast("Rules", read.rules))
        own = all(getattr(case.rules, name) == value for name, value in chosen.items())
        rows.append({**dict(zip(READINGS, readings, strict=True)), "chosen": own, **_outcome(network)})
    return pl.DataFrame(rows, infer_schema_length=None)


def policy_matrix(case: Case, days: Mapping[str, Sequence[float]]) -> pl.DataFrame:
    """Cost of building for every combination of days on hand by supplier kind.

    Args:
        case: The case.
        days: Days on hand to try, by kind of supplier.

    Raises:
        KeyError: A kind of the case has no days.
    """
    found = policies(network_of(case), days)
    return pl.DataFrame(
        [{**policy, **_outcome(changed)} for policy, changed in found], infer_schema_length=None
    )


def policies(
    network: Network, days: Mapping[str, Sequence[float]]
) -> Iterator[tuple[dict[str, float], Network]]:
    """Every combination of days on hand by supplier kind, with the case under it.

    Raises:
        KeyError: A kind of the case has no days.
    """
    kinds = np.array(network.kinds)[network.supplier_of]
    unknown = sorted(set(kinds.tolist()) - set(days))
    if unknown:
        raise KeyError(f"no days on hand for suppliers of kind {', '.join(unknown)}")
    unit = CALENDAR_SHARE if network.rules.days_on_hand_unit == "calendar" else 1.0
    unit *= network.rules.doh_multiplier / network.period_days
    for values in product(*days.values()):
        policy = dict(zip(days, values, strict=True))
        by_sku = np.array([policy[kind] for kind in kinds])[:, None]
        wide = np.repeat(by_sku * unit, len(network.facilities), axis=1)
        yield policy, replace(network, days_on_hand=wide)


def _outcome(network: Network) -> dict[str, Any]:
    found = find_design(network)
    bad = [] if found.design is not None else bad_months(network)
    return {
        "cost": None if found.design is None else found.design.cost,
        **{
            f"sqft {name}": None if found.design is None else float(found.design.area[-1, site])
            for site, name in enumerate(network.facilities)
            if network.growing[site]
        },
        "first_bad_month": bad[0] if bad else None,
        "bad_months": len(bad),
    }


def frontier(case: Case) -> float | None:
    """Largest multiple of the days on hand that can be kept with all that may be built; none if not even 0."""
    return most_days_on_hand(network_of(case))


def sensitivity(case: Case, factors: Sequence[float]) -> pl.DataFrame:
    """Cost of building for demand times some factors."""
    network = network_of(case)
    rows = [
        {"demand": factor, **_outcome(replace(network, daily=network.daily * factor))} for factor in factors
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def diagnosis(case: Case) -> pl.DataFrame:
    """Capacity without any optimization: stock of all sites against the shelves of all sites, by type and measure.

    Stock stands at its days-on-hand level with shipments shared evenly; nothing is built.

    Returns:
        One row per site, storage type and measure: fullest month, what is used and there, their ratio, the first
        month in which the shelves are too few, and how many such months there are.
    """
    network = network_of(case)
    shares = np.full((len(network.skus), len(network.facilities)), 1.0 / len(network.facilities))
    levels = np.stack([network.level(month, shares) for month in range(network.months)])
    levels = levels + network.morning * network.average[:, :, None] * shares[None]
    used = np.einsum("msf,tks->mftk", levels, network.used)
    rows = []
    for site, kind, number in np.ndindex(*network.capacity.shape):
        if kind not in network.room_number:
            continue
        amount, there = used[:, site, kind, number], float(network.capacity[site, kind, number])
        peak, over = int(amount.argmax()), np.flatnonzero(amount > there * (1 + 1e-9))
        measure = network.measures[number]
        rows.append(
            {
                "facility": network.facilities[site],
                "storage_type": network.rooms[kind],
                "measure": measure,
                "unit": MEASURES[measure],
                "month": peak + 1,
                "used": float(amount[peak]),
                "capacity": there,
                "share": float(amount[peak]) / there if there else None,
                "first_month_over": int(over[0]) + 1 if over.size else None,
                "months_over": int(over.size),
            }
        )
    table = pl.DataFrame(rows, infer_schema_length=None)
    return table.sort("share", descending=True, nulls_last=True)


def months_that_bind(case: Case) -> list[int]:
    """Months (from 1) that no other dominates: all that decides what to build."""
    return [month + 1 for month in binding_months(network_of(case))]


def found_design(case: Case) -> Found:
    """What to build, without a daily plan."""
    return find_design(network_of(case))
