"""Compiled improvement of a choice: one pair of a place gives way to another, levels are raised and lowered."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN202 - compiled for the types they are called with
from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.jit import loop, step
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
    total, until, start = 0.0, perf_counter() + seconds, ledger.pairs.place_start
    for p in range(begin.size - 1):
        if perf_counter() > until:
            break
        held = np.flatnonzero(ledger.level[start[p] : start[p + 1]] >= 0) + start[p]
        loss = np.empty(held.size)
        _losses(ledger, held, loss)
        total += float(_swap(ledger, pair[begin[p] : begin[p + 1]], held[np.argsort(loss)], tries))
    return total


@loop
def _losses(book, held, loss):
    for k in range(held.size):
        loss[k] = _loss(book, held[k])


@step
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


@step
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


@loop
def _swap(book, pair, held, tries):
    """Let each of the pairs try to take the place of one that is held, from the first on; changes ``held``."""
    total = 0.0
    for e in pair:
        if book.level[e] >= 0:
            continue
        tried = 0
        for k in range(held.size):
            a = held[k]
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
                    held[k] = e
                    break
                move(book, e, OUT, -1e30)
            move(book, a, old, -1e30)
            if tried >= tries:
                break
    return total


@loop
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
