"""How long a solve has taken, and how long it may still take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Clock:
    """Wall-clock time of a solve.

    Attributes:
        limit: Seconds it may take.
        began: When it began, by the clock that never goes back.
    """

    limit: float
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float:
        """Seconds left."""
        return max(0.0, self.limit - self.seconds)
