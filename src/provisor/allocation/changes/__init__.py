"""Types of changes of allocation cases, in the order in which they are made, and what ready scenarios leave open.

Products that come and go first, then prices and demand, supply, room, wishes, and decisions last.
"""

from typing import TYPE_CHECKING

from provisor.allocation.changes.choices import CHOICES
from provisor.allocation.changes.clearance import Clearance
from provisor.allocation.changes.demand import Demand, Price
from provisor.allocation.changes.pins import Forbid, Freeze, Lock, PinPair, Unlock, Unpin
from provisor.allocation.changes.products import ProductDiscontinued, ProductLaunched
from provisor.allocation.changes.room import Room
from provisor.allocation.changes.stores import Display, StoreCapacity, StoreClosed
from provisor.allocation.changes.supply import CentreClosed, Stock, Supply
from provisor.allocation.changes.switches import AllocationRules
from provisor.allocation.changes.ways import Lane, Throughput, TransferLane
from provisor.allocation.changes.wishes import Budget, Corridor, Launch, RoleShare

if TYPE_CHECKING:
    from provisor.scenario import Change

CHANGES: tuple[type["Change"], ...] = (
    AllocationRules, ProductLaunched, ProductDiscontinued, Clearance, Price, Demand,
    Supply, Stock, CentreClosed, Lane, TransferLane, Throughput,
    StoreClosed, StoreCapacity, Room, Display,
    RoleShare, Corridor, Launch, Budget,
    Unlock, Lock, Freeze, Unpin, PinPair, Forbid,
)  # fmt: skip
"""Order of making."""

__all__ = ["CHANGES", "CHOICES"]
