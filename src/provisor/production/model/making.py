"""Production: whole mixes, starts, hours and what they cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.production.model.columns import most_units

if TYPE_CHECKING:
    from provisor.engine.builder import Term
    from provisor.production.model.context import Model
    from provisor.production.network import Node


def mixes(model: Model) -> None:
    """Units = mixes x units per mix; nothing is made unless the product is made that day."""
    network = model.network
    for key, made in model.columns.get("made", {}).items():
        node, product, t = str(key[0]), str(key[1]), int(key[2])
        units = model.columns["units"][key]
        size = network.products[product].units_per_mix
        whole = model.column("mixes", *key)
        if whole is not None and size:
            model.builder.row("mixes", key, [(units, 1.0), (whole, -size)], lower=0.0, upper=0.0)
        most = most_units(model, network.nodes[node], network.shifts[node, t])
        if whole is not None and size:
            most = size * (most // size)
            model.builder.row("made_whole", key, [(made, 1.0), (whole, -1.0)], upper=0.0)
        model.builder.row("made", key, [(units, 1.0), (made, -most)], upper=0.0)


def totals(model: Model) -> None:
    """Mixes of the horizon = a whole number, by product.

    Follows from whole mixes. Where what is left over is waste, it lifts the bound much, and stands on its own where
    the mixes themselves are left divisible.
    """
    for (product,), total in model.columns.get("total", {}).items():
        mixed = [(column, 1.0) for key, column in model.columns["mixes"].items() if key[1] == product]
        model.builder.row("totals", (product,), [*mixed, (total, -1.0)], lower=0.0, upper=0.0)


def starts(model: Model) -> None:
    """Start >= made today - made yesterday, or start = made where every day counts."""
    daily = model.network.rules.starts == "daily"
    for key, start in model.columns.get("start", {}).items():
        node, product, t = str(key[0]), str(key[1]), int(key[2])
        made = model.columns["made"][key]
        terms = [(start, 1.0), (made, -1.0)]
        if not daily:
            terms += model.term("made", node, product, t - 1)
        model.builder.row("starts", key, terms, lower=0.0)


def hours(model: Model) -> None:
    """Hours used fit the day; they are regular and overtime on a fixed day, premium on another."""
    network = model.network
    for (code, day), run in model.columns.get("run", {}).items():
        node, t = network.nodes[str(code)], int(day)
        shift = network.shifts[node.code, t]
        used: list[Term] = [(run, node.startup + node.shutdown)]
        for product in network.products:
            used += model.term("units", node.code, product, t, by=1 / node.rate)
            made = model.term("made", node.code, product, t)
            if made:
                model.builder.row("run", (node.code, product, t), [*made, (run, -1.0)], upper=0.0)
        used += _changeovers(model, node.code, t)
        model.builder.row("hours", (node.code, t), [*used, (run, -shift.limit)], upper=0.0)
        paid = [
            (column, -1.0)
            for family in ("regular", "overtime", "premium")
            for column, _ in model.term(family, node.code, t)
        ]
        model.builder.row("labour", (node.code, t), [*used, *paid], upper=0.0)
        _fixed_hours(model, node, t, used)


def _fixed_hours(model: Model, node: Node, t: int, used: list[Term]) -> None:
    """Hours used <= fixed hours where anything is made + overtime, for all products together and for each alone.

    Whole numbers follow from the other rows; where days are run in part it lifts the bound.
    """
    shift, products = model.network.shifts[node.code, t], model.network.products
    over = model.term("overtime", node.code, t, by=-1.0)
    if not over:
        return
    run = model.columns["run"][node.code, t]
    model.builder.row("fixed_hours", (node.code, t), [*used, *over, (run, -shift.fixed_hours)], upper=0.0)
    most = most_units(model, node, replace(shift, limit=shift.fixed_hours))
    for product in products if most > 0 else ():
        units, made = (
            model.term("units", node.code, product, t),
            model.term("made", node.code, product, t, by=-most),
        )
        if units and made:
            beyond = model.term("overtime", node.code, t, by=-node.rate)
            model.builder.row("fixed_hours", (node.code, product, t), [*units, *made, *beyond], upper=0.0)


def labour(model: Model) -> None:
    """Premium >= minimum hours on a day without fixed hours on which anything is made."""
    for key, premium in model.columns.get("premium", {}).items():
        run = model.columns["run"][key]
        minimum = model.network.shifts[str(key[0]), int(key[1])].minimum_hours
        if minimum > 0:
            model.builder.row("minimum_hours", key, [(premium, 1.0), (run, -minimum)], lower=0.0)


def _changeovers(model: Model, node: str, t: int) -> list[Term]:
    """Hours lost between products of a day, as the rule counts them."""
    rules, products = model.network.rules, model.network.products
    run = model.columns["run"][node, t]
    each = model.network.nodes[node].changeover
    if rules.changeover == "brand":
        return _brand_changeovers(model, node, t)
    family = "start" if rules.changeover == "starts" else "made"
    terms: list[Term] = [(run, -each)]
    for product in products:
        terms += model.term(family, node, product, t, by=each)
    return terms


def _brand_changeovers(model: Model, node: str, t: int) -> list[Term]:
    """(brands - 1) x cross-brand hours + (products - brands) x same-brand hours."""
    rules = model.network.rules
    terms: list[Term] = [(model.columns["run"][node, t], -rules.cross_brand_hours)]
    brands: dict[str, list[int]] = {}
    for code, product in model.network.products.items():
        made = model.column("made", node, code, t)
        if made is not None:
            brands.setdefault(product.brand, []).append(made)
            terms.append((made, rules.same_brand_hours))
    for brand, columns in brands.items():
        index = model.columns["brand"][node, brand, t]
        terms.append((index, rules.cross_brand_hours - rules.same_brand_hours))
        for made in columns:
            model.builder.row("brand", (node, brand, t, str(made)), [(made, 1.0), (index, -1.0)], upper=0.0)
        inverse: list[Term] = [(index, 1.0), *((made, -1.0) for made in columns)]
        model.builder.row("brand_made", (node, brand, t), inverse, upper=0.0)
    return terms
