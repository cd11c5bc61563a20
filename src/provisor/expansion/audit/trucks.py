"""Rule ``trucks``: what a supplier brings to a site on a day is within its trucks."""

from __future__ import annotations

import numpy as np

from provisor.auditing import Checked
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.grid import Axis, Flags, Floats, rows_where, slack_of
from provisor.expansion.audit.rooms import arriving
from provisor.tables.findings import report


def suppliers(evidence: Evidence) -> Axis:
    """The suppliers."""
    return Axis(evidence.of_case("suppliers").select("supplier"), ("supplier",))


def loads(evidence: Evidence) -> Floats:
    """Truckloads by day (or average day of a month), supplier and site; fractions count as such.

    The largest of the loads by weight, by volume and, where trucks have positions, by inbound packs.
    """
    truck = evidence.settings.trucks
    limits = {"weight": truck.weight_lb, "volume": truck.volume_cuft, "positions": truck.positions}
    place = suppliers(evidence).places(evidence.of_case("products"), ("supplier",))
    goods = evidence.daily_deliveries
    if evidence.rules.resolution == "monthly":
        goods = evidence.deliveries / evidence.length[:, None, None]
    by_measure = [
        np.stack(
            [
                np.tensordot(goods[:, place == number], one[place == number] / limits[measure], axes=(1, 0))
                for number in range(len(suppliers(evidence)))
            ],
            axis=1,
        )
        for measure, one in arriving(evidence).items()
        if limits[measure] is not None
    ]
    return np.asarray(np.maximum.reduce(by_measure))


def allowed(evidence: Evidence) -> Floats:
    """Trucks a supplier may send to a site on a day; infinite where it is exempt."""
    rules, table = evidence.rules, evidence.of_case("suppliers")
    exempt = table["supplier"].is_in(rules.truck_exempt) | table["kind"].is_in(rules.truck_exempt_kinds)
    own = table["trucks_per_day"].fill_null(evidence.settings.trucks.per_day)
    return np.where(exempt.to_numpy(), np.inf, own.to_numpy())


def excess(evidence: Evidence) -> Floats:
    """Truckloads beyond the trucks allowed, as :func:`loads`."""
    return np.maximum(evidence.once(loads) - allowed(evidence)[None, :, None], 0.0)


def dock_days(evidence: Evidence) -> Axis:
    """Days of :func:`loads`: those of the horizon, or the last of each month under ``resolution: monthly``."""
    return evidence.periods if evidence.rules.resolution == "monthly" else evidence.days


def truck_days(evidence: Evidence) -> Floats:
    """Days that each of :func:`dock_days` stands for, as an array to multiply loads with."""
    days = evidence.length if evidence.rules.resolution == "monthly" else np.ones(len(evidence.days))
    return np.asarray(days[:, None, None], dtype=np.float64)


@rule("trucks", "what a supplier brings to a site on a day is within its trucks")
def trucks(evidence: Evidence) -> Checked:
    """Every supplier, site and day under ``trucks: hard``; else loads are shown or charged, not limited."""
    if evidence.rules.trucks != "hard":
        return Checked(0)
    load, limit = evidence.once(loads), allowed(evidence)[None, :, None]
    beyond: Flags = load - limit > slack_of(load)
    figures = {"load": load, "limit": limit, "amount": load - limit}
    rows = rows_where(beyond, (dock_days(evidence), suppliers(evidence), evidence.sites), figures)
    words = "On {date}, {supplier} brings {load} truckloads to {facility}; {limit} are allowed"
    where = ("month", "day", "supplier", "facility")
    return Checked(load.size, report("trucks", rows, where, "truck", words))
