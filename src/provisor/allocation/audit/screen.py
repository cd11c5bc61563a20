"""What readable plan tables say of stores, products, centres and periods that the case does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.tables import PLAN_TABLES
from provisor.tables.casting import RULE
from provisor.tables.findings import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from provisor.auditing import Finding
    from provisor.tables.schema import Schema

_PLACE = ("period", "centre", "store", "from_store", "to_store", "product", "component", "rule", "group")


@dataclass(frozen=True)
class Known:
    """What the case has: names, and the number of periods."""

    stores: pl.Series
    products: pl.Series
    centres: pl.Series
    periods: int


def screen(tables: Mapping[str, pl.DataFrame], known: Known) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Tables without rows of unknown names, of periods outside the horizon or of a key said before.

    Returns:
        The tables that can be judged, and what was left out as findings.
    """
    kept, findings = {}, []
    for schema in PLAN_TABLES:
        frame = tables[schema.name]
        usable = pl.lit(value=True)
        for column, names in _names(known):
            if column in frame.columns:
                fits = pl.col(column).is_in(names.implode()) | pl.col(column).is_null()
                what = column.removeprefix("from_").removeprefix("to_")
                findings += _report(schema, frame.filter(~fits), f"the case has no {what} {{{column}}}")
                usable &= fits
        inside = pl.col("period").is_between(1, known.periods)
        words = f"period {{period}} is outside the horizon 1 to {known.periods}"
        findings += _report(schema, frame.filter(~inside), words)
        frame = frame.filter(usable & inside)
        first = frame.select(pl.struct(schema.key).is_first_distinct()).to_series()
        words = f"a second row has the same {', '.join(schema.key)}"
        findings += _report(schema, frame.filter(~first), words)
        kept[schema.name] = frame.filter(first)
    return kept, findings


def _names(known: Known) -> Iterable[tuple[str, pl.Series]]:
    return (
        ("store", known.stores),
        ("from_store", known.stores),
        ("to_store", known.stores),
        ("product", known.products),
        ("centre", known.centres),
        ("from_centre", known.centres),
    )


def _report(schema: Schema, rows: pl.DataFrame, words: str) -> list[Finding]:
    if rows.is_empty():
        return []
    where = ["table", *(column for column in _PLACE if column in rows.columns)]
    named = rows.with_columns(table=pl.lit(schema.name), amount=pl.lit(1.0))
    return report(RULE, named, where, "row", f"Table {schema.name}: {words}")
