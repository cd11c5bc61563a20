"""All of an example: stores, styles, pairs, room and stock, from which its tables are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisor.allocation.example import supply
from provisor.allocation.example.catalogue import Catalogue, catalogue
from provisor.allocation.example.chain import Chain, chain
from provisor.allocation.example.pairs import Pairs, pairs
from provisor.allocation.example.sizes import Size, size_of

if TYPE_CHECKING:
    import numpy as np

CHAIN = "Halden & Vale"
"""Name of the made-up chain."""


@dataclass(frozen=True)
class World:
    """One example.

    Attributes:
        name: Name of its size.
        size: How much of everything.
        seed: Seed of all that is random.
        chain: Stores and centres.
        styles: Products.
        pairs: Eligible pairs.
        room: What fits in each store.
        stock: Pieces in the centres, centres by styles.
        receipts: Pieces coming in, half-months by centres by styles.
    """

    name: str
    size: Size
    seed: int
    chain: Chain
    styles: Catalogue
    pairs: Pairs
    room: supply.Room
    stock: np.ndarray
    receipts: np.ndarray


def build(name: str, seed: int) -> World:
    """Lay out an example; raises ValueError for an unknown size or a negative seed."""
    size = size_of(name)
    stores, styles = chain(size, seed), catalogue(size, seed)
    places = pairs(size, seed, stores, styles)
    stock = supply.centre_stock(size, seed, stores, styles, places)
    return World(
        name, size, seed, stores, styles, places,
        supply.room(size, seed, styles, places), stock, supply.receipts(size, seed, stock, styles),
    )  # fmt: skip
