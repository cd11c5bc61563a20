"""Made-up kernel problems with every kind of limit, sparse or dense, of any size."""

# ruff: noqa: PLR0917, E501
from __future__ import annotations

import numpy as np
from scipy import stats

from provisor.allocation.kernel.problem import (
    Band,
    Coverage,
    ItemLimit,
    KernelProblem,
    Pairs,
    PlaceLimit,
    Sources,
)


def made(
    places: int,
    items: int,
    seed: int = 0,
    *,
    density: float = 1.0,
    sources: int = 2,
    packs: bool = False,
    opening: float = 0.2,
    tight: float = 0.7,
    gain_type: type = np.float64,
    demand: float = 2.5,
) -> KernelProblem:
    """A retail-like problem: Poisson demand, roles, cells, bands, clusters, launches, two centres."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.35, places)
    popular = rng.lognormal(0, 0.6, items)
    price = np.exp(rng.normal(np.log(78), 0.5, items))
    start, item = _pairs(rng, places, items, density)
    place = np.repeat(np.arange(places), np.diff(start))
    mean = (demand * size[place] * popular[item] * rng.lognormal(0, 0.3, item.size)).astype(np.float32)
    pack = np.where(rng.random(items) < 0.3, 3, 1).astype(np.int32) if packs else np.ones(items, np.int32)
    minimum = rng.integers(1, 4, items)
    there = np.where(rng.random(item.size) < opening, rng.poisson(mean), 0).astype(np.int16)
    pairs = _with_gains(rng, start, item, mean, price, there, minimum, pack, gain_type)
    role = rng.choice(4, items, p=[0.3, 0.3, 0.3, 0.1]).astype(np.int32)
    cell = rng.integers(0, 2, items).astype(np.int32)
    usual = float(np.mean(0.45 * price[item] * mean))
    slots = np.maximum(2, (0.5 * np.diff(start) * rng.uniform(0.5, 1.2, places))).astype(int)
    slots = np.minimum(slots, np.maximum(3, (260 * size).astype(int)))
    cells = np.stack([slots - slots // 2, slots // 2], 1).astype(float)
    limits = _place_limits(rng, places, items, role, cell, slots, cells, usual, mean, place, tight)
    launched = np.full((items, 1), np.inf)
    launched[rng.random(items) < 0.05] = max(1, places // 4)
    return KernelProblem(
        pairs=pairs,
        place_limits=limits,
        item_limits=(
            ItemLimit(
                "launch", np.zeros(places, np.int32), np.where(np.isinf(launched), -np.inf, 1.0), launched,
                under_price=2 * usual,
            ),
        ),
        coverages=(
            Coverage("categories", "place", rng.integers(0, 8, items).astype(np.int32),
                     np.minimum(3, np.diff(start)).astype(np.int32) * (np.diff(start) > 20), 2 * usual),
        ),
        sources=_sources(rng, places, items, sources, pairs, mean, place, tight, price),
    )  # fmt: skip


def _pairs(rng, places, items, density):
    if density >= 1:
        return np.arange(places + 1, dtype=np.int64) * items, np.tile(
            np.arange(items, dtype=np.int32), places
        )
    count = rng.binomial(items, density, places)
    chosen = [np.sort(rng.choice(items, n, replace=False)).astype(np.int32) for n in count]
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64), np.concatenate(chosen)


def _with_gains(rng, start, item, mean, price, there, minimum, pack, gain_type):
    cost, salvage, fixed, back = 0.55 * price, 0.35 * price, 15.0, 2.0
    most = np.ceil(mean + 2 * np.sqrt(mean)).astype(int) + 1
    minimum = minimum[item]
    size = pack[item]
    first = np.where(
        there >= minimum, minimum, there + size * np.ceil((minimum - there) / size).astype(int)
    ).astype(int)
    steps = np.where(
        first <= there,
        there - first + 1 + np.maximum(0, (most - there) // size),
        1 + np.maximum(0, (most - first) // size),
    )
    steps = np.where((first > most) & (first > there), 0, steps)
    begin = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    gain = np.empty(begin[-1], gain_type)
    block = 200_000
    for a in range(0, item.size, block):
        b = min(item.size, a + block)
        k = steps[a:b]
        pair = np.repeat(np.arange(a, b), k)
        t = np.arange(begin[b] - begin[a]) - np.repeat(begin[a:b] - begin[a], k)
        free = np.maximum(0, there[pair] - first[pair])
        n = first[pair] + np.where(t <= free, t, free + (t - free) * size[pair])
        sales = _sales(n, mean[pair])
        p = item[pair]
        left = np.maximum(0, there[pair] - n)
        worth = (
            price[p] * sales + salvage[p] * (n - sales) - cost[p] * np.maximum(0, n - there[pair])
            + (salvage[p] - back) * left
        )  # fmt: skip
        idle = (salvage[p] - back) * there[pair]
        fresh = np.where(there[pair] > 0, 0.0, fixed)
        total = worth - idle - fresh
        step = np.diff(total, prepend=0.0)
        head = t == 0
        step[head] = total[head]
        gain[begin[a] : begin[b]] = step
    constant = float(np.sum((salvage[item] - back) * there))
    return Pairs(
        start, item, first.astype(np.int32), there.astype(np.int32), begin, gain, pack, None, constant
    )


def _sales(n, mean):
    """Expected sales of n pieces under Poisson demand: sum of P(D >= k), k up to n."""
    n = n.astype(float)
    return n * stats.poisson.sf(n, mean) + mean * stats.poisson.cdf(n - 1, mean)


def _place_limits(rng, places, items, role, cell, slots, cells, usual, mean, place, tight):
    least = np.ceil(np.array([0.15, 0.2, 0.25, 0.0]) * slots[:, None])
    clusters = max(1, places // 40)
    group = rng.integers(0, clusters, places).astype(np.int32)
    median = np.array([np.median(slots[group == c]) if (group == c).any() else 1.0 for c in range(clusters)])
    scale = slots / median[group]
    none = np.full((places, 1), np.inf)
    room = np.bincount(place, mean, places) * tight * 0.5
    band = rng.integers(0, 5, items).astype(np.int32)
    sub = rng.integers(0, 20, items).astype(np.int32)
    planned = rng.poisson(np.maximum(1, slots / 20)[:, None], (places, 20)).astype(float)
    planned[:, 10:] = np.nan
    width = np.maximum(1, 0.2 * planned)
    everything = np.zeros(items, np.int32)
    return (
        PlaceLimit("slots", "styles", cell, -none.repeat(2, 1), cells),
        PlaceLimit("pieces", "pieces", everything, -none, np.floor(room)[:, None], weight=rng.choice([0.8, 1.0, 1.3], items)),
        PlaceLimit("role-minimum", "styles", role, least, none.repeat(4, 1), under_price=2 * usual),
        PlaceLimit("role-maximum", "styles", role, -none.repeat(4, 1), np.zeros((places, 4)), over_price=2 * usual,
                   share=np.array([0.35, 0.4, 0.45, 0.15])),
        PlaceLimit("coherence", "styles", everything, -none, none, 0.5 * usual, 0.5 * usual,
                   band=Band(group, scale, 0.1 * median, np.full(clusters, items / max(scale.min(), 1e-9)))),
        PlaceLimit("price-bands", "styles", band, np.ones((places, 5)), none.repeat(5, 1), under_price=2 * usual),
        PlaceLimit("corridor", "styles", sub, np.where(np.isnan(planned), -np.inf, planned - width),
                   np.where(np.isnan(planned), np.inf, planned + width), usual, usual),
    )  # fmt: skip


def _sources(rng, places, items, count, pairs, mean, place, tight, price):
    wanted = np.bincount(pairs.item, mean, items) * tight * 0.6
    share = rng.dirichlet(np.ones(count) * 3, items)
    stock = np.floor(wanted[:, None] * share)
    cost = rng.uniform(1.2, 4, (places, count))
    total = stock.sum(0)
    return Sources(
        cost=cost,
        stock=stock,
        later=np.full(count, -1, np.int32),
        throughput=0.9 * total,
        goods=0.55 * price,
        budget=np.array([0.8 * float((stock.sum(1) * 0.55 * price).sum())]),
        budget_of=np.zeros(count, np.int32),
    )
