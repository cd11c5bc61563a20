"""Studies from the command line: listed, made, written, and refused with words."""

import pytest

from provisor.expansion.example import write


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "case"
    write(folder, "small", 3)
    return folder


def test_without_a_name_all_studies_are_listed(provisor, case):
    listed = provisor("study", case, "--json").document
    assert {"diagnosis", "readings", "policies", "demand", "frontier"} <= {row["study"] for row in listed}


def test_values_are_tried_and_written_to_a_file(provisor, case, tmp_path):
    file = tmp_path / "new" / "demand.csv"
    done = provisor("study", case, "demand", "--try", "demand=0.5,1", "--to", file, "--json")
    assert done.code == 0
    rows = done.document["rows"]
    assert [row["demand"] for row in rows] == [0.5, 1]
    assert rows[0]["cost"] <= rows[1]["cost"]
    assert file.read_text().splitlines()[0].startswith("demand,cost,")
    assert len(file.read_text().splitlines()) == 3


def test_the_diagnosis_names_the_bottleneck(provisor, case):
    done = provisor("study", case, "diagnosis")
    assert done.code == 0
    assert "the bottleneck is volume of pallet shelves at" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dmand"], "did you mean demand?"),
        (["demand", "--try", "demand=many"], "expected KEY=NUMBER"),
        (["demand", "--try", "demand=inf"], "expected KEY=NUMBER"),
        (["demand", "--try", "demand=0"], "factors on demand are above 0"),
        (["demand", "--try", "days=1"], "it knows demand"),
        (["diagnosis", "--try", "demand=1"], "it takes none"),
        (["policies", "--try", "overseas=-1"], "at least 0"),
        (["policies", "--try", f"overseas={','.join('9' * 99)}"], "too many"),
        (["demand", "--to", "table.xlsx"], "ends in .csv"),
    ],
)
def test_what_a_study_cannot_try_is_refused(provisor, case, words, said):
    done = provisor("study", case, *words)
    assert done.code == 2
    assert said in done.err


def test_a_planner_without_studies_says_so(provisor, tmp_path):
    provisor("new", "production", tmp_path / "bakery", "--size", "small")
    done = provisor("study", tmp_path / "bakery")
    assert done.code == 2
    assert "has no studies" in done.err
