"""Answers about a production plan: what is decided, what binds, why something is so, what would have to give."""

from provisor.production.explain.causes import causes
from provisor.production.explain.decisions import DECISIONS, QUESTIONS
from provisor.production.explain.forced import forced
from provisor.production.explain.limits import limits
from provisor.production.explain.repairs import repairs

__all__ = ["DECISIONS", "QUESTIONS", "causes", "forced", "limits", "repairs"]
