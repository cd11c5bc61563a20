"""Compiled moves: what a change of one pair's level would bring, and the change itself."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN201, ANN202 - compiled for the types they are called with
# ruff: noqa: PLR0913, PLR0917 - one loop, because calls between compiled functions cost and compile long
from __future__ import annotations

import numpy as np

from provisor.allocation.kernel.jit import inlined, loop, step
from provisor.allocation.kernel.loops import pack_of, pass_price, source_price, weight_of

SLIGHT = 1e-9
"""Amounts are sums of weights; beyond a limit by less than this, relative to it, is not beyond it."""


@inlined
def pieces_of(pairs, e, t):
    """Pieces shown by pair ``e`` at level ``t``."""
    if t < 0:
        return 0
    first = int(pairs.first[e])
    single = min(t, max(0, int(pairs.opening[e]) - first))
    return first + single + (t - single) * pack_of(pairs, e)


@inlined
def sent_of(pairs, e, t):
    """Pieces sent to pair ``e`` at level ``t``."""
    return 0 if t < 0 else max(0, pieces_of(pairs, e, t) - int(pairs.opening[e]))


@inlined
def gains_between(pairs, e, low, high):
    """$ gained from level ``low`` up to ``high``, or lost from a higher ``low`` down."""
    total = 0.0
    for t in range(min(low, high) + 1, max(low, high) + 1):
        total += pairs.gain[pairs.start[e] + t]
    return total if high > low else -total


@inlined
def row_change(sides, row, more):
    """$ of misses that ``more`` in a row costs; inf where a hard limit would be broken further."""
    old = sides.amount[row]
    new = old + more
    upper, lower = sides.upper[row], sides.lower[row]
    cost = 0.0
    if upper != np.inf:
        before, after = max(0.0, old - upper), max(0.0, new - upper)
        if sides.over[row] != np.inf:
            cost += sides.over[row] * (after - before)
        elif after > before and after > SLIGHT * max(1.0, abs(upper)):
            return np.inf
    if lower != -np.inf:
        cost += sides.under[row] * (max(0.0, lower - new) - max(0.0, lower - old))
    return cost


@inlined
def limits_cost(rules, sides, p, e, i, held, shown):
    """$ of misses that ``held`` more pairs (-1, 0, 1) and ``shown`` more pieces cost; inf beyond a hard limit."""
    cost = 0.0
    for f in range(rules.start.size):
        c = rules.classes[i, f]
        more = float(shown if rules.pieces[f] else held)
        if c < 0 or more == 0.0:
            continue
        more *= weight_of(rules, f, e, i)
        base = rules.start[f] + p * rules.width[f]
        for d in range(rules.width[f]) if rules.shared[f] else range(c, c + 1):
            part = more if d == c else 0.0
            if rules.shared[f]:
                part -= rules.share[f, d] * more
            cost += row_change(sides, base + d, part)
        if cost == np.inf:
            return cost
    if held != 0:
        for g in range(rules.item_start.size):
            c = rules.item_classes[p, g]
            if c >= 0:
                row = rules.item_start[g] + i * rules.item_width[g] + c
                cost += row_change(sides, row, float(held))
    return cost


@inlined
def enter_limits(rules, sides, p, e, i, held, shown):
    """Enter them."""
    for f in range(rules.start.size):
        c = rules.classes[i, f]
        more = float(shown if rules.pieces[f] else held)
        if c < 0 or more == 0.0:
            continue
        more *= weight_of(rules, f, e, i)
        base = rules.start[f] + p * rules.width[f]
        sides.amount[base + c] += more
        if rules.shared[f]:
            for d in range(rules.width[f]):
                sides.amount[base + d] -= rules.share[f, d] * more
    if held != 0:
        for g in range(rules.item_start.size):
            c = rules.item_classes[p, g]
            if c >= 0:
                sides.amount[rules.item_start[g] + i * rules.item_width[g] + c] += held


@inlined
def covers_cost(covers, i, p, held):
    """$ of classes short that holding one pair more (1) or less (-1) costs."""
    cost = 0.0
    for f in range(covers.start.size):
        owner, member = (p, i) if covers.by_place[f] else (i, p)
        c = covers.member[f, member]
        if c >= 0:
            was = covers.holders[covers.start[f] + owner * covers.classes[f] + c]
            turns = was == 0 or was + held == 0
            if turns and covers.covered[f, owner] + min(held, 0) < covers.need[f, owner]:
                cost -= covers.price[f] * held
    return cost


@inlined
def enter_covers(covers, i, p, held):
    """Enter it."""
    for f in range(covers.start.size):
        owner, member = (p, i) if covers.by_place[f] else (i, p)
        c = covers.member[f, member]
        if c >= 0:
            cell = covers.start[f] + owner * covers.classes[f] + c
            was = covers.holders[cell]
            if was == 0 or was + held == 0:
                covers.covered[f, owner] += held
            covers.holders[cell] = was + held


@inlined
def source_room(flow, sides, i, p, w):
    """Pieces of item ``i`` that source ``w`` can still send to place ``p``."""
    sources = flow.way.shape[1]
    if flow.way[p, w] == np.inf:
        return 0.0
    room = sides.upper[flow.throughput + w] - sides.amount[flow.throughput + w]
    if flow.lane >= 0:
        row = flow.lane + p * sources + w
        room = min(room, sides.upper[row] - sides.amount[row])
    if flow.budget_of[w] >= 0 and flow.goods[i] > 0:
        row = flow.budget + flow.budget_of[w]
        room = min(room, (sides.upper[row] - sides.amount[row]) / flow.goods[i])
    chain = w
    while chain >= 0:
        row = flow.stock + i * sources + chain
        room = min(room, sides.upper[row] - sides.amount[row])
        chain = flow.later[chain]
    return room


@inlined
def book_source(flow, sides, sent, e, i, p, w, pieces):
    """Enter pieces sent (or, below 0, not sent after all)."""
    sources = flow.way.shape[1]
    sent[e, w] += pieces
    sides.amount[flow.throughput + w] += pieces
    if flow.lane >= 0:
        sides.amount[flow.lane + p * sources + w] += pieces
    if flow.budget_of[w] >= 0:
        sides.amount[flow.budget + flow.budget_of[w]] += pieces * flow.goods[i]
    chain = w
    while chain >= 0:
        sides.amount[flow.stock + i * sources + chain] += pieces
        chain = flow.later[chain]


@inlined
def pass_room(passes, sides, p, k):
    """Pieces that pass ``k`` can still bring to place ``p``."""
    room = sides.upper[passes.row[k]] - sides.amount[passes.row[k]]
    room = min(room, sides.upper[passes.lane[k]] - sides.amount[passes.lane[k]])
    return min(room, sides.upper[passes.taking + p] - sides.amount[passes.taking + p])


@inlined
def book_pass(passes, sides, passed, p, k, pieces):
    """Enter pieces passed (or, below 0, not passed after all)."""
    passed[k] += pieces
    sides.amount[passes.row[k]] += pieces
    sides.amount[passes.lane[k]] += pieces
    sides.amount[passes.taking + p] += pieces


@step
def draw(book, e, i, p, pack, pieces):
    """Send that many pieces in whole packs (or pass them on singly), by the ways that are cheapest at the prices.

    Returns $ of the ways; inf if there is not enough, and what was sent of it stays entered.
    """
    flow, sides, price, passes = book.flow, book.sides, book.price, book.passes
    cost = 0.0
    while pieces > 0:
        best, source, via = np.inf, -1, -1
        for w in range(flow.way.shape[1]):
            paid = source_price(flow, price, p, i, w)
            if paid < best and source_room(flow, sides, i, p, w) >= pack - SLIGHT:
                best, source = paid, w
        if passes.start.size > 0 and pack == 1:
            for k in range(passes.start[e], passes.start[e + 1]):
                paid = pass_price(passes, price, p, k)
                if paid < best and pass_room(passes, sides, p, k) >= 1.0 - SLIGHT:
                    best, via = paid, k
        if via >= 0:
            book_pass(passes, sides, book.passed, p, via, 1)
            cost += passes.cost[via]
            pieces -= 1
            continue
        if source < 0:
            return np.inf
        room = min(source_room(flow, sides, i, p, source) + SLIGHT, float(pieces))
        take = int(room / pack) * pack
        if take == 0:
            return np.inf
        book_source(flow, sides, book.sent, e, i, p, source, take)
        cost += take * flow.way[p, source]
        pieces -= take
    return cost


@step
def give(book, e, i, p, pack, pieces):
    """Send that many pieces less, by the dearest ways first; $ of the ways saved."""
    flow, sides, price, passes = book.flow, book.sides, book.price, book.passes
    saved = 0.0
    while pieces > 0:
        worst, source, via = -np.inf, -1, -1
        for w in range(flow.way.shape[1]):
            paid = source_price(flow, price, p, i, w)
            if book.sent[e, w] > 0 and paid > worst:
                worst, source = paid, w
        if passes.start.size > 0 and pack == 1:
            for k in range(passes.start[e], passes.start[e + 1]):
                paid = pass_price(passes, price, p, k)
                if book.passed[k] > 0 and paid > worst:
                    worst, via = paid, k
        if via >= 0:
            book_pass(passes, sides, book.passed, p, via, -1)
            saved += passes.cost[via]
            pieces -= 1
            continue
        take = min(pieces, book.sent[e, source])
        book_source(flow, sides, book.sent, e, i, p, source, -take)
        saved += take * flow.way[p, source]
        pieces -= take
    return saved


@inlined
def remember(book, e):
    """Note what is sent and passed to the pair."""
    for w in range(book.sent_before.size):
        book.sent_before[w] = book.sent[e, w]
    if book.passes.start.size > 0:
        begin = book.passes.start[e]
        for k in range(begin, book.passes.start[e + 1]):
            book.passed_before[k - begin] = book.passed[k]


@step
def _undo(book, e, i, p):
    """Enter for the pair what was sent and passed before."""
    for w in range(book.sent_before.size):
        if book.sent[e, w] != book.sent_before[w]:
            book_source(book.flow, book.sides, book.sent, e, i, p, w, book.sent_before[w] - book.sent[e, w])
    if book.passes.start.size > 0:
        begin = book.passes.start[e]
        for k in range(begin, book.passes.start[e + 1]):
            more = book.passed_before[k - begin] - book.passed[k]
            if more != 0:
                book_pass(book.passes, book.sides, book.passed, p, k, more)


@inlined
def shown_of_own(pairs, e, t):
    """Opening pieces of pair ``e`` on display at level ``t``."""
    return min(pieces_of(pairs, e, t), int(pairs.opening[e]))


@step
def worth(book, e, t):
    """$ that level ``t`` of pair ``e`` would bring but for the ways of its pieces; -inf beyond a hard limit."""
    pairs, sides, passes, old, p = book.pairs, book.sides, book.passes, int(book.level[e]), book.place_of[e]
    i = pairs.item[e]
    held = (1 if t >= 0 else 0) - (1 if old >= 0 else 0)
    shown = pieces_of(pairs, e, t) - pieces_of(pairs, e, old)
    value = gains_between(pairs, e, old, t) - limits_cost(book.rules, sides, p, e, i, held, shown)
    if held != 0:
        value -= covers_cost(book.covers, i, p, held)
    if passes.start.size > 0 and passes.own[e] >= 0:
        used = shown_of_own(pairs, e, t) - shown_of_own(pairs, e, old)
        value -= row_change(sides, passes.own[e], float(used))
    return value


@step
def _enter(book, e, t):
    """Set the level, and enter what that changes but for the ways of pieces."""
    pairs, sides, passes, old, p = book.pairs, book.sides, book.passes, int(book.level[e]), book.place_of[e]
    i = pairs.item[e]
    held = (1 if t >= 0 else 0) - (1 if old >= 0 else 0)
    shown = pieces_of(pairs, e, t) - pieces_of(pairs, e, old)
    enter_limits(book.rules, sides, p, e, i, held, shown)
    if held != 0:
        enter_covers(book.covers, i, p, held)
    if passes.start.size > 0 and passes.own[e] >= 0:
        sides.amount[passes.own[e]] += shown_of_own(pairs, e, t) - shown_of_own(pairs, e, old)
    book.level[e] = t


@loop
def move(book, e, t, least):
    """Set pair ``e`` to level ``t`` if that brings more than ``least`` $; what it brings, or -inf if it is not done."""
    value, more = worth(book, e, t), 0
    if book.flow.way.shape[1] > 0:
        more = sent_of(book.pairs, e, t) - sent_of(book.pairs, e, int(book.level[e]))
    ways_may_bring = more < 0 or (more != 0 and book.passes.start.size > 0)
    if value == -np.inf or (value <= least and not ways_may_bring):
        return -np.inf
    if more != 0:
        i, p, pack = book.pairs.item[e], book.place_of[e], pack_of(book.pairs, e)
        remember(book, e)
        value += give(book, e, i, p, pack, -more) if more < 0 else -draw(book, e, i, p, pack, more)
        if value <= least:
            _undo(book, e, i, p)
            return -np.inf
    _enter(book, e, t)
    return value
