import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisor.export import export_plan
from provisor.tables.csv_out import guarded, unguarded


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_csv_set_has_one_file_per_table_and_the_document(plan, tmp_path):
    written = export_plan(plan, tmp_path / "set")
    assert [path.name for path in written] == sorted([f"{name}.csv" for name in plan.tables] + ["plan.json"])
    document = json.loads((tmp_path / "set" / "plan.json").read_text())
    assert document["tables"]["sales"] == "sales.csv"
    again = pl.read_csv(tmp_path / "set" / "shortage.csv", try_parse_dates=True)
    assert again.equals(plan.table("shortage"))


def test_an_export_is_replaced_but_nothing_else_is(plan, tmp_path):
    export_plan(plan, tmp_path / "set")
    export_plan(replace(plan, tables={}), tmp_path / "set")
    assert names(tmp_path / "set") == ["plan.json"]
    (tmp_path / "set" / "mine.txt").write_text("mine")
    plan.save(tmp_path / "plan")
    for folder in ("set", "plan"):
        with pytest.raises(FileExistsError, match="holds no export"):
            export_plan(plan, tmp_path / folder)
    with pytest.raises(FileExistsError, match="is a file"):
        export_plan(plan, tmp_path / "set" / "mine.txt")


@given(st.lists(st.text(alphabet="'=+-@ab\t", max_size=4), min_size=1))
def test_guarding_is_undone_exactly_and_leaves_no_formula(texts):
    frame = pl.DataFrame({"text": texts})
    safe = guarded(frame)
    assert not any(text.startswith(("=", "+", "-", "@", "\t")) for text in safe["text"])
    assert unguarded(safe).equals(frame)
