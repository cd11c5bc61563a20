"""Why whole inbound packs can ask for more shelves: the room that rounding takes on an average day, at least.

Theorem. The stock of a product at all sites together is stock before the month + whole inbound packs - demand so far.
Its remainder by the inbound pack is therefore given on every day but for one number, the stock before the month; what
it stands above its level is at least that remainder. The mean over the days, for the best such number, is a lower bound
of what rounding takes. Where it does not fit into what the shelves of all sites leave free, no plan in whole packs has
room, however arrivals are rounded and demand is shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.tables import MEASURES

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.design import Design
    from provisor.expansion.network import Network

NOTHING = 1e-6


def least_rounding(network: Network, month: int) -> Floats:
    """Packs above the level that every plan in whole inbound packs has on an average day of a month, S."""
    gone = np.cumsum(network.daily[month], axis=0)
    above = np.mod(gone[:, None] - gone[None], network.ratio)
    above = np.where(network.ratio - above < NOTHING, 0.0, above)
    return np.asarray(above.mean(axis=1).min(axis=0))


def without_room(network: Network, design: Design) -> str | None:
    """In which month a design has no room for whole packs, in words; none where that is not proven."""
    if network.rules.demand == "monthly" or network.settings.lost_sale_per_pack is not None:
        return None
    if network.settings.overflow_per_cuft_day is not None or not network.rules.pipeline:
        return None
    for month in range(network.months):
        used = network.used @ network.least_level[month]
        more = network.used @ least_rounding(network, month)
        free = design.capacity(month).sum(axis=0) - used
        for kind, measure in np.argwhere(more > np.maximum(free, 0.0) + NOTHING):
            name, unit = network.measures[measure], MEASURES[network.measures[measure]]
            return (
                f"whole inbound packs take at least {more[kind, measure]:,.1f} {unit} of {network.rooms[kind]} {name} "
                f"on an average day of month {month + 1}; the least expansion leaves {free[kind, measure]:,.1f} free"
            )
    return None
