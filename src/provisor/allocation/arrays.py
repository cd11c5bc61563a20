"""An allocation case as arrays: what the model, the dual route and the plan's tables are made from.

Pairs are numbered as in the table ``pairs``; stores, products and centres as in theirs. Two-dimensional arrays
run over pairs (or stores, products) and periods, the first period at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

from provisor.allocation.labels import numbers
from provisor.allocation.pins import Given, given
from provisor.allocation.substitution import substituted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.rules import Rules, Settings
    from provisor.case import Case

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """A label of stores or products as numbers.

    Attributes:
        names: Labels.
        of: Number of the label by store or product, -1 for none.
    """

    names: list[str]
    of: Whole


@dataclass(frozen=True)
class Lanes:
    """Ways from centres to stores.

    Attributes:
        centre: Centre by lane.
        store: Store by lane.
        cost: Cost of a piece.
        lead: Periods from sending to arrival.
        capacity: Most pieces arriving in a period, ``inf`` for no limit.
    """

    centre: Whole
    store: Whole
    cost: Floats
    lead: Whole
    capacity: Floats


@dataclass(frozen=True)
class TransferLanes:
    """Ways from store to store: numbers of both, cost of a piece, most pieces in a period (``inf``: no limit)."""

    giver: Whole
    taker: Whole
    cost: Floats
    capacity: Floats


@dataclass(frozen=True)
class Pairs:
    """Eligible pairs.

    Attributes:
        store: Store by pair.
        product: Product by pair.
        mean: Mean demand by pair and period.
        dispersion: Variance / mean of demand.
        most: Most pieces on display.
        opening: Pieces there at the start.
        before: Whether it hung before.
        alive: Whether its product is alive, by pair and period.
        given: What locks and pins say.
    """

    store: Whole
    product: Whole
    mean: Floats
    dispersion: Floats
    most: Whole
    opening: Whole
    before: Flags
    alive: Flags
    given: Given

    @property
    def count(self) -> int:
        """Number of pairs."""
        return int(self.store.size)


@dataclass(frozen=True)
class Arrays:
    """A case as arrays.

    Attributes:
        rules: Rules in force.
        periods: Number of periods.
        store_names: Store codes.
        product_names: Product codes.
        centre_names: Centre codes.
        pairs: Eligible pairs.
        cell_store: Store by display cell.
        cell_names: Name by display cell.
        product_cells: Name of the display cell by product.
        product_alive: Whether a product may hang, by product and period.
        slots: Slots in force by display cell and period, those of displays included.
        cell: Display cell of each pair.
        space: Space in force for pieces, by store and period, ``inf`` for no limit.
        weight: Priority by store.
        price: Price by product; likewise ``cost``, ``salvage``, ``pack``, ``least`` (presentation minimum) and
            ``volume`` (space of a piece).
        category: Category by product; likewise ``subcategory``, ``band``, ``role``.
        cluster: Cluster by store.
        lanes: Ways from centres.
        transfer_lanes: Ways between stores.
        supply: Usable stock and receipts by centre, product and period.
        throughput: Most pieces sent in a period by centre.
        charges: Cost parameters by name.
        currency: Currency of all amounts.
        tables: The case's small tables: roles, manual_plan, launches, budget, displays.
    """

    rules: Rules
    periods: int
    store_names: list[str]
    product_names: list[str]
    centre_names: list[str]
    pairs: Pairs
    cell_store: Whole
    cell_names: list[str]
    product_cells: list[str]
    product_alive: Flags
    slots: Whole
    cell: Whole
    space: Floats
    weight: Floats
    price: Floats
    cost: Floats
    salvage: Floats
    pack: Whole
    least: Whole
    volume: Floats
    category: Group
    subcategory: Group
    band: Group
    role: Group
    cluster: Group
    lanes: Lanes
    transfer_lanes: TransferLanes
    supply: Whole
    throughput: Floats
    charges: dict[str, float]
    currency: str
    tables: dict[str, pl.DataFrame]

    @cached_property
    def store_slots(self) -> Whole:
        """Slots in force by store and period: N of the rules."""
        total = np.zeros((len(self.store_names), self.periods), dtype=np.int64)
        np.add.at(total, self.cell_store, self.slots)
        return total

    @cached_property
    def eligible(self) -> Flags:
        """Whether a pair may be carried, by pair and period.

        Alive, not forbidden, not frozen though it did not hang, max_pieces enough for what it must show, and a slot
        in its cell; pinned or frozen to hang, whatever its max_pieces.
        """
        pairs, told = self.pairs, self.pairs.given
        room = self.pairs.most >= self.least[pairs.product]
        if self.rules.slots:
            slot = np.where(self.cell[:, None] >= 0, self.slots[self.cell], 0) > 0
        else:
            slot = np.ones_like(pairs.alive)
        free = ~told.forbidden & ~told.frozen & room[:, None]
        return pairs.alive & slot & (free | told.carried)

    @cached_property
    def piece_cost(self) -> Floats:
        """What a piece shipped costs by product: its cost, or its salvage where stock is sunk."""
        return self.salvage if self.rules.stock_cost == "sunk" else self.cost


def arrays_of(case: Case) -> Arrays:
    """Make arrays of a case.

    Raises:
        BadRequest: A pin names a decision that there is not.
    """
    settings, rules = cast("Settings", case.settings), cast("Rules", case.rules)
    stores, products = case.table("stores"), case.table("products")
    store_names, product_names = stores["store"].to_list(), products["product"].to_list()
    centre_names = case.table("centres")["centre"].to_list()
    cells = case.table("slots")
    cell_store = numbers(cells["store"], store_names)
    pairs = _pairs(case, rules, settings, (store_names, product_names))
    slots = _in_force(case, "slots_factor", cells["slots"].to_numpy(), cell_store, settings, store_names)
    return Arrays(
        rules=rules,
        periods=settings.periods,
        store_names=store_names,
        product_names=product_names,
        centre_names=centre_names,
        pairs=pairs,
        cell_store=cell_store,
        cell_names=cells["cell"].to_list(),
        product_cells=products["cell"].to_list(),
        product_alive=_alive(products, rules, settings.periods),
        slots=slots.astype(np.int64) + _displays(case, cells, settings),
        cell=_cells(cells, products, pairs, cell_store),
        space=_in_force(
            case, "pieces_factor", _limits(stores["pieces"]), np.arange(len(store_names)), settings, store_names
        ),
        weight=stores["weight"].to_numpy().astype(np.float64),
        price=products["price"].to_numpy(),
        cost=products["cost"].to_numpy(),
        salvage=products["salvage"].to_numpy(),
        pack=products["pack"].to_numpy() if rules.pack else np.ones(len(product_names), dtype=np.int64),
        least=_least(products, rules),
        volume=products["space"].to_numpy(),
        category=_group(products["category"]),
        subcategory=_group(products["subcategory"]),
        band=_group(products["price_band"]),
        role=_group(products["role"]),
        cluster=_group(stores["cluster"]),
        lanes=_lanes(case, store_names, centre_names, rules),
        transfer_lanes=_transfer_lanes(case, store_names),
        supply=_supply(case, settings, rules, (centre_names, product_names)),
        throughput=_limits(case.table("centres")["throughput"]),
        charges=dict(case.table("costs").select("cost", "value").iter_rows()),
        currency=case.currency,
        tables={name: case.table(name) for name in ("roles", "manual_plan", "launches", "budget", "displays")},
    )  # fmt: skip


def _least(products: pl.DataFrame, rules: Rules) -> Whole:
    least = products["presentation_min"].to_numpy().astype(np.int64)
    return least if rules.presentation else np.ones_like(least)


def _limits(column: pl.Series) -> Floats:
    """Limits as numbers, ``inf`` where there is none."""
    return column.cast(pl.Float64).fill_null(np.inf).to_numpy().astype(np.float64)


def _group(column: pl.Series) -> Group:
    names = sorted(str(name) for name in column.drop_nulls().unique().to_list())
    return Group(names, numbers(column, names))


def _in_force(
    case: Case, factor: str, base: Floats, store: Whole, settings: Settings, names: list[str]
) -> Floats:
    """Capacity by place and period: base times the period's factor of its store, rounded down."""
    factors = np.ones((len(names), settings.periods))
    for name, period, value in case.table("capacity").select("store", "period", factor).iter_rows():
        if period <= settings.periods:
            factors[names.index(name), period - 1] = value
    limited = np.where(np.isinf(base), 0.0, base)
    changed = np.floor(limited[:, None] * factors[store] + 1e-9)
    return np.where(np.isinf(base)[:, None], np.inf, changed)


