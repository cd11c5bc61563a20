"""A reader who goes away, as ``| head -1`` does, changes nothing about how a command ends."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from provisor.export import export_plan
from provisor.plan import Plan

FAKE = (Path(__file__).with_name("fake_main.py"), "idle")
COMMAND = ("-m", "provisor")


@pytest.fixture
def unread(tmp_path):
    """Runs a command whose standard output nobody reads; gives its exit code and what it told on standard error."""

    def run(*arguments, program=COMMAND):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, *map(str, (*program, *arguments))],
            cwd=tmp_path,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        os.close(writing)
        return done.returncode, done.stderr

    return run


@pytest.fixture
def broken(plan, tmp_path):
    """Tables of a plan that breaks a rule, with more findings than a pipe holds."""
    export_plan(plan, tmp_path / "csv")
    shortage = pl.read_csv(tmp_path / "csv" / "shortage.csv").with_columns(units=pl.col("units") - 50)
    shortage.write_csv(tmp_path / "csv" / "shortage.csv")
    return tmp_path / "csv"


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_an_audit_that_fails_still_says_so(unread, tiny, broken, more):
    assert unread("audit", tiny, broken, *more) == (5, "")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("rules", "production"), ("planners", "--json")]
)
def test_lists_and_help_are_done(unread, arguments):
    assert unread(*arguments) == (0, "")


def test_bad_input_is_still_bad_input(unread, tiny):
    code, told = unread("check", tiny, "--set", "rules.mixs=false", "--json")
    assert (code, told) == (2, "")


def test_a_plan_is_written_all_the_same(unread, tiny, tmp_path):
    assert unread("solve", tiny, "--out", "plan", "--quiet", program=FAKE) == (0, "")
    assert Plan.load(tmp_path / "plan").audit["ok"]


def test_nobody_reads_progress_either(tiny, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, *FAKE, "solve", tiny, "--out", "plan"],
        cwd=tmp_path, stdout=writing, stderr=writing, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == 0
    assert Plan.load(tmp_path / "plan").audit["ok"]
