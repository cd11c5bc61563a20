"""Demand drawn from distributions that no plan was made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Whole = NDArray[np.int64]
    Floats = NDArray[np.float64]

PRODUCT_ERROR, STORE_ERROR = 0.30, 0.15
"""Standard deviation of the logarithm of what a product, or a store, sells beside its forecast."""

HOW = (
    "demand is Poisson around the forecast times an error of the product (lognormal, 0.30), one of the store "
    "(lognormal, 0.15) and one of the pair (lognormal, as wide as the pair's dispersion asks); all errors are "
    "1 in the mean"
)


@dataclass(frozen=True)
class Draws:
    """Demand by draw: the same for all plans, for it depends on the case's pairs, the seed and the draw alone.

    The optimizer assumes that pairs are independent and Poisson or negative binomial. Here a product's forecast
    is wrong in all stores at once, a store's for all its products, and the errors of pairs have the variance of
    their dispersion but the shape of a lognormal.

    Attributes:
        arrays: The case.
        seed: Seed.
    """

    arrays: Arrays
    seed: int

    def demand(self, draw: int) -> Whole:
        """Pieces asked for, by pair and period."""
        random = np.random.default_rng([self.seed, draw])
        pairs, arrays = self.arrays.pairs, self.arrays
        by_product = _errors(random, np.full(len(arrays.product_names), PRODUCT_ERROR**2))
        by_store = _errors(random, np.full(len(arrays.store_names), STORE_ERROR**2))
        mean = pairs.mean
        spread = np.log1p((pairs.dispersion - 1.0)[:, None] / np.maximum(mean, 1e-9))
        error = _errors(random, spread) * (by_product[pairs.product] * by_store[pairs.store])[:, None]
        return random.poisson(mean * error)


def _errors(random: np.random.Generator, variance: Floats) -> Floats:
    """Lognormal errors of mean 1 with ``variance`` of the logarithm."""
    errors: Floats = np.exp(random.standard_normal(variance.shape) * np.sqrt(variance) - variance / 2)
    return errors
