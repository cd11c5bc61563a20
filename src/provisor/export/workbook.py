"""The workbook for people: a summary in words, charts, and one sheet per table of the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from provisor.currency import said_in
from provisor.export.charts import add_charts
from provisor.export.sheets import Styles, add_table
from provisor.planner import planner
from provisor.wording import audit_words, cost_rows, headline, kpi_rows, proof_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from provisor.plan import Plan
    from provisor.planner import Chart


LONG = 2000
"""Rows from which a table's sheet stands after those that a person reads from top to bottom."""


def write_workbook(plan: Plan, path: Path) -> None:
    """Write the workbook; a file of that name is replaced only once the new one is whole.

    Raises:
        ValueError: A table has more rows than a sheet can hold.
    """
    from provisor.tables.excel_out import new_workbook

    part = path.with_name(f".{path.name}.part")
    workbook = new_workbook(part)
    styles = Styles(workbook)
    by = planner(plan.planner)
    schemas = by.table_schemas()
    try:
        add_summary(workbook, styles, plan)
        drawn = add_charts(workbook, styles, [_in_currency(chart, plan) for chart in by.charts(plan)])
        for name, table in sorted(plan.tables.items(), key=lambda item: item[1].height > LONG):
            add_table(workbook, styles, name, table, schemas.get(name), plan.currency)
        drawn.write_data()
        workbook.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def add_summary(workbook: Any, styles: Styles, plan: Plan) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    """Add the first sheet: the case, its proof, costs, key figures, audit and warnings."""
    sheet = Section(workbook.add_worksheet("Summary"), styles)
    sheet.title(plan.case_name)
    sheet.line(headline(plan))
    sheet.line(audit_words(plan))
    sheet.section("The proof", proof_rows(plan))
    sheet.section(f"Costs ({plan.currency})", cost_rows(plan))
    sheet.section("Key figures", kpi_rows(plan, planner(plan.planner).kpi_units()))
    conflict = () if plan.conflict is None else plan.conflict.claims
    sheet.section("What cannot all hold", ((claim.rule, claim.words) for claim in conflict))
    sheet.section("What would have to give", ((r.rule, r.words) for r in plan.relaxations))
    sheet.section("What you should know", (("Warning", words) for words in plan.warnings))


def _in_currency(chart: Chart, plan: Plan) -> Chart:
    return replace(chart, units=said_in(chart.units, plan.currency))


class Section:
    """Rows of labels and values on a sheet, written from the top."""

    def __init__(self, worksheet: Any, styles: Styles) -> None:  # noqa: ANN401 - xlsxwriter is untyped
        self._sheet, self._styles, self._row = worksheet, styles, 0
        worksheet.set_column(0, 0, 30)
        worksheet.set_column(1, 1, 90)
        worksheet.hide_gridlines(2)
        worksheet.fit_to_pages(1, 0)

    def title(self, text: str) -> None:
        """Write the heading of the sheet."""
        self._sheet.write_string(self._row, 0, text, self._styles.get(bold=True, font_size=16))
        self._row += 1

    def line(self, text: str) -> None:
        """Write a line over the width of the sheet."""
        style = self._styles.get(text_wrap=True, valign="top")
        self._sheet.merge_range(self._row, 0, self._row, 1, "", style)
        self._sheet.write_string(self._row, 0, text, style)
        self._sheet.set_row(self._row, 15 * (1 + len(text) // 115))
        self._row += 1

    def section(self, heading: str, rows: Iterable[tuple[str, str | float]]) -> None:
        """Write a heading and its rows; nothing if there are no rows."""
        found: Sequence[tuple[str, str | float]] = list(rows)
        if not found:
            return
        self._row += 1
        for column, text in enumerate((heading, "")):
            self._sheet.write_string(self._row, column, text, self._styles.header)
        for label, value in found:
            self._row += 1
            self._sheet.write_string(self._row, 0, label, self._styles.get(valign="top"))
            self._value(value)
        self._row += 1

    def _value(self, value: str | float) -> None:
        if isinstance(value, str):
            self._sheet.write_string(self._row, 1, value, self._styles.get(text_wrap=True, align="left"))
        else:
            self._sheet.write_number(
                self._row, 1, value, self._styles.get(num_format="#,##0.00", align="left")
            )
