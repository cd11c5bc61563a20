"""Draws a production plan: ``production_pictures.py CASE PLAN DIR`` writes one PNG per picture.

Needs matplotlib (``pip install "provisor[pictures]"``). The pictures show nothing that is not in the tables
of the case and the plan.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("Agg")

import flows
import making
import matplotlib.pyplot as plt
import moving
import serving
from look import FAINT, Story, prepare, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

ONE: dict[str, tuple[Callable[[Axes, Story], None], tuple[float, float]]] = {
    "production": (making.production, (11, 2.7)),
    "hours": (making.hours, (11, 3.0)),
    "trucks": (moving.trucks, (11, 3.4)),
    "stock": (serving.stock, (11, 3.8)),
    "service": (serving.service, (9, 4.2)),
    "freshness": (serving.freshness, (7, 3.4)),
    "network": (flows.network, (10, 5)),
    "certificate": (serving.proof, (10, 2.3)),
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
    composite(story, given.folder / "plan.png")


def composite(story: Story, path: Path) -> None:
    """The whole plan at a glance."""
    figure = plt.figure(figsize=(15, 12.4), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.13, w_pad=0.08)
    rows = figure.add_gridspec(4, 2, height_ratios=[1.5, 1.35, 1.9, 3.2], width_ratios=[0.95, 1.2])
    figure.suptitle(story.case.name, x=0.005, ha="left", fontsize=14, weight="bold")
    figure.text(0.995, 0.985, _said(story), ha="right", va="top", fontsize=10, color=FAINT)
    making.production(figure.add_subplot(rows[0, :]), story)
    making.hours(figure.add_subplot(rows[1, :]), story)
    moving.trucks(figure.add_subplot(rows[2, :]), story)
    serving.service(figure.add_subplot(rows[3, 0]), story)
    flows.network(figure.add_subplot(rows[3, 1]), story, size=8)
    save(figure, path)


def _said(story: Story) -> str:
    certificate, kpis = story.plan.certificate, story.plan.kpis
    gap = "" if certificate.gap is None else f", proven within {100 * certificate.gap:.2f} %"
    return f"cost {certificate.objective:,.0f} ${gap}; {100 * kpis['service_level']:.1f} % of demand served"


if __name__ == "__main__":
    main()
