"""The dual route: prices on every limit prove the bound and guide a plan; see docs/allocation/kernel.md.

Transfers are passes of the kernel. A transferred piece comes singly, also of a product in packs: where there are such
products the bound is that of a wider problem, in which their pieces come singly to pairs that may take transfers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.blocks import Blocks, blocks_of
from provisor.allocation.decisions import Decisions, Routes, Transfers
from provisor.allocation.handing import Ways, ways_between
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel
from provisor.allocation.proof import Proof
from provisor.allocation.route import Found
from provisor.allocation.shadow import told
from provisor.engine.backends import back_end
from provisor.planner import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.kernel.result import Holding, KernelResult
    from provisor.allocation.worth import Worth
    from provisor.clock import Clock
    from provisor.planner import SolveOptions

    Floats = NDArray[np.float64]

RESERVE, RESERVE_BY_PAIR = 0.1, 2e-6
"""Share of the time, and seconds by pair, that are kept back for the tables of the plan."""


def solve_by_prices(
    arrays: Arrays, worth: Worth, options: SolveOptions, gap: float, clock: Clock, *, exact: bool = True
) -> Found:
    """Solve with the kernel; ``exact`` says whether it may have parts of the problem decided by the solver.

    Raises:
        BadRequest: The case has several periods, or stock that may not be taken back.
    """
    ways = ways_between(arrays)
    limits = KernelLimits(
        _seconds(arrays, clock), gap, options.threads, options.seed, solver=options.solver, exact=exact
    )
    proof = Proof(arrays, worth, ways, limits)
    try:
        same = not (arrays.pack[arrays.pairs.product[ways.taker]] > 1).any()
        blocks = proof.blocks if same else blocks_of(arrays, worth, ways)
        if blocks.is_stuck:
            return _nothing(options)
        result = solve_kernel(
            blocks.problem,
            replace(limits, seconds=_seconds(arrays, clock), prices=proof.result.prices, bound=proof.result.bound,
                    same=same, known=lambda: proof.bound),
        )  # fmt: skip
    finally:
        proof.close()
    bound, words = min((proof.bound, proof.words), (result.bound, result.proof))
    value = None if result.holding is None else result.holding.value
    options.on_progress(Progress(clock.seconds, value, bound, "prices"))
    decisions = None if result.holding is None else decisions_of(arrays, blocks, ways, result.holding)
    pairs = blocks.problem.pairs
    return Found(
        decisions,
        bound,
        False,
        "prices on all limits, greedy choice by them, exchanges, exact model of what is in question",
        words,
        f"kernel with {options.solver} {back_end(options.solver).version()}",
        {"rows": sum(limit.lower.size for limit in blocks.problem.place_limits), "columns": int(pairs.gain.size),
         "integers": int(pairs.gain.size), "nonzeros": int(pairs.gain.size)},
        told(arrays, result.prices, blocks, ways),
        {"dual_steps": float(proof.result.steps + result.steps),
         **{f"seconds_{k}": v for k, v in (proof.result.seconds | _searched(result)).items()}},
    )  # fmt: skip


def _nothing(options: SolveOptions) -> Found:
    """No plan, and nothing proven."""
    return Found(
        None, None, False, "prices on all limits", "nothing: a style is pinned to a store that may show no piece of it",
        f"kernel with {options.solver} {back_end(options.solver).version()}", {},
    )  # fmt: skip


def _seconds(arrays: Arrays, clock: Clock) -> float:
    """Seconds that the kernel may take."""
    return clock.left - max(RESERVE * clock.left, min(RESERVE_BY_PAIR * arrays.pairs.count, 0.5 * clock.left))


def _searched(result: KernelResult) -> dict[str, float]:
    return {stage: seconds for stage, seconds in result.seconds.items() if stage != "dual"}


def decisions_of(arrays: Arrays, blocks: Blocks, ways: Ways, holding: Holding) -> Decisions:
    """Decisions of a choice of levels."""
    pairs, stated = arrays.pairs, blocks.problem.pairs
    carried = np.zeros((pairs.count, 1), dtype=bool)
    held = holding.level >= 0
    carried[blocks.order, 0] = held
    level = np.maximum(holding.level, 0).astype(np.int64)
    first, opening = stated.first.astype(np.int64), stated.opening.astype(np.int64)
    shown = first + np.minimum(level, np.maximum(opening - first, 0))
    returned = np.zeros((pairs.count, 1))
    returned[blocks.order, 0] = np.where(held & ~blocks.empty, np.maximum(opening - shown, 0), 0)
    returned[pairs.given.frozen[:, 0], 0] = 0.0
    pair, source = np.nonzero(holding.sent)
    e = blocks.order[pair]
    routes = Routes(
        blocks.lane[pairs.store[e], source],
        e,
        np.zeros(e.size, dtype=np.int64),
        holding.sent[pair, source].astype(np.int64),
    )
    return Decisions(carried, returned, routes, _transfers(blocks, ways, holding, returned))


def _transfers(blocks: Blocks, ways: Ways, holding: Holding, returned: Floats) -> Transfers:
    """Transfers of a choice; what is passed on is not taken back."""
    passed = np.flatnonzero(holding.passed)
    if not passed.size:
        return Transfers.none()
    way, pieces = blocks.ways[passed], holding.passed[passed].astype(np.float64)
    np.subtract.at(returned[:, 0], ways.giver[way], pieces)
    np.maximum(returned, 0.0, out=returned)
    return Transfers(
        ways.lane[way], ways.giver[way], ways.taker[way], np.zeros(way.size, dtype=np.int64), pieces
    )
