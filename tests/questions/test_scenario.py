"""The frame of scenarios: order, errors, files, words, questions."""

import pytest
from tests.production.changes.shop import shop

import provisor
from provisor.planner import BadRequest
from provisor.production.planner import PRODUCTION
from provisor.questions.files import library, parse_scenario, read_scenario, scenario_text
from provisor.questions.what_if import changed
from provisor.questions.why import parse_question
from provisor.scenario import joined


@pytest.fixture(scope="module")
def case():
    return shop().case()


def scenario(case, *changes, **more):
    return parse_scenario({"changes": list(changes), **more}, case)


def test_changes_are_made_in_the_order_of_their_types(case):
    late = {"change": "demand", "product": "N", "factor": 2}
    early = {"change": "new_product", "product": "N", "like": "A", "share": 1}
    done = changed(case, scenario(case, late, early, name="n"))
    assert [words.split()[0] for words in done.words] == ["New", "Demand"]
    assert done.case.table("demand").filter(product="N")["units"].sum() > 0


def test_those_of_one_type_are_made_as_listed(case):
    twice = scenario(case, {"change": "demand", "units": 5}, {"change": "demand", "factor": 2})
    assert set(changed(case, twice).case.table("demand").head(7)["units"]) == {10.0}


def test_a_case_is_never_changed_in_place(case):
    before = case.fingerprint
    after = changed(case, scenario(case, {"change": "demand", "factor": 2})).case
    assert case.fingerprint == before != after.fingerprint
    assert after.name != case.name


def test_every_ready_scenario_reads_back_from_its_text(case, tmp_path):
    for name in library("production"):
        made = read_scenario(name, case)
        file = tmp_path / f"{name}.yaml"
        file.write_text(scenario_text(made))
        assert read_scenario(file, case) == made
        assert made.title


def test_scenarios_at_once_are_one(case):
    both = joined([read_scenario(name, case) for name in ("demand_peak", "hub_closed")])
    assert both.name == "demand_peak+hub_closed"
    assert len(both.changes) == 2


def test_all_that_is_wrong_with_a_file_is_said_with_its_rows(case, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(
        "name: bad\ntitel: oops\nchanges:\n"
        "  - {change: demnd, factor: 2}\n"
        "  - {change: demand, faktor: 2}\n"
        "  - {change: demand, factor: $nothing}\n"
        "  - {factor: 2}\n"
    )
    with pytest.raises(BadRequest) as bad:
        read_scenario(file, case)
    text = str(bad.value)
    for said in (
        "row 2",
        "did you mean title?",
        "row 4",
        "did you mean demand?",
        "row 5",
        "faktor",
        "row 6",
        "$nothing",
        "row 7",
    ):
        assert said in text


def test_an_unknown_scenario_names_the_nearest(case):
    with pytest.raises(BadRequest, match="did you mean hub_closed"):
        provisor.read_scenario("hub_close", case)


def test_a_scenario_says_where_a_case_cannot_answer(case):
    no_trucks = changed(case, scenario(case, {"change": "truck_cancelled", "truck": ["K", "L"]})).case
    with pytest.raises(BadRequest, match="no truck leaves on a Wednesday"):
        provisor.read_scenario("wednesday_truck_cancelled", no_trucks)


@pytest.mark.parametrize(
    ("text", "negated", "subject", "where"),
    [
        ("why not product=A node=P", True, "", {"product": "A", "node": "P"}),
        ("not product='A B'", True, "", {"product": "A B"}),
        ("why shortage node=H", False, "shortage", {"node": "H"}),
        ("shortage", False, "shortage", {}),
    ],
)
def test_questions_are_read(text, negated, subject, where):
    question = parse_question(text, PRODUCTION.questions())
    assert (question.negated, question.subject, dict(question.where)) == (negated, subject, where)
    assert parse_question(str(question).replace("A B", "'A B'"), PRODUCTION.questions()) == question


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("why shortge", "did you mean shortage"),
        ("why not", "such as"),
        ("why not shortage", "cannot be asked"),
        ("why not prodct=A", "did you mean product"),
        ("why not product=", "expected KEY=VALUE"),
    ],
)
def test_what_cannot_be_asked_is_said(text, said):
    with pytest.raises(BadRequest, match=said):
        parse_question(text, PRODUCTION.questions())
