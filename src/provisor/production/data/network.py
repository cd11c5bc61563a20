"""Nodes, legs and trucks, from capabilities or from the older types of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import Context, known_only
from provisor.production.tables import LEGS
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = ("manufacturing", "breadroom", "storage")
_HOURS = ("startup_hours", "shutdown_hours", "changeover_hours")


def read_nodes(context: Context) -> Sheet | None:
    """The nodes, with what they can make and keep; see :func:`with_flags` for the rest."""
    sheet = context.sheet("nodes")
    if sheet is None:
        return None
    kind = pl.col("type").str.to_lowercase()
    if "can_make" not in sheet.given:
        _check_types(context, sheet)
    keeps = pl.col("can_store").fill_null(value=True)
    frame = sheet.frame.with_columns(
        pl.coalesce("can_make", kind == "manufacturing").fill_null(value=False).alias("can_make"),
        pl.coalesce("has_demand", kind == "breadroom").alias("has_demand"),
        pl.when(keeps).then(pl.col("storage").str.to_lowercase()).otherwise(pl.lit("none")).alias("storage"),
        pl.coalesce("name", "node").alias("name"),
    )
    return _making(context, sheet.of(frame))


def with_flags(sheet: Sheet, demand_nodes: Sequence[str], truck_origins: Sequence[str]) -> Sheet:
    """The nodes with what the file leaves open: demand where there is a forecast, trucks where they start."""
    forecast = pl.col("node").is_in(demand_nodes)
    sold = pl.col("has_demand").fill_null(forecast)
    return sheet.of(
        sheet.frame.with_columns(
            (sold if "has_demand" in sheet.given else sold | forecast).alias("has_demand"),
            pl.coalesce("needs_trucks", pl.col("node").is_in(truck_origins)).alias("needs_trucks"),
        )
    )


def _check_types(context: Context, sheet: Sheet) -> None:
    if "type" not in sheet.given:
        context.problems.error(
            "missing-column",
            "there is neither a column type nor a column can_make",
            mend="say which places make goods",
            **sheet.place("can_make"),
        )
    strange = sheet.frame.filter(
        pl.col("type").is_not_null() & ~pl.col("type").str.to_lowercase().is_in(_TYPES)
    )
    note_cells(
        sheet,
        "type",
        strange.select(ROW, pl.col("type").alias("value")),
        "not-allowed",
        f"one of {', '.join(_TYPES)}",
        context.problems,
    )


def _making(context: Context, sheet: Sheet) -> Sheet:
    """Check what a node needs to make goods; hours not given are none, told."""
    words = ("ambient", "frozen", "both", "none")
    bad = sheet.frame.filter(pl.col("storage").is_not_null() & ~pl.col("storage").is_in(words))
    note_cells(
        sheet,
        "storage",
        bad.select(ROW, pl.col("storage").alias("value")),
        "not-allowed",
        f"one of {', '.join(words)}",
        context.problems,
    )
    makers = sheet.frame.filter("can_make")
    rate = pl.col("rate_units_per_hour")
    slow = makers.filter(rate.is_null() | (rate <= 0))
    note_cells(
        sheet,
        "rate_units_per_hour",
        slow.select(ROW, rate.cast(pl.String).alias("value")),
        "zero-rate",
        "more than 0 units per hour where goods are made",
        context.problems,
    )
    for column in _HOURS:
        nodes = makers.filter(pl.col(column).is_null())["node"].drop_nulls().to_list()
        if nodes and getattr(context.keys.rules, column) is None:
            context.tell("assumed", f"{column} of {', '.join(nodes)} is not given; taken as 0 h", sheet)
    _tell_times(context, sheet, makers)
    return sheet.of(sheet.frame.with_columns(pl.col(column).fill_null(0.0) for column in _HOURS))


def _tell_times(context: Context, sheet: Sheet, makers: pl.DataFrame) -> None:
    """Tell when work is taken to begin and to end where the file does not say it."""
    rules = context.keys.rules
    nodes = makers.filter(pl.col("shift_start").is_null())["node"].drop_nulls().to_list()
    if nodes and rules.loading == "business":
        said = f"the start of work of {', '.join(nodes)} is not given; taken as {rules.shift_start}"
        context.tell("assumed", said, sheet, "a column shift_start or rules.shift_start says otherwise")
    nodes = makers.filter(pl.col("max_hours").is_null())["node"].drop_nulls().to_list()
    if nodes:
        said = f"max_hours of {', '.join(nodes)} is not given; on days without fixed hours up to"
        context.tell(
            "assumed",
            f"{said} {rules.max_hours_other_days:g} h can be worked",
            sheet,
            "a column max_hours or rules.max_hours_other_days says otherwise",
        )


def read_legs(context: Context, nodes: Sequence[str]) -> Sheet:
    """The legs between known nodes."""
    sheet = context.sheet("legs", needed=len(nodes) > 1)
    if sheet is None:
        return Sheet(LEGS.empty().with_columns(pl.lit(0, dtype=pl.Int64).alias(ROW)))
    for column in ("origin", "destination"):
        sheet = known_only(context, sheet, column, nodes, "unknown-node", "node")
    circles = sheet.frame.filter(pl.col("origin") == pl.col("destination"))
    note_cells(
        sheet,
        "destination",
        circles.select(ROW, pl.col("destination").alias("value")),
        "leg-to-itself",
        "another node than the origin",
        context.problems,
    )
    return sheet


def read_trucks(context: Context, makers: Sequence[str]) -> Sheet | None:
    """The trucks with all their stops; none where the case has no trucks."""
    sheet = context.sheet("trucks", needed=False)
    if sheet is None:
        context.tell("assumed", "the case has no trucks: goods leave every node on any day")
        return None
    last = pl.concat_list(pl.col("destination")).list.drop_nulls()
    stops = (
        pl.when(pl.col("stops").list.len() > 0)
        .then("stops")
        .otherwise(pl.concat_list("intermediate_stops", last))
    )
    frame = sheet.frame.with_columns(stops.alias("stops"), pl.coalesce("name", "truck").alias("name"))
    for column in ("cost_fixed", "cost_per_unit"):
        if frame[column].null_count():
            context.tell("assumed", f"{column} of trucks is not given everywhere; taken as 0", sheet)
    places = (pl.col("capacity_units") / pl.col("units_per_pallet")).floor().cast(pl.Int64)
    frame = frame.with_columns(
        pl.coalesce("pallets", places).alias("pallets"),
        pl.col("cost_fixed").fill_null(0.0),
        pl.col("cost_per_unit").fill_null(0.0),
    )
    sheet = sheet.of(frame, stops="stops" if "stops" in sheet.given else "destination")
    empty = frame.filter(pl.col("pallets").is_null())
    note_cells(
        sheet,
        "pallets",
        empty.select(ROW, pl.lit(None, dtype=pl.String).alias("value")),
        "empty-cell",
        "places on the truck",
        context.problems,
    )
    return _with_origin(context, sheet, makers)


def _with_origin(context: Context, sheet: Sheet, makers: Sequence[str]) -> Sheet:
    homeless = sheet.frame.filter(pl.col("origin").is_null())
    if not homeless.height:
        return sheet
    if len(makers) == 1:
        message = (
            f"{homeless.height} trucks give no origin; they leave from {makers[0]}, the only node that makes"
        )
        context.tell("assumed", message, sheet)
        return sheet.of(sheet.frame.with_columns(pl.col("origin").fill_null(makers[0])))
    note_cells(
        sheet,
        "origin",
        homeless.select(ROW, pl.lit(None, dtype=pl.String).alias("value")),
        "empty-cell",
        "the node the truck leaves from",
        context.problems,
        lambda _: f"{len(makers)} nodes make goods, so the origin must be said",
    )
    return sheet
