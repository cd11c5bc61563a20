"""Solves in child processes: streamed, cancelled, overrun, crashed, and never orphaned."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from provisor.engine import worker
from provisor.engine.process import Pool
from provisor.engine.result import Limits, SolverError, SolveStatus

from .problems import hard, knapsack, linear

FAKES = Path(__file__).parent / "fakes"


@pytest.fixture(scope="module")
def pool():
    """A pool whose processes know the fake solvers and end with the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FAKES))
        pool = Pool()
        yield pool
        pool.close()


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch, pool):
    monkeypatch.setattr(worker, "_pool", pool)
    monkeypatch.setattr(worker, "GRACE", 0.3)


def fake(name):
    return f"fake_solvers:{name}"


def gone(pid):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_mip_is_solved_in_a_child_and_streamed():
    steps = []
    result = worker.solve(knapsack(), Limits(seconds=20), on_incumbent=steps.append)
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(82.0)
    assert steps[-1].objective == pytest.approx(82.0)


def test_a_small_linear_problem_is_solved_in_place(monkeypatch):
    monkeypatch.setattr(worker, "submit", None)
    assert worker.solve(linear(), Limits(threads=2)).objective == pytest.approx(19.0)


def test_a_larger_linear_problem_is_solved_in_a_child(monkeypatch):
    monkeypatch.setattr(worker, "SMALL_ROWS", 1)
    monkeypatch.setattr(worker, "back_end", None)
    assert worker.solve(linear(), Limits()).objective == pytest.approx(19.0)


def test_one_child_serves_many():
    limits = Limits(seconds=20)
    processes = {worker.solve(knapsack(), limits, fake("Myself")).objective for _ in range(5)}
    assert len(processes) == 1
    assert os.getpid() not in processes


def test_several_run_at_once():
    one, two = (worker.submit(hard(), Limits(seconds=60, seed=seed)) for seed in (1, 2))
    while one.incumbent is None or two.incumbent is None or one.bound is None or two.bound is None:
        assert not one.wait(0.02)
    assert not one.poll()
    assert not two.poll()
    one.cancel()
    assert one.result().status is SolveStatus.INTERRUPTED
    assert not two.poll()
    two.cancel()
    assert two.result().objective <= two.incumbent.objective


def test_a_cancel_keeps_the_best_solution_and_the_child():
    running = worker.submit(hard(), Limits(seconds=60))
    while running.incumbent is None:
        running.wait(0.02)
    seen = running.incumbent.objective
    running.cancel()
    running.cancel()
    result = running.result()
    assert result.status is SolveStatus.INTERRUPTED
    assert result.objective <= seen
    assert hard().violation(result.x) <= 1e-6
    running.cancel()
    assert running.result() is result


def test_a_cancel_of_one_solve_does_not_touch_the_next():
    first = worker.submit(knapsack(), Limits(), fake("Polite"))
    while first.incumbent is None:
        first.wait(0.02)
    first.cancel()
    assert first.result().message == "as you wish"
    first.cancel()
    assert worker.solve(knapsack(), Limits(seconds=20)).status is SolveStatus.OPTIMAL


def test_stop_ends_a_solve():
    result = worker.solve(hard(), Limits(seconds=60), stop=lambda: True)
    assert result.status is SolveStatus.INTERRUPTED


@pytest.mark.parametrize("cancel", [False, True])
def test_a_solver_that_heeds_nothing_is_ended_and_its_steps_kept(cancel):
    seconds = 60.0 if cancel else 0.2
    running = worker.submit(knapsack(), Limits(seconds=seconds), fake("Stubborn"))
    while running.incumbent is None:
        running.wait(0.02)
    child = running._process.id
    if cancel:
        running.cancel()
    result = running.result()
    assert result.status is (SolveStatus.INTERRUPTED if cancel else SolveStatus.LIMIT)
    assert result.objective == 100.0
    assert result.bound == 99.0
    assert np.array_equal(result.x, np.zeros(4))
    assert gone(child)


