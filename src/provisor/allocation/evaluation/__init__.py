"""How allocation plans do when demand is drawn around its forecast; see docs/allocation/baselines.md."""

from provisor.allocation.evaluation.evaluate import evaluate

__all__ = ["evaluate"]
