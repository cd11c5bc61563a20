"""The rules on what a store carries, as limits by store, class of products and period.

Model, dual route and the plan's slack all read them here. One function per rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from provisor.allocation.labels import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

DUST = 1e-9
"""Taken off before a share of a count is rounded up."""


@dataclass(frozen=True)
class Band:
    """Stores of a cluster carry alike: there is a level L with ``L x scale <= styles <= (L + width) x scale``.

    Attributes:
        cluster: Cluster by store, -1 for stores left out.
        scale: Slots over the cluster's median slots, by store and period.
        width: Width by cluster and period.
        names: Clusters.
    """

    cluster: Whole
    scale: Floats
    width: Floats
    names: list[str]


@dataclass(frozen=True)
class StoreLimit:
    """``lower <= amount <= upper`` for each store, class and period, missed at a price where one is finite.

    Attributes:
        rule: Rule as in docs/allocation/rules.md.
        counts: ``styles`` carried or ``space`` of pieces.
        class_of: Class by product, -1 for products that do not count.
        names: Name by class, none where the class is all there is.
        lower: Least by store, class and period; ``-inf`` for none.
        upper: Most by store, class and period; ``inf`` for none.
        under_price: Cost of one below.
        over_price: Cost of one above.
        share: By class, share of all styles of the store that is taken off the amount; none for none.
        band: The band in place of lower and upper.
        kind: What sets a limit apart from others of its rule.
    """

    rule: str
    counts: Literal["styles", "space"]
    class_of: Whole
    names: list[str | None]
    lower: Floats
    upper: Floats
    under_price: float = np.inf
    over_price: float = np.inf
    share: Floats | None = None
    band: Band | None = None
    kind: str = ""

    @property
    def name(self) -> str:
        """Its rule, and what sets it apart from others of it."""
        return f"{self.rule}-{self.kind}" if self.kind else self.rule


def store_limits(arrays: Arrays) -> list[StoreLimit]:
    """All limits in force."""
    found = [limit for family in FAMILIES.values() for limit in family(arrays)]
    return [limit for limit in found if limit.names]


def slots(arrays: Arrays) -> list[StoreLimit]:
    """``sum of x of a display cell <= its slots``; a cell without a row has none."""
    if not arrays.rules.slots:
        return []
    names = sorted({*arrays.cell_names, *arrays.product_cells})
    lower, upper = _open(arrays, len(names))
    upper[:] = 0.0
    upper[arrays.cell_store, [names.index(name) for name in arrays.cell_names]] = arrays.slots
    class_of = np.array([names.index(name) for name in arrays.product_cells], dtype=np.int64)
    return [StoreLimit("slots", "styles", class_of, list(names), lower, upper)]


def displays(arrays: Arrays) -> list[StoreLimit]:
    """``sum of x of a display cell, styles of the display's role left out <= its slots without the display``."""
    if not arrays.rules.slots:
        return []
    rows = arrays.tables["displays"].filter(arrays.tables["displays"]["period"] <= arrays.periods)
    found = []
    for role in rows["role"].unique().sort().to_list():
        mine = rows.filter(rows["role"] == role)
        names = sorted(mine["cell"].unique().to_list())
        lower, upper = _open(arrays, len(names))
        for store, cell, period, more in mine.select("store", "cell", "period", "slots").iter_rows():
            j = arrays.store_names.index(store)
            number = next(n for n in np.flatnonzero(arrays.cell_store == j) if arrays.cell_names[n] == cell)
            upper[j, names.index(cell), period - 1] = arrays.slots[number, period - 1] - more
        own = arrays.role.of == (arrays.role.names.index(role) if role in arrays.role.names else -2)
        place = {name: number for number, name in enumerate(names)}
        class_of = np.array([place.get(name, -1) for name in arrays.product_cells], dtype=np.int64)
        class_of = np.where(own, -1, class_of)
        found.append(StoreLimit("displays", "styles", class_of, list(names), lower, upper, kind=str(role)))
    return found


def pieces(arrays: Arrays) -> list[StoreLimit]:
    """``sum of space x pieces <= space of the store``."""
    if not arrays.rules.pieces or np.isinf(arrays.space).all():
        return []
    lower, upper = _open(arrays, 1)
    upper[:, 0] = arrays.space
    return [StoreLimit("pieces", "space", _everything(arrays), [None], lower, upper)]


