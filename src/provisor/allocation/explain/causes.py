"""Causes of demand not served, empty slots, stock left in the centres, and wishes missed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.changes.common import settings_of
from provisor.allocation.explain.blocked import CAUSES, DUST, Blocked
from provisor.allocation.words import counted
from provisor.case import BadRequest
from provisor.explaining import Cause
from provisor.tables.naming import unknown
from provisor.wording import money, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.allocation.explain.blocked import Step
    from provisor.case import Case
    from provisor.explaining import Question
    from provisor.plan import Plan

_NAMES = {
    "store": ("stores", "store"), "product": ("products", "product"), "category": ("products", "category"),
    "cell": ("slots", "cell"), "centre": ("centres", "centre"),
}  # fmt: skip


def causes(case: Case, plan: Plan, question: Question) -> list[Cause]:
    """Causes of what a question names, the weightiest first.

    Raises:
        BadRequest: The question names what the case does not have, or there is no such thing in the plan.
    """
    where = question.where
    wrong = [
        text
        for name, (table, column) in _NAMES.items()
        if name in where
        for text in unknown(case, table, column, [where[name]])
    ]
    last = settings_of(case).periods
    if "period" in where and where["period"] not in {str(k) for k in range(1, last + 1)}:
        wrong.append(f"{where['period']} is no period of the case; it has {last}")
    if wrong:
        raise BadRequest("\n".join(wrong))
    found = _ASKED[question.subject](case, plan, where)
    return sorted(found, key=lambda cause: (-cause.amount, cause.cause))


def _rows(case: Case, where: Mapping[str, str]) -> pl.DataFrame:
    """Pairs that a question means, with their number and product's labels."""
    kinds = case.table("products").select("product", "category", "subcategory", "role", "price_band", "cell")
    pairs = (
        case.table("pairs")
        .with_row_index("pair")
        .join(kinds, on="product", how="left", maintain_order="left")
    )
    for name, value in where.items():
        if name in pairs.columns:
            pairs = pairs.filter(pl.col(name) == value)
    return pairs


def _periods(case: Case, where: Mapping[str, str]) -> list[int]:
    given = where.get("period")
    return list(range(settings_of(case).periods)) if given is None else [int(given) - 1]


