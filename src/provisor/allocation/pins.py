"""What locks and pins say of each pair and period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.planner import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from numpy.typing import NDArray

    from provisor.allocation.rules import Pin, Settings

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]
    PairNames = Callable[[int], tuple[str, str]]


@dataclass(frozen=True)
class Given:
    """Given decisions by pair and period.

    Attributes:
        carried: Must be carried.
        forbidden: Must not be carried.
        frozen: Stays as it is: nothing moves.
        pieces: Pieces on display, -1 where none are given.
    """

    carried: Flags
    forbidden: Flags
    frozen: Flags
    pieces: Whole

    def settled(self, alive: Flags, before: Flags, names: PairNames) -> Given:
        """The same while products are alive, with frozen pairs carried if they hung before.

        Raises:
            BadRequest: A pair must both be carried and not.
        """
        frozen = self.frozen & alive
        carried = np.where(frozen, before[:, None], self.carried) & alive
        both = (carried | (self.carried & alive)) & self.forbidden
        if both.any():
            store, product = names(int(np.flatnonzero(both.any(axis=1))[0]))
            raise BadRequest(f"pins: {product} in {store} is to be carried and forbidden at once")
        pieces = np.where(alive & ~frozen, self.pieces, -1)
        return replace(self, carried=carried, frozen=frozen, pieces=pieces)


def given(
    table: pl.DataFrame, settings: Settings, store: Whole, product: Whole, names: tuple[list[str], list[str]]
) -> Given:
    """Locks of the table ``pairs`` and pins of the settings, by pair and period.

    Raises:
        BadRequest: A pin names a pair, store, product or period that there is not.
    """
    shape = (table.height, settings.periods)
    lock = table["lock"].fill_null("").to_numpy()
    carried, forbidden, frozen = (
        np.repeat((lock == word)[:, None], settings.periods, axis=1) for word in ("carry", "forbid", "keep")
    )
    pieces = np.full(shape, -1, dtype=np.int64)
    for pin in settings.pins:
        where = _meant(pin, settings, (store, product), names)
        periods = slice(None) if pin.period is None else pin.period - 1
        {"pinned": carried, "forbidden": forbidden, "frozen": frozen}[pin.kind][where, periods] = True
        if pin.pieces is not None:
            pieces[where, periods] = pin.pieces
    return Given(carried, forbidden, frozen, pieces)


def _meant(
    pin: Pin, settings: Settings, pair: tuple[Whole, Whole], names: tuple[list[str], list[str]]
) -> Whole:
    """Numbers of the pairs that a pin means."""
    where = np.ones(pair[0].size, dtype=bool)
    for name, number, known, what in (
        (pin.store, pair[0], names[0], "store"),
        (pin.product, pair[1], names[1], "product"),
    ):
        if name is None:
            continue
        if name not in known:
            raise BadRequest(f"pins: there is no {what} {name}")
        where &= number == known.index(name)
    if not where.any():
        raise BadRequest(
            f"pins: {pin.product} may not hang in {pin.store}: the pair is not in the table pairs"
        )
    if pin.period is not None and pin.period > settings.periods:
        raise BadRequest(f"pins: there is no period {pin.period}; the case has {settings.periods}")
    return np.flatnonzero(where)
