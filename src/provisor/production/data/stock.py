"""Opening stock and goods on the road, from our own tables or from the stock export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.batches import named, with_dates, with_life, with_states
from provisor.production.data.checks import check_states
from provisor.production.data.context import Context, known_only, table_of, units
from provisor.production.data.forms import STOCK_EXPORT
from provisor.production.data.stock_export import read_export
from provisor.production.tables import STOCK, TRANSIT
from provisor.tables.grid import Grid, Sheet, plain

if TYPE_CHECKING:
    from provisor.production.data.places import Places
    from provisor.production.data.products import Codes

DEFAULT_AGE = 4
"""Days since production of goods without a batch, where the case does not say."""


@dataclass(frozen=True)
class Stock:
    """Opening stock and goods on the road."""

    stock: pl.DataFrame
    transit: pl.DataFrame


def read_stock(context: Context, products: pl.DataFrame, places: Places, codes: Codes) -> Stock:
    """Both tables of the case; rules may set the goods on the road aside or make the stock fresh."""
    grid = context.grid("stock")
    if grid is not None and _is_export(grid):
        stock = _from_export(context, products, places, codes)
    else:
        stock = _from_tables(context, places, codes)
    return _under_rules(context, stock, products)


def _is_export(grid: Grid) -> bool:
    header = grid.header(name for column in STOCK_EXPORT.columns for name in column.headers)
    return header is not None and {"material", "plant"} <= {plain(name) for name in grid.names(header)}


def _from_tables(context: Context, places: Places, codes: Codes) -> Stock:
    tables = {}
    for schema in (STOCK, TRANSIT):
        sheet = context.sheet(schema.name, schema, needed=False)
        if sheet is None:
            tables[schema.name] = schema.empty()
            continue
        sheet = known_only(context, sheet, "node", places.storage, "unknown-node", "node")
        sheet = codes.resolve(context, sheet, "product")
        if schema is STOCK:
            check_states(context, sheet, places.storage)
        frame = sheet.frame.filter(pl.col("units") > 0)
        tables[schema.name] = table_of(frame, schema)
    if context.grid("stock") is None:
        context.tell("assumed", "the case has no stock file; every node begins empty")
    return Stock(tables["stock"], tables["transit"])


def _from_export(context: Context, products: pl.DataFrame, places: Places, codes: Codes) -> Stock:
    day = context.keys.stock_date
    if day is None:
        context.problems.error(
            "missing-key",
            "the key stock_date is missing: the stock file does not say its day",
            mend="write stock_date: with the day the file was made",
        )
        day = context.keys.start
    sheet = read_export(context, products, list(places.storage), codes)
    if sheet is None:
        return Stock(STOCK.empty(), TRANSIT.empty())
    lines = sheet.frame.select("node", "product", "code_state", "batch", "location", "stock", "road")
    in_stock = lines.filter(pl.col("stock") > 0).rename({"stock": "units"})
    on_road = _to_freezers(context, sheet, lines.filter(pl.col("road") > 0).rename({"road": "units"}), places)
    aged = [
        _aged(context, sheet, with_life(with_states(part, places, road=road), products), day, said)
        for part, road, said in ((in_stock, False, "in stock"), (on_road, True, "on the road"))
    ]
    stock = named(aged[0], "", ["node", "product", "batch"])
    arriving = _arriving(context, sheet, aged[1], day, places)
    transit = named(arriving, "road/", ["node", "product", "batch", "arrival"])
    return Stock(table_of(stock, STOCK), table_of(transit, TRANSIT))


def _to_freezers(context: Context, sheet: Sheet, road: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Frozen goods on the road, booked at a plant without freezer, go to the freezer it supplies."""
    frozen = road.filter((pl.col("code_state") == "frozen") & pl.col("location").is_null())
    moves = {}
    for node in sorted(set(frozen["node"])):
        freezers = places.freezers_supplied(node)
        if places.keeps_frozen(node) or not freezers:
            continue
        moves[node] = freezers[0]
        amount = units(frozen.filter(pl.col("node") == node)["units"].sum())
        context.tell(
            "assumed",
            f"frozen goods on the road booked at {node} are on their way to {freezers[0]}: {amount}",
            sheet,
            f'stock_locations: {{"{node}/": NODE}} says otherwise',
        )
    moved = (
        (pl.col("code_state") == "frozen") & pl.col("location").is_null() & pl.col("node").is_in(list(moves))
    )
    return road.with_columns(
        pl.when(moved).then(pl.col("node").replace(moves)).otherwise("node").alias("node")
    )


