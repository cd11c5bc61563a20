"""Stores, slots and the shares of roles, from the outputs of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.data.pipeline.forms import ATTRIBUTES, CLUSTERS, GAPS, LABELS, SLOTS
from provisor.allocation.tables import ANY_CELL
from provisor.allocation.tables import ROLES as ROLE_TABLE
from provisor.allocation.tables import SLOTS as SLOT_TABLE
from provisor.allocation.tables import STORES as STORE_TABLE
from provisor.tables.grid import ROW, Sheet

if TYPE_CHECKING:
    from provisor.allocation.data.pipeline.find import Folder
    from provisor.tables.schema import Schema

PIECES_PER_SLOT = 2
"""Pieces of a style that the pipeline's capacity reckons with."""

SHARES = {"CORE": (0.15, 0.35), "SEASONAL": (0.20, 0.40), "FILLER": (0.25, 0.45), "CLEARANCE": (0.0, 0.15)}
"""Least and largest share of each role where the pipeline says nothing of them."""

_BELOW, _ABOVE = 0.10, {"CLEARANCE": 0.05}
"""How far a share may be below the one wanted; how far above it, if that differs."""


def stores(folder: Folder) -> Sheet | None:
    """Table ``stores``: capacity of step 22, clusters of step 23, their names of step 24."""
    attributes = folder.read(ATTRIBUTES)
    if attributes is None:
        return None
    frame = attributes.frame
    clusters = folder.read(CLUSTERS)
    if clusters is not None:
        of_store = clusters.frame.drop_nulls("store").unique("store", keep="first")
        frame = frame.drop("cluster").join(of_store.select("store", "cluster"), on="store", how="left")
    labels = folder.read(LABELS)
    if labels is not None:
        named = labels.frame.drop_nulls(["cluster", "label"]).unique("cluster", keep="first")
        frame = frame.join(named.select("cluster", "label"), on="cluster", how="left").with_columns(
            pl.when(pl.col("label").is_null())
            .then("cluster")
            .otherwise(pl.format("{} {}", "cluster", "label"))
            .alias("cluster")
        )
    mean = frame["sales"].mean()
    size = pl.col("sales") / mean if isinstance(mean, float) and mean > 0 else pl.lit(None, pl.Float64)
    return shaped(
        attributes, frame.with_columns(size.alias("size"), pl.lit(1.0).alias("weight")), STORE_TABLE
    )


def slots(folder: Folder, found: Sheet | None) -> Sheet | None:
    """Table ``slots``: styles planned in all parts of a store, or else half of its capacity."""
    config = folder.read(SLOTS)
    if config is not None:
        total = config.frame.drop_nulls("store").group_by("store", maintain_order=True)
        frame = total.agg(pl.col(ROW).first(), pl.col("slots").sum().round().cast(pl.Int64))
        return shaped(config, frame.with_columns(pl.lit(ANY_CELL).alias("cell")), SLOT_TABLE)
    if found is None:
        return None
    folder.problems.warning(
        "assumed",
        f"no store_config is there; a store has a slot for every {PIECES_PER_SLOT} pieces of its capacity",
        mend="name a table of slots",
        **found.place("pieces"),
    )
    half = (pl.col("pieces") / PIECES_PER_SLOT).floor().cast(pl.Int64).alias("slots")
    return shaped(found, found.frame.with_columns(half, pl.lit(ANY_CELL).alias("cell")), SLOT_TABLE)


def roles(folder: Folder) -> Sheet:
    """Table ``roles``: shares wanted by step 27 and how far they may be missed, or else the usual ones."""
    gaps = folder.read(GAPS)
    wanted = {} if gaps is None else _wanted(gaps)
    rows = []
    for role, usual in SHARES.items():
        least, most = usual
        if role in wanted:
            least = max(wanted[role] - _BELOW, 0.0)
            most = min(wanted[role] + _ABOVE.get(role, _BELOW), 1.0)
        rows.append({"role": role, "min_share": round(least, 4), "max_share": round(most, 4)})
    if not wanted:
        said = ", ".join(f"{role} {least:.0%} to {most:.0%}" for role, (least, most) in SHARES.items())
        folder.problems.warning(
            "assumed", f"no gap_analysis_detailed is there; shares of the roles are {said}"
        )
    frame = ROLE_TABLE.frame(rows).with_columns(pl.lit(None, pl.Int64).alias(ROW))
    return Sheet(frame, gaps.file if gaps is not None else folder.name)


def _wanted(gaps: Sheet) -> dict[str, float]:
    """Share wanted of each role: the share there is and what is missing, in percent or as fractions."""
    shares = gaps.frame.select(pl.col(f"{role.lower()}_share") for role in SHARES)
    scale = scale_of(shares.sum_horizontal())
    found = {}
    for role in SHARES:
        mean = (gaps.frame[f"{role.lower()}_share"] + gaps.frame[f"{role.lower()}_gap"]).mean()
        if isinstance(mean, float):
            found[role] = mean * scale
    return found


def scale_of(totals: pl.Series) -> float:
    """What turns shares into fractions, by what should add up to all: 0.01 for percents, 1 for fractions.

    >>> scale_of(pl.Series([99.9, 100.0])), scale_of(pl.Series([1.0, 0.98]))
    (0.01, 1.0)
    """
    most = totals.max()
    return 0.01 if isinstance(most, int | float) and most > 1.5 else 1.0


def shaped(sheet: Sheet, frame: pl.DataFrame, schema: Schema) -> Sheet:
    """A sheet in the columns of one of the case's tables; those that are not there have its defaults."""
    missing = [column for column in schema.columns if column.name not in frame.columns]
    whole = frame.with_columns(pl.lit(c.default, dtype=c.dtype).alias(c.name) for c in missing)
    return sheet.of(whole.select(ROW, *(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())))
