"""What the distribution centres hold and get, and what the stores have room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.example.randomness import stream

if TYPE_CHECKING:
    from provisor.allocation.example.catalogue import Catalogue
    from provisor.allocation.example.chain import Chain
    from provisor.allocation.example.pairs import Pairs
    from provisor.allocation.example.sizes import Size

SCARCE = 0.2
"""Share of the styles of which there is much too little."""

_PLENTY, _LITTLE = (0.5, 0.8), (0.3, 0.45)
"""Stock of the centres as a share of a half-month's demand of the stores that carry a style: most, and scarce ones."""

UNTRIED_SHARE = 0.25
"""Share of the demand of stores that do not carry a style yet for which the chain bought."""

_RECEIVED = 0.35
"""Share of the styles of which more comes in a later half-month."""

_HANGERS = (1.0, 1.2, 1.5)
"""Pieces a store holds, as a multiple of two for each slot."""


@dataclass(frozen=True)
class Room:
    """What fits in each store.

    Attributes:
        front: Slots in the front.
        back: Slots in the back.
        pieces: Pieces.
    """

    front: np.ndarray
    back: np.ndarray
    pieces: np.ndarray


def room(size: Size, seed: int, styles: Catalogue, places: Pairs) -> Room:
    """Slots as many as are filled now, a tenth more or less, and pieces by the kind of hangers."""
    rng = stream(seed, "supply")
    in_front = styles.cell[places.product] == "front"
    slots = []
    for here in (in_front, ~in_front):
        now = np.bincount(places.store[places.carried & here], minlength=size.stores)
        slots.append(np.maximum(np.round(now * rng.uniform(0.9, 1.1, size.stores)), 1).astype(np.int64))
    each = 2 * rng.choice(_HANGERS, size.stores)
    return Room(slots[0], slots[1], np.ceil(each * (slots[0] + slots[1])).astype(np.int64))


def centre_stock(size: Size, seed: int, stores: Chain, styles: Catalogue, places: Pairs) -> np.ndarray:
    """Pieces in each centre, centres by styles: what its regions ask for, times what there is of the style."""
    rng = stream(seed, "supply")
    asked = asked_by_centre(size, stores, places)
    scarce = rng.random(size.products) < SCARCE
    ratio = np.where(scarce, rng.uniform(*_LITTLE, size.products), rng.uniform(*_PLENTY, size.products))
    luck = rng.lognormal(0, 0.3, asked.shape)
    total = np.ceil(ratio * asked.sum(axis=0))
    share = asked * luck / np.maximum((asked * luck).sum(axis=0), 1e-9)
    stock = np.floor(total * share)
    stock[np.argmax(share, axis=0), np.arange(size.products)] += total - stock.sum(axis=0)
    pack = styles.pack
    pieces: np.ndarray = (stock // pack * pack).astype(np.int64)
    return pieces


def receipts(size: Size, seed: int, stock: np.ndarray, styles: Catalogue) -> np.ndarray:
    """Pieces that come in, half-months by centres by styles; nothing comes in the first half-month."""
    rng = stream(seed, "receipts")
    coming = np.zeros((size.forecast, *stock.shape), dtype=np.int64)
    for period in range(1, size.forecast):
        fresh = (rng.random(size.products) < _RECEIVED) & (styles.role != "CLEARANCE")
        pieces = np.round(fresh * stock * rng.uniform(0.4, 0.9, size.products))
        coming[period] = pieces // styles.pack * styles.pack
    return coming


def asked_by_centre(size: Size, stores: Chain, places: Pairs) -> np.ndarray:
    """Pieces asked for in the first half-month by the stores nearest to each centre, centres by styles.

    Stores that could carry a style and do not count in part.
    """
    nearest = np.argmin(stores.km(), axis=0)
    cell = nearest[places.store] * size.products + places.product
    mean = np.where(places.carried, 1.0, UNTRIED_SHARE if not size.dense else 0.0) * places.mean[:, 0]
    return np.bincount(cell, mean, size.centres * size.products).reshape(size.centres, size.products)