def test_a_crash_is_an_error_that_keeps_the_steps():
    result = worker.solve(knapsack(), Limits(), fake("Crashing"))
    assert result.status is SolveStatus.ERROR
    assert result.message == "the solver process died (exit code 3)"
    assert result.objective == 100.0
    assert worker.solve(knapsack(), Limits(seconds=20)).status is SolveStatus.OPTIMAL


def test_a_child_killed_while_it_waits_is_replaced():
    worker.solve(knapsack(), Limits(seconds=20))
    for process in worker._pool._waiting:
        os.kill(process.id, signal.SIGKILL)
        assert gone(process.id)
    assert worker.solve(knapsack(), Limits(seconds=20)).status is SolveStatus.OPTIMAL


def test_a_start_is_kept_when_the_child_is_lost():
    start = np.array([1.0, 0, 0, 0])
    result = worker.solve(knapsack(), Limits(), fake("Crashing"), start)
    assert result.objective == 92.0
    assert np.array_equal(result.x, start)


def test_what_is_refused_is_raised():
    with pytest.raises(SolverError, match="not with me"):
        worker.solve(knapsack(), Limits(), fake("Refusing"))
    with pytest.raises(SolverError, match="refused the option nonsense"):
        worker.solve(knapsack(), Limits(options={"nonsense": 1}))
    with pytest.raises(SolverError, match="no solver 'nobody'; there are highs, scip"):
        worker.solve(knapsack(), Limits(), "nobody")


def test_a_fault_of_a_solver_is_an_error():
    result = worker.solve(knapsack(), Limits(), fake("Faulty"))
    assert result.status is SolveStatus.ERROR
    assert result.message == "ZeroDivisionError: a fault"


def test_what_solvers_print_does_not_disturb(capfd):
    assert worker.solve(knapsack(), Limits(), fake("Noisy")).objective == 100.0
    assert capfd.readouterr().out == ""


def test_what_a_listener_raises_comes_out():
    def listen(step):
        raise KeyError(step.objective)

    with pytest.raises(KeyError):
        worker.solve(hard(), Limits(seconds=60), on_incumbent=listen)


def test_warm_up_starts_processes_that_solve():
    worker._pool.close()
    worker.warm_up(2, fake("Myself"))
    warmed = {process.id for process in worker._pool._waiting}
    assert len(warmed) == 2
    assert worker.solve(knapsack(), Limits(seconds=20), fake("Myself")).objective in warmed


def script(body):
    """Run a Python program that solves with a stubborn solver, and return it once its child is at work."""
    text = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(FAKES)!r})
        import numpy as np
        import scipy.sparse as sp
        from provisor.engine import worker
        from provisor.engine.problem import Problem
        from provisor.engine.result import Limits
        one = np.ones(1)
        problem = Problem(sp.csr_array((1, 1)), -one, one, 0 * one, one, one, one > 0)
        running = worker.submit(problem, Limits(), "fake_solvers:{{solver}}")
        while running.incumbent is None:
            running.wait(0.01)
        print(running._process.id, flush=True)
    """)
    program = text.replace("{solver}", body[0]) + textwrap.dedent(body[1])
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def test_a_child_dies_with_a_killed_parent():
    with script(("Stubborn", "running.wait()")) as parent:
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()
        assert gone(child)


def test_a_child_dies_with_a_parent_that_ends():
    with script(("Stubborn", "")) as parent:
        child = int(parent.stdout.readline())
        assert parent.wait(20) == 0
        assert gone(child)


def test_ctrl_c_leaves_the_child_to_be_asked_for_its_solution():
    body = """
        try:
            print("waiting", flush=True)
            running.wait()
        except KeyboardInterrupt:
            running.cancel()
            print(running.result().message, flush=True)
    """
    with script(("Polite", body)) as parent:
        child = int(parent.stdout.readline())
        assert parent.stdout.readline().strip() == "waiting"
        os.kill(child, signal.SIGINT)
        os.kill(parent.pid, signal.SIGINT)
        assert parent.stdout.readline().strip() == "as you wish"
        assert parent.wait(20) == 0
