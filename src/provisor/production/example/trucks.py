"""Trucks of the made-up bakery group: those of its plants and those of its hubs on the mainland."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from provisor.production.example.sizes import day
from provisor.production.tables import TRUCKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import polars as pl

    from provisor.production.example.forecast import Forecast
    from provisor.production.example.world import Place, World

MORNING = "06:00"
AFTERNOON = "14:00"

_TRUCK_PALLETS = (8, 12, 16, 20, 26, 32, 38, 44, 54, 66)
"""Sizes of trucks, the last two with trailer."""

_ROOM = 1.2
"""Room on a truck for busy days, beside that for an average departure."""

_EXTRA_DAYS_BEFORE = (6, 3)
"""Days before the promotion on which an extra truck leaves."""


@dataclass(frozen=True)
class Run:
    """A truck that runs every week or on some dates, before it is known how many pallets it needs.

    Attributes:
        code: Code of the truck.
        name: Name for people.
        stops: Places served, the last one last.
        weekdays: Days of the week, 1 is Monday.
        time: Time of departure.
        departures: By stop, departures a week that share its goods.
        alternatives: Other last stops.
        dates: Days it leaves instead of weekdays.
    """

    code: str
    name: str
    stops: Sequence[Place]
    weekdays: Sequence[int]
    time: str
    departures: Sequence[int]
    alternatives: Sequence[Place] = ()
    dates: Sequence[date] = ()


def trucks_table(world: World, forecast: Forecast) -> pl.DataFrame:
    """The case's table ``trucks``: those of the plants and of the hubs that have some."""
    rows = []
    for plant in world.role("plant"):
        for run in [*_plant_runs(world, plant), *_special_runs(world, plant)]:
            rows += _trucks(world, forecast, plant, run)
    for hub in filter(world.has_trucks, world.role("hub")):
        for run in _hub_runs(world, hub):
            rows += _trucks(world, forecast, hub, run)
    return TRUCKS.frame(rows).sort("truck")


def _plant_runs(world: World, plant: Place) -> list[Run]:
    """Regular trucks of a plant: mornings to its first hub, one more by the freezer, afternoons to others."""
    first, *others = [place for place in world.fed_by(plant.code) if place.role == "hub"]
    freezers = [place for place in world.fed_by(plant.code) if place.role == "freezer"]
    direct = [place for place in world.fed_by(plant.code) if world.is_direct(place)]
    runs = [_regular_run(plant, first, "Morning", (1, 2, 3, 4, 5))]
    runs += [_freezer_run(plant, freezer, first) for freezer in freezers]
    runs += [_regular_run(plant, hub, "Afternoon", (1, 3, 5)) for hub in others]
    runs += [_regular_run(plant, spoke, "Afternoon", (2, 5)) for spoke in direct]
    return runs


def _regular_run(plant: Place, stop: Place, when: str, weekdays: Sequence[int]) -> Run:
    time = {"Morning": MORNING, "Afternoon": AFTERNOON}[when]
    name = f"{when} truck to {stop.name}"
    return Run(f"{plant.code}-{stop.code}", name, [stop], weekdays, time, [len(weekdays)])


def _freezer_run(plant: Place, freezer: Place, hub: Place) -> Run:
    """The weekly truck that fills the freezer and goes on to a hub with what room is left."""
    name = f"Morning truck by {freezer.name} to {hub.name}"
    return Run(f"{plant.code}-{freezer.code}-{hub.code}", name, [freezer, hub], (3,), MORNING, [1, 20])


def _special_runs(world: World, plant: Place) -> list[Run]:
    """Extra trucks before the promotion, and Friday trucks that go where they are needed."""
    hubs = [place for place in world.fed_by(plant.code) if place.role == "hub"]
    runs = []
    if len(hubs) > 1:
        dates = [day(world.size.promotion.start - before) for before in _EXTRA_DAYS_BEFORE]
        name = f"Extra truck to {hubs[-1].name} for the promotion"
        runs.append(
            Run(f"{plant.code}-{hubs[-1].code}-extra", name, hubs[-1:], (), AFTERNOON, [6], dates=dates)
        )
    if len(hubs) > 2:
        name = f"Friday truck to {hubs[0].name} or {hubs[1].name}"
        runs.append(Run(f"{plant.code}-swing", name, hubs[:1], (5,), "16:00", [10], alternatives=hubs[1:2]))
    return runs


def _hub_runs(world: World, hub: Place) -> list[Run]:
    """Trucks of a hub: mornings to the first half of its spokes, afternoons to the others."""
    spokes = world.fed_by(hub.code)
    half = (len(spokes) + 1) // 2
    rounds = [
        ("A", "morning", spokes[:half], (1, 3, 5), MORNING),
        ("B", "afternoon", spokes[half:], (2, 5), "13:00"),
    ]
    return [
        Run(f"{hub.code}-{letter}", f"{hub.name} {name} round", stops, days, time, [len(days)] * len(stops))
        for letter, name, stops, days, time in rounds
        if stops
    ]


def _trucks(world: World, forecast: Forecast, origin: Place, run: Run) -> list[dict[str, Any]]:
    """Rows of a run: as many equal trucks as its goods need."""
    need = sum(
        _pallets(world, forecast, stop, departures)
        for stop, departures in zip(run.stops, run.departures, strict=True)
    )
    number = ceil(need / _TRUCK_PALLETS[-1])
    pallets = next(size for size in _TRUCK_PALLETS if size * number >= need)
    km = origin.km(run.stops[-1])
    row = {
        "name": run.name,
        "origin": origin.code,
        "stops": [stop.code for stop in run.stops],
        "alternatives": [stop.code for stop in run.alternatives],
        "weekdays": list(run.weekdays),
        "dates": list(run.dates),
        "departure_time": run.time,
        "pallets": pallets,
        "cost_fixed": float(5 * ceil((20 + (0.2 + 0.01 * pallets) * km) / 5)),
        "cost_per_unit": 0.02 if run.dates else 0.0,
    }
    suffixes = [""] if number == 1 else [f"-{truck + 1}" for truck in range(number)]
    return [{"truck": run.code + suffix, **row} for suffix in suffixes]


def _pallets(world: World, forecast: Forecast, stop: Place, departures: int) -> float:
    """Pallets a departure needs for a stop: its week in equal parts, half a pallet more per product."""
    weekly = 7 * forecast.daily(world.region(stop.code))
    full = sum(
        units / departures / product.units_per_pallet + 0.5
        for units, product in zip(weekly, world.products, strict=True)
        if units > 0
    )
    return _ROOM * float(full)
