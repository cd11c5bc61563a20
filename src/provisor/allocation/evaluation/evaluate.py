"""The evaluation of several plans of a case in the same draws of demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.arrays import arrays_of
from provisor.allocation.evaluation.draws import HOW, Draws
from provisor.allocation.evaluation.played import Played
from provisor.evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.case import Case


def evaluate(
    case: Case, plans: Mapping[str, Mapping[str, pl.DataFrame]], draws: int, seed: int
) -> Evaluation:
    """Play plans through the same draws of demand.

    Args:
        case: The case.
        plans: Plan tables by name of the plan.
        draws: Number of draws.
        seed: Seed of the draws.

    Raises:
        BadRequest: Tables of a plan cannot be read, or name what the case does not have.
    """
    arrays = arrays_of(case)
    units = {
        "revenue": case.currency,
        "profit": case.currency,
        "sell_through": "share",
        "slot_sell_through": "share",
    }
    played = [Played.of(arrays, name, tables) for name, tables in plans.items()]
    samples = {measure: np.zeros((len(played), draws)) for measure in units}
    drawn = Draws(arrays, seed)
    for draw in range(draws):
        demand = drawn.demand(draw)
        for number, plan in enumerate(played):
            for measure, value in plan.play(demand).items():
                samples[measure][number, draw] = value
    return Evaluation(tuple(plans), draws, seed, HOW, units, samples)
