"""Pictures of production: what is made on which day, and the hours it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from look import ALARM, FAINT, GRID, INK, Story, day_axis, plain
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = {"regular": "#9fb3c4", "overtime": "#e0a13c", "premium": "#b5563c"}
"""Colour by kind of hour."""

ROOM_FOR_FIGURES = 35
"""Days up to which the boxes of a chart leave room for figures."""


def production(axes: Axes, story: Story) -> None:
    """Mixes by product and day; one row for each node where several make."""
    made = story.table("production").filter(pl.col("units") > 0)
    rows = made.select("node", "product").unique().sort("node", "product").rows()
    several = made["node"].n_unique() > 1
    for row, (node, product) in enumerate(rows):
        mine = made.filter((pl.col("node") == node) & (pl.col("product") == product))
        for day, mixes, units in mine.select("date", "mixes", "units").iter_rows():
            x = story.number(day)
            axes.add_patch(Rectangle((x - 0.5, row - 0.36), 1, 0.72, color=story.colours[product], lw=0))
            if len(story.days) <= ROOM_FOR_FIGURES:
                said = f"{mixes:.0f}" if mixes is not None else f"{units:,.0f}"
                axes.text(x, row, said, ha="center", va="center", fontsize=7.5, color="white", weight="bold")
    names = [
        f"{node}  {story.products[product]}" if several else story.products[product] for node, product in rows
    ]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    day_axis(axes, story)
    plain(axes)
    axes.hlines([row + 0.5 for row in range(len(rows) - 1)], -0.5, len(story.days) - 0.5, color=GRID, lw=0.8)
    axes.set_title("What is made: mixes by product and day")


def hours(axes: Axes, story: Story) -> None:
    """Hours by kind and day, all nodes that make together, against fixed hours and the limit."""
    table = (
        story.table("hours")
        .group_by("date")
        .agg(pl.col("regular", "overtime", "premium", "fixed", "limit").sum())
        .sort("date")
    )
    x = [story.number(day) for day in table["date"]]
    below = [0.0] * len(x)
    for kind, colour in KINDS.items():
        values = table[kind].to_list()
        if any(values):
            axes.bar(x, values, bottom=below, width=0.72, color=colour, label=kind)
        below = [a + b for a, b in zip(below, values, strict=True)]
    left, right = [day - 0.42 for day in x], [day + 0.42 for day in x]
    axes.hlines(table["limit"], left, right, color=ALARM, lw=1.4, label="limit of the day")
    fixed = table.filter(pl.col("fixed") > 0)
    at = [story.number(day) for day in fixed["date"]]
    axes.hlines(
        fixed["fixed"], [day - 0.42 for day in at], [day + 0.42 for day in at],
        color=INK, lw=1, linestyles=(0, (2, 1.5)), label="fixed hours",
    )  # fmt: skip
    day_axis(axes, story)
    axes.set_ylim(0, 1.12 * float(table["limit"].max()))
    axes.set_ylabel("hours")
    axes.grid(axis="y", color=GRID)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=5, handlelength=1.4)
    axes.set_title("Hours used, against the limit of each day")
    axes.spines["bottom"].set_color(FAINT)
