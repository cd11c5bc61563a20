from provisor.planner import planner, planner_names
from provisor.production.rules import Rules


def test_the_planner_is_found_by_its_entry_point():
    assert "production" in planner_names()
    assert planner("production").name == "production"


def test_every_switch_is_listed_and_every_table_has_its_schema(tiny_case, plan, idle_solver):
    production = planner("production")
    assert [info.switch for info in production.rules()] == [f"rules.{name}" for name in Rules.model_fields]
    solved = production.solve(tiny_case, None)
    assert set(solved.tables) == set(production.table_schemas())
    assert set(solved.kpis) <= set(production.kpi_units())


def test_charts_need_the_plan_only(tiny_case, plan, idle_solver):
    production = planner("production")
    titles = [chart.title for chart in production.charts(production.solve(tiny_case, None))]
    assert titles == [
        "Hours by day against their limit",
        "Demand served by node and product",
        "Costs by component",
    ]
    assert [chart.title for chart in production.charts(plan)] == ["Costs by component"]
