"""Which levels of each pair are still in question: those that cost at most so much at the prices."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN202 - compiled for the types they are called with
# ruff: noqa: C901, PLR0912, PLR0913, PLR0917 - one loop, because calls between compiled functions cost and compile long
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.jit import loop
from provisor.allocation.kernel.layout import CHUNKS
from provisor.allocation.kernel.loops import holding_price, pack_of, supply
from provisor.allocation.kernel.side_by_side import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats


def extents(layout: Layout, price: Floats, slack: float) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Lowest and highest level of each pair that costs at most ``slack`` $ against its best level.

    If ``slack`` is at least the proven bound less the value of a choice, every better choice keeps to these levels:
    any other costs the dual more than the gap (Lagrangian fixing).

    Args:
        layout: The problem.
        price: (rows,) prices as the pairs meet them.
        slack: $.
    """
    count = layout.pairs.item.size
    low, high = np.full(count, -1, np.int16), np.full(count, -1, np.int16)
    side_by_side(_extents, CHUNKS, *layout, price, slack, low, high)
    return low, high


@loop
def _extents(start, stop, pairs, rules, flow, passes, price, slack, low, high):
    for chunk in range(start, stop):
        for p in range(pairs.chunk[chunk], pairs.chunk[chunk + 1]):
            for e in range(pairs.place_start[p], pairs.place_start[p + 1]):
                begin, end = pairs.start[e], pairs.start[e + 1]
                if begin == end:
                    continue
                i = pairs.item[e]
                style, show = holding_price(rules, price, p, e, i)
                send, _, _, own = supply(flow, passes, price, p, e, i)
                must = pairs.held.size > 0 and pairs.held[e]
                best = -np.inf if must else 0.0
                for again in range(2):
                    n, opening, pack = int(pairs.first[e]), int(pairs.opening[e]), pack_of(pairs, e)
                    value = pairs.gain[begin] - style - show * n - own * min(n, opening)
                    if n > opening:
                        value -= send * (n - opening)
                    least = 0 if must or (again == 1 and best > slack) else -1
                    found = least < 0
                    most = -1
                    for t in range(end - begin):
                        if t > 0 and n < opening:
                            value += pairs.gain[begin + t] - show - own
                            n += 1
                        elif t > 0:
                            value += pairs.gain[begin + t] - (show + send) * pack
                            n += pack
                        if again == 0:
                            best = max(best, value)
                        elif best - value <= slack:
                            most = t
                            if not found:
                                least, found = t, True
                    if again == 1:
                        low[e], high[e] = least, max(least, most)
