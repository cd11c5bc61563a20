"""Writes the workbook of product mixes, its tables as CSV, and the reconciliation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.downstream.book import Sheet, write_book
from provisor.allocation.downstream.groups import GROUPS, groups
from provisor.allocation.downstream.recommendations import RECOMMENDATIONS, recommendations
from provisor.allocation.downstream.reconcile import reconciliation
from provisor.allocation.who import LABEL_TABLES
from provisor.tables.csv_out import write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path
    from typing import Any

    from provisor.plan import Plan

NEEDED = ("allocation", "routes", *(schema.name for schema in LABEL_TABLES))
"""Tables of a plan that the hand-over is made from."""

SHEETS = ("Store-Level Recommendations", "Store Group Metadata", "Analysis Summary")


def write(plan: Plan, folder: Path, written: date | None = None) -> list[Path]:
    """Write what merchandising systems take into a folder; nothing for a case without a plan.

    Args:
        plan: The plan.
        folder: A folder that is there.
        written: Day of the export; today if not given.

    Returns:
        ``recommendations.csv``, ``store_groups.csv``, ``reconciliation.json`` and the workbook.

    Raises:
        ValueError: The plan lacks a table that is needed, because another system made it.
    """
    if not plan.tables:
        return []
    if lacking := [name for name in NEEDED if name not in plan.tables]:
        raise ValueError(
            f"the plan has no table {', '.join(lacking)}; only plans made by Provisor are exported"
        )
    day = written or datetime.now(tz=UTC).date()
    rows = recommendations(plan.tables, day)
    by_group = groups(rows)
    checked = reconciliation(plan.tables, rows, by_group)
    files = {"recommendations.csv": rows, "store_groups.csv": by_group}
    for name, table in files.items():
        write_csv(folder / name, table)
    (folder / "reconciliation.json").write_text(json.dumps(checked, indent=1) + "\n", encoding="utf-8")
    book = folder / book_name(plan.tables["period_labels"])
    sheets = [
        Sheet(SHEETS[0], rows, frozen=4),
        Sheet(SHEETS[1], by_group, frozen=5),
        Sheet(SHEETS[2], summary(plan, checked)),
    ]
    write_book(book, sheets)
    return [*(folder / name for name in files), folder / "reconciliation.json", book]


def book_name(periods: pl.DataFrame) -> str:
    """Name of the workbook after its half-months, such as ``ProductMix_Recommendations_2025M08A.xlsx``."""
    first, last = (
        f"{label[:4]}M{label[4:]}" for label in (periods["half_month"][0], periods["half_month"][-1])
    )
    return f"ProductMix_Recommendations_{first if first == last else f'{first}-{last}'}.xlsx"


def summary(plan: Plan, checked: Mapping[str, Any]) -> pl.DataFrame:
    """The third sheet: what was planned, how good it is, what was checked, and what the columns mean."""
    proof = plan.certificate
    lines: list[tuple[str, str, str]] = [
        ("Case", "Name", plan.case_name),
        ("Case", "Half-months", ", ".join(plan.table("period_labels")["half_month"])),
        ("Case", "Fingerprint", proof.case_fingerprint),
        ("Proof", "Status", proof.status.value),
        ("Proof", "Objective", _said(proof.objective)),
        ("Proof", "Proven bound", _said(proof.bound)),
        ("Proof", "Gap", "" if proof.gap is None else f"{100 * proof.gap:.2f} %"),
        ("Proof", "Method", proof.method),
        ("Proof", "Solver", proof.solver),
        ("Proof", "Audit", _audit(plan.audit)),
        *(("Objective", name, _said(amount)) for name, amount in plan.costs.items()),
        *(("Key figure", name, _said(value)) for name, value in plan.kpis.items()),
        *(("Reconciliation", check["check"], _checked(check)) for check in checked["checks"]),
        ("Reconciliation", "stores whose climate is known", f"{100 * checked['climate']['known']:.1f} %"),
        *(("Warning", str(number), words) for number, words in enumerate(plan.warnings, 1)),
        *(
            ("Column", column.name, f"{column.meaning}{f' ({column.unit})' if column.unit else ''}")
            for column in {
                entry.name: entry for entry in (*GROUPS.columns, *RECOMMENDATIONS.columns)
            }.values()
        ),
    ]
    return pl.DataFrame(lines, schema=dict.fromkeys(("Section", "Item", "Value"), pl.String), orient="row")


def _checked(check: Mapping[str, Any]) -> str:
    share = f"{100 * check['reconciled']:.2f} %"
    return f"{share} of {check['places']:,} places, {check['differences']} differences"


def _audit(audit: Mapping[str, Any]) -> str:
    if not audit:
        return "not audited"
    return "passed" if audit.get("ok") else f"failed: {audit.get('violations')} violations"


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