def role_minimum(arrays: Arrays) -> list[StoreLimit]:
    """``styles of a role + shortfall >= min(ceil(min_share x slots), eligible pairs of the role)``."""
    roles = arrays.tables["roles"].filter(arrays.tables["roles"]["min_share"] > 0)
    if not arrays.rules.role_minimum or not roles.height:
        return []
    class_of = _classes(arrays.role.names, arrays.role.of, roles["role"].to_list())
    lower, upper = _open(arrays, roles.height)
    wanted = roles["min_share"].to_numpy()[None, :, None] * arrays.store_slots[:, None, :]
    lower[:] = np.minimum(np.ceil(wanted - DUST), eligible_styles(arrays, class_of, roles.height))
    price = arrays.charges["role_shortfall_per_style"]
    return [StoreLimit("role-minimum", "styles", class_of, roles["role"].to_list(), lower, upper, price)]


def role_maximum(arrays: Arrays) -> list[StoreLimit]:
    """``styles of a role - excess <= max_share x styles of the store``, both without what the role's displays hold.

    With E slots of displays: ``styles of the role <= max_share x styles + (1 - max_share) x E``.
    """
    roles = arrays.tables["roles"].filter(arrays.tables["roles"]["max_share"] < 1)
    if not arrays.rules.role_maximum or not roles.height:
        return []
    class_of = _classes(arrays.role.names, arrays.role.of, roles["role"].to_list())
    lower, upper = _open(arrays, roles.height)
    upper[:] = 0.0
    price = arrays.charges["role_excess_per_style"]
    names, share = roles["role"].to_list(), roles["max_share"].to_numpy()
    for store, role, period, more in _display_slots(arrays):
        if role in names:
            c = names.index(role)
            upper[arrays.store_names.index(store), c, period - 1] += (1.0 - share[c]) * more
    return [StoreLimit("role-maximum", "styles", class_of, names, lower, upper, np.inf, price, share)]


def _display_slots(arrays: Arrays) -> list[tuple[str, str, int, int]]:
    """Store, role, period and slots of displays in the horizon."""
    rows = arrays.tables["displays"].select("store", "role", "period", "slots").rows()
    return [row for row in rows if row[2] <= arrays.periods]


def coherence(arrays: Arrays) -> list[StoreLimit]:
    """``L x r - a <= styles <= (L + tolerance x median slots) x r + a`` with ``r = slots / median slots``.

    Stores without slots and clusters of one store are left out.
    """
    if not arrays.rules.coherence:
        return []
    band = _band(arrays)
    if not (band.cluster >= 0).any():
        return []
    lower, upper = _open(arrays, 1)
    price = arrays.charges["coherence_per_style"]
    class_of = _everything(arrays)
    return [StoreLimit("coherence", "styles", class_of, [None], lower, upper, price, price, None, band)]


def corridor(arrays: Arrays) -> list[StoreLimit]:
    """``planned - w - a <= styles <= planned + w + a`` with ``w = max(1, corridor_width x planned)``."""
    rules, table = arrays.rules, arrays.tables["manual_plan"]
    if rules.corridor == "off" or not table.height:
        return []
    price = np.inf if rules.corridor == "hard" else arrays.charges["corridor_per_style"]
    found = []
    for whole in (True, False):
        rows = table.filter(table["subcategory"].is_null() == whole)
        names: list[str | None] = [None] if whole else sorted(rows["subcategory"].unique().to_list())
        class_of = (
            _everything(arrays)
            if whole
            else _classes(arrays.subcategory.names, arrays.subcategory.of, [str(name) for name in names])
        )
        lower, upper = _open(arrays, len(names))
        store = numbers(rows["store"], arrays.store_names)
        place = (
            store,
            np.zeros(rows.height, dtype=np.int64) if whole else _index(rows["subcategory"], names),
        )
        planned = rows["styles"].to_numpy().astype(np.float64)
        width = np.maximum(1.0, rules.corridor_width * planned)
        lower[place] = (
            np.ceil(planned - width - DUST)[:, None] if price == np.inf else (planned - width)[:, None]
        )
        upper[place] = (
            np.floor(planned + width + DUST)[:, None] if price == np.inf else (planned + width)[:, None]
        )
        if rows.height:
            kind = "store" if whole else ""
            found.append(
                StoreLimit("corridor", "styles", class_of, names, lower, upper, price, price, kind=kind)
            )
    return found


