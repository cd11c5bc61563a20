"""Cost parameters under our names or those of the older workbook."""

from __future__ import annotations

import polars as pl

from provisor.production.data.context import Context, suggestion
from provisor.production.tables import COST_PARAMETERS, COSTS
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import note_cells

_OLDER = {
    "production_cost_per_unit": "production_per_unit",
    "shortage_penalty_per_unit": "shortage_per_unit",
    "waste_cost_multiplier": "waste_multiplier",
    "storage_cost_ambient_per_unit_day": "storage_per_unit_day_ambient",
    "storage_cost_frozen_per_unit_day": "storage_per_unit_day_frozen",
    "storage_cost_per_pallet_day_ambient": "storage_per_pallet_day_ambient",
    "storage_cost_per_pallet_day_frozen": "storage_per_pallet_day_frozen",
    "storage_cost_fixed_per_pallet_ambient": "storage_per_pallet_entry_ambient",
    "storage_cost_fixed_per_pallet_frozen": "storage_per_pallet_entry_frozen",
    "changeover_cost_per_start": "start_cost",
    "changeover_waste_units": "start_waste_units",
}
_COMMON_ENTRY = "storage_cost_fixed_per_pallet"
_FRESHNESS = "freshness_incentive_weight"
_ELSEWHERE = {
    "transport_cost_per_unit": "the legs",
    "transport_cost_frozen_per_unit": "the legs",
    "transport_cost_ambient_per_unit": "the legs",
    "truck_fixed_cost": "the trucks",
    "regular_labor_rate": "the calendar",
    "overtime_labor_rate": "the calendar",
    "non_fixed_labor_rate": "the calendar",
}
_NEEDED = ("production_per_unit", "shortage_per_unit")


def read_costs(context: Context) -> pl.DataFrame:
    """The case's table: every cost parameter once; those not given are nothing, told."""
    sheet = context.sheet("costs")
    if sheet is None:
        return COSTS.empty()
    given: dict[str, float] = dict(sheet.frame.drop_nulls().select("cost", "value").iter_rows())
    _tell_unused(context, sheet, given)
    known = {**_OLDER, **dict(zip(COST_PARAMETERS, COST_PARAMETERS, strict=True))}
    values = {known[name]: value for name, value in given.items() if name in known}
    common = given.get(_COMMON_ENTRY, 0.0)
    for state in ("ambient", "frozen"):
        values.setdefault(f"storage_per_pallet_entry_{state}", common)
    _tell_missing(context, sheet, values)
    values = {name: values.get(name, 1.0 if name == "waste_multiplier" else 0.0) for name in COST_PARAMETERS}
    _tell_pallets_win(context, sheet, values)
    return pl.DataFrame(
        {"cost": sorted(values), "value": [values[name] for name in sorted(values)]}, schema=COSTS.dtypes
    )


def _tell_unused(context: Context, sheet: Sheet, given: dict[str, float]) -> None:
    known = {*_OLDER, *COST_PARAMETERS, _COMMON_ENTRY, _FRESHNESS, *_ELSEWHERE}
    strange = sheet.frame.filter(pl.col("cost").is_not_null() & ~pl.col("cost").is_in(sorted(known)))
    note_cells(
        sheet,
        "cost",
        strange.select(ROW, pl.col("cost").alias("value")),
        "unknown-cost",
        "a cost parameter",
        context.problems,
        suggestion(sorted(known)),
    )
    for name, place in _ELSEWHERE.items():
        if name in given:
            context.tell("unused", f"{name} is not used: {place} say what this costs", sheet)
    if given.get(_FRESHNESS):
        message = (
            f"{_FRESHNESS} {given[_FRESHNESS]:g} is not used: freshness is off unless rules.freshness is set"
        )
        context.tell("unused", message, sheet, f"rules: {{freshness: {given[_FRESHNESS]:g}}}")


def _tell_missing(context: Context, sheet: Sheet, values: dict[str, float]) -> None:
    for name in _NEEDED:
        if name not in values:
            older = next(old for old, new in _OLDER.items() if new == name)
            context.problems.error(
                "missing-cost",
                f"there is no row {name} (or {older})",
                expected=COST_PARAMETERS[name][1],
                **sheet.place("cost"),
            )
    missing = [name for name in COST_PARAMETERS if name not in values and name not in _NEEDED]
    if "waste_multiplier" in missing:
        context.tell("assumed", "waste_multiplier is not given; taken as 1", sheet)
        missing.remove("waste_multiplier")
    if missing:
        context.tell("assumed", f"not given and taken as 0: {', '.join(missing)}", sheet)


def _tell_pallets_win(context: Context, sheet: Sheet, values: dict[str, float]) -> None:
    for state in ("ambient", "frozen"):
        pallets = values[f"storage_per_pallet_day_{state}"] or values[f"storage_per_pallet_entry_{state}"]
        unit = values[f"storage_per_unit_day_{state}"]
        if pallets and unit:
            context.tell(
                "unused",
                f"{state} storage costs {unit:g} per unit and day are not used: "
                f"costs per pallet are given and win",
                sheet,
            )
