"""Rule ``trucks``: what a supplier brings to a site on a day is within its trucks."""

from __future__ import annotations

from provisor.auditing import Checked
from provisor.expansion.audit.brought import allowed, dock_days, loads, suppliers
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.grid import Flags, rows_where, slack_of
from provisor.expansion.audit.shown import docks
from provisor.tables.findings import report


@rule("trucks", "what a supplier brings to a site on a day is within its trucks")
def trucks(evidence: Evidence) -> Checked:
    """Every supplier, site and day under ``trucks: hard``, and what dock_schedule shows."""
    shown = [] if evidence.rules.trucks == "off" else docks(evidence)
    if evidence.rules.trucks != "hard":
        return Checked(evidence["dock_schedule"].height, shown)
    load, limit = evidence.once(loads), allowed(evidence)[None, :, None]
    beyond: Flags = load - limit > slack_of(load)
    figures = {"load": load, "limit": limit, "amount": load - limit}
    rows = rows_where(beyond, (dock_days(evidence), suppliers(evidence), evidence.sites), figures)
    words = "On {date}, {supplier} brings {load} truckloads to {facility}; {limit} are allowed"
    where = ("month", "day", "supplier", "facility")
    return Checked(load.size, [*shown, *report("trucks", rows, where, "truck", words)])
