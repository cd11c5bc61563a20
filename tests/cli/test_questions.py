"""The commands that ask questions, from a case to its repair."""

import pytest


@pytest.fixture
def planned(provisor, tiny):
    """Runs commands beside a tiny case and its plan."""
    assert provisor("solve", tiny, "--out", "plan", "--time-limit", 3, "--quiet").code == 0
    return provisor


def test_what_if_writes_a_plan_that_audits_as_the_changed_case(planned, tiny, tmp_path):
    scenario = tmp_path / "more.yaml"
    scenario.write_text("changes:\n  - {change: demand, factor: 1.2}\n")
    again = tmp_path / "again.yaml"
    again.write_text("changes:\n  - {change: demand, factor: 1.1}\n")
    options = "--base", "plan", "--out", "wi", "--time-limit", 3, "--jobs", 2, "--quiet", "--json"
    done = planned("what-if", tiny, scenario, again, *options)
    assert done.code == 0
    assert [answer["scenario"]["name"] for answer in done.document] == ["more", "again"]
    assert [answer["folder"] for answer in done.document] == ["wi/more", "wi/again"]
    answer = done.document[0]
    assert answer["plan"]["audit"]["ok"]
    assert answer["comparison"]["costs"]["total"]["after"] == pytest.approx(
        answer["plan"]["certificate"]["objective"]
    )
    place = tmp_path / "wi" / "more"
    assert planned("audit", tiny, place, "--scenario", place / "scenario.yaml").code == 0
    compared = planned("compare", "plan", place, "--case", tiny, "--json")
    assert [table["table"] for table in compared.document["inputs"]["tables"]] == ["demand"]
    named = planned("compare", "plan", place)
    assert "Table demand differs: " in named.out
    assert "--case" in named.out


def test_why_not_has_a_price_and_why_a_cause(planned, tiny):
    made = planned(
        "why", tiny, "plan", "product=BREAD", "date=2027-03-01", "--time-limit", 3, "--quiet", "--json"
    )
    assert made.code == 0
    price = made.document["price"]
    assert price["amount"] >= price["least"] >= 0
    again = planned("why", tiny, "plan", "not", "product=BREAD", "date=2027-03-01")
    assert again.code == 2
    assert "ask it the other way round" in again.err
    done = planned("why", tiny, "plan", "shortage", "--set", "rules.end=waste")
    assert done.code == 2
    assert "made for another case" in done.err


def test_repair_writes_a_scenario_that_can_be_planned(provisor, tiny):
    settings = "--set", "rules.shortages=false", "--set", "rules.shift_start=05:00"
    (tiny / "demand.csv").write_text((tiny / "demand.csv").read_text().replace("400.0", "4000.0"))
    done = provisor("repair", tiny, *settings, "--to", "repair.yaml", "--time-limit", 3, "--quiet", "--json")
    assert done.code == 0
    assert done.document["status"] == "infeasible"
    assert {relaxation["rule"] for relaxation in done.document["relaxations"]} == {"demand"}
    assert "demand" in {claim["rule"] for claim in done.document["conflict"]["rules"]}
    assert done.document["conflict"]["words"][0] in done.document["words"]
    solved = provisor(
        "solve", tiny, *settings, "--scenario", "repair.yaml", "--out", "mended", "--time-limit", 3
    )
    assert solved.code == 0


def test_scenarios_lists_what_there_is(provisor):
    listed = provisor("scenarios", "production", "--json").document
    assert len(listed["scenarios"]) == 8
    assert all(
        kind["meaning"] and all(one["meaning"] for one in kind["parameters"]) for kind in listed["changes"]
    )
    assert "hub_closed" in provisor("scenarios", "production").out


def test_what_is_wrong_with_a_scenario_leaves_before_anything_is_planned(provisor, tiny):
    done = provisor("what-if", tiny, "hub_closd", "--json")
    assert done.code == 2
    assert "did you mean hub_closed" in done.document["error"]
    assert "no node passes goods on" in provisor("what-if", tiny, "hub_closed").err
