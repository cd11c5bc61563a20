"""A first choice: levels are taken in the order of what they are worth at the prices, as far as the limits let them."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN202 - compiled for the types they are called with
# ruff: noqa: C901, PLR0913, PLR0917 - one loop, because calls between compiled functions cost and compile long
from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.jit import loop
from provisor.allocation.kernel.layout import CHUNKS
from provisor.allocation.kernel.loops import choose, holding_price, pack_of, supply
from provisor.allocation.kernel.moves import move
from provisor.allocation.kernel.side_by_side import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.ledger import Ledger
    from provisor.allocation.kernel.problem import Floats

RUN = 200_000
"""Levels taken between two looks at the clock."""

FIRST = 1e30
"""Key of pairs that must be held."""


def wishes(
    layout: Layout, price: Floats, margin: float
) -> tuple[NDArray[np.int64], NDArray[np.int16], Floats]:
    """Levels worth more than ``-margin`` at the prices (as the pairs meet them), best first: pair, level, $."""
    count, begin = np.zeros(CHUNKS, np.int64), np.zeros(CHUNKS, np.int64)
    pair, level, key = np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0)
    side_by_side(_wishes, CHUNKS, *layout, price, margin, count, begin, pair, level, key)
    ends = np.cumsum(count)
    pair, level, key = np.zeros(ends[-1], np.int64), np.zeros(ends[-1], np.int16), np.zeros(ends[-1])
    begin = ends - count
    side_by_side(_wishes, CHUNKS, *layout, price, margin, count, begin, pair, level, key)
    order = np.argsort(-key, kind="stable")
    return pair[order], level[order], key[order]


@loop
def _wishes(start, stop, pairs, rules, flow, passes, price, margin, count, begin, pair, level, key):
    for chunk in range(start, stop):
        found = 0
        for p in range(pairs.chunk[chunk], pairs.chunk[chunk + 1]):
            for e in range(pairs.place_start[p], pairs.place_start[p + 1]):
                i = pairs.item[e]
                style, show = holding_price(rules, price, p, e, i)
                send, _, _, own = supply(flow, passes, price, p, e, i)
                worth, _, _ = choose(pairs, e, style, show, send, own)
                if pairs.held.size > 0 and pairs.held[e]:
                    worth = FIRST
                if not worth > -margin:
                    continue
                n, opening, pack = int(pairs.first[e]), int(pairs.opening[e]), pack_of(pairs, e)
                for t in range(pairs.start[e + 1] - pairs.start[e]):
                    if t > 0 and n < opening:
                        worth = min(worth, pairs.gain[pairs.start[e] + t] - show - own)
                        n += 1
                    elif t > 0:
                        worth = min(worth, pairs.gain[pairs.start[e] + t] - (show + send) * pack)
                        n += pack
                    if not worth > -margin:
                        break
                    if key.size > 0:
                        at = begin[chunk] + found
                        pair[at], level[at], key[at] = e, t, worth
                    found += 1
        count[chunk] = found


def take(
    ledger: Ledger, pair: NDArray[np.int64], level: NDArray[np.int16], seconds: float, *, forced: bool = False
) -> float:
    """Take the levels in order wherever the next one of the pair brings something; $ brought.

    Args:
        ledger: The choice.
        pair: Pairs.
        level: Levels.
        seconds: Wall-clock limit.
        forced: Whether a level is taken that brings nothing by itself, because all of them together do.
    """
    total, until = 0.0, perf_counter() + seconds
    for begin in range(0, pair.size, RUN):
        if perf_counter() > until:
            break
        total += float(_take(ledger, pair[begin : begin + RUN], level[begin : begin + RUN], forced))
    return total


@loop
def _take(book, pair, level, forced):
    total = 0.0
    for k in range(pair.size):
        e = pair[k]
        if book.level[e] == level[k] - 1:
            must = forced or (level[k] == 0 and book.pairs.held.size > 0 and book.pairs.held[e])
            brought = move(book, e, np.int64(level[k]), -1e30 if must else 0.0)
            if brought > -np.inf:
                total += brought
    return total
