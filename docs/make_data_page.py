"""Writes the tables of the pages ``data.md`` from the schemas, so that the pages say what the checks do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import data_allocation
import data_expansion
from data_parts import case_tables, rules_table, same, shown, table_text
from fill import filled

from provisor.production.data.forms import FORMS, STOCK_EXPORT, WIDE_FORECAST
from provisor.production.data.keys import CaseKeys, Files
from provisor.production.data.sources import SHEET_NAMES
from provisor.production.planner import PRODUCTION
from provisor.production.report import SUMMARY_TABLES
from provisor.production.rules import UPSTREAM, Pin
from provisor.production.tables import CASE_TABLES, COST_PARAMETERS, PLAN_TABLES
from provisor.tables.docs import markdown

if TYPE_CHECKING:
    from provisor.tables.schema import Column, Schema

PAGE = Path(__file__).parent / "production" / "data.md"

KEYS: dict[str, tuple[str, str]] = {
    "planner": ("word", "`production`"),
    "name": ("text", "name of the case, for people"),
    "start": ("date", "first day planned; stock is what is there before work begins on it"),
    "weeks": ("whole number, 1 to 52", "length of the horizon in weeks; give this or `days`"),
    "days": ("whole number, 1 to 366", "length of the horizon in days; give this or `weeks`"),
    "stock_date": (
        "date",
        "day whose morning the stock file shows; needed with a stock export, which does not say",
    ),
    "currency": (
        "text",
        "currency of all amounts, as it is written after them; `$` if not given. Units on this page say `$` for it",
    ),
    "files": ("keys", "the files of the case, below"),
    "rules": ("keys", "the switches, below"),
    "pins": ("list", "decisions taken by the user, below"),
    "freeze": ("keys `plan`, `until`", "folder of the last plan, and the last day to be as in it, below"),
    "stock_locations": (
        "node by place",
        "node for a `PLANT/LOCATION` of the stock export, `*` for any; `exclude` leaves the stock there out",
    ),
    "transit_arrival": (
        "date or days by node",
        "day on which goods on the road to a node arrive, or days after `stock_date`",
    ),
    "age_without_batch": (
        "whole number",
        "days since production of goods without a batch that holds a date; 4 if not given",
    ),
    "negative_stock": (
        "`zero` or `net`",
        "`zero` (if not given): negative lines are nothing; `net`: they are set against the node's other stock",
    ),
    "key_figure": (
        "text",
        "key figure of the forecast export to plan with; `Approved Forecast` if there are several",
    ),
}
"""Type and meaning of each key of a case."""

FILES: dict[str, str] = {
    "network": "workbook with a sheet for each table of the network",
    "forecast": "demand: long, or the export of the planning system with one column per day",
    "stock": "opening stock: the table of that name, or the export of the warehouse system",
    "workbook": "one workbook with all tables, as `network` but for any table",
    "tables": "folder with one CSV, Parquet or Excel file per table, called after it",
    "products": "one table by itself; it counts before the workbook's",
    "nodes": "the same",
    "legs": "the same",
    "trucks": "the same",
    "calendar": "the same",
    "demand": "the same; another name of `forecast`",
    "transit": "the same; goods on the road at the start",
    "costs": "the same",
    "alias": "the same; codes of other systems",
}
"""Meaning of each key below ``files``."""

PINS: dict[str, str] = {
    "decision": "`production` or `departure`",
    "date": "the day, within the horizon",
    "node": "production: the node that makes",
    "product": "production: the product; departure: the product whose load is pinned, all if not given",
    "truck": "departure: the truck",
    "stop": "departure: the stop whose load is pinned, all if not given",
    "mixes": "production: whole mixes, exactly; 0 forbids",
    "units": "units made, or loaded, exactly; 0 forbids",
    "used": "departure: `true` sends the truck with goods on it, `false` keeps it back",
}
"""Meaning of each key of a pin."""


def parts() -> dict[str, str]:
    """The made parts of the page by name."""
    same("keys", KEYS, CaseKeys)
    same("files", FILES, Files)
    same("pins", PINS, Pin)
    return {
        "keys": table_text(("key", "value", "meaning"), [(f"`{key}`", *said) for key, said in KEYS.items()]),
        "files": table_text(("key", "file"), [(f"`{key}`", said) for key, said in FILES.items()]),
        "pins": table_text(("key", "meaning"), [(f"`{key}`", said) for key, said in PINS.items()]),
        "rules": rules_table(PRODUCTION),
        "upstream": table_text(
            ("switch", "value"), [(f"`{name}`", f"`{shown(v)}`") for name, v in UPSTREAM.items()]
        ),
        "forms": _forms(),
        "case-tables": case_tables(CASE_TABLES),
        "costs": table_text(
            ("cost", "unit", "meaning"), [(f"`{name}`", *said) for name, said in COST_PARAMETERS.items()]
        ),
        "plan-tables": "\n".join(markdown(schema, 3) for schema in PLAN_TABLES),
        "summary-tables": "\n".join(markdown(schema, 3) for schema in SUMMARY_TABLES),
        "figures": table_text(
            ("figure", "unit"), [(f"`{name}`", unit) for name, unit in PRODUCTION.kpi_units().items()]
        ),
    }


def _forms() -> str:
    own = {schema.name for schema in CASE_TABLES}
    return "\n".join(
        _form(table, form)
        for table, forms in FORMS.items()
        for form in forms
        if form.name not in own or form in (WIDE_FORECAST, STOCK_EXPORT)
    )


def _form(table: str, form: Schema) -> str:
    named = form in (WIDE_FORECAST, STOCK_EXPORT)
    sheets = ", ".join(f"`{name}`" for name in SHEET_NAMES[table])
    where = "Found by its headers, whatever its sheet is called." if named else f"Sheet called {sheets}."
    rows = [
        (f"`{column.name}`", ", ".join(f"`{name}`" for name in column.aliases), column.unit, column.meaning,
         "must be there" if _needed(column) else "")
        for column in form.columns
    ]  # fmt: skip
    table_of = f"### {form.name}: table {table}\n\nOne row: {form.meaning}. {where}\n\n"
    return table_of + table_text(("column", "also read as", "unit", "meaning", ""), rows) + "\n"


def _needed(column: Column) -> bool:
    return column.required and column.default is None and not column.nullable


def main() -> None:
    """Renew the pages."""
    pages = (
        (PAGE, parts()),
        *((planner.PAGE, planner.parts()) for planner in (data_allocation, data_expansion)),
    )
    for page, made in pages:
        page.write_text(filled(page.read_text(encoding="utf-8"), made), encoding="utf-8")
        print(page)


if __name__ == "__main__":
    main()
