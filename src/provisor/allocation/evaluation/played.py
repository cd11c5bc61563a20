"""A plan's decisions, played through drawn demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.places import places
from provisor.allocation.tables import ALLOCATION, ROUTES, TRANSFERS
from provisor.planner import BadRequest
from provisor.tables.casting import Derived, coerce

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Whole = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_DECIDED = frozenset({"period", "store", "product", "carried", "returned"})
_FREE = Derived(
    frozenset({"transfers"}),
    {"allocation": frozenset(ALLOCATION.dtypes) - _DECIDED, "routes": frozenset({"sent"})},
)


@dataclass(frozen=True)
class Played:
    """A plan as what it moves, by pair and period.

    Attributes:
        arrays: The case.
        carried: Whether a pair hangs.
        arrived: Pieces from centres.
        moved: Pieces from other stores less those to them.
        returned: Pieces that the plan takes back.
        fixed: What goods, routes, transfers and openings cost, whatever is sold.
    """

    arrays: Arrays
    carried: Flags
    arrived: Floats
    moved: Floats
    returned: Floats
    fixed: float

    @classmethod
    def of(cls, arrays: Arrays, name: str, tables: Mapping[str, pl.DataFrame]) -> Played:
        """Decisions of plan tables.

        Raises:
            BadRequest: The tables cannot be read, or name what the case does not have.
        """
        frames, unreadable = coerce(tables, (ALLOCATION, ROUTES, TRANSFERS), _FREE)
        if unreadable:
            raise BadRequest(f"plan {name}: {unreadable[0].words}")
        shape = arrays.pairs.mean.shape
        carried, arrived, moved, returned = (np.zeros(shape) for _ in range(4))
        rows = frames["allocation"]
        place = _places(arrays, name, rows)
        carried[place] = rows["carried"].to_numpy()
        returned[place] = rows["returned"].to_numpy()
        routes, transfers = frames["routes"], frames["transfers"]
        sent = _places(arrays, name, routes)
        np.add.at(arrived, sent, routes["pieces"].to_numpy())
        for column, sign in (("to_store", 1.0), ("from_store", -1.0)):
            place = _places(arrays, name, transfers.rename({column: "store"}))
            np.add.at(moved, place, sign * transfers["pieces"].to_numpy())
        hangs = carried > 0
        cost = _goods(arrays, routes, sent) + _transfers(arrays, transfers) + _openings(arrays, hangs)
        return cls(arrays, hangs, arrived, moved, returned, cost)

    def play(self, demand: Whole) -> dict[str, float]:
        """Figures of the plan when ``demand`` comes, in true money: no store counts more than another.

        Transfers and returns of a pair that has too little give what there is; what does not hang any more goes
        back whole, where stock may go back.
        """
        arrays, pairs = self.arrays, self.arrays.pairs
        price, salvage, cost = (
            values[pairs.product] for values in (arrays.price, arrays.salvage, arrays.cost)
        )
        left = pairs.opening.astype(np.float64)
        revenue = profit = sold = shown = styles = selling = 0.0
        for period in range(arrays.periods):
            there = np.maximum(left + self.arrived[:, period] + self.moved[:, period], 0.0)
            hangs = self.carried[:, period]
            back = np.where(hangs, np.minimum(self.returned[:, period], there), self._all_back(period, there))
            pieces = there - back
            sales = np.where(hangs, np.minimum(demand[:, period], pieces), 0.0)
            left = pieces - sales
            taken = float(price @ sales)
            revenue += taken
            profit += taken + float(salvage @ back) - arrays.charges["return_per_piece"] * float(back.sum())
            if period < arrays.periods - 1:
                profit -= arrays.charges["holding_share"] * float(cost @ left)
            sold, shown = sold + float(sales.sum()), shown + float(pieces.sum())
            styles, selling = styles + float(hangs.sum()), selling + float((sales >= 1).sum())
        return {
            "revenue": revenue,
            "profit": profit + float(salvage @ left) - self.fixed,
            "sell_through": sold / shown if shown else 0.0,
            "slot_sell_through": selling / styles if styles else 0.0,
        }

    def _all_back(self, period: int, there: Floats) -> Floats:
        """What goes back of pairs that do not hang: everything the plan meant to, whatever it came to."""
        return np.where(self.returned[:, period] > 0, there, 0.0)


def _places(arrays: Arrays, name: str, rows: pl.DataFrame) -> tuple[Whole, Whole]:
    """Pair and period of rows, as indices of two-dimensional arrays."""
    pair, period = places(arrays, rows)
    if (pair < 0).any():
        row = rows.row(int(np.flatnonzero(pair < 0)[0]), named=True)
        raise BadRequest(
            f"plan {name}: period {row['period']}, {row['store']} and {row['product']} are no pair of the case"
        )
    return pair, period


def _goods(arrays: Arrays, routes: pl.DataFrame, sent: tuple[Whole, Whole]) -> float:
    """Goods and ways of all that is sent; on what is no lane goods go for nothing (the audit says so)."""
    pieces = routes["pieces"].to_numpy()
    ways = {
        (arrays.centre_names[centre], arrays.store_names[store]): cost
        for centre, store, cost in zip(
            arrays.lanes.centre, arrays.lanes.store, arrays.lanes.cost.tolist(), strict=True
        )
    }
    lanes = np.array([ways.get(way, 0.0) for way in routes.select("centre", "store").iter_rows()])
    return float(pieces @ (arrays.piece_cost[arrays.pairs.product[sent[0]]] + lanes)) if pieces.size else 0.0


def _transfers(arrays: Arrays, transfers: pl.DataFrame) -> float:
    table = arrays.transfer_lanes
    ways = {
        (arrays.store_names[giver], arrays.store_names[taker]): cost
        for giver, taker, cost in zip(table.giver, table.taker, table.cost.tolist(), strict=True)
    }
    rows = transfers.select("from_store", "to_store", "pieces").iter_rows()
    return float(sum(ways.get((giver, taker), 0.0) * pieces for giver, taker, pieces in rows))


def _openings(arrays: Arrays, hangs: Flags) -> float:
    before = np.column_stack([arrays.pairs.before, hangs[:, :-1]])
    return arrays.charges["opening_per_style"] * float((hangs & ~before).sum())
