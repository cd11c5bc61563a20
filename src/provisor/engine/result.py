"""What a solve is asked for and what it brings back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Flag, StrEnum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem


class SolveStatus(StrEnum):
    """Why a solve ended, one meaning for all solvers."""

    OPTIMAL = "optimal"
    """Optimal within the gap asked for, says the solver."""
    LIMIT = "limit"
    """A limit was reached; ``x`` may hold a solution and ``bound`` a bound."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible_or_unbounded"
    INTERRUPTED = "interrupted"
    """Cancelled or killed from outside; what was streamed before is kept."""
    ERROR = "error"


class Capability(Flag):
    """What a back end can do."""

    LP = auto()
    MIP = auto()
    MIP_START = auto()
    WARM_LP = auto()
    CONFLICT = auto()
    PROGRESS = auto()
    DUALS = auto()


@dataclass(frozen=True)
class Limits:
    """Limits and settings of one solve.

    Attributes:
        seconds: Wall-clock limit.
        gap: Relative gap to stop at.
        threads: Threads the solver may use.
        seed: Random seed.
        cutoff: Stop as soon as the bound reaches this objective value, if given.
        options: Options by the solver's own names; one that it refuses is an error.
    """

    seconds: float = float("inf")
    gap: float = 1e-6
    threads: int = 1
    seed: int = 0
    cutoff: float | None = None
    options: dict[str, bool | int | float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Incumbent:
    """A step forward of a running solve: a better solution, a better bound, or both."""

    seconds: float
    objective: float | None
    bound: float | None
    x: Floats | None = None


@dataclass(frozen=True)
class Conflict:
    """Rows and bounds that cannot hold together.

    Attributes:
        rows: Indices of the rows.
        lower: Indices of the columns whose lower bound takes part.
        upper: Indices of the columns whose upper bound takes part.
        irreducible: Whether all the rest can hold once any one of them is left out.
    """

    rows: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    irreducible: bool


@dataclass(frozen=True)
class Result:
    """Outcome of one solve.

    Attributes:
        status: Why it ended.
        x: Best solution found, if any.
        objective: Its value, recomputed from the arrays.
        bound: Proven lower bound on the optimum, if any.
        seconds: Wall-clock seconds.
        solver: Name and version.
        message: The solver's own words.
        duals: Row duals, only for a problem without integers.
        reduced_costs: Column duals, only for a problem without integers.
        conflict: Rows and bounds in conflict, only when a conflict was asked for and found.
    """

    status: SolveStatus
    x: Floats | None
    objective: float | None
    bound: float | None
    seconds: float
    solver: str
    message: str = ""
    duals: Floats | None = None
    reduced_costs: Floats | None = None
    conflict: Conflict | None = None


OnIncumbent = Callable[[Incumbent], None]


class BackEnd(Protocol):
    """One solver. Small LPs are solved in place; everything else through :mod:`provisor.engine.worker`."""

    name: str
    capabilities: Capability

    def version(self) -> str | None:
        """Version of the solver, none if it is not installed."""
        ...

    def how_to_get(self) -> str:
        """One line that says how to install it."""
        ...

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Result:
        """Solve in this process; ``stop`` is asked now and then, true ends the solve.

        Raises:
            SolverError: The solver refused an option, the model or the start.
        """
        ...


class ConflictFinder(Protocol):
    """A back end with the capability CONFLICT."""

    def conflict(self, problem: Problem, limits: Limits) -> Result:
        """Look for an irreducible conflict of a problem that is infeasible; sets ``Result.conflict``.

        Raises:
            SolverError: The solver refused the problem or an option.
        """
        ...


class SolverError(RuntimeError):
    """A solver refused what it was given; the message says what and why."""
