import pytest


def test_help_names_every_command_and_the_exit_codes(process):
    done = process("--help")
    assert done.code == 0
    for command in ("new", "check", "solve", "audit", "export", "rules", "solvers", "planners", "demo"):
        assert f"\n  {command} " in done.out
    assert "5 the audit failed" in " ".join(done.out.split())


def test_version(process):
    assert process("--version").out.startswith("provisor 0.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slove", "case"], "solve"),
        (["solve"], "CASE"),
        (["solve", "case", "--time-limt", "3"], "--time-limit"),
        (["solve", "case", "--time-limit", "soon"], "'--time-limit'"),
        (["solve", "case", "--time-limit", "0"], "'--time-limit'"),
        (["solve", "case", "--gap", "2"], "'--gap'"),
        (["solve", "case", "--threads", "0"], "'--threads'"),
        (["solve", "case"], "there is no case at case"),
        (["check", "tiny", "--set", "rules.end"], "KEY=VALUE"),
        (["rules", "prodution"], "did you mean production?"),
        (["new", "production", "fresh", "--size", "smal"], "did you mean small?"),
        (["new", "production", "tiny"], "not empty"),
        (["export", "tiny", "--to", "plan.xlsx"], "no plan.json"),
        (["export", "tiny"], "--to"),
        (["audit", "tiny", "nowhere"], "no folder"),
    ],
)
def test_wrong_usage_is_told_with_what_would_be_right_and_writes_nothing(
    provisor, tiny, tmp_path, arguments, said
):
    before = sorted(tmp_path.rglob("*"))
    done = provisor(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert sorted(tmp_path.rglob("*")) == before


def test_planners_and_rules_as_tables_and_as_json(provisor):
    assert "production" in provisor("planners").out
    names = [row["name"] for row in provisor("planners", "--json").document]
    assert names == ["allocation", "expansion", "production"]
    assert "rules.shelf_life" in provisor("rules", "production").out
    rows = {row["switch"]: row for row in provisor("rules", "production", "--json").document}
    assert rows["rules.mixes"]["default"] == "true"
    assert rows["rules.end_value"]["default"] == "not given"


def test_new_writes_the_same_case_for_the_same_seed(provisor, tmp_path):
    for folder in ("a", "b"):
        assert provisor("new", "production", folder, "--seed", 4).code == 0
    assert (tmp_path / "a" / "case.yaml").read_bytes() == (tmp_path / "b" / "case.yaml").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert provisor("check", "a").code == 0
