"""The kernel's loops are compiled before a clock runs, all of them, and once on a machine."""

from types import SimpleNamespace

import pytest
from numba.core import event

import provisor
from provisor.allocation.example import write
from provisor.allocation.kernel import compiling


class Compiled(event.Listener):
    """Names of what is compiled."""

    def __init__(self):
        self.names = set()

    def on_start(self, event):
        self.names.add(event.data["dispatcher"].py_func.__module__)

    def on_end(self, event):
        pass


def test_a_solve_compiles_nothing_of_the_kernel_afterwards(tmp_path):
    write(tmp_path, "tiny", 1)
    compiling.compile_loops()
    seen = Compiled()
    with event.install_listener("numba:compile", seen):
        plan = provisor.solve(provisor.read_case(tmp_path), time_limit=2.0, method="dual")
    assert plan.certificate.objective is not None
    assert not {name for name in seen.names if name.startswith("provisor.allocation.kernel")}


@pytest.fixture
def calls(monkeypatch):
    """What was told and compiled, in order."""
    compiling.compile_loops()
    seen = []
    monkeypatch.setattr(compiling, "compile_loops", lambda: seen.append("compiled"))
    return seen


def test_what_is_kept_is_not_compiled_again(calls):
    compiling.when_missing(lambda: calls.append("told"))
    assert calls == []


def test_what_has_changed_since_is_told_and_compiled(calls, monkeypatch, tmp_path):
    source = tmp_path / "loops.py"
    source.touch()
    monkeypatch.setattr(compiling, "COMPILED", (SimpleNamespace(__file__=str(source)),))
    compiling.when_missing(lambda: calls.append("told"))
    assert calls == ["told", "compiled"]
