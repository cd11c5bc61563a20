"""Answers about an allocation plan: what is decided, what binds, why something is so, what would have to give."""

from provisor.allocation.explain.causes import causes
from provisor.allocation.explain.decisions import DECISIONS, QUESTIONS
from provisor.allocation.explain.forced import forced
from provisor.allocation.explain.limits import limits
from provisor.allocation.explain.repairs import repairs

__all__ = ["DECISIONS", "QUESTIONS", "causes", "forced", "limits", "repairs"]
