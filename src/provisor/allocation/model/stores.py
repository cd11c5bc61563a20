"""What stores carry: the limits of :mod:`provisor.allocation.limits`, categories and launches, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.widths import categories_wanted, launches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.limits import StoreLimit
    from provisor.allocation.model.context import Model

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Terms = list[tuple[Whole, Whole, Floats]]


def store_rows(model: Model) -> None:
    """``lower - under <= amount <= upper + over`` for every limit, store, class and period that has one."""
    for number, limit in enumerate(model.limits):
        name = limit.name if limit.rule != "corridor" else f"{limit.rule}-{number}"
        if limit.band is not None:
            _band_rows(model, name, limit)
            continue
        for side, bound, price in (
            ("under", limit.lower, limit.under_price),
            ("over", limit.upper, limit.over_price),
        ):
            wanted = np.isfinite(bound) & ((bound > 0) | (side == "over"))
            if wanted.any():
                _side_rows(model, f"{name}-{side}", limit, (wanted, bound, price))


def _side_rows(
    model: Model, name: str, limit: StoreLimit, side: tuple[NDArray[np.bool_], Floats, float]
) -> None:
    wanted, bound, price = side
    at = np.flatnonzero(wanted.ravel())
    row = np.full(wanted.size, -1, dtype=np.int64)
    row[at] = np.arange(at.size)
    keys = _keys(model, limit, at)
    terms = _amount(model, limit, row.reshape(wanted.shape))
    below = name.endswith("under")
    if np.isfinite(price):
        columns = model.statement.columns(name, keys, cost=-model.worth.misses * price)
        terms.append((np.arange(at.size), columns, np.full(at.size, 1.0 if below else -1.0)))
    limits = {"lower": bound.ravel()[at]} if below else {"upper": bound.ravel()[at]}
    model.statement.rows(name, keys, terms, **limits)


def _amount(model: Model, limit: StoreLimit, row: NDArray[np.int64]) -> Terms:
    """Terms of the amount that a limit counts, for rows by store, class and period (-1 for none)."""
    pairs, periods = model.arrays.pairs, model.periods
    found: Terms = []
    if limit.counts == "styles":
        at = np.flatnonzero(model.carried.ravel() >= 0)
        sums = [(at, model.carried.ravel()[at], np.ones(at.size))]
    else:
        volume = model.arrays.volume[pairs.product]
        sums = [
            (at, column, amount * volume[at // periods])
            for at, column, amount in (model.displayed(), model.kept())
        ]
    for at, column, amount in sums:
        pair, period = at // periods, at % periods
        store, of = pairs.store[pair], limit.class_of[pairs.product[pair]]
        place = np.where(of >= 0, row[store, of, period], -1)
        found.append((place[place >= 0], column[place >= 0], amount[place >= 0]))
        for c, share in enumerate(limit.share if limit.share is not None else ()):
            place = row[store, c, period]
            found.append((place[place >= 0], column[place >= 0], -share * amount[place >= 0]))
    return found


def _keys(model: Model, limit: StoreLimit, at: Whole) -> list[tuple[str, ...]]:
    """Labels of rows: store, class, period."""
    classes, periods = len(limit.names), model.periods
    names = model.arrays.store_names
    return [
        (
            names[a // (classes * periods)],
            str(limit.names[a // periods % classes] or ""),
            str(a % periods + 1),
        )
        for a in at.tolist()
    ]


def _band_rows(model: Model, name: str, limit: StoreLimit) -> None:
    """``level x scale - a <= styles <= (level + width) x scale + a`` with one level by cluster and period."""
    band, periods = limit.band, model.periods
    if band is None:
        return
    at = np.flatnonzero(((band.scale > 0) & (band.cluster >= 0)[:, None]).ravel())
    store, period = at // periods, at % periods
    cluster = band.cluster[store]
    keys = [(model.arrays.store_names[j], str(k + 1)) for j, k in zip(store, period, strict=True)]
    levels = model.statement.columns(
        f"{name}-level", [(c, str(k + 1)) for c in band.names for k in range(periods)]
    )
    slack = model.statement.columns(f"{name}-slack", keys, cost=-model.worth.misses * limit.under_price)
    scale, width = band.scale[store, period], band.width[cluster, period]
    row = np.full(band.scale.size, -1, dtype=np.int64)
    row[at] = np.arange(at.size)
    styles = _amount(model, limit, row.reshape(-1, 1, periods))
    level = (np.arange(at.size), levels[cluster * periods + period], -scale)
    for side, sign, limits in (
        ("under", 1.0, {"lower": np.zeros(at.size)}),
        ("over", -1.0, {"upper": width * scale}),
    ):
        terms = [*styles, level, (np.arange(at.size), slack, np.full(at.size, sign))]
        model.statement.rows(f"{name}-{side}", keys, terms, **limits)


def categories(model: Model) -> None:
    """``u <= styles of a category``, ``sum of u + short >= categories wanted``, by store and period."""
    arrays = model.arrays
    wanted = categories_wanted(arrays)
    at = np.flatnonzero(model.carried.ravel() >= 0)
    pair, period = at // model.periods, at % model.periods
    store = arrays.pairs.store[pair]
    counts = wanted[store, period] > 0
    at, store, period = at[counts], store[counts], period[counts]
    many = len(arrays.category.names)
    label = arrays.category.of[arrays.pairs.product[at // model.periods]]
    place = (store * model.periods + period) * many + label
    price = arrays.charges["category_shortfall"]
    _covered(model, "categories", (place, model.carried.ravel()[at], many), wanted.ravel(), price)


def launch(model: Model) -> None:
    """Stores and clusters of a launch: ``least - short <= stores <= most``, clusters likewise."""
    arrays, told = model.arrays, launches(model.arrays)
    number = np.full(len(arrays.product_names), -1, dtype=np.int64)
    number[told.product] = np.arange(told.product.size)
    at = np.flatnonzero((model.carried >= 0).ravel())
    at = at[number[arrays.pairs.product[at // model.periods]] >= 0]
    if not told.product.size:
        return
    which, period = number[arrays.pairs.product[at // model.periods]], at % model.periods
    columns = model.carried.ravel()[at]
    row = which * model.periods + period
    keys = [
        (arrays.product_names[i], str(k + 1)) for i in told.product.tolist() for k in range(model.periods)
    ]
    short = model.statement.columns("launch-short", keys, cost=-model.worth.misses * told.store_price)
    terms = [(row, columns, np.ones(at.size))]
    least = np.where(told.alive, told.least_stores[:, None], 0).astype(np.float64).ravel()
    every = np.arange(len(keys))
    model.statement.rows("launch-least", keys, [*terms, (every, short, np.ones(every.size))], lower=least)
    model.statement.rows("launch-most", keys, terms, upper=np.repeat(told.most_stores, model.periods))
    many = len(arrays.cluster.names)
    cluster = arrays.cluster.of[arrays.pairs.store[at // model.periods]]
    known = cluster >= 0
    wanted = np.where(told.alive, told.least_clusters[:, None], 0).ravel()
    _covered(
        model, "launch-clusters", (row[known] * many + cluster[known], columns[known], many), wanted,
        told.cluster_price,
    )  # fmt: skip


def _covered(model: Model, name: str, members: tuple[Whole, Whole, int], wanted: Whole, price: float) -> None:
    """At least so many classes in each place: ``u <= sum of its members``, ``sum of u + short >= wanted``.

    Args:
        model: The model.
        name: Name of the family.
        members: By member: place x classes + class, and its column; and the number of classes.
        wanted: Classes by place.
        price: Cost of a class short.
    """
    class_at, columns, many = members
    used, row = np.unique(class_at, return_inverse=True)
    places = np.flatnonzero(wanted > 0)
    if not places.size:
        return
    present = model.statement.columns(f"{name}-present", ((str(u),) for u in used), upper=1.0)
    keys = [(str(place),) for place in places]
    short = model.statement.columns(f"{name}-short", keys, cost=-model.worth.misses * price)
    model.statement.rows(
        f"{name}-present",
        ((str(u),) for u in used),
        [(row, columns, np.ones(columns.size)), (np.arange(used.size), present, -np.ones(used.size))],
        lower=0.0,
    )
    place_row = np.full(wanted.size, -1, dtype=np.int64)
    place_row[places] = np.arange(places.size)
    target = place_row[used // many]
    known = target >= 0
    model.statement.rows(
        name,
        keys,
        [
            (target[known], present[known], np.ones(int(known.sum()))),
            (np.arange(places.size), short, np.ones(places.size)),
        ],
        lower=wanted[places].astype(np.float64),
    )
