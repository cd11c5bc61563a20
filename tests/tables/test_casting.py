"""Flags of plan tables from any system."""

import polars as pl
import pytest

from provisor.tables.casting import Derived, coerce, read_series
from provisor.tables.schema import Column, Schema

YES_NO = Schema("hung", "what hangs", [Column("carried", pl.Boolean, "", "whether it hangs")])


@pytest.mark.parametrize(
    "values", [[True, False], ["true", "FALSE"], ["Yes", "no"], ["1", "0"], [1, 0], [1.0, 0.0]]
)
def test_yes_and_no_as_files_write_them(values):
    assert read_series(pl.Series(values), pl.Boolean()).to_list() == [True, False]


@pytest.mark.parametrize("values", [["perhaps"], [2], [0.5]])
def test_neither_yes_nor_no_is_told(values):
    _, (finding,) = coerce({"hung": pl.DataFrame({"carried": values})}, [YES_NO], Derived())
    assert "is not true or false" in finding.words
