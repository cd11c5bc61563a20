from dataclasses import FrozenInstanceError, replace

import polars as pl
import pytest

from provisor.case import BadCase, Problems, Severity


def shuffled(case):
    tables = {name: table.reverse() for name, table in case.tables.items()}
    return replace(case, tables=tables)


def test_the_fingerprint_forgets_the_order_of_rows_and_the_folder(tiny_case):
    assert shuffled(tiny_case).fingerprint == tiny_case.fingerprint
    assert replace(tiny_case, folder=None).fingerprint == tiny_case.fingerprint


def test_the_fingerprint_sees_every_cell_rule_and_setting(tiny_case):
    demand = tiny_case.table("demand").with_columns(pl.col("units") + 1e-6)
    changed = [
        replace(tiny_case, tables={**tiny_case.tables, "demand": demand}),
        replace(tiny_case, rules=tiny_case.rules.model_copy(update={"mixes": False})),
        replace(tiny_case, settings=tiny_case.settings.model_copy(update={"days": 2})),
    ]
    prints = {case.fingerprint for case in (tiny_case, *changed)}
    assert len(prints) == 4


def test_the_fingerprint_is_the_same_for_short_and_long_columns(tiny_case, monkeypatch):
    table = tiny_case.table("products")
    odd = table.with_columns(note=pl.Series(["x", None, ""][: table.height]))
    case = replace(tiny_case, tables={**tiny_case.tables, "products": odd})
    short = case.fingerprint
    monkeypatch.setattr("provisor.case.SHORT", 0)
    assert replace(case).fingerprint == short != tiny_case.fingerprint


def test_a_case_never_changes(tiny_case):
    with pytest.raises(FrozenInstanceError):
        tiny_case.name = "other"
    with pytest.raises(TypeError):
        tiny_case.tables["demand"] = pl.DataFrame()
    with pytest.raises(KeyError, match="there are calendar, costs"):
        tiny_case.table("demnad")


def test_problems_say_where_and_stop_only_on_errors():
    problems = Problems()
    problems.warning("assumed", "taken as 0", file="costs.csv")
    problems.raise_errors()
    problems.error("empty-cell", "must not be empty", file="a.xlsx", sheet="S", row=3, column="units")
    with pytest.raises(BadCase, match=r"a\.xlsx, sheet S, row 3, column units: must not be empty") as raised:
        problems.raise_errors()
    assert raised.value.problems is problems
    assert [problem.severity for problem in problems] == [Severity.WARNING, Severity.ERROR]
    assert problems.items[0].as_dict() == {
        "severity": "warning", "code": "assumed", "message": "taken as 0", "file": "costs.csv",
    }  # fmt: skip
