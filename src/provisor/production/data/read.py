"""From the keys and files of a production case to its tables, with all that is wrong or assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.case import BadCase, Case, Problems
from provisor.production.data import checks
from provisor.production.data.calendar import read_calendar
from provisor.production.data.context import Context, case_table
from provisor.production.data.costs import read_costs
from provisor.production.data.demand import demand_table, read_demand
from provisor.production.data.freeze import frozen_pins
from provisor.production.data.key_checks import check_keys
from provisor.production.data.keys import read_keys
from provisor.production.data.network import read_legs, read_nodes, read_trucks, with_flags
from provisor.production.data.paths import check_paths
from provisor.production.data.places import Places
from provisor.production.data.products import products_table, read_codes, read_products
from provisor.production.data.sources import find_tables
from provisor.production.data.stock import read_stock
from provisor.production.data.truck_checks import check_outlets, check_trucks
from provisor.production.tables import CALENDAR, DEMAND, LEGS, NODES, TRUCKS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from provisor.tables.grid import Sheet


def read(document: Mapping[str, Any], folder: Path) -> Case:
    """Make a production case of a parsed ``case.yaml``.

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
    context = Context(document, keys, sources, problems)
    tables = _tables(context)
    frozen = frozen_pins(context, folder, _names(tables)) if tables else ()
    problems.raise_errors()
    settings = keys.settings(frozen)
    return Case("production", keys.name, tables, settings, keys.rules, tuple(problems.warnings), folder)


def _names(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[str]]:
    """Names of nodes that make, of all nodes, products and trucks."""
    nodes = tables["nodes"]
    return {
        "maker": nodes.filter(pl.col("can_make"))["node"].to_list(),
        "node": nodes["node"].to_list(),
        "product": tables["products"]["product"].to_list(),
        "truck": tables["trucks"]["truck"].to_list(),
    }


def _tables(context: Context) -> dict[str, pl.DataFrame]:
    """All tables of the case; empty where nodes or products cannot be read, which the problems say."""
    nodes = read_nodes(context)
    names, makers = _nodes(nodes, pl.lit(value=True)), _nodes(nodes, pl.col("can_make"))
    trucks = read_trucks(context, makers)
    products = read_products(context, trucks)
    costs = read_costs(context)
    calendar = read_calendar(context, names, makers)
    checks.check_hours(context, calendar)
    if nodes is None or products is None:
        return {}
    legs = read_legs(context, names)
    check_trucks(context, trucks, names, legs)
    codes = read_codes(context, products)
    demand = read_demand(context, names, codes)
    nodes = with_flags(nodes, _values(demand, "node"), _values(trucks, "origin"))
    stock = read_stock(context, products.frame, Places.of(nodes.frame, legs.frame), codes)
    check_keys(context, names, codes.names, _values(trucks, "truck"))
    tables = {
        "products": products_table(products, codes),
        "nodes": case_table(nodes, NODES),
        "legs": case_table(legs, LEGS),
        "trucks": case_table(trucks, TRUCKS),
        "calendar": case_table(calendar, CALENDAR),
        "demand": DEMAND.empty() if demand is None else demand_table(context, demand),
        "stock": stock.stock,
        "transit": stock.transit,
        "costs": costs,
    }
    if not context.problems.errors:
        _check_together(context, tables, products, legs, trucks)
    if demand is not None:
        checks.check_demand_nodes(context, demand, nodes.frame)
    return tables


def _check_together(
    context: Context, tables: dict[str, pl.DataFrame], products: Sheet, legs: Sheet, trucks: Sheet | None
) -> None:
    """Checks that make sense only where the single tables are sound."""
    nodes = tables["nodes"]
    checks.check_legs(context, legs, nodes)
    check_outlets(context, nodes, trucks, legs)
    checks.check_expiry(context, tables["stock"], tables["products"])
    check_paths(context, products, nodes, tables["legs"], tables["demand"])


def _nodes(nodes: Sheet | None, which: pl.Expr) -> list[str]:
    return [] if nodes is None else nodes.frame.filter(which)["node"].drop_nulls().unique().sort().to_list()


def _values(sheet: Sheet | None, column: str) -> list[str]:
    return [] if sheet is None else sheet.frame[column].drop_nulls().unique().sort().to_list()
