"""The made parts of the page ``expansion/data.md``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from data_parts import case_tables, rules_table, same, shown, table_text

from provisor.expansion.data.forms import FORMS, required
from provisor.expansion.data.keys import CaseKeys, Files, FreezeKeys, Growth
from provisor.expansion.planner import EXPANSION
from provisor.expansion.rules import UPSTREAM, Pin, Settings, Trucks
from provisor.expansion.summary_tables import SUMMARY_TABLES
from provisor.expansion.tables import CASE_TABLES, COMPONENTS, PLAN_TABLES
from provisor.tables.docs import markdown

if TYPE_CHECKING:
    from provisor.tables.schema import Schema

PAGE = Path(__file__).parent / "expansion" / "data.md"

KEYS: dict[str, tuple[str, str]] = {
    "planner": ("word", "`expansion`"),
    "name": ("text", "name of the case, for people"),
    "start": ("date", "first day of the first month planned; the first of a month"),
    "months": ("whole number, 1 to 600", "months planned"),
    "days_per_month": (
        "whole number, 1 to 23",
        "business days of a month, 21 if not given; more need a calendar",
    ),
    "files": ("keys", "the files of the case, below"),
    "expandable": (
        "keys by site",
        "how far a site may grow and at what price, below; sites not named may not grow",
    ),
    "transport_per_pack": (
        "number by site",
        "cost of shipping a sell pack from a site; 0 where a site is not named",
    ),
    "trucks": ("keys", "size and number of trucks, below"),
    "holding_per_cuft_day": (
        "number",
        "cost of a cubic foot of stock at day end; 0 if not given, which is told",
    ),
    "overflow_per_cuft_day": (
        "number",
        "rent of a cubic foot kept elsewhere for a day; not allowed if not given",
    ),
    "lost_sale_per_pack": ("number", "cost of a sell pack of demand not served; not allowed if not given"),
    "excess_truck_cost": ("number", "cost of a load beyond the trucks allowed (`rules.trucks: soft`)"),
    "discount_rate": ("number", "yearly rate at which phases of building are discounted"),
    "currency": (
        "text",
        "currency of all amounts, as it is written after them; `$` if not given. Units on this page say `$` for it",
    ),
    "pins": ("list", "decisions that are given, below"),
    "freeze": ("keys", "first months held as in an earlier plan, below"),
    "rules": ("keys", "the switches, below"),
}
"""Type and meaning of each key of a case."""

FILES: dict[str, str] = {
    "workbook": "one workbook with a sheet for each table, called after it",
    "tables": "folder with one CSV, Parquet or Excel file per table, called after it",
    "demand": "demand by month, in our form or with one column per product",
    "products": "products, in our form or as product details with several facts in a cell",
    "lead_times": "lead times and days on hand, in our form or with two columns per site",
    "shelving": "shelves there are, in our form or as counts, which need `shelf_dimensions` too",
    "shelf_dimensions": "size of one shelf by site and type",
    "storage_types": "largest item by type of shelf; optional, for checks",
    "inbound": "largest inbound pack by type of shelf; optional, for checks",
    "suppliers": "suppliers, in our form or as the supplier of each product",
    "sites": "sites and how far they may grow, in place of the key `expandable`",
    "tiers": "prices of added area, with `sites`",
    "daily_demand": "demand by day (`rules.demand: daily`), in place of `demand`",
    "calendar": "dates of the business days; weekdays are taken where it is not given",
    "opening": "stock before the first day (`rules.opening: data`)",
    "shelf_packs": "packs of a product on one shelf (`rules.shelf_use: dedicated`)",
}
"""Meaning of each key below ``files``."""

GROWTH: dict[str, str] = {
    "limit_sqft": "most area that may be added",
    "tiers": "list of pairs: up to how many sqft in total, and the price of each sqft within the tier",
    "fixed_cost": "cost of a phase of building, whatever its size; 0 if not given",
}
"""Meaning of each key below ``expandable: SITE``."""

PINS: dict[str, str] = {
    "decision": "`shelves` or `sqft` added; `share`, the part of a product's demand that a site serves; `delivery`, "
    "the packs of a product that arrive at a site in a month",
    "facility": "the site",
    "storage_type": "shelves: the type of shelf",
    "sku": "share and delivery: the product",
    "month": "delivery: the month; share: the month, each of them if not given",
    "amount": "shelves, sqft, share from 0 to 1, or packs; exactly 0 forbids",
    "holds": "`exactly` if not given, `at_least` or `at_most`",
}
"""Meaning of each key of a pin."""

FREEZE: dict[str, str] = {
    "plan": "folder of the earlier plan",
    "until": "last month held",
}
"""Meaning of each key below ``freeze``."""


def parts() -> dict[str, str]:
    """The made parts of the page by name."""
    same("keys", KEYS, CaseKeys)
    same("files", FILES, Files)
    same("expandable sites", GROWTH, Growth)
    same("pins", PINS, Pin)
    same("freeze", FREEZE, FreezeKeys)
    unsaid = set(Settings.model_fields) - set(KEYS)
    if unsaid:
        raise SystemExit(f"data_expansion.py does not tell of the keys {sorted(unsaid)}")
    return {
        "keys": table_text(
            ("key", "value", "meaning"), [(f"`{key}`", *words) for key, words in KEYS.items()]
        ),
        "files": _words("file", FILES),
        "growth": _words("meaning", GROWTH),
        "trucks": _trucks(),
        "pins": _words("meaning", PINS),
        "freeze": _words("meaning", FREEZE),
        "rules": rules_table(EXPANSION),
        "upstream": table_text(
            ("switch", "value"), [(f"`{name}`", f"`{shown(v)}`") for name, v in UPSTREAM.items()]
        ),
        "forms": _forms(),
        "case-tables": case_tables(CASE_TABLES),
        "plan-tables": "\n".join(markdown(schema, 3) for schema in PLAN_TABLES),
        "summary-tables": "\n".join(markdown(schema, 3) for schema in SUMMARY_TABLES),
        "components": ", ".join(f"`{name}`" for name in COMPONENTS) + ".",
        "figures": table_text(
            ("figure", "unit"), [(f"`{name}`", unit) for name, unit in EXPANSION.kpi_units().items()]
        ),
    }


def _words(head: str, words: dict[str, str]) -> str:
    return table_text(("key", head), [(f"`{key}`", meaning) for key, meaning in words.items()])


def _trucks() -> str:
    rows = [
        (
            f"`{name}`",
            "no limit" if field.default is None else f"{field.default:,.0f}",
            field.description or "",
        )
        for name, field in Trucks.model_fields.items()
    ]
    return table_text(("key", "if not given", "meaning"), rows)


def _forms() -> str:
    own = {schema.name for schema in CASE_TABLES}
    return "\n".join(
        _form(name, form) for name, forms in FORMS.items() for form in forms if form.name not in own
    )


def _form(name: str, form: Schema) -> str:
    needed = required(form)
    rows = [
        (
            ", ".join(f"`{header}`" for header in column.aliases or (column.name,)),
            column.unit,
            column.meaning,
            "must be there" if column in needed else "",
        )
        for column in form.columns
    ]
    head = f"### {form.name}: file {name}\n\nOne row: {form.meaning}.\n\n"
    return head + table_text(("header", "unit", "meaning", ""), rows) + "\n"
