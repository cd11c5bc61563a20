"""Decisions of the user about flows: the share of a product's demand that a site serves, and what arrives in a month.

What the user decided about building is stated in :mod:`provisor.expansion.model.building`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.model.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.problem import Flags, Floats, Statement
    from provisor.expansion.model.days import DaysModel
    from provisor.expansion.network import Network, Numbers
    from provisor.expansion.rules import Pin

ROUNDING = 1e-9
"""Part of demand that is rounding."""

Place = tuple["Pin", int, int]
"""A pin with the places of its product and site."""


def pinned(network: Network, decision: str) -> Iterator[Place]:
    """Pins of a kind about products of the case."""
    for pin in network.settings.pins:
        if pin.decision == decision and pin.sku in network.skus:
            yield pin, network.skus.index(str(pin.sku)), network.facilities.index(pin.facility)


def share_bounds(network: Network) -> tuple[Floats, Floats] | None:
    """Least and largest share of demand by month, product and site, M x S x F each; none where none is pinned."""
    shape = (network.months, len(network.skus), len(network.facilities))
    least, most = np.zeros(shape), np.ones(shape)
    found = list(pinned(network, "share"))
    for pin, sku, site in found:
        months = slice(None) if pin.month is None else pin.month - 1
        least[months, sku, site] = np.maximum(least[months, sku, site], pin.least)
        most[months, sku, site] = np.minimum(most[months, sku, site], pin.most)
    return (least, most) if found else None


def pinned_months(network: Network) -> list[int]:
    """Months (from 0) with a share of their own, which no other month speaks for."""
    return sorted({pin.month - 1 for pin, _, _ in pinned(network, "share") if pin.month is not None})


def delivered(network: Network) -> Flags:
    """Products of which a delivery is pinned, S."""
    found = np.zeros(len(network.skus), dtype=bool)
    found[[sku for _, sku, _ in pinned(network, "delivery")]] = True
    return found


def pinned_shares(network: Network, statement: Statement, months: Numbers, ship: Numbers) -> None:
    """Pins: sites serve the shares of average demand that are given, in some months (from 0), M x S x F."""
    bounds = share_bounds(network)
    if bounds is None or not ship.size or ship.flat[0] < 0:
        return
    least, most = (part[months] for part in bounds)
    where = np.nonzero((least > 0) | (most < 1))
    demand = network.average[months][where[:2]]
    rows = np.arange(demand.size)
    keys = [
        (str(months[m] + 1), network.skus[sku], network.facilities[site])
        for m, sku, site in zip(*where, strict=True)
    ]
    statement.rows(
        "pinned_share",
        keys,
        [(rows, ship[where], np.ones(rows.size))],
        lower=least[where] * demand,
        upper=most[where] * demand,
    )


def pinned_flows(model: DaysModel) -> None:
    """Pins: shares of demand by month, and packs that arrive in a month, are as given; fixed shipments have theirs."""
    network, days = model.network, float(model.network.month_days)
    bounds = share_bounds(network) if model.given is None else None
    if bounds is not None:
        rows = np.full(bounds[0].shape, -1)
        where = np.nonzero((bounds[0] > 0) | (bounds[1] < 1))
        rows[where] = np.arange(where[0].size)
        demand = network.average[where[:2]] * days
        wide = rows[model.month_of]
        keep = wide >= 0
        length = np.broadcast_to(model.lengths[:, None, None], wide.shape)
        model.statement.rows(
            "pinned_share",
            [()] * where[0].size,
            [(wide[keep], model.ship[keep], length[keep])],
            lower=bounds[0][where] * demand,
            upper=bounds[1][where] * demand,
        )
    for number, (pin, sku, site) in enumerate(pinned(network, "delivery")):
        mine = np.flatnonzero(model.month_of == (pin.month or 0) - 1)
        row = np.zeros(mine.size, np.int64)
        term = terms_of(row, model.arrive[mine, sku, site], model.lengths[mine])
        model.statement.rows("pinned_delivery", [(str(number + 1),)], [term], lower=pin.least, upper=pin.most)


def keeps_shares(network: Network, ship: Floats) -> bool:
    """Whether shipments by day, N x S x F, keep the shares that are given."""
    bounds = share_bounds(network)
    if bounds is None:
        return True
    served = ship.reshape(network.months, -1, *ship.shape[1:]).mean(axis=1)
    demand, rounding = network.average[:, :, None], ROUNDING * (1 + network.average[:, :, None])
    return bool(
        (served >= bounds[0] * demand - rounding).all() and (served <= bounds[1] * demand + rounding).all()
    )
