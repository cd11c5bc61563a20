"""The kernel's problem as arrays: pairs and their levels, limits by place and by item, sources of pieces.

Maximise the value of the levels chosen, less what the pieces cost from their sources, less the price of every limit
that is missed. Pairs are a flat list sorted by place, never a grid; all else is indexed by place, item, or class, so
that ten million pairs take some hundred megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """What may be held where, and the value of each further piece.

    Pair ``e`` is held at a level ``t`` in ``0 .. steps(e) - 1``, or not at all (level -1). At level ``t`` it shows
    ``n(e, t)`` pieces: ``first[e]`` at level 0; then one more with each level up to ``opening[e]``, the pieces that
    are there already; then ``pack[item[e]]`` more with each level. Pieces beyond ``opening`` are *sent*. Level 0
    earns ``gain[start[e]]`` (the whole of its first pieces, with all that opening the pair costs), level ``t`` a
    further ``gain[start[e] + t]``. Not held it earns nothing: what becomes of its opening pieces is told as part of
    ``gain[start[e]]`` (less what returning them would bring).

    Attributes:
        place_start: (places + 1,) pairs of place p are ``place_start[p] .. place_start[p + 1] - 1``.
        item: (pairs,) item, int32; rising within a place.
        first: (pairs,) pieces of level 0, int16 or int32, at least 1.
        opening: (pairs,) pieces that need not be sent, int16 or int32.
        start: (pairs + 1,) first step of each pair, int64. A pair without a step is never held.
        gain: (steps,) $ gained by the step, float32 or float64; within a pair the gain for each piece falls (or
            stays) from the second step on, so that the pair is concave once it is held.
        held: (pairs,) whether the pair must be held, or None if none must.
        pack: (items,) pieces of one step beyond the opening pieces, int32.
        constant: $ that are earned whatever is chosen.
        singly: (pairs,) whether pieces come one by one, the item's pack notwithstanding, or None if none do.
    """

    place_start: NDArray[np.int64]
    item: NDArray[np.int32]
    first: Whole
    opening: Whole
    start: NDArray[np.int64]
    gain: NDArray[np.floating[Any]]
    pack: NDArray[np.int32]
    held: Flags | None = None
    constant: float = 0.0
    singly: Flags | None = None

    def packs(self, pair: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
        """Pieces of one step of these pairs beyond their opening pieces."""
        pack = self.pack[self.item[pair]]
        return pack if self.singly is None else np.where(self.singly[pair], 1, pack).astype(np.int32)

    @property
    def count(self) -> int:
        """Number of pairs."""
        return int(self.item.size)

    @property
    def places(self) -> int:
        """Number of places."""
        return int(self.place_start.size - 1)

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.pack.size)


@dataclass(frozen=True)
class Band:
    """Places of a group hold alike much: ``level x scale <= amount <= (level + width) x scale``, level free.

    Attributes:
        group: (places,) group, -1 for none.
        scale: (places,) what counts as alike, such as slots / median slots.
        width: (groups,) width of the band at scale 1.
        highest: (groups,) no level above this is ever of use (such as the largest ``upper / scale``); the lowest is 0.
    """

    group: NDArray[np.int32]
    scale: Floats
    width: Floats
    highest: Floats


@dataclass(frozen=True)
class PlaceLimit:
    """One limit for each place and class of items: ``lower <= amount <= upper``, missed at a price.

    ``amount[p, c]`` is the sum over the held pairs of place p whose item is of class c of their weight (``per:
    styles``) or of weight x pieces shown (``per: pieces``), less ``share[c]`` times the same sum over all classes.

    Attributes:
        name: Name of the rule, such as ``slots``.
        per: What is counted.
        item_class: (items,) class, -1 for items that do not count, int32.
        lower: (places, classes) least amount, -inf for none.
        upper: (places, classes) largest amount, inf for none.
        under_price: $ for each unit below ``lower``; inf for a hard limit.
        over_price: $ for each unit above ``upper``; inf for a hard limit.
        weight: (items,) or (pairs,) weight above 0; None for 1. ``per_pair`` says which.
        per_pair: Whether ``weight`` is by pair.
        share: (classes,) share of the total that is taken off, or None; the total is over items of any class
            from 0 up.
        band: The place's band in place of ``lower`` and ``upper`` (both then infinite; one class only), or None.
    """

    name: str
    per: Literal["styles", "pieces"]
    item_class: NDArray[np.int32]
    lower: Floats
    upper: Floats
    under_price: float = np.inf
    over_price: float = np.inf
    weight: Floats | None = None
    per_pair: bool = False
    share: Floats | None = None
    band: Band | None = None


@dataclass(frozen=True)
class ItemLimit:
    """One limit for each item and class of places on the number of places that hold it, missed at a price.

    Attributes:
        name: Name of the rule, such as ``launch``.
        place_class: (places,) class, -1 for places that do not count, int32.
        lower: (items, classes) least number, -inf for none.
        upper: (items, classes) largest number, inf for none.
        under_price: $ for each place below ``lower``; inf for a hard limit.
        over_price: $ for each place above ``upper``; inf for a hard limit.
    """

    name: str
    place_class: NDArray[np.int32]
    lower: Floats
    upper: Floats
    under_price: float = np.inf
    over_price: float = np.inf


@dataclass(frozen=True)
class Coverage:
    """Each place (or item) is to hold from at least so many classes of items (or places), missed at a price.

    Attributes:
        name: Name of the rule, such as ``categories``.
        by: ``place``: classes of items in a place; ``item``: classes of places that hold an item.
        member: (items,) class of the item if ``by`` is place; (places,) class of the place if it is item; -1 for
            none; int32.
        need: (places,) or (items,) least number of classes, already at most what can be reached.
        price: $ for each class short.
    """

    name: str
    by: Literal["place", "item"]
    member: NDArray[np.int32]
    need: NDArray[np.int32]
    price: float


@dataclass(frozen=True)
class Sources:
    """Where pieces that are sent come from. A source is a centre, or a centre in one period of sending.

    Attributes:
        cost: (places, sources) $/piece on the way, inf where the source cannot serve the place.
        stock: (items, sources) pieces that may have been sent from the source, or from an earlier one of the same
            centre, inf for no limit.
        later: (sources,) the same centre's source of the next period, whose stock these pieces count against too;
            -1 for none; int32. It is always a higher number.
        lane: (places, sources) most pieces of all items, inf for no limit; None for no limit anywhere.
        throughput: (sources,) most pieces of all items and places, inf for no limit.
        goods: (items,) $ of the budget that a piece takes.
        budget: (budgets,) most $ of pieces sent, inf for no limit.
        budget_of: (sources,) budget that pieces from the source count against, -1 for none; int32.
    """

    cost: Floats
    stock: Floats
    later: NDArray[np.int32]
    throughput: Floats
    goods: Floats
    budget: Floats
    budget_of: NDArray[np.int32]
    lane: Floats | None = None

    @property
    def count(self) -> int:
        """Number of sources."""
        return int(self.cost.shape[1])


@dataclass(frozen=True)
class Passes:
    """Ways on which opening pieces that one place does not show reach a pair of the same item in another.

    A pass serves a pair like a source, with single pieces. What a stock has is shown by its own pair or passed on.

    Attributes:
        start: (pairs + 1,) first pass of each pair that takes, int64.
        stock_of: (passes,) stock that gives, int32.
        cost: (passes,) $/piece, beyond what a piece from a source adds to the gain: below 0 where the goods that are
            spared are worth more than the way. inf for none.
        lane: (passes,) lane, int32; all passes of a lane end in the same place.
        stock: (stocks,) pieces.
        own: (pairs,) stock that the pair's opening pieces are, -1 for none, int32.
        renewal: (pairs,) $ by which a piece from a source brings less than an opening piece on display, ways left out.
        capacity: (lanes,) most pieces, inf for no limit.
        taking: (places,) most pieces of all lanes, inf for no limit.
    """

    start: NDArray[np.int64]
    stock_of: NDArray[np.int32]
    cost: Floats
    lane: NDArray[np.int32]
    stock: Floats
    own: NDArray[np.int32]
    renewal: Floats
    capacity: Floats
    taking: Floats

    @property
    def count(self) -> int:
        """Number of passes."""
        return int(self.cost.size)


@dataclass(frozen=True)
class KernelProblem:
    """All of it. Without sources pieces cost nothing and none is limited by stock.

    Attributes:
        pairs: Pairs, levels and gains.
        place_limits: Limits by place and class of items.
        item_limits: Limits by item and class of places.
        coverages: Least numbers of classes.
        sources: Where pieces come from, or None.
        passes: Ways of opening pieces between places, or None; only with sources.
    """

    pairs: Pairs
    place_limits: tuple[PlaceLimit, ...] = ()
    item_limits: tuple[ItemLimit, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    sources: Sources | None = None
    passes: Passes | None = None
