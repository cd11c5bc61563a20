"""Decisions forced or forbidden, as changes of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.changes.common import settings_of
from provisor.allocation.changes.pins import Forbid, PinPair, Unlock, Unpin
from provisor.allocation.words import counted
from provisor.case import BadRequest
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.explaining import Question
    from provisor.plan import Plan
    from provisor.scenario import Change

_TABLES = {"product": "products", "store": "stores"}


def forced(case: Case, plan: Plan, question: Question) -> list[Change]:
    """The pin that has it otherwise than in the plan; locks and pins of the pair that say the opposite are taken off.

    Raises:
        BadRequest: The question names no pair of the case, or one that is as it is asked for already.
    """
    where = question.where
    wrong = [
        text
        for name, table in _TABLES.items()
        if name in where
        for text in unknown(case, table, name, [where[name]])
    ]
    wrong += [f"name the {name}, as {name}=..." for name in _TABLES if name not in where]
    period = _whole(where, "period", settings_of(case).periods, wrong)
    pieces = _whole(where, "pieces", None, wrong)
    if pieces is not None and not question.negated:
        wrong.append("pieces go with why not: they are what is to hang there")
    if wrong:
        raise BadRequest("\n".join(wrong))
    store, product = where["store"], where["product"]
    if case.table("pairs").filter(store=store, product=product).is_empty():
        raise BadRequest(f"{product} may not hang in {store}: the pair is not in the table pairs")
    _not_so_already(plan, where, period, pieces, wanted=question.negated)
    free = _freed(case, store, product)
    if question.negated:
        return [*free, PinPair(store=store, product=product, period=period, pieces=pieces)]
    return [*free, Forbid(store=store, product=product, period=period)]


def _whole(where: Mapping[str, str], key: str, most: int | None, wrong: list[str]) -> int | None:
    """A whole number from 1 on; what is wrong with it goes to ``wrong``."""
    given = where.get(key)
    if given is None:
        return None
    if not given.isdecimal() or int(given) < 1 or (most is not None and int(given) > most):
        wrong.append(
            f"{key}={given}: expected a whole number from 1{f' to {most}' if most is not None else ''}"
        )
        return None
    return int(given)


def _not_so_already(
    plan: Plan, where: Mapping[str, str], period: int | None, pieces: int | None, *, wanted: bool
) -> None:
    """Raise BadRequest where the plan has it as asked for in all periods meant."""
    rows = plan.table("allocation").filter(store=where["store"], product=where["product"])
    rows = rows if period is None else rows.filter(period=period)
    hangs, shown = rows.filter("carried").height, float(rows["pieces"].sum())
    periods = plan.table("allocation")["period"].n_unique() if period is None else 1
    place = f"{where['product']} in {where['store']}"
    if wanted and hangs == periods and pieces in (None, round(shown)):
        said = f"{place} hangs, with {counted(round(shown), 'piece')}"
        raise BadRequest(f"{said}; ask why product={where['product']} store={where['store']}, or with pieces")
    if not wanted and not hangs:
        raise BadRequest(
            f"{place} does not hang; ask why not product={where['product']} store={where['store']}"
        )


def _freed(case: Case, store: str, product: str) -> list[Change]:
    """Changes that take locks and pins off a pair."""
    locked = case.table("pairs").filter(pl.col("lock").is_not_null()).filter(store=store, product=product)
    own = any(pin.store == store and pin.product == product for pin in settings_of(case).pins)
    found: list[Change] = [] if locked.is_empty() else [Unlock(store=(store,), product=(product,))]
    return [*found, Unpin(store=(store,), product=(product,))] if own else found
