"""Plans a case whose first months are held as in an earlier plan: the rest is a case of its own.

What is there when the last frozen month ends is the opening stock of the rest, and what the earlier plan builds is
pinned at least. The plans of both follow one another; the cost of the frozen days is the same in every plan, so the
bound of the rest and that cost together are a bound of the whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

from provisor.expansion import solve as whole
from provisor.expansion.audit import audit
from provisor.expansion.certify import Bound, Candidate, plan_of
from provisor.expansion.flow import Flow, flow_costs, with_rent
from provisor.expansion.network import network_of
from provisor.expansion.started import candidate_of
from provisor.planner import BadRequest

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.expansion.design import Design
    from provisor.expansion.network import Network
    from provisor.expansion.rules import Settings
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

MONTHS_OF_YEAR = 12


def solve(case: Case, options: SolveOptions) -> Plan:
    """Plan, with certificate; the caller audits. Frozen months stay, the others are planned.

    Raises:
        BadRequest: The method is none of those there are, readings contradict each other, or frozen months break
            rules as they are now.
        SolverError: The solver refused the problem or is not installed.
    """
    if "frozen" not in case.tables:
        return whole.solve(case, options)
    months = frozen_months(case)
    rest = whole.solve(rest_of(case), options)
    if not rest.tables:
        return _without(case, rest, months)
    plan = _joined(case, rest, months, options)
    _check(case, plan, months)
    return plan


def frozen_months(case: Case) -> int:
    """Months that are frozen."""
    return int(cast("int", case.table("frozen")["month"].max()))


def rest_of(case: Case) -> Case:
    """The case of the months that are not frozen, the first of which is month 1."""
    months, settings = frozen_months(case), cast("Settings", case.settings)
    begins = settings.start.month - 1 + months
    start = date(settings.start.year + begins // MONTHS_OF_YEAR, begins % MONTHS_OF_YEAR + 1, 1)
    pins = [
        pin if pin.month is None else pin.model_copy(update={"month": pin.month - months})
        for pin in settings.pins
        if pin.month is None or pin.month > months
    ]
    later = {
        name: case.table(name).with_columns(pl.col("month") - months)
        for name in ("demand", "daily_demand", "calendar")
    }
    later = {name: t if name == "calendar" else t.filter(pl.col("month") > 0) for name, t in later.items()}
    tables = {name: table for name, table in case.tables.items() if name != "frozen"}
    update = {"months": settings.months - months, "start": start, "pins": tuple(pins)}
    return replace(
        case,
        tables={**tables, **later, "opening": _left(case)},
        settings=settings.model_copy(update=update),
        rules=case.rules.model_copy(update={"opening": "data", "pipeline": True}),
    )


def _left(case: Case) -> pl.DataFrame:
    """Stock when the last frozen month ends."""
    moved = (
        case.table("frozen")
        .group_by("sku", "facility")
        .agg(more=pl.col("units_delivered").sum() - pl.col("units_shipped").sum())
    )
    opening = case.table("opening")
    left = opening.join(moved, on=["sku", "facility"], how="full", coalesce=True).fill_null(0.0)
    units = (pl.col("units") + pl.col("more")).clip(lower_bound=0.0)
    return left.select("sku", "facility", units=units).cast(opening.schema)


def _without(case: Case, rest: Plan, months: int) -> Plan:
    """No plan of the rest; its months are counted from the first one that is not frozen."""
    counted = f" (months counted from month {months + 1} on)"
    told = [replace(entry, words=entry.words + counted) for entry in rest.relaxations]
    clashing = rest.conflict
    if clashing is not None:
        claims = tuple(replace(claim, words=claim.words + counted) for claim in clashing.claims)
        clashing = replace(clashing, claims=claims)
    proved = replace(rest.certificate, case_fingerprint=case.fingerprint)
    return replace(rest, case_name=case.name, certificate=proved, relaxations=told, conflict=clashing)


def _joined(case: Case, rest: Plan, months: int, options: SolveOptions) -> Plan:
    network = network_of(case)
    later = candidate_of(network_of(rest_of(case)), rest, "")
    design = replace(later.design, network=network)
    early = _early(case, design, months)
    flow = _after(early, later.flow, months * network.month_days)
    before = sum(flow_costs(network, early).values())
    bound = (rest.certificate.bound or 0.0) + before
    method = f"{rest.certificate.method}, after {months} frozen months"
    candidate = Candidate(design, flow, method, rest.size)
    gap = whole.DEFAULT_GAP if options.gap is None else options.gap
    proof = f"{rest.certificate.proof}; frozen months as they are"
    plan = plan_of(case, options, candidate, Bound(bound, proof), gap, {"frozen_months_running": before})
    seconds = rest.certificate.seconds
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


def _early(case: Case, design: Design, months: int) -> Flow:
    """The frozen days, and days on which nothing is there or moves after them."""
    network, table = design.network, case.table("frozen")
    delivered, ship = (_daily(network, table, name) for name in ("units_delivered", "units_shipped"))
    days = months * network.month_days
    stock = np.maximum(network.opening[None] + np.cumsum(delivered - ship, axis=0), 0.0)
    stock[days:] = 0.0
    lost = np.maximum(network.daily.reshape(network.horizon, -1) - ship.sum(axis=2), 0.0)
    lost[days:] = 0.0
    nothing = np.zeros((network.horizon, len(network.facilities), len(network.types)))
    priced = network.settings.lost_sale_per_pack is not None
    return with_rent(
        design, Flow(network.opening, stock, ship, lost if priced else np.zeros_like(lost), nothing)
    )


def _after(early: Flow, later: Flow, days: int) -> Flow:
    """The frozen days with those of the rest after them."""

    def both(name: str) -> Floats:
        return np.concatenate([getattr(early, name)[:days], getattr(later, name)])

    return Flow(early.opening, *(both(name) for name in ("stock", "ship", "lost", "overflow")))


def _daily(network: Network, table: pl.DataFrame, value: str) -> Floats:
    """A column of a table of days, products and sites as an array, N x S x F."""
    values = np.zeros((network.horizon, len(network.skus), len(network.facilities)))
    day = (table["month"].to_numpy() - 1) * network.month_days + table["day"].to_numpy() - 1
    sku, site = (
        table[name]
        .replace_strict({label: n for n, label in enumerate(labels)}, return_dtype=pl.Int64)
        .to_numpy()
        for name, labels in (("sku", network.skus), ("facility", network.facilities))
    )
    np.add.at(values, (day, sku, site), table[value].to_numpy())
    return values


def _check(case: Case, plan: Plan, months: int) -> None:
    """Refuse frozen months that break the rules as they are now: planning the rest mends nothing there."""
    early = [
        finding
        for finding in audit(case, plan.tables, None).findings
        if int(finding.where.get("month", months + 1)) <= months
    ]
    if early:
        words = "; ".join(finding.words for finding in early[:3])
        raise BadRequest(f"frozen months break rules in {len(early):,} places as the case is now: {words}")
