"""What the plan shows of docks and shelves, against what its goods take: part of rules ``trucks`` and ``storage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE, Finding
from provisor.expansion.audit.brought import allowed, brought, dock_days, loads, suppliers
from provisor.expansion.audit.grid import Floats, rows_where
from provisor.expansion.audit.rooms import capacity, types, used
from provisor.tables.findings import report, slack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.expansion.audit.evidence import Evidence
    from provisor.expansion.audit.grid import Axis

_UNITS = {"weight": "lb", "volume": "cuft"}


def docks(evidence: Evidence) -> list[Finding]:
    """Rows of dock_schedule that are not what arrives, and arrivals that it leaves out."""
    if "dock_schedule" not in evidence.given:
        return []
    load = evidence.once(loads)
    beyond = np.maximum(load - allowed(evidence)[None, :, None], 0.0)
    goods = evidence.once(brought)
    figures = {"weight_lbs": goods["weight"], "volume_cuft": goods["volume"], "excess": beyond}
    axes = (dock_days(evidence), suppliers(evidence), evidence.sites)
    findings = _differing(evidence, "dock_schedule", "trucks", axes, figures)
    unsaid = (load > TOLERANCE) & ~_said(evidence["dock_schedule"], axes)
    rows = rows_where(unsaid, axes, {"amount": load})
    words = (
        "On {date}, {supplier} brings {amount} truckloads to {facility}; table dock_schedule leaves them out"
    )
    where = ("month", "day", "supplier", "facility")
    return [*findings, *report("trucks", rows, where, "truck", words)]


def shelves(evidence: Evidence, stock: Floats) -> list[Finding]:
    """Rows of utilisation that are not what ``stock``, that of the time of check, takes of its shelves."""
    mixed = not evidence.rules.own_type and evidence.rules.shelf_use == "dedicated"
    if "utilisation" not in evidence.given or mixed:
        return []
    axes = (evidence.periods, evidence.sites, types(evidence))
    figures = {
        "volume_cuft": used(evidence, stock, "volume"),
        "volume_capacity_cuft": capacity(evidence, "volume"),
        "weight_lbs": used(evidence, stock, "weight"),
        "weight_capacity_lbs": capacity(evidence, "weight"),
    }
    return _differing(evidence, "utilisation", "storage", axes, figures)


def _differing(
    evidence: Evidence, table: str, rule_id: str, axes: Sequence[Axis], figures: Mapping[str, Floats]
) -> list[Finding]:
    frame = evidence[table]
    places = [axis.places(frame, axis.key) for axis in axes]
    known = np.logical_and.reduce([place >= 0 for place in places])
    frame, places = frame.filter(pl.Series(known)), [place[known] for place in places]
    where = [column for axis in axes for column in axis.key]
    findings: list[Finding] = []
    for column, array in figures.items():
        rows = frame.with_columns(true=pl.Series(array[tuple(places)]))
        gap = (pl.col(column) - pl.col("true")).abs()
        wrong = rows.with_columns(amount=gap).filter(gap > slack(pl.col("true")))
        words = f"Table {table}, month {{month}}, day {{day}} at {{facility}}: {column} is {{true}}, not {{{column}}}"
        findings += report(rule_id, wrong, where, column.rpartition("_")[2], words)
    return findings


def _said(frame: pl.DataFrame, axes: Sequence[Axis]) -> np.ndarray:
    """Where a table has a row."""
    there = np.zeros([len(axis) for axis in axes], dtype=bool)
    places = [axis.places(frame, axis.key) for axis in axes]
    known = np.logical_and.reduce([place >= 0 for place in places])
    there[tuple(place[known] for place in places)] = True
    return there
