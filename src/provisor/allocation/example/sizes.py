"""Sizes of example cases, and the dates they all share."""

from __future__ import annotations

from dataclasses import dataclass

SIZES = ("demo", "tiny", "region", "full", "dense")
"""Names of the sizes, the default one first."""

PERIODS = ("202703B", "202704A", "202704B")
"""Half-months with a forecast; the case plans the first one."""

LONGEST_SHEET = 20_000
"""Pairs, about, up to which an example has them in its workbook."""


@dataclass(frozen=True)
class Size:
    """How much of everything an example has.

    Attributes:
        stores: Stores.
        products: Styles.
        clusters: Groups of like stores.
        regions: Regions of the made-up country.
        centres: Distribution centres.
        categories: Categories of the catalogue, from its top.
        subcategories: Subcategories, spread over the categories by their size.
        styles: Styles a store of middling size carries now.
        extra: Styles a store could carry besides, as a share of ``styles``.
        forecast: Half-months with a forecast.
        dense: Whether every store may carry every style.
    """

    stores: int
    products: int
    clusters: int
    regions: int
    centres: int
    categories: int
    subcategories: int
    styles: int
    extra: float
    forecast: int = 3
    dense: bool = False

    @property
    def long(self) -> bool:
        """Whether pairs and demand are too many for people to look through, and go into files of their own."""
        return self.stores * self.styles > LONGEST_SHEET


_SIZES = {
    "tiny": Size(5, 20, 2, 2, 2, 3, 5, styles=8, extra=1.2),
    "demo": Size(60, 150, 4, 3, 3, 8, 24, styles=40, extra=0.8),
    "region": Size(300, 1_000, 8, 4, 3, 15, 60, styles=120, extra=0.4),
    "full": Size(2_253, 6_470, 46, 9, 5, 25, 126, styles=260, extra=0.25, forecast=1),
    "dense": Size(1_000, 10_000, 22, 9, 5, 25, 126, styles=260, extra=0.0, forecast=1, dense=True),
}


def size_of(name: str) -> Size:
    """Size by name.

    Raises:
        ValueError: There is no such size; the message lists those there are.
    """
    if name not in _SIZES:
        raise ValueError(f"no size {name!r}; there are {', '.join(SIZES)}")
    return _SIZES[name]
