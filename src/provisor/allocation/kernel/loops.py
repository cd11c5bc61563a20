"""Compiled loops over the pairs: each decides alone at given prices, and what all use is added up."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN201, ANN202 - compiled for the types they are called with
# ruff: noqa: C901, PLR0912, PLR0913, PLR0917 - one loop, because calls between compiled functions cost and compile long
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.jit import inlined, loop, maker
from provisor.allocation.kernel.layout import CHUNKS
from provisor.allocation.kernel.side_by_side import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats


def evaluate(
    layout: Layout, price: Floats, shape: tuple[int, int], level: NDArray[np.int16] | None = None
) -> tuple[float, Floats]:
    """Let every pair choose its best level at these prices.

    Args:
        layout: The problem.
        price: (rows,) prices as the pairs meet them.
        shape: First row that is not of a place limit, and number of rows.
        level: (pairs,) filled with the levels chosen, if given.

    Returns:
        $ the pairs earn at the prices, and what they use by row.
    """
    split, count = shape
    amount = np.zeros(count)
    shared = np.zeros((CHUNKS, count - split))
    value = np.zeros(layout.pairs.place_start.size - 1)
    chosen = np.zeros(0, np.int16) if level is None else level
    taken = np.zeros(layout.passes.cost.size)
    side_by_side(_evaluate, CHUNKS, *layout, price, split, amount, shared, value, chosen, taken)
    amount[split:] += shared.sum(axis=0)
    if taken.size:
        amount += np.bincount(layout.passes.row, taken, count)
    return float(value.sum()), amount


def worth_of_places(
    layout: Layout, price: Floats, shape: tuple[int, int], level: NDArray[np.int16]
) -> Floats:
    """(places,) $ that the pairs of each place earn at these prices; fills ``level``."""
    split, count = shape
    value = np.zeros(layout.pairs.place_start.size - 1)
    shared, taken = np.zeros((CHUNKS, count - split)), np.zeros(layout.passes.cost.size)
    side_by_side(_evaluate, CHUNKS, *layout, price, split, np.zeros(count), shared, value, level, taken)
    return value


def net_gains(layout: Layout, price: Floats) -> Floats:
    """(steps,) gain of each step less what it pays at the prices, which need not include a place's own limits."""
    gain = np.zeros(layout.pairs.gain.size)
    side_by_side(_net_gains, CHUNKS, *layout, price, gain)
    return gain


@maker
def best_of_levels(start, net, held):
    """(pairs,) $ of the best level of each pair; 0 for none where the pair need not be held."""
    best = np.zeros(start.size - 1)
    for e in range(best.size):
        value = 0.0
        if held.size > 0 and held[e] and start[e] < start[e + 1]:
            best[e] = -np.inf
        for t in range(start[e], start[e + 1]):
            value += net[t]
            best[e] = max(best[e], value)
    return best


@inlined
def pack_of(pairs, e):
    """Pieces of one step of pair ``e`` beyond its opening pieces."""
    if pairs.singly.size > 0 and pairs.singly[e]:
        return 1
    return int(pairs.pack[pairs.item[e]])


@inlined
def weight_of(rules, f, e, i):
    """Weight of pair ``e`` (item ``i``) in place limit ``f``."""
    if rules.by_item[f] >= 0:
        return rules.item_weight[rules.by_item[f], i]
    if rules.by_pair[f] >= 0:
        return rules.pair_weight[rules.by_pair[f], e]
    return 1.0


@inlined
def holding_price(rules, price, p, e, i):
    """$ for holding pair ``e``, and $ for each piece of it shown, at the prices of place and item limits."""
    style, show = 0.0, 0.0
    for f in range(rules.start.size):
        c = rules.classes[i, f]
        if c >= 0:
            paid = price[rules.start[f] + p * rules.width[f] + c]
            if paid != 0.0:
                paid *= weight_of(rules, f, e, i)
                if rules.pieces[f]:
                    show += paid
                else:
                    style += paid
    for g in range(rules.item_start.size):
        c = rules.item_classes[p, g]
        if c >= 0:
            style += price[rules.item_start[g] + i * rules.item_width[g] + c]
    return style, show


@inlined
def source_price(flow, price, p, i, w):
    """$ a piece of item ``i`` costs place ``p`` from source ``w``; inf where there is no way."""
    sources = flow.way.shape[1]
    paid = flow.way[p, w] + price[flow.stock + i * sources + w] + price[flow.throughput + w]
    if flow.lane >= 0:
        paid += price[flow.lane + p * sources + w]
    if flow.budget_of[w] >= 0:
        paid += price[flow.budget + flow.budget_of[w]] * flow.goods[i]
    return paid


@inlined
def cheapest(flow, price, p, i):
    """$ a piece costs from the cheapest source, and that source; 0 and -1 where pieces need none."""
    if flow.way.shape[1] == 0:
        return 0.0, -1
    best, source = np.inf, -1
    for w in range(flow.way.shape[1]):
        paid = source_price(flow, price, p, i, w)
        if paid < best:
            best, source = paid, w
    return best, source


