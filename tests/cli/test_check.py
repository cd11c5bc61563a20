def test_a_good_case_can_be_planned(provisor, tiny):
    done = provisor("check", tiny)
    assert done.code == 0
    assert "The case can be planned: 0 errors, 5 warnings." in done.out
    document = provisor("check", tiny, "--json").document
    assert (document["ok"], document["errors"], document["warnings"]) == (True, 0, 5)


def test_all_problems_are_told_at_once_with_where_value_expected_and_mend(provisor, tiny):
    rows = (tiny / "demand.csv").read_text().replace("BREAD", "BRAED", 1).replace("400.0", "-4", 1)
    (tiny / "demand.csv").write_text(rows)
    done = provisor("check", tiny, "--json")
    assert done.code == 2
    assert not done.document["ok"]
    told = {
        (problem["code"], problem["row"]): problem
        for problem in done.document["problems"]
        if "row" in problem
    }
    assert told["unknown-product", 2]["value"] == "BRAED"
    assert "BREAD" in told["unknown-product", 2]["mend"]
    assert told["out-of-range", 2]["expected"] == "at least 0"
    table = provisor("check", tiny)
    assert table.code == 2
    for word in ("where", "expected", "how to mend it", "demand.csv, row 2, column units", "BRAED"):
        assert word in table.out


def test_a_missing_case_is_bad_input(provisor):
    done = provisor("check", "nowhere", "--json")
    assert done.code == 2
    assert done.document["problems"][0]["code"] == "file-missing"
