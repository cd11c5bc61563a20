"""Compiled improvement of a choice: one pair of a place gives way to another, levels are raised and lowered."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN202 - compiled for the types they are called with
# ruff: noqa: C901 - one loop, because calls between compiled functions cost and compile long
from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from provisor.allocation.kernel.loops import pack_of
from provisor.allocation.kernel.moves import (
    book_pass,
    book_source,
    move,
    pass_room,
    worth,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.ledger import Ledger

OUT, LOWEST = np.int64(-1), np.int64(0)
"""Levels of one type, so that a move is compiled once."""

RUN = 10
"""Places between two looks at the clock."""


def pass_on(ledger: Ledger) -> float:
    """Let stock that nobody shows or passes on take the place of dearer pieces from sources; $ brought."""
    if not ledger.passes.start.size:
        return 0.0
    return float(_pass_on(ledger))


SLIGHT_GAIN = 1e-6
"""$ that a change has to bring to be made."""


def swap(
    ledger: Ledger, pair: NDArray[np.int64], begin: NDArray[np.int64], tries: int, seconds: float
) -> float:
    """Let pairs that are not held take the place of others in their place; $ brought.

    Args:
        ledger: The choice.
        pair: Pairs worth a try, by place and within it the best first.
        begin: (places + 1,) where each place's begin.
        tries: Most pairs tried to give way for one.
        seconds: Wall-clock limit.
    """
    total, until, places = 0.0, perf_counter() + seconds, begin.size - 1
    for first in range(0, places, RUN):
        if perf_counter() > until:
            break
        total += float(_swap(ledger, pair, begin, tries, first, min(first + RUN, places)))
    return total


@njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _loss(book, e):
    """$ lost if the pair is held no more, but for what other pairs could make of it."""
    loss = -worth(book, e, OUT)
    p = book.place_of[e]
    for w in range(book.flow.way.shape[1]):
        if book.sent[e, w] > 0:
            loss -= book.sent[e, w] * book.flow.way[p, w]
    if book.passes.start.size > 0:
        for k in range(book.passes.start[e], book.passes.start[e + 1]):
            loss -= book.passed[k] * book.passes.cost[k]
    return loss


@njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _raise(book, e):
    """Raise the level of a pair while that brings something; $ brought."""
    total = 0.0
    steps = book.pairs.start[e + 1] - book.pairs.start[e]
    while book.level[e] + 1 < steps:
        brought = move(book, e, book.level[e] + 1, SLIGHT_GAIN)
        if brought == -np.inf:
            break
        total += brought
    return total


@njit(cache=True, error_model="numpy", no_cfunc_wrapper=True)
def _swap(book, pair, begin, tries, start, stop):
    total = 0.0
    for p in range(start, stop):
        first, last = book.pairs.place_start[p], book.pairs.place_start[p + 1]
        held = np.flatnonzero(book.level[first:last] >= 0) + first
        loss = np.empty(held.size)
        for k in range(held.size):
            loss[k] = _loss(book, held[k])
        order = np.argsort(loss)
        for b in range(begin[p], begin[p + 1]):
            e = pair[b]
            if book.level[e] >= 0:
                continue
            tried = 0
            for k in range(order.size):
                a = held[order[k]]
                if book.level[a] < 0 or (book.pairs.held.size > 0 and book.pairs.held[a]):
                    continue
                old = np.int64(book.level[a])
                left = move(book, a, OUT, -1e30)
                if left == -np.inf:
                    continue
                tried += 1
                brought = move(book, e, LOWEST, -1e30)
                if brought > -np.inf:
                    brought += _raise(book, e)
                    if brought + left > SLIGHT_GAIN:
                        total += brought + left
                        held[order[k]] = e
                        break
                    move(book, e, OUT, -1e30)
                move(book, a, old, -1e30)
                if tried >= tries:
                    break
    return total


@njit(cache=True, error_model="numpy", no_cfunc_wrapper=True)
def _pass_on(book):
    total = 0.0
    flow, passes = book.flow, book.passes
    for e in range(book.level.size):
        i, p = book.pairs.item[e], book.place_of[e]
        if pack_of(book.pairs, e) > 1:
            continue
        for k in range(passes.start[e], passes.start[e + 1]):
            for w in range(flow.way.shape[1]):
                saved = flow.way[p, w] - passes.cost[k]
                room = int(pass_room(passes, book.sides, p, k) + SLIGHT_GAIN)
                pieces = min(book.sent[e, w], room)
                if saved > 0.0 and pieces > 0:
                    book_source(flow, book.sides, book.sent, e, i, p, w, -pieces)
                    book_pass(passes, book.sides, book.passed, p, k, pieces)
                    total += saved * pieces
    return total
