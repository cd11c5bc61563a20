"""Tables of an expansion plan from its arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from provisor.expansion import tables as schema
from provisor.expansion.coarse import on_days
from provisor.expansion.flow import excess_loads
from provisor.expansion.tiers import tier_widths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.expansion.design import Design
    from provisor.expansion.flow import Flow
    from provisor.expansion.network import Network, Numbers
    from provisor.tables.schema import Schema

NOTHING = 1e-9
"""Amount below which a row is left out of tables that list only what there is."""


@dataclass(frozen=True)
class Days:
    """Business days as arrays: months, days and dates, earlier ones included.

    Attributes:
        month: Month of each day.
        day: Day of the month.
        date: Real date.
        first: Place of the first day of the horizon.
    """

    month: Numbers
    day: Numbers
    date: np.ndarray[tuple[int], np.dtype[Any]]
    first: int

    @classmethod
    def of(cls, case: Case) -> Days:
        """Days of a case's calendar in order."""
        calendar = case.table("calendar").sort("month", "day")
        month = calendar["month"].to_numpy()
        return cls(
            month, calendar["day"].to_numpy(), calendar["date"].to_numpy(), int(np.searchsorted(month, 1))
        )

    def columns(self, places: Numbers, prefix: str = "") -> dict[str, Any]:
        """Columns month, day and date of some places."""
        return {
            f"{prefix}month": self.month[places],
            f"{prefix}day": self.day[places],
            f"{prefix}date": self.date[places],
        }

    def order_places(self, arrivals: Numbers, lead: Numbers, unit: str) -> Numbers:
        """Place of the order of each arrival: the last business day a lead time before it.

        Raises:
            ValueError: An order would lie before the first day of the calendar.
        """
        if unit == "business":
            places = arrivals - lead
        else:
            dates = self.date[arrivals] - lead.astype("timedelta64[D]")
            places = np.searchsorted(self.date, dates, side="right").astype(np.int64) - 1
        if places.size and places.min() < 0:
            raise ValueError("the calendar does not reach back to the first order")
        return np.asarray(places)


