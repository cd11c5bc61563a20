"""What the network says about goods found at a node or on their way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Places:
    """Storage of the nodes and the legs between them, for judging stock.

    Attributes:
        storage: Storage by node.
        legs: Origin, destination, mode and transit days of each leg.
    """

    storage: dict[str, str]
    legs: tuple[tuple[str, str, str, float], ...]

    @staticmethod
    def of(nodes: pl.DataFrame, legs: pl.DataFrame) -> Places:
        """From the tables of nodes and legs."""
        columns = ["origin", "destination", "mode", "transit_days"]
        return Places(
            {
                node: storage or "both"
                for node, storage in nodes.select("node", "storage").drop_nulls("node").iter_rows()
            },
            tuple(legs.select(columns).drop_nulls().iter_rows()),
        )

    def keeps_frozen(self, node: str) -> bool:
        """Whether frozen goods can be kept there."""
        return self.storage[node] in ("frozen", "both")

    def modes_into(self, node: str) -> set[str]:
        """Modes of the legs that lead there."""
        return {mode for _, destination, mode, _ in self.legs if destination == node}

    def days_into(self, node: str) -> int:
        """Days on the road of the longest direct leg there; 0 where no leg leads there."""
        return max((int(days) for _, destination, _, days in self.legs if destination == node), default=0)

    def freezers_supplied(self, node: str) -> list[str]:
        """Nodes that keep frozen goods and that the node supplies directly."""
        supplied = {destination for origin, destination, _, _ in self.legs if origin == node}
        return sorted(place for place in supplied if self.keeps_frozen(place))

    def state_in_stock(self, node: str, code_state: str | None) -> str:
        """State of goods in stock at a node: that of their code where the node can keep it.

        Frozen goods where only ambient ones are kept are thawed, and so are goods of no said state where all
        legs bring frozen ones; all goods in a freezer are frozen.
        """
        storage = self.storage[node]
        if storage == "frozen":
            return "frozen"
        if storage == "both":
            return code_state or "ambient"
        brought = self.modes_into(node) == {"frozen"}
        return "thawed" if code_state == "frozen" or (code_state is None and brought) else "ambient"

    def state_on_road(self, node: str, code_state: str | None) -> str:
        """State of goods on the road to a node: that of their code where a leg there carries it."""
        modes = self.modes_into(node)
        if code_state in modes or not modes:
            return code_state or "ambient"
        return "ambient" if "ambient" in modes else "frozen"