def _displays(case: Case, cells: pl.DataFrame, settings: Settings) -> Whole:
    """Slots that displays add, by display cell and period."""
    more = np.zeros((cells.height, settings.periods), dtype=np.int64)
    places = cells.select("store", "cell").with_row_index("number")
    rows = case.table("displays").join(places, on=["store", "cell"])
    for number, period, slots in rows.select("number", "period", "slots").iter_rows():
        if period <= settings.periods:
            more[number, period - 1] += slots
    return more


def _pairs(case: Case, rules: Rules, settings: Settings, names: tuple[list[str], list[str]]) -> Pairs:
    table, products = case.table("pairs"), case.table("products")
    store, product = numbers(table["store"], names[0]), numbers(table["product"], names[1])
    before = table["carried_before"].to_numpy().astype(bool)
    alive = _alive(products, rules, settings.periods)
    told = given(table, settings, store, product, names).settled(
        alive[product], before, lambda row: (table["store"][row], table["product"][row])
    )
    return Pairs(
        store=store,
        product=product,
        mean=substituted(
            case, _means(case, settings, (store, product), names), (store, product), names, alive
        ),
        dispersion=table["dispersion"].to_numpy(),
        most=table["max_pieces"].to_numpy(),
        opening=table["opening"].to_numpy(),
        before=before,
        alive=alive[product],
        given=told,
    )


