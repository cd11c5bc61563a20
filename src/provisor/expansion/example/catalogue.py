"""Products and suppliers of the made-up distributor of garden and workshop goods."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from provisor.expansion.data.quantities import CUBIC_INCHES

_Sides = tuple[float, float, float]
_Row = tuple[str, str, str, str, tuple[int, _Sides, float], tuple[int, _Sides, float], bool, str, int]

PALLET, RACK, BIN, CAGE = "pallet", "rack", "bin", "cage"
STORAGE_TYPES = (PALLET, RACK, BIN, CAGE)
"""Types of shelf; a cage locks away what burns or bites."""

DOMESTIC, OVERSEAS = "domestic", "overseas"

_HALDEN, _KESTREL, _THORN = "Halden Joinery", "Kestrel Forge", "Thornbury Cordage"
_CORVANE, _LUMI, _GREEN = "Corvane Coatings", "Lumifern Lighting", "Greenholt Soils"

SUPPLIERS: dict[str, tuple[str, float | None]] = {
    _HALDEN: (DOMESTIC, 6.0),
    _KESTREL: (OVERSEAS, 4.0),
    _THORN: (DOMESTIC, None),
    _CORVANE: (DOMESTIC, None),
    _LUMI: (OVERSEAS, None),
    _GREEN: (DOMESTIC, 6.0),
}
"""Kind of each supplier, and its trucks at a site on a day where they differ from one."""

_SPRING, _WINTER, _STEADY = "spring", "winter", "steady"

SEASONS: dict[str, tuple[float, ...]] = {
    _SPRING: (0.60, 0.70, 0.98, 1.24, 1.42, 1.33, 1.12, 0.97, 0.90, 0.85, 0.95, 0.94),
    _WINTER: (0.80, 0.75, 0.78, 0.82, 0.85, 0.88, 0.90, 0.95, 1.08, 1.22, 1.55, 1.42),
    _STEADY: (0.92, 0.95, 1.00, 1.04, 1.06, 1.05, 1.02, 1.00, 0.99, 0.98, 1.01, 0.98),
}
"""Share of a month in the year, 1 on average."""

_CATALOGUE: tuple[_Row, ...] = (
    ("BENCH", "Oak bench", PALLET, _HALDEN, (1, (48, 20, 8), 52), (6, (48, 40, 27), 35), False, _SPRING, 420),
    ("TABLE", "Patio table", PALLET, _HALDEN, (1, (46, 38, 6), 61), (4, (48, 40, 26), 35), False, _SPRING, 300),
    ("GRILL", "Kettle grill", PALLET, _KESTREL, (1, (24, 24, 30), 48), (4, (48, 48, 32), 40), False, _SPRING, 250),
    ("HOSE", "Hose reel 30 m", RACK, _KESTREL, (1, (14, 12, 10), 9), (6, (30, 26, 15), 2), True, _SPRING, 900),
    ("TWINE", "Garden twine", BIN, _THORN, (6, (8, 6, 4), 3), (12, (16, 13, 12), 1), True, _STEADY, 600),
    ("PAINT", "Fence paint 5 l", CAGE, _CORVANE, (1, (9, 9, 12), 14), (4, (18, 18, 12), 1), True, _SPRING, 800),
    ("SHED", "Shed panel", PALLET, _HALDEN, (1, (48, 36, 5), 44), (8, (48, 40, 46), 40), False, _STEADY, 320),
    ("LAMP", "Solar lamps", BIN, _LUMI, (8, (12, 8, 6), 4), (10, (24, 16, 17), 2), True, _WINTER, 700),
    ("SOIL", "Potting soil 40 l", PALLET, _GREEN, (1, (24, 16, 6), 33), (45, (48, 40, 60), 40), True, _SPRING, 1500),
    ("GLOVE", "Work gloves", BIN, _THORN, (12, (12, 8, 4), 2.5), (12, (25, 17, 12), 2), True, _STEADY, 1000),
    ("PUMP", "Pond pump", RACK, _KESTREL, (1, (12, 10, 10), 11), (8, (26, 21, 21), 3), True, _SPRING, 450),
    ("STAIN", "Wood stain 1 l", CAGE, _CORVANE, (1, (6, 6, 8), 5), (12, (24, 18, 9), 2), True, _STEADY, 900),
    ("CHAIR", "Folding chairs", PALLET, _HALDEN, (2, (40, 22, 7), 24), (8, (48, 40, 30), 35), True, _SPRING, 400),
    ("SEEDS", "Seed packets", BIN, _GREEN, (20, (10, 6, 3), 1.5), (24, (21, 19, 13), 1.5), True, _SPRING, 1400),
    ("SAW", "Pruning saw", RACK, _KESTREL, (1, (22, 6, 3), 2.2), (20, (24, 23, 18), 3), True, _STEADY, 700),
    ("STRING", "String lights", BIN, _LUMI, (1, (8, 8, 5), 1.8), (16, (17, 17, 21), 2), True, _WINTER, 800),
    ("FERT", "Fertiliser 20 kg", PALLET, _GREEN, (1, (24, 15, 5), 45), (50, (48, 40, 50), 40), True, _SPRING, 700),
    ("LIME", "Slaked lime 10 kg", CAGE, _CORVANE, (1, (14, 10, 5), 25), (6, (21, 15, 15), 2), True, _STEADY, 350),
)  # fmt: skip
"""Code, name, type of shelf, supplier, sell pack (pieces, sides in inches, lb), inbound pack (sell packs, sides, tare
in lb), whether it may be repacked, season, sell packs a day in the first year."""

_LTL_FROM_LB = 200.0


@dataclass(frozen=True)
class Product:
    """One product; quantities, sides and weights as in the catalogue."""

    sku: str
    name: str
    storage_type: str
    supplier: str
    pieces: int
    sell_volume: float
    sell_weight: float
    ratio: int
    inbound_volume: float
    inbound_weight: float
    repackable: bool
    season: str
    daily: int

    @property
    def kind(self) -> str:
        """Kind of its supplier."""
        return SUPPLIERS[self.supplier][0]

    @property
    def room(self) -> tuple[float, float]:
        """Volume (cuft) and weight (lb) a sell pack takes in stock under ``storage: mixed``."""
        received = self.inbound_volume / self.ratio
        if self.repackable and self.sell_volume <= received:
            return self.sell_volume, self.sell_weight
        return received, self.inbound_weight / self.ratio

    @property
    def row(self) -> dict[str, Any]:
        """Row of the table ``products``."""
        heavy = self.inbound_weight > _LTL_FROM_LB or self.storage_type == PALLET
        return {
            "sku": self.sku,
            "name": self.name,
            "supplier": self.supplier,
            "storage_type": self.storage_type,
            "sell_quantity": float(self.pieces),
            "sell_volume_cuft": self.sell_volume,
            "sell_weight_lb": self.sell_weight,
            "inbound_quantity": float(self.pieces * self.ratio),
            "inbound_volume_cuft": self.inbound_volume,
            "inbound_weight_lb": self.inbound_weight,
            "ratio": float(self.ratio),
            "repackable": self.repackable,
            "carrier": "LTL" if heavy else "parcel",
            "holding_per_pack_day": None,
        }


def catalogue(number: int) -> tuple[Product, ...]:
    """The first ``number`` products."""
    return tuple(_product(*row) for row in _CATALOGUE[:number])


def _product(
    sku: str,
    name: str,
    storage_type: str,
    supplier: str,
    sell: tuple[int, _Sides, float],
    inbound: tuple[int, _Sides, float],
    *rest: Any,  # noqa: ANN401 - the last columns of the catalogue
) -> Product:
    repackable, season, daily = rest
    return Product(
        sku=sku,
        name=name,
        storage_type=storage_type,
        supplier=supplier,
        pieces=sell[0],
        sell_volume=_cuft(sell[1]),
        sell_weight=float(sell[2]),
        ratio=inbound[0],
        inbound_volume=_cuft(inbound[1]),
        inbound_weight=inbound[0] * sell[2] + inbound[2],
        repackable=repackable,
        season=season,
        daily=daily,
    )


def _cuft(sides: _Sides) -> float:
    return round(prod(sides) / CUBIC_INCHES, 6)
