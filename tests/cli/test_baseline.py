"""``provisor baseline`` and ``provisor evaluate`` as users type them."""


def test_a_baseline_is_made_audited_and_evaluated(provisor):
    assert provisor("new", "allocation", "shop", "--size", "tiny").code == 0
    done = provisor("baseline", "shop", "--out", "rules", "--json")
    assert done.code == 0, done.err
    assert done.document["certificate"]["method"] == "baseline rules"
    assert done.document["certificate"]["bound"] is None
    assert done.document["audit"]["ok"]
    raw = provisor("baseline", "shop", "--out", "raw", "--method", "rules-raw")
    assert raw.code == 5
    assert "FAILED" in raw.out
    found = provisor("evaluate", "shop", "rules", "raw", "--draws", "20", "--json")
    assert found.code == 0, found.err
    assert found.document["violations"]["rules"] == 0 < found.document["violations"]["raw"]
    assert set(found.document["plans"]) == {"rules", "raw"}
    told = provisor("evaluate", "shop", "rules", "raw", "--draws", "20")
    assert "gain of rules over" in told.out


def test_what_cannot_be_done_is_said(provisor):
    provisor("new", "allocation", "shop", "--size", "tiny")
    provisor("new", "production", "bakery", "--size", "small")
    assert "did you mean rules" in provisor("baseline", "shop", "--method", "rule").err
    assert "production has no baselines" in provisor("baseline", "bakery").err
    assert "production has no evaluation" in provisor("evaluate", "bakery", "shop").err
    nowhere = provisor("evaluate", "shop", "nowhere")
    assert nowhere.code == 2
    assert "there is no folder nowhere" in nowhere.err
