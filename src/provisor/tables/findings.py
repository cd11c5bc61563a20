"""From rows of a table to findings in words, and how much difference is rounding."""

from __future__ import annotations

from datetime import date
from string import Formatter
from typing import TYPE_CHECKING

import polars as pl

from provisor.auditing import TOLERANCE, Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RELATIVE = 1e-9
"""Share of the amounts added up that is rounding of their sum."""


def slack(gross: pl.Expr) -> pl.Expr:
    """Difference that is rounding where amounts of ``gross`` were added up."""
    return TOLERANCE + RELATIVE * gross.abs()


def differs(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether two figures differ by more than rounding; empty where one of them is empty."""
    return (left - right).abs() > slack(pl.max_horizontal(left.abs(), right.abs()))


def said(value: object) -> str:
    """A value as a planner writes it.

    >>> said(1234.50), said(date(2025, 10, 22)), said(0.00012)
    ('1,234.5', '2025-10-22', '0.00012')
    """
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, float):
        return str(value)
    digits = 6 if abs(value) < 0.01 else 4
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".")


def report(rule: str, frame: pl.DataFrame, where: Sequence[str], unit: str, words: str) -> list[Finding]:
    """The findings of :func:`findings_of` at once."""
    return list(findings_of(rule, frame, where, unit, words))


def findings_of(rule: str, frame: pl.DataFrame, where: Sequence[str], unit: str, words: str) -> Findings:
    """One finding per row of ``frame``, in the order of the columns ``where``.

    Args:
        rule: Id of the rule.
        frame: The violations; column ``amount`` says how much.
        where: Columns that name the place; empty cells are left out.
        unit: Unit of ``amount``.
        words: The sentence, with columns of ``frame`` in braces.
    """
    if frame.is_empty():
        return Findings({}, tuple)
    named = [name for _, name, _, _ in Formatter().parse(words) if name]
    columns = list(dict.fromkeys([*where, *named, "amount"]))
    needed = frame.select(columns)
    return Findings({rule: frame.height}, lambda: _told(rule, needed, where, unit, words))


def _told(rule: str, frame: pl.DataFrame, where: Sequence[str], unit: str, words: str) -> Iterator[Finding]:
    columns, needed = frame.columns, frame.sort(where, nulls_last=True)
    texts = zip(*([said(value) for value in needed[name].to_list()] for name in columns), strict=True)
    gaps = zip(*(needed[name].is_null().to_list() for name in where), strict=True)
    for row, empty, amount in zip(texts, gaps, needed["amount"].to_list(), strict=True):
        place = {name: text for name, text, gone in zip(where, row, empty, strict=False) if not gone}
        yield Finding(
            rule, place, float(amount), unit, words.format_map(dict(zip(columns, row, strict=True)))
        )
