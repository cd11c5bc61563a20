"""What keeps a pair from more pieces, or from hanging at all: every limit without room, or that it does not pay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.arrays import arrays_of
from provisor.allocation.decisions import outcome_of
from provisor.allocation.demand import expected_sales
from provisor.allocation.extents import extents_of
from provisor.allocation.level import best_level
from provisor.allocation.limits import store_limits, styles
from provisor.allocation.started import decisions_of
from provisor.allocation.widths import launches
from provisor.allocation.worth import worth_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Outcome
    from provisor.allocation.limits import StoreLimit
    from provisor.allocation.worth import Worth
    from provisor.case import Case
    from provisor.plan import Plan

    Floats = NDArray[np.float64]

DUST = 1e-6

CAUSES = {
    "lock": "a lock or pin holds it as it is",
    "maximum": "it shows as many pieces as it may",
    "not worth it": "it would not pay, even with room and stock for it",
    "minimum": "a piece or two would pay, but not the pieces it must show at least",
    "stock": "no centre with a lane to the store has the pieces left",
    "way": "lanes, throughput of the centres or the budget are used up",
    "slot": "its display cell is full",
    "capacity": "the store has no space left for the pieces",
    "launch": "its launch is in as many stores as it may be",
    "role": "the store has the largest share of its role already, and missing that costs more",
    "wish": "priced wishes, such as the cluster's band or the manual plan, would be missed for more than it brings",
    "within the gap": "it would pay by itself; the plan is within its proven gap without it",
}
"""What each cause means."""


@dataclass(frozen=True)
class Step:
    """The next step of a pair that is asked about: one pack more, or hanging at all.

    Attributes:
        store: Store.
        product: Product.
        period: Period, from 1.
        carried: Whether it hangs in the plan.
        short: Demand that is not expected to be served.
        worth: The most that a further step, or hanging, would bring if nothing were in its way.
        causes: Causes that keep it from that, of :data:`CAUSES`; never empty.
    """

    store: str
    product: str
    period: int
    carried: bool
    short: float
    worth: float
    causes: tuple[str, ...]


class Blocked:
    """A plan seen from what is not in it."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case = case
        self.arrays: Arrays = arrays_of(case)
        self.outcome: Outcome = outcome_of(self.arrays, decisions_of(self.arrays, plan.tables))
        self.worth: Worth = worth_of(self.arrays)
        self.extents = extents_of(self.arrays)

    def step(self, pair: int, period: int) -> Step:
        """What keeps a pair from a further step in a period (from 0)."""
        arrays, pairs = self.arrays, self.arrays.pairs
        carried = bool(self.outcome.carried[pair, period])
        worth = self.worth_of(pair, period)
        return Step(
            store=arrays.store_names[pairs.store[pair]],
            product=arrays.product_names[pairs.product[pair]],
            period=period + 1,
            carried=carried,
            short=float(pairs.mean[pair, period] - self.outcome.sales[pair, period]),
            worth=worth,
            causes=tuple(self._causes(pair, period, carried=carried, worth=worth)),
        )

    def _causes(self, pair: int, period: int, *, carried: bool, worth: float) -> list[str]:
        pairs = self.arrays.pairs
        told = pairs.given
        fixed = told.frozen | told.forbidden | (told.pieces >= 0)
        if fixed[pair, period]:
            return ["lock"]
        full = self.outcome.pieces[pair, period] >= self.extents.most[pair, period] - DUST
        if full if carried else not self.extents.may[pair, period]:
            return ["maximum"]
        if worth <= DUST:
            single = not carried and self._single(pair, period) > DUST
            return ["minimum" if single else "not worth it"]
        found = self._full(pair, period, carried=carried)
        return found or ["within the gap" if carried else self._priced(pair, period, worth)]

    def _full(self, pair: int, period: int, *, carried: bool) -> list[str]:
        """Limits that have no room for the step."""
        need = self.pieces_needed(pair, period)
        return [
            name
            for name, full in (
                ("stock", need > 0 and not self._stock(pair, period)),
                ("way", need > 0 and self._stock(pair, period) and not self._way(pair, period)),
                ("slot", not carried and not self._slot(pair, period)),
                ("capacity", not self._space(pair, period)),
                ("launch", not carried and not self._launch(pair, period)),
            )
            if full
        ]

    def _priced(self, pair: int, period: int, worth: float) -> str:
        """Whether missed wishes cost more than hanging brings."""
        missed = self._missed(pair, period)
        if missed.get("role-maximum", 0.0) >= worth - DUST:
            return "role"
        return "wish" if sum(missed.values()) >= worth - DUST else "within the gap"

    def target(self, pair: int, period: int) -> int:
        """Pieces of the smallest further step: a pack more, or what must be shown at least."""
        pack = int(self.arrays.pack[self.arrays.pairs.product[pair]])
        if self.outcome.carried[pair, period]:
            return round(float(self.outcome.pieces[pair, period])) + pack
        return max(int(self.extents.least[pair, period]), 1)

    def pieces_needed(self, pair: int, period: int) -> int:
        """Pieces that would have to be sent for that, whole packs."""
        pack = int(self.arrays.pack[self.arrays.pairs.product[pair]])
        if self.outcome.carried[pair, period]:
            there = float(self.outcome.returned[pair, period])
            return 0 if there >= pack else pack
        missing = max(0.0, self.target(pair, period) - float(self.outcome.opening[pair, period]))
        return int(np.ceil(missing / pack)) * pack

    def worth_of(self, pair: int, period: int) -> float:
        """The most that further pieces (or hanging, with its best number) would bring by themselves."""
        most = int(self.extents.most[pair, period])
        shown = self.outcome.pieces[pair, period]
        if self.outcome.carried[pair, period]:
            now = self._value(pair, period, np.array([shown]))[0]
            more = np.arange(self.target(pair, period), most + 1)
            return float((self._value(pair, period, more) - now).max(initial=0.0))
        pieces = np.arange(self.target(pair, period), most + 1)
        values = self._value(pair, period, pieces)
        return float(values.max()) if pieces.size else 0.0

    def _single(self, pair: int, period: int) -> float:
        """What hanging with fewer pieces than must be shown would bring at best."""
        return float(self._value(pair, period, np.arange(1, self.target(pair, period))).max(initial=0.0))

    def _value(self, pair: int, period: int, pieces: NDArray[np.generic]) -> Floats:
        """What a pair adds to the objective with so many pieces, pieces sent on its cheapest lane.

        Pieces that a period before the last leaves over count as if they saved as many later.
        """
        arrays, worth, pairs = self.arrays, self.worth, self.arrays.pairs
        shown = pieces.astype(np.float64)
        if not shown.size:
            return np.zeros(0)
        same = np.ones(shown.size)
        sales = expected_sales(shown, same * pairs.mean[pair, period], same * pairs.dispersion[pair])
        opening = float(self.outcome.opening[pair, period])
        pack = float(arrays.pack[pairs.product[pair]])
        sent = np.ceil(np.maximum(0.0, shown - opening) / pack - DUST) * pack
        back = (worth.taken_back[pair] + worth.returned) * np.minimum(shown, opening)
        left = worth.left[pair] if period == arrays.periods - 1 else max(worth.left[pair], -worth.goods[pair])
        hung = pairs.before[pair] if period == 0 else self.outcome.carried[pair, period - 1]
        value = worth.sale[pair] * sales + worth.piece[pair] * shown
        value += (left + worth.unsold[pair]) * (shown - sales) - back
        value += worth.goods[pair] * sent + worth.ways * self._cheapest(pair) * sent
        return np.asarray(value + (0.0 if hung else worth.opening))

    def _cheapest(self, pair: int) -> float:
        lanes = self._lanes_to[int(self.arrays.pairs.store[pair])]
        return float(self.arrays.lanes.cost[lanes].min(initial=np.inf)) if lanes.size else 1e12

    @cached_property
    def _lanes_to(self) -> list[NDArray[np.int64]]:
        store = self.arrays.lanes.store
        return [np.flatnonzero(store == j) for j in range(len(self.arrays.store_names))]

    @cached_property
    def left(self) -> Floats:
        """Pieces left by centre, product and period of sending: the least from then on."""
        routes, lanes = self.outcome.decisions.routes, self.arrays.lanes
        sent = np.zeros(self.arrays.supply.shape)
        place = (
            lanes.centre[routes.lane],
            self.arrays.pairs.product[routes.pair],
            routes.period - lanes.lead[routes.lane],
        )
        np.add.at(sent, place, routes.pieces)
        left = self.arrays.supply.cumsum(axis=2) - sent.cumsum(axis=2)
        return np.asarray(np.minimum.accumulate(left[:, :, ::-1], axis=2)[:, :, ::-1])

    def _reaching(self, pair: int, period: int) -> list[tuple[int, int]]:
        """Lanes that have the pieces left for a step that arrives in the period, with the period of sending."""
        need, product = self.pieces_needed(pair, period), self.arrays.pairs.product[pair]
        lanes = self.arrays.lanes
        sent = [
            (int(lane), period - int(lanes.lead[lane]))
            for lane in self._lanes_to[int(self.arrays.pairs.store[pair])]
        ]
        return [
            (lane, k)
            for lane, k in sent
            if k >= 0
            and (not self.arrays.rules.stock or self.left[lanes.centre[lane], product, k] >= need - DUST)
        ]

    def _stock(self, pair: int, period: int) -> bool:
        return bool(self._reaching(pair, period))

    def _way(self, pair: int, period: int) -> bool:
        """Whether some lane with the pieces has room, its centre too, and the budget."""
        need = self.pieces_needed(pair, period)
        cost = float(self.arrays.cost[self.arrays.pairs.product[pair]]) * need
        lanes = self.arrays.lanes
        return any(
            self._on_lane[lane, period] + need <= lanes.capacity[lane] + DUST
            and self._from_centre[lanes.centre[lane], k] + need <= self._throughput[lanes.centre[lane]] + DUST
            and cost <= self._money[k] + DUST
            for lane, k in self._reaching(pair, period)
        )

    @cached_property
    def _throughput(self) -> Floats:
        limit = self.arrays.throughput
        return limit if self.arrays.rules.throughput else np.full(limit.shape, np.inf)

    @cached_property
    def _on_lane(self) -> Floats:
        routes = self.outcome.decisions.routes
        used = np.zeros((self.arrays.lanes.store.size, self.arrays.periods))
        np.add.at(used, (routes.lane, routes.period), routes.pieces)
        return used

    @cached_property
    def _from_centre(self) -> Floats:
        routes, lanes = self.outcome.decisions.routes, self.arrays.lanes
        used = np.zeros((len(self.arrays.centre_names), self.arrays.periods))
        np.add.at(used, (lanes.centre[routes.lane], routes.period - lanes.lead[routes.lane]), routes.pieces)
        return used

    @cached_property
    def _money(self) -> Floats:
        """Money left by period of sending."""
        routes, lanes = self.outcome.decisions.routes, self.arrays.lanes
        left = np.full(self.arrays.periods, np.inf)
        if self.arrays.rules.budget:
            for period, amount in self.arrays.tables["budget"].select("period", "amount").iter_rows():
                if period <= self.arrays.periods:
                    left[period - 1] = amount
        spent = self.arrays.cost[self.arrays.pairs.product[routes.pair]] * routes.pieces
        np.subtract.at(left, routes.period - lanes.lead[routes.lane], spent)
        return left

    @cached_property
    def hanging(self) -> Floats:
        """Styles by display cell and period."""
        cell = self.arrays.cell
        used = np.zeros(self.arrays.slots.shape)
        for k in range(self.arrays.periods):
            on = (cell >= 0) & self.outcome.carried[:, k]
            used[:, k] = np.bincount(cell[on], minlength=len(used))
        return used

    def _slot(self, pair: int, period: int) -> bool:
        """Whether its cell has a slot left that it may take, those of displays of other roles aside."""
        if not self.arrays.rules.slots:
            return True
        cell = int(self.arrays.cell[pair])
        if cell < 0 or self.hanging[cell, period] >= self.arrays.slots[cell, period]:
            return False
        store, product = self.arrays.pairs.store[pair], self.arrays.pairs.product[pair]
        for limit, amount in self._limits:
            if limit.rule == "displays" and limit.class_of[product] >= 0:
                c = limit.class_of[product]
                if amount[store, c, period] >= limit.upper[store, c, period] - DUST:
                    return False
        return True

    @cached_property
    def _room(self) -> Floats:
        """Space left by store and period."""
        volume = self.arrays.volume[self.arrays.pairs.product][:, None]
        used = np.zeros(self.arrays.space.shape)
        np.add.at(used, self.arrays.pairs.store, self.outcome.pieces * volume)
        return np.asarray(self.arrays.space - used)

    def _space(self, pair: int, period: int) -> bool:
        if not self.arrays.rules.pieces:
            return True
        pairs = self.arrays.pairs
        more = self.target(pair, period) - (
            self.outcome.pieces[pair, period] if self.outcome.carried[pair, period] else 0.0
        )
        return bool(
            self._room[pairs.store[pair], period] >= more * self.arrays.volume[pairs.product[pair]] - DUST
        )

    def _launch(self, pair: int, period: int) -> bool:
        told = launches(self.arrays)
        product = self.arrays.pairs.product[pair]
        for number in np.flatnonzero(told.product == product).tolist():
            if told.alive[number, period]:
                there = self.outcome.carried[self.arrays.pairs.product == product, period].sum()
                return bool(there < told.most_stores[number])
        return True

    @cached_property
    def _limits(self) -> list[tuple[StoreLimit, Floats]]:
        """Limits on styles with what each store carries of their classes."""
        return [
            (limit, styles(self.arrays, self.outcome.carried, limit.class_of, len(limit.names)))
            for limit in store_limits(self.arrays)
            if limit.counts == "styles" and limit.band is None
        ]

    def _missed(self, pair: int, period: int) -> dict[str, float]:
        """What one style more in the store would cost by priced rule; bands are counted at their present place."""
        store, product = int(self.arrays.pairs.store[pair]), self.arrays.pairs.product[pair]
        total = float(self.outcome.carried[self.arrays.pairs.store == store, period].sum())
        cost: dict[str, float] = {}
        for limit, amount in self._limits:
            here: Floats = np.take(amount[store], period, axis=1)
            after = here.copy()
            if limit.class_of[product] >= 0:
                after[limit.class_of[product]] += 1.0
            if limit.share is not None:
                here, after = here - limit.share * total, after - limit.share * (total + 1.0)
            for side, price in ((1.0, limit.over_price), (-1.0, limit.under_price)):
                bound = limit.upper[store, :, period] if side > 0 else limit.lower[store, :, period]
                if np.isfinite(price):
                    missed = np.maximum(0.0, side * (after - bound)) - np.maximum(0.0, side * (here - bound))
                    cost[limit.rule] = cost.get(limit.rule, 0.0) + price * float(
                        np.where(np.isfinite(bound), missed, 0.0).sum()
                    )
        cost["coherence"] = self._band_cost(store, period)
        return {rule: -self.worth.misses * amount for rule, amount in cost.items() if amount > 0}

    def _band_cost(self, store: int, period: int) -> float:
        """What one style more costs against the band of the store's cluster, the band where it suits best."""
        for limit in store_limits(self.arrays):
            band = limit.band
            if band is None or band.cluster[store] < 0 or band.scale[store, period] == 0:
                continue
            same = np.flatnonzero((band.cluster == band.cluster[store]) & (band.scale[:, period] > 0))
            carried = styles(self.arrays, self.outcome.carried, limit.class_of, 1)[:, 0, period]
            width, scale = float(band.width[band.cluster[store], period]), band.scale[same, period]
            before, after = (
                band_missed((carried + more * (np.arange(carried.size) == store))[same], scale, width)
                for more in (0.0, 1.0)
            )
            return limit.over_price * max(0.0, after - before)
        return 0.0


def band_missed(carried: Floats, scale: Floats, width: float) -> float:
    """Styles by which stores of a cluster are outside their band, laid where that is least."""
    return float(best_level(carried, scale, width)[1].sum())
