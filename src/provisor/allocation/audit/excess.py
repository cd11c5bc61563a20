"""From figures beyond a limit to findings, and from what a priced rule lacks to what the plan says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.findings import report, slack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.allocation.audit.evidence import Evidence
    from provisor.auditing import Finding

PLACE = ("period", "store", "product", "group")
"""Columns of the table ``slack`` that name a place."""


def beyond(
    rule: str, frame: pl.DataFrame, *, value: str, limit: str, where: Sequence[str], unit: str, words: str
) -> list[Finding]:
    """Rows of ``frame`` whose column ``value`` is larger than their column ``limit``; no limit where empty."""
    amount = (pl.col(value) - pl.col(limit)).cast(pl.Float64)
    wrong = frame.with_columns(amount=amount).filter(pl.col("amount") > slack(pl.col(limit)))
    return report(rule, wrong, where, unit, words)


def flagged(rule: str, frame: pl.DataFrame, where: Sequence[str], words: str) -> list[Finding]:
    """One finding of a pair for each row of ``frame``."""
    return report(rule, frame.with_columns(amount=pl.lit(1.0)), where, "pair", words)


def lacking(frame: pl.DataFrame, amount: pl.Expr, **places: pl.Expr) -> pl.DataFrame:
    """Rows of ``frame`` that lack something, with :data:`PLACE` and ``amount``."""
    named = {name: places.get(name, pl.lit(None, dtype=pl.String)) for name in PLACE[1:]}
    found = frame.select("period", amount=amount.cast(pl.Float64), **named)
    return found.filter(pl.col("amount") > slack(pl.lit(0.0))).select(*PLACE, "amount")


def nothing() -> pl.DataFrame:
    """No row of :func:`lacking`."""
    texts = dict.fromkeys(PLACE[1:], pl.String)
    return pl.DataFrame(schema={"period": pl.Int64, **texts, "amount": pl.Float64})


def misstated(
    evidence: Evidence,
    rule: str,
    own: pl.DataFrame,
    unit: str,
    price: str,
    groups: Sequence[str] | None = None,
) -> list[Finding]:
    """Places where the table ``slack`` says otherwise than ``own``, or prices it otherwise.

    Args:
        evidence: The plan.
        rule: Id of the rule.
        own: What is missing, as :func:`lacking` gives it.
        unit: Its unit.
        price: Cost parameter that prices a unit.
        groups: Groups that are looked at, where a rule has more than one kind of slack.
    """
    if "slack" not in evidence.given:
        return []
    stated = evidence["slack"].filter(pl.col("rule") == rule)
    if groups is not None:
        stated = stated.filter(pl.col("group").is_in(list(groups)))
    said = stated.select(*PLACE, said=pl.col("amount").cast(pl.Float64))
    both = own.join(said, on=PLACE, how="full", coalesce=True, nulls_equal=True).with_columns(
        pl.col("amount", "said").fill_null(0.0)
    )
    wrong = both.rename({"amount": "own"}).with_columns(amount=(pl.col("own") - pl.col("said")).abs())
    wrong = wrong.filter(pl.col("amount") > slack(pl.col("own")))
    words = f"In period {{period}}, {{own}} {unit} are missing ({{store}} {{product}} {{group}}); slack has {{said}}"
    return report(rule, wrong, PLACE, unit, words) + mispriced(evidence, rule, unit, price)


def mispriced(evidence: Evidence, rule: str, unit: str, price: str) -> list[Finding]:
    """Rows of the table ``slack`` of ``rule`` and ``unit`` whose price is not the case's."""
    if not evidence.states_column("slack", "price"):
        return []
    kind = pl.col("unit").is_null() | (pl.col("unit") == unit)
    rows = evidence["slack"].filter(pl.col("rule") == rule, kind)
    true = pl.lit(evidence.prices[price])
    wrong = rows.with_columns(amount=(pl.col("price") - true).abs(), true=true)
    wrong = wrong.filter(pl.col("amount") > slack(true))
    words = f"Table slack prices a {unit} at {{price}}; the case has {price} = {{true}}"
    return report(rule, wrong, PLACE, f"$/{unit}", words)
