"""The styles of the made-up chain: categories, price bands, seasons, roles and how widely each is carried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from provisor.allocation.example.randomness import shares, stream

if TYPE_CHECKING:
    from provisor.allocation.example.sizes import Size

CATEGORIES: dict[str, float] = {
    "t-shirts": 12.2, "casual pants": 10.8, "jeans": 7.3, "sweatshirts": 6.2, "homewear": 4.3,
    "sweaters": 3.0, "dresses": 2.9, "jackets": 2.9, "shirts": 2.2, "shoes": 2.0,
    "shorts": 1.5, "polo shirts": 1.4, "skirts": 1.2, "vests": 1.0, "coats": 0.9,
    "down jackets": 0.8, "underwear": 0.8, "socks": 0.6, "bags": 0.6, "caps": 0.5,
    "belts": 0.4, "scarves": 0.4, "swimwear": 0.3, "sportswear": 0.3, "gloves": 0.2,
}  # fmt: skip
"""Weight of each category in the catalogue."""

CORE_SUBCATEGORIES = ("straight-leg", "jogger", "tapered")
"""Subcategories of casual pants that the chain always carries."""

BANDS: dict[str, tuple[float, float]] = {
    "ECONOMY": (33, 0.25), "VALUE": (52, 0.25), "PREMIUM": (73, 0.25), "LUXURY": (96, 0.25),
}  # fmt: skip
"""Middle price in yuan-sized money, and share of the styles, of each price band."""

ROLES: dict[str, tuple[float, float]] = {
    "CORE": (0.15, 0.90), "SEASONAL": (0.30, 0.35), "FILLER": (0.42, 0.60), "CLEARANCE": (0.13, 0.15),
}  # fmt: skip
"""Share of the styles, and worth of a piece left over as a share of its cost, of each role."""

_STYLES = (
    "classic", "relaxed", "slim", "printed", "cropped", "knit", "striped", "oversized",
    "lined", "washed", "pleated", "panelled", "cargo", "wide-leg", "embroidered", "textured",
)  # fmt: skip
_SEASONS = ("all-year", "spring", "summer", "autumn", "winter")
_SEASON_SHARES = (0.40, 0.28, 0.14, 0.10, 0.08)
_GENDERS = ("women", "men", "neutral")
_SPREAD = 0.56
"""Bend of the curve of distribution; with it the top 1,000 of 6,470 styles hold 78 % of all places."""

_WIDEST = 0.84
"""Share of the stores that carry the most widely carried style."""

_MEAN_PACE = 3.2
"""Pieces a store sells of a style it carries in a half-month, on average over all pairs carried."""

_NARROWEST = 2.5
"""Stores that carry the most narrowly carried style, on average."""


@dataclass(frozen=True)
class Catalogue:
    """Styles as columns, one entry each; widely and narrowly carried ones in no order.

    Attributes:
        product: Code.
        name: Name for people.
        category: Category.
        subcategory: Subcategory.
        season: Season it is made for.
        gender: Whom it is made for.
        band: Price band.
        role: Role in the assortment.
        cell: Whether it hangs in the front or the back of a store.
        price: Price of a piece.
        cost: Cost of a piece.
        salvage: Worth of a piece left over.
        minimum: Pieces that are shown at least where it is carried.
        pack: Pieces of a pack.
        spread: Share of the stores that carry it now, on average.
        pace: Pieces a middling store that carries it sells in a half-month, on average.
        dispersion: Variance over mean of what a store sells.
    """

    product: np.ndarray
    name: np.ndarray
    category: np.ndarray
    subcategory: np.ndarray
    season: np.ndarray
    gender: np.ndarray
    band: np.ndarray
    role: np.ndarray
    cell: np.ndarray
    price: np.ndarray
    cost: np.ndarray
    salvage: np.ndarray
    minimum: np.ndarray
    pack: np.ndarray
    spread: np.ndarray
    pace: np.ndarray
    dispersion: np.ndarray


def catalogue(size: Size, seed: int) -> Catalogue:
    """The styles of an example."""
    rng = stream(seed, "products")
    count = size.products
    category, subcategory = _families(size, rng)
    spread = np.maximum(spread_curve(count, size.styles), _NARROWEST / size.stores)[rng.permutation(count)]
    role = _roles(spread, rng)
    band = rng.choice(list(BANDS), count, p=[share for _, share in BANDS.values()])
    middle = np.array([BANDS[name][0] for name in band])
    price = np.round(middle * rng.lognormal(0, 0.10, count)) - 0.1
    cost = np.round(price * rng.normal(0.55, 0.03, count).clip(0.45, 0.65), 2)
    cell = np.where(rng.random(count) < 0.35, "front", "back")
    width = len(str(count))
    return Catalogue(
        product=np.array([f"P{number + 1:0{width}}" for number in range(count)]),
        name=np.array([f"{sub} {number + 1:0{width}}" for number, sub in enumerate(subcategory)]),
        category=category,
        subcategory=subcategory,
        season=np.where(role == "SEASONAL", *_seasons(count, rng)),
        gender=rng.choice(_GENDERS, count, p=(0.5, 0.35, 0.15)),
        band=band,
        role=role,
        cell=cell,
        price=price,
        cost=cost,
        salvage=np.round(cost * np.array([ROLES[name][1] for name in role]), 2),
        minimum=np.where(cell == "front", 3, 2),
        pack=np.where(rng.random(count) < 0.04, 2, 1),
        spread=spread,
        pace=_pace(spread) * rng.lognormal(0, 0.35, count),
        dispersion=np.round(rng.uniform(1.3, 2.0, count), 2),
    )


def spread_curve(products: int, styles: float) -> np.ndarray:
    """Share of the stores that carry each style, the most widely carried first; it adds up to ``styles``.

    The curve is ``a(r) = 0.84 exp(-(r / rho)^0.56)``, with ``rho`` such that a store carries ``styles``.

    >>> curve = spread_curve(6470, 260)
    >>> round(float(curve.sum())), round(float(curve[:1000].sum() / curve.sum()), 2)
    (260, 0.78)
    """
    rank = np.arange(products)

    def curve(rho: float) -> np.ndarray:
        return _WIDEST * np.exp(-((rank / rho) ** _SPREAD))

    return curve(float(brentq(lambda rho: curve(rho).sum() - styles, 1e-3, 1e9)))


def _pace(spread: np.ndarray) -> np.ndarray:
    """Pieces sold in a half-month: widely carried styles sell best, and a pair that is carried 3.2 on average."""
    pace = 1.0 + 6.0 * (spread / spread.max()) ** 0.8
    scaled: np.ndarray = pace * (_MEAN_PACE / np.average(pace, weights=spread))
    return scaled


def _families(size: Size, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Category and subcategory of each style."""
    names = list(CATEGORIES)[: size.categories]
    weights = np.array([CATEGORIES[name] for name in names])
    per_category = shares(size.products, weights)
    kinds = shares(size.subcategories, weights)
    category = np.repeat(names, per_category)
    subcategory = []
    for name, styles, count in zip(names, per_category, kinds, strict=True):
        words = _words(name, int(count))
        weight = 1 / np.arange(2, len(words) + 2)
        subcategory += [
            f"{words[kind]} {name}" for kind in rng.choice(len(words), styles, p=weight / weight.sum())
        ]
    return category, np.array(subcategory)


def _words(category: str, count: int) -> list[str]:
    first = list(CORE_SUBCATEGORIES) if category == "casual pants" else []
    return [*first, *_STYLES][:count]


def _roles(spread: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Role of each style: core ones are rather widely carried, those in clearance rather narrowly."""
    score = np.log(spread) + rng.normal(0, 2.5 * float(np.log(spread).std()), len(spread))
    rank = np.empty(len(spread))
    rank[np.argsort(-score)] = (np.arange(len(spread)) + 0.5) / len(spread)
    core, clearance = ROLES["CORE"][0], ROLES["CLEARANCE"][0]
    seasonal = ROLES["SEASONAL"][0] / (1 - core - clearance)
    middle = np.where(rng.random(len(spread)) < seasonal, "SEASONAL", "FILLER")
    return np.select([rank < core, rank > 1 - clearance], ["CORE", "CLEARANCE"], middle)


def _seasons(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Season of each style if it is seasonal, and if it is not."""
    other = rng.choice(_SEASONS, count, p=_SEASON_SHARES)
    seasonal = rng.choice(("spring", "summer"), count, p=(0.75, 0.25))
    return seasonal, other
