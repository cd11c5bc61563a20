"""What would have to give, as changes of the case."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.changes.common import rules_of, settings_of
from provisor.allocation.changes.pins import Forbid, PinPair, Unlock, Unpin
from provisor.allocation.changes.room import Room
from provisor.allocation.changes.supply import Stock
from provisor.allocation.changes.switches import AllocationRules
from provisor.allocation.changes.ways import Lane, Throughput, TransferLane
from provisor.allocation.changes.wishes import Budget, Corridor, Launch
from provisor.case import BadRequest
from provisor.planner import SolveOptions
from provisor.repairing import STEP, repaired, up, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from provisor.case import Case
    from provisor.plan import Relaxation
    from provisor.scenario import Change

SECONDS = 20.0
"""Seconds in which the largest ratio of sell-through is looked for."""

BETWEEN = " to "
"""Between the ends of a lane in a relaxation."""


def repairs(case: Case, relaxations: Sequence[Relaxation]) -> list[Change]:
    """Changes that give each rule the room that the relaxations ask for."""
    return repaired(case, relaxations, _REPAIRS)


def _most(found: Sequence[Relaxation], *names: str) -> dict[tuple[str, ...], float]:
    """Largest amount by place."""
    most: dict[tuple[str, ...], float] = defaultdict(float)
    for relaxation in found:
        place = tuple(str(relaxation.where.get(name, "")) for name in names)
        most[place] = max(most[place], relaxation.amount)
    return most


def _corridor(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """The manual plan nearest to what there is whose corridor holds what a store can carry."""
    width = rules_of(case).corridor_width
    for (store, subcategory, side), amount in _most(found, "store", "subcategory", "side").items():
        mine = pl.col("subcategory").eq_missing(pl.lit(subcategory or None, pl.String))
        planned = int(case.table("manual_plan").filter(mine, store=store)["styles"][0])
        sign = -1 if side == "least" else 1
        asked = _corridor_end(planned, width, sign) + sign * whole(amount)
        new = planned
        while sign * _corridor_end(new, width, sign) < sign * asked:
            new += sign
        yield Corridor(store=(store,), subcategory=subcategory, more=new - planned)


def _corridor_end(planned: int, width: float, sign: int) -> int:
    """Least (sign -1) or most styles of the hard corridor about so many planned."""
    edge = planned + sign * max(1.0, width * planned)
    return math.ceil(edge - 1e-9) if sign < 0 else math.floor(edge + 1e-9)


def _sell_through(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """The floor as high as a plan can reach, found by making the ratio itself largest."""
    from provisor.allocation.solve import solve  # noqa: PLC0415 - a solve needs all that explains plans

    if not found:
        return
    ratio = replace(case, rules=rules_of(case).model_copy(update={"sell_through_by": "ratio"}))
    best = solve(ratio, SolveOptions(time_limit=SECONDS)).kpis.get("sell_through", 0.0)
    yield AllocationRules(switches={"sell_through_floor": max(0.0, math.floor(best / STEP) * STEP - STEP)})


def _launch(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """More stores for the launch; one limit holds for all periods."""
    most = dict(case.table("launches").select("product", "max_stores").iter_rows())
    for (product,), amount in _most(found, "product").items():
        yield Launch(product=product, max_stores=int(most[product] or 0) + whole(amount))


def _budget(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """More money in each period."""
    amounts = dict(case.table("budget").select("period", "amount").iter_rows())
    for (period,), amount in _most(found, "period").items():
        number = int(period or 1)
        yield Budget(periods=(number,), amount=round(amounts[number] + up(amount), 6))


def _pins(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Pairs that need not hang: without their lock, without pins of their own, and left out of wider pins."""
    places = _most(found, "store", "product")
    locked = case.table("pairs").filter(pl.col("lock").is_not_null()).select("store", "product").rows()
    for store, product in places:
        if (store, product) in set(locked):
            yield Unlock(store=(store,), product=(product,))
        pins = settings_of(case).pins
        if any(pin.store == store and pin.product == product for pin in pins):
            yield Unpin(store=(store,), product=(product,))
    yield from _narrowed(case, list(places))