def _alive(products: pl.DataFrame, rules: Rules, periods: int) -> Flags:
    """Whether a product may hang, by product and period."""
    if not rules.lifecycle:
        return np.ones((products.height, periods), dtype=bool)
    period = np.arange(1, periods + 1)
    first = products["first_period"].fill_null(1).to_numpy()
    last = products["last_period"].fill_null(periods).to_numpy()
    alive: Flags = (first[:, None] <= period) & (period <= last[:, None])
    return alive


def _means(
    case: Case, settings: Settings, pair: tuple[Whole, Whole], names: tuple[list[str], list[str]]
) -> Floats:
    """Mean demand by pair and period."""
    usual = case.table("pairs")["demand"].to_numpy()
    means = np.repeat(usual[:, None], settings.periods, axis=1)
    other = case.table("demand").filter(pl.col("period") <= settings.periods)
    if other.height:
        width = len(names[1])
        key = pair[0] * width + pair[1]
        order = np.argsort(key, kind="stable")
        wanted = numbers(other["store"], names[0]) * width + numbers(other["product"], names[1])
        place = order[np.searchsorted(key, wanted, sorter=order)]
        means[place, other["period"].to_numpy() - 1] = other["demand"].to_numpy()
    return means


def _cells(cells: pl.DataFrame, products: pl.DataFrame, pairs: Pairs, cell_store: Whole) -> Whole:
    """Display cell of each pair; -1 where its store has none for the product."""
    names = sorted({*cells["cell"].to_list(), *products["cell"].to_list()})
    number = np.full((int(max(pairs.store.max(initial=0), cell_store.max(initial=0))) + 1, len(names)), -1)
    number[cell_store, numbers(cells["cell"], names)] = np.arange(cells.height)
    return number[pairs.store, numbers(products["cell"], names)[pairs.product]]


def _lanes(case: Case, stores: list[str], centres: list[str], rules: Rules) -> Lanes:
    table = case.table("lanes")
    capacity = _limits(table["capacity"])
    return Lanes(
        centre=numbers(table["centre"], centres),
        store=numbers(table["store"], stores),
        cost=table["cost"].to_numpy(),
        lead=table["lead_periods"].to_numpy(),
        capacity=capacity if rules.lane_capacity else np.full_like(capacity, np.inf),
    )


def _transfer_lanes(case: Case, stores: list[str]) -> TransferLanes:
    table = case.table("transfer_lanes")
    if not cast("Rules", case.rules).transfers:
        table = table.clear()
    return TransferLanes(
        giver=numbers(table["from_store"], stores),
        taker=numbers(table["to_store"], stores),
        cost=table["cost"].to_numpy(),
        capacity=_limits(table["capacity"]),
    )


def _supply(case: Case, settings: Settings, rules: Rules, names: tuple[list[str], list[str]]) -> Whole:
    """Pieces that become usable, by centre, product and period."""
    centres, products = names
    supply = np.zeros((len(centres), len(products), settings.periods), dtype=np.int64)
    stock = case.table("stock")
    kept = np.zeros(len(products))
    if rules.launch:
        launches = case.table("launches")
        kept[numbers(launches["product"], products)] = launches["reserve"].to_numpy()
    product = numbers(stock["product"], products)
    usable = np.floor(stock["pieces"].to_numpy() * (1.0 - kept[product]) + 1e-9)
    np.add.at(supply[:, :, 0], (numbers(stock["centre"], centres), product), usable.astype(np.int64))
    receipts = case.table("receipts").filter(pl.col("period") <= settings.periods)
    place = (
        numbers(receipts["centre"], centres),
        numbers(receipts["product"], products),
        receipts["period"].to_numpy() - 1,
    )
    np.add.at(supply, place, receipts["pieces"].to_numpy())
    return supply
