"""Several what-ifs at once, each in a process of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.engine.calls import called_side_by_side, cores
from provisor.planner import Progress, SolveOptions, silent
from provisor.questions.what_if import WhatIf, what_if

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.scenario import Scenario


def at_once(scenarios: int, threads: int) -> int:
    """How many what-ifs pay at once: as many as have cores of their own for their threads, one at least."""
    return max(1, min(scenarios, cores() // threads))


def what_ifs(
    case: Case,
    scenarios: Sequence[Scenario],
    base: Plan,
    options: SolveOptions,
    jobs: int,
    on_progress: Callable[[int, Progress], None],
) -> Iterator[tuple[int, WhatIf]]:
    """Ask several what-ifs, so many at once; each is what :func:`what_if` answers by itself.

    Args:
        case: The case before.
        scenarios: What happens, each by itself.
        base: A plan of ``case`` with tables.
        options: Limits of each solve; its ``stop`` ends those under way with the best plans so far, and no further
            ones begin.
        jobs: How many run at once; each uses the threads that the options allow.
        on_progress: Called with the number of a scenario and each of its steps.

    Yields:
        The number of a scenario and its answer, those that are done first first.

    Raises:
        BadRequest: Changes cannot be made to the case.
        SolverError: The solver refused an option, or a process died.
    """
    bare = replace(options, on_progress=silent, stop=_never)
    calls = [(case, scenario, base, bare) for scenario in scenarios]
    yield from called_side_by_side(_asked, calls, jobs, on_progress, options.stop)


def _asked(
    case: Case,
    scenario: Scenario,
    base: Plan,
    options: SolveOptions,
    tell: Callable[[Progress], None],
    stop: Callable[[], bool],
) -> WhatIf:
    return what_if(case, scenario, base, replace(options, on_progress=tell, stop=stop))


def _never() -> bool:
    return False
