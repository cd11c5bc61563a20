"""The load of every truck on its schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from look import FAINT, INK, Story, day_axis, plain
from making import ROOM_FOR_FIGURES
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes

LOAD = "#b3cbe0"
FULL = "#e8ab98"
NEARLY_FULL = 0.9
"""Share of places from which a truck is shown as full."""


def trucks(axes: Axes, story: Story) -> None:
    """A box for each departure on the schedule, filled as the truck is; in it the pallets on it."""
    loads = {
        (truck, day): (pallets, places)
        for day, truck, pallets, places in story.table("truck_loading")
        .select("date", "truck", "pallets", "places")
        .iter_rows()
    }
    rows = story.case.table("trucks").sort("origin", "truck").to_dicts()
    for row, truck in enumerate(rows):
        for day in _runs(story, truck):
            pallets, places = loads.get((truck["truck"], day), (0, truck["pallets"]))
            _box(axes, (story.number(day), row), pallets, places, figures=len(story.days) <= ROOM_FOR_FIGURES)
    axes.set_yticks(range(len(rows)), [f"{truck['truck']}  ({truck['pallets']})" for truck in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    day_axis(axes, story)
    plain(axes)
    axes.set_title("Trucks: pallets on each departure (and places of the truck)")


def _runs(story: Story, truck: dict[str, Any]) -> list[date]:
    dates, weekdays = set(truck["dates"] or ()), set(truck["weekdays"] or range(1, 8))
    return [day for day in story.days if (day in dates if dates else day.isoweekday() in weekdays)]


def _box(axes: Axes, at: tuple[int, int], pallets: int, places: int, *, figures: bool) -> None:
    (x, row), fill = at, pallets / places if places else 0.0
    low, high = row + 0.36, 0.72
    axes.add_patch(Rectangle((x - 0.4, row - 0.36), 0.8, high, fc="white", ec=FAINT, lw=0.7))
    if pallets:
        colour = FULL if fill >= NEARLY_FULL else LOAD
        axes.add_patch(Rectangle((x - 0.4, low - high * fill), 0.8, high * fill, color=colour, lw=0))
        if figures:
            axes.text(x, row, f"{pallets}", ha="center", va="center", fontsize=7, color=INK, weight="bold")
