import polars as pl

from provisor.export import export_plan


def test_a_plan_that_keeps_the_rules_passes(provisor, tiny, plan, tmp_path):
    plan.save(tmp_path / "plan")
    done = provisor("audit", tiny, "plan")
    assert done.code == 0
    assert "The audit passed: 22 rules" in done.out
    document = provisor("audit", tiny, "plan", "--json").document
    assert document["ok"]
    assert document["made_for_this_case"]
    assert document["findings"] == []
    assert document["by_rule"]["demand"]["violations"] == 0


def test_a_table_broken_by_hand_fails_with_the_rule_in_words(provisor, tiny, plan, tmp_path):
    export_plan(plan, tmp_path / "csv")
    shortage = pl.read_csv(tmp_path / "csv" / "shortage.csv").with_columns(units=pl.col("units") - 50)
    shortage.write_csv(tmp_path / "csv" / "shortage.csv")
    done = provisor("audit", tiny, "csv")
    assert done.code == 5
    assert "demand: On 2027-03-01" in done.out
    assert "The audit FAILED" in done.out
    document = provisor("audit", tiny, "csv", "--json").document
    assert document["violations"] == len(document["findings"]) > 0
    assert document["findings"][0]["words"]


def test_a_plan_for_another_state_of_the_case_is_told_so(provisor, tiny, plan, tmp_path):
    plan.save(tmp_path / "plan")
    done = provisor("audit", tiny, "plan", "--set", "rules.mixes=false")
    assert "another state of this case" in done.err


def test_a_bad_plan_is_one_json_document_too(provisor, tiny):
    done = provisor("audit", tiny, "nowhere", "--json")
    assert done.code == 2
    assert "no folder" in done.document["error"]
