"""Random numbers of an example: one stream for each topic, so that a change of one leaves the others alone."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

Topic = Literal["stores", "products", "pairs", "demand", "opening", "supply", "receipts", "plan"]


def stream(seed: int, topic: Topic) -> np.random.Generator:
    """Random numbers of one topic, the same for the same seed whatever else is drawn.

    Raises:
        ValueError: The seed is negative.
    """
    if seed < 0:
        raise ValueError(f"the seed is {seed}; it must be 0 or more")
    return np.random.default_rng([seed, get_args(Topic).index(topic)])


def shares(total: int, weights: np.ndarray, least: int = 1) -> np.ndarray:
    """Whole parts of ``total`` in proportion to ``weights``, each at least ``least`` (largest remainders).

    >>> shares(10, np.array([5.0, 3.0, 1.0])).tolist()
    [5, 3, 2]
    """
    free = total - least * len(weights)
    exact = free * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: free - int(whole.sum())]] += 1
    parts: np.ndarray = whole + least
    return parts
