"""Generalized assignment problems in the OR-Library's format, as kernel problems.

Each job goes to exactly one agent, agents have a capacity, the cost is least. The format is that of Beasley's
OR-Library (gap): numbers of agents m and of jobs n; m rows of n costs; m rows of n amounts that the job takes of the
agent; m capacities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.problem import ItemLimit, KernelProblem, Pairs, PlaceLimit

if TYPE_CHECKING:
    from pathlib import Path


def read_assignment(path: Path) -> KernelProblem:
    """Read a file of one problem: places are agents, items are jobs, a gain is the cost with its sign turned.

    Raises:
        ValueError: The file does not hold as many numbers as its first two say.
    """
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.float64)
    agents, jobs = (int(number) for number in numbers[:2])
    expected = 2 + 2 * agents * jobs + agents
    if numbers.size != expected:
        raise ValueError(
            f"{path.name}: {agents} agents and {jobs} jobs make {expected} numbers, the file has {numbers.size}"
        )
    cost, amount = numbers[2 : expected - agents].reshape(2, agents * jobs)
    return assignment(-cost.reshape(agents, jobs), amount.reshape(agents, jobs), numbers[-agents:])


def assignment(gain: np.ndarray, amount: np.ndarray, capacity: np.ndarray) -> KernelProblem:
    """The problem of giving every job to exactly one agent.

    Args:
        gain: (agents, jobs) $.
        amount: (agents, jobs) what the job takes.
        capacity: (agents,) what the agent has.
    """
    agents, jobs = gain.shape
    count = agents * jobs
    pairs = Pairs(
        place_start=np.arange(agents + 1, dtype=np.int64) * jobs,
        item=np.tile(np.arange(jobs, dtype=np.int32), agents),
        first=np.ones(count, np.int32),
        opening=np.zeros(count, np.int32),
        start=np.arange(count + 1, dtype=np.int64),
        gain=gain.ravel().astype(np.float64),
        pack=np.ones(jobs, np.int32),
    )
    once = np.ones((jobs, 1))
    fits = PlaceLimit(
        "capacity", "styles", np.zeros(jobs, np.int32), np.full((agents, 1), -np.inf),
        capacity.reshape(agents, 1).astype(np.float64), weight=amount.ravel().astype(np.float64), per_pair=True,
    )  # fmt: skip
    return KernelProblem(pairs, (fits,), (ItemLimit("once", np.zeros(agents, np.int32), once, once),))
