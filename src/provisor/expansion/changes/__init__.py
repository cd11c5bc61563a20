"""Types of changes to an expansion case, one class each, and the names that a case answers for itself."""

from provisor.expansion.changes.choices import CHOICES
from provisor.expansion.changes.costs import OverflowRent, Price
from provisor.expansion.changes.cover import DaysOnHand, LeadTime
from provisor.expansion.changes.freeze import FreezeMonths
from provisor.expansion.changes.goods import Demand, DemandSmoothed, SoldFrom
from provisor.expansion.changes.pins import Forbid, PinDecision, Unpin
from provisor.expansion.changes.products import ProductAdded, ProductDropped
from provisor.expansion.changes.sites import NewSite, PriceTiers, ShelfType, SiteClosed, SiteLimit
from provisor.expansion.changes.supply import SupplierTrucks, TruckSize
from provisor.expansion.changes.switches import ExpansionRules, StorageReading
from provisor.scenario import Change

__all__ = ["CHANGES", "CHOICES"]

CHANGES: tuple[type[Change], ...] = (
    Unpin,
    ExpansionRules,
    StorageReading,
    ProductAdded,
    ProductDropped,
    NewSite,
    SiteClosed,
    ShelfType,
    PriceTiers,
    SiteLimit,
    LeadTime,
    DaysOnHand,
    TruckSize,
    SupplierTrucks,
    DemandSmoothed,
    Demand,
    SoldFrom,
    OverflowRent,
    Price,
    FreezeMonths,
    PinDecision,
    Forbid,
)
"""All types, in the order in which they are made: pins lifted, rules, products, sites, cover, trucks, demand, prices,
then decisions."""
