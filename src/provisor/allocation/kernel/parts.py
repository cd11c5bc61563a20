"""Parts of a problem: some of its places with what the choice leaves them of all that places share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.result import Holding
from provisor.allocation.kernel.value import Tally, covered, pieces_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import Coverage, Floats, KernelProblem

    Index = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Some pairs of a problem as a problem of their own; places, items and rows keep their numbers.

    Attributes:
        problem: The problem.
        pair: Its pairs, in the whole.
        way: Its passes, in the whole.
        best: The choice, as far as it concerns them.
    """

    problem: KernelProblem
    pair: Index
    way: Index
    best: Holding


def of_pairs(problem: KernelProblem, pair: Index) -> tuple[KernelProblem, Index]:
    """The problem with these pairs alone, nothing of what they share taken off, and their passes."""
    pairs, passes = problem.pairs, problem.passes
    step, start = runs(pairs.start, pair)
    kept = replace(
        pairs,
        place_start=np.searchsorted(pair, pairs.place_start).astype(np.int64),
        item=pairs.item[pair],
        first=pairs.first[pair],
        opening=pairs.opening[pair],
        start=start,
        gain=pairs.gain[step],
        held=None if pairs.held is None else pairs.held[pair],
        constant=0.0,
        singly=None if pairs.singly is None else pairs.singly[pair],
    )
    limits = tuple(
        replace(limit, weight=limit.weight[pair]) if limit.per_pair and limit.weight is not None else limit
        for limit in problem.place_limits
    )
    way = np.zeros(0, np.int64)
    if passes is not None:
        way, start = runs(passes.start, pair)
        passes = replace(
            passes,
            start=start,
            stock_of=passes.stock_of[way],
            cost=passes.cost[way],
            lane=passes.lane[way],
            own=passes.own[pair],
            renewal=passes.renewal[pair],
        )
    return replace(problem, pairs=kept, place_limits=limits, passes=passes), way


def runs(start: Index, chosen: Index) -> tuple[Index, Index]:
    """Entries of the chosen runs one after the other, and where each begins."""
    count = np.diff(start)[chosen]
    ends = np.cumsum(count)
    entry = np.arange(int(count.sum())) - np.repeat(ends - count, count) + np.repeat(start[chosen], count)
    return entry, np.concatenate([[0], ends]).astype(np.int64)


