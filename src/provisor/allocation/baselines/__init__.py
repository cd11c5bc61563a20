"""The plans that today's rules of thumb would make, to hold plans against; see docs/allocation/baselines.md."""

from provisor.allocation.baselines.make import METHODS, baseline

__all__ = ["METHODS", "baseline"]