@dataclass(frozen=True)
class Tabulator:
    """Makes the tables of one plan."""

    case: Case
    network: Network
    design: Design
    flow: Flow

    @cached_property
    def days(self) -> Days:
        """Business days."""
        return Days.of(self.case)

    @cached_property
    def arrivals(self) -> Floats:
        """Packs that arrive, N x S x F; whole inbound packs exactly where rules.whole_packs."""
        arrivals, ratio = self.flow.arrivals, self.network.ratio[None, :, None]
        if self.network.rules.whole_packs:
            arrivals = np.round(arrivals / ratio) * ratio
        return np.where(np.abs(arrivals) < NOTHING, 0.0, arrivals)

    def tables(self) -> dict[str, pl.DataFrame]:
        """All decision tables by name."""
        deliveries = self._deliveries()
        orders = deliveries.rename({"units_delivered": "units_ordered"})
        tables = {
            "expansion_decisions": self._decisions(),
            "expansion_tiers": self._tiers(),
            "shelf_additions": self._shelves(),
            "phases": self._phases(),
            "shelf_assignments": self._assignments(),
            "opening_stock": self._opening(),
            "inventory_levels_daily": self._inventory(),
            "deliveries_daily": deliveries,
            "order_schedule_daily": orders,
            "shipment_plan_daily": self._shipments(),
            "lost_sales": self._lost(),
            "overflow": self._overflow(),
        }
        typed = {entry.name: typed_as(entry, tables[entry.name]) for entry in schema.PLAN_TABLES[:-1]}
        return {**typed, "costs": self._costs()}

    def _growing(self) -> list[int]:
        return [int(site) for site in np.flatnonzero(self.network.growing)]

    def _decisions(self) -> pl.DataFrame:
        rows = []
        for site in self._growing():
            area = float(self.design.area[-1, site])
            widths = [*tier_widths(self.network.tiers[site], area), 0.0]
            cost = self.network.expansion_cost(np.eye(len(self.network.facilities))[site] * area)
            rows.append((self.network.facilities[site], area, widths[0], widths[1], cost))
        names = schema.EXPANSION_DECISIONS.dtypes
        return pl.DataFrame(rows, schema=dict(names), orient="row")

    def _tiers(self) -> pl.DataFrame:
        rows = []
        for site in self._growing():
            area, tiers = float(self.design.area[-1, site]), self.network.tiers[site]
            for number, (tier, width) in enumerate(zip(tiers, tier_widths(tiers, area), strict=True), 1):
                rows.append((self.network.facilities[site], number, width, tier.price, width * tier.price))
        return pl.DataFrame(rows, schema=dict(schema.EXPANSION_TIERS.dtypes), orient="row")

    def _shelves(self) -> pl.DataFrame:
        network, rows = self.network, []
        for site, kind in np.argwhere(network.can_add):
            added = float(self.design.shelves[-1, site, kind])
            sqft, room = float(network.sqft[site, kind]), network.added_room[site, kind]
            names = (network.facilities[site], network.types[kind])
            rows.append((*names, added, sqft, added * sqft, added * float(room[1]), added * float(room[0])))
        return pl.DataFrame(rows, schema=dict(schema.SHELF_ADDITIONS.dtypes), orient="row")

    def _phases(self) -> pl.DataFrame:
        network, rows = self.network, []
        steps = np.diff(self.design.shelves, axis=0, prepend=np.zeros((1, *network.sqft.shape)))
        for year, site, kind in np.argwhere(steps > NOTHING):
            added = float(steps[year, site, kind])
            names = (network.facilities[site], network.types[kind])
            rows.append((int(year) + 1, *names, added, added * float(network.sqft[site, kind])))
        return pl.DataFrame(rows, schema=dict(schema.PHASES.dtypes), orient="row")

    def _assignments(self) -> pl.DataFrame:
        """Shelves of each product, added ones included, where each shelf holds one product."""
        network, assigned = self.network, self.design.assigned
        if assigned is None:
            return schema.SHELF_ASSIGNMENTS.empty()
        sku, site, kind = np.nonzero(assigned > NOTHING)
        types = {"storage_type": np.array(network.types)[kind]}
        return pl.DataFrame({**self._names(sku, site), **types, "shelves": assigned[sku, site, kind]})

    def _opening(self) -> pl.DataFrame:
        sku, site = (axis.ravel() for axis in np.indices(self.flow.opening.shape))
        return pl.DataFrame({**self._names(sku, site), "units": self.flow.opening.ravel()})

    def _names(self, sku: Numbers, site: Numbers) -> dict[str, Any]:
        return {
            "sku": np.array(self.network.skus)[sku],
            "facility": np.array(self.network.facilities)[site],
        }

    def _every_day(self) -> tuple[dict[str, Any], Numbers]:
        """Columns of the daily tables that every table has, and the product of each row."""
        day, sku, site = (axis.ravel() for axis in np.indices(self.flow.stock.shape))
        return {**self._told_on(day), **self._names(sku, site)}, sku

    def _told_on(self, period: Numbers) -> dict[str, Any]:
        """Columns of the day on which a period is told: itself, or the last one of the month."""
        return self.days.columns((period + 1) * self.network.period_days - 1 + self.days.first)

    def _inventory(self) -> pl.DataFrame:
        keys, sku = self._every_day()
        units, use = self.flow.stock.ravel(), self.network.use
        amounts = {
            "units": units,
            "volume_cuft": units * use[0][sku],
            "weight_lbs": units * use[1][sku],
            "holding_cost_dollars": units * self.network.holding[sku],
        }
        return pl.DataFrame({**keys, **amounts})

    def _deliveries(self) -> pl.DataFrame:
        network, days = self.network, self.days
        arrivals = on_days(network, self.arrivals)
        day, sku, site = np.nonzero(arrivals)
        units, lead = arrivals[day, sku, site], network.lead[sku, site]
        places = day + days.first
        ordered = days.order_places(places, lead, network.rules.lead_time_unit)
        packs = units / network.ratio[sku]
        return pl.DataFrame(
            {
                **days.columns(places, "arrival_"),
                **self._names(sku, site),
                "units_delivered": units,
                "inbound_packs": np.round(packs) if network.rules.whole_packs else packs,
                **days.columns(ordered, "order_"),
                "lead_time_days": lead,
                "supplier_type": np.array(network.kinds)[network.supplier_of[sku]],
            }
        )

    def _shipments(self) -> pl.DataFrame:
        keys, _ = self._every_day()
        sites = len(self.network.facilities)
        units = self.flow.ship.ravel()
        demand = np.repeat(self.network.daily.reshape(-1, len(self.network.skus)).ravel(), sites)
        share = np.divide(100.0 * units, demand, out=np.zeros_like(units), where=demand > 0)
        transport = units * np.tile(self.network.transport, units.size // sites)
        amounts = {"units_shipped": units, "daily_demand": demand, "demand_fulfilled_pct": share}
        return pl.DataFrame({**keys, **amounts, "transportation_cost_dollars": transport})

    def _lost(self) -> pl.DataFrame:
        day, sku = np.nonzero(self.flow.lost > NOTHING)
        names = {"sku": np.array(self.network.skus)[sku]}
        units = {"units": self.flow.lost[day, sku]}
        return pl.DataFrame({**self._told_on(day), **names, **units})

    def _overflow(self) -> pl.DataFrame:
        day, site, kind = np.nonzero(self.flow.overflow > NOTHING)
        names = {
            "facility": np.array(self.network.facilities)[site],
            "storage_type": np.array(self.network.types)[kind],
        }
        volume = {"volume_cuft": self.flow.overflow[day, site, kind]}
        return pl.DataFrame({**self._told_on(day), **names, **volume})

    def _costs(self) -> pl.DataFrame:
        lines = [
            *self._building(),
            self._by_product("holding", self.flow.stock, self.network.holding[:, None]),
        ]
        if self.network.transport.any():
            lines.append(self._by_product("transport", self.flow.ship, self.network.transport[None, :]))
        settings = self.network.settings
        if self.network.rules.trucks == "soft":
            lines.append(self._truck_lines(self.network.excess_truck_cost))
        if settings.overflow_per_cuft_day is not None:
            lines.append(self._overflow_lines(settings.overflow_per_cuft_day))
        if settings.lost_sale_per_pack is not None:
            lines.append(self._lost_lines(settings.lost_sale_per_pack))
        return pl.concat([typed_as(schema.COST_LINES, line) for line in lines])

    def _building(self) -> list[pl.DataFrame]:
        """Lines of expansion by site and phase, and of fixed costs, at their worth today."""
        design, rate = self.design, self.network.settings.discount_rate
        rows, fixed = [], design.fixed_costs
        for site in self._growing():
            before, alone = 0.0, np.eye(len(self.network.facilities))[site]
            for phase in range(design.phases):
                up_to = self.network.expansion_cost(alone * design.area[phase, site])
                month = phase * 12 + 1
                name = self.network.facilities[site]
                rows.append(("expansion", month, name, (up_to - before) * (1 + rate) ** -phase))
                if fixed[phase, site] > 0:
                    rows.append(("phases", month, name, float(fixed[phase, site])))
                before = up_to
        if not rows:
            rows = [("expansion", 1, self.network.facilities[0], 0.0)]
        return [pl.DataFrame(rows, schema=["component", "month", "facility", "amount"], orient="row")]

    def _by_product(self, component: str, amounts: Floats, price: Floats) -> pl.DataFrame:
        months, days = self.network.months, self.network.month_days
        total = amounts.reshape(months, days, *amounts.shape[1:]).sum(axis=1) * price[None]
        month, sku, site = (axis.ravel() for axis in np.indices(total.shape))
        names = self._names(sku, site)
        return pl.DataFrame({"month": month + 1, **names, "amount": total.ravel()}).with_columns(
            component=pl.lit(component)
        )

    def _truck_lines(self, price: float) -> pl.DataFrame:
        network = self.network
        excess = excess_loads(network, self.arrivals)
        total = excess.reshape(network.months, -1, *excess.shape[1:]).sum(axis=1) * price
        month, supplier, site = np.nonzero(total)
        return pl.DataFrame(
            {
                "month": month + 1,
                "facility": np.array(network.facilities)[site],
                "supplier": np.array(network.suppliers)[supplier],
                "amount": total[month, supplier, site],
            }
        ).with_columns(component=pl.lit("trucks"))

    def _overflow_lines(self, price: float) -> pl.DataFrame:
        table = self._overflow().group_by("month", "facility").agg(amount=pl.col("volume_cuft").sum() * price)
        return table.with_columns(component=pl.lit("overflow")).sort("month", "facility")

    def _lost_lines(self, price: float) -> pl.DataFrame:
        table = self._lost().group_by("month", "sku").agg(amount=pl.col("units").sum() * price)
        return table.with_columns(component=pl.lit("lost_sales")).sort("month", "sku")


def typed_as(entry: Schema, table: pl.DataFrame) -> pl.DataFrame:
    """The columns of a schema in its order and types, rows sorted by its key; columns that lack are empty."""
    columns = [
        (pl.col(name) if name in table.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in entry.dtypes.items()
    ]
    typed = table.select(columns)
    return typed.sort(*entry.key) if entry.key else typed


def costs_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """Cost by component, in the order they are shown."""
    totals = dict(tables["costs"].group_by("component").agg(pl.col("amount").sum()).iter_rows())
    return {name: float(totals[name]) for name in schema.COMPONENTS if name in totals}
