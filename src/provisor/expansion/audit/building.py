"""Rules ``shelves``, ``area`` and ``phases``: what is built."""

from __future__ import annotations

import polars as pl

from provisor.auditing import TOLERANCE, Checked, Finding
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.rooms import may_grow, years
from provisor.tables.findings import report, slack

_SHELF = ("facility", "storage_type")
_STATED = {
    "sqft_per_shelf": pl.col("true_sqft"),
    "total_sqft": pl.col("shelves_added") * pl.col("true_sqft"),
    "weight_capacity_lbs": pl.col("shelves_added") * pl.col("fill") * pl.col("weight_lb"),
    "volume_capacity_cuft": pl.col("shelves_added") * pl.col("fill") * pl.col("volume_cuft"),
}


def built(evidence: Evidence, table: str = "shelf_additions") -> pl.DataFrame:
    """Rows of added shelves with ``true_sqft``, ``weight_lb`` and ``volume_cuft`` of one shelf, from the case."""
    columns = ["facility", "storage_type", "weight_lb", "volume_cuft"]
    shelving = evidence.of_case("shelving").select(*columns, true_sqft="sqft_per_shelf")
    return evidence[table].join(shelving, on=list(_SHELF), how="left", maintain_order="left")


def area_of_shelves(evidence: Evidence) -> pl.DataFrame:
    """``needed`` area of the added shelves by site that adds any."""
    needed = pl.col("shelves_added") * pl.col("true_sqft")
    return built(evidence).group_by("facility").agg(needed.sum().alias("needed"))


@rule("shelves", "added shelves are whole, at sites that may grow, and as large as the case says")
def shelves(evidence: Evidence) -> Checked:
    """Every row of shelf_additions, and of phases."""
    findings = [*_unfounded(evidence), *_misstated(evidence)]
    tables = ("shelf_additions", "phases")
    if evidence.rules.whole_shelves:
        for table in tables:
            findings += _broken(evidence[table], table)
    return Checked(sum(evidence[table].height for table in tables), findings)


def _broken(rows: pl.DataFrame, table: str) -> list[Finding]:
    off = (pl.col("shelves_added") - pl.col("shelves_added").round()).abs()
    wrong = rows.with_columns(amount=off, table=pl.lit(table)).filter(pl.col("amount") > TOLERANCE)
    words = (
        "Table {table}: {shelves_added} shelves of {storage_type} are added at {facility}, which is not whole"
    )
    where = ["table", *(["year"] if "year" in rows.columns else []), *_SHELF]
    return report("shelves", wrong, where, "shelf", words)


def _unfounded(evidence: Evidence) -> list[Finding]:
    grows = evidence.sites.labels.with_columns(grows=pl.Series(may_grow(evidence)))
    rows = built(evidence).join(grows, on="facility", how="left").filter(pl.col("shelves_added") > TOLERANCE)
    rows = rows.with_columns(amount=pl.col("shelves_added"))
    fixed = "{shelves_added} shelves of {storage_type} are added at {facility}, which may not grow"
    strange = (
        "{shelves_added} shelves of {storage_type} are added at {facility}, which has no shelves of the type"
    )
    return [
        *report("shelves", rows.filter(~pl.col("grows")), _SHELF, "shelf", fixed),
        *report("shelves", rows.filter(pl.col("true_sqft").is_null()), _SHELF, "shelf", strange),
    ]


def _misstated(evidence: Evidence) -> list[Finding]:
    findings: list[Finding] = []
    for column, true in _STATED.items():
        if evidence.states("shelf_additions", column):
            rows = built(evidence).with_columns(fill=pl.lit(evidence.rules.fill))
            rows = rows.with_columns(true=true, amount=(pl.col(column) - true).abs())
            wrong = rows.filter(pl.col("amount") > slack(pl.col("true")))
            words = f"Table shelf_additions: {column} of {{storage_type}} at {{facility}} is {{true}}, not {{{column}}}"
            unit = column.rpartition("_")[2] if column != "sqft_per_shelf" else "sqft"
            findings += report("shelves", wrong, _SHELF, unit, words)
    return findings


@rule("area", "shelves stand on added area, within the site's limit, bought by tiers in order")
def area(evidence: Evidence) -> Checked:
    """Every site: its area against shelves, limit and tiers."""
    sites = evidence.of_case("sites").with_columns(grows=pl.Series(may_grow(evidence)))
    decisions = evidence["expansion_decisions"].group_by("facility").agg(pl.col("sqft_added").sum())
    rows = (
        sites.join(area_of_shelves(evidence), on="facility", how="left", maintain_order="left")
        .join(decisions, on="facility", how="left", maintain_order="left")
        .with_columns(pl.col("needed", "sqft_added").fill_null(0.0))
        .with_columns(limit=pl.when("grows").then("limit_sqft").otherwise(0.0))
    )
    short, over = pl.col("needed") - pl.col("sqft_added"), pl.col("sqft_added") - pl.col("limit")
    crowded = rows.filter(short > slack(pl.col("needed"))).with_columns(amount=short)
    beyond = rows.filter(over > slack(pl.col("sqft_added"))).with_columns(amount=over)
    findings = [
        *report(
            "area",
            crowded,
            ("facility",),
            "sqft",
            "{facility} adds {sqft_added} sqft; its shelves need {needed}",
        ),
        *report(
            "area", beyond, ("facility",), "sqft", "{facility} adds {sqft_added} sqft; at most {limit} may be"
        ),
        *_tiers_misstated(evidence),
    ]
    return Checked(rows.height, findings)


