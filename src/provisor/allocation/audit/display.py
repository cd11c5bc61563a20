"""Rules ``slots``, ``displays``, ``pieces``, ``presentation`` and ``max-pieces``: what a store and a pair can hold."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.excess import beyond
from provisor.auditing import Checked


@rule("slots", "styles in a display cell are within its slots")
def slots(evidence: Evidence) -> Checked:
    """Carried pairs by store, cell and period."""
    if not evidence.rules.slots:
        return Checked(0)
    place = ["period", "store", "cell"]
    styles = evidence.hung.filter("known").group_by(place).agg(pl.len().cast(pl.Float64).alias("styles"))
    against = styles.join(evidence.cells, on=place, how="left").with_columns(pl.col("slots").fill_null(0.0))
    words = "Period {period}: {styles} styles hang in {store}, {cell}, which has {slots} slots"
    findings = beyond("slots", against, value="styles", limit="slots", where=place, unit="style", words=words)
    return Checked(evidence.cells.height, findings)


@rule("displays", "slots of a display are taken by styles of its role only")
def displays(evidence: Evidence) -> Checked:
    """Carried pairs of other roles by store, cell and period with a display."""
    if not evidence.rules.slots:
        return Checked(0)
    place = ["period", "store", "cell"]
    shown = evidence.cells.drop_nulls("role").select(*place, "role", own=pl.col("slots") - pl.col("shown"))
    hung = evidence.hung.filter("known").join(shown.rename({"role": "of"}), on=place)
    others = hung.filter(pl.col("role").ne_missing(pl.col("of"))).group_by(*place, "of", "own")
    styles = others.agg(pl.len().cast(pl.Float64).alias("styles"))
    words = (
        "Period {period}: {styles} styles that are not {of} hang in {store}, {cell}, which has {own} slots without "
        "its display"
    )
    findings = beyond("displays", styles, value="styles", limit="own", where=place, unit="style", words=words)
    return Checked(shown.height, findings)


@rule("pieces", "space of the pieces in a store is within its capacity")
def space(evidence: Evidence) -> Checked:
    """Space of all pieces by store and period, those in the store room too."""
    if not evidence.rules.pieces:
        return Checked(0)
    place = ["period", "store"]
    used = evidence.rows.group_by(place).agg(used=(pl.col("pieces") * pl.col("space")).sum())
    against = used.join(evidence.spaces.rename({"pieces": "room"}), on=place)
    words = "Period {period}: pieces in {store} take a space of {used}; it has {room}"
    findings = beyond("pieces", against, value="used", limit="room", where=place, unit="space", words=words)
    return Checked(evidence.spaces.height, findings)


def _free(evidence: Evidence) -> pl.DataFrame:
    """Carried pairs that are neither frozen nor pinned to a number of pieces."""
    return evidence.hung.filter("known", ~pl.col("frozen"), pl.col("pinned_pieces").is_null())


@rule("presentation", "a style is shown with its presentation_min pieces or not at all")
def presentation(evidence: Evidence) -> Checked:
    """Pieces of carried pairs against those shown at least."""
    rows = _free(evidence)
    words = "Period {period}: {store} shows {pieces} pieces of {product}; at least {shown} are shown"
    findings = beyond(
        "presentation", rows, value="shown", limit="pieces", where=PAIR, unit="piece", words=words
    )
    return Checked(rows.height, findings)


@rule("max-pieces", "pieces of a style in a store are within its max_pieces")
def max_pieces(evidence: Evidence) -> Checked:
    """Pieces of carried pairs against their largest number, or the opening that cannot go back."""
    most = pl.col("max_pieces").cast(pl.Float64)
    stuck = most if evidence.rules.returns else pl.max_horizontal(most, "before")
    rows = _free(evidence).with_columns(most=stuck)
    words = "Period {period}: {store} has {pieces} pieces of {product}; at most {most} may be"
    findings = beyond("max-pieces", rows, value="pieces", limit="most", where=PAIR, unit="piece", words=words)
    return Checked(rows.height, findings)