def price_bands(arrays: Arrays) -> list[StoreLimit]:
    """``styles of a price band + shortfall >= min(price_bands, eligible pairs of the band)``."""
    if arrays.rules.price_bands == 0:
        return []
    names, class_of = arrays.band.names, arrays.band.of
    lower, upper = _open(arrays, len(names))
    lower[:] = np.minimum(arrays.rules.price_bands, eligible_styles(arrays, class_of, len(names)))
    price = arrays.charges["price_band_shortfall_per_style"]
    return [StoreLimit("price-bands", "styles", class_of, list(names), lower, upper, price)]


def core_subcategories(arrays: Arrays) -> list[StoreLimit]:
    """``styles of a core subcategory + shortfall >= 1`` where a pair of it is eligible."""
    names = list(arrays.rules.core_subcategories)
    class_of = _classes(arrays.subcategory.names, arrays.subcategory.of, names)
    lower, upper = _open(arrays, len(names))
    lower[:] = np.minimum(1, eligible_styles(arrays, class_of, len(names)))
    price = arrays.charges["core_shortfall"]
    return [StoreLimit("core-subcategories", "styles", class_of, list(names), lower, upper, price)]


FAMILIES: dict[str, Callable[[Arrays], list[StoreLimit]]] = {
    "slots": slots,
    "displays": displays,
    "pieces": pieces,
    "role-minimum": role_minimum,
    "role-maximum": role_maximum,
    "coherence": coherence,
    "corridor": corridor,
    "price-bands": price_bands,
    "core-subcategories": core_subcategories,
}
"""By rule, the function that states it."""


def eligible_styles(arrays: Arrays, class_of: Whole, classes: int) -> Floats:
    """Eligible pairs by store, class of products and period."""
    return styles(arrays, arrays.eligible, class_of, classes)


def styles(arrays: Arrays, carried: NDArray[np.generic], class_of: Whole, classes: int) -> Floats:
    """Sum of an array by pair and period over the pairs of each store and class of products."""
    stores = len(arrays.store_names)
    of = class_of[arrays.pairs.product]
    counted = of >= 0
    place = arrays.pairs.store[counted] * classes + of[counted]
    total = np.zeros((stores * classes, arrays.periods))
    for k in range(arrays.periods):
        amounts = carried[counted, k].astype(np.float64)
        total[:, k] = np.bincount(place, weights=amounts, minlength=stores * classes)
    return total.reshape(stores, classes, arrays.periods)


def _open(arrays: Arrays, classes: int) -> tuple[Floats, Floats]:
    """No limits."""
    shape = (len(arrays.store_names), classes, arrays.periods)
    return np.full(shape, -np.inf), np.full(shape, np.inf)


def _everything(arrays: Arrays) -> Whole:
    return np.zeros(len(arrays.product_names), dtype=np.int64)


def _classes(names: list[str], of: Whole, wanted: list[str]) -> Whole:
    """Class by product: place of its label among ``wanted``, -1 if it is none of them."""
    place = {name: number for number, name in enumerate(wanted)}
    by_label = np.array([*(place.get(name, -1) for name in names), -1], dtype=np.int64)
    return by_label[of]


def _index(column: object, names: list[str | None]) -> Whole:
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[name] for name in column], dtype=np.int64)  # type: ignore[attr-defined]


def _band(arrays: Arrays) -> Band:
    """Clusters with two or more stores that have slots, by period; a store without slots has scale 0."""
    total = arrays.store_slots.astype(np.float64)
    cluster = arrays.cluster.of.copy()
    scale, names = np.zeros_like(total), arrays.cluster.names
    width = np.zeros((len(names), arrays.periods))
    for k in range(arrays.periods):
        for c in range(len(names)):
            stores = np.flatnonzero((cluster == c) & (total[:, k] > 0))
            if stores.size >= 2:
                median = float(np.median(total[stores, k]))
                scale[stores, k] = total[stores, k] / median
                width[c, k] = arrays.rules.coherence_tolerance * median
    cluster[(scale == 0).all(axis=1)] = -1
    return Band(cluster, scale, width, names)
