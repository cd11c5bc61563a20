"""Rules ``transfers`` and ``returns``: what stores give and take back."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.excess import beyond
from provisor.auditing import Checked, Finding
from provisor.tables.findings import report

_MOVE = ("period", "from_store", "to_store", "product")
_LANE = ["from_store", "to_store"]


def transfer_rows(evidence: Evidence) -> pl.DataFrame:
    """Transfers with their lane; ``lane_cost`` is empty where there is none."""
    lanes = evidence.table("transfer_lanes").rename({"cost": "lane_cost", "capacity": "lane_capacity"})
    return evidence["transfers"].join(lanes, on=_LANE, how="left")


@rule("transfers", "stores pass stock on along the transfer lanes of the case, within their limits")
def transfers(evidence: Evidence) -> Checked:
    """Each transfer has its lane; lanes and taking stores have their limits."""
    moves = evidence.once(transfer_rows).with_columns(amount=pl.col("pieces"))
    used = moves.filter(pl.col("pieces") > 0)
    if not evidence.rules.transfers:
        words = "Period {period}: {pieces} pieces of {product} go from {from_store} to {to_store}; none may"
        return Checked(moves.height, report("transfers", used, _MOVE, "piece", words))
    words = (
        "Period {period}: {pieces} pieces of {product} go from {from_store} to {to_store}; there is no lane"
    )
    findings = report("transfers", used.filter(pl.col("lane_cost").is_null()), _MOVE, "piece", words)
    return Checked(moves.height, findings + _within_lanes(moves) + _within_takers(evidence, moves))


def _within_lanes(moves: pl.DataFrame) -> list[Finding]:
    place = ["period", *_LANE]
    loads = moves.group_by(place).agg(pl.col("pieces").sum(), pl.col("lane_capacity").first())
    words = "Period {period}: {pieces} pieces go from {from_store} to {to_store}; the lane carries {lane_capacity}"
    return beyond(
        "transfers", loads, value="pieces", limit="lane_capacity", where=place, unit="piece", words=words
    )


def _within_takers(evidence: Evidence, moves: pl.DataFrame) -> list[Finding]:
    most = pl.lit(evidence.rules.max_transfer_in, dtype=pl.Float64)
    place = ["period", "to_store"]
    taken = moves.group_by(place).agg(pl.col("pieces").sum()).with_columns(most=most)
    words = "Period {period}: {to_store} takes {pieces} pieces from other stores; at most {most} may be"
    return beyond("transfers", taken, value="pieces", limit="most", where=place, unit="piece", words=words)


@rule("returns", "nothing is taken back where stock may not go back")
def returns(evidence: Evidence) -> Checked:
    """Pieces taken back, by the switch."""
    if evidence.rules.returns:
        return Checked(0)
    back = evidence.rows.filter(pl.col("returned") > 0).with_columns(amount="returned")
    words = "Period {period}: {returned} pieces of {product} are taken back from {store}; none may"
    return Checked(evidence.rows.height, report("returns", back, PAIR, "piece", words))
