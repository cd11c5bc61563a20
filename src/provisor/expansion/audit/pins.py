"""Rule ``pins``: what the user decided is built, shipped and delivered; frozen days are as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE, Checked, Finding
from provisor.expansion.audit.demand import by_month, daily_demand
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.tables.findings import RELATIVE, report

if TYPE_CHECKING:
    from provisor.expansion.rules import Pin

_DAY = ("month", "day", "sku", "facility")
_RULE = "pins"


@rule(_RULE, "what the user decided is built, shipped and delivered, and frozen days are as they were")
def pins(evidence: Evidence) -> Checked:
    """Every pin against the plan's amount, in every month it is about; deliveries and shipments of frozen days."""
    findings: list[Finding] = []
    for pin in evidence.settings.pins:
        findings += _unbuilt(evidence, pin) if pin.sku is None else _unmoved(evidence, pin, pin.sku)
    frozen = _frozen(evidence)
    return Checked(len(evidence.settings.pins) + frozen.places, [*findings, *frozen.findings])


def _unbuilt(evidence: Evidence, pin: Pin) -> list[Finding]:
    of_site = pl.col("facility") == pin.facility
    if pin.decision == "shelves":
        rows = evidence["shelf_additions"].filter(of_site, pl.col("storage_type") == pin.storage_type)
        have, unit = float(rows["shelves_added"].sum()), f"shelves of {pin.storage_type}"
    else:
        rows = evidence["expansion_decisions"].filter(of_site)
        have, unit = float(rows["sqft_added"].sum()), "sqft"
    off = _off(pin, have, pin.amount)
    if off <= TOLERANCE + RELATIVE * pin.amount:
        return []
    words = f"{pin.facility} adds {have:,.4g} {unit}; {_told(pin)}{pin.amount:,.4g} are pinned"
    kind = {"storage_type": pin.storage_type} if pin.storage_type else {}
    return [Finding(_RULE, {"facility": pin.facility, **kind}, off, unit.split()[0], words)]


def _unmoved(evidence: Evidence, pin: Pin, sku: str) -> list[Finding]:
    """Months in which a share or a delivery is not as pinned."""
    product, site = (
        int(axis.places(pl.DataFrame({name: [value]}), (name,))[0])
        for axis, name, value in (
            (evidence.products, "sku", sku),
            (evidence.sites, "facility", pin.facility),
        )
    )
    months = evidence.settings.months
    if pin.decision == "share":
        have = by_month(evidence.shipments[:, product], evidence.month_of_period, months)[:, site]
        asked = by_month(evidence.once(daily_demand), evidence.month_of_day, months)[:, product] * pin.amount
        allowed, what = TOLERANCE, "are shipped"
    else:
        have = by_month(evidence.daily_deliveries[:, product], evidence.month_of_day, months)[:, site]
        asked, what = np.full(months, pin.amount), "arrive"
        allowed = _part_of_a_pack(evidence, sku) if pin.amount > 0 else TOLERANCE
    findings = []
    for month in range(months) if pin.month is None else [pin.month - 1]:
        off, should = _off(pin, float(have[month]), float(asked[month])), float(asked[month])
        if off > allowed + RELATIVE * should:
            where = {"month": str(month + 1), "sku": sku, "facility": pin.facility}
            words = (
                f"In month {month + 1}, {have[month]:,.4f} packs of {sku} {what} at {pin.facility}; "
                f"{_told(pin)}{should:,.4f} are pinned"
            )
            findings.append(Finding(_RULE, where, off, "pack", words))
    return findings


def _part_of_a_pack(evidence: Evidence, sku: str) -> float:
    """What whole inbound packs may differ from an amount that is none of them."""
    if not evidence.rules.whole_packs:
        return TOLERANCE
    return float(evidence.of_case("products").filter(pl.col("sku") == sku)["ratio"][0])


def _off(pin: Pin, have: float, asked: float) -> float:
    """By how much a pin is not kept."""
    below = 0.0 if pin.holds == "at_most" else asked - have
    above = 0.0 if pin.holds == "at_least" else have - asked
    return max(below, above, 0.0)


def _told(pin: Pin) -> str:
    return "" if pin.holds == "exactly" else f"{pin.holds.replace('_', ' ')} "


def _frozen(evidence: Evidence) -> Checked:
    """Deliveries and shipments of frozen days against those the case gives."""
    given = evidence.case.tables.get("frozen")
    if given is None:
        return Checked(0, [])
    arrived = {f"arrival_{name}": name for name in ("month", "day")}
    shipped = evidence["shipment_plan_daily"].select(*_DAY, "units_shipped")
    delivered = evidence["deliveries_daily"].rename(arrived).select(*_DAY, "units_delivered")
    last = given["month"].max()
    have = shipped.join(delivered, on=_DAY, how="full", coalesce=True).filter(pl.col("month") <= last)
    both = given.join(have, on=_DAY, how="full", coalesce=True, suffix="_have").fill_null(0.0)
    findings = []
    for name, what in (("units_shipped", "leave"), ("units_delivered", "arrive")):
        off = (pl.col(name) - pl.col(f"{name}_have")).abs()
        wrong = both.with_columns(amount=off).filter(off > TOLERANCE + RELATIVE * pl.col(name))
        words = (
            f"In month {{month}}, on day {{day}}, {{{name}_have}} packs of {{sku}} {what} at {{facility}}; "
            f"{{{name}}} are frozen"
        )
        findings += report(_RULE, wrong, _DAY, "pack", words)
    return Checked(2 * both.height, findings)
