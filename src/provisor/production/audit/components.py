"""Every cost of a plan, added up from its decisions and the case's prices alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.auditing import TOLERANCE
from provisor.production.audit.batches import lives_of
from provisor.production.audit.ends import left_at_end
from provisor.production.audit.labour import working_days
from provisor.production.audit.production import starts_of
from provisor.production.audit.storage import in_pallets, pallet_key, price_of, stored
from provisor.production.tables import COMPONENTS

if TYPE_CHECKING:
    from provisor.production.audit.evidence import Evidence


def components(evidence: Evidence) -> dict[str, float]:
    """Cost by component, in the order of :data:`COMPONENTS`, in the case's currency."""
    per_unit = evidence.prices["production_per_unit"]
    waste = evidence.prices["waste_multiplier"] * per_unit
    starts = starts_of(evidence).height
    end_value, end_waste = _end(evidence, per_unit, waste)
    figures = {
        "production": _total(evidence["production"], pl.col("units") * per_unit),
        "labour": _total(evidence.once(working_days), pl.col("cost")),
        "transport": _total(evidence.moves, pl.col("units") * (pl.col("leg_cost") + pl.col("truck_cost"))),
        "departures": _departures(evidence),
        "storage": _storage(evidence),
        "starts": starts * evidence.prices["start_cost"],
        "start_waste": starts * evidence.prices["start_waste_units"] * per_unit,
        "shortage": _total(evidence["shortage"], pl.col("units") * evidence.prices["shortage_per_unit"]),
        "disposal": _total(evidence["disposal"], pl.col("units") * waste),
        "freshness": _freshness(evidence),
        "end_value": end_value,
        "end_waste": end_waste,
    }
    return {name: figures[name] for name in COMPONENTS}


def _total(rows: pl.DataFrame, amount: pl.Expr) -> float:
    return float(rows.select(amount.sum()).item())


def _departures(evidence: Evidence) -> float:
    """Fixed cost of every truck and day with goods on it."""
    runs = evidence.moves.group_by("date", "truck").agg(pl.col("units").sum(), pl.col("truck_fixed").first())
    return _total(runs.filter(pl.col("units") > TOLERANCE), pl.col("truck_fixed"))


def _storage(evidence: Evidence) -> float:
    """Pallets overnight and pallets added since the day before, or units where pallets cost nothing."""
    key = pallet_key(evidence)
    rows = stored(evidence, evidence["stock"], [*key, "date"])
    begin = stored(evidence, evidence.opening, key).select(*key, "count", date=pl.lit(evidence.start))
    evening = rows.select(*key, "count", date=pl.col("date") + pl.duration(days=1))
    before = pl.concat([begin, evening]).rename({"count": "before"})
    entered = (pl.col("count") - pl.col("before").fill_null(0.0)).clip(lower_bound=0)
    pallets = pl.col("count") * price_of(evidence, "per_pallet_day") + entered * price_of(
        evidence, "per_pallet_entry"
    )
    units = pl.col("units") * price_of(evidence, "per_unit_day")
    amount = pl.when(in_pallets(evidence)).then(pallets).otherwise(units)
    return _total(rows.join(before, on=[*key, "date"], how="left"), amount)


def _freshness(evidence: Evidence) -> float:
    """Price on the share of its life that goods have used up at sale."""
    sold = evidence.aged(evidence["sales"]).join(
        lives_of(evidence.products), on=["product", "state"], how="left"
    )
    used_up = (1 - pl.col("left") / pl.col("life")).clip(lower_bound=0)
    return _total(sold, pl.col("units") * evidence.rules.freshness * used_up)


def _end(evidence: Evidence, per_unit: float, waste: float) -> tuple[float, float]:
    """Value (negative) and waste of what is left at the end, by the switch ``end``."""
    rules = evidence.rules
    if rules.end == "free":
        return 0.0, 0.0
    left = evidence.once(left_at_end)
    if rules.end == "waste":
        return 0.0, _total(left, pl.col("left") * waste)
    worth = per_unit if rules.end_value is None else rules.end_value
    return _total(left, -pl.col("credited") * worth), _total(
        left, (pl.col("left") - pl.col("credited")) * waste
    )
