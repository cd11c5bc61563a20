"""Months in one piece: the case under ``resolution: orders`` and ``monthly``.

A month becomes a period of its own: its demand is that of all its days, what is charged or allowed per day counts as
often as it has days, and days on hand are parts of a month. Every step of planning then works on months as on days.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.network import Network


def in_months(network: Network) -> Network:
    """The same case with each month as one period."""
    days, settings = network.month_days, network.settings
    rent = settings.overflow_per_cuft_day
    charged = {
        "overflow_per_cuft_day": None if rent is None else rent * days,
        "excess_truck_cost": settings.excess_truck_cost * days,
    }
    return replace(
        network,
        settings=settings.model_copy(update=charged),
        daily=network.daily.sum(axis=1, keepdims=True),
        days_on_hand=network.days_on_hand / days,
        holding=network.holding * days,
        load=network.load / days,
        period_days=days,
    )


def on_days(network: Network, arrivals: Floats) -> Floats:
    """Arrivals by period, N x S x F, on the days on which they are told.

    Under ``monthly`` all of a month on its first day, under ``orders`` in even parts on its days (in whole packs,
    cumulatively rounded down, where packs are whole); else as they are.
    """
    days = network.period_days
    if network.rules.resolution == "daily":
        return arrivals
    part = np.ones(days) if network.rules.resolution == "monthly" else np.arange(1, days + 1) / days
    up_to = arrivals[:, None] * part[None, :, None, None]
    if network.rules.whole_packs:
        ratio = network.ratio[None, None, :, None]
        up_to = np.floor(up_to / ratio + 1e-6) * ratio
    by_day = np.diff(up_to, axis=1, prepend=np.zeros_like(up_to[:, :1]))
    return np.asarray(by_day.reshape(-1, *arrivals.shape[1:]))
