from pathlib import Path

import pytest

FAKE = Path(__file__).with_name("fake_main.py")


def test_from_case_to_workbook_with_the_true_planner(process, tiny, tmp_path):
    solved = process("solve", tiny, "--out", "plan", "--time-limit", 20, "--json")
    assert solved.code == 0
    assert solved.document["certificate"]["status"] == "optimal"
    assert solved.document["kpis"]["units_short"] == 0
    objective = solved.document["certificate"]["objective"]
    assert sum(solved.document["costs"].values()) == pytest.approx(objective)
    assert process("audit", tiny, "plan").code == 0
    assert process("export", "plan", "--to", "csv").code == 0
    assert process("audit", tiny, "csv", "--json").document["cost_difference"] < 0.01


def test_the_demo_away_from_the_repository_makes_its_own_case_and_says_how_it_ended(process, tmp_path):
    done = process("demo", "--out", "results", "--time-limit", 3, program=(FAKE, "no_plan"))
    assert done.code == 4
    assert (tmp_path / "results" / "production-case" / "case.yaml").is_file()
    assert "No plan was found within the limits" in done.out
