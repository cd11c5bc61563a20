"""From the keys and files of an allocation case to its tables, with all that is wrong or assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisor.allocation import tables as own
from provisor.allocation.data import pair_checks, rule_checks, table_checks
from provisor.allocation.data.context import Context, case_table, known_only, within_horizon, without_rows
from provisor.allocation.data.costs import read_costs
from provisor.allocation.data.keys import read_keys
from provisor.allocation.data.pairs import Pairs, read_demand, read_pairs
from provisor.allocation.data.pin_checks import check_pins
from provisor.allocation.data.pipeline import import_pipeline
from provisor.allocation.data.slots import read_slots
from provisor.allocation.data.sources import SCHEMAS, find_tables
from provisor.case import BadCase, Case, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from provisor.tables.grid import Sheet

_NAMES = {
    "capacity": ("store",),
    "displays": ("store",),
    "lanes": ("centre", "store"),
    "transfer_lanes": ("from_store", "to_store"),
    "stock": ("centre", "product"),
    "receipts": ("centre", "product"),
    "substitution": ("product", "substitute"),
    "manual_plan": ("store",),
    "launches": ("product",),
    "budget": (),
    "roles": (),
}
"""Columns of each table that name a store, product or centre."""

_KIND = {
    "store": "store", "from_store": "store", "to_store": "store",
    "product": "product", "substitute": "product", "centre": "centre",
}  # fmt: skip


def read(document: Mapping[str, Any], folder: Path) -> Case:
    """Make an allocation case of a parsed ``case.yaml``.

    Args:
        document: Keys and values of the case.
        folder: Folder its paths start from.

    Raises:
        BadCase: The case cannot be planned; its ``problems`` list all that is wrong at once.
    """
    problems = Problems()
    keys = read_keys(document, problems)
    if keys is None:
        raise BadCase(problems)
    sources = find_tables(keys.files, folder, problems)
    imported, mends = import_pipeline(keys, folder, problems)
    context = Context(document, keys, sources, problems, imported, mends)
    tables = _tables(context)
    problems.raise_errors()
    return Case("allocation", keys.name, tables, keys.settings, keys.rules, tuple(problems.warnings), folder)


def _tables(context: Context) -> dict[str, pl.DataFrame]:
    """All tables of the case; empty where stores, products or centres cannot be read, which the problems say."""
    sheets = {name: context.sheet(name) for name in ("stores", "products", "centres")}
    stores, products, centres = sheets.values()
    names = {
        "store": _names(stores, "store"),
        "product": _names(products, "product"),
        "centre": _names(centres, "centre"),
    }
    slots = read_slots(context, stores, names["store"])
    others = {table: _related(context, table, names) for table in _NAMES}
    pairs = None
    if stores is not None and products is not None:
        pairs = read_pairs(context, names["store"], names["product"])
    if stores is None or products is None or centres is None or pairs is None or slots is None:
        return {}
    demand = read_demand(context, pairs)
    read_or_empty = {
        name: without_rows(SCHEMAS[name]) if sheet is None else sheet for name, sheet in others.items()
    }
    found = {"stores": stores, "products": products, "centres": centres, "slots": slots, **read_or_empty}
    table_checks.check_tables(context, found)
    check_pins(context, names)
    tables = {name: case_table(sheet, SCHEMAS[name]) for name, sheet in found.items()}
    tables |= {"pairs": pairs.frame.select(*own.PAIRS.dtypes), "demand": demand}
    tables["costs"] = read_costs(context, pairs, tables["products"])
    if not context.problems.errors:
        _check_together(context, pairs, found, tables)
    return {schema.name: tables[schema.name] for schema in own.CASE_TABLES}


def _check_together(
    context: Context, pairs: Pairs, sheets: Mapping[str, Sheet], tables: Mapping[str, pl.DataFrame]
) -> None:
    """Checks that make sense only where the single tables are sound."""
    pair_checks.check_pairs(context, pairs, tables)
    rule_checks.check_rules(context, pairs, sheets, tables)


def _related(context: Context, table: str, names: Mapping[str, list[str]]) -> Sheet | None:
    """A table whose names of stores, products and centres are all known, and whose periods are planned."""
    sheet = context.sheet(table)
    if sheet is None:
        return None
    for column in _NAMES[table]:
        if names[_KIND[column]]:
            sheet = known_only(context, sheet, column, names[_KIND[column]], _KIND[column])
    return within_horizon(context, sheet) if "period" in sheet.frame.columns else sheet


def _names(sheet: Sheet | None, column: str) -> list[str]:
    return [] if sheet is None else sheet.frame[column].drop_nulls().unique().sort().to_list()
