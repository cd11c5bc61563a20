"""The merchandiser's desk: hangs styles and adds pieces one request after the other, within the limits."""

from __future__ import annotations

from math import ceil, isinf
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.limits import corridor
from provisor.allocation.widths import launches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.baselines.ledger import Ledger

    Floats = NDArray[np.float64]

ROUNDING = 1e-9


class Desk:
    """One period's work. What was decided stays decided: no look-ahead, no swaps.

    Requests come one by one, a million of them in a large case, so that all is kept in lists: reading one entry of an
    array takes several times as long.

    Attributes:
        ledger: What centres can still send.
        period: The period, from 0.
        strict: Whether slots, space, most and least pieces, launches and the corridor are kept.
        carried: Whether a pair hangs, as far as decided.
        pieces: Pieces of each pair; of pairs not yet decided, its opening.
        returned: Pieces taken back from pairs that hang.
    """

    def __init__(self, arrays: Arrays, ledger: Ledger, period: int, opening: Floats, *, strict: bool) -> None:
        self.arrays, self.ledger, self.period, self.strict = arrays, ledger, period, strict
        rules, pairs = arrays.rules, arrays.pairs
        self.opening: list[float] = opening.tolist()
        self.carried = [False] * pairs.count
        self.pieces = list(self.opening)
        self.returned = [0.0] * pairs.count
        self._store, self._product = pairs.store.tolist(), pairs.product.tolist()
        self._cell, self._most = arrays.cell.tolist(), pairs.most.tolist()
        self._least = arrays.least[pairs.product].tolist()
        self._pack: list[int] = arrays.pack[pairs.product].tolist()
        volume = arrays.volume[pairs.product]
        self._volume: list[float] = volume.tolist()
        room = arrays.space[:, period].copy() if rules.pieces else np.full(len(arrays.store_names), np.inf)
        if not rules.returns:
            np.subtract.at(room, pairs.store, volume * opening)
        self._room = room.tolist()
        slots = arrays.slots[:, period].astype(np.float64)
        self._slots = (slots if rules.slots else np.full_like(slots, np.inf)).tolist()
        given = pairs.given
        self._settled = (given.frozen[:, period] | (given.pieces[:, period] >= 0)).tolist()
        launch = np.full(len(arrays.product_names), np.inf)
        told = launches(arrays)
        launch[told.product] = told.most_stores
        self._launch = launch.tolist()
        self._corridors = _corridors(arrays, period)

    def hang(self, pair: int, wanted: int, *, exactly: bool = False) -> bool:
        """Hang a style with as many of ``wanted`` pieces as there are and fit; false where it cannot hang.

        With ``exactly``, the pieces are an order: no more and no fewer, whatever else a style must show.
        """
        if self.carried[pair]:
            return True
        opening, least = self.opening[pair], self._least[pair]
        if not self.strict:
            self._take_up(pair)
            self._send(pair, max(int(wanted - opening), 0))
            return True
        most = self._most[pair]
        least, most = (wanted, wanted) if exactly else (least, most)
        room = self._most_that_fit(pair, mine=self.arrays.rules.returns)
        if not self._may_hang(pair) or min(most, room) < least:
            return False
        kept = min(opening, float(most), float(room)) if self.arrays.rules.returns else opening
        offers = self.ledger.offers(pair, self.period, self._packs(pair, wanted, kept, min(most, room)))
        if kept + sum(pieces for _, pieces in offers) < least - ROUNDING:
            return False
        self._take_up(pair)
        if self.arrays.rules.returns:
            self.returned[pair] = opening - kept
            self.pieces[pair] = kept
            self._room[self._store[pair]] -= kept * self._volume[pair]
        self._arrive(pair, self.ledger.send(pair, self.period, offers))
        return True

    def fill(self, wanted: list[tuple[int, int]]) -> None:
        """Give pairs their pieces in the order given; first every one hangs with the least it must show."""
        if not self.strict:
            for pair, pieces in wanted:
                if self.carried[pair]:
                    self.add(pair, int(pieces - self.pieces[pair] + ROUNDING))
                self.hang(pair, pieces)
            return
        hung = [(pair, pieces) for pair, pieces in wanted if self.hang(pair, self._least[pair])]
        for pair, pieces in hung:
            self.add(pair, int(pieces - self.pieces[pair] + ROUNDING))

    def keep(self, pair: int) -> None:
        """Leave a frozen pair as it is."""
        if self.arrays.rules.returns:
            self._room[self._store[pair]] -= self.pieces[pair] * self._volume[pair]
        if self.arrays.pairs.before[pair]:
            self._take_up(pair)

    def add(self, pair: int, wanted: int) -> int:
        """Send pieces to a style that hangs, as many of ``wanted`` as there are and fit; gives their number."""
        if self._settled[pair]:
            return 0
        if not self.strict:
            return self._send(pair, wanted)
        spare = int(self._most[pair] - self.pieces[pair] + ROUNDING)
        most = min(spare, self._most_that_fit(pair, mine=False))
        pack = self._pack[pair]
        return self._send(pair, min(-(-wanted // pack) * pack, most))

    def _send(self, pair: int, wanted: int) -> int:
        if wanted <= 0:
            return 0
        return self._arrive(
            pair, self.ledger.send(pair, self.period, self.ledger.offers(pair, self.period, wanted))
        )

    def _arrive(self, pair: int, pieces: int) -> int:
        self.pieces[pair] += pieces
        self._room[self._store[pair]] -= pieces * self._volume[pair]
        return pieces

    def _packs(self, pair: int, wanted: int, kept: float, most: int) -> int:
        """Pieces to send so that ``wanted`` hang, packs begun counting whole where they fit."""
        pack = self._pack[pair]
        missing = ceil(max(wanted - kept, 0.0) - ROUNDING)
        return min(-(-missing // pack) * pack, int(most - kept + ROUNDING))

    def _most_that_fit(self, pair: int, *, mine: bool) -> int:
        """Pieces there is room for; with ``mine`` all of the pair, otherwise beside those there."""
        volume, room = self._volume[pair], self._room[self._store[pair]]
        if volume <= 0 or isinf(room):
            return 10**9
        there = 0.0 if mine or self.carried[pair] else self.opening[pair]
        return int(max(room, 0.0) / volume + there + ROUNDING)

    def _may_hang(self, pair: int) -> bool:
        cell, product, store = self._cell[pair], self._product[pair], self._store[pair]
        if self.arrays.rules.slots and (cell < 0 or self._slots[cell] < 1):
            return False
        if self._launch[product] < 1:
            return False
        return all(of[product] < 0 or left[store][of[product]] >= 1 for of, left in self._corridors)

    def _take_up(self, pair: int) -> None:
        product = self._product[pair]
        self.carried[pair] = True
        if self._cell[pair] >= 0:
            self._slots[self._cell[pair]] -= 1
        self._launch[product] -= 1
        for of, left in self._corridors:
            if of[product] >= 0:
                left[self._store[pair]][of[product]] -= 1


def _corridors(arrays: Arrays, period: int) -> list[tuple[list[int], list[list[float]]]]:
    """By corridor of the manual plan: class by product, and styles it leaves by store and class."""
    return [(limit.class_of.tolist(), limit.upper[:, :, period].tolist()) for limit in corridor(arrays)]
