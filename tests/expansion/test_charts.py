"""Charts and workbook: months by name, units on every axis, rooms beside stock, and figures that are the plan's."""

import openpyxl
import polars as pl
import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion.charts import charts
from provisor.export import export_plan


@pytest.fixture(scope="module")
def plan():
    case = small_case(1, months=14, rules={"doh_multiplier": 4}, holding_per_cuft_day=0.01)
    return provisor.solve(case, time_limit=20)


@pytest.fixture(scope="module")
def drawn(plan):
    return {chart.title: chart for chart in charts(plan)}


@pytest.fixture(scope="module")
def book(plan, tmp_path_factory):
    file = tmp_path_factory.mktemp("book") / "plan.xlsx"
    export_plan(plan, file)
    return openpyxl.load_workbook(file)


def test_every_chart_has_a_unit_and_figures(drawn):
    assert len(drawn) >= 8
    for chart in drawn.values():
        assert chart.units in {"$", "sqft", "share", "cuft", "lb", "trucks"}
        assert chart.table.height
        assert (
            chart.table.select(pl.all().exclude(chart.table.columns[0])).null_count().sum_horizontal().item()
            == 0
        )


def test_months_are_named_in_order(plan, drawn):
    months = drawn["Stock at day end, mean of the month"].table["month"].to_list()
    first = (
        plan.table("inventory_levels_daily").group_by("month").agg(pl.col("date").min()).sort("month")["date"]
    )
    assert months == first.dt.strftime("%d %b %Y").to_list(), "months of five days are named by their first"


def test_shelves_that_fill_up_stand_beside_their_room(plan, drawn):
    rooms = [chart for title, chart in drawn.items() if "shelves: fullest day" in title]
    assert rooms
    for chart in rooms:
        assert chart.lines == ("room",)
        assert (chart.table["stock"] <= chart.table["room"] + 1e-6).all()
    full = plan.table("utilisation").select(pl.max_horizontal("volume_used", "weight_used").max()).item()
    assert max((c.table["stock"] / c.table["room"]).max() for c in rooms) == pytest.approx(full)


def test_costs_and_cash_end_at_the_plans_cost(plan, drawn):
    assert drawn["Cost by component"].table["cost"].sum() == pytest.approx(sum(plan.costs.values()))
    cash = drawn["Paid since the start"].table
    last = cash.select(pl.sum_horizontal(pl.all().exclude("month")))[-1].item()
    assert last == pytest.approx(sum(plan.costs.values()))


def test_the_workbook_has_a_sheet_per_table_short_ones_first(plan, book):
    sheets = book.sheetnames
    assert sheets[:2] == ["Summary", "Charts"]
    assert sheets[-1] == "Chart data"
    assert len(sheets) == len(plan.tables) + 3
    rows = [book[name].max_row > 2001 for name in sheets[2:-1]]
    assert rows == sorted(rows)


def test_the_summary_speaks_english(book):
    said = {row[0].value: row[1].value for row in book["Summary"].iter_rows(min_row=1, max_col=2)}
    assert said["Sqft added"].endswith(" sqft")
    assert said["Shelves added"].endswith((" shelves", " shelf"))
    assert said["Stock turns"].endswith(" turns/year")


def test_sheets_print_on_the_width_of_a_page(book):
    for name in book.sheetnames[:-1]:
        assert book[name].page_setup.fitToHeight == 0
        assert book[name].sheet_properties.pageSetUpPr.fitToPage
