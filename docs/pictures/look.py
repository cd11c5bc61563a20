"""How all pictures look, and the case and plan they are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import polars as pl

from provisor import Case, Plan, read_case

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


INK = "#22313f"
"""Colour of text."""

FAINT = "#8a97a3"
"""Colour of text that says less, and of frames."""

GRID = "#e4e9ed"
REST = "#f3f5f7"
"""Colour behind days without fixed hours."""

ALARM = "#c8442f"
"""Colour of limits and of what is short."""

COLD = "#3f8fc4"
"""Colour of all that is frozen."""

COLOURS = ("#e0a13c", "#b5563c", "#6b8f4e", "#4f7fa8", "#8b6aa7", "#4ba59b", "#c77f9a", "#8c7a5b")
"""Colours of products and places, in order."""


@dataclass(frozen=True)
class Story:
    """A case and its plan, with what the pictures ask of them."""

    case: Case
    plan: Plan

    @classmethod
    def of(cls, case: Path, plan: Path) -> Story:
        """Read both from their folders."""
        return cls(read_case(case), Plan.load(plan))

    @cached_property
    def days(self) -> list[date]:
        """Days of the horizon."""
        settings = self.case.settings
        return [settings.start + timedelta(days=number) for number in range(settings.days)]

    @cached_property
    def products(self) -> dict[str, str]:
        """Name by product."""
        return dict(self.case.table("products").select("product", "name").iter_rows())

    @cached_property
    def colours(self) -> dict[str, str]:
        """Colour by product."""
        return {code: COLOURS[number % len(COLOURS)] for number, code in enumerate(self.products)}

    @cached_property
    def nodes(self) -> dict[str, str]:
        """Name by node."""
        return dict(self.case.table("nodes").select("node", "name").iter_rows())

    @cached_property
    def resting(self) -> set[date]:
        """Days on which no node has fixed hours."""
        fixed = self.case.table("calendar").group_by("date").agg(pl.col("is_fixed_day").any())
        return {day for day, works in fixed.iter_rows() if not works and day in set(self.days)}

    def number(self, day: date) -> int:
        """Number of a day, 0 for the first."""
        return (day - self.days[0]).days

    def table(self, name: str) -> pl.DataFrame:
        """Table of the plan."""
        return self.plan.table(name)


def prepare() -> None:
    """Set fonts and frames."""
    mpl.rcParams.update(
        {
            "font.family": "DejaVu Sans",
            "font.size": 9,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": FAINT,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.titlepad": 10,
            "axes.axisbelow": True,
            "xtick.color": INK,
            "ytick.color": INK,
            "xtick.labelsize": 8,
            "ytick.labelsize": 8,
            "legend.frameon": False,
            "legend.fontsize": 8,
            "hatch.linewidth": 0.6,
            "svg.hashsalt": "provisor",
        }
    )


def day_axis(axes: Axes, story: Story) -> None:
    """Days along the horizontal axis: a label for each Monday and the first day, days of rest shaded."""
    days = story.days
    axes.set_xlim(-0.5, len(days) - 0.5)
    for number, day in enumerate(days):
        if day in story.resting:
            axes.axvspan(number - 0.5, number + 0.5, color=REST, zorder=0)
    marked = [number for number, day in enumerate(days) if number == 0 or day.weekday() == 0]
    axes.set_xticks(marked, [f"{days[number]:%a} {days[number].day} {days[number]:%b}" for number in marked])
    axes.set_xticks(range(len(days)), minor=True)
    axes.tick_params(axis="x", which="minor", length=2, color=FAINT)


def plain(axes: Axes) -> None:
    """Neither frame nor marks: for rows of boxes."""
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def save(figure: Figure, path: Path) -> None:
    """Write a picture and say so; the same plan gives the same file."""
    figure.savefig(path, dpi=150, facecolor="white", metadata={"Software": None})
    plt.close(figure)
    print(path)
