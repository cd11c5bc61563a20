"""Rules ``hours`` and ``labour``: how long a day of making takes, whether it fits, and what it costs."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.production.audit.production import made, starts_of
from provisor.tables.findings import differs, report, slack

_DAY = ["date", "node"]
_fixed = pl.col("is_fixed_day").fill_null(value=False)
_overhead = pl.col("startup_hours") + pl.col("shutdown_hours")


def working_days(evidence: Evidence) -> pl.DataFrame:
    """Hours and their cost by date and node, where anything is made: the rules ``hours`` and ``labour``.

    ``limit`` is empty on days without a row of the calendar; such days cost nothing.
    """
    days = _changeovers(evidence).join(evidence.nodes, on="node").join(evidence.calendar, on=_DAY, how="left")
    used = pl.col("units") / pl.col("rate_units_per_hour") + _overhead + pl.col("changeovers")
    return (
        days.with_columns(used=used.fill_null(_overhead + pl.col("changeovers")), limit=_limit(evidence))
        .with_columns(
            regular=pl.when(_fixed).then(pl.min_horizontal("used", "fixed_hours")).otherwise(0.0),
            overtime=pl.when(_fixed)
            .then((pl.col("used") - pl.col("fixed_hours")).clip(lower_bound=0))
            .otherwise(0.0),
            premium=pl.when(~_fixed).then(pl.max_horizontal("used", "minimum_hours")).otherwise(0.0),
        )
        .with_columns(
            paid=pl.sum_horizontal("regular", "overtime", "premium"),
            cost=pl.sum_horizontal(
                pl.col(kind) * pl.col(f"{kind}_rate") for kind in ("regular", "overtime", "premium")
            ),
        )
    )


def _limit(evidence: Evidence) -> pl.Expr:
    of_day = (
        pl.when(_fixed)
        .then(pl.col("fixed_hours") + pl.col("overtime_hours"))
        .otherwise(evidence.rules.max_hours_other_days)
    )
    planned = pl.col("is_fixed_day").is_not_null()
    return pl.when(planned).then(pl.min_horizontal(of_day, pl.col("max_hours")))


def _changeovers(evidence: Evidence) -> pl.DataFrame:
    """Units, products and changeovers by date and node; products without brand are each their own."""
    rules = evidence.rules
    brand = pl.coalesce("brand", pl.format("product {}", "product"))
    brands = evidence.products.select("product", brand=brand)
    days = (
        made(evidence)
        .join(brands, on="product")
        .group_by(_DAY)
        .agg(pl.col("units").sum(), pl.len().alias("products"), pl.col("brand").n_unique().alias("brands"))
    )
    begun = starts_of(evidence).group_by(_DAY).agg(pl.len().alias("begun"))
    counted = days.join(begun, on=_DAY, how="left").join(
        evidence.nodes.select("node", "changeover_hours"), on="node"
    )
    products, brands_made = (pl.col(name).cast(pl.Int64) for name in ("products", "brands"))
    starts = pl.col("begun").fill_null(0).cast(pl.Int64)
    hours = {
        "count": (products - 1) * pl.col("changeover_hours"),
        "brand": (brands_made - 1) * rules.cross_brand_hours
        + (products - brands_made) * rules.same_brand_hours,
        "starts": (starts - 1) * pl.col("changeover_hours"),
    }
    return counted.with_columns(changeovers=hours[rules.changeover]).drop("changeover_hours")


@rule("hours", "what is made in a day, with overheads and changeovers, fits the hours of the day")
def hours(evidence: Evidence) -> Checked:
    """Hours used against the day's limit, and the plan's own hours."""
    days = evidence.once(working_days)
    over = days.with_columns(amount=pl.col("used") - pl.col("limit"))
    words = (
        "On {date}, {node} works {used} hours ({units} units of {products} products, {changeovers} hours of "
        "changeovers); the day has {limit}: {amount} too many"
    )
    findings = _found(over.filter(pl.col("amount") > slack(pl.col("used"))), words)
    idle = days.filter(pl.col("limit").is_null()).with_columns(amount=pl.col("used"))
    findings += _found(idle, "On {date}, {node} makes {units} units; the calendar has no such working day")
    unable = days.filter(~pl.col("can_make") | pl.col("rate_units_per_hour").is_null())
    findings += _found(
        unable.with_columns(amount=pl.col("used")),
        "On {date}, {node} makes {units} units; nothing can be made there",
    )
    return Checked(days.height, [*findings, *_misstated_rows(evidence)])


def _found(rows: pl.DataFrame, words: str) -> list[Finding]:
    return report("hours", rows, _DAY, "h", words)


def _misstated_rows(evidence: Evidence) -> list[Finding]:
    if not evidence.states_column("production", "hours"):
        return []
    rates = evidence.nodes.select("node", "rate_units_per_hour")
    rows = evidence["production"].join(rates, on="node")
    true = rows.with_columns(true=pl.col("units") / pl.col("rate_units_per_hour"))
    wrong = true.filter(differs(pl.col("true"), pl.col("hours")))
    words = "Table production, {date} at {node}: {units} units of {product} take {true} hours, not {hours}"
    amount = (pl.col("true") - pl.col("hours")).abs()
    return report("hours", wrong.with_columns(amount=amount), ("date", "node", "product"), "h", words)


_FIGURES = {
    "products": ("products", "", "products are made"),
    "hours_used": ("used", "h", "hours are used"),
    "regular": ("regular", "h", "regular hours are paid"),
    "overtime": ("overtime", "h", "overtime hours are paid"),
    "premium": ("premium", "h", "premium hours are paid"),
    "paid": ("paid", "h", "hours are paid"),
    "cost": ("cost", "$", "are paid for the hours"),
}
"""By column of the plan's labour: the recomputed figure, its unit, its words."""


@rule("labour", "hours are paid as the day has them: regular, overtime or premium")
def labour(evidence: Evidence) -> Checked:
    """The plan's labour, day by day, against hours and rates of the calendar."""
    days = evidence.once(working_days)
    if "labour" not in evidence.given:
        return Checked(days.height)
    stated = evidence["labour"].unique(_DAY, keep="first").rename({name: f"said_{name}" for name in _FIGURES})
    unsaid = days.join(stated, on=_DAY, how="anti").with_columns(amount=pl.col("used"))
    idle = stated.join(days, on=_DAY, how="anti").with_columns(amount=pl.col("said_paid").fill_null(0.0))
    findings = report(
        "labour", unsaid, _DAY, "h", "On {date}, {node} works {used} hours, and table labour has no row"
    )
    findings += report(
        "labour", idle, _DAY, "h", "Table labour has {node} working on {date}; nothing is made there"
    )
    both = days.join(stated, on=_DAY)
    for column in _FIGURES:
        if evidence.states_column("labour", column):
            findings += _misstated(both, column)
    return Checked(days.height, findings)


def _misstated(days: pl.DataFrame, column: str) -> list[Finding]:
    figure, unit, words = _FIGURES[column]
    true, said = pl.col(figure).cast(pl.Float64), pl.col(f"said_{column}").cast(pl.Float64)
    wrong = days.with_columns(amount=(true - said).abs()).filter(pl.col("amount") > slack(true))
    text = f"On {{date}} at {{node}}, {{{figure}}} {words}; table labour has {{said_{column}}} as {column}"
    return report("labour", wrong, _DAY, unit, text)
