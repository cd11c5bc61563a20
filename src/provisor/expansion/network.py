"""An expansion case as arrays: what is sold, where it is kept, and what the rules ask of every month and day.

Axes, in this order wherever they occur: months M, days of a month D, products S, sites F, storage types T,
measures K (volume, weight and, where they are checked, positions). A pack is a sell pack.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion import arrays
from provisor.expansion.coarse import in_months
from provisor.expansion.rules import Rules, Settings
from provisor.expansion.tables import MEASURES
from provisor.expansion.tiers import Tier, price_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.case import Case
    from provisor.engine.problem import Flags, Floats
    from provisor.expansion.earlier import Earlier

    Numbers = NDArray[np.int64]

MONTHS_OF_YEAR = 12

ALL_TYPES = "all types"
"""Name of the one room of a site where products are not kept apart by storage type."""


@dataclass(frozen=True)
class Network:
    """An expansion case laid out over its months and days.

    Attributes:
        skus: Products.
        facilities: Sites.
        types: Storage types.
        suppliers: Suppliers.
        kinds: Kind of each supplier.
        measures: What limits stock on shelves.
        use: Room a pack takes, K x S, as rules.storage reads it.
        type_of: Storage type of each product.
        supplier_of: Supplier of each product.
        ratio: Packs of an inbound pack, S.
        load: Parts of a truck a pack takes as received, by weight, volume and, where limited, positions: L x S.
        holding: Cost of a pack at day end, S.
        daily: Demand by day in packs, M x D x S; even parts of the month where it may be served on any day.
        days_on_hand: Days of shipments to keep, S x F.
        lead: Lead time in days, S x F.
        first_arrival: First day (from 0) on which an order can arrive and days on hand hold, S x F: 0 with a
            pipeline, else a lead time after the first day.
        shelves: Shelves there are, F x T.
        sqft: Area of a shelf, F x T; 0 where the site has no shelves of the type.
        room: What an existing shelf takes, F x T x K.
        added_room: What an added shelf takes, F x T x K.
        limit: Most area that may be added, F; 0 where a site may not grow.
        tiers: Price of added area, by site.
        fixed_cost: Cost of a phase of building, F.
        transport: Cost of shipping a pack, F.
        trucks: Trucks of a supplier at a site on a day, suppliers x F; infinite where exempt.
        opening: Stock before the first day where it is given, S x F; zero else.
        shelf_packs: Packs of a product that one shelf holds, S x F x T, where the case says so; nan else.
        period_days: Business days that a day of these arrays stands for: those of a month where months are planned
            in one piece, else 1.
        earlier: A plan to be near to, if any.
    """

    rules: Rules
    settings: Settings
    skus: tuple[str, ...]
    facilities: tuple[str, ...]
    types: tuple[str, ...]
    suppliers: tuple[str, ...]
    kinds: tuple[str, ...]
    measures: tuple[str, ...]
    use: Floats
    type_of: Numbers
    supplier_of: Numbers
    ratio: Floats
    load: Floats
    holding: Floats
    daily: Floats
    days_on_hand: Floats
    lead: Numbers
    first_arrival: Numbers
    shelves: Floats
    sqft: Floats
    room: Floats
    added_room: Floats
    limit: Floats
    tiers: tuple[tuple[Tier, ...], ...]
    fixed_cost: Floats
    transport: Floats
    trucks: Floats
    opening: Floats
    shelf_packs: Floats
    period_days: int = 1
    earlier: Earlier | None = None

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return int(self.daily.shape[0])

    @property
    def month_days(self) -> int:
        """Business days of a month."""
        return int(self.daily.shape[1])

    @property
    def horizon(self) -> int:
        """Business days of the horizon."""
        return self.months * self.month_days

    @property
    def morning(self) -> float:
        """Part of a period's shipments that is there beside the stock when room is checked."""
        return 1.0 / self.period_days if self.rules.check_time == "morning" else 0.0

    @property
    def excess_truck_cost(self) -> float:
        """Cost of a load beyond the trucks allowed, on one day on which trucks are counted."""
        by_day = self.rules.resolution == "orders"
        return self.settings.excess_truck_cost / (self.period_days if by_day else 1)

    @cached_property
    def average(self) -> Floats:
        """Average daily demand of a month, M x S."""
        return np.asarray(self.daily.mean(axis=1))

    @cached_property
    def room_number(self) -> Numbers:
        """Number of the room that shelves of a type are part of, T: their own, or the first one for all of them."""
        own = np.arange(len(self.types))
        return own if self.rules.own_type else np.zeros_like(own)

    @property
    def rooms(self) -> tuple[str, ...]:
        """Names of the rooms by type; where types are not kept apart the first one holds all, the others nothing."""
        return self.types if self.rules.own_type else (ALL_TYPES, *self.types[1:])

    @cached_property
    def capacity(self) -> Floats:
        """What the existing shelves take by room, F x T x K."""
        return self.by_room(self.shelves[:, :, None] * self.room)

    def by_room(self, of_types: Floats) -> Floats:
        """Amounts by shelf type, in the last but one of their axes, added up by room."""
        member = self.room_number[:, None] == np.arange(len(self.types))
        return np.asarray(np.einsum("...tk,tr->...rk", of_types, member.astype(np.float64)))

    @cached_property
    def used(self) -> Floats:
        """Room a pack takes in each room, T x K x S."""
        own = self.room_number[self.type_of][None, :] == np.arange(len(self.types))[:, None]
        return np.asarray(own[:, None, :] * self.use[None, :, :])

    @cached_property
    def growing(self) -> Flags:
        """Sites that may grow, F."""
        return self.limit > 0

    @cached_property
    def can_add(self) -> Flags:
        """Where shelves of a type may be added, F x T."""
        return self.growing[:, None] & (self.sqft > 0)

    @cached_property
    def years(self) -> int:
        """Years begun within the horizon."""
        return -(-self.months // MONTHS_OF_YEAR)

    def year_of(self, month: int) -> int:
        """Year (from 0) of a month (from 0)."""
        return month // MONTHS_OF_YEAR

    @cached_property
    def least_level(self) -> Floats:
        """Least packs of all sites together that days on hand allow, M x S, however shipments are shared."""
        days = self.days_on_hand
        network = self.rules.days_on_hand == "network"
        return np.asarray(self.average * (days.sum(axis=1) if network else days.min(axis=1))[None, :])

    @cached_property
    def truck_rows(self) -> Flags:
        """Suppliers and sites whose trucks are limited by the plan, suppliers x F."""
        limited = self.rules.trucks in {"soft", "hard"}
        return np.isfinite(self.trucks) & limited

    def level(self, month: int, shares: Floats) -> Floats:
        """Packs that days on hand ask for in a month (from 0), S x F, where sites ship these shares of demand."""
        average = self.average[month][:, None]
        return np.asarray(
            self.days_on_hand * average * (1.0 if self.rules.days_on_hand == "network" else shares)
        )

    def only(self, products: Numbers) -> Network:
        """The same case with some products only."""
        return replace(
            self,
            skus=tuple(self.skus[sku] for sku in products),
            use=self.use[:, products],
            type_of=self.type_of[products],
            supplier_of=self.supplier_of[products],
            ratio=self.ratio[products],
            load=self.load[:, products],
            holding=self.holding[products],
            daily=self.daily[:, :, products],
            days_on_hand=self.days_on_hand[products],
            lead=self.lead[products],
            first_arrival=self.first_arrival[products],
            opening=self.opening[products],
        )

    def expansion_cost(self, area: Floats) -> float:
        """Cost of added area by site, F, not discounted."""
        return sum(
            price_of(tiers, float(sqft)) for tiers, sqft in zip(self.tiers, area, strict=True) if sqft > 0
        )


def network_of(case: Case) -> Network:
    """Lay an expansion case out in arrays; with one period a month where ``rules.resolution`` says so."""
    network = _by_day(case)
    return network if network.rules.resolution == "daily" else in_months(network)


def _by_day(case: Case) -> Network:
    rules, settings = case.rules, case.settings
    if not isinstance(rules, Rules) or not isinstance(settings, Settings):
        raise TypeError("not an expansion case")
    products = case.table("products").sort("sku")
    sites, suppliers = case.table("sites"), case.table("suppliers").sort("supplier")
    skus, facilities = tuple(products["sku"]), tuple(sites["facility"])
    types = tuple(case.table("shelving")["storage_type"].unique().sort())
    measures = tuple(MEASURES) if rules.positions else ("volume", "weight")
    names, kinds = tuple(suppliers["supplier"]), tuple(suppliers["kind"])
    supplier_of = arrays.places(names, products["supplier"])
    use = arrays.room_of_packs(products, rules)
    shelves = arrays.shelving(case, facilities, types)
    room = np.stack([shelves[measure] for measure in arrays.ROOM[: len(measures)]], axis=2)
    lead = arrays.by_site(case, "lead_times", "lead_time_days", skus, facilities).astype(np.int64)
    growing = sites["limit_sqft"].to_numpy() * sites["expandable"].to_numpy() > 0
    return Network(
        rules=rules,
        settings=settings,
        skus=skus,
        facilities=facilities,
        types=types,
        suppliers=names,
        kinds=kinds,
        measures=measures,
        use=use[: len(measures)],
        type_of=arrays.places(types, products["storage_type"], strict=rules.own_type),
        supplier_of=supplier_of,
        ratio=arrays.numbers(products, "ratio"),
        load=arrays.loads(products, settings),
        holding=arrays.holding(products, settings),
        daily=arrays.daily_demand(case, skus, rules, settings),
        days_on_hand=arrays.days_on_hand(case, skus, facilities, np.array(kinds)[supplier_of], rules),
        lead=lead,
        first_arrival=np.zeros_like(lead) if rules.pipeline else arrays.first_arrival(case, lead, rules),
        shelves=shelves["shelves"],
        sqft=shelves["sqft_per_shelf"],
        room=room * np.where(growing, 1.0, rules.fill)[:, None, None],
        added_room=room * rules.fill,
        limit=np.where(growing, arrays.numbers(sites, "limit_sqft"), 0.0),
        tiers=tuple(arrays.tiers_of(case, name) for name in facilities),
        fixed_cost=arrays.numbers(sites, "fixed_cost"),
        transport=arrays.numbers(sites, "transport_per_pack"),
        trucks=arrays.trucks_allowed(suppliers, len(facilities), rules, settings),
        opening=arrays.by_site(case, "opening", "units", skus, facilities)
        if rules.opening == "data"
        else np.zeros((len(skus), len(facilities))),
        shelf_packs=arrays.shelf_packs(case, skus, facilities, types),
    )