@inlined
def pass_price(passes, price, p, k):
    """$ a piece costs place ``p`` by pass ``k``."""
    return passes.cost[k] + price[passes.row[k]] + price[passes.lane[k]] + price[passes.taking + p]


@inlined
def supply(flow, passes, price, p, e, i):
    """$ a piece sent costs the pair, its source and its pass (-1 for none), and $ an opening piece on display costs.

    An opening piece that could be passed on costs the price of its stock, or what one from elsewhere costs in its
    place if that is less.
    """
    send, source = cheapest(flow, price, p, i)
    via, own = -1, 0.0
    if passes.start.size > 0:
        for k in range(passes.start[e], passes.start[e + 1]):
            paid = pass_price(passes, price, p, k)
            if paid < send:
                send, via = paid, k
        if passes.own[e] >= 0:
            own = min(price[passes.own[e]], send + passes.renewal[e])
    return send, source, via, own


@inlined
def choose(pairs, e, style, show, send, own):
    """Best level of a pair if it is held: $ at the prices, level, pieces shown; -inf and -1 if it cannot be."""
    begin, end = pairs.start[e], pairs.start[e + 1]
    if begin == end:
        return -np.inf, -1, 0
    n = int(pairs.first[e])
    opening = int(pairs.opening[e])
    value = pairs.gain[begin] - style - show * n - own * min(n, opening)
    if n > opening:
        value -= send * (n - opening)
    pack = pack_of(pairs, e)
    level = 0
    for t in range(begin + 1, end):
        if n < opening:
            more = 1
            net = pairs.gain[t] - show - own
        else:
            more = pack
            net = pairs.gain[t] - (show + send) * pack
        if net <= 0.0:
            break
        value += net
        n += more
        level += 1
    return value, level, n


@loop
def _evaluate(start, stop, pairs, rules, flow, passes, price, split, amount, shared, value, chosen, taken):
    sources = flow.way.shape[1]
    for chunk in range(start, stop):
        for p in range(pairs.chunk[chunk], pairs.chunk[chunk + 1]):
            total = 0.0
            for e in range(pairs.place_start[p], pairs.place_start[p + 1]):
                i = pairs.item[e]
                style, show = holding_price(rules, price, p, e, i)
                send, source, via, own = supply(flow, passes, price, p, e, i)
                best, level, n = choose(pairs, e, style, show, send, own)
                if best <= 0.0 and not (pairs.held.size > 0 and pairs.held[e]):
                    level = -1
                if chosen.size > 0:
                    chosen[e] = level
                if level < 0:
                    continue
                total += best
                for f in range(rules.start.size):
                    c = rules.classes[i, f]
                    if c >= 0:
                        counted = n if rules.pieces[f] else 1
                        amount[rules.start[f] + p * rules.width[f] + c] += counted * weight_of(rules, f, e, i)
                for g in range(rules.item_start.size):
                    c = rules.item_classes[p, g]
                    if c >= 0:
                        shared[chunk, rules.item_start[g] + i * rules.item_width[g] + c - split] += 1.0
                sent = n - int(pairs.opening[e])
                if passes.start.size > 0 and passes.own[e] >= 0:
                    used = min(n, int(pairs.opening[e]))
                    if own < price[passes.own[e]]:
                        sent = max(sent, 0) + used
                    else:
                        amount[passes.own[e]] += used
                if via >= 0 and sent > 0:
                    taken[via] = sent
                    amount[passes.lane[via]] += sent
                    amount[passes.taking + p] += sent
                elif source >= 0 and sent > 0:
                    shared[chunk, flow.stock + i * sources + source - split] += sent
                    shared[chunk, flow.throughput + source - split] += sent
                    if flow.lane >= 0:
                        amount[flow.lane + p * sources + source] += sent
                    if flow.budget_of[source] >= 0:
                        shared[chunk, flow.budget + flow.budget_of[source] - split] += sent * flow.goods[i]
            value[p] = total


@loop
def _net_gains(start, stop, pairs, rules, flow, passes, price, gain):
    for chunk in range(start, stop):
        for p in range(pairs.chunk[chunk], pairs.chunk[chunk + 1]):
            for e in range(pairs.place_start[p], pairs.place_start[p + 1]):
                i = pairs.item[e]
                style, show = holding_price(rules, price, p, e, i)
                send, _, _, own = supply(flow, passes, price, p, e, i)
                n, opening, pack = 0, int(pairs.opening[e]), pack_of(pairs, e)
                for t in range(pairs.start[e], pairs.start[e + 1]):
                    before = n
                    if t == pairs.start[e]:
                        n = int(pairs.first[e])
                    else:
                        n += 1 if n < opening else pack
                    used = min(n, opening) - min(before, opening)
                    sent = n - before - used
                    paid = show * (n - before) + own * used + (send * sent if sent > 0 else 0.0)
                    gain[t] = pairs.gain[t] - paid - (style if before == 0 else 0.0)
