"""Draws an expansion plan: ``expansion_pictures.py CASE PLAN DIR`` writes one PNG per picture.

Needs matplotlib (``pip install "provisor[pictures]"``). The pictures show nothing that is not in the tables
of the case and the plan, or in a study of the case.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("Agg")

import building
import matplotlib.pyplot as plt
from look import FAINT, Story, prepare, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

ONE: dict[str, tuple[Callable[[Axes, Story], None], tuple[float, float]]] = {
    "expansion-room": (building.room, (11, 3.6)),
    "expansion-fullness": (building.fullness, (11, 3.6)),
    "expansion-need": (building.need, (7, 3.2)),
    "expansion-policies": (building.policies, (6.4, 4.2)),
}
"""Pictures with one drawing: how it is drawn, and its size in inches."""


def main() -> None:
    """Draw all pictures of a plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    prepare()
    story = Story.of(given.case, given.plan)
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, (draw, size) in ONE.items():
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        draw(axes, story)
        save(figure, given.folder / f"{name}.png")
    composite(story, given.folder / "expansion.png")


def composite(story: Story, path: Path) -> None:
    """The whole plan at a glance."""
    figure = plt.figure(figsize=(15, 11), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.13, w_pad=0.08)
    rows = figure.add_gridspec(3, 2, height_ratios=[1.25, 1.25, 1.3])
    figure.suptitle(story.case.name, x=0.005, ha="left", fontsize=14, weight="bold")
    figure.text(0.995, 0.985, _said(story), ha="right", va="top", fontsize=10, color=FAINT)
    building.room(figure.add_subplot(rows[0, :]), story)
    building.fullness(figure.add_subplot(rows[1, :]), story)
    building.need(figure.add_subplot(rows[2, 0]), story)
    building.policies(figure.add_subplot(rows[2, 1]), story)
    save(figure, path)


def _said(story: Story) -> str:
    certificate = story.plan.certificate
    gap = "" if certificate.gap is None else f", proven within {100 * certificate.gap:.2f} %"
    return f"cost {certificate.objective:,.0f} ${gap}; {story.plan.kpis['sqft_added']:,.0f} sqft added"


if __name__ == "__main__":
    main()
