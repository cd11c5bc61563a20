"""Packs on a shelf as an earlier model of the same business counts them, from the same files.

It fills a shelf of one product position by position: as many packs on each as volume and weight of a position
allow. Two exceptions: two large products fill the shelf as a whole, and a product may also stand in one stack per
position on its own type of shelf, counted in pieces. Hazmat shelves, of which it knows no volume, take such
stacks only.
"""

import numpy as np
import polars as pl

from provisor.expansion.tables import SHELF_PACKS

WHOLE_SHELF = ("SKUC1", "SKUD2")
SLOT_HEIGHT = {"Bins": 12, "Racking": 15, "Hazmat": 15, "Pallet": 48}
"""Inches of a position."""


def earlier_packs(case, details):
    """Table ``shelf_packs``; ``details`` is the file of product details."""
    pieces = dict(case.table("products").select("sku", "sell_quantity").iter_rows())
    height = {
        sku: float(size.split("x")[-1])
        for sku, size in details.select("SKU Number", "Sell Pack Dimensions (in)").iter_rows()
    }
    rows = [
        {
            "facility": shelf["facility"],
            "storage_type": shelf["storage_type"],
            "sku": product["sku"],
            "packs": max(in_positions(shelf, product), in_stacks(shelf, product, height, pieces)),
        }
        for shelf in case.table("shelving").to_dicts()
        for product in case.table("products").to_dicts()
    ]
    return SHELF_PACKS.frame(rows)


def in_positions(shelf, product):
    if shelf["storage_type"] == "Hazmat":
        return 0.0
    positions = 1.0 if product["sku"] in WHOLE_SHELF else shelf["positions"]
    by_volume = shelf["volume_cuft"] / positions / product["sell_volume_cuft"]
    by_weight = shelf["weight_lb"] / positions / product["sell_weight_lb"]
    return float(np.floor(min(by_volume, by_weight) + 1e-9) * positions)


def in_stacks(shelf, product, height, pieces):
    kind, sku = shelf["storage_type"], product["sku"]
    if product["storage_type"] != kind:
        return 0.0
    stack = np.floor(SLOT_HEIGHT[kind] / height[sku])
    packs = min(stack * shelf["positions"], np.floor(shelf["weight_lb"] / product["sell_weight_lb"]))
    return float(packs * pieces[sku])


def read_details(folder):
    return pl.read_csv(folder / "SKU Details.csv")
