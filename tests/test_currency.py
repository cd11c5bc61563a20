"""All that is said of money is said in the case's currency, by every planner."""

import json
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from tests.allocation.seeded import small_case as allocation_case
from tests.expansion.worlds import small_case as expansion_case
from tests.production.changes.shop import shop

import provisor
from provisor.case import BadRequest
from provisor.cli.solve import show
from provisor.export import export_plan
from provisor.plan import Plan
from provisor.planner import planner
from provisor.questions.compare import compare

CASES = {
    "production": lambda: shop().case(),
    "allocation": lambda: allocation_case(3),
    "expansion": expansion_case,
}
SCENARIOS = {"production": "public_holiday", "allocation": "store_expansion", "expansion": "july_peak_rented"}


def in_euros(case):
    return replace(case, settings=case.settings.model_copy(update={"currency": "EUR"}))


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return in_euros(CASES[request.param]())


@pytest.fixture(scope="module")
def plan(case):
    return provisor.solve(case, time_limit=1.0, threads=1)


def strange(text):
    """Amounts in another currency than the case's, or in one that nobody named."""
    return re.findall(r".{0,20}(?:\$|RMB).{0,20}", text)


def test_a_plan_is_in_the_currency_of_its_case_and_stays_so(plan, tmp_path):
    assert plan.currency == "EUR"
    plan.save(tmp_path / "plan")
    assert json.loads((tmp_path / "plan" / "plan.json").read_text())["currency"] == "EUR"
    assert Plan.load(tmp_path / "plan").currency == "EUR"


def test_the_terminal_shows_no_other_currency(plan, capsys):
    show(plan)
    said = capsys.readouterr().out
    assert "EUR" in said
    assert strange(said) == []


def test_the_workbook_shows_no_other_currency(plan, tmp_path):
    export_plan(plan, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    summary = [str(cell) for row in book["Summary"].iter_rows(values_only=True) for cell in row]
    headers = [str(cell.value) for sheet in book.worksheets for cell in sheet[1]]
    axes = [sheet_chart_units(chart) for chart in book["Charts"]._charts]
    assert strange("\n".join([*summary, *headers, *axes])) == []
    assert "Costs (EUR)" in summary
    assert any("(EUR" in header for header in headers)
    money = [chart.title for chart in planner(plan.planner).charts(plan) if chart.units == "$"]
    assert sum("EUR" in axis for axis in axes) == len(money)


def sheet_chart_units(chart):
    """Name of the value axis."""
    title = chart.y_axis.title
    return "" if title is None else "".join(run.t for p in title.tx.rich.p for run in p.r or ())


def test_words_of_tables_limits_and_questions_have_no_other_currency(case, plan):
    told = [words for table in plan.tables.values() if "words" in table.columns for words in table["words"]]
    limits = [limit.words for limit in planner(case.planner).limits(case, plan)]
    answer = provisor.what_if(case, SCENARIOS[case.planner], plan, time_limit=0.5, threads=1)
    told += [*limits, *answer.as_dict()["words"], *compare(plan, answer.plan).as_dict()["words"]]
    assert strange("\n".join(told)) == []
    assert any("EUR" in words for words in told)


@pytest.mark.parametrize("planner", ["production", "allocation", "expansion"])
@pytest.mark.parametrize("given", ["5", "", "1,000 EUR", "a name far too long"])
def test_what_could_be_read_as_an_amount_is_no_currency(planner, given):
    folder = Path(__file__).parents[1] / "examples" / planner
    found = [item for item in provisor.check(folder, {"currency": f"'{given}'"}) if item.column == "currency"]
    assert [item.severity for item in found] == ["error"]


def test_plans_in_two_currencies_are_not_compared(plan):
    with pytest.raises(BadRequest, match="a plan in EUR cannot be compared with one in RMB"):
        compare(plan, replace(plan, currency="RMB"))
