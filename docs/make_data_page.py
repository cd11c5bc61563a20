"""Writes the tables of ``docs/production/data.md`` from the schemas, so that the page says what the checks do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

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
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import BaseModel

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
    "files": ("keys", "the files of the case, below"),
    "rules": ("keys", "the switches, below"),
    "pins": ("list", "decisions taken by the user, below"),
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
    _same("keys", KEYS, CaseKeys)
    _same("files", FILES, Files)
    _same("pins", PINS, Pin)
    return {
        "keys": _table(("key", "value", "meaning"), [(f"`{key}`", *said) for key, said in KEYS.items()]),
        "files": _table(("key", "file"), [(f"`{key}`", said) for key, said in FILES.items()]),
        "pins": _table(("key", "meaning"), [(f"`{key}`", said) for key, said in PINS.items()]),
        "rules": _rules(),
        "upstream": _table(
            ("switch", "value"), [(f"`{name}`", f"`{_said(v)}`") for name, v in UPSTREAM.items()]
        ),
        "forms": _forms(),
        "case-tables": "\n".join(markdown(schema, 3) for schema in CASE_TABLES),
        "costs": _table(
            ("cost", "unit", "meaning"), [(f"`{name}`", *said) for name, said in COST_PARAMETERS.items()]
        ),
        "plan-tables": "\n".join(markdown(schema, 3) for schema in PLAN_TABLES),
        "summary-tables": "\n".join(markdown(schema, 3) for schema in SUMMARY_TABLES),
        "figures": _table(
            ("figure", "unit"), [(f"`{name}`", unit) for name, unit in PRODUCTION.kpi_units().items()]
        ),
    }


def _same(what: str, said: Mapping[str, object], model: type[BaseModel]) -> None:
    """Stop where a page and the model it tells of differ."""
    names = {field.alias or name for name, field in model.model_fields.items()}
    if set(said) != names:
        raise SystemExit(f"make_data_page.py and the {what} of a case differ: {sorted(set(said) ^ names)}")


def _rules() -> str:
    rows = [
        (f"`{info.switch.removeprefix('rules.')}`", f"`{info.default}`", info.id, info.meaning)
        for info in PRODUCTION.rules()
    ]
    return _table(("switch", "default", "rule", "meaning"), rows)


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
    return table_of + _table(("column", "also read as", "unit", "meaning", ""), rows) + "\n"


def _needed(column: Column) -> bool:
    return column.required and column.default is None and not column.nullable


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return (
        "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        + "\n"
    )


def main() -> None:
    """Renew the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), parts()), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
