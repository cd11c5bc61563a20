"""Lead times and days on hand by product and site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.client_forms import SITE_LEAD_TIMES
from provisor.expansion.data.context import known_only, listed, names_in, note_values
from provisor.tables.grid import ROW, plain
from provisor.tables.read_sheet import read_sheet
from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.expansion.data.context import Context
    from provisor.tables.grid import Grid, Sheet

_LEAD = re.compile(r"^lead[ _]time\s*-?\s*(?P<site>.+)$", re.IGNORECASE)
_DAYS = re.compile(r"^(?P<site>.+?)\s*(?P<dash>-?)\s*days on hand$", re.IGNORECASE)


def read_lead_times(context: Context, products: Sheet, sites: Sequence[str]) -> Sheet | None:
    """One row for each product and site; missing ones are noted."""
    grid = context.grid("lead_times")
    wide = grid is not None and context.form("lead_times") is SITE_LEAD_TIMES
    sheet = (
        _wide(context, grid, products, sites) if wide and grid is not None else context.sheet("lead_times")
    )
    if sheet is None:
        return None
    skus = names_in(products.frame, "sku")
    if not wide:
        sheet = known_only(
            context, known_only(context, sheet, "sku", skus, "product"), "facility", sites, "site"
        )
    _check_length(context, sheet)
    _check_complete(context, sheet, skus, sites)
    return sheet


def _wide(context: Context, grid: Grid, products: Sheet, sites: Sequence[str]) -> Sheet | None:
    """The users' form: two columns for each site."""
    header = grid.header(["SKU Number", "Supplier Type"])
    if header is None:
        return read_sheet(grid, SITE_LEAD_TIMES, context.problems)
    columns = _site_columns(context, grid, list(grid.names(header)), sites)
    form = Schema(
        SITE_LEAD_TIMES.name,
        SITE_LEAD_TIMES.meaning,
        [*SITE_LEAD_TIMES.columns, *(column for pair in columns.values() for column in pair)],
        SITE_LEAD_TIMES.key,
    )
    sheet = read_sheet(grid, form, context.problems)
    if sheet is None:
        return None
    sheet = _known_products(context, sheet, names_in(products.frame, "sku"))
    _check_kinds(context, sheet, products)
    _tell_days(context, sheet)
    frames = [
        sheet.frame.select(
            ROW,
            "sku",
            pl.lit(site).alias("facility"),
            pl.col(lead.name).alias("lead_time_days"),
            pl.col(days.name).alias("days_on_hand"),
        )
        for site, (lead, days) in columns.items()
    ]
    return sheet.of(pl.concat(frames)) if frames else None


def _site_columns(
    context: Context, grid: Grid, headers: Sequence[str], sites: Sequence[str]
) -> dict[str, tuple[Column, Column]]:
    """The two columns of each site; sites without them are noted, columns of other sites told."""
    leads = {plain(found["site"]): (header, found) for header in headers if (found := _LEAD.match(header))}
    days = {plain(found["site"]): (header, found) for header in headers if (found := _DAYS.match(header))}
    columns = {}
    for site in sites:
        pair = (leads.get(plain(site)), days.get(plain(site)))
        missing = [
            name
            for name, found in zip((f"Lead Time - {site}", f"{site} - Days on Hand"), pair, strict=True)
            if found is None
        ]
        for name in missing:
            context.problems.error(
                "missing-column", f"there is no column {name}", mend=f"add the column {name}", **grid.place
            )
        if pair[0] and pair[1]:
            lead = Column(
                f"lead_{site}", pl.Int64, "day", f"lead time to {site}", minimum=0, aliases=(pair[0][0],)
            )
            hand = Column(
                f"days_{site}", pl.Float64, "day", f"days on hand in {site}", minimum=0, aliases=(pair[1][0],)
            )
            columns[site] = (lead, hand)
    strange = sorted(
        {header for key, (header, _) in (leads | days).items() if key not in {plain(site) for site in sites}}
    )
    if strange:
        context.tell("unused", f"columns {listed(strange)} are not used: there is no such site", grid.place)
    odd = [header for header, found in days.values() if not found["dash"]]
    if odd and len(odd) < len(days):
        context.tell(
            "notation",
            f"{listed(odd)} is written without the dash of the other columns; read like them",
            {**grid.place, "column": odd[0]},
        )
    return columns


def _known_products(context: Context, sheet: Sheet, skus: list[str]) -> Sheet:
    strange = sheet.frame.filter(~pl.col("sku").is_in(skus))
    if strange.height:
        message = (
            f"lead times of {listed(strange['sku'])} are not used: there is no such product in this case"
        )
        context.tell("unused", message, sheet.place("sku", strange[ROW][0]))
    return sheet.of(sheet.frame.filter(pl.col("sku").is_in(skus)))


def _check_kinds(context: Context, sheet: Sheet, products: Sheet) -> None:
    """Warn where the supplier's kind differs from that of the products."""
    if "kind" not in products.frame.columns:
        return
    said = products.frame.select("sku", pl.col("kind").alias("__kind"))
    both = sheet.frame.join(said, on="sku", how="inner", maintain_order="left")
    for row in both.filter(pl.col("kind") != pl.col("__kind")).iter_rows(named=True):
        message = f"{row['sku']} is {row['kind']} here and {row['__kind']} by its supplier, which counts"
        context.tell("contradiction", message, sheet.place("kind", row[ROW], row["kind"]))


def _tell_days(context: Context, sheet: Sheet) -> None:
    """Say how days are read, where the case does not."""
    rules, given = context.keys.rules, context.keys.rules.model_fields_set
    for switch, what in (("lead_time_unit", "lead times"), ("days_on_hand_unit", "days on hand")):
        if switch not in given:
            unit = getattr(rules, switch)
            message = f"the file does not say which days {what} count; taken as {unit} days"
            context.tell("assumed", message, sheet, f"set rules.{switch}")


def _check_length(context: Context, sheet: Sheet) -> None:
    """A lead time beyond the horizon is a slip of the pen, not a plan."""
    long = sheet.frame.filter(pl.col("lead_time_days") > context.keys.days)
    note_values(
        context,
        sheet,
        "lead_time_days",
        long,
        "lead-time-too-long",
        f"at most the {context.keys.days} business days of the horizon",
        lambda _: "mend the lead time, or plan more months",
    )


def _check_complete(context: Context, sheet: Sheet, skus: list[str], sites: Sequence[str]) -> None:
    wanted = pl.DataFrame({"sku": skus}, schema={"sku": pl.String}).join(
        pl.DataFrame({"facility": list(sites)}, schema={"facility": pl.String}), how="cross"
    )
    missing = wanted.join(sheet.frame, on=["sku", "facility"], how="anti", maintain_order="left")
    gone = set(sheet.frame["facility"])
    missing = missing.filter(pl.col("facility").is_in(list(gone)))
    for (site,), rows in missing.group_by("facility", maintain_order=True):
        context.problems.error(
            "missing-rows",
            f"there is no lead time to {site} for {listed(rows['sku'])}",
            expected="one row for each product and site",
            mend="add the rows",
            **sheet.place("sku"),
        )
    for site in sites:
        if site not in gone and context.form("lead_times") is not SITE_LEAD_TIMES:
            context.problems.error(
                "missing-rows",
                f"there are no lead times to {site}",
                expected="one row for each product and site",
                mend="add the rows",
                **sheet.place("facility"),
            )
