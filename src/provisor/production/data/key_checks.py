"""Checks of the case's keys against its tables: pins, places of stock, and the dates that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.data.context import Context, suggestion
from provisor.production.data.keys import EXCLUDE
from provisor.tables.document import Key, key_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.production.rules import Pin


def check_keys(
    context: Context, nodes: Sequence[str], products: Sequence[str], trucks: Sequence[str]
) -> None:
    """Note keys that name what the tables do not have, and dates that cannot be."""
    _check_stock_date(context)
    for name, node in context.keys.stock_locations.items():
        if node != EXCLUDE:
            _check_name(context, ("stock_locations", name), node, "node", nodes)
    for node in context.keys.transit_arrival:
        _check_name(context, ("transit_arrival", node), node, "node", nodes)
    for number, pin in enumerate(context.keys.pins):
        _check_pin(context, ("pins", str(number)), pin, {"node": nodes, "product": products, "truck": trucks})


def _check_name(context: Context, key: Key, name: str, kind: str, known: Sequence[str]) -> None:
    if name not in known:
        mend = suggestion(sorted(known))(name)
        context.problems.error(
            f"unknown-{kind}",
            f"there is no {kind} {name}",
            mend=mend,
            value=name,
            **key_place(context.document, key),
        )


def _check_stock_date(context: Context) -> None:
    keys = context.keys
    if keys.stock_date is None:
        return
    place = key_place(context.document, ("stock_date",))
    if keys.stock_date > keys.start:
        context.problems.error(
            "stock-after-start",
            f"stock_date {keys.stock_date} is after the start {keys.start}",
            mend="begin on the day of the stock or later",
            **place,
        )
    elif keys.stock_date < keys.start:
        days = (keys.start - keys.stock_date).days
        context.problems.warning(
            "stock-before-start",
            f"the stock is {days} days older than the start; what was made "
            "and sold in between is not known and taken as nothing",
            **place,
        )


def _check_pin(context: Context, key: Key, pin: Pin, known: dict[str, Sequence[str]]) -> None:
    keys = context.keys
    if not keys.start <= pin.day < keys.end:
        context.problems.error(
            "outside-horizon",
            f"the pin's date {pin.day} is outside the horizon",
            expected=f"a day from {keys.start} on, before {keys.end}",
            **key_place(context.document, (*key, "date")),
        )
    needed = ("node", "product") if pin.decision == "production" else ("truck",)
    for field in needed:
        if getattr(pin, field) is None:
            context.problems.error(
                "missing-key", f"a pin of a {pin.decision} needs {field}", **key_place(context.document, key)
            )
    for field in ("node", "product", "truck"):
        name = getattr(pin, field)
        if name is not None:
            _check_name(context, (*key, field), name, field, known[field])
    if pin.stop is not None:
        _check_name(context, (*key, "stop"), pin.stop, "node", known["node"])
    if pin.mixes is None and pin.units is None and pin.used is None:
        context.problems.error(
            "missing-key", "a pin needs mixes, units or used", **key_place(context.document, key)
        )
