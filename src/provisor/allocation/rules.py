"""The switches of the allocation planner, their defaults and what they mean; and the pins of a case."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Gives = Literal[
    "corridor", "sell-through", "launch", "budget", "pins", "transfers", "lane-capacity", "throughput", "stock",
    "pieces", "slots",
]  # fmt: skip
"""Rules that may give way."""

GIVES_WAY: tuple[Gives, ...] = (
    "corridor", "sell-through", "launch", "budget", "pins", "transfers", "lane-capacity", "throughput", "stock",
    "pieces", "slots",
)  # fmt: skip
"""Wishes before money, money before what can be moved and hung."""


class Rules(BaseModel):
    """Rules in force. Every field is a switch of ``case.yaml`` under ``rules``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    objective: Literal["profit", "revenue", "sell_through", "weighted", "lexicographic"] = Field(
        "profit",
        description="profit: expected sales and salvage less all costs; revenue: pieces on display at their price; "
        "sell_through: pieces sold for pieces put out, as sell_through_by says; weighted: a sum by the weights; "
        "lexicographic: the best of one among the plans that are almost best by those before it, see tiers",
    )
    tiers: tuple[Literal["profit", "revenue", "sell_through"], ...] = Field(
        ("sell_through", "profit"),
        min_length=2,
        description="objectives in order of importance (objective: lexicographic); costs are those of the last",
    )
    tier_tolerance: float = Field(
        0.02,
        ge=0,
        le=1,
        description="share of its best value that each objective but the last may give up for those after it",
    )
    weight_profit: float = Field(0.7, ge=0, description="weight of profit (objective: weighted)")
    weight_revenue: float = Field(0.2, ge=0, description="weight of revenue (objective: weighted)")
    sell_through_by: Literal["ratio", "unsold_price", "floor"] = Field(
        "unsold_price",
        description="ratio: the ratio itself is made largest; unsold_price: profit less unsold_price x price for "
        "each piece expected unsold; floor: profit, with the ratio at least sell_through_floor",
    )
    unsold_price: float = Field(
        0.4, ge=0, le=2, description="share of its price that an unsold piece costs (sell_through, weighted)"
    )
    sell_through_floor: float = Field(
        0.25,
        ge=0,
        le=1,
        description="least pieces sold / pieces put out of all stores (sell_through_by: floor)",
    )
    stock_cost: Literal["charged", "sunk"] = Field(
        "charged",
        description="charged: a piece sent to a store costs its cost; sunk: it is paid already, and costs the "
        "salvage it would fetch if kept",
    )
    stock: bool = Field(True, description="pieces sent from a centre are within its stock and receipts")
    slots: bool = Field(True, description="styles in a display cell are within its slots")
    pieces: bool = Field(True, description="space of the pieces in a store is within its capacity")
    presentation: bool = Field(
        True, description="a style is shown with its presentation_min pieces or not at all"
    )
    pack: bool = Field(True, description="shipments are whole packs where a product's pack is above 1")
    role_minimum: bool = Field(
        True,
        description="styles of a role in a store reach its min_share of slots, or what is eligible; priced",
    )
    role_maximum: bool = Field(
        True, description="styles of a role in a store are within its max_share; priced"
    )
    coherence: bool = Field(
        True, description="stores of a cluster carry alike many styles, in proportion to their slots; priced"
    )
    coherence_tolerance: float = Field(
        0.10, ge=0, description="width of a cluster's band, as a share of its median slots"
    )
    corridor: Literal["off", "soft", "hard"] = Field(
        "soft", description="styles stay near the manual plan, where there is one; soft: at a price"
    )
    corridor_width: float = Field(
        0.20,
        ge=0,
        le=1,
        description="share of the manual plan that styles may differ from it, at least 1 style",
    )
    lifecycle: bool = Field(True, description="a product hangs only from its first to its last period")
    returns: bool = Field(
        True, description="stock may go back from a store to a centre; it is salvaged there"
    )
    lane_capacity: bool = Field(True, description="pieces on a lane and period are within its capacity")
    throughput: bool = Field(
        True, description="pieces sent by a centre in a period are within its throughput"
    )
    transfers: bool = Field(True, description="stores may pass stock on along the transfer lanes of the case")
    max_transfer_in: int | None = Field(
        None, ge=0, description="most pieces a store takes from other stores in a period; none for no limit"
    )
    launch: bool = Field(
        True, description="a launch reaches its stores and clusters, and its reserve is kept"
    )
    budget: bool = Field(True, description="cost of the pieces sent in a period is within the budget")
    categories: int = Field(3, ge=0, description="least categories in a store, or what is eligible; priced")
    price_bands: int = Field(
        1, ge=0, description="least styles of each price band in a store, or what is eligible; priced"
    )
    core_subcategories: tuple[str, ...] = Field(
        (), description="subcategories of which every store carries at least one style it may carry; priced"
    )
    gives_way: tuple[Gives, ...] = Field(
        GIVES_WAY,
        min_length=1,
        description="rules that may give way where a case is infeasible, the one that gives way first before the "
        "others; one left out never does",
    )

    @property
    def valued(self) -> str:
        """The objective that the lines of a plan's costs add up to."""
        return self.tiers[-1] if self.objective == "lexicographic" else self.objective

    @property
    def is_ratio(self) -> bool:
        """Whether they add up to a ratio."""
        return self.valued == "sell_through" and self.sell_through_by == "ratio"


class Pin(BaseModel):
    """A decision that is given: a pair pinned in, pinned to a number of pieces, forbidden, or frozen.

    Attributes:
        kind: ``pinned`` (carried, with ``pieces`` if given), ``forbidden`` (not carried), or ``frozen`` (as it
            hangs now: carried if it was, with its opening pieces).
        store: Store; none for every store.
        product: Product; none for every product.
        period: Period; none for all.
        pieces: Pieces on display (``pinned`` only).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["pinned", "forbidden", "frozen"]
    store: str | None = None
    product: str | None = None
    period: int | None = Field(None, ge=1)
    pieces: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _sensible(self) -> Pin:
        if self.store is None and self.product is None:
            raise ValueError("a pin names a store, a product, or both")
        if self.pieces is not None and self.kind != "pinned":
            raise ValueError("pieces go with kind: pinned")
        return self


class Settings(BaseModel):
    """Scalar keys of an allocation case.

    Attributes:
        start: First period as ``YYYYMMA`` (1st to 15th) or ``YYYYMMB``, such as ``202510A``.
        periods: Number of half-months planned.
        currency: Currency of all amounts.
        pins: Given decisions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field(pattern=r"^\d{4}(0[1-9]|1[0-2])[AB]$")
    periods: int = Field(1, ge=1, le=24)
    currency: str = "RMB"
    pins: tuple[Pin, ...] = ()
