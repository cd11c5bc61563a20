"""Shelves that hold one product for the whole horizon: part of rules ``storage`` and ``check-time``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE, Finding, Findings
from provisor.expansion.audit.grid import Floats, rows_where, slack_of, spread
from provisor.expansion.audit.rooms import kinds_of_shelf, shelves, taken
from provisor.tables.findings import findings_of, report

if TYPE_CHECKING:
    from provisor.expansion.audit.evidence import Evidence

_RULE = "storage"
_PLACE = ("facility", "storage_type")


def dedicated(evidence: Evidence) -> list[Finding]:
    """What is wrong with the shelves assigned: not said, of another type, broken, or more than there are."""
    if "shelf_assignments" not in evidence.given:
        words = "Table shelf_assignments is missing; with shelf_use: dedicated it says which shelves a product has"
        return [Finding(_RULE, {"table": "shelf_assignments"}, 1.0, "table", words)]
    return [*_too_many(evidence), *_of_other_type(evidence), *_broken(evidence)]


def assigned(evidence: Evidence) -> Floats:
    """Shelves assigned by product, site and storage type."""
    table, kinds = evidence["shelf_assignments"], kinds_of_shelf(evidence)
    places = (
        evidence.products.places(table, ("sku",)),
        evidence.sites.places(table, ("facility",)),
        kinds.places(table, ("storage_type",)),
    )
    return spread(table["shelves"], (len(evidence.products), len(evidence.sites), len(kinds)), places)


def packs_of_shelf(evidence: Evidence) -> Floats:
    """Whole sell packs a shelf holds, by product, site and storage type; as the case says where it does."""
    one, of_shelf = evidence.once(taken), evidence.once(shelves).of_shelf
    names = ["volume", "weight", *(["positions"] if evidence.rules.positions else [])]
    counts = [of_shelf[name][None] / one[name][:, None, None] for name in names]
    packs = np.asarray(np.floor(np.minimum.reduce(counts) + 1e-9))
    table = evidence.of_case("shelf_packs")
    places = (
        evidence.products.places(table, ("sku",)),
        evidence.sites.places(table, ("facility",)),
        kinds_of_shelf(evidence).places(table, ("storage_type",)),
    )
    packs[places] = table["packs"].to_numpy()
    return packs


def overfull(evidence: Evidence, stock: Floats, rule_id: str) -> Findings:
    """Where a product's stock is more than its own shelves hold."""
    room = (evidence.once(assigned) * evidence.once(packs_of_shelf)).sum(axis=2)
    figures = {"stock": stock, "room": room[None], "amount": stock - room[None]}
    axes = (evidence.periods, evidence.products, evidence.sites)
    rows = rows_where(stock - room[None] > slack_of(stock), axes, figures)
    words = (
        "On {date}, {stock} packs of {sku} are at {facility}; its own shelves hold {room}: {amount} too many"
    )
    return findings_of(rule_id, rows, ("month", "day", "sku", "facility"), "pack", words)


def _too_many(evidence: Evidence) -> list[Finding]:
    given, there = evidence.once(assigned).sum(axis=0), evidence.once(shelves).there[-1]
    figures = {"given": given, "there": there, "amount": given - there}
    rows = rows_where(given - there > slack_of(given), (evidence.sites, kinds_of_shelf(evidence)), figures)
    words = "At {facility}, {given} shelves of {storage_type} are given to products; {there} are usable"
    return report(_RULE, rows, _PLACE, "shelf", words)


def _of_other_type(evidence: Evidence) -> list[Finding]:
    if not evidence.rules.own_type:
        return []
    own = evidence.of_case("products").select("sku", own="storage_type")
    rows = evidence["shelf_assignments"].filter(pl.col("shelves") > TOLERANCE).join(own, on="sku")
    wrong = rows.filter(pl.col("own") != pl.col("storage_type")).with_columns(amount=pl.col("shelves"))
    words = "At {facility}, {sku} has {shelves} shelves of {storage_type}; it is kept on {own} only"
    return report(_RULE, wrong, (*_PLACE, "sku"), "shelf", words)


def _broken(evidence: Evidence) -> list[Finding]:
    if not evidence.rules.whole_shelves:
        return []
    off = (pl.col("shelves") - pl.col("shelves").round()).abs()
    rows = evidence["shelf_assignments"].with_columns(amount=off).filter(pl.col("amount") > TOLERANCE)
    words = "At {facility}, {sku} has {shelves} shelves of {storage_type}, which is not whole"
    return report(_RULE, rows, (*_PLACE, "sku"), "shelf", words)
