"""From the keys and files of an expansion case to its tables, with all that is wrong or assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.case import BadCase, Case, Problems
from provisor.expansion.data import checks
from provisor.expansion.data.calendar import read_calendar
from provisor.expansion.data.context import Context, names_in, table_of
from provisor.expansion.data.demand import read_demand
from provisor.expansion.data.freeze import Freeze, read_earlier
from provisor.expansion.data.keys import read_keys
from provisor.expansion.data.lead_times import read_lead_times
from provisor.expansion.data.opening import read_opening
from provisor.expansion.data.pack_checks import check_fits, read_slots
from provisor.expansion.data.products import read_products
from provisor.expansion.data.shelf_packs import read_shelf_packs
from provisor.expansion.data.shelving import read_shelving
from provisor.expansion.data.sites import read_sites
from provisor.expansion.data.sources import find_tables
from provisor.expansion.data.spelling import Spelling, kinds_as_spelt
from provisor.expansion.data.suppliers import read_suppliers
from provisor.expansion.tables import LEAD_TIMES, PRODUCTS, SHELVING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from provisor.tables.grid import Sheet


def read(document: Mapping[str, Any], folder: Path) -> Case:
    """Make an expansion case of a parsed ``case.yaml``.

    Args:
        document: Keys and values of the case.
        folder: Folder its paths start from.

    Raises:
        BadCase: The case cannot be planned; its ``problems`` list all that is wrong at once.
    """
    problems = Problems()
    keys = read_keys(document, problems)
    if keys is None:
        raise BadCase(problems)
    sources = find_tables(keys.files, folder, problems)
    context = Context(document, keys, sources, problems)
    tables = _tables(context)
    checks.tell_unsaid(context)
    problems.raise_errors()
    rules = kinds_as_spelt(keys.rules, tables["suppliers"]["kind"])
    case = Case("expansion", keys.name, tables, keys.settings, rules, tuple(problems.warnings), folder)
    return case if keys.freeze is None else _frozen(context, case, folder)


def _frozen(context: Context, case: Case, folder: Path) -> Case:
    """The case with its first months held as the key ``freeze`` says."""
    keys = context.keys.freeze
    if keys is None:
        return case
    freeze = Freeze(read_earlier(folder / keys.plan), keys.until)
    for words in freeze.wrong(case):
        mend = "name the plan made for these months, or leave freeze out"
        context.problems.error("freeze", words, mend=mend, **context.key("freeze", "plan"))
    context.problems.raise_errors()
    return freeze.of(case)


def _tables(context: Context) -> dict[str, pl.DataFrame]:
    """All tables of the case; none where products or shelving cannot be read, which the problems say."""
    spelling = Spelling()
    slots = read_slots(context, spelling)
    shelving = read_shelving(context, slots, spelling)
    products = read_products(context, spelling)
    if products is None or shelving is None:
        return {}
    check_fits(context, products, slots, spelling)
    products, suppliers = read_suppliers(context, products)
    sites, tiers = read_sites(context, shelving)
    skus, names = names_in(products.frame, "sku"), names_in(sites, "facility")
    lead_times = read_lead_times(context, products, names)
    demand, daily = read_demand(context, skus)
    calendar = read_calendar(context, _longest(context, lead_times))
    opening = read_opening(context, skus, names)
    packs = read_shelf_packs(context, products, shelving, slots)
    if context.problems.errors or lead_times is None:
        return {}
    tables = {
        "products": table_of(products.frame.with_columns(pl.coalesce("name", "sku").alias("name")), PRODUCTS),
        "suppliers": suppliers,
        "sites": sites,
        "tiers": tiers,
        "shelving": table_of(shelving.frame, SHELVING),
        "lead_times": table_of(lead_times.frame, LEAD_TIMES),
        "demand": demand,
        "daily_demand": daily,
        "calendar": calendar,
        "opening": opening,
        "shelf_packs": packs,
    }
    checks.check_names(context, tables)
    checks.check_shelves(context, tables)
    checks.tell_must_grow(context, tables)
    return tables


def _longest(context: Context, lead_times: Sheet | None) -> int:
    """Longest lead time; those beyond the horizon are errors and do not count."""
    days = [] if lead_times is None else lead_times.frame["lead_time_days"].drop_nulls().to_list()
    return max((min(number, context.keys.days) for number in days), default=0)