def _narrowed(case: Case, places: list[tuple[str, ...]]) -> Iterator[Change]:
    """Pins of whole stores or products that mean freed pairs, in place of which all others of them are pinned."""
    wide = [
        pin
        for pin in settings_of(case).pins
        if (pin.store is None or pin.product is None)
        and any(pin.store in (None, store) and pin.product in (None, product) for store, product in places)
    ]
    pairs = case.table("pairs").select("store", "product").rows()
    for pin in wide:
        if pin.kind == "frozen":
            raise BadRequest(
                f"the pin that freezes {pin.product or 'all products'} in {pin.store or 'all stores'} cannot be kept; "
                "take it out of the case"
            )
        yield Unpin(
            store=None if pin.store is None else (pin.store,),
            product=None if pin.product is None else (pin.product,),
            period=pin.period,
        )
        for store, product in pairs:
            inside = pin.store in (None, store) and pin.product in (None, product)
            if inside and (store, product) not in places:
                if pin.kind == "forbidden":
                    yield Forbid(store=store, product=product, period=pin.period)
                else:
                    yield PinPair(store=store, product=product, period=pin.period, pieces=pin.pieces)


def _transfers(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Room on transfer lanes, and for what stores take from others."""
    capacity = {
        (a, b): most
        for a, b, most in case.table("transfer_lanes")
        .select("from_store", "to_store", "capacity")
        .iter_rows()
    }
    lanes = [relaxation for relaxation in found if "lane" in relaxation.where]
    for (lane,), amount in _most(lanes, "lane").items():
        giver, taker = lane.split(BETWEEN)
        yield TransferLane(
            from_store=giver, to_store=taker, capacity=float(capacity[giver, taker] or 0.0) + whole(amount)
        )
    taken = [relaxation.amount for relaxation in found if "lane" not in relaxation.where]
    if taken:
        most = rules_of(case).max_transfer_in or 0
        yield AllocationRules(switches={"max_transfer_in": most + whole(max(taken))})


def _lane_capacity(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Room on lanes; one limit holds for all periods."""
    capacity = {
        (a, b): most for a, b, most in case.table("lanes").select("centre", "store", "capacity").iter_rows()
    }
    for (lane,), amount in _most(found, "lane").items():
        centre, store = lane.split(BETWEEN)
        yield Lane(
            centre=(centre,), store=(store,), capacity=float(capacity[centre, store] or 0.0) + whole(amount)
        )


def _throughput(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """What centres send; one limit holds for all periods."""
    limit = dict(case.table("centres").select("centre", "throughput").iter_rows())
    for (centre,), amount in _most(found, "centre").items():
        yield Throughput(centre=(centre,), pieces=float(limit[centre]) + whole(amount))


def _stock(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Pieces more at the centres from the start, beyond what a launch keeps back of them."""
    kept = (
        dict(case.table("launches").select("product", "reserve").iter_rows()) if rules_of(case).launch else {}
    )
    for (centre, product), amount in _most(found, "centre", "product").items():
        share = 1.0 - float(kept.get(product, 0.0))
        if share <= 0:
            yield Launch(product=product, reserve=0.0)
            share = 1.0
        yield Stock(centre=centre, product=(product,), more=math.ceil(whole(amount) / share) + (share < 1))


def _pieces(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Space of stores, before the smallest factor in force."""
    for (store,), amount in _most(found, "store").items():
        yield Room(store=store, space=math.ceil((amount + STEP) / _factor(case, store, "pieces_factor")))


def _slots(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Slots of stores, before the smallest factor in force."""
    for (store, cell), amount in _most(found, "store", "cell").items():
        factor = _factor(case, store, "slots_factor")
        yield Room(store=store, cell=cell, slots=math.ceil(whole(amount) / factor) + (factor < 1))


def _factor(case: Case, store: str, column: str) -> float:
    """The smallest factor on a store's capacity.

    Raises:
        BadRequest: The store is closed in some period.
    """
    factors = case.table("capacity").filter(store=store)[column].to_list()
    least = float(min([1.0, *factors]))
    if least <= 0:
        raise BadRequest(
            f"{store} is closed in some period, so room more there is none; take its row out of capacity"
        )
    return least


_REPAIRS: dict[str, Callable[[Case, Sequence[Relaxation]], Iterator[Change]]] = {
    "corridor": _corridor,
    "sell-through": _sell_through,
    "launch": _launch,
    "budget": _budget,
    "pins": _pins,
    "transfers": _transfers,
    "lane-capacity": _lane_capacity,
    "throughput": _throughput,
    "stock": _stock,
    "pieces": _pieces,
    "slots": _slots,
}
"""How each rule of the relaxations gives way."""
