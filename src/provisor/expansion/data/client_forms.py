"""Forms of the tables as a distributor keeps them: the headers of its files, several facts in one cell."""

from __future__ import annotations

import polars as pl

from provisor.tables.schema import Column, Schema

_text, _number, _whole, _flag = pl.String, pl.Float64, pl.Int64, pl.Boolean
_MOST = "Storage Method - Max Inbound Quantity"


def _column(
    name: str, dtype: object, meaning: str, *aliases: str, unit: str = "", minimum: float | None = None
) -> Column:
    return Column(name, dtype, unit, meaning, minimum=minimum, aliases=aliases)


def _option(
    name: str, dtype: object, meaning: str, *aliases: str, unit: str = "", minimum: float | None = None
) -> Column:
    return Column(name, dtype, unit, meaning, False, True, minimum, aliases=aliases)


PRODUCT_DETAILS = Schema(
    "product details",
    "one product, its sell pack and its inbound pack",
    [
        _column("sku", _text, "code of the product", "SKU Number", "product"),
        _option("kind", _text, "kind of its supplier", "Supplier Type"),
        _column("sell_quantity", _text, "eaches of a sell pack: 12 (1 pack)", "Sell Pack Quantity"),
        _column(
            "sell_size", _text, "sides of a sell pack: 3 x 6 x 1", "Sell Pack Dimensions (in)", unit="in"
        ),
        _column("sell_weight", _text, "weight of a sell pack: 1 lbs", "Sell Pack Weight"),
        _column(
            "repackable",
            _flag,
            "whether it may be kept as sell packs",
            "Can be packed out in a box with other materials (consolidation)?",
            "Can be packed out in a box with other materials (consolidation)",
        ),
        _column(
            "inbound_quantity", _text, "eaches of an inbound pack: 144 (12 packs)", "Inbound Pack Quantity"
        ),
        _column("inbound_size", _text, "sides of an inbound pack", "Inbound Pack Dimensions", unit="in"),
        _column("inbound_weight", _text, "weight of an inbound pack: 520 lb", "Inbound Pack Weight"),
        _column("storage_type", _text, "type of shelf it is kept on", "Storage Method"),
    ],
    key=("sku",),
)
PRODUCT_SUPPLIERS = Schema(
    "product suppliers",
    "the supplier of one product",
    [
        _column("sku", _text, "code of the product", "SKU Number", "product"),
        _column("supplier", _text, "name of the supplier", "Supplier"),
        _column("kind", _text, "kind of the supplier", "Supplier Type"),
    ],
    key=("sku",),
)

MONTHLY_DEMAND = Schema(
    "monthly demand",
    "demand of one month, one column per product",
    [
        _column("month", _text, "name or number of the month", "Month"),
        _column("year", _whole, "year", "Year", minimum=1900),
    ],
)

SITE_LEAD_TIMES = Schema(
    "lead times by site",
    "lead times and days on hand of one product, two columns per site: `Lead Time - SITE`, `SITE - Days on Hand`",
    [
        _column("sku", _text, "code of the product", "SKU Number", "product"),
        _option("kind", _text, "kind of its supplier", "Supplier Type"),
    ],
    key=("sku",),
)

SHELVING_COUNT = Schema(
    "shelving count",
    "the shelves of one type at one site",
    [
        _column("facility", _text, "site", "Facility"),
        _column("storage_type", _text, "type of shelf", "Shelving Type"),
        Column(
            "area_sqft",
            _number,
            "sqft",
            "area of all its shelves",
            minimum=0,
            positive=True,
            aliases=("Area",),
        ),
        Column(
            "shelves",
            _number,
            "shelf",
            "shelves there",
            minimum=0,
            positive=True,
            aliases=("Number of Shelves",),
        ),
        _column("items", _number, "packs a shelf holds", "Max Items / Shelf", minimum=0),
        _option("items_total", _number, "packs all shelves hold", "Number of Units Total", minimum=0),
        _column(
            "item_lb",
            _number,
            "most weight of a pack",
            "Weight Max / Item (lbs)",
            "Weight Max / Item",
            unit="lb",
            minimum=0,
        ),
        Column(
            "shelf_lb",
            _number,
            "lb",
            "most weight on a shelf",
            minimum=0,
            positive=True,
            aliases=("Weight Max / Shelf",),
        ),
        _option(
            "total_lb", _number, "most weight on all shelves", "Total Weight Capacity", unit="lb", minimum=0
        ),
    ],
    key=("facility", "storage_type"),
)
SHELF_DIMENSIONS = Schema(
    "shelf dimensions",
    "the size of one shelf of a type at a site",
    [
        _column("facility", _text, "site", "Location", "Facility"),
        _column("storage_type", _text, "type of shelf", "Storage Type"),
        _column("size", _text, "sides of a shelf: 10 x 4.25 x 24", "Dimensions (l,w,h)(ft)", unit="ft"),
        _column("positions", _number, "packs a shelf holds", "Package Capacity", minimum=0),
    ],
    key=("facility", "storage_type"),
)

SLOT_LIMITS = Schema(
    "storage type constraints",
    "the largest item of one type of shelf",
    [
        _column("storage_type", _text, "type of shelf", "Storage Type"),
        _column("length_in", _number, "longest side", "Max Item Length (in)", unit="in", minimum=0),
        _column("width_in", _number, "second side", "Max Item Width (in)", unit="in", minimum=0),
        _column("height_in", _number, "third side", "Max Item Height (in)", unit="in", minimum=0),
        _option("volume_cuft", _number, "volume", "Max Item Volume (cu ft)", unit="cuft", minimum=0),
    ],
    key=("storage_type",),
)

INBOUND_LIMITS = Schema(
    "inbound criteria",
    "the largest inbound pack of one type of shelf",
    [
        _column("storage_type", _text, "type of shelf", "Storage Method", "Storage Type"),
        _column(
            "size",
            _text,
            "its largest sides",
            "Storage Method - Max Inbound Quantity Dimensions per Location",
            unit="in",
        ),
        _column(
            "weight", _text, "its most weight", "Storage Method - Max Inbound Quantity Weight per Location"
        ),
    ],
    key=("storage_type",),
)
