"""Whether goods can reach those who sell them while they are fresh enough."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.production.data.context import Context
    from provisor.tables.grid import Sheet

Ages = dict[tuple[str, str], int]
"""Least age in its state, in days, of goods at a node in a state."""

_CARRIED = {"ambient": ("ambient", "thawed"), "frozen": ("frozen",)}


def check_paths(
    context: Context, products: Sheet, nodes: pl.DataFrame, legs: pl.DataFrame, demand: pl.DataFrame
) -> None:
    """Note products that nothing made can serve in time, and tell single nodes out of reach."""
    storage = dict(nodes.select("node", "storage").iter_rows())
    makers = nodes.filter("can_make")["node"].to_list()
    if not makers:
        context.tell("nothing-made", "no node of the case makes goods; only stock can be sold")
        return
    first, last = context.keys.start, context.keys.end
    asked = (
        demand.filter((pl.col("date") >= first) & (pl.col("date") < last)).select("product", "node").unique()
    )
    for product in products.frame.to_dicts():
        sold = sorted(asked.filter(pl.col("product") == product["product"])["node"])
        ages = _ages(product, makers, storage, legs) if sold else {}
        late = [node for node in sold if not _in_time(context, product, node, ages)]
        if late and len(late) == len(sold):
            _note(context, products, product, late)
        elif late:
            context.tell(
                "too-far",
                f"{product['product']} reaches {', '.join(late)} too old to be sold; "
                "only stock can be sold there",
                products,
            )


def _note(context: Context, products: Sheet, product: dict[str, Any], late: list[str]) -> None:
    place = products.place("shelf_life_ambient_days", product["__row"], product["shelf_life_ambient_days"])
    context.problems.error(
        "shelf-life-too-short",
        f"{product['product']} is too old, or cannot be brought, wherever it is sold ({', '.join(late)})",
        expected=f"a way on which {_days_needed(context, product)} days of its life are left on arrival",
        mend="mend the shelf life, the legs or min_days_at_sale",
        **place,
    )


def _days_needed(context: Context, product: Mapping[str, Any]) -> int:
    return int(product["min_days_at_sale"] or 0) if context.keys.rules.min_days_at_sale else 0


def _in_time(context: Context, product: Mapping[str, Any], node: str, ages: Ages) -> bool:
    """Whether goods can be at the node, not frozen, with enough days left."""
    needed = _days_needed(context, product) if context.keys.rules.shelf_life else -math.inf
    lives = {state: product[f"shelf_life_{state}_days"] for state in ("ambient", "thawed")}
    return any(
        (node, state) in ages and (life is None or life - ages[node, state] >= needed)
        for state, life in lives.items()
    )


def _ages(
    product: Mapping[str, Any], makers: list[str], storage: Mapping[str, str], legs: pl.DataFrame
) -> Ages:
    """Least age on arrival over all ways, a change of state beginning a new life."""
    ages: Ages = {(node, "frozen" if storage[node] == "frozen" else "ambient"): 0 for node in makers}
    ways = legs.select("origin", "destination", "mode", "transit_days").drop_nulls().to_dicts()
    changed = True
    while changed:
        reached = [step for way in ways for step in _steps(product, way, storage, ages)]
        reached += [
            step for node, keeps in storage.items() if keeps == "both" for step in _changes(node, ages)
        ]
        changed = False
        for place, age in reached:
            if age < ages.get(place, math.inf):
                ages[place], changed = age, True
    return ages


def _steps(
    product: Mapping[str, Any], way: Mapping[str, Any], storage: Mapping[str, str], ages: Ages
) -> list[tuple[tuple[str, str], int]]:
    steps = []
    for state in _CARRIED[way["mode"]]:
        age, life = ages.get((way["origin"], state)), product[f"shelf_life_{state}_days"]
        if age is None or (life is not None and age + int(way["transit_days"]) > life):
            continue
        after = _state_after(storage[way["destination"]], state)
        if after is not None:
            steps.append(
                ((way["destination"], after), age + int(way["transit_days"]) if after == state else 0)
            )
    return steps


def _state_after(keeps: str, state: str) -> str | None:
    if keeps == "frozen":
        return None if state == "thawed" else "frozen"
    return "thawed" if keeps == "ambient" and state == "frozen" else state


def _changes(node: str, ages: Ages) -> list[tuple[tuple[str, str], int]]:
    pairs = (("ambient", "frozen"), ("frozen", "thawed"))
    return [((node, after), 0) for before, after in pairs if (node, before) in ages]
