"""Products of the made-up bakery group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.production.tables import PRODUCTS

if TYPE_CHECKING:
    import polars as pl

_Row = tuple[str, str, str, tuple[int, int, int, int], tuple[int, int, int]]

_CATALOGUE: tuple[_Row, ...] = (
    ("SEED-700", "Millrace seeded loaf 700 g", "Millrace", (17, 150, 14, 6), (420, 10, 280)),
    ("WHITE-600", "Millrace white loaf 600 g", "Millrace", (16, 150, 14, 6), (480, 10, 300)),
    ("RYE-500", "Fernhill rye 500 g", "Fernhill", (19, 180, 14, 6), (360, 12, 336)),
    ("OAT-600", "Fernhill oat loaf 600 g", "Fernhill", (17, 150, 14, 6), (390, 10, 300)),
    ("BUN-6", "Amberloaf soft buns 6 pieces", "Amberloaf", (16, 120, 13, 5), (540, 12, 384)),
    ("WHOLE-700", "Millrace wholemeal loaf 700 g", "Millrace", (17, 150, 14, 6), (410, 10, 280)),
    ("SPELT-500", "Fernhill spelt 500 g", "Fernhill", (18, 180, 14, 6), (350, 12, 336)),
    ("ROLL-8", "Amberloaf rolls 8 pieces", "Amberloaf", (16, 120, 13, 5), (520, 12, 384)),
    ("TOAST-750", "Amberloaf toast 750 g", "Amberloaf", (17, 150, 14, 5), (500, 8, 256)),
    ("BARLEY-600", "Fernhill barley loaf 600 g", "Fernhill", (17, 150, 14, 6), (380, 10, 300)),
    ("RAISIN-450", "Hollow Lane raisin loaf 450 g", "Hollow Lane", (18, 150, 14, 6), (330, 12, 360)),
    ("FLAT-5", "Hollow Lane flatbreads 5 pieces", "Hollow Lane", (19, 180, 14, 6), (600, 15, 450)),
    ("MALT-500", "Hollow Lane malt loaf 500 g", "Hollow Lane", (18, 180, 14, 6), (340, 12, 336)),
    ("CORN-450", "Hollow Lane corn bread 450 g", "Hollow Lane", (17, 120, 13, 5), (310, 12, 360)),
    ("BAGEL-5", "Amberloaf bagels 5 pieces", "Amberloaf", (17, 150, 14, 5), (450, 12, 360)),
    ("MUFFIN-4", "Amberloaf muffins 4 pieces", "Amberloaf", (16, 120, 13, 5), (480, 12, 384)),
    ("LINSEED-600", "Fernhill linseed loaf 600 g", "Fernhill", (17, 150, 14, 6), (370, 10, 300)),
    ("BRIOCHE-400", "Hollow Lane brioche 400 g", "Hollow Lane", (17, 150, 14, 6), (320, 12, 384)),
    ("CRISP-250", "Fernhill crispbread 250 g", "Fernhill", (19, 180, 14, 6), (640, 20, 560)),
    ("PITA-6", "Hollow Lane pitas 6 pieces", "Hollow Lane", (17, 150, 14, 6), (580, 15, 450)),
)
"""Code, name, brand, days (ambient, frozen, thawed, least at sale), units (of a mix, case, pallet)."""


@dataclass(frozen=True)
class Product:
    """One product; units and days as in the case's table."""

    code: str
    name: str
    brand: str
    material: str
    ambient_days: int
    frozen_days: int
    thawed_days: int
    min_days_at_sale: int
    units_per_mix: int
    units_per_case: int
    units_per_pallet: int

    @property
    def row(self) -> dict[str, Any]:
        """Row of the table ``products``."""
        return {
            "product": self.code,
            "name": self.name,
            "aliases": [self.material],
            "shelf_life_ambient_days": self.ambient_days,
            "shelf_life_frozen_days": self.frozen_days,
            "shelf_life_thawed_days": self.thawed_days,
            "min_days_at_sale": self.min_days_at_sale,
            "units_per_mix": float(self.units_per_mix),
            "units_per_case": float(self.units_per_case),
            "units_per_pallet": float(self.units_per_pallet),
            "brand": self.brand,
        }


def catalogue(number: int) -> tuple[Product, ...]:
    """The first ``number`` products."""
    return tuple(
        Product(code, name, brand, f"{70_410 + 15 * place}", *days, *units)
        for place, (code, name, brand, days, units) in enumerate(_CATALOGUE[:number])
    )


def products_table(products: tuple[Product, ...]) -> pl.DataFrame:
    """The case's table ``products``."""
    return PRODUCTS.frame([product.row for product in products]).sort("product")
