"""Causes of what is built or not, of shares, of loads above trucks, and of demand not served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.case import BadRequest
from provisor.expansion.explain.built import built
from provisor.expansion.explain.forced import TABLES, month_of
from provisor.expansion.explain.loads import loads
from provisor.expansion.explain.shares import shares
from provisor.expansion.explain.short import short
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.explaining import Cause, Question
    from provisor.plan import Plan

_ANSWERS = {"shelves": built, "share": shares, "trucks": loads, "short": short}


def causes(case: Case, plan: Plan, question: Question) -> list[Cause]:
    """Causes of what a question names, the weightiest first.

    Raises:
        BadRequest: The question names what the case does not have, or there is no such thing in the plan.
    """
    where = question.where
    known = {**TABLES, "supplier": ("suppliers", "supplier")}
    wrong = [
        text
        for name, (table, column) in known.items()
        if name in where
        for text in unknown(case, table, column, [where[name]])
    ]
    if wrong:
        raise BadRequest("\n".join(wrong))
    month_of(case, where, "month")
    return sorted(_ANSWERS[question.subject](case, plan, where), key=lambda cause: -cause.amount)
