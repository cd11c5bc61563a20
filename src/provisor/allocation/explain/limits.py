"""What binds in a plan, and what one more unit of it would be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.changes.common import settings_of
from provisor.allocation.shadow import ALL, BETWEEN
from provisor.explaining import Limit
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.plan import Plan

    Amounts = Mapping[str, Mapping[tuple[str, ...], float]]

LEAST_WORTH = 5e-3
"""Money by unit that is nothing."""

_SAID: Mapping[str, tuple[str, tuple[str, ...], str, str]] = {
    "slots": ("style", ("store", "cell"), "one more slot in cell {cell} of {store}", ""),
    "pieces": ("space", ("store",), "room for one more piece in {store}", ""),
    "stock": ("piece", ("centre", "product"), "one more piece of {product} at {centre}", ""),
    "throughput": ("piece", ("centre",), "one more piece that {centre} may send", ""),
    "lane-capacity": ("piece", ("centre", "store"), "one more piece on the lane from {centre} to {store}", ""),
    "budget": ("$", ("budget",), "one more {currency} of budget", ""),
    "role-maximum": (
        "style", ("store", "role"), "one more style of {role} allowed in {store}", "",
    ),
    "role-minimum": ("style", ("store", "role"), "", "one style of {role} fewer asked for in {store}"),
    "price-bands": ("style", ("store", "band"), "", "one style of band {band} fewer asked for in {store}"),
    "categories": ("category", ("store",), "", "one category fewer asked for in {store}"),
    "core-subcategories": (
        "subcategory", ("store", "subcategory"), "", "{subcategory} not asked for in {store}",
    ),
    "corridor": (
        "style", ("store", "subcategory"), "one style more of {subcategory} in the manual plan of {store}",
        "one style fewer of {subcategory} in the manual plan of {store}",
    ),
    "corridor-store": (
        "style", ("store",), "one style more in the manual plan of {store}",
        "one style fewer in the manual plan of {store}",
    ),
    "coherence": (
        "style", ("store",), "one style more than its cluster's band allowed in {store}",
        "one style fewer than its cluster's band allowed in {store}",
    ),
    "launch": (
        "store", ("product",), "one more store allowed for the launch of {product}",
        "one store fewer asked for by the launch of {product}",
    ),
    "displays": (
        "style", ("store", "cell"), "one more slot in cell {cell} of {store} for any style", "",
    ),
}  # fmt: skip
"""By rule: unit, what its labels name, and what one more unit is, of an upper and of a lower limit."""


def limits(case: Case, plan: Plan) -> list[Limit]:
    """Limits that bind in a plan, with the prices of its table ``prices``.

    The prices of the dual route are those at which the bound is proven; those of the exact route hold the styles of
    each store as they are. ``held`` of a limit says which.
    """
    several, amounts = settings_of(case).periods > 1, _amounts(case)
    binding = plan.table("prices").filter(pl.col("price").abs() >= LEAST_WORTH)
    found = [
        _limit(plan, str(rule), str(entity), int(period), float(price), amounts, several=several)
        for rule, entity, period, price in binding.iter_rows()
    ]
    return [limit for limit in found if limit is not None]


def _limit(
    plan: Plan, rule: str, entity: str, period: int, price: float, amounts: Amounts, *, several: bool
) -> Limit | None:
    """A limit of one price; none where one more unit of it is nothing that could be given."""
    said = _SAID.get(rule) or _SAID.get(rule.partition("-")[0])
    if said is None:
        return None
    unit, names, more, less = said
    what = more if price > 0 else less
    if not what:
        return None
    labels = () if entity == ALL else tuple(entity.split(BETWEEN, len(names) - 1))
    where = dict(zip(names, labels, strict=False))
    amount = amounts.get(rule, {}).get(labels, 0.0)
    named = f"{what[:1].upper()}{what[1:]}".format(currency=plan.currency, **{"subcategory": "", **where})
    when = f" in period {period}" if several else ""
    where |= {"period": str(period)} if several else {}
    words = f"{named}{when} would be worth {money(abs(price), plan.currency)}"
    held = plan.certificate.method.startswith("branch and bound")
    return Limit(rule, where, amount, unit, abs(price), words, held)


def _amounts(case: Case) -> Amounts:
    """The limits themselves by rule and labels, where a table of the case has them."""
    goods = pl.concat(
        [case.table(name).select("centre", "product", "pieces") for name in ("stock", "receipts")]
    )
    summed = goods.group_by("centre", "product").agg(pl.col("pieces").sum())
    tables = {
        "stock": (summed, ("centre", "product"), "pieces"),
        "throughput": (case.table("centres"), ("centre",), "throughput"),
        "slots": (case.table("slots"), ("store", "cell"), "slots"),
        "pieces": (case.table("stores"), ("store",), "pieces"),
        "lane-capacity": (case.table("lanes"), ("centre", "store"), "capacity"),
    }
    return {
        rule: {tuple(row[:-1]): float(row[-1]) for row in table.select(*keys, value).drop_nulls().iter_rows()}
        for rule, (table, keys, value) in tables.items()
    }
