from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisor.case import Problems
from provisor.tables.document import line_of, parse_scalar, read_document


def read(tmp_path, text):
    path = tmp_path / "case.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems = Problems()
    return read_document(path, problems), problems


def test_values_and_lines_of_keys(tmp_path):
    document, problems = read(tmp_path, "planner: production\nstart: 2025-10-17\n\nrules:\n  end: waste\n")
    assert not problems.items
    assert document == {"planner": "production", "start": date(2025, 10, 17), "rules": {"end": "waste"}}
    assert line_of(document, ("rules", "end")) == 5
    assert line_of(document, ("rules", "none")) == 4
    assert line_of({}, ("rules",)) is None


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "yaml-refused"),
        ("[" * 200 + "]" * 200, "yaml-refused"),
        ("a: " + "x" * 1_000_001, "file-too-large"),
        ("a: [1, 2\nb: 3\n", "yaml-syntax"),
        ("a: 1\na: 2\n", "yaml-syntax"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml-syntax"),
        ("a: 2025-13-45\n", "yaml-value"),
        ("- a\n- b\n", "yaml-shape"),
        ("", "yaml-shape"),
        (b"\xff\xfe\x00", "not-text"),
    ],
)
def test_bad_documents_are_refused_in_one_line(tmp_path, text, code):
    document, problems = read(tmp_path, text)
    assert document is None
    assert [problem.code for problem in problems] == [code]
    assert "\n" not in problems.items[0].message


def test_a_missing_document_is_a_problem(tmp_path):
    problems = Problems()
    assert read_document(tmp_path / "none.yaml", problems) is None
    assert problems.items[0].code == "file-missing"


def test_values_of_the_command_line_are_read_like_those_of_the_file():
    assert parse_scalar("4") == 4
    assert parse_scalar("false") is False
    assert parse_scalar("2025-10-17") == date(2025, 10, 17)
    assert parse_scalar("[1, 2") == "[1, 2"
    assert parse_scalar("*a") == "*a"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60), st.text("{}[]:-&*!|>'\" \nab1", max_size=60)))
def test_garbage_gives_a_document_or_a_problem(tmp_path, text):
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    document, problems = read(tmp_path, content)
    assert (document is None) == bool(problems.errors)
