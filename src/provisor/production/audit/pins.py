"""Rule ``pins``: decisions taken by the user are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.auditing import TOLERANCE, Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.tables.findings import said

if TYPE_CHECKING:
    from provisor.production.rules import Pin

_RULE = "pins"


@rule(_RULE, "pinned production and departures are as pinned")
def pins(evidence: Evidence) -> Checked:
    """Every pin of the horizon against production and departures."""
    inside = [pin for pin in evidence.settings.pins if evidence.start <= pin.day <= evidence.end]
    judges = {"production": _production, "departure": _departure}
    return Checked(len(inside), [f for pin in inside for f in judges[pin.decision](evidence, pin)])


def _units(rows: pl.DataFrame, pin: Pin, columns: tuple[str, ...]) -> float:
    """Units of the pin's day and of those of its names that it gives."""
    named = {column: getattr(pin, column) for column in columns}
    rows = rows.filter(pl.col("date") == pin.day)
    for column, value in named.items():
        if value is not None:
            rows = rows.filter(pl.col(column) == value)
    return float(rows["units"].sum())


def _production(evidence: Evidence, pin: Pin) -> list[Finding]:
    made = _units(evidence["production"], pin, ("node", "product"))
    what = f"{pin.node} makes {said(made)} units of {pin.product}"
    findings = []
    if pin.used is not None and pin.used != (made > TOLERANCE):
        findings.append(_finding(pin, 1.0, "decision", f"{what}; pinned is {'some' if pin.used else 'none'}"))
    if pin.units is not None:
        findings += _unlike(pin, made, pin.units, f"{what}; pinned are {said(pin.units)}")
    if pin.mixes is not None:
        sizes = evidence.products.filter(pl.col("product") == pin.product)["units_per_mix"].drop_nulls()
        pinned = pin.mixes * float(sizes.sum())
        findings += _unlike(pin, made, pinned, f"{what}; pinned are {pin.mixes} mixes ({said(pinned)} units)")
    return findings


def _departure(evidence: Evidence, pin: Pin) -> list[Finding]:
    findings = []
    if pin.used is not None:
        carried = _units(evidence["departures"], pin, ("truck",))
        if pin.used != (carried > TOLERANCE):
            verdict = (
                "leaves, and is pinned to stay" if carried > TOLERANCE else "stays, and is pinned to leave"
            )
            findings.append(_finding(pin, 1.0, "departure", f"Truck {pin.truck} {verdict}"))
    if pin.units is not None:
        carried = _units(evidence["departures"], pin, ("truck", "product", "stop"))
        goods = " ".join(
            filter(None, (f"of {pin.product}" if pin.product else "", f"for {pin.stop}" if pin.stop else ""))
        )
        words = f"Truck {pin.truck} carries {said(carried)} units {goods}; pinned are {said(pin.units)}"
        findings += _unlike(pin, carried, pin.units, words)
    return findings


def _unlike(pin: Pin, found: float, pinned: float, words: str) -> list[Finding]:
    amount = abs(found - pinned)
    return [_finding(pin, amount, "unit", words)] if amount > TOLERANCE * max(1.0, pinned * 1e-5) else []


def _finding(pin: Pin, amount: float, unit: str, words: str) -> Finding:
    names = {name: getattr(pin, name) for name in ("node", "product", "truck", "stop")}
    where = {"date": said(pin.day), **{name: value for name, value in names.items() if value is not None}}
    return Finding(_RULE, where, amount, unit, f"On {said(pin.day)}: {words}")
