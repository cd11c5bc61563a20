import json

import pytest

from provisor.certificate import Certificate, Status
from provisor.plan import Plan, Relaxation


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_document_has_what_the_design_promises(plan):
    document = plan.as_dict()
    promised = "planner case currency certificate size costs kpis audit relaxations conflict warnings tables"
    assert set(document) == set(promised.split())
    assert document["case"]["fingerprint"].startswith("sha256:")
    assert document["certificate"]["gap"] == 0.5
    assert document["certificate"]["status"] == "feasible"


def test_saving_replaces_an_earlier_plan_whole(plan, tmp_path):
    folder = tmp_path / "plans" / "plan"
    plan.save(folder)
    smaller = Plan("production", "other", plan.certificate, {"sales": plan.table("sales")})
    smaller.save(folder)
    assert names(folder) == ["plan.json", "sales.parquet"]
    assert names(folder.parent) == ["plan"]


def test_saving_refuses_a_folder_of_something_else(plan, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="holds no plan"):
        plan.save(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_a_failed_save_leaves_the_earlier_plan_and_nothing_else(plan, tmp_path, monkeypatch):
    folder = tmp_path / "plans" / "plan"
    plan.save(folder)
    before = (folder / "plan.json").read_bytes()
    monkeypatch.setattr(json, "dumps", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        plan.save(folder)
    assert (folder / "plan.json").read_bytes() == before
    assert names(folder.parent) == ["plan"]


def test_an_infeasible_answer_keeps_its_relaxations(tmp_path):
    certificate = Certificate(Status.INFEASIBLE, "min", None, None, "exact", "elastic", "highs")
    relaxation = Relaxation("demand", 12.0, "unit", {"node": "SHOP"}, "leave 12 units short at SHOP")
    plan = Plan("production", "tight", certificate, relaxations=(relaxation,))
    plan.save(tmp_path / "plan")
    again = Plan.load(tmp_path / "plan")
    assert again.relaxations == [relaxation]
    assert again.certificate.gap is None


def test_an_unknown_table_is_told_with_those_there_are(plan):
    with pytest.raises(KeyError, match="there are costs, departures"):
        plan.table("stok")


def test_the_gap_is_none_without_a_bound():
    assert Certificate(Status.FEASIBLE, "min", 10.0, None, "", "", "").gap is None
    assert Certificate(Status.OPTIMAL, "min", 0.0, 0.0, "", "", "").gap == 0
