"""The columns of the production model, by what they decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from provisor.engine.builder import Builder, Term
from provisor.production.life import Life, kind_of, life_of, state_of

if TYPE_CHECKING:
    from provisor.production.network import Lane, Lot, Network

Columns = dict[tuple[str | int, ...], int]
"""Column index by key."""


@dataclass
class Model:
    """A model under construction: the network, the builder, and the index of each column.

    Keys of the columns (n node, p product, s kind of goods, t day, l lane, k truck):

    ``made`` (n, p, t) 0/1 · ``mixes`` (n, p, t) whole · ``units`` (n, p, t) · ``start`` (n, p, t) ·
    ``run`` (n, t) 0/1 · ``regular``, ``overtime``, ``premium`` (n, t) hours · ``brand`` (n, brand, t) 0/1 ·
    ``ship`` (l, p, s, t) · ``pallets`` (l, p, s, t) whole · ``used`` (k, t) 0/1 · ``chosen`` (l, t) 0/1 ·
    ``same_day`` (n, p, hour, t) · ``stock`` (n, p, s, t) · ``change`` (n, p, from, to, t) ·
    ``sold`` (n, p, s, t) · ``short`` (n, p, t) · ``dispose`` (n, p, s, t) ·
    ``store_pallets``, ``entry`` (n, p, s, t) · ``left``, ``credited`` (n, p) · ``cases`` (l, p, s, t) whole.
    """

    network: Network
    whole_cases: bool = False
    builder: Builder = field(default_factory=Builder)
    columns: dict[str, Columns] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    inflow: dict[tuple[str, str, str, int], list[Term]] = field(default_factory=dict)
    lots: dict[tuple[str, str, str, int], list[Lot]] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, *, whole_cases: bool, exact: bool) -> Model:
        """An empty model of a network, with columns for cases or without, with exact ages or without."""
        lives = {code: life_of(network, product, exact=exact) for code, product in network.products.items()}
        model = cls(network, whole_cases, lives=lives)
        for lot in (*network.opening, *network.transit):
            kind = kind_of(network, lot)
            if kind is not None and lot.day < network.days:
                model.lots.setdefault((lot.node, lot.product, kind, max(lot.day, 0)), []).append(lot)
        return model

    def column(self, family: str, *key: str | int) -> int | None:
        """Index of a column, none if there is no such decision."""
        return self.columns.get(family, {}).get(key)

    def term(self, family: str, *key: str | int, by: float = 1.0) -> list[Term]:
        """The column times ``by`` as terms of a row; no terms if there is no such decision."""
        index = self.column(family, *key)
        return [] if index is None else [(index, by)]

    def add(
        self,
        family: str,
        key: tuple[str | int, ...],
        *,
        lower: float = 0.0,
        upper: float = float("inf"),
        cost: float = 0.0,
        integer: bool = False,
    ) -> int:
        """Add a column and remember it."""
        index = self.builder.column(family, key, lower=lower, upper=upper, cost=cost, integer=integer)
        self.columns.setdefault(family, {})[key] = index
        return index

    def settled_lots(self, node: str, product: str, kind: str, day: int) -> list[Lot]:
        """Opening stock and goods on the road that come in on a day, by the kind they settle as."""
        return self.lots.get((node, product, kind, day), [])

    def arriving(self, lane: Lane, product: str, kind: str, left: int) -> str | None:
        """Kind after arrival of goods that leave over a lane on a day, none where they may not go."""
        state = state_of(kind)
        after = self.network.nodes[lane.stop].state_on_arrival(state)
        if after is None or after == state:
            return after and kind
        return self.changed(product, after, left + lane.offset)

    def changed(self, product: str, after: str, day: int) -> str:
        """Kind of goods that are frozen or thawed on a day, ``after`` being the new state."""
        goods = self.network.products[product]
        return self.lives[product].changed_kind(self.network, goods, after, day)

    def open_lanes(self, node: str, day: int) -> list[Lane]:
        """Lanes that leave a node on a day."""
        return [lane for lane in self.network.lanes_from.get(node, ()) if day in lane.running]