def groups_of(problem: KernelProblem, size: int, random: np.random.Generator) -> list[NDArray[np.bool_]]:
    """Places in parts of about ``size`` pairs, places of a band together, in random order."""
    group = np.arange(problem.pairs.places)
    for limit in problem.place_limits:
        if limit.band is not None:
            inside = limit.band.group >= 0
            group[inside] = problem.pairs.places + limit.band.group[inside]
    _, group = np.unique(group, return_inverse=True)
    count = np.bincount(group, np.diff(problem.pairs.place_start))
    order = random.permutation(count.size)
    part = np.empty(count.size, np.int64)
    part[order] = ((np.cumsum(count[order]) - count[order]) // size).astype(np.int64)
    return [part[group] == number for number in range(int(part.max(initial=0)) + 1)]


def shared_out(
    problem: KernelProblem, best: Holding, places: list[NDArray[np.bool_]], random: np.random.Generator
) -> list[Part]:
    """Parts that may be decided side by side: each keeps what it uses, what nobody uses is dealt out among them."""
    pairs = problem.pairs
    place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
    chosen = [np.flatnonzero(inside[place]) for inside in places]
    uses = [_use(problem, best, pair) for pair in chosen]
    total = _use(problem, best, np.arange(pairs.count))
    caps = _caps(problem)
    left = {name: np.maximum(0.0, caps[name] - total[name]) for name in caps}
    shares = _dealt(left, len(places), random)
    return [
        _part(problem, best, pair, inside, {n: use[n] + share[n] for n in caps})
        for pair, inside, use, share in zip(chosen, places, uses, shares, strict=True)
    ]


def _caps(problem: KernelProblem) -> dict[str, Floats]:
    sources, passes = problem.sources, problem.passes
    found: dict[str, Floats] = {}
    if sources is not None:
        found |= {"stock": sources.stock, "throughput": sources.throughput, "budget": sources.budget}
    if passes is not None:
        found["kept"] = passes.stock
    return found


def _use(problem: KernelProblem, best: Holding, pair: Index) -> dict[str, Floats]:
    """What the pairs use of all that places share."""
    pairs, sources, passes = problem.pairs, problem.sources, problem.passes
    found: dict[str, Floats] = {}
    if sources is not None:
        sent, item = best.sent[pair].astype(np.float64), pairs.item[pair]
        drawn = np.zeros(sources.stock.shape)
        np.add.at(drawn, item, sent)
        budget, limited = np.zeros(sources.budget.size), sources.budget_of >= 0
        np.add.at(
            budget, sources.budget_of[limited], (sent * sources.goods[item][:, None]).sum(axis=0)[limited]
        )
        found |= {"stock": drawn, "throughput": sent.sum(axis=0), "budget": budget}
    if passes is not None:
        way, _ = runs(passes.start, pair)
        kept = np.bincount(passes.stock_of[way], best.passed[way], passes.stock.size).astype(np.float64)
        owned = pair[(passes.own[pair] >= 0) & (best.level[pair] >= 0)]
        shown = np.minimum(pieces_at(pairs, owned, best.level[owned].astype(np.int64)), pairs.opening[owned])
        found["kept"] = kept + np.bincount(passes.own[owned], shown, passes.stock.size)
    return found


def _dealt(left: dict[str, Floats], parts: int, random: np.random.Generator) -> list[dict[str, Floats]]:
    """What is left in about equal shares, single pieces at random."""
    shares: list[dict[str, Floats]] = [{} for _ in range(parts)]
    for name, amount in left.items():
        rest = amount.copy()
        for number, share in enumerate(shares):
            mine = rest / (parts - number)
            whole = np.where(np.isfinite(rest), np.floor(mine + random.random(mine.shape)), np.inf)
            share[name] = np.minimum(rest, mine if name == "budget" else whole)
            rest = np.where(np.isfinite(rest), rest - share[name], np.inf)
    return shares


def _part(
    problem: KernelProblem, best: Holding, pair: Index, inside: NDArray[np.bool_], caps: dict[str, Floats]
) -> Part:
    part, way = of_pairs(problem, pair)
    outside = best.level.copy()
    outside[pair] = -1
    tally = Tally(problem, outside, np.zeros_like(best.sent))
    limits = tuple(
        replace(
            limit,
            lower=np.where(inside[:, None], limit.lower, -np.inf),
            upper=np.where(inside[:, None], limit.upper, np.inf),
            band=None
            if limit.band is None
            else replace(limit.band, group=np.where(inside, limit.band.group, -1).astype(np.int32)),
        )
        for limit in part.place_limits
    )
    item_limits = tuple(
        replace(limit, lower=limit.lower - tally.item_amounts[limit.name],
                upper=limit.upper - tally.item_amounts[limit.name])
        for limit in part.item_limits
    )  # fmt: skip
    sources, passes = part.sources, part.passes
    if sources is not None:
        sources = replace(sources, stock=caps["stock"], throughput=caps["throughput"], budget=caps["budget"])
    if passes is not None:
        passes = replace(passes, stock=caps["kept"])
    coverages = tuple(_coverage(c, inside, tally) for c in part.coverages)
    stated = replace(
        part,
        place_limits=limits,
        item_limits=item_limits,
        coverages=coverages,
        sources=sources,
        passes=passes,
    )
    level, sent, passed = best.level[pair], best.sent[pair], best.passed[way]
    value = Tally(stated, level, sent, passed).value
    return Part(stated, pair, way, Holding(level, sent, value, passed))


def _coverage(coverage: Coverage, inside: NDArray[np.bool_], outside: Tally) -> Coverage:
    """What the part still has to cover."""
    if coverage.by == "place":
        return replace(coverage, need=np.where(inside, coverage.need, 0).astype(np.int32))
    there = covered(coverage, outside.item, outside.place)
    return replace(coverage, need=np.maximum(0, coverage.need - there).astype(np.int32))


def joined(problem: KernelProblem, best: Holding, parts: list[tuple[Part, Holding]]) -> Holding:
    """The choice with that of the parts in it, if that is better and keeps every hard limit."""
    level, sent, passed = best.level.copy(), best.sent.copy(), best.passed.copy()
    for part, found in parts:
        level[part.pair], sent[part.pair], passed[part.way] = found.level, found.sent, found.passed
    tally = Tally(problem, level, sent, passed)
    if tally.broken or tally.value <= best.value:
        return best
    return Holding(level, sent, tally.value, passed)
