"""Goods in hand, batch by batch: what is where, how old it is, and who gets the oldest."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DUST = 1e-6
"""Units below which an amount is a rounding error."""


class Today(Enum):
    """How goods are taken that came to be there, or in their state, within the day's work."""

    LIKE_OTHERS = auto()
    FIRST = auto()
    LAST = auto()
    NEVER = auto()


@dataclass
class Parcel:
    """Units of one batch at one place.

    Attributes:
        batch: Name of the batch.
        expires: Last day alive.
        units: Units in hand.
        today: Whether they came to be there, or in this state, within the day's work.
    """

    batch: str
    expires: int
    units: float
    today: bool = False


@dataclass
class Shelf:
    """Parcels of one kind of goods at one node, the first to expire first."""

    parcels: list[Parcel] = field(default_factory=list)

    @property
    def units(self) -> float:
        """All units in hand."""
        return sum(parcel.units for parcel in self.parcels)

    def put(self, batch: str, expires: int, units: float, *, today: bool) -> None:
        """Add units of a batch; they join what is there of it."""
        if units <= DUST:
            return
        for parcel in self.parcels:
            if (parcel.batch, parcel.today) == (batch, today):
                parcel.units += units
                return
        self.parcels.append(Parcel(batch, expires, units, today))
        self.parcels.sort(key=lambda parcel: (parcel.expires, parcel.batch, parcel.today))

    def take(self, units: float, *, alive_on: int, today: Today = Today.LIKE_OTHERS) -> Iterator[Parcel]:
        """Take units of batches alive on a day, first to expire first; less if there are not so many.

        Args:
            units: Units wanted.
            alive_on: Batches must be alive on this day.
            today: How goods of the day's work are taken.
        """
        for parcel in self._in_turn(today):
            if units <= DUST:
                break
            if parcel.expires < alive_on:
                continue
            taken = parcel.units if parcel.units - units <= DUST else units
            parcel.units -= taken
            units -= taken
            yield Parcel(parcel.batch, parcel.expires, taken, parcel.today)
        self._sweep()

    def _in_turn(self, today: Today) -> list[Parcel]:
        """Parcels in the order in which they are taken."""
        if today is Today.NEVER:
            return [parcel for parcel in self.parcels if not parcel.today]
        if today is Today.LIKE_OTHERS:
            return self.parcels
        return sorted(self.parcels, key=lambda parcel: parcel.today is not (today is Today.FIRST))

    def take_expired(self, day: int) -> Iterator[Parcel]:
        """Take all that is no longer alive on a day."""
        for parcel in self.parcels:
            if parcel.expires < day:
                yield Parcel(parcel.batch, parcel.expires, parcel.units, parcel.today)
                parcel.units = 0.0
        self._sweep()

    def close_day(self) -> None:
        """What came within the day is stock like any other from now on."""
        parcels, self.parcels = self.parcels, []
        for parcel in parcels:
            self.put(parcel.batch, parcel.expires, parcel.units, today=False)

    def _sweep(self) -> None:
        self.parcels = [parcel for parcel in self.parcels if parcel.units > DUST]
