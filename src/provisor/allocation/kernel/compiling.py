"""The kernel's loops compiled before any clock runs: half a minute once on a machine, for which no plan should wait."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel import extents as extents_module
from provisor.allocation.kernel import greedy, loops, moves, swaps, turns
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.ledger import open_ledger
from provisor.allocation.kernel.problem import KernelProblem, Pairs, Passes, Sources
from provisor.allocation.kernel.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

COMPILED = (loops, extents_module, greedy, moves, swaps, turns)


def when_missing(tell: Callable[[], None]) -> None:
    """Compile the loops for the types of a case, unless this machine has kept them since they were last changed.

    Args:
        tell: Called before it begins.
    """
    if not all(_is_kept(Path(str(module.__file__))) for module in COMPILED):
        tell()
        compile_loops()


def compile_loops() -> None:
    """Call every compiled loop once with two places that share one item."""
    problem = _smallest()
    rows = Rows(problem)
    layout, price, pair = lay_out(problem, rows), np.zeros(rows.count), np.arange(2)
    level = np.zeros(2, np.int16)
    _, amount = loops.evaluate(layout, rows.reach_pairs(price), rows.shape, level)
    rows.limit_value(price), rows.slope(price, rows.gather(amount))
    turns.balance(np.ones(1), np.zeros(1), np.ones(1), np.zeros(1, np.int32), np.ones(1))
    net = loops.net_gains(layout, rows.reach_pairs(price))
    loops.best_of_levels(problem.pairs.start, net, np.zeros(2, bool))
    extents_module.extents(layout, rows.reach_pairs(price), 1.0)
    greedy.wishes(layout, rows.reach_pairs(price), 1.0)
    ledger = open_ledger(rows, layout, price, rows.suited_sides(rows.gather(amount)))
    greedy.take(ledger, pair, np.zeros(2, np.int16), 1.0)
    swaps.swap(ledger, pair, np.arange(3), 1, 1.0)
    swaps.pass_on(ledger)


def _is_kept(source: Path) -> bool:
    """Whether there is something compiled of this file that is no older than it."""
    changed = source.stat().st_mtime
    kept = Path(str(moves.move.stats.cache_path)).glob(f"{source.stem}.*.nbi")
    return any(index.stat().st_mtime >= changed for index in kept)


def _smallest() -> KernelProblem:
    """Two places that may hold one item, a source, and a pass from the first to the second."""
    pairs = Pairs(
        place_start=np.arange(3),
        item=np.zeros(2, np.int32),
        first=np.ones(2, np.int32),
        opening=np.array([1, 0], np.int32),
        start=np.array([0, 2, 4]),
        gain=np.array([2.0, 1.0, 2.0, 1.0]),
        pack=np.ones(1, np.int32),
        held=np.zeros(2, bool),
    )
    sources = Sources(
        cost=np.full((2, 1), 0.5),
        stock=np.ones((1, 1)),
        later=np.full(1, -1, np.int32),
        throughput=np.ones(1),
        goods=np.ones(1),
        budget=np.ones(1),
        budget_of=np.zeros(1, np.int32),
        lane=np.ones((2, 1)),
    )
    passes = Passes(
        start=np.array([0, 0, 1]),
        stock_of=np.zeros(1, np.int32),
        cost=np.ones(1),
        lane=np.zeros(1, np.int32),
        stock=np.ones(1),
        own=np.array([0, -1], np.int32),
        renewal=np.zeros(2),
        capacity=np.ones(1),
        taking=np.ones(2),
    )
    return KernelProblem(pairs, sources=sources, passes=passes)
