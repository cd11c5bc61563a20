"""The README of an example case: what it is, and a picture of its network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.production.example.forecast import PROMOTED
from provisor.production.example.make import GROUP
from provisor.production.example.sizes import HOLIDAYS, START, day

if TYPE_CHECKING:
    from provisor.production.example.world import World

_DRAWN_SPOKES = 10
"""Up to this many spokes are drawn one by one; more of them are drawn as one box for each hub."""


def readme(world: World, tables: dict[str, pl.DataFrame], size: str) -> str:
    """Text of ``README.md``."""
    return "\n".join(
        [_story(world, tables, size), "", *_picture(world), "", *_files(), "", *_try(size, world.seed), ""]
    )


_STORY = """\
# {group}: the {size} production example

A made-up group of bakeries in a made-up country; nobody's figures. Generated, seed {seed}.

- **Question:** what to make, load, freeze and send on each of {days} days from {start}, at least cost.
- **Network:** {network}.
  Goods leave bakeries and hubs on scheduled trucks; hubs reached by ferry have vans that leave on any day.
  Towns beyond the sea get frozen goods that thaw on arrival.
- **Products:** {products} of {brands} brands, made in whole mixes.
- **Demand:** {demand}.
- **There already:** {opening:,.0f} units in stock and on the road, in batches of different ages.
  One batch at the first hub can be sold for two more days only.
- **Working time:** ten hours on weekdays and up to two and a half of overtime, just about enough;
  weekends and national days at a premium: {closed}.
  Trucks run on national days."""


def _story(world: World, tables: dict[str, pl.DataFrame], size: str) -> str:
    return _STORY.format(
        group=GROUP,
        size=size,
        seed=world.seed,
        days=world.size.days,
        start=START,
        network=_network(world),
        products=world.size.products,
        brands=len({product.brand for product in world.products}),
        demand=_demand(world, tables),
        opening=_total(tables["stock"]) + _total(tables["transit"]),
        closed=_closed(world),
    )


def _network(world: World) -> str:
    parts = [
        _count(len(world.role("plant")), "bakery", "bakeries"),
        _count(len(world.role("hub")), "hub", "hubs"),
        _count(len(world.role("freezer")), "cold store", "cold stores"),
    ]
    return f"{', '.join(parts)} and {_count(len(world.role('spoke')), 'town', 'towns')}"


def _demand(world: World, tables: dict[str, pl.DataFrame]) -> str:
    sold = _total(tables["demand"].filter(pl.col("date") < day(world.size.days)))
    promotion = world.size.promotion
    return (
        f"{sold:,.0f} units with weekdays, trends and noise;\n"
        f"  {world.products[PROMOTED].name} is on promotion "
        f"from {day(promotion.start)} to {day(promotion.stop - 1)}"
    )


def _total(table: pl.DataFrame) -> float:
    return float(table["units"].sum())


def _closed(world: World) -> str:
    end = day(world.size.days)
    return ", ".join(f"{name} ({date})" for date, name in HOLIDAYS.items() if date < end)


def _count(number: int, one: str, many: str) -> str:
    """A number with its noun.

    >>> _count(1, "hub", "hubs"), _count(2, "hub", "hubs")
    ('1 hub', '2 hubs')
    """
    return f"{number} {one if number == 1 else many}"


def _picture(world: World) -> list[str]:
    """The network in Mermaid: solid arrows ambient, dotted ones frozen."""
    several = len(world.role("spoke")) > _DRAWN_SPOKES
    lines = ["```mermaid", "flowchart LR"]
    drawn = [place for place in world.places.values() if place.role != "spoke" or not several]
    for place in drawn:
        left, right = {"plant": ("[[", "]]"), "freezer": ("[(", ")]"), "hub": ("[", "]")}.get(
            place.role, ("(", ")")
        )
        lines.append(f'  {place.code}{left}"{place.code} {place.name}"{right}')
    lines += [
        f"  {place.feeder} {'-. frozen .->' if world.is_far(place) else '-->'} {place.code}"
        for place in drawn
        if place.feeder
    ]
    if several:
        for feeder in drawn:
            spokes = [place for place in world.fed_by(feeder.code) if place.role == "spoke"]
            if spokes:
                arrow = "-. frozen .->" if world.is_far(spokes[0]) else "-->"
                lines.append(
                    f'  {feeder.code} {arrow} {feeder.code}S("{_count(len(spokes), "town", "towns")}")'
                )
    return [*lines, "```"]


def _files() -> list[str]:
    return [
        "| file | what it holds |",
        "|---|---|",
        "| `case.yaml` | start, length and files of the case, and the rules in force |",
        "| `network.xlsx` | products, nodes, legs, trucks, calendar, costs |",
        "| `forecast.xlsx` | demand by node, product and day, four weeks beyond the horizon |",
        "| `stock.xlsx` | opening stock by batch, and goods on the road |",
        "",
        "Each workbook begins with a sheet `guide` that explains every column.",
    ]


def _try(size: str, seed: int) -> list[str]:
    return [
        "```",
        "provisor check case.yaml",
        "provisor solve case.yaml --out plan",
        "provisor audit case.yaml plan",
        "```",
        "",
        f"Made by `provisor new production DIR --size {size} --seed {seed}`.",
    ]
