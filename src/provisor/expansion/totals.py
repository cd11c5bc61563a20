"""What a policy costs in all, the whole horizon day by day, with its proof: many policies on one case at once.

Theorem. Policies change days on hand alone. For each, least expansion plus the floor of stock is a bound
(:mod:`provisor.expansion.floor`), and constant shares of the sites that have room in the months that can bind are a
daily plan (:mod:`provisor.expansion.steady`). Where a policy asks for the same days at all sites, or days on hand do
not depend on shares, that plan attains the floor: its cost is the optimum of the daily problem, to rounding of whole
shelves and packs. Where there is no such plan monthly shares and then buckets of days are tried; the gap that is left
is told.

Trucks take plans away, so the bounds hold with them. Where they are limited the plan of constant shares gets its goods
early enough, day by day, and buckets are tried where the gap asks for them: seconds for a policy, not hundredths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion import shares
from provisor.expansion.board import policies
from provisor.expansion.certify import Bound, best_bound, gap_of
from provisor.expansion.design import find_design
from provisor.expansion.floor import overloaded, running_bound
from provisor.expansion.homes import is_dedicated
from provisor.expansion.network import network_of
from provisor.expansion.stages import BucketSolve, designs, refined, steady, steady_in_trucks
from provisor.expansion.trucks import spare_room
from provisor.planner import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.case import Case
    from provisor.expansion.certify import Candidate
    from provisor.expansion.design import Found
    from provisor.expansion.network import Network

GAP = 1e-3
SECONDS = 20.0
"""Time limit of a problem of one policy."""


def policy_totals(case: Case, days: Mapping[str, Sequence[float]]) -> pl.DataFrame:
    """Cost of building and running for every combination of days on hand by supplier kind.

    Args:
        case: The case.
        days: Days on hand to try, by kind of supplier.

    Returns:
        One row per policy: its days, cost of expansion, of running, in all, the proven bound and the gap; empty
        where the policy cannot be kept, or where no plan was found this way.

    Raises:
        BadRequest: Each shelf holds one product, or nothing is ordered before the start: a policy is a plan of its own.
        KeyError: A kind of the case has no days.
    """
    network = network_of(case)
    _check(network)
    rows = [{**policy, **_total(changed)} for policy, changed in policies(network, days)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _check(network: Network) -> None:
    if is_dedicated(network) or not network.rules.pipeline:
        raise BadRequest(
            "totals by policy ask for shelf_use: shared and pipeline: true; solve the policy itself"
        )


def _total(network: Network) -> dict[str, Any]:
    found = find_design(network)
    if found.design is None or overloaded(network):
        return dict.fromkeys(("expansion", "running", "total", "bound", "gap"))
    bounds = [Bound(found.bound + running_bound(network), "")]
    limited = bool(network.truck_rows.any())
    best = steady_in_trucks(network, found, _seconds) if limited else steady(network, found)
    if best is None or gap_of(best.objective, bounds[0].value) > GAP:
        best = _by_months(network, found, bounds, best)
    if best is None or (limited and gap_of(best.objective, best_bound(bounds).value) > GAP):
        buckets = BucketSolve(network, found, refined(network.month_days), "highs")
        best = _cheaper(best, buckets.candidate(_seconds))
    bound = best_bound(bounds).value
    if best is None:
        return {"expansion": found.design.cost, "running": None, "total": None, "bound": bound, "gap": None}
    total = best.objective
    return {
        "expansion": best.design.cost,
        "running": total - best.design.cost,
        "total": total,
        "bound": min(bound, total),
        "gap": max(gap_of(total, bound), 0.0),
    }


def _seconds() -> float:
    return SECONDS


def _by_months(
    network: Network, found: Found, bounds: list[Bound], best: Candidate | None
) -> Candidate | None:
    """The cheaper one of a plan and that of monthly shares, whose bound is added; with trucks the bound alone."""
    if not shares.applies(network):
        return best
    bound = shares.monthly_bound(network, _seconds)
    bounds += [] if bound is None else [bound]
    if network.truck_rows.any():
        return best
    tried = shares.monthly(network, designs(network, found, spare_room(network), "highs"), _seconds)
    return _cheaper(best, tried)


def _cheaper(*plans: Candidate | None) -> Candidate | None:
    return min((plan for plan in plans if plan is not None), key=lambda plan: plan.objective, default=None)
