"""Finds violated inequalities.

All speak of a set of demands of a product. Lots can serve at most A of it; the rest, its need, is made, or short.
Where no run or departure of a set S is open, what the others bring and the shortage make up the need; one that is open
serves no more than the demands it can reach, no more than the need, and no more than a day makes or a truck takes: c.
See docs/production/model.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.bounds.departures import chains, departures
from provisor.production.bounds.point import Point
from provisor.production.bounds.runs import runs
from provisor.production.bounds.starts import starts

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.production.bounds.cut import Cut
    from provisor.production.bounds.sums import Sums
    from provisor.production.bounds.supply import Supply


def violated(supply: Supply, sums: Sums, x: Floats) -> list[Cut]:
    """Inequalities that a point violates."""
    cuts: list[Cut] = []
    for product in supply.model.network.products:
        if supply.runs[product]:
            point = Point(supply, sums, product, x)
            cuts += [*runs(point), *starts(point), *chains(point)]
    everything = tuple(supply.model.network.products)
    for region in supply.regions:
        for products in [everything, *((product,) for product in everything)]:
            cuts += departures(supply, sums, region, products, x)
    return cuts
