"""Inequalities on starts: demands served by a run that goes on at a day or is started since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.production.bounds.cut import LEAST_VIOLATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.engine.problem import Flags, Floats
    from provisor.production.bounds.cut import Cut
    from provisor.production.bounds.point import Point
    from provisor.production.bounds.supply import Run


def starts(point: Point) -> Iterator[Cut]:
    """``short + sum_{q<k} units[q] + c[k] made[k] + sum_{q>k} c[q] start[q] >= need``, the worst for each day k."""
    in_time = _in_time(point.runs)
    for k in sorted(set(point.day)):
        later = np.flatnonzero(point.day >= k)
        going = np.where(point.day[later] == k, point.made[later], point.start[later])
        reached = in_time[later] * point.demand
        chosen = point.demand - point.short - np.tensordot(going, reached, axes=1) > 0
        last = _worst(point, chosen, reached, going, point.day < k)
        if last is None:
            continue
        chosen &= np.arange(point.supply.days)[None, :] <= last
        cut = point.cut(chosen)
        for n, reach in zip(later, (reached * chosen).sum(axis=(1, 2)), strict=True):
            run = point.runs[n]
            cut.add([run.made if run.day == k else run.start] if reach > 0 else [], min(reach, cut.need))
        for n in np.flatnonzero(point.day < k):
            cut.add([point.runs[n].units] if (point.by_run[n] * chosen).any() else [])
        yield cut


def _in_time(runs: list[Run]) -> NDArray[np.bool_]:
    """By run: demand that it can serve, or that a later run at the same node can, to which it may go on."""
    going: dict[str, NDArray[np.bool_]] = {}
    found = {}
    for n, run in sorted(enumerate(runs), key=lambda one: -one[1].day):
        going[run.node] = run.served | going.get(run.node, np.zeros_like(run.served))
        found[n] = going[run.node]
    return np.array([found[n] for n in range(len(runs))])


def _worst(point: Point, chosen: Flags, reached: Floats, going: Floats, earlier: Flags) -> int | None:
    """Day up to which the chosen demands violate the inequality most; none if they do not."""
    demand = (point.demand * chosen).sum(axis=0).cumsum()
    short = (point.short * chosen).sum(axis=0).cumsum()
    by_lot, by_place = ((by * chosen).sum(axis=1).cumsum(axis=1) for by in (point.by_lot, point.by_place))
    need = demand - point.from_lots(by_lot, by_place)
    reach = (reached * chosen).sum(axis=1).cumsum(axis=1)
    since = (np.minimum(reach, np.maximum(need, 0.0)) * going[:, None]).sum(axis=0)
    serving = (point.by_run[earlier] * chosen).sum(axis=1).cumsum(axis=1) > 0
    before = (serving * point.units[earlier][:, None]).sum(axis=0)
    excess = need - short - since - before
    worst = int(excess.argmax())
    return worst if excess[worst] > LEAST_VIOLATION else None
