"""The tables of an example that are long: pairs, demand, stock, receipts, substitutes and the manual plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation import tables as own
from provisor.allocation.example.randomness import stream

if TYPE_CHECKING:
    from provisor.allocation.example.world import World

_LOCKED = 0.002
"""Share of the pairs that the merchandiser has decided."""

_RATES = (0.35, 0.20, 0.10)
"""Share of the demand of a missing style that turns to its nearest, second and third nearest substitutes."""

_PLAN_NOISE = 0.12
_LAUNCHED = 0.01
"""Share of the styles that are launched."""


def pairs(world: World) -> pl.DataFrame:
    """Table ``pairs``, demand of the first half-month."""
    places, rng = world.pairs, stream(world.seed, "plan")
    chance = rng.random(len(places))
    frame = pl.DataFrame(
        {
            "store": _gathered(world.chain.store, places.store),
            "product": _gathered(world.styles.product, places.product),
            "demand": places.mean[:, 0],
            "dispersion": world.styles.dispersion[places.product],
            "max_pieces": places.most,
            "opening": places.opening,
            "carried_before": places.carried,
            "chance": chance,
        }
    )
    shown = pl.col("opening") >= pl.Series(world.styles.minimum[places.product])  # so that it can be kept
    lock = (
        pl.when(pl.col("carried_before") & shown & (pl.col("chance") < _LOCKED))
        .then(pl.lit("carry"))
        .when(pl.col("chance") > 1 - _LOCKED)
        .then(pl.lit("forbid"))
    )
    return frame.with_columns(lock.alias("lock")).select(
        pl.col(name).cast(dtype) for name, dtype in own.PAIRS.dtypes.items()
    )


def demand(world: World) -> pl.DataFrame:
    """Table ``demand``: half-months after the first."""
    places = world.pairs
    frames = [
        pl.DataFrame(
            {
                "store": _gathered(world.chain.store, places.store),
                "product": _gathered(world.styles.product, places.product),
                "period": np.full(len(places), period + 1),
                "demand": places.mean[:, period],
            },
            schema=own.DEMAND.dtypes,
        )
        for period in range(1, places.mean.shape[1])
    ]
    return pl.concat(frames).sort("store", "product", "period") if frames else own.DEMAND.empty()


def stock(world: World) -> pl.DataFrame:
    """Table ``stock``."""
    centre, product = np.nonzero(world.stock)
    return pl.DataFrame(
        {
            "centre": world.chain.centre[centre],
            "product": world.styles.product[product],
            "pieces": world.stock[centre, product],
        },
        schema=own.STOCK.dtypes,
    )


def receipts(world: World) -> pl.DataFrame:
    """Table ``receipts``."""
    period, centre, product = np.nonzero(world.receipts)
    return pl.DataFrame(
        {
            "centre": world.chain.centre[centre],
            "product": world.styles.product[product],
            "period": period + 1,
            "pieces": world.receipts[period, centre, product],
        },
        schema=own.RECEIPTS.dtypes,
    ).sort("centre", "product", "period")


def substitution(world: World) -> pl.DataFrame:
    """Table ``substitution``: nearest prices of the same subcategory and gender."""
    styles = world.styles
    frame = pl.DataFrame(
        {
            "product": styles.product,
            "kind": styles.subcategory,
            "gender": styles.gender,
            "price": styles.price,
        }
    ).sort("kind", "gender", "price", "product")
    near = frame.with_columns(
        pl.concat_list(pl.col("product").shift(step).over("kind", "gender") for step in (1, -1, 2)).alias(
            "substitute"
        )
    )
    ranked = (
        near.select("product", "substitute")
        .explode("substitute")
        .with_columns(pl.Series("rate", np.tile(_RATES, frame.height)))
    )
    return ranked.drop_nulls().sort("product", "substitute").select(*own.SUBSTITUTION.dtypes)  # fmt: skip


def manual_plan(world: World) -> pl.DataFrame:
    """Table ``manual_plan``: what hangs now by store and subcategory, a little off."""
    places, rng = world.pairs, stream(world.seed, "plan")
    carried = pl.DataFrame(
        {
            "store": _gathered(world.chain.store, places.store[places.carried]),
            "subcategory": _gathered(world.styles.subcategory, places.product[places.carried]),
        }
    )
    counts = carried.group_by("store", "subcategory").len("now").sort("store", "subcategory")
    luck = np.exp(rng.normal(0, _PLAN_NOISE, counts.height))
    styles = pl.Series("styles", np.maximum(np.round(counts["now"].to_numpy() * luck), 1).astype(np.int64))
    return counts.with_columns(styles).select(*own.MANUAL_PLAN.dtypes)


def launches(world: World) -> pl.DataFrame:
    """Table ``launches``: a few styles that hang in few stores so far."""
    places, size = world.pairs, world.size
    eligible = np.bincount(places.product, minlength=size.products)
    now = np.bincount(places.product[places.carried], minlength=size.products)
    enough = np.flatnonzero(
        (eligible >= 0.08 * size.stores) & (eligible >= 3) & (world.styles.role != "CLEARANCE")
    )
    count = min(max(1, round(_LAUNCHED * size.products)), len(enough))
    chosen = np.sort(enough[np.argsort(now[enough] / eligible[enough], kind="stable")[:count]])
    rows = [
        {
            "product": str(world.styles.product[number]),
            "min_stores": max(1, int(0.25 * eligible[number])),
            "max_stores": max(2, int(0.8 * eligible[number])),
            "min_clusters": min(2, size.clusters),
            "reserve": 0.3,
        }
        for number in chosen
    ]
    return own.LAUNCHES.frame(rows)


def budget(world: World) -> pl.DataFrame:
    """Table ``budget``: nine tenths of what the stock of the centres costs, in every half-month."""
    amount = 0.9 * float(world.stock.sum(axis=0) @ world.styles.cost)
    return own.BUDGET.frame(
        [{"period": period + 1, "amount": round(amount, -2)} for period in range(world.size.forecast)]
    )


def _gathered(names: np.ndarray, numbers: np.ndarray) -> pl.Series:
    """Names by number, without an object for each of them."""
    return pl.Series(names.tolist(), dtype=pl.String).gather(pl.Series(numbers.astype(np.uint32)))
