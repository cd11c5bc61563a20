"""What centres can still send: stock by period, lanes, throughput, budget."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.decisions import Routes

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays


class Ledger:
    """Stock and ways, written down as they are used up.

    Attributes:
        strict: Whether lanes, throughput and budget limit what is sent; stock always does.
    """

    def __init__(self, arrays: Arrays, *, strict: bool) -> None:
        self.arrays = arrays
        self.strict = strict
        rules, lanes = arrays.rules, arrays.lanes
        self._left: list[list[list[int]]] = arrays.supply.cumsum(axis=2).tolist()
        self._product, self._store = arrays.pairs.product.tolist(), arrays.pairs.store.tolist()
        self._pack, self._cost = arrays.pack.tolist(), arrays.cost.tolist()
        self._centre, self._lead = lanes.centre.tolist(), lanes.lead.tolist()
        self._lane = np.repeat(lanes.capacity[:, None], arrays.periods, axis=1).tolist()
        through = arrays.throughput if rules.throughput else np.full_like(arrays.throughput, np.inf)
        self._throughput = np.repeat(through[:, None], arrays.periods, axis=1).tolist()
        self._budget = [np.inf] * arrays.periods
        if rules.budget:
            for period, amount in arrays.tables["budget"].select("period", "amount").iter_rows():
                if period <= arrays.periods:
                    self._budget[period - 1] = amount
        order = np.lexsort((lanes.cost, lanes.store))
        ends = np.searchsorted(lanes.store[order], np.arange(len(arrays.store_names) + 1))
        self._ways = [order[a:b].tolist() for a, b in pairwise(ends.tolist())]
        self._rows: list[tuple[int, int, int, int]] = []

    def stock(self, product: int, period: int) -> int:
        """Pieces of a product that all centres together could send for arrival in a period."""
        return sum(
            self._of_centre(centre, product, period) for centre in range(len(self.arrays.centre_names))
        )

    def _of_centre(self, centre: int, product: int, sent: int) -> int:
        if not self.arrays.rules.stock:
            return 10**9
        return min(self._left[centre][product][sent:]) if sent >= 0 else 0

    def offers(self, pair: int, period: int, wanted: int) -> list[tuple[int, int]]:
        """Lanes, cheapest first, and whole packs on each that together give ``wanted`` pieces or fewer."""
        product = self._product[pair]
        pack = self._pack[product]
        found: list[tuple[int, int]] = []
        spent: dict[int, float] = {}
        for lane in self._ways[self._store[pair]]:
            sent = period - self._lead[lane]
            most = min(wanted, self._of_centre(self._centre[lane], product, sent))
            if self.strict and most > 0:
                most = self._within_ways(lane, product, (period, sent), most, spent.get(sent, 0.0))
            pieces = most // pack * pack
            if pieces > 0:
                found.append((lane, pieces))
                wanted -= pieces
                spent[sent] = spent.get(sent, 0.0) + pieces * self._cost[product]
            if wanted < pack:
                break
        return found

    def _within_ways(self, lane: int, product: int, when: tuple[int, int], most: int, spent: float) -> int:
        period, sent = when
        centre, cost = self._centre[lane], self._cost[product]
        limits = [self._lane[lane][period], self._throughput[centre][sent]]
        if cost > 0:
            limits.append((self._budget[sent] - spent) / cost)
        return int(max(min(most, *limits) + 1e-9, 0.0))

    def send(self, pair: int, period: int, offers: list[tuple[int, int]]) -> int:
        """Carry out ``offers``; gives the pieces."""
        product = self._product[pair]
        for lane, pieces in offers:
            sent, centre = period - self._lead[lane], self._centre[lane]
            left = self._left[centre][product]
            left[sent:] = [there - pieces for there in left[sent:]]
            self._lane[lane][period] -= pieces
            self._throughput[centre][sent] -= pieces
            self._budget[sent] -= pieces * self._cost[product]
            self._rows.append((lane, pair, period, pieces))
        return sum(pieces for _, pieces in offers)

    def routes(self) -> Routes:
        """All that was sent, one row by lane, pair and period."""
        if not self._rows:
            empty = np.zeros(0, dtype=np.int64)
            return Routes(empty, empty, empty, empty)
        rows = np.array(self._rows, dtype=np.int64)
        keys, place = np.unique(rows[:, :3], axis=0, return_inverse=True)
        pieces = np.bincount(place.reshape(-1), weights=rows[:, 3]).astype(np.int64)
        return Routes(keys[:, 0], keys[:, 1], keys[:, 2], pieces)
