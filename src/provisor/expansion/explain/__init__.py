"""Answers about an expansion plan: what is decided, what binds, why something is so, what would have to give."""

from provisor.expansion.explain.causes import causes
from provisor.expansion.explain.decisions import DECISIONS, QUESTIONS
from provisor.expansion.explain.forced import forced
from provisor.expansion.explain.limits import limits
from provisor.expansion.explain.repairs import repairs

__all__ = ["DECISIONS", "QUESTIONS", "causes", "forced", "limits", "repairs"]
