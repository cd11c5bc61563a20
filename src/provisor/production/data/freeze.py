"""The first days as in the last plan: what it makes and sends by truck on them becomes pins."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import Context, known_only
from provisor.production.rules import Pin
from provisor.production.tables import DEPARTURES, PRODUCTION
from provisor.tables.document import key_place
from provisor.tables.files import Unreadable, open_file
from provisor.tables.read_sheet import read_sheet
from provisor.tables.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from provisor.tables.grid import Sheet

_EXTENSIONS = (".parquet", ".csv")
_DIGITS = 6
"""Digits of units that are no rounding error of a sum."""


def _some(schema: Schema, *names: str) -> Schema:
    """Some columns of a table of plans; several rows may be alike in them."""
    columns = [column for column in schema.columns if column.name in names]
    return Schema(schema.name, schema.meaning, columns, key=())


_MADE = _some(PRODUCTION, "date", "node", "product", "units")
_LEFT = _some(DEPARTURES, "date", "truck", "stop", "product", "units")


def frozen_pins(context: Context, folder: Path, known: Mapping[str, Sequence[str]]) -> tuple[Pin, ...]:
    """Pins that hold production and loads of trucks on the frozen days as in the last plan.

    Goods on legs without trucks, sales and stock follow from these, and from stock and demand as they are now.

    Args:
        context: The case being read; what is wrong goes to its problems.
        folder: Folder of the case.
        known: Names of the case's nodes that make (``maker``), its nodes, products and trucks.
    """
    freeze = context.keys.freeze
    if freeze is None:
        return ()
    if not context.keys.start <= freeze.until < context.keys.end:
        context.problems.error(
            "outside-horizon",
            f"the last frozen day {freeze.until} is outside the horizon",
            expected=f"a day from {context.keys.start} on, before {context.keys.end}",
            **key_place(context.document, ("freeze", "until")),
        )
        return ()
    made, left = (_read(context, folder / freeze.plan, schema) for schema in (_MADE, _LEFT))
    if made is None or left is None:
        return ()
    _check_reach(context, freeze.until, made, left)
    made, left = (_frozen(context, sheet, freeze.until, known) for sheet in (made, left))
    days = [context.keys.start + timedelta(n) for n in range((freeze.until - context.keys.start).days + 1)]
    return (*production_pins(made.frame, days, known), *departure_pins(left.frame, days, known["truck"]))


def _read(context: Context, folder: Path, schema: Schema) -> Sheet | None:
    """A table of the last plan; that there is none is noted."""
    path = next(
        (path for path in (folder / f"{schema.name}{end}" for end in _EXTENSIONS) if path.is_file()), None
    )
    place = key_place(context.document, ("freeze", "plan"))
    if path is None:
        context.problems.error(
            "file-missing",
            f"the last plan has no table {schema.name}",
            expected=f"a folder with {schema.name}{' or '.join(_EXTENSIONS)}, as provisor solve writes it",
            value=folder.name,
            **place,
        )
        return None
    try:
        return read_sheet(open_file(path, f"{folder.name}/{path.name}").load(""), schema, context.problems)
    except Unreadable as error:
        context.problems.error(error.code, str(error), mend=error.mend, file=f"{folder.name}/{path.name}")
        return None


def _check_reach(context: Context, until: date, *sheets: Sheet) -> None:
    """Note a last plan that has nothing to say on the frozen days: it would hold all of them empty."""
    inside = pl.col("date").is_between(context.keys.start, until)
    if all(sheet.frame.filter(inside).is_empty() for sheet in sheets):
        context.problems.error(
            "empty-freeze",
            f"the last plan makes and sends nothing from {context.keys.start} to {until}",
            mend="name the plan that covers these days, or leave freeze out",
            **key_place(context.document, ("freeze", "plan")),
        )


def _frozen(context: Context, sheet: Sheet, until: date, known: Mapping[str, Sequence[str]]) -> Sheet:
    """The rows of the frozen days; those that name what the case does not have are noted."""
    inside = sheet.of(sheet.frame.filter(pl.col("date").is_between(context.keys.start, until)))
    if "truck" in inside.frame.columns:
        inside = inside.of(inside.frame.filter(pl.col("truck").is_not_null()))
    kinds = {"node": "maker", "product": "product", "truck": "truck", "stop": "node"}
    for column, kind in kinds.items():
        if column in inside.frame.columns:
            said = "node that makes" if kind == "maker" else kind
            inside = known_only(context, inside, column, known[kind], f"unknown-{column}", said)
    return inside


def _units(frame: pl.DataFrame, *names: str) -> dict[tuple[object, ...], float]:
    sums: dict[tuple[object, ...], float] = defaultdict(float)
    for row in frame.drop_nulls("units").iter_rows(named=True):
        sums[tuple(row[name] for name in names)] += row["units"]
    return {key: round(units, _DIGITS) for key, units in sums.items()}


def production_pins(
    made: pl.DataFrame, days: list[date], known: Mapping[str, Sequence[str]]
) -> Iterator[Pin]:
    """What each node makes of each product on each day, nothing included."""
    units = _units(made, "date", "node", "product")
    for day in days:
        for node in known["maker"]:
            for product in known["product"]:
                amount = units.get((day, node, product), 0.0)
                yield _pin("production", day, node=node, product=product, units=amount)


def departure_pins(left: pl.DataFrame, days: list[date], trucks: Sequence[str]) -> Iterator[Pin]:
    """What each truck carries of each product to each stop, and that it carries nothing else."""
    loads, totals = _units(left, "date", "truck", "stop", "product"), _units(left, "date", "truck")
    for (day, truck, stop, product), amount in loads.items():
        yield _pin("departure", day, truck=truck, stop=stop, product=product, units=amount)
    for day in days:
        for truck in trucks:
            total = totals.get((day, truck), 0.0)
            if total > 0:
                yield _pin("departure", day, truck=truck, units=total)
            else:
                yield _pin("departure", day, truck=truck, used=False)


def _pin(decision: str, day: object, **more: object) -> Pin:
    return Pin.model_validate({"decision": decision, "date": day, **more})
