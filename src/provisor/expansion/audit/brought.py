"""What suppliers bring to the docks of the sites: weight, volume, inbound packs and truckloads by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.audit.grid import Axis, Floats
from provisor.expansion.audit.rooms import arriving

if TYPE_CHECKING:
    from provisor.expansion.audit.evidence import Evidence


def suppliers(evidence: Evidence) -> Axis:
    """The suppliers."""
    return Axis(evidence.of_case("suppliers").select("supplier"), ("supplier",))


def brought(evidence: Evidence) -> dict[str, Floats]:
    """What arrives by day (or average day of a month), supplier and site, by measure, as received."""
    place = suppliers(evidence).places(evidence.of_case("products"), ("supplier",))
    goods = evidence.daily_deliveries
    if evidence.rules.resolution == "monthly":
        goods = evidence.deliveries / evidence.length[:, None, None]
    numbers = range(len(suppliers(evidence)))
    return {
        measure: np.stack(
            [np.tensordot(goods[:, place == n], one[place == n], axes=(1, 0)) for n in numbers], axis=1
        )
        for measure, one in arriving(evidence).items()
    }


def loads(evidence: Evidence) -> Floats:
    """Truckloads as :func:`brought`; fractions count as such.

    The largest of the loads by weight, by volume and, where trucks have positions, by inbound packs.
    """
    truck, amounts = evidence.settings.trucks, evidence.once(brought)
    by_measure = [amounts["weight"] / truck.weight_lb, amounts["volume"] / truck.volume_cuft]
    if truck.positions is not None:
        by_measure.append(amounts["positions"] / truck.positions)
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
