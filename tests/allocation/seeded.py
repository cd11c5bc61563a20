"""Small allocation cases of all kinds, drawn from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation import tables as own
from provisor.allocation.rules import Rules, Settings
from provisor.case import Case

if TYPE_CHECKING:
    import polars as pl

ROLES = ("CORE", "SEASONAL", "FILLER")
BANDS = ("LOW", "HIGH")


def small_case(seed: int, *, periods: int = 1, transfers: bool = False, **rules: object) -> Case:
    """A case of 3 to 5 stores and 4 to 8 products with every kind of rule, scarce in places."""
    rng = np.random.default_rng(seed)
    stores = [f"S{j}" for j in range(int(rng.integers(3, 6)))]
    products = [f"P{i}" for i in range(int(rng.integers(4, 9)))]
    centres = [f"C{w}" for w in range(int(rng.integers(1, 3)))]
    tables = {schema.name: schema.empty() for schema in own.CASE_TABLES}
    tables |= _places(rng, stores, centres)
    tables |= _goods(rng, products, periods)
    tables |= _flows(rng, (stores, products, centres), periods)
    if transfers:
        rows = [
            {"from_store": a, "to_store": b, "cost": float(rng.integers(1, 6)), "capacity": 3.0}
            for a in stores
            for b in stores
            if a != b and rng.random() < 0.5
        ]
        tables["transfer_lanes"] = own.TRANSFER_LANES.frame(rows)
    tables |= _wishes(rng, stores, products)
    chosen = {"core_subcategories": ("s1",), "categories": int(rng.integers(0, 4)), **rules}
    settings = Settings(start="202510A", periods=periods)
    return Case("allocation", f"small {seed}", tables, settings, Rules.model_validate(chosen))


def _places(rng: np.random.Generator, stores: list[str], centres: list[str]) -> dict[str, pl.DataFrame]:
    return {
        "stores": own.STORES.frame(
            [
                {
                    "store": store,
                    "cluster": None if rng.random() < 0.1 else f"K{int(rng.integers(0, 2))}",
                    "pieces": None if rng.random() < 0.2 else float(rng.integers(6, 20)),
                    "weight": float(rng.choice([1.0, 1.0, 1.3])),
                }
                for store in stores
            ]
        ),
        "slots": own.SLOTS.frame(
            [
                {"store": store, "cell": cell, "slots": int(rng.integers(0 if cell == "back" else 1, 5))}
                for store in stores
                for cell in ("front", "back")
            ]
        ),
        "capacity": own.CAPACITY.frame(
            [{"store": stores[0], "period": 1, "slots_factor": 0.7, "pieces_factor": 0.8}]
            if rng.random() < 0.3
            else []
        ),
        "centres": own.CENTRES.frame(
            [
                {"centre": centre, "throughput": None if rng.random() < 0.7 else float(rng.integers(5, 25))}
                for centre in centres
            ]
        ),
        "lanes": own.LANES.frame(
            [
                {
                    "centre": centre,
                    "store": store,
                    "cost": float(rng.integers(1, 5)),
                    "lead_periods": 0,
                    "capacity": None if rng.random() < 0.8 else float(rng.integers(2, 9)),
                }
                for centre in centres
                for store in stores
                if rng.random() < 0.85
            ]
        ),
    }


def _goods(rng: np.random.Generator, products: list[str], periods: int) -> dict[str, pl.DataFrame]:
    rows = []
    for number, product in enumerate(products):
        price = float(rng.integers(30, 120))
        rows.append(
            {
                "product": product,
                "category": f"c{number % 3}",
                "subcategory": f"s{number % 4}",
                "cell": "front" if rng.random() < 0.6 else "back",
                "price_band": BANDS[int(price > 70)],
                "role": None if rng.random() < 0.15 else str(rng.choice(ROLES)),
                "price": price,
                "cost": round(0.55 * price, 2),
                "salvage": round(float(rng.uniform(0.1, 0.5)) * price, 2),
                "pack": int(rng.choice([1, 1, 1, 2, 3])),
                "presentation_min": int(rng.integers(1, 4)),
                "space": float(rng.choice([1.0, 1.0, 1.5])),
                "first_period": None,
                "last_period": 0 if rng.random() < 0.08 else (periods if rng.random() < 0.2 else None),
            }
        )
    return {"products": own.PRODUCTS.frame(rows)}


def _flows(
    rng: np.random.Generator, names: tuple[list[str], list[str], list[str]], periods: int
) -> dict[str, pl.DataFrame]:
    stores, products, centres = names
    pairs = []
    for store in stores:
        for product in products:
            if rng.random() < 0.15:
                continue
            before = bool(rng.random() < 0.4)
            lock = str(rng.choice(["keep", "forbid", "none"], p=[0.03, 0.04, 0.93]))
            pairs.append(
                {
                    "store": store,
                    "product": product,
                    "demand": round(float(rng.gamma(1.5, 1.5)), 2),
                    "dispersion": float(rng.choice([1.0, 1.4, 2.0])),
                    "max_pieces": int(rng.integers(1, 7)),
                    "opening": int(rng.integers(0, 4)) if before else int(rng.random() < 0.05),
                    "carried_before": before,
                    "lock": None if lock == "none" else lock,
                }
            )
    stock = [
        {"centre": centre, "product": product, "pieces": int(rng.integers(0, 3 * len(stores)))}
        for centre in centres
        for product in products
    ]
    receipts = [
        {"centre": centres[0], "product": product, "period": int(rng.integers(1, periods + 1)), "pieces": 2}
        for product in products[::2]
    ]
    return {
        "pairs": own.PAIRS.frame(pairs),
        "stock": own.STOCK.frame(stock),
        "receipts": own.RECEIPTS.frame(receipts),
        "substitution": own.SUBSTITUTION.frame(
            [{"product": products[0], "substitute": products[1], "rate": 0.3}]
        ),
    }


def _wishes(rng: np.random.Generator, stores: list[str], products: list[str]) -> dict[str, pl.DataFrame]:
    manual = [
        {"store": store, "subcategory": label, "styles": int(rng.integers(0, 4))}
        for store in stores
        for label in (None, "s0", "s1")
        if rng.random() < 0.5
    ]
    launches = [
        {
            "product": products[-1],
            "min_stores": int(rng.integers(0, 4)),
            "max_stores": None if rng.random() < 0.5 else int(rng.integers(3, 5)),
            "min_clusters": int(rng.integers(0, 3)),
            "reserve": 0.3,
        }
    ]
    prices = {name: round(factor * 40.0, 2) for name, factor in own.PENALTY_FACTORS.items()}
    given = {name: value for name, (_, _, value) in own.COST_PARAMETERS.items() if value is not None}
    return {
        "roles": own.ROLES.frame(
            [
                {"role": "CORE", "min_share": 0.3, "max_share": 0.8},
                {"role": "SEASONAL", "min_share": 0.1, "max_share": 0.4},
                {"role": "FILLER", "min_share": 0.0, "max_share": 0.5},
            ]
        ),
        "manual_plan": own.MANUAL_PLAN.frame(manual),
        "launches": own.LAUNCHES.frame(launches if rng.random() < 0.6 else []),
        "budget": own.BUDGET.frame([{"period": 1, "amount": 2500.0}] if rng.random() < 0.3 else []),
        "costs": own.COSTS.frame(
            [{"cost": name, "value": value} for name, value in {**given, **prices}.items()]
        ),
    }
