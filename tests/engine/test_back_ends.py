"""All solvers that are installed: same optima, honest statuses and bounds, nothing refused unseen."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisor.engine import worker
from provisor.engine.backends import back_end, back_end_names
from provisor.engine.read_mps import read_mps
from provisor.engine.result import Capability, Limits, SolverError, SolveStatus

from .problems import hard, knapsack, linear, problem

NAMES = back_end_names()
FREE = ("highs", "scip", "ortools", "cbc", "glpk")
TOLERANCE = 2e-6
LIMITED = "size limits exceeded|too large for size-limited license"


class InWorker:
    """A solver that cannot be loaded beside others."""

    def __init__(self, inner):
        self._inner = inner
        self.name, self.capabilities = inner.name, inner.capabilities

    def solve(self, stated, limits, start=None, on_incumbent=None, stop=None):
        return worker.solve(stated, limits, self.name, start, on_incumbent, stop)


def installed(name):
    found = back_end(name)
    if found.version() is None:
        pytest.skip(f"{name} is not installed: {found.how_to_get()}")
    return InWorker(found) if name == "ortools" else found


@pytest.fixture(params=NAMES)
def solver(request):
    return installed(request.param)


def needs(solver, capability):
    if capability not in solver.capabilities:
        pytest.skip(f"{solver.name} has no {capability.name}")


def honest(result, stated, optimum, gap=1e-6):
    """What must be true of a result whatever the solver and its luck."""
    margin = TOLERANCE * max(1.0, abs(optimum))
    if result.x is not None:
        assert result.objective == stated.objective(result.x)
        assert result.objective >= optimum - margin
        assert stated.violation(result.x) <= 1e-5
    if result.bound is not None:
        assert result.bound <= optimum + margin
    if result.status is SolveStatus.OPTIMAL:
        assert result.objective - optimum <= gap * max(1.0, abs(optimum)) + margin
    assert result.status in (SolveStatus.OPTIMAL, SolveStatus.LIMIT)


@pytest.mark.parametrize(("name", "seconds"), [("flugpl", 20), ("egout", 20), ("lseu", 20)])
def test_small_benchmarks_are_solved_to_the_optimum(solver, benchmark_file, optima, name, seconds):
    stated = read_mps(benchmark_file(name))
    result = solver.solve(stated, Limits(seconds=seconds))
    honest(result, stated, optima[name])
    assert result.status is SolveStatus.OPTIMAL


@pytest.mark.parametrize("name", ["p0548", "rgn", "bell5", "dcmulti", "p200x1188c", "sp150x300d"])
def test_highs_solves_the_middling_benchmarks(benchmark_file, optima, name):
    stated = read_mps(benchmark_file(name))
    result = back_end("highs").solve(stated, Limits(seconds=30))
    honest(result, stated, optima[name])
    assert result.status is SolveStatus.OPTIMAL


@pytest.mark.parametrize(
    "name", ["p0548", "rgn", "bell5", "dcmulti", "p200x1188c", "sp150x300d", "tr12-30", "b1c1s1"]
)
def test_a_short_limit_brings_no_wrong_claim(solver, benchmark_file, optima, name):
    stated = read_mps(benchmark_file(name))
    try:
        result = solver.solve(stated, Limits(seconds=0.2))
    except SolverError as error:
        if not any(words in str(error) for words in LIMITED.split("|")):
            raise
        pytest.skip(f"the free licence of {solver.name} does not reach so far")
    honest(result, stated, optima[name])


def test_a_linear_problem(solver):
    result = solver.solve(linear(), Limits())
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(19.0)
    assert result.bound == result.objective
    assert result.x == pytest.approx([4, 0])
    assert result.solver.startswith(solver.name)


def test_duals_of_a_linear_problem(solver):
    needs(solver, Capability.DUALS)
    stated = problem(
        [[1, 1, 0], [1, 3, 1], [0, 1, 1]],
        [4, None, 2],
        [None, 30, 5],
        [0, 0, 0],
        [None, None, 3],
        [3, 5, -1],
        False,
    )
    result = solver.solve(stated, Limits())
    assert result.objective == pytest.approx(9.0)
    assert result.duals == pytest.approx([3, 0, 0])
    assert result.reduced_costs == pytest.approx([0, 2, -1])
    recomputed = stated.cost - stated.matrix.T @ result.duals
    assert result.reduced_costs == pytest.approx(recomputed)


def test_a_mip_has_no_duals(solver):
    result = solver.solve(knapsack(), Limits())
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(82.0)
    assert result.bound == pytest.approx(82.0, abs=1e-3)
    assert result.duals is None


@pytest.mark.parametrize("integer", [False, True])
def test_infeasible(solver, integer):
    stated = problem([[1, 1], [1, -1]], [7, 0], [None, 0], [0, 0], [3, 3], [1, 1], integer)
    result = solver.solve(stated, Limits(seconds=10))
    assert result.status is SolveStatus.INFEASIBLE
    assert result.x is None
    assert result.objective is None


def test_infeasible_only_in_whole_values(solver):
    stated = problem([[2, 2]], [3], [3], [0, 0], [9, 9], [1, 1], True)
    assert solver.solve(stated, Limits(seconds=10)).status is SolveStatus.INFEASIBLE


@pytest.mark.parametrize("integer", [False, True])
def test_unbounded(solver, integer):
    stated = problem([[1, -1]], [1], [None], [0, 0], [None, None], [-1, 0], integer)
    result = solver.solve(stated, Limits(seconds=10))
    assert result.status in (SolveStatus.UNBOUNDED, SolveStatus.INFEASIBLE_OR_UNBOUNDED)
    assert result.x is None
    assert result.bound is None


@pytest.mark.parametrize("integer", [False, True])
def test_free_columns_ranged_free_and_empty_rows(solver, integer):
    stated = problem(
        [[1, 1, 1], [1, 0, 0], [0, 0, 0], [0, 1, 0]], [2, -5, -1, None], [9, 5, 1, None],
        [None, None, 0], [None, 4, None], [1, 1, 3], integer, -10.0,
    )  # fmt: skip
    result = solver.solve(stated, Limits(seconds=10))
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(-8.0)


@pytest.mark.parametrize("integer", [False, True])
def test_no_rows(solver, integer):
    stated = problem([], [], [], [1, -2], [3, 4], [1, -1], integer, 0.5)
    result = solver.solve(stated, Limits(seconds=10))
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(-2.5)


def test_no_columns(solver):
    feasible = problem([[], []], [-1, None], [1, 0], [], [], [], False, 3.0)
    result = solver.solve(feasible, Limits())
    assert (result.status, result.objective, result.bound) == (SolveStatus.OPTIMAL, 3.0, 3.0)
    infeasible = problem([[]], [1], [2], [], [], [], False)
    assert solver.solve(infeasible, Limits()).status is SolveStatus.INFEASIBLE


def test_limits_that_cross(solver):
    stated = problem([[1, 1]], [0], [None], [0, 0.2], [5, 0.7], [1, 1], True)
    result = solver.solve(stated, Limits())
    assert result.status is SolveStatus.INFEASIBLE
    assert result.message == "the limits of column column 1 cross"


def test_a_refused_option_is_an_error(solver):
    with pytest.raises(SolverError, match=r"(?i)refused"):
        solver.solve(knapsack(), Limits(options={"no_such_option": 1}))


def test_a_start_is_never_lost(solver):
    start = np.zeros(60)
    start[59] = 1.0
    result = solver.solve(hard(), Limits(seconds=0.0), start)
    assert result.status in (SolveStatus.LIMIT, SolveStatus.OPTIMAL)
    assert result.objective <= hard().objective(start)


def test_a_start_that_is_not_used_is_told_of(solver):
    result = solver.solve(
        linear() if solver.name == "highs" else knapsack(),
        Limits(),
        np.zeros(2 if solver.name == "highs" else 4),
    )
    if Capability.MIP_START not in solver.capabilities or solver.name == "highs":
        assert "takes no start" in result.message


def test_progress_is_streamed(solver):
    needs(solver, Capability.PROGRESS)
    steps = []
    result = solver.solve(hard(), Limits(seconds=0.5), on_incumbent=steps.append)
    objectives = [step.objective for step in steps if step.x is not None]
    assert objectives
    assert objectives == sorted(objectives, reverse=True)
    assert result.objective <= objectives[-1] + 1e-9
    assert max(step.bound for step in steps if step.bound is not None) <= result.objective


def test_the_cutoff_ends_the_solve(solver):
    needs(solver, Capability.PROGRESS)
    result = solver.solve(hard(), Limits(seconds=20, cutoff=-40.0))
    assert result.status is SolveStatus.LIMIT
    assert result.bound >= -40.0


def test_stop_ends_the_solve(solver):
    if solver.name == "ortools":
        pytest.skip("SCIP inside OR-Tools heeds no stop")
    result = solver.solve(hard(40, 90), Limits(seconds=60), stop=lambda: True)
    assert result.status is SolveStatus.INTERRUPTED


def test_a_gap_asked_for_is_kept(solver):
    stated = hard(15, 25)
    result = solver.solve(stated, Limits(seconds=30, gap=0.2))
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective - result.bound <= 0.2 * abs(result.objective) + 1e-6


def test_two_runs_are_the_same(solver):
    stated = hard(10, 20)
    first, second = (solver.solve(stated, Limits(seconds=30, seed=3)) for _ in range(2))
    assert first.status is second.status is SolveStatus.OPTIMAL
    assert np.array_equal(first.x, second.x)
    assert first.bound == second.bound


def test_cp_sat_is_chosen_only_where_it_is_exact():
    solver = installed("ortools")
    whole = solver.solve(knapsack(), Limits())
    mixed = solver.solve(hard(5, 8), Limits(seconds=10))
    assert whole.solver.endswith("CP-SAT")
    assert mixed.solver.endswith("SCIP")
    assert solver.solve(linear(), Limits()).solver.endswith("GLOP")


def test_pdlp_proves_no_bound():
    solver = installed("ortools")
    result = solver.solve(linear(), Limits(options={"inner": "pdlp"}))
    assert result.objective == pytest.approx(19.0, abs=1e-3)
    assert result.status is SolveStatus.LIMIT
    assert result.bound is None


def test_or_tools_beside_highspy_is_refused():
    if back_end("ortools").version() is None:
        pytest.skip("ortools is not installed")
    with pytest.raises(SolverError, match="solve in a worker"):
        back_end("ortools").solve(knapsack(), Limits())


numbers = st.integers(-5, 9)


@st.composite
def small_problems(draw):
    columns, rows = draw(st.integers(1, 5)), draw(st.integers(0, 4))
    matrix = [[draw(numbers) for _ in range(columns)] for _ in range(rows)]
    low = [draw(st.none() | st.integers(-20, 5)) for _ in range(rows)]
    high = [draw(st.none() | st.integers(5, 30)) for _ in range(rows)]
    upper = [draw(st.integers(0, 7)) for _ in range(columns)]
    cost = [draw(numbers) / 2 for _ in range(columns)]
    integer = [draw(st.booleans()) for _ in range(columns)]
    return problem(matrix, low, high, [-2] * columns, upper, cost, integer, draw(numbers))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(small_problems())
def test_all_solvers_agree_on_small_problems(stated):
    results = {
        name: installed(name).solve(stated, Limits(seconds=10))
        for name in FREE
        if back_end(name).version() is not None
    }
    reference = results["highs"]
    for name, result in results.items():
        assert result.status is reference.status, name
        if reference.objective is not None:
            honest(result, stated, reference.objective)
            assert result.objective == pytest.approx(reference.objective, abs=1e-5), name