def tiers(evidence: Evidence) -> pl.DataFrame:
    """``width`` bought in each tier of each site that adds area, with its ``price_per_sqft``."""
    table = evidence.of_case("tiers").sort("facility", "tier")
    starts = table.with_columns(start=pl.col("upto_sqft").shift(1).over("facility").fill_null(0.0))
    added = evidence["expansion_decisions"].group_by("facility").agg(pl.col("sqft_added").sum())
    width = pl.min_horizontal("sqft_added", "upto_sqft") - pl.col("start")
    return starts.join(added, on="facility").with_columns(width=width.clip(lower_bound=0.0))


def _tiers_misstated(evidence: Evidence) -> list[Finding]:
    true = tiers(evidence).select("facility", "tier", "width", true_price="price_per_sqft")
    stated = [evidence["expansion_tiers"].select("facility", "tier", pl.col("sqft"), "price_per_sqft")]
    for number in (1, 2):
        column = f"tier{number}_sqft"
        if evidence.states("expansion_decisions", column):
            rows = evidence["expansion_decisions"].select("facility", sqft=pl.col(column))
            stated.append(rows.with_columns(tier=pl.lit(number, pl.Int64)))
    rows = pl.concat(stated, how="diagonal").join(true, on=["facility", "tier"], how="left")
    rows = rows.with_columns(pl.col("width").fill_null(0.0))
    if "expansion_tiers" in evidence.given:
        unsaid = true.filter(pl.col("width") > TOLERANCE).join(stated[0], on=["facility", "tier"], how="anti")
        rows = pl.concat([rows, unsaid.with_columns(sqft=pl.lit(0.0))], how="diagonal")
    gap = (pl.col("sqft") - pl.col("width")).abs()
    wrong = rows.with_columns(amount=gap).filter(gap > slack(pl.col("width")))
    price = (pl.col("price_per_sqft") - pl.col("true_price")).abs()
    dear = rows.with_columns(amount=price).filter(price > TOLERANCE)
    words = "At {facility}, tier {tier} of the added area is {width} sqft, not {sqft}"
    priced = "At {facility}, a sqft of tier {tier} costs {true_price}, not {price_per_sqft}"
    return [
        *report("area", wrong, ("facility", "tier"), "sqft", words),
        *report("area", dear, ("facility", "tier"), "$/sqft", priced),
    ]


@rule("phases", "the shelves of all years add up to those added")
def phases(evidence: Evidence) -> Checked:
    """Shelves and area of every year; without the switch all are added in year 1."""
    if "phases" not in evidence.given:
        words = "Table phases is missing; with phases: true it says in which year shelves are added"
        unsaid = (
            [Finding("phases", {"table": "phases"}, 1.0, "table", words)] if evidence.rules.phases else []
        )
        return Checked(0, unsaid)
    rows = built(evidence, "phases")
    return Checked(
        rows.height, [*_late(evidence, rows), *_unequal(evidence, rows), *_area_misstated(evidence, rows)]
    )


def _late(evidence: Evidence, rows: pl.DataFrame) -> list[Finding]:
    last = years(evidence) if evidence.rules.phases else 1
    late = rows.filter((pl.col("year") > last) & (pl.col("shelves_added") > TOLERANCE))
    late = late.with_columns(amount=pl.col("shelves_added"))
    words = (
        "{shelves_added} shelves of {storage_type} are added at {facility} in year {year}; "
        f"the last in which they may be is {last}"
    )
    return report("phases", late, ("year", *_SHELF), "shelf", words)


def _unequal(evidence: Evidence, rows: pl.DataFrame) -> list[Finding]:
    sums = [
        frame.group_by(_SHELF).agg(pl.col("shelves_added").sum().alias(name))
        for frame, name in ((rows, "parts"), (evidence["shelf_additions"], "whole"))
    ]
    both = sums[0].join(sums[1], on=list(_SHELF), how="full", coalesce=True).fill_null(0.0)
    gap = (pl.col("parts") - pl.col("whole")).abs()
    wrong = both.with_columns(amount=gap).filter(gap > slack(pl.col("whole")))
    words = "Over the years {parts} shelves of {storage_type} are added at {facility}, in all {whole}"
    return report("phases", wrong, _SHELF, "shelf", words)


def _area_misstated(evidence: Evidence, rows: pl.DataFrame) -> list[Finding]:
    if not evidence.states("phases", "sqft_added"):
        return []
    true = pl.col("shelves_added") * pl.col("true_sqft")
    rows = rows.with_columns(true=true, amount=(pl.col("sqft_added") - true).abs())
    wrong = rows.filter(pl.col("amount") > slack(pl.col("true")))
    words = (
        "The shelves of {storage_type} added at {facility} in year {year} take {true} sqft, not {sqft_added}"
    )
    return report("phases", wrong, ("year", *_SHELF), "sqft", words)
