import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli import fake_main

from provisor.plan import Plan

FAKE = Path(__file__).with_name("fake_main.py")
OUT = "out/the-smallest-bakery"


@pytest.fixture
def fake(provisor, monkeypatch):
    """Runs ``provisor`` with a planner that answers as it is told."""

    def run(how, *arguments):
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, "provisor.production.solve", fake_main.module(how))
            return provisor(*arguments)

    return run


def test_a_plan_is_proven_audited_written_and_shown(fake, tiny, tmp_path):
    done = fake("idle", "solve", tiny, "--seed", 5, "--threads", 1)
    assert done.code == 0
    assert "The plan costs 12,000.00 $" in done.out
    assert "Passed: 22 rules" in done.out
    assert "Shortage" in done.out
    plan = Plan.load(tmp_path / OUT)
    assert (plan.certificate.seed, plan.certificate.threads) == (5, 1)
    assert set(plan.certificate.seconds) >= {"read", "audit", "total"}
    assert plan.table("service").height == 1


def test_json_is_one_document_and_the_same_as_the_file(fake, tiny, tmp_path):
    done = fake("idle", "solve", tiny, "--out", "p", "--json")
    assert done.code == 0
    written = json.loads((tmp_path / "p" / "plan.json").read_text())
    assert {**written, "folder": "p"} == done.document
    assert done.document["audit"]["ok"]


def test_quiet_says_only_what_came_of_it(fake, tiny):
    done = fake("idle", "solve", tiny, "--quiet")
    assert done.err == ""
    assert len(done.out.splitlines()) == 3


def test_rules_are_set_from_the_command_line(fake, tiny, tmp_path):
    one, other = (fake("idle", "solve", tiny, "--out", f"p{n}", "--json", *more).document for n, more in
                  enumerate(([], ["--set", "rules.mixes=false", "--set", "rules.end=free"])))  # fmt: skip
    assert one["case"]["fingerprint"] != other["case"]["fingerprint"]


@pytest.mark.parametrize(
    ("how", "code", "status"),
    [("infeasible", 3, "infeasible"), ("no_plan", 4, "no_plan"), ("wrong", 5, "optimal")],
)
def test_exit_codes_say_how_it_ended(fake, tiny, how, code, status):
    done = fake(how, "solve", tiny, "--json")
    assert done.code == code
    assert done.document["certificate"]["status"] == status


def test_an_infeasible_case_says_what_would_have_to_give(fake, tiny):
    assert "It could be planned if: BAKERY works 2 h longer" in fake("infeasible", "solve", tiny).out


def test_an_earlier_plan_is_not_replaced_by_none(fake, tiny, tmp_path):
    fake("idle", "solve", tiny)
    done = fake("no_plan", "solve", tiny)
    assert "is still there" in done.out
    assert Plan.load(tmp_path / OUT).certificate.objective == 12000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--solver", "hihgs"], "did you mean highs?"),
        (["--method", "exat"], "did you mean exact?"),
        (["--set", "rules.mixs=false"], "mixes"),
        (["--set", "rules.end=wsate"], "waste"),
        (["--out", "tiny"], "holds no plan"),
        (["--out", "tiny/case.yaml"], "is a file"),
        (["--start", "tiny"], "no plan.json"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved_or_written(fake, tiny, tmp_path, arguments, said):
    before = sorted(tmp_path.rglob("*"))
    done = fake("fault", "solve", tiny, *arguments)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_what_the_planner_refuses_is_bad_input(fake, tiny):
    done = fake("refused", "solve", tiny)
    assert done.code == 2
    assert done.err.startswith("Error: pin 1 names a day without a truck")


def test_bad_input_is_one_json_document_too(fake, tiny):
    done = fake("fault", "solve", tiny, "--set", "rules.mixs=false", "--json")
    assert done.code == 2
    assert done.document["problems"][0]["code"] == "unknown-key"
    assert fake("fault", "solve", tiny, "--solver", "hihgs", "--json").document["error"]


def test_a_fault_leaves_a_report_no_traceback_and_no_plan(fake, tiny, tmp_path):
    done = fake("fault", "solve", tiny, "--json")
    assert done.code == 1
    report = Path(done.document["report"])
    assert "a fault made for a test" in done.document["error"]
    assert "Traceback" in report.read_text()
    assert str(report) in done.err
    assert not (tmp_path / OUT).exists()
    report.unlink()


@pytest.fixture
def started(tiny, tmp_path):
    """Starts a solve and gives its process once the planner is at work."""
    processes = []

    def start(how):
        command = [sys.executable, FAKE, how, "solve", str(tiny)]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
        )
        processes.append(process)
        while not (tmp_path / "started").exists():
            assert process.poll() is None
            time.sleep(0.02)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_ctrl_c_keeps_the_best_plan(started, tmp_path):
    process = started("patient")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 0
    assert "the best plan so far is kept" in err
    assert "Passed: 22 rules" in out
    assert Plan.load(tmp_path / OUT).audit["ok"]


def test_a_second_ctrl_c_aborts_and_writes_nothing(started, tmp_path):
    process = started("stubborn")
    process.send_signal(signal.SIGINT)
    while "Stopping" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Aborted" in err
    assert not (tmp_path / "out").exists()