def unserved(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """Demand of pairs that may hang and is not expected to be served, by what keeps each from more."""
    blocked = Blocked(case, plan)
    eligible = blocked.arrays.eligible
    steps = [
        step
        for pair in _rows(case, where)["pair"].to_list()
        for k in _periods(case, where)
        if eligible[pair, k]
        for step in [blocked.step(pair, k)]
        if step.short > DUST
    ]
    if not steps:
        raise BadRequest("all demand there is expected to be served")
    total = sum(step.short for step in steps)
    found = []
    for cause, own in _by_cause(steps).items():
        amount = sum(step.short for step in own)
        hanging = sum(step.carried for step in own)
        facts = {"pieces": amount, "of": total, "pairs": float(len(own)), "hanging": float(hanging)}
        words = (
            f"{_pieces(amount)} of {_pieces(total)} not served in {counted(len(own), 'pair')}, {hanging} of which "
            f"hang: {CAUSES[cause]}"
        )
        found.append(Cause(cause, dict(where), amount, "piece", words, facts))
    return found


def slots(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """Empty slots of a store, and what keeps each style that could hang there from it."""
    if "store" not in where:
        raise BadRequest("name the store, as store=...")
    blocked = Blocked(case, plan)
    arrays = blocked.arrays
    store = arrays.store_names.index(where["store"])
    cells = [
        n
        for n in np.flatnonzero(arrays.cell_store == store).tolist()
        if where.get("cell") in (None, arrays.cell_names[n])
    ]
    periods = _periods(case, where)
    empty = sum(int(arrays.slots[n, k] - blocked.hanging[n, k]) for n in cells for k in periods)
    if empty <= 0:
        raise BadRequest("no slot is empty there")
    steps = [
        blocked.step(pair, k)
        for pair in _rows(case, where)["pair"].to_list()
        for k in periods
        if arrays.eligible[pair, k] and not blocked.outcome.carried[pair, k]
    ]
    place = ", cell ".join(where[name] for name in ("store", "cell") if name in where)
    if not steps:
        words = f"{counted(empty, 'slot')} empty in {place}: every style that may hang there does"
        return [
            Cause(
                "nothing more",
                dict(where),
                float(empty),
                "style",
                words,
                {"empty": float(empty), "styles": 0.0},
            )
        ]
    found = []
    for cause, own in _by_cause(steps).items():
        facts = {"styles": float(len(own)), "empty": float(empty), "of": float(len(steps))}
        words = (
            f"{counted(empty, 'slot')} empty in {place}; {len(own)} of {counted(len(steps), 'style')} that could hang "
            f"there {'does' if len(own) == 1 else 'do'} not: {CAUSES[cause]}"
        )
        found.append(Cause(cause, dict(where), float(len(own)), "style", words, facts))
    return found


def left(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """Pieces of a product left in the centres, and what keeps each store from taking more."""
    if "product" not in where:
        raise BadRequest("name the product, as product=...")
    blocked = Blocked(case, plan)
    product = blocked.arrays.product_names.index(where["product"])
    k = _periods(case, where)[-1]
    centres = [w for w, name in enumerate(blocked.arrays.centre_names) if where.get("centre") in (None, name)]
    pieces = float(blocked.left[centres, product, k].sum())
    kept = _reserved(case, where)
    if pieces + kept <= DUST:
        raise BadRequest("nothing of it is left there")
    found = []
    if kept > 0:
        words = f"{_pieces(kept)} of {where['product']} stay in the centres as the reserve of its launch"
        found.append(Cause("reserve", dict(where), kept, "piece", words, {"pieces": kept}))
    steps = [
        blocked.step(pair, k)
        for pair in _rows(case, {"product": where["product"]})["pair"].to_list()
        if blocked.arrays.pairs.alive[pair, k]
    ]
    for cause, own in _by_cause(steps).items() if pieces > DUST else ():
        facts = {"stores": float(len(own)), "of": float(len(steps)), "pieces": pieces}
        words = (
            f"{_pieces(pieces)} of {where['product']} left; {len(own)} of {counted(len(steps), 'store')} "
            f"{'takes' if len(own) == 1 else 'take'} no more: {CAUSES[cause]}"
        )
        found.append(Cause(cause, dict(where), float(len(own)), "store", words, facts))
    return found


def _reserved(case: Case, where: Mapping[str, str]) -> float:
    """Pieces of a launch that may not be sent."""
    rows = case.table("launches").filter(product=where["product"])
    if rows.is_empty() or not case.rules.model_dump()["launch"]:
        return 0.0
    stock = case.table("stock").filter(product=where["product"])
    stock = stock.filter(centre=where["centre"]) if "centre" in where else stock
    share = float(rows["reserve"][0])
    return float(sum(pieces - np.floor(pieces * (1.0 - share) + 1e-9) for pieces in stock["pieces"]))


_GROUP_COLUMN = {
    "role-minimum": "role", "price-bands": "price_band", "core-subcategories": "subcategory",
    "corridor": "subcategory",
}  # fmt: skip


_ASKING = ("role-minimum", "price-bands", "core-subcategories", "categories")
"""Rules that ask for styles; the others limit them."""


def missed(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """Styles that a missed wish asks for, and what keeps each from hanging."""
    rows = plan.table("slack")
    for name, value in where.items():
        rows = rows.filter(pl.col(name).cast(pl.String) == value)
    rows = rows.filter(pl.col("store").is_not_null())
    if rows.is_empty():
        raise BadRequest("no such wish of a store is missed")
    blocked = Blocked(case, plan)
    found = []
    for row in rows.to_dicts():
        place = {
            name: str(row[name]) for name in ("rule", "store", "group", "period") if row[name] is not None
        }
        column = _GROUP_COLUMN.get(row["rule"])
        asked = {"store": row["store"]} | (
            {column: row["group"]} if column and row["group"] is not None else {}
        )
        k = int(row["period"]) - 1
        steps = [
            blocked.step(pair, k)
            for pair in _rows(case, asked)["pair"].to_list()
            if blocked.arrays.eligible[pair, k] and not blocked.outcome.carried[pair, k]
        ]
        price = float(row["price"]) * float(row["amount"])
        facts = {"amount": float(row["amount"]), "price": price}
        said = f"{row['rule']} in {row['store']}: {row['words']}, for {money(price, case.currency)}"
        if row["rule"] not in _ASKING:
            found.append(Cause("priced", place, float(row["amount"]), str(row["unit"]), said, facts))
            continue
        for cause, own in _by_cause(steps).items():
            words = (
                f"{said}; {len(own)} of {counted(len(steps), 'style')} that could hang there: {CAUSES[cause]}"
            )
            more = {**facts, "styles": float(len(own)), "of": float(len(steps))}
            found.append(Cause(cause, place, float(len(own)), "style", words, more))
        if not steps:
            found.append(
                Cause(
                    "nothing more", place, 0.0, "style", f"{said}; no further style could hang there", facts
                )
            )
    return found


def _by_cause(steps: Sequence[Step]) -> dict[str, list[Step]]:
    """Steps by cause; one that several limits keep counts with each of them."""
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        for cause in step.causes:
            found[cause].append(step)
    return found


def _pieces(amount: float) -> str:
    return quantity(round(amount, 1), "piece")


_ASKED = {"unserved": unserved, "slots": slots, "left": left, "missed": missed}
