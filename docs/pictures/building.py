"""Pictures of what is built: stock against room, how full all shelves are, need by year, policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from look import ALARM, COLOURS, FAINT, GRID, INK, Story

import provisor

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def room(axes: Axes, story: Story) -> None:
    """Fullest day of each month against the room, for the type of shelf that is built most, by site."""
    kind = story.table("shelf_additions").group_by("storage_type").agg(pl.col("total_sqft").sum())
    built = kind.sort("total_sqft", descending=True)["storage_type"][0]
    used = story.table("utilisation").filter(storage_type=built)
    for number, site in enumerate(used["facility"].unique(maintain_order=True).sort()):
        months = _by_month(used.filter(facility=site), "volume_cuft", "volume_capacity_cuft")
        colour = COLOURS[number % len(COLOURS)]
        x = months["month"].to_numpy()
        axes.plot(x, months["volume_cuft"] / 1000, color=colour, lw=1.6, label=f"{site}: stock")
        axes.step(
            x, months["volume_capacity_cuft"] / 1000, where="mid", color=colour, lw=1.0, ls=(0, (4, 2)),
            label=f"{site}: room",
        )  # fmt: skip
    _month_axis(axes, story)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("1,000 cuft")
    axes.grid(axis="y", color=GRID)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.1), ncols=6, handlelength=1.8)
    axes.set_title(f"{built.capitalize()} shelves: fullest day of each month, and the room after building")


def fullness(axes: Axes, story: Story) -> None:
    """Month by shelves: how full they are on the fullest day, by volume or weight."""
    share = pl.max_horizontal("volume_used", "weight_used")
    name = pl.concat_str("facility", pl.lit(", "), "storage_type").alias("shelves")
    table = (
        story.table("utilisation")
        .with_columns(share=share, shelves=name)
        .group_by("shelves", "month")
        .agg(pl.col("share").max())
        .sort("shelves", "month")
    )
    names = table["shelves"].unique(maintain_order=True).to_list()
    figures = table["share"].to_numpy().reshape(len(names), -1)
    image = axes.imshow(
        figures,
        aspect="auto",
        cmap="YlOrRd",
        vmin=0,
        vmax=1,
        extent=(0.5, figures.shape[1] + 0.5, len(names), 0),
    )
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    _month_axis(axes, story)
    axes.tick_params(axis="y", length=0)
    axes.figure.colorbar(image, ax=axes, shrink=0.9, pad=0.01, format=lambda value, _: f"{100 * value:.0f} %")
    axes.set_title("How full the shelves are on the fullest day of each month, by volume or weight")


def need(axes: Axes, story: Story) -> None:
    """Area needed by the end of each year, by site."""
    table = story.table("need_by_year").filter(pl.col("sqft").is_not_null()).sort("year", "facility")
    years = table["year"].unique(maintain_order=True).to_list()
    below = np.zeros(len(years))
    for number, site in enumerate(table["facility"].unique(maintain_order=True)):
        sqft = table.filter(facility=site)["sqft"].to_numpy()
        axes.bar(range(len(years)), sqft, bottom=below, width=0.6, color=COLOURS[number], label=site)
        below = below + sqft
    costs = table.group_by("year", maintain_order=True).agg(pl.col("cost").first())["cost"]
    for place, (height, cost) in enumerate(zip(below, costs, strict=True)):
        axes.text(place, height, f"{cost:,.0f} $", ha="center", va="bottom", fontsize=8, color=INK)
    dates = story.table("utilisation").group_by("month").agg(pl.col("date").min())
    last = table.select("year", "last_month").unique().join(dates, left_on="last_month", right_on="month")
    axes.set_xticks(range(len(years)), [f"{day:%b %Y}" for day in last.sort("year")["date"]])
    axes.set_ylabel("sqft")
    axes.grid(axis="y", color=GRID)
    axes.legend(loc="upper left")
    axes.margins(y=0.12)
    axes.set_title("Area needed by the end of each year, and what it costs")


def policies(axes: Axes, story: Story) -> None:
    """Cost of building for each combination of days on hand, of two kinds of supplier."""
    table = provisor.study(story.case, "policies", domestic=range(1, 9), overseas=range(2, 17, 2)).table
    across, up = table["overseas"].unique().sort(), table["domestic"].unique().sort()
    costs = table.sort("domestic", "overseas")["cost"].to_numpy().astype(float).reshape(len(up), len(across))
    axes.imshow(costs, aspect="auto", cmap="YlGnBu", origin="lower", alpha=0.85)
    for (row, column), cost in np.ndenumerate(costs):
        none = np.isnan(cost)
        said = "none" if none else f"{cost / 1000:,.0f}"
        axes.text(
            column, row, said, ha="center", va="center", fontsize=7.5,
            color=ALARM if none else "white" if cost > 0.6 * np.nanmax(costs) else INK,
        )  # fmt: skip
    axes.set_xticks(range(len(across)), [f"{days:g}" for days in across])
    axes.set_yticks(range(len(up)), [f"{days:g}" for days in up])
    axes.set_xlabel("days on hand of overseas suppliers")
    axes.set_ylabel("of domestic ones")
    axes.tick_params(length=0)
    axes.set_title("Cost of building by policy, in 1,000 $; none: cannot be served")


def _by_month(used: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return used.group_by("month").agg(pl.col(columns).max()).sort("month")


def _month_axis(axes: Axes, story: Story) -> None:
    """Months along the horizontal axis: a label for the first of each year."""
    first = story.table("utilisation").group_by("month").agg(pl.col("date").min()).sort("month")
    axes.set_xlim(0.5, first.height + 0.5)
    marked = first.filter((pl.col("month") - 1) % 12 == 0)
    axes.set_xticks(marked["month"], [f"{day:%b %Y}" for day in marked["date"]])
    axes.set_xticks(first["month"], minor=True)
    axes.tick_params(axis="x", which="minor", length=2, color=FAINT)
