"""The first months as in an earlier plan: what it builds stays, and so does what arrives and leaves in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import polars as pl

from provisor.expansion.rules import Pin, Rules, Settings
from provisor.expansion.tables import FROZEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from provisor.case import Case

TABLES = ("shipment_plan_daily", "deliveries_daily", "opening_stock", "shelf_additions")
"""Tables of an earlier plan that are needed, as ``provisor solve`` writes them."""

ROUNDING = 1e-6
"""Part of demand that is rounding."""


def read_earlier(folder: Path) -> dict[str, pl.DataFrame]:
    """Those tables of a plan that are there."""
    files = {name: folder / f"{name}.parquet" for name in TABLES}
    return {name: pl.read_parquet(path) for name, path in files.items() if path.is_file()}


@dataclass(frozen=True)
class Freeze:
    """Months held as in an earlier plan.

    Attributes:
        plan: Its tables by name.
        until: Last month held.
    """

    plan: Mapping[str, pl.DataFrame]
    until: int

    def wrong(self, case: Case) -> Iterator[str]:
        """All that keeps the months from being held: rules, names, and demand that is another one now."""
        settings, rules = cast("Settings", case.settings), cast("Rules", case.rules)
        absent = [name for name in TABLES if name not in self.plan]
        yield from (f"the plan has no table {name}.parquet, as provisor solve writes it" for name in absent)
        if not 1 <= self.until < settings.months:
            yield f"until is a month before the last one, 1 to {settings.months - 1}, not {self.until}"
        if rules.resolution != "daily" or rules.phases or rules.shelf_use != "shared":
            yield "months are frozen only with resolution: daily, phases: false and shelf_use: shared"
        longest = max(case.table("lead_times")["lead_time_days"].to_list())
        if not rules.pipeline and self.until * settings.days_per_month < longest:
            yield f"with pipeline: false freeze at least {-(-longest // settings.days_per_month)} months"
        if not absent:
            yield from self._strange(case)

    def _strange(self, case: Case) -> Iterator[str]:
        """Names that the case does not have, and frozen months whose demand is not what the plan ships."""
        shipped = self.plan["shipment_plan_daily"].filter(pl.col("month") <= self.until)
        for column, table in (("sku", "products"), ("facility", "sites")):
            gone = sorted(set(shipped[column]) - set(case.table(table)[column]))
            yield from (f"the plan ships {name}, which the case does not have as {column}" for name in gone)
        settings, rules = cast("Settings", case.settings), cast("Rules", case.rules)
        if settings.lost_sale_per_pack is not None:
            return
        packs = pl.col("quantity")
        if rules.demand_unit == "eaches":
            packs = packs / pl.col("sell_quantity")
        asked = (
            case.table("demand").join(case.table("products"), on="sku").filter(pl.col("month") <= self.until)
        )
        asked = asked.group_by("month", "sku").agg(asked=packs.sum())
        served = shipped.group_by("month", "sku").agg(served=pl.col("units_shipped").sum())
        both = asked.join(served, on=["month", "sku"], how="full", coalesce=True).fill_null(0.0)
        off = both.filter((pl.col("asked") - pl.col("served")).abs() > ROUNDING * (1 + pl.col("asked")))
        if off.height:
            month, sku, now, then = off.sort("month", "sku").row(0)
            yield (
                f"demand of {off.height} frozen months and products is not what the plan ships, first of {sku} in "
                f"month {month}: {now:,.6g} packs now, {then:,.6g} shipped"
            )

    def of(self, case: Case) -> Case:
        """The case with the months held."""
        settings, rules = cast("Settings", case.settings), cast("Rules", case.rules)
        pins = (*settings.pins, *self.pins())
        return replace(
            case,
            tables={**case.tables, **self.tables(case)},
            settings=settings.model_copy(update={"pins": pins}),
            rules=rules.model_copy(update={"opening": "data"}),
        )

    def tables(self, case: Case) -> dict[str, pl.DataFrame]:
        """Tables ``frozen`` and ``opening`` that hold the months."""
        arrived = {f"arrival_{name}": name for name in ("month", "day")}
        key = list(FROZEN.key)
        shipped = self.plan["shipment_plan_daily"].select(*key, "units_shipped")
        delivered = self.plan["deliveries_daily"].rename(arrived).select(*key, "units_delivered")
        both = shipped.join(delivered, on=key, how="full", coalesce=True).fill_null(0.0)
        held = both.filter(pl.col("month") <= self.until).sort(key)
        opening = self.plan["opening_stock"].select(case.table("opening").columns)
        return {
            "frozen": held.select(FROZEN.empty().columns).cast(FROZEN.empty().schema),
            "opening": opening.cast(case.table("opening").schema),
        }

    def pins(self) -> tuple[Pin, ...]:
        """Shelves that stay."""
        built = self.plan["shelf_additions"].filter(pl.col("shelves_added") > 0)
        return tuple(
            Pin(decision="shelves", facility=site, storage_type=kind, amount=added, holds="at_least")
            for site, kind, added in built.select("facility", "storage_type", "shelves_added").iter_rows()
        )