def _aged(context: Context, sheet: Sheet, lines: pl.DataFrame, day: date, said: str) -> pl.DataFrame:
    """Lines with ``expires``: by their batch, else by the age assumed; thawed goods from when they thawed."""
    age = DEFAULT_AGE if context.keys.age_without_batch is None else context.keys.age_without_batch
    dated = with_dates(lines)
    born = pl.lit(day - timedelta(days=age))
    unknown = pl.col("best_before").is_null() & pl.col("made").is_null()
    thawed = (pl.col("state") == "thawed") & (pl.col("code_state") == "frozen")
    made_life, life = (pl.duration(days=pl.col(name)) for name in ("made_life", "life"))
    by_batch = pl.coalesce(pl.col("best_before"), pl.col("made") + made_life)
    expires = (
        pl.when(thawed)
        .then(pl.min_horizontal(by_batch, born + life))
        .otherwise(pl.coalesce(by_batch, born + life))
    )
    _tell_age(
        context, sheet, dated.filter(unknown & ~thawed), age, f"{said} without a batch that holds a date"
    )
    _tell_age(
        context,
        sheet,
        dated.filter(thawed),
        age,
        f"{said} with frozen codes where only ambient goods are kept are "
        "thawed; the day they thawed is not known;",
        " and when they thawed",
    )
    return dated.with_columns(expires.alias("expires"))


def _tell_age(context: Context, sheet: Sheet, lines: pl.DataFrame, age: int, said: str, _: str = "") -> None:
    if lines.height:
        nodes = ", ".join(lines["node"].unique().sort())
        context.tell(
            "assumed",
            f"goods {said} taken as {age} days old on the stock date: {units(lines['units'].sum())} "
            f"({nodes})",
            sheet,
            "age_without_batch: says otherwise",
        )


def _arriving(context: Context, sheet: Sheet, lines: pl.DataFrame, day: date, places: Places) -> pl.DataFrame:
    """Lines with their ``arrival``: as the case says, or as if they had left yesterday by the longest leg."""
    arrivals = {}
    for node in sorted(set(lines["node"])):
        said = context.keys.transit_arrival.get(node)
        if said is None:
            arrival = max(day, day + timedelta(days=places.days_into(node) - 1))
            amount = units(lines.filter(pl.col("node") == node)["units"].sum())
            context.tell(
                "assumed",
                f"goods on the road to {node} arrive on {max(arrival, context.keys.start)}: {amount}",
                sheet,
                "transit_arrival: says otherwise",
            )
        else:
            arrival = day + timedelta(days=said) if isinstance(said, int) else said
        arrivals[node] = max(arrival, context.keys.start)
    days = (
        pl.col("node").replace_strict(arrivals, return_dtype=pl.Date)
        if arrivals
        else pl.lit(None, dtype=pl.Date)
    )
    return lines.with_columns(days.alias("arrival"))


def _under_rules(context: Context, stock: Stock, products: pl.DataFrame) -> Stock:
    keys = context.keys
    opening, transit = stock.stock, stock.transit
    if keys.rules.stock_age == "fresh" and opening.height:
        fresh = with_life(opening.with_columns(pl.col("state").alias("code_state")), products)
        expires = pl.lit(keys.start - timedelta(days=1)) + pl.duration(days=pl.col("life"))
        opening = table_of(fresh.with_columns(expires.alias("expires")), STOCK)
        context.tell(
            "rule",
            f"rules.stock_age fresh: all opening stock is taken as fresh: {units(opening['units'].sum())}",
        )
    if not keys.rules.transit_stock and transit.height:
        context.tell(
            "rule",
            f"rules.transit_stock false: goods on the road are not used: {units(transit['units'].sum())}",
        )
        transit = transit.clear()
    expired = opening.filter(pl.col("expires") < keys.start)
    if expired.height and keys.rules.shelf_life:
        context.tell(
            "expired",
            f"{units(expired['units'].sum())} in {expired.height} batches expired before the start "
            f"({', '.join(expired['node'].unique().sort())}); they are disposed of on the first day",
        )
    return Stock(opening, transit)
