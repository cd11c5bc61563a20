"""Makes the plan of a rule of thumb, period by period, and writes it down as any other plan."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.arrays import arrays_of
from provisor.allocation.baselines.desk import Desk
from provisor.allocation.baselines.ledger import Ledger
from provisor.allocation.baselines.prorata import split_all
from provisor.allocation.baselines.rulebook import follow_rules
from provisor.allocation.decisions import Decisions, Transfers
from provisor.allocation.demand import expected_sales
from provisor.allocation.report import kpis, summaries
from provisor.allocation.tabulate import tabulate
from provisor.allocation.who import labels
from provisor.certificate import Certificate, Status
from provisor.plan import Plan
from provisor.planner import BadRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.case import Case

METHODS = ("rules", "rules-raw", "pro-rata", "pro-rata-raw")
"""``rules``: the chain of rules, each piece only where stock, slots and space allow it; ``pro-rata``: every
product's stock split over the stores that carry it, likewise. ``-raw``: only stock limits them."""

_WORK = {"rules": follow_rules, "pro-rata": split_all}


def baseline(case: Case, method: str) -> Plan:
    """The plan that a rule of thumb makes of a case; the caller audits.

    Raises:
        BadRequest: There is no such method, or a pin names a decision that there is not.
    """
    if method not in METHODS:
        raise BadRequest(f"no baseline {method!r} for allocation; there are {', '.join(METHODS)}")
    began = time.perf_counter()
    arrays = arrays_of(case)
    built = time.perf_counter()
    made = tabulate(arrays, decide(arrays, method))
    seconds = {"build": built - began, "solve": time.perf_counter() - built}
    certificate = Certificate(
        Status.FEASIBLE,
        "max",
        made.objective,
        None,
        f"baseline {method}",
        "none: a rule of thumb proves nothing",
        "none",
        seconds={**seconds, "total": sum(seconds.values())},
        case_fingerprint=case.fingerprint,
    )
    return Plan(
        "allocation",
        case.name,
        certificate,
        tables={**made.tables, **summaries(arrays, made.outcome, []), **labels(case)},
        costs=made.costs,
        kpis=kpis(arrays, made.outcome, made.costs),
        warnings=[problem.message for problem in case.warnings],
        currency=case.currency,
    )


def decide(arrays: Arrays, method: str) -> Decisions:
    """Decisions of a method for all periods."""
    pairs, shape = arrays.pairs, (arrays.pairs.count, arrays.periods)
    strict = not method.endswith("-raw")
    ledger = Ledger(arrays, strict=strict)
    carried, returned = np.zeros(shape, dtype=bool), np.zeros(shape)
    opening, hangs = pairs.opening.astype(np.float64), pairs.before
    for period in range(arrays.periods):
        desk = Desk(arrays, ledger, period, opening, strict=strict)
        keep_orders(desk)
        _WORK[method.removesuffix("-raw")](desk, hangs)
        carried[:, period], returned[:, period] = desk.carried, desk.returned
        hangs = carried[:, period].copy()
        opening = _left_over(arrays, desk)
    return Decisions(carried, returned, ledger.routes(), Transfers.none())


def keep_orders(desk: Desk) -> None:
    """What locks and pins ask for comes first, whatever the rules of thumb say."""
    given, pairs, period = desk.arrays.pairs.given, desk.arrays.pairs, desk.period
    for pair in np.flatnonzero(given.frozen[:, period] & pairs.alive[:, period]).tolist():
        desk.keep(pair)
    told = given.carried[:, period] & ~given.frozen[:, period] & pairs.alive[:, period]
    for pair in np.flatnonzero(told).tolist():
        asked = int(given.pieces[pair, period])
        usual = max(int(desk.arrays.least[pairs.product[pair]]), int(np.ceil(pairs.mean[pair, period])))
        desk.hang(pair, asked if asked >= 0 else usual, exactly=asked >= 0)


def _left_over(arrays: Arrays, desk: Desk) -> NDArray[np.float64]:
    """Pieces that the period leaves in the stores."""
    pairs = arrays.pairs
    carried = np.array(desk.carried, dtype=bool)
    stays = carried | pairs.given.frozen[:, desk.period] | (not arrays.rules.returns)
    pieces = np.where(stays, np.array(desk.pieces), 0.0)
    sold = expected_sales(pieces, pairs.mean[:, desk.period], pairs.dispersion)
    return pieces - np.where(carried, sold, 0.0)
