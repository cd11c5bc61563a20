"""The network on its map: nodes where they lie, arrows as wide as what moved, names where there is room."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import polars as pl
from look import COLD, FAINT, INK, Story
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Point = tuple[float, float]

WARM = "#d9a85a"
PLANT = "#b5563c"
SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
SHARES = tuple(number / 24 for number in range(1, 24))
MIDDLE = (0.5, 0.42, 0.58, 0.34, 0.66)
"""Where along an arrow its figure may stand, the best place first."""

SHORTEST = 55
"""Pixels from which on an arrow has room for its figure."""


def network(axes: Axes, story: Story, size: float = 8.5) -> None:
    """The nodes where they lie, and what moved between them over the whole horizon.

    Names find their places last, so draw all else of a figure before.
    """
    nodes = story.case.table("nodes").drop_nulls(["latitude", "longitude"]).to_dicts()
    if not nodes:
        axes.set_axis_off()
        return
    sending = set(story.case.table("legs")["origin"])
    at = {node["node"]: (node["longitude"], node["latitude"]) for node in nodes}
    _frame(axes, list(at.values()))
    for node in nodes:
        marker, colour, area = _mark(node, sending)
        axes.scatter(
            *at[node["node"]], s=area, marker=marker, color=colour, edgecolor="white", lw=1, zorder=5
        )
    flows = _arrows(axes, story, at)
    _legend(axes)
    axes.set_title("The network, and thousands of units moved on each way")
    axes.figure.canvas.draw()
    axes.figure.set_layout_engine("none")
    _name(axes, story, at, flows, size)


def _frame(axes: Axes, points: list[Point]) -> None:
    """A frame around all places with room for names, degrees drawn in proportion."""
    xs, ys = zip(*points, strict=True)
    shrink = math.cos(math.radians(sum(ys) / len(ys)))
    span = max((max(xs) - min(xs)) * shrink, max(ys) - min(ys), 0.1)
    left, right = min(xs) - 0.17 * span / shrink, max(xs) + 0.12 * span / shrink
    axes.scatter([left, right], [min(ys) - 0.08 * span, max(ys) + 0.06 * span], alpha=0)
    axes.margins(0)
    axes.set_aspect(1 / shrink, adjustable="datalim")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])


def _mark(node: dict[str, Any], sending: set[str]) -> tuple[str, str, int]:
    """Marker, colour and area of a node by what it can do."""
    if node["can_make"]:
        return "s", PLANT, 130
    if node["storage"] == "frozen":
        return "D", COLD, 80
    return ("o", INK, 80) if node["node"] in sending else ("o", FAINT, 45)


def _arrows(axes: Axes, story: Story, at: dict[str, Point]) -> list[tuple[Point, Point, float]]:
    """Draw an arrow for each way; start, end and units of each."""
    moved = (
        story.table("departures")
        .group_by("origin", "stop")
        .agg(pl.col("units").sum(), (pl.col("state") == "frozen").any().alias("frozen"))
        .filter(pl.col("origin").is_in(list(at)) & pl.col("stop").is_in(list(at)))
        .sort("units", "origin", "stop", descending=[True, False, False])
    )
    most = float(moved["units"].max() or 1.0)
    for origin, stop, units, frozen in moved.iter_rows():
        axes.add_patch(
            FancyArrowPatch(
                at[origin], at[stop], arrowstyle="-|>", mutation_scale=9, lw=0.8 + 4.5 * units / most,
                color=COLD if frozen else WARM, alpha=0.9, shrinkA=6, shrinkB=7, zorder=3,
            )
        )  # fmt: skip
    return [(at[origin], at[stop], units) for origin, stop, units, _ in moved.iter_rows()]


def _legend(axes: Axes) -> None:
    for marker, colour, area, words in (
        ("s", PLANT, 60, "makes goods"),
        ("D", COLD, 40, "keeps frozen goods"),
        ("o", INK, 45, "hub"),
        ("o", FAINT, 28, "sells"),
    ):
        axes.scatter([], [], s=area, marker=marker, color=colour, label=words)
    axes.plot([], [], color=WARM, lw=3, label="ambient or thawed")
    axes.plot([], [], color=COLD, lw=3, label="frozen")
    axes.legend(loc="upper left", bbox_to_anchor=(0, 0.02), ncols=6, handlelength=1.2, columnspacing=1.2)


def _name(
    axes: Axes, story: Story, at: dict[str, Point], flows: list[tuple[Point, Point, float]], size: float
) -> None:
    """Write the names of the nodes, the most crowded first, then the figures of the arrows."""
    pixels = {code: tuple(axes.transData.transform(point)) for code, point in at.items()}
    labels = _Labels(axes, [_around(pixel, 9) for pixel in pixels.values()])
    middles = []
    for start, end, units in flows:
        a, b = axes.transData.transform([start, end])
        labels.taken += [_around(_between(a, b, share), 5) for share in SHARES]
        if math.dist(a, b) > SHORTEST:
            middles.append(([_between(start, end, share) for share in MIDDLE], units))
    crowd = {code: sum(math.dist(p, q) < 150 for q in pixels.values()) for code, p in pixels.items()}
    for code in sorted(at, key=lambda code: (-crowd[code], code)):
        labels.put([at[code]], story.nodes[code], size)
    for points, units in middles:
        labels.put(points, f"{units / 1000:,.1f}" if units < 99_500 else f"{units / 1000:,.0f}", size - 1)


def _around(point: Point, reach: float) -> Bbox:
    return Bbox.from_extents(point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


@dataclass
class _Labels:
    """Puts words beside their places where they cover least of what is there.

    Attributes:
        axes: The chart, already laid out.
        taken: Boxes that words should not cover, in pixels.
    """

    axes: Axes
    taken: list[Bbox] = field(default_factory=list)

    def put(self, points: list[Point], words: str, size: float) -> None:
        """Write words near one of some points, on the side with most room."""
        text = self.axes.annotate(
            words, points[0], (0, 0), textcoords="offset pixels", fontsize=size, zorder=6, ha="center",
            va="center", path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip
        box = text.get_window_extent()
        tried = [
            (self._covered(moved) + 6 * far, number, point, shift, moved)
            for number, (far, point, side) in enumerate(product((9, 17, 26), points, SIDES))
            for shift in [(side[0] * (far + box.width / 2), side[1] * (far + box.height / 2))]
            for moved in [_moved(box, self.axes.transData.transform(point), shift)]
        ]
        *_, point, shift, moved = min(tried, key=lambda one: one[:2])
        text.xy = point
        # the picture may be saved with more pixels than it is laid out with
        points_per_pixel = 72 / self.axes.figure.dpi
        text.set_anncoords("offset points")
        text.set_position((shift[0] * points_per_pixel, shift[1] * points_per_pixel))
        self.taken.append(moved)

    def _covered(self, box: Bbox) -> float:
        """Area of a box that is taken or, counted ten times, outside the chart, in square pixels."""
        outside = box.width * box.height - _shared(box, self.axes.get_window_extent())
        return 10 * outside + sum(_shared(box, other) for other in self.taken)


def _shared(box: Bbox, other: Bbox) -> float:
    shared = Bbox.intersection(box, other)
    return 0.0 if shared is None else shared.width * shared.height


def _moved(box: Bbox, point: Point, shift: Point) -> Bbox:
    """A box of the same size, its middle at a point and shifted."""
    return Bbox.from_bounds(
        point[0] + shift[0] - box.width / 2, point[1] + shift[1] - box.height / 2, box.width, box.height
    )
