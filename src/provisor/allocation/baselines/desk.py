"""The merchandiser's desk: hangs styles and adds pieces one request after the other, within the limits."""

from __future__ import annotations

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
        self.opening = opening
        self.carried = np.zeros(arrays.pairs.count, dtype=bool)
        self.pieces = opening.copy()
        self.returned = np.zeros(arrays.pairs.count)
        rules, pairs = arrays.rules, arrays.pairs
        self._slots = arrays.slots[:, period].astype(np.float64)
        if not rules.slots:
            self._slots[:] = np.inf
        self._room = arrays.space[:, period].copy()
        if not rules.pieces:
            self._room[:] = np.inf
        self._volume = arrays.volume[pairs.product]
        if not rules.returns:
            np.subtract.at(self._room, pairs.store, self._volume * opening)
        given = pairs.given
        self._settled = given.frozen[:, period] | (given.pieces[:, period] >= 0)
        self._launch = np.full(len(arrays.product_names), np.inf)
        told = launches(arrays)
        self._launch[told.product] = told.most_stores
        self._corridors = _corridors(arrays, period)

    def hang(self, pair: int, wanted: int, *, exactly: bool = False) -> bool:
        """Hang a style with as many of ``wanted`` pieces as there are and fit; false where it cannot hang.

        With ``exactly``, the pieces are an order: no more and no fewer, whatever else a style must show.
        """
        if self.carried[pair]:
            return True
        opening, least = float(self.opening[pair]), int(self.arrays.least[self.arrays.pairs.product[pair]])
        if not self.strict:
            self._take_up(pair)
            self._send(pair, max(int(wanted - opening), 0))
            return True
        most = int(self.arrays.pairs.most[pair])
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
            self._room[self.arrays.pairs.store[pair]] -= kept * self._volume[pair]
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
        least = self.arrays.least[self.arrays.pairs.product]
        hung = [(pair, pieces) for pair, pieces in wanted if self.hang(pair, int(least[pair]))]
        for pair, pieces in hung:
            self.add(pair, int(pieces - self.pieces[pair] + ROUNDING))

    def keep(self, pair: int) -> None:
        """Leave a frozen pair as it is."""
        if self.arrays.rules.returns:
            self._room[self.arrays.pairs.store[pair]] -= self.pieces[pair] * self._volume[pair]
        if self.arrays.pairs.before[pair]:
            self._take_up(pair)

    def add(self, pair: int, wanted: int) -> int:
        """Send pieces to a style that hangs, as many of ``wanted`` as there are and fit; gives their number."""
        if self._settled[pair]:
            return 0
        if not self.strict:
            return self._send(pair, wanted)
        spare = int(self.arrays.pairs.most[pair] - self.pieces[pair] + ROUNDING)
        most = min(spare, self._most_that_fit(pair, mine=False))
        pack = int(self.arrays.pack[self.arrays.pairs.product[pair]])
        return self._send(pair, min(-(-wanted // pack) * pack, most))

    def _send(self, pair: int, wanted: int) -> int:
        if wanted <= 0:
            return 0
        return self._arrive(
            pair, self.ledger.send(pair, self.period, self.ledger.offers(pair, self.period, wanted))
        )

    def _arrive(self, pair: int, pieces: int) -> int:
        self.pieces[pair] += pieces
        self._room[self.arrays.pairs.store[pair]] -= pieces * self._volume[pair]
        return pieces

    def _packs(self, pair: int, wanted: int, kept: float, most: int) -> int:
        """Pieces to send so that ``wanted`` hang, packs begun counting whole where they fit."""
        pack = int(self.arrays.pack[self.arrays.pairs.product[pair]])
        missing = int(np.ceil(max(wanted - kept, 0.0) - ROUNDING))
        return min(-(-missing // pack) * pack, int(most - kept + ROUNDING))

    def _most_that_fit(self, pair: int, *, mine: bool) -> int:
        """Pieces there is room for; with ``mine`` all of the pair, otherwise beside those there."""
        volume, room = float(self._volume[pair]), float(self._room[self.arrays.pairs.store[pair]])
        if volume <= 0 or np.isinf(room):
            return 10**9
        there = 0.0 if mine else (0.0 if self.carried[pair] else float(self.opening[pair]))
        return int(max(room, 0.0) / volume + there + ROUNDING)

    def _may_hang(self, pair: int) -> bool:
        cell, product = int(self.arrays.cell[pair]), int(self.arrays.pairs.product[pair])
        slot = not self.arrays.rules.slots or (cell >= 0 and self._slots[cell] >= 1)
        within = all(left[place] >= 1 for left, place in self._places(pair))
        return bool(slot and within and self._launch[product] >= 1)

    def _take_up(self, pair: int) -> None:
        self.carried[pair] = True
        if self.arrays.cell[pair] >= 0:
            self._slots[self.arrays.cell[pair]] -= 1
        self._launch[self.arrays.pairs.product[pair]] -= 1
        for left, place in self._places(pair):
            left[place] -= 1

    def _places(self, pair: int) -> list[tuple[Floats, tuple[int, int]]]:
        """Counts of styles that the corridor leaves, where a pair is in one."""
        store, product = int(self.arrays.pairs.store[pair]), int(self.arrays.pairs.product[pair])
        return [(left, (store, int(of[product]))) for of, left in self._corridors if of[product] >= 0]


def _corridors(arrays: Arrays, period: int) -> list[tuple[NDArray[np.int64], Floats]]:
    """By corridor of the manual plan: class by product, and styles it leaves by store and class."""
    return [(limit.class_of, limit.upper[:, :, period].copy()) for limit in corridor(arrays)]
