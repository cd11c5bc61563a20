"""Made parts of the page ``docs/allocation/data.md``."""

from __future__ import annotations

from pathlib import Path

from data_parts import case_tables, rules_table, same, table_text

from provisor.allocation.data.keys import CaseKeys, Files
from provisor.allocation.data.pipeline.forms import OUTPUTS
from provisor.allocation.downstream.groups import GROUPS
from provisor.allocation.downstream.recommendations import RECOMMENDATIONS
from provisor.allocation.planner import ALLOCATION
from provisor.allocation.report import SUMMARY_TABLES
from provisor.allocation.rules import Pin
from provisor.allocation.tables import (
    CASE_TABLES,
    COST_PARAMETERS,
    OPTIONAL_TABLES,
    PENALTY_FACTORS,
    PLAN_TABLES,
)
from provisor.allocation.who import LABEL_TABLES
from provisor.tables.docs import markdown

PAGE = Path(__file__).parent / "allocation" / "data.md"

KEYS: dict[str, tuple[str, str]] = {
    "planner": ("word", "`allocation`"),
    "name": ("text", "name of the case, for people"),
    "start": ("half-month", "first half-month planned, such as `202510A` (1st to 15th) or `202510B`"),
    "periods": ("whole number, 1 to 24", "half-months planned; 1 if not given"),
    "currency": (
        "text",
        "currency of all amounts, as it is written after them; `RMB` if not given. Units on this page say `$` for it",
    ),
    "files": ("keys", "the files of the case, below"),
    "rules": ("keys", "the switches, below"),
    "pins": ("list", "decisions taken by the user, below"),
    "pipeline_period": ("half-month", "half-month of the pipeline's outputs; the newest if not given"),
}
"""Type and meaning of each key of a case."""

_ALONE = "one table by itself; it counts before the workbook's, the folder's and the pipeline's"

FILES: dict[str, str] = {
    "workbook": "one workbook with a sheet for each table",
    "tables": "folder with one CSV, Parquet or Excel file per table, called after it",
    "pipeline": "folder of the outputs of a retailer's planning pipeline, below",
    **{schema.name: "the same" if number else _ALONE for number, schema in enumerate(CASE_TABLES)},
}
"""Meaning of each key below ``files``."""

PINS: dict[str, str] = {
    "kind": "`pinned` (carried, with `pieces` if given), `forbidden`, or `frozen` (as it hangs now)",
    "store": "the store; every store if not given",
    "product": "the product; every product if not given",
    "period": "the period, counted from 1; all if not given",
    "pieces": "pieces on display, exactly; with `kind: pinned` only",
}
"""Meaning of each key of a pin."""


def parts() -> dict[str, str]:
    """The made parts of the page by name."""
    same("keys", KEYS, CaseKeys)
    same("files", FILES, Files)
    same("pins", PINS, Pin)
    return {
        "keys": table_text(
            ("key", "value", "meaning"), [(f"`{key}`", *words) for key, words in KEYS.items()]
        ),
        "files": table_text(("key", "file"), [(f"`{key}`", words) for key, words in FILES.items()]),
        "pins": table_text(("key", "meaning"), [(f"`{key}`", words) for key, words in PINS.items()]),
        "rules": rules_table(ALLOCATION),
        "pipeline": table_text(("step", "file", "gives", "columns"), _outputs()),
        "optional": ", ".join(f"`{name}`" for name in OPTIONAL_TABLES) + ".",
        "case-tables": case_tables(CASE_TABLES),
        "costs": table_text(("cost", "unit", "meaning", "if not given"), _costs()),
        "plan-tables": "\n".join(markdown(schema, 3) for schema in PLAN_TABLES),
        "summary-tables": "\n".join(markdown(schema, 3) for schema in SUMMARY_TABLES),
        "label-tables": "\n".join(markdown(schema, 3) for schema in LABEL_TABLES),
        "hand-over": "\n".join(markdown(schema, 3) for schema in (RECOMMENDATIONS, GROUPS)),
        "figures": table_text(
            ("figure", "unit"), [(f"`{name}`", unit) for name, unit in ALLOCATION.kpi_units().items()]
        ),
    }


def _outputs() -> list[tuple[str, str, str, str]]:
    return [
        (
            output.step.removeprefix("step"),
            " or ".join(f"`{stem}`" for stem in output.stems),
            output.gives,
            ", ".join(
                f"`{column.aliases[0] if column.aliases else column.name}`" for column in output.form.columns
            ),
        )
        for output in OUTPUTS
    ]


def _costs() -> list[tuple[str, str, str, str]]:
    return [
        (
            f"`{name}`",
            unit,
            meaning,
            f"{PENALTY_FACTORS[name]:g} times the worth of a usual style"
            if default is None
            else f"{default:g}",
        )
        for name, (unit, meaning, default) in COST_PARAMETERS.items()
    ]
