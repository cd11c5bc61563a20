"""Rules ``storage`` and ``check-time``: stock is within the shelves, evening and morning."""

from __future__ import annotations

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE, Checked, Findings
from provisor.expansion.audit.dedicated import dedicated, overfull
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.grid import Floats, rows_where, slack_of, spread
from provisor.expansion.audit.rooms import capacity, measures, mornings, types, used
from provisor.expansion.audit.shown import shelves
from provisor.tables.findings import findings_of

_RULE = "storage"
_PLACE = ("month", "day", "facility", "storage_type")


def overflow(evidence: Evidence) -> Floats:
    """Volume rented elsewhere by period, site and type: as the plan says, or what is needed where it may be."""
    if "overflow" in evidence.given:
        table = evidence["overflow"]
        rooms = types(evidence)
        kind = (
            rooms.places(table, ("storage_type",)) if evidence.rules.own_type else np.zeros(table.height, int)
        )
        places = (
            evidence.periods.places(table, ("month", "day")),
            evidence.sites.places(table, ("facility",)),
            kind,
        )
        return spread(table["volume_cuft"], (len(evidence.periods), len(evidence.sites), len(rooms)), places)
    room = capacity(evidence, "volume")
    if evidence.settings.overflow_per_cuft_day is None or evidence.rules.shelf_use == "dedicated":
        return np.zeros_like(room)
    return np.maximum(used(evidence, at_check(evidence), "volume") - room, 0.0)


def at_check(evidence: Evidence) -> Floats:
    """Stock when room is checked."""
    return mornings(evidence) if evidence.rules.check_time == "morning" else evidence.stock


@rule(_RULE, "stock at day end is within what the shelves of its type take")
def storage(evidence: Evidence) -> Checked:
    """Volume, weight and positions of every site, type and evening; overflow, and shelves of one product."""
    if evidence.rules.shelf_use == "dedicated":
        parts = (dedicated(evidence), overfull(evidence, evidence.stock, _RULE), _rented(evidence))
        return Checked(evidence.stock.size, Findings.together(*parts))
    places, found = _beyond(evidence, evidence.stock, _RULE, "in the evening")
    return Checked(places, Findings.together(found, _rented(evidence), shelves(evidence, at_check(evidence))))


@rule("check-time", "stock is within the shelves at the time at which room is checked")
def check_time(evidence: Evidence) -> Checked:
    """Stock of every morning under ``check_time: morning``; evenings are the rule ``storage``."""
    if evidence.rules.check_time == "evening":
        return Checked(0)
    stock = mornings(evidence)
    if evidence.rules.shelf_use == "dedicated":
        return Checked(stock.size, overfull(evidence, stock, "check-time"))
    return Checked(*_beyond(evidence, stock, "check-time", "in the morning"))


def _beyond(evidence: Evidence, stock: Floats, rule_id: str, when: str) -> tuple[int, Findings]:
    """Places looked at, and where ``stock`` is beyond the shelves."""
    places, parts = 0, []
    axes = (evidence.periods, evidence.sites, types(evidence))
    for measure, unit in measures(evidence).items():
        full, room = used(evidence, stock, measure), capacity(evidence, measure)
        held = np.maximum(full - evidence.once(overflow), 0.0) if measure == "volume" else full
        figures = {"held": held, "room": room, "amount": held - room}
        rows = rows_where(held - room > slack_of(full), axes, figures)
        words = (
            f"On {{date}} {when}, stock of {{storage_type}} at {{facility}} takes {{held}} {unit} of {measure}; its "
            f"shelves have {{room}}: {{amount}} {unit} too many"
        )
        places += full.size
        parts.append(findings_of(rule_id, rows, _PLACE, unit, words))
    return places, Findings.together(*parts)


def _rented(evidence: Evidence) -> Findings:
    """Overflow that may not be rented, or is more than there is to keep."""
    if evidence.settings.overflow_per_cuft_day is None or evidence.rules.shelf_use == "dedicated":
        rows = evidence["overflow"].filter(pl.col("volume_cuft") > TOLERANCE)
        rows = rows.with_columns(amount=pl.col("volume_cuft"))
        words = "In month {month}, on day {day}, {amount} cuft at {facility} are kept elsewhere; none may be rented"
        return findings_of(_RULE, rows, _PLACE, "cuft", words)
    rented, stock = evidence.once(overflow), used(evidence, at_check(evidence), "volume")
    figures = {"rented": rented, "stock": stock, "amount": rented - stock}
    axes = (evidence.periods, evidence.sites, types(evidence))
    rows = rows_where(rented - stock > slack_of(rented), axes, figures)
    words = (
        "On {date}, {rented} cuft of {storage_type} at {facility} are kept elsewhere; there are only {stock}"
    )
    return findings_of(_RULE, rows, _PLACE, "cuft", words)
