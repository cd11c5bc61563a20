"""How plans of one case do in worlds that their optimizer did not see: the same worlds for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

CONFIDENCE = 0.95
"""Share of such evaluations whose interval holds the true mean."""


@dataclass(frozen=True)
class Interval:
    """A mean over draws with the ends of its confidence interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, sample: NDArray[np.float64]) -> Interval:
        """Mean with its interval by Student's t; one draw has an endless interval.

        >>> Interval.of(np.array([1.0, 2.0, 3.0])).mean
        2.0
        """
        mean, size = float(sample.mean()), sample.size
        if size < 2:
            return cls(mean, -np.inf, np.inf)
        half = float(stats.t.ppf((1 + CONFIDENCE) / 2, size - 1) * sample.std(ddof=1) / np.sqrt(size))
        return cls(mean, mean - half, mean + half)

    def as_dict(self) -> dict[str, float | None]:
        """Plain JSON values; an endless interval has empty ends."""
        ends = {"low": self.low, "high": self.high}
        return {"mean": self.mean, **{name: end if np.isfinite(end) else None for name, end in ends.items()}}


@dataclass(frozen=True)
class Evaluation:
    """Figures of several plans in the same draws.

    Attributes:
        plans: Names of the plans.
        draws: Number of draws.
        seed: Seed of the draws.
        how: How they were drawn, in words.
        units: Unit by measure; ``share`` for a figure between 0 and 1.
        samples: By measure, its value by plan and draw.
    """

    plans: tuple[str, ...]
    draws: int
    seed: int
    how: str
    units: Mapping[str, str]
    samples: Mapping[str, NDArray[np.float64]]

    def level(self, measure: str, plan: str) -> Interval:
        """Mean of a measure of a plan."""
        return Interval.of(self._of(measure, plan))

    def gain(self, measure: str, plan: str, over: str) -> Interval:
        """Mean difference of two plans, draw by draw."""
        return Interval.of(self._of(measure, plan) - self._of(measure, over))

    def relative_gain(self, measure: str, plan: str, over: str) -> Interval | None:
        """The same as a share of the other plan's mean; none where that is not positive."""
        base, gain = self.level(measure, over).mean, self.gain(measure, plan, over)
        return Interval(gain.mean / base, gain.low / base, gain.high / base) if base > 0 else None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: levels of every plan, gains of the first over each other one."""
        first, *others = self.plans
        return {
            "draws": self.draws,
            "seed": self.seed,
            "how": self.how,
            "confidence": CONFIDENCE,
            "units": dict(self.units),
            "plans": {
                plan: {name: self.level(name, plan).as_dict() for name in self.units} for plan in self.plans
            },
            "gains": [
                {
                    "plan": first,
                    "over": other,
                    "measures": {name: self._gain_document(name, first, other) for name in self.units},
                }
                for other in others
            ],
        }

    def _gain_document(self, measure: str, plan: str, over: str) -> dict[str, Any]:
        share = self.relative_gain(measure, plan, over)
        relative = None if share is None else share.as_dict()
        return {"absolute": self.gain(measure, plan, over).as_dict(), "relative": relative}

    def _of(self, measure: str, plan: str) -> NDArray[np.float64]:
        row: NDArray[np.float64] = self.samples[measure][self.plans.index(plan)]
        return row
