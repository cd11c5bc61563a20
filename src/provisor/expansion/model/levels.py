"""Days on hand in the problem of flows: average shipments, the level that they ask for, and stock stated from it up.

Where the level of a site follows from its own shipments alone, stock is stated by what stands above it. Within a
month the level cancels in the balance, and the rows of days on hand are bounds: of 384,534 rows of ten years of days
248,454 are left, and the dual simplex method takes a quarter of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.expansion.model.terms import keys, places, terms_of

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.model.days import DaysModel
    from provisor.expansion.network import Numbers

    Terms = list[tuple[Numbers, Numbers, Floats]]


def stock_terms(model: DaysModel, rows: Numbers, place: Any, part: float | Floats = 1.0) -> Terms:  # noqa: ANN401
    """Terms of the stock at places of P x S x F (any index of numpy): what is above its level, and the level."""
    above = model.above[place]
    parts = np.broadcast_to(np.asarray(part, dtype=np.float64), above.shape)
    terms = [terms_of(rows, above, parts)]
    if model.cover.any():
        terms.append(terms_of(rows, model.average[model.month_of][place], parts * model.cover[place]))
    return terms


def average(model: DaysModel) -> None:
    """Average daily shipments of a site in a month."""
    if model.average.flat[0] < 0:
        return
    rows = places(model.average.shape)
    part = model.lengths[:, None, None] / model.network.month_days
    terms = [
        terms_of(rows, model.average, -1.0),
        terms_of(rows[model.month_of], model.ship, np.broadcast_to(part, model.ship.shape)),
    ]
    model.statement.rows("average", keys(rows.size), terms, lower=0.0, upper=0.0)


def level(model: DaysModel) -> None:
    """Days on hand: stock covers days of average shipments, pooled or of all sites; of its own by what stock means."""
    if model.average.flat[0] < 0 or model.network.rules.days_on_hand == "own":
        return
    shipped = model.average[model.month_of]
    if model.network.rules.days_on_hand == "pooled":
        rows = places(model.above.shape[:2])
        terms = stock_terms(model, rows[:, :, None], np.s_[:])
        terms.append(terms_of(rows[:, :, None], shipped, -model.active))
    else:
        rows = places(model.above.shape)
        terms = stock_terms(model, rows, np.s_[:])
        terms += [
            terms_of(rows, np.broadcast_to(shipped[:, :, [site]], rows.shape), -model.active)
            for site in range(rows.shape[2])
        ]
    model.statement.rows("level", keys(rows.size), terms, lower=0.0)


def opening_level(model: DaysModel) -> None:
    """Opening: stock before the first day is at most the level of the first month."""
    network = model.network
    if network.rules.opening != "level":
        return
    days, scope = network.days_on_hand, network.rules.days_on_hand
    if model.average.flat[0] < 0:
        rows = places(model.opening.shape)
        most = days * network.average[0][:, None]
        model.statement.rows(
            "opening", keys(rows.size), [terms_of(rows, model.opening, 1.0)], upper=most.ravel()
        )
        return
    rows = places(model.opening.shape) if scope != "pooled" else np.arange(len(network.skus))[:, None]
    shipped = [model.average[0]]
    if scope == "network":
        shipped = [np.broadcast_to(model.average[0][:, [site]], days.shape) for site in range(days.shape[1])]
    terms = [terms_of(rows, model.opening, 1.0), *(terms_of(rows, columns, -days) for columns in shipped)]
    count = int(rows.max()) + 1
    model.statement.rows("opening", keys(count), terms, upper=0.0)
