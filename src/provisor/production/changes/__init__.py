"""Types of changes to a production case, one class each, and the names that a case answers for itself."""

from provisor.production.changes.choices import CHOICES
from provisor.production.changes.costs import Cost
from provisor.production.changes.goods import Demand, StockAdjusted
from provisor.production.changes.network import (
    ColdStoreCapacity,
    LegCapacity,
    LegClosed,
    NodeClosed,
    TransitDelay,
)
from provisor.production.changes.pins import Forbid, Freeze, PinDecision, Unpin
from provisor.production.changes.products import NewProduct, ProductDelisted, ShelfLife
from provisor.production.changes.switches import ProductionRules
from provisor.production.changes.trucks import TruckAdded, TruckCancelled, TruckPlaces
from provisor.production.changes.work import Holiday, Hours, LineDown
from provisor.scenario import Change

__all__ = ["CHANGES", "CHOICES"]

CHANGES: tuple[type[Change], ...] = (
    ProductionRules,
    NewProduct,
    ProductDelisted,
    ShelfLife,
    NodeClosed,
    LegClosed,
    LegCapacity,
    TransitDelay,
    TruckAdded,
    TruckCancelled,
    TruckPlaces,
    ColdStoreCapacity,
    Holiday,
    Hours,
    LineDown,
    StockAdjusted,
    Demand,
    Cost,
    Freeze,
    Unpin,
    PinDecision,
    Forbid,
)
"""All types, in the order in which they are made: rules, products, network, work, goods, prices, then decisions."""
