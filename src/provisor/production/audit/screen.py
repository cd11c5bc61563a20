"""What readable plan tables say of nodes, products, trucks and days that the case does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.audit.casting import RULE
from provisor.production.tables import PLAN_TABLES
from provisor.tables.findings import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from provisor.auditing import Finding
    from provisor.tables.schema import Schema

_PLACE = ("date", "node", "origin", "stop", "truck", "leg", "product", "state", "batch", "component")


@dataclass(frozen=True)
class Known:
    """What the case has: names and days."""

    nodes: pl.Series
    products: pl.Series
    trucks: pl.Series
    start: date
    end: date


def screen(tables: Mapping[str, pl.DataFrame], known: Known) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Tables without rows of unknown nodes, products and days outside the horizon, and those as findings.

    Rows of unknown trucks and repeated rows are findings too and stay: their goods are counted.
    """
    kept, findings = {}, []
    for schema in PLAN_TABLES:
        frame = tables[schema.name]
        if _is_clean(schema, frame, known):
            kept[schema.name] = frame
        else:
            kept[schema.name], found = _screened(schema, frame, known)
            findings += found
    return kept, findings


def _is_clean(schema: Schema, frame: pl.DataFrame, known: Known) -> bool:
    """Whether there is nothing to find: all names known, all days in the horizon, no row twice."""
    if frame.is_empty():
        return True
    named = [
        _unknown(column, names).not_()
        for column, names in (*_names(known), ("truck", known.trucks))
        if column in frame.columns
    ]
    once = [pl.struct(schema.key).is_first_distinct()] if schema.key else []
    return bool(frame.select(pl.all_horizontal(_inside(known), *named, *once).all()).item())


def _screened(schema: Schema, frame: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, list[Finding]]:
    findings = _strange(schema, frame, "truck", known.trucks) + _repeated(schema, frame)
    usable = pl.lit(value=True)
    for column, names in _names(known):
        if column in frame.columns:
            findings += _strange(schema, frame, column, names)
            usable &= ~_unknown(column, names)
    inside = _inside(known)
    words = f"{{date}} is outside the horizon {known.start} to {known.end}"
    findings += _report(schema, frame.filter(~inside), words)
    return frame.filter(usable & inside), findings


def _inside(known: Known) -> pl.Expr:
    return pl.col("date").is_between(known.start, known.end) | pl.col("date").is_null()


def _unknown(column: str, names: pl.Series) -> pl.Expr:
    """Whether a cell holds a name the case does not have; true or false, never null."""
    return (~pl.col(column).is_in(names.implode())).fill_null(value=False)


def _names(known: Known) -> Iterable[tuple[str, pl.Series]]:
    return (
        ("node", known.nodes),
        ("origin", known.nodes),
        ("stop", known.nodes),
        ("product", known.products),
    )


def _strange(schema: Schema, frame: pl.DataFrame, column: str, names: pl.Series) -> list[Finding]:
    if column not in frame.columns:
        return []
    strange = frame.filter(_unknown(column, names))
    kind = column if column in ("product", "truck") else "node"
    return _report(schema, strange, f"the case has no {kind} {{{column}}}")


def _repeated(schema: Schema, frame: pl.DataFrame) -> list[Finding]:
    if not schema.key or frame.is_empty():
        return []
    repeated = frame.filter(~pl.struct(schema.key).is_first_distinct())
    return _report(schema, repeated, f"a second row has the same {', '.join(schema.key)}")


def _report(schema: Schema, rows: pl.DataFrame, words: str) -> list[Finding]:
    if rows.is_empty():
        return []
    where = ["table", *(column for column in _PLACE if column in rows.columns)]
    named = rows.with_columns(table=pl.lit(schema.name), amount=pl.lit(1.0))
    return report(RULE, named, where, "row", f"Table {schema.name}: {words}")
