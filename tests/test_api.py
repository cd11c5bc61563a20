import json
import subprocess
import sys
from dataclasses import fields

import polars as pl
import pytest

import provisor
from provisor.api import BadPlan, SolveSettings, load_plan, read_tables
from provisor.export import export_plan
from provisor.planner import SolveOptions


def test_importing_the_package_loads_nothing_heavy():
    script = "import provisor, sys; print([m for m in ('polars', 'pydantic', 'scipy') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_every_public_name_is_there_and_an_unknown_one_is_not():
    assert all(getattr(provisor, name) is not None for name in provisor.__all__)
    with pytest.raises(AttributeError, match="no attribute 'slove'"):
        _ = provisor.slove


def test_the_public_verb_audit_is_no_module_whatever_was_imported_before():
    assert callable(provisor.audit)


def test_settings_are_the_fields_of_the_options():
    assert set(SolveSettings.__annotations__) == {field.name for field in fields(SolveOptions)}


def test_solve_audits_and_passes_settings_on(tiny_case, idle_solver):
    plan = provisor.solve(tiny_case, time_limit=7, seed=3)
    assert (idle_solver[0].time_limit, idle_solver[0].seed) == (7, 3)
    assert plan.audit["ok"]
    assert plan.certificate.seconds["audit"] > 0
    assert plan.certificate.seconds["total"] > plan.certificate.seconds["audit"]
    assert plan.kpis["units_short"] == 1200


def test_an_unknown_setting_is_refused(tiny_case, idle_solver):
    with pytest.raises(TypeError, match="time_limits"):
        provisor.solve(tiny_case, time_limits=7)


def test_check_gives_all_problems(tiny):
    assert not provisor.check(tiny).errors
    assert provisor.check(tiny, {"rules.end": "never", "dayz": "3"}).errors[1:]


def test_a_plan_is_audited_from_memory_folder_and_csv_alike(tiny_case, plan, tmp_path):
    plan.save(tmp_path / "plan")
    export_plan(plan, tmp_path / "csv")
    reports = [provisor.audit(tiny_case, source) for source in (plan, tmp_path / "plan", tmp_path / "csv")]
    assert all(report.ok for report in reports)
    assert reports[0].checked == reports[1].checked == reports[2].checked


def test_tables_of_another_system_are_audited_without_costs(tiny_case, plan, tmp_path):
    for name in ("production", "departures", "stock", "sales", "disposal", "state_changes"):
        plan.table(name).write_csv(tmp_path / f"{name}.csv")
    plan.table("shortage").write_parquet(tmp_path / "shortage.parquet")
    report = provisor.audit(tiny_case, tmp_path)
    assert report.ok
    assert report.cost_difference is None
    assert sum(report.costs.values()) == pytest.approx(plan.certificate.objective)


def test_the_audit_of_a_wrong_table_fails(tiny_case, plan, tmp_path):
    wrong = plan.table("shortage").with_columns(pl.col("units") - 1)
    report = provisor.audit(
        tiny_case, provisor.Plan(**{**vars(plan), "tables": {**plan.tables, "shortage": wrong}})
    )
    assert not report.ok
    assert "demand" in {finding.rule for finding in report.findings}


def test_a_plan_comes_back_as_it_was_saved(plan, tmp_path):
    plan.save(tmp_path / "plan")
    assert load_plan(tmp_path / "plan").as_dict() == plan.as_dict()


def document(folder, **changes):
    known = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps({**known, **changes}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tables": {"stock": "../stock.parquet"}}, "not beside it"),
        ({"tables": {"stock": "gone.parquet"}}, "not beside it"),
        ({"tables": None}, "has no tables"),
        ({"costs": 3}, "has no costs"),
        ({"costs": {"labour": "much"}}, "not a number"),
        ({"certificate": {"status": "splendid"}}, "cannot be read"),
        ({"relaxations": [{"no": "such"}]}, "cannot be read"),
    ],
)
def test_a_broken_plan_is_told_in_words(plan, tmp_path, changes, said):
    plan.save(tmp_path / "plan")
    document(tmp_path / "plan", **changes)
    with pytest.raises(BadPlan, match=said):
        load_plan(tmp_path / "plan")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no tables"),
        ({"stock.csv": b""}, "is empty"),
        ({"stock.csv": b"a,a\n1,2\n"}, "two columns"),
        ({"stock.parquet": b"PAR1 not really"}, "not a table"),
        ({"stock.csv": b"a\n1\n", "stock.parquet": b""}, "twice"),
        ({"plan.json": b"{"}, "cannot be read"),
        ({"plan.json": b"[]"}, "not the document of a plan"),
    ],
)
def test_a_folder_that_holds_no_tables_is_told_in_words(tmp_path, files, said):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadPlan, match=said):
        read_tables(tmp_path)


def test_a_missing_folder_is_told_in_words(tmp_path):
    with pytest.raises(BadPlan, match="no folder"):
        read_tables(tmp_path / "nowhere")
    with pytest.raises(BadPlan, match="no plan"):
        load_plan(tmp_path)


def test_an_export_is_no_plan_to_load(plan, tmp_path):
    export_plan(plan, tmp_path / "csv")
    with pytest.raises(BadPlan, match="export to CSV"):
        load_plan(tmp_path / "csv")
