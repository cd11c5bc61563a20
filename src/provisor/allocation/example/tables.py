"""The tables of an example: stores, products, centres and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation import tables as own
from provisor.allocation.example.catalogue import ROLES
from provisor.allocation.example.chain import KM_PER_DEGREE, Chain, region_name
from provisor.allocation.example.randomness import stream
from provisor.allocation.example.supply import asked_by_centre

if TYPE_CHECKING:
    from provisor.allocation.example.world import World

ROLE_SHARES = {
    "CORE": (0.15, 0.35),
    "SEASONAL": (0.20, 0.40),
    "FILLER": (0.25, 0.45),
    "CLEARANCE": (0.0, 0.15),
}
"""Least and largest share of each role in a store."""

_LANE_COST, _LANE_COST_PER_KM = 1.2, 0.0015
_OVERNIGHT_KM = 1_800.0
"""Kilometres beyond which pieces arrive a half-month after they are sent."""

_THROUGHPUT = 1.2
"""Pieces a centre can send, as a multiple of what its stores ask for beyond what they have, and scarcity allows."""

_TIGHT_LANES = 0.02
"""Share of the lanes that have a limit of their own."""

_NEIGHBOURS, _NEAR_KM = 2, 60.0
"""Stores to which a store may pass stock on, and how near they are."""


def stores(world: World) -> pl.DataFrame:
    """Table ``stores``."""
    chain = world.chain
    return pl.DataFrame(
        {
            "store": chain.store,
            "name": [
                f"{region} {store}" for region, store in zip(chain.region_names(), chain.store, strict=True)
            ],
            "region": chain.region_names(),
            "temperature_zone": [f"{low} to {low + 5} °C" for low in (chain.temperature // 5 * 5).astype(int)],
            "cluster": [f"K{number + 1:02}" for number in chain.cluster],
            "pieces": world.room.pieces.astype(np.float64),
            "size": np.round(chain.scale, 2),
            "latitude": chain.lat,
            "longitude": chain.lon,
            "weight": np.ones(len(chain.store)),
        },
        schema=own.STORES.dtypes,
    )  # fmt: skip


MATERIALS = ("cotton", "polyester", "wool", "linen", "denim")
"""What styles are made of, in turns."""


def slots(world: World) -> pl.DataFrame:
    """Table ``slots``: front and back of each store."""
    cells = {"back": world.room.back, "front": world.room.front}
    return pl.concat(
        pl.DataFrame({"store": world.chain.store, "cell": cell, "slots": count}, schema=own.SLOTS.dtypes)
        for cell, count in cells.items()
    ).sort("store", "cell")


def products(world: World) -> pl.DataFrame:
    """Table ``products``."""
    styles = world.styles
    count = len(styles.product)
    ends = (styles.role == "CLEARANCE") & (stream(world.seed, "plan").random(count) < 0.3)
    return pl.DataFrame(
        {
            "product": styles.product,
            "name": styles.name,
            "category": styles.category,
            "subcategory": styles.subcategory,
            "season": styles.season,
            "gender": styles.gender,
            "cell": styles.cell,
            "price_band": styles.band,
            "role": styles.role,
            "supplier": _turns("V", 6, count),
            "material": pl.Series(MATERIALS).gather(np.arange(count) % len(MATERIALS)),
            "price": styles.price,
            "cost": styles.cost,
            "salvage": styles.salvage,
            "pack": styles.pack,
            "presentation_min": styles.minimum,
            "space": np.ones(count),
            "first_period": None,
            "last_period": pl.Series(np.where(ends, 1, 0)).replace(0, None),
        },
        schema=own.PRODUCTS.dtypes,
    )


def _turns(letter: str, kinds: int, count: int) -> list[str]:
    """Names that take turns."""
    return [f"{letter}{number % kinds + 1}" for number in range(count)]


def centres(world: World) -> pl.DataFrame:
    """Table ``centres``."""
    chain = world.chain
    asked = asked_by_centre(world.size, chain, world.pairs).sum(axis=1)
    return pl.DataFrame(
        {
            "centre": chain.centre,
            "name": [f"Centre {region_name(region)}" for region in chain.centre_region],
            "throughput": np.ceil(0.6 * _THROUGHPUT * asked),
            "latitude": chain.centre_lat,
            "longitude": chain.centre_lon,
        },
        schema=own.CENTRES.dtypes,
    )


def lanes(world: World) -> pl.DataFrame:
    """Table ``lanes``: every centre serves every store, the far ones a half-month later."""
    chain, rng = world.chain, stream(world.seed, "plan")
    km = chain.km()
    centre, store = (index.ravel() for index in np.indices(km.shape))
    tight = rng.random(km.size) < _TIGHT_LANES
    return pl.DataFrame(
        {
            "centre": chain.centre[centre],
            "store": chain.store[store],
            "cost": np.round(_LANE_COST + _LANE_COST_PER_KM * km.ravel(), 2),
            "lead_periods": (km.ravel() > _OVERNIGHT_KM).astype(np.int64),
            "capacity": pl.Series(np.where(tight, np.ceil(0.3 * world.room.pieces[store]), np.nan)).fill_nan(None),
        },
        schema=own.LANES.dtypes,
    )  # fmt: skip


def transfer_lanes(world: World) -> pl.DataFrame:
    """Table ``transfer_lanes``: each store to its nearest ones of the region, where they are near."""
    chain = world.chain
    found = [pair for region in np.unique(chain.region) for pair in _near(chain, region)]
    return pl.DataFrame(
        {
            "from_store": [str(chain.store[giver]) for giver, _, _ in found],
            "to_store": [str(chain.store[taker]) for _, taker, _ in found],
            "cost": [round(3 + 0.05 * km, 2) for _, _, km in found],
            "capacity": None,
        },
        schema=own.TRANSFER_LANES.dtypes,
    ).sort("from_store", "to_store")


def _near(chain: Chain, region: int) -> list[tuple[int, int, float]]:
    """Giver, taker and kilometres between near stores of a region."""
    inside = np.flatnonzero(chain.region == region)
    north = chain.lat[inside][:, None] - chain.lat[inside][None, :]
    east = 0.85 * (chain.lon[inside][:, None] - chain.lon[inside][None, :])
    km = KM_PER_DEGREE * np.sqrt(north**2 + east**2)
    np.fill_diagonal(km, np.inf)
    nearest = np.argsort(km, axis=1, kind="stable")[:, :_NEIGHBOURS]
    return [
        (int(inside[row]), int(inside[to]), float(km[row, to]))
        for row, near in enumerate(nearest)
        for to in near
        if km[row, to] <= _NEAR_KM
    ]


def roles() -> pl.DataFrame:
    """Table ``roles``."""
    rows = [
        {"role": role, "min_share": ROLE_SHARES[role][0], "max_share": ROLE_SHARES[role][1]}
        for role in sorted(ROLES)
    ]
    return own.ROLES.frame(rows)  # fmt: skip
