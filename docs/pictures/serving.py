"""Pictures of stock and service: what waits where, what is served, how fresh, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from textwrap import wrap
from typing import TYPE_CHECKING

import polars as pl
from look import ALARM, COLD, COLOURS, FAINT, GRID, INK, Story, day_axis, plain
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORST = 0.9
"""Service from which down a cell has the colour of alarm."""

ROAD = "on the road"


def stock(axes: Axes, story: Story) -> None:
    """Stock at day end by node, and what is on the road; places that only sell are shown together."""
    table = pl.concat([_kept(story), _on_road(story)])
    order = _order(table)
    below = [0.0] * len(story.days)
    for number, place in enumerate(order):
        by_day = dict(table.filter(pl.col("place") == place).select("date", "units").iter_rows())
        values = [by_day.get(day, 0.0) / 1000 for day in story.days]
        axes.bar(
            range(len(story.days)), values, bottom=below, width=0.86, label=place,
            **_paint(story, place, number),
        )  # fmt: skip
        below = [a + b for a, b in zip(below, values, strict=True)]
    day_axis(axes, story)
    axes.set_ylim(0, 1.08 * max(below))
    axes.set_ylabel("thousand units")
    axes.grid(axis="y", color=GRID)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.1), ncols=6, handlelength=1.2, columnspacing=1.4)
    axes.set_title("Stock at day end, by place")


def _kept(story: Story) -> pl.DataFrame:
    nodes = story.case.table("nodes")
    sending = set(story.case.table("legs")["origin"])
    selling = nodes.filter("has_demand" & ~pl.col("node").is_in(list(sending)))["node"].to_list()
    place = pl.when(pl.col("node").is_in(selling)).then(pl.lit("places that sell only"))
    named = place.otherwise(pl.col("node").replace(story.nodes)).alias("place")
    return story.table("stock").group_by(named, "date").agg(pl.col("units").sum())


def _on_road(story: Story) -> pl.DataFrame:
    """Goods on the road at each day end, those of the start included."""
    sent = story.table("departures").select("date", "arrival", "units")
    start = story.days[0] - timedelta(days=1)
    coming = story.case.table("transit").select(pl.lit(start).alias("date"), "arrival", "units")
    if not story.case.rules.transit_stock:
        coming = coming.clear()
    days = pl.DataFrame({"day": story.days})
    road = pl.concat([sent, coming]).join(days, how="cross")
    there = road.filter((pl.col("date") <= pl.col("day")) & (pl.col("arrival") > pl.col("day")))
    summed = there.group_by(pl.col("day").alias("date")).agg(pl.col("units").sum())
    return summed.select(pl.lit(ROAD).alias("place"), "date", "units")


def _order(table: pl.DataFrame) -> list[str]:
    """Places from the most to the least stock, the road last."""
    sums = table.group_by("place").agg(pl.col("units").sum()).sort("units", "place", descending=[True, False])
    return [place for place in sums["place"] if place != ROAD] + [ROAD]


def _paint(story: Story, place: str, number: int) -> dict[str, str | float]:
    nodes = story.case.table("nodes")
    frozen = nodes.filter(pl.col("storage") == "frozen")["name"].to_list()
    if place in frozen:
        return {"color": COLD}
    if place == ROAD:
        return {"color": "white", "edgecolor": FAINT, "hatch": "////", "linewidth": 0.5}
    return {"color": [colour for colour in COLOURS if colour != "#4f7fa8"][number % (len(COLOURS) - 1)]}


def service(axes: Axes, story: Story) -> None:
    """Share of demand served by node and product, and the units short where there are any."""
    table = story.table("service")
    nodes, products = sorted(set(table["node"])), list(story.products)
    paint = LinearSegmentedColormap.from_list("service", [ALARM, "#f0d9b0", "#d8e6cf", "#7fae6a"])
    cells = {(node, product): (share, short) for node, product, share, short in table.select(
        "node", "product", "service", "short").iter_rows()}  # fmt: skip
    for row, node in enumerate(nodes):
        for column, product in enumerate(products):
            if (node, product) in cells:
                share, short = cells[node, product]
                _cell(axes, (column, row), share, short, paint((max(share, WORST) - WORST) / (1 - WORST)))
    axes.set_xlim(-0.5, len(products) - 0.5)
    axes.set_ylim(len(nodes) - 0.5, -0.5)
    axes.set_xticks(range(len(products)), [_wrapped(story.products[product]) for product in products])
    axes.set_yticks(range(len(nodes)), [story.nodes[node] for node in nodes])
    plain(axes)
    axes.set_title("Demand served (units short)")


def _cell(axes: Axes, at: tuple[int, int], share: float, short: float, colour: object) -> None:
    axes.add_patch(Rectangle((at[0] - 0.48, at[1] - 0.46), 0.96, 0.92, color=colour, lw=0))
    # rounded down, so that 100 % means all of it
    said = f"{int(share * 1000 + 1e-9) / 10:.1f} %" + (f"  ({short:,.0f})" if short >= 0.5 else "")
    axes.text(*at, said, ha="center", va="center", fontsize=7.5, color=INK)


def _wrapped(name: str) -> str:
    return "\n".join(wrap(name, 14))


def freshness(axes: Axes, story: Story) -> None:
    """Units sold by the days left to them, ambient and thawed, against the fewest allowed."""
    sold = story.table("sales").group_by("state", "days_left").agg(pl.col("units").sum() / 1000)
    below: dict[int, float] = {}
    for state, colour in (("ambient", "#d9a85a"), ("thawed", COLD)):
        mine = dict(sold.filter(pl.col("state") == state).select("days_left", "units").iter_rows())
        if mine:
            at = [below.get(day, 0.0) for day in mine]
            axes.bar(list(mine), list(mine.values()), bottom=at, width=0.8, color=colour, label=state)
        for day, units in mine.items():
            below[day] = below.get(day, 0.0) + units
    if story.case.rules.min_days_at_sale:
        least = int(story.case.table("products")["min_days_at_sale"].min())
        axes.axvline(least - 0.5, color=ALARM, lw=1.4, label="fewest days allowed of any product")
    axes.set_xlabel("days left at sale")
    axes.set_ylabel("thousand units sold")
    axes.set_ylim(0, 1.3 * max(below.values(), default=1.0))
    axes.grid(axis="y", color=GRID)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper right")
    axes.set_title("How fresh goods are when they are sold")


def proof(axes: Axes, story: Story) -> None:
    """The cost of the plan between what no planning can change and what is proven."""
    certificate = story.plan.certificate
    floor = certificate.notes.get("flow_floor")
    if certificate.objective is None or certificate.bound is None or floor is None:
        axes.set_axis_off()
        return
    marks = [
        (floor, "flow of goods alone"),
        (certificate.bound, "proven bound"),
        (certificate.objective, "this plan"),
    ]
    parts = [
        (floor, certificate.bound, "#9fb3c4", "every plan pays at least this"),
        (certificate.bound, certificate.objective, "#e0a13c", "gap: what a better plan may save at most"),
    ]
    span = certificate.objective - floor
    for left, right, colour, words in parts:
        axes.barh(
            [0], [right - left], left=left, height=0.5, color=colour, label=f"{words} ({right - left:,.0f})"
        )
    crowded = min(certificate.objective - certificate.bound, certificate.bound - floor) < 0.16 * span
    for number, (value, words) in enumerate(marks):
        near = number and value - marks[number - 1][0] < 0.16 * span
        axes.vlines(value, -0.3, 0.62 if near else 0.36, color=INK, lw=1)
        axes.text(
            value, 0.68 if near else 0.42, f"{words}\n{value:,.0f}", ha="center", va="bottom", fontsize=8
        )
    axes.set_xlim(floor - 0.12 * span, certificate.objective + 0.12 * span)
    axes.set_ylim(-0.35, 1.25 if crowded else 0.95)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("cost (the axis does not begin at 0)")
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.32), ncols=2, handlelength=1.2)
    axes.set_title("What the certificate says")
